"""Polling: which parcels a provider was asked about and when, whose turn it is, and which provider is left alone.

A parcel is claimed by one poller for a while, and marked as asked about before the question leaves: so neither two
pollers nor one that died between question and answer make anybody ask more often than the provider allows.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, text

from rules.tracking.pace import Pace
from schemas.shipments import FINAL_PHASES
from store.metadata import INSTANT, metadata
from store.storable import storable
from store.tracking.shipments import shipment

LEASE = timedelta(minutes=15)
"""How long a claimed parcel is its poller's alone."""

polled_parcel = Table(
    "polled_parcel",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("waybill", Text, primary_key=True),
    Column("asked_at", INSTANT),
    Column("not_before", INSTANT),  # claimed, or left alone after a refusal, until then
    Column("outcome", Text, nullable=False, server_default=""),  # answered, refused, unavailable
    Column("reason", Text, nullable=False, server_default=""),
    Column("refusals", Integer, nullable=False, server_default="0"),  # in a row
)

polled_provider = Table(
    "polled_provider",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("free_at", INSTANT),  # when the next question may leave
    Column("resting_until", INSTANT),
    Column("failures", Integer, nullable=False, server_default="0"),  # polls in a row that found it down
    Column("reason", Text, nullable=False, server_default=""),
)


_FINAL = ", ".join(f"'{phase}'" for phase in sorted(FINAL_PHASES))
UNDER_WAY = f"registered_at IS NOT NULL AND phase NOT IN ({_FINAL})"
"""What makes a parcel one to ask about; in the same words in the index and in the query that goes by it."""

Index("ix_shipment_under_way", shipment.c.registered_at, postgresql_where=text(UNDER_WAY))


_OF_SHIPMENT = UNDER_WAY.replace("phase", "s.phase").replace("registered_at", "s.registered_at")


class Due(NamedTuple):
    """A parcel that it is time to ask about."""

    waybill: str
    carrier: str
    consignee_phone: str
    sender_phone: str


class Rest(NamedTuple):
    """Until when a provider is left alone, and why."""

    until: datetime
    reason: str


_CLAIM = f"""
WITH pace AS MATERIALIZED (
    SELECT phase, greatest(every, CAST(:least AS interval)) AS every, silent_for_min,
        lead(silent_for_min, 1, interval '1000 years') OVER (PARTITION BY phase ORDER BY silent_for_min)
            AS silent_for_max
    FROM unnest(CAST(:phases AS text[]), CAST(:silences AS interval[]), CAST(:everies AS interval[]))
        AS pace(phase, silent_for_min, every)
), due AS (
    SELECT s.waybill FROM shipment s
    LEFT JOIN polled_parcel p ON p.provider = :provider AND p.waybill = s.waybill
    JOIN pace ON pace.phase = s.phase
        AND greatest(:now - coalesce(s.last_event_at, s.registered_at), interval '0') >= pace.silent_for_min
        AND greatest(:now - coalesce(s.last_event_at, s.registered_at), interval '0') < pace.silent_for_max
    WHERE {_OF_SHIPMENT}
        AND (CAST(:carriers AS text[]) IS NULL OR s.carrier = ANY(:carriers))
        AND (p.not_before IS NULL OR p.not_before <= :now)
        AND (p.asked_at IS NULL OR :now >= p.asked_at
            + CASE WHEN p.outcome = 'unavailable' THEN CAST(:least AS interval) ELSE pace.every END)
    ORDER BY p.asked_at NULLS FIRST, s.registered_at, s.waybill
    LIMIT :limit
), claimed AS (
    INSERT INTO polled_parcel (provider, waybill, not_before) SELECT :provider, waybill, :until FROM due
    ON CONFLICT (provider, waybill) DO UPDATE SET not_before = excluded.not_before
    RETURNING waybill, asked_at
)
SELECT s.waybill, s.carrier, s.consignee_phone, s.sender_phone
FROM claimed JOIN shipment s USING (waybill) ORDER BY claimed.asked_at NULLS FIRST, s.registered_at, s.waybill
"""  # noqa: S608  # the words are the project's own


def claim(
    connection: Connection,
    *,
    provider: str,
    carriers: Sequence[str],
    paces: Sequence[Pace],
    least: timedelta,
    now: datetime,
    limit: int,
) -> list[Due]:
    """Take parcels that it is time to ask about, those that were asked about longest ago first.

    `least` is the provider's own limit for one number. Parcels that another poller holds are passed over. Until the
    caller commits, which it does before it asks, no other takes any: each would otherwise choose what the first took
    meanwhile, and find nothing left.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('redress poll ' || :of))"), {"of": provider})
    rows = connection.execute(
        text(_CLAIM),
        {
            "provider": provider,
            "carriers": list(carriers) or None,
            "phases": [pace.phase.value for pace in paces],
            "silences": [pace.silent_for_min for pace in paces],
            "everies": [pace.ask_every for pace in paces],
            "least": least,
            "now": now,
            "until": now + LEASE,
            "limit": limit,
        },
    )
    return [Due(*row) for row in rows]


def take_turn(connection: Connection, *, provider: str, gap: timedelta, now: datetime) -> datetime:
    """Take the provider's next free moment for one question, which is this caller's alone."""
    row = connection.execute(
        text(
            "INSERT INTO polled_provider (provider, free_at) VALUES (:provider, CAST(:now AS timestamptz) + :gap) "
            "ON CONFLICT (provider) DO UPDATE SET free_at = greatest(polled_provider.free_at, :now) + :gap "
            "RETURNING free_at"
        ),
        {"provider": provider, "now": now, "gap": gap},
    ).one()
    free_at: datetime = row.free_at
    return free_at - gap


def begin(
    connection: Connection, waybills: Collection[str], *, provider: str, least: timedelta, at: datetime
) -> set[str]:
    """Mark parcels as asked about at `at`; give those that may be, the last question about them being long enough ago.

    The caller commits before it asks.
    """
    rows = connection.execute(
        text(
            "UPDATE polled_parcel SET asked_at = :at WHERE provider = :provider AND waybill = ANY(:waybills) "
            "AND (asked_at IS NULL OR asked_at + CAST(:least AS interval) <= :at) RETURNING waybill"
        ),
        {"provider": provider, "waybills": sorted(waybills), "least": least, "at": at},
    )
    return {row.waybill for row in rows}


def settle_answered(connection: Connection, waybills: Collection[str], *, provider: str) -> None:
    """Record that the provider answered about these parcels."""
    _settle(connection, waybills, provider, outcome="answered", reason="", not_before=None, again=False)


def settle_unavailable(connection: Connection, waybills: Collection[str], *, provider: str, reason: str) -> None:
    """Record that the provider could not be had; the parcels are due again at their pace."""
    _settle(connection, waybills, provider, outcome="unavailable", reason=reason, not_before=None, again=None)


def settle_refused(
    connection: Connection, waybills: Collection[str], *, provider: str, reason: str, not_before: datetime
) -> None:
    """Record why the provider refused to answer about these parcels, and leave them alone for a while."""
    _settle(connection, waybills, provider, outcome="refused", reason=reason, not_before=not_before, again=True)


def _settle(
    connection: Connection, waybills: Collection[str], provider: str, *, outcome: str, reason: str,
    not_before: datetime | None, again: bool | None,
) -> None:  # fmt: skip
    connection.execute(
        text(
            "UPDATE polled_parcel SET outcome = :outcome, reason = :reason, not_before = :not_before, refusals = "
            "CASE WHEN CAST(:again AS boolean) IS NULL THEN refusals WHEN :again THEN refusals + 1 ELSE 0 END "
            "WHERE provider = :provider AND waybill = ANY(:waybills)"
        ),
        {
            "outcome": outcome, "reason": storable(reason[:500]), "not_before": not_before, "again": again,
            "provider": provider, "waybills": sorted(waybills),
        },
    )  # fmt: skip


def refusals_of(connection: Connection, waybills: Collection[str], *, provider: str) -> int:
    """Count how often in a row the provider has refused the worst of these parcels."""
    found = connection.execute(
        text("SELECT max(refusals) FROM polled_parcel WHERE provider = :provider AND waybill = ANY(:waybills)"),
        {"provider": provider, "waybills": sorted(waybills)},
    ).scalar_one()
    return int(found or 0)


def release(connection: Connection, waybills: Collection[str], *, provider: str) -> None:
    """Give claimed parcels back that were not asked about."""
    connection.execute(
        text("UPDATE polled_parcel SET not_before = NULL WHERE provider = :provider AND waybill = ANY(:waybills)"),
        {"provider": provider, "waybills": sorted(waybills)},
    )


def forget_ended(connection: Connection, *, provider: str, least: timedelta, now: datetime) -> int:
    """Drop what is kept of parcels that nothing more can happen to, once the provider's limit no longer needs it."""
    result = connection.execute(
        text(
            "DELETE FROM polled_parcel p USING shipment s WHERE p.provider = :provider AND s.waybill = p.waybill "
            "AND s.phase = ANY(:final) AND (p.asked_at IS NULL OR p.asked_at + CAST(:least AS interval) <= :now) "
            "AND (p.not_before IS NULL OR p.not_before <= :now)"
        ),
        {"provider": provider, "final": [phase.value for phase in FINAL_PHASES], "least": least, "now": now},
    )
    return int(result.rowcount)


def rest_of(connection: Connection, *, provider: str, now: datetime) -> Rest | None:
    """Say until when a provider is left alone, and why; None when it may be asked."""
    row = connection.execute(
        text("SELECT resting_until, reason FROM polled_provider WHERE provider = :provider AND resting_until > :now"),
        {"provider": provider, "now": now},
    ).one_or_none()
    return Rest(*row) if row else None


def failures_of(connection: Connection, *, provider: str) -> int:
    """Count the polls in a row that found a provider down."""
    row = connection.execute(
        text("SELECT failures FROM polled_provider WHERE provider = :provider"), {"provider": provider}
    ).one_or_none()
    return int(row.failures) if row else 0


def leave_alone(connection: Connection, *, provider: str, until: datetime, reason: str) -> None:
    """Ask a provider nothing until then, and count one more poll that found it down."""
    connection.execute(
        text(
            "INSERT INTO polled_provider (provider, resting_until, failures, reason) "
            "VALUES (:provider, :until, 1, :reason) ON CONFLICT (provider) DO UPDATE SET "
            "resting_until = excluded.resting_until, reason = excluded.reason, failures = polled_provider.failures + 1"
        ),
        {"provider": provider, "until": until, "reason": storable(reason[:500])},
    )


def found_up(connection: Connection, *, provider: str) -> None:
    """Record that a provider answers."""
    connection.execute(
        text(
            "UPDATE polled_provider SET resting_until = NULL, failures = 0, reason = '' "
            "WHERE provider = :provider AND failures > 0"
        ),
        {"provider": provider},
    )
