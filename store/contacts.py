"""Attempts to reach the customers of cases (R113): rows are added and never changed; and when each is to be looked at.

An attempt that is under way and the one that says what came of it are two rows with one key, the letter's that it went
out with. What is next for a customer is for `rules.exceptions.contacting` to say.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Table, Text, text

from schemas.channels import ContactAttempt, Contacted
from store.metadata import INSTANT, created_at, metadata
from store.storable import storable

contact_attempt = Table(
    "contact_attempt",
    metadata,
    Column("attempt_id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("by_whom", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("purpose", Text, nullable=False, server_default=""),
    Column("key", Text),  # of the letter that it went out with, or that asked for it; none where somebody just called
    created_at(),
    Index("ix_contact_attempt_case_no", "case_no", "attempt_id"),
    Index("uq_contact_attempt_key_outcome", "key", "outcome", unique=True),
)
next_contact = Table(
    "next_contact",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("due_at", INSTANT, nullable=False),
    Index("ix_next_contact_due_at", "due_at", "case_no"),
)

_LOOK_THEN = (
    "INSERT INTO next_contact (case_no, due_at) SELECT case_no, min(at) FROM noted GROUP BY case_no ORDER BY case_no "
    "ON CONFLICT (case_no) DO UPDATE SET due_at = least(next_contact.due_at, excluded.due_at)"
)


class BegunAttempt(NamedTuple):
    """An attempt that a letter is to make, or asks a person to make."""

    case_no: str
    key: str
    attempt: ContactAttempt


def begin(connection: Connection, begun: Sequence[BegunAttempt]) -> None:
    """Note attempts that are under way; one whose letter was written before is not noted again."""
    if not begun:
        return
    connection.execute(
        text(
            "WITH noted AS (INSERT INTO contact_attempt (case_no, channel, at, outcome, by_whom, purpose, key) "  # noqa: S608
            "SELECT r.case_no, r.channel, r.at, :under_way, r.by_whom, r.purpose, r.key FROM unnest("
            "CAST(:case_nos AS text[]), CAST(:channels AS text[]), CAST(:ats AS timestamptz[]), "
            "CAST(:by_whom AS text[]), CAST(:purposes AS text[]), CAST(:keys AS text[])) "
            "AS r(case_no, channel, at, by_whom, purpose, key) ON CONFLICT (key, outcome) DO NOTHING "
            f"RETURNING case_no, at) {_LOOK_THEN}"
        ),
        {
            "under_way": Contacted.UNDER_WAY.value,
            "case_nos": [item.case_no for item in begun],
            "channels": [item.attempt.channel.value for item in begun],
            "ats": [item.attempt.at for item in begun],
            "by_whom": [item.attempt.by for item in begun],
            "purposes": [item.attempt.purpose for item in begun],
            "keys": [item.key for item in begun],
        },
    )


def note_sent(connection: Connection, outcomes: Mapping[str, Contacted], *, at: datetime) -> None:
    """Note of attempts under way, by the keys of their letters, whether they went out or cannot."""
    if not outcomes:
        return
    connection.execute(
        text(
            "WITH noted AS (INSERT INTO contact_attempt (case_no, channel, at, outcome, by_whom, purpose, key) "  # noqa: S608
            "SELECT b.case_no, b.channel, :at, r.outcome, b.by_whom, b.purpose, b.key "
            "FROM unnest(CAST(:keys AS text[]), CAST(:outcomes AS text[])) AS r(key, outcome) "
            "JOIN contact_attempt b ON b.key = r.key AND b.outcome = :under_way ORDER BY b.attempt_id "
            f"ON CONFLICT (key, outcome) DO NOTHING RETURNING case_no, at) {_LOOK_THEN}"
        ),
        {
            "at": at,
            "under_way": Contacted.UNDER_WAY.value,
            "keys": list(outcomes),
            "outcomes": [outcome.value for outcome in outcomes.values()],
        },
    )


def tell(connection: Connection, case_no: str, attempt: ContactAttempt, *, look_at: datetime) -> None:
    """Note what somebody tells of an attempt; it says what came of the oldest one by its channel that is under way."""
    connection.execute(
        text(
            "INSERT INTO contact_attempt (case_no, channel, at, outcome, by_whom, note, purpose, key) "
            "SELECT :case_no, :channel, :at, :outcome, :by_whom, :note, coalesce(b.purpose, :purpose), b.key "
            "FROM (SELECT 1) AS told LEFT JOIN LATERAL (SELECT key, purpose FROM contact_attempt b "
            "WHERE b.case_no = :case_no AND b.channel = :channel AND b.outcome = :under_way AND NOT EXISTS "
            "(SELECT FROM contact_attempt a WHERE a.key = b.key AND a.outcome <> :under_way) "
            "ORDER BY attempt_id LIMIT 1) b ON true"
        ),
        {
            "case_no": case_no,
            "channel": attempt.channel.value,
            "at": attempt.at,
            "outcome": attempt.outcome.value,
            "by_whom": storable(attempt.by),
            "note": storable(attempt.note),
            "purpose": attempt.purpose,
            "under_way": Contacted.UNDER_WAY.value,
        },
    )
    connection.execute(
        text(
            "INSERT INTO next_contact (case_no, due_at) VALUES (:case_no, :look_at) "
            "ON CONFLICT (case_no) DO UPDATE SET due_at = least(next_contact.due_at, excluded.due_at)"
        ),
        {"case_no": case_no, "look_at": look_at},
    )


def of_cases(connection: Connection, case_nos: Collection[str]) -> dict[str, list[ContactAttempt]]:
    """Read the attempts of these cases as far as they have come, in their order; a case without any is left out."""
    rows = connection.execute(
        text(
            "SELECT case_no, channel, at, outcome, by_whom, note, purpose FROM contact_attempt a "
            "WHERE case_no = ANY(:case_nos) AND (outcome <> :under_way OR NOT EXISTS "
            "(SELECT FROM contact_attempt b WHERE b.key = a.key AND b.outcome <> :under_way)) ORDER BY at, attempt_id"
        ),
        {"case_nos": list(case_nos), "under_way": Contacted.UNDER_WAY.value},
    )
    found: dict[str, list[ContactAttempt]] = {}
    for row in rows:
        attempt = ContactAttempt(
            channel=row.channel, at=row.at, outcome=row.outcome, by=row.by_whom, note=row.note, purpose=row.purpose
        )
        found.setdefault(row.case_no, []).append(attempt)
    return found


def due(connection: Connection, *, now: datetime, limit: int) -> list[str]:
    """Name the cases whose next contact is to be looked at, longest waiting first."""
    rows = connection.execute(
        text("SELECT case_no FROM next_contact WHERE due_at <= :now ORDER BY due_at, case_no LIMIT :limit"),
        {"now": now, "limit": limit},
    )
    return list(rows.scalars())


def hold(connection: Connection, case_nos: Collection[str]) -> None:
    """Keep what is told of these cases meanwhile from being overlooked: it waits for the end of this transaction."""
    connection.execute(
        text("SELECT FROM next_contact WHERE case_no = ANY(:case_nos) ORDER BY case_no FOR UPDATE"),
        {"case_nos": list(case_nos)},
    )


def put_off(connection: Connection, looks: Mapping[str, datetime | None]) -> None:
    """Say of cases when they are to be looked at next; None: not before somebody tells of another attempt."""
    if not looks:
        return
    connection.execute(
        text(
            "WITH looks AS (SELECT * FROM unnest(CAST(:case_nos AS text[]), CAST(:due_ats AS timestamptz[])) "
            "AS r(case_no, due_at)), over AS (DELETE FROM next_contact n USING looks l "
            "WHERE n.case_no = l.case_no AND l.due_at IS NULL) "
            "UPDATE next_contact n SET due_at = l.due_at FROM looks l "
            "WHERE n.case_no = l.case_no AND l.due_at IS NOT NULL"
        ),
        {"case_nos": list(looks), "due_ats": list(looks.values())},
    )
