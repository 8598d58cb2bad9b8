"""The outbox: everything that leaves, written in the transaction that wants it and carried out by a dispatcher."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from store.metadata import INSTANT, created_at, metadata

LEASE = timedelta(seconds=60)
"""How long one attempt at sending may take before the item counts as cut off."""


class Kind(StrEnum):
    """What leaves. Notices have a receiver without an idempotency key; a code may come twice, it is the same code."""

    NOTICE = "notice"
    CODE = "code"  # a notice with a one-time code, which lies sealed in its payload
    WORK_ORDER = "work_order"
    START_RUN = "start_run"
    CANCEL_RUN = "cancel_run"
    TAG_RUN = "tag_run"
    PAYOUT = "payout"
    PAYOUT_BATCH = "payout_batch"  # a file for the bank: by its name and hash it is written once
    PAYOUT_REVERSAL = "payout_reversal"
    INSURER_CLAIM = "insurer_claim"


ASKABLE = frozenset({Kind.PAYOUT})
"""Kinds whose other side can be asked whether it has done it. What is uncertain is asked about, and not repeated."""
REPEATABLE = frozenset(Kind) - {Kind.NOTICE} - ASKABLE

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),  # one item for each key, ever
    Column("case_no", Text, nullable=False, server_default=""),
    Column("payload", JSONB, nullable=False),
    Column("status", Text, nullable=False, server_default="pending"),  # sending, done, failed, uncertain, withdrawn
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", INSTANT, nullable=False),
    Column("lease_until", INSTANT),
    Column("flow_run_id", Text),  # the run that is sending it
    Column("answer", JSONB),
    Column("error", Text, nullable=False, server_default=""),
    Column("done_at", INSTANT),
    created_at(),
    Index("uq_outbox_key", "key", unique=True),
    Index("ix_outbox_due", "kind", "not_before", "id", postgresql_where=text("status = 'pending'")),
    Index("ix_outbox_sending", "lease_until", postgresql_where=text("status = 'sending'")),
    Index("ix_outbox_uncertain", "kind", "not_before", postgresql_where=text("status = 'uncertain'")),
    Index("ix_outbox_case_no", "case_no"),
    Index("ix_outbox_failed", "case_no", postgresql_where=text("status = 'failed'")),
)


class Item(NamedTuple):
    """One thing to send."""

    id: int
    kind: Kind
    key: str
    case_no: str
    payload: dict[str, Any]
    attempts: int


class Letter(NamedTuple):
    """One thing that a step wants to have sent."""

    kind: Kind
    key: str
    case_no: str
    payload: dict[str, Any]
    not_before: datetime


def put(connection: Connection, letters: Iterable[Letter]) -> None:
    """Put items into the outbox; one whose key is there already is left as it is."""
    _put(connection, list(letters), known="DO NOTHING")


def put_anew(connection: Connection, letters: Iterable[Letter]) -> int:
    """Put items into the outbox, also those that were there before and that the other side refused; count them."""
    return _put(
        connection,
        list(letters),
        known="(key) DO UPDATE SET status = 'pending', attempts = 0, not_before = excluded.not_before "
        "WHERE outbox.status IN ('failed', 'withdrawn')",
    )


def _put(connection: Connection, letters: Sequence[Letter], *, known: str) -> int:
    if not letters:
        return 0
    done = connection.execute(
        text(
            "INSERT INTO outbox (kind, key, case_no, payload, not_before) SELECT * FROM unnest("  # noqa: S608
            "CAST(:kinds AS text[]), CAST(:keys AS text[]), CAST(:case_nos AS text[]), CAST(:payloads AS jsonb[]), "
            f"CAST(:not_before AS timestamptz[])) ON CONFLICT {known}"
        ),
        {
            "kinds": [letter.kind.value for letter in letters],
            "keys": [letter.key for letter in letters],
            "case_nos": [letter.case_no for letter in letters],
            "payloads": [json.dumps(letter.payload, default=str) for letter in letters],
            "not_before": [letter.not_before for letter in letters],
        },
    )
    return done.rowcount


def claim(
    connection: Connection,
    *,
    kinds: Collection[Kind],
    now: datetime,
    limit: int,
    case_nos: Collection[str] | None = None,
    flow_run_id: str | None = None,
) -> list[Item]:
    """Take due items for sending, at most `limit` of each kind, those due longest first, in the name of a run.

    The caller commits before it sends.
    """
    of_cases = "" if case_nos is None else "AND case_no = ANY(:case_nos) "
    rows = connection.execute(
        text(
            "UPDATE outbox SET status = 'sending', attempts = attempts + 1, lease_until = :until, "  # noqa: S608
            "flow_run_id = :flow_run_id FROM unnest(CAST(:kinds AS text[])) AS wanted, LATERAL ("
            "SELECT id FROM outbox WHERE status = 'pending' AND kind = wanted AND not_before <= :now "
            f"{of_cases}ORDER BY not_before, id LIMIT :limit FOR UPDATE SKIP LOCKED) AS due "
            "WHERE outbox.id = due.id "
            "RETURNING outbox.id, kind, key, case_no, payload, attempts"
        ),
        {
            "kinds": [kind.value for kind in kinds],
            "now": now,
            "until": now + LEASE,
            "limit": limit,
            "flow_run_id": flow_run_id,
            "case_nos": list(case_nos or ()),
        },
    )
    return sorted((Item(row[0], Kind(row[1]), *row[2:]) for row in rows), key=lambda item: item.id)


class Settled(NamedTuple):
    """What became of one item: it arrived, or will never; the answer of the other side, or its error."""

    id: int
    arrived: bool
    answer: Mapping[str, Any] = MappingProxyType({})
    error: str = ""


def settle_many(connection: Connection, settled: Sequence[Settled], *, at: datetime) -> None:
    """Record what became of items that were sent; one that was recovered meanwhile stays as it is."""
    if settled:
        connection.execute(
            text(
                "UPDATE outbox SET status = CASE WHEN r.arrived THEN 'done' ELSE 'failed' END, done_at = :at, "
                "lease_until = NULL, error = r.error, answer = r.answer FROM unnest(CAST(:ids AS bigint[]), "
                "CAST(:arrived AS boolean[]), CAST(:errors AS text[]), CAST(:answers AS jsonb[])) "
                "AS r(id, arrived, error, answer) WHERE outbox.id = r.id AND status = 'sending'"
            ),
            {
                "ids": [item.id for item in settled],
                "arrived": [item.arrived for item in settled],
                "errors": [item.error[:500] for item in settled],
                "answers": [json.dumps(dict(item.answer), default=str) for item in settled],
                "at": at,
            },
        )


class Waiting(NamedTuple):
    """An item that could not be sent: why, and when to try again."""

    id: int
    error: str
    not_before: datetime


def put_back(connection: Connection, waiting: Sequence[Waiting]) -> None:
    """Let items that could not be sent wait for their next attempt."""
    if waiting:
        connection.execute(
            text(
                "UPDATE outbox SET status = 'pending', lease_until = NULL, error = r.error, not_before = r.not_before "
                "FROM unnest(CAST(:ids AS bigint[]), CAST(:errors AS text[]), CAST(:not_before AS timestamptz[])) "
                "AS r(id, error, not_before) WHERE outbox.id = r.id AND status = 'sending'"
            ),
            {
                "ids": [item.id for item in waiting],
                "errors": [item.error[:500] for item in waiting],
                "not_before": [item.not_before for item in waiting],
            },
        )


def put_in_doubt(connection: Connection, waiting: Sequence[Waiting]) -> None:
    """Mark items uncertain of which nobody knows whether they arrived; they are asked about from their time on."""
    _doubt(connection, waiting, was="sending")


def doubt_still(connection: Connection, waiting: Sequence[Waiting]) -> None:
    """Leave items uncertain that were asked about in vain, until their next time."""
    _doubt(connection, waiting, was="uncertain")


def _doubt(connection: Connection, waiting: Sequence[Waiting], *, was: str) -> None:
    if waiting:
        connection.execute(
            text(
                "UPDATE outbox SET status = 'uncertain', lease_until = NULL, error = r.error, "
                "not_before = r.not_before FROM unnest(CAST(:ids AS bigint[]), CAST(:errors AS text[]), "
                "CAST(:not_before AS timestamptz[])) AS r(id, error, not_before) "
                "WHERE outbox.id = r.id AND status = :was"
            ),
            {
                "ids": [item.id for item in waiting],
                "errors": [item.error[:500] for item in waiting],
                "not_before": [item.not_before for item in waiting],
                "was": was,
            },
        )


def in_doubt(connection: Connection, *, now: datetime, limit: int) -> list[Item]:
    """Read uncertain items that the other side can be asked about now."""
    rows = connection.execute(
        text(
            "SELECT id, kind, key, case_no, payload, attempts FROM outbox WHERE status = 'uncertain' "
            "AND kind = ANY(:kinds) AND not_before <= :now ORDER BY not_before, id LIMIT :limit"
        ),
        {"kinds": sorted(ASKABLE), "now": now, "limit": limit},
    )
    return [Item(row[0], Kind(row[1]), *row[2:]) for row in rows]


def settle_doubts(connection: Connection, items: Sequence[Item], settled: Sequence[Settled], *, at: datetime) -> None:
    """Record what the other side says of uncertain items; one that was sent again since it was read stays as it is."""
    _answer_doubts(
        connection, items, at=at,
        statuses=["done" if one.arrived else "failed" for one in settled],
        errors=[one.error[:500] for one in settled],
        answers=[json.dumps(dict(one.answer), default=str) for one in settled],
    )  # fmt: skip


def send_again(connection: Connection, items: Sequence[Item], *, at: datetime) -> None:
    """Let uncertain items be sent again that the other side, asked by their keys, does not know."""
    _answer_doubts(
        connection, items, at=at,
        statuses=["pending"] * len(items),
        errors=["the other side does not know it"] * len(items),
        answers=["null"] * len(items),
    )  # fmt: skip


def _answer_doubts(
    connection: Connection,
    items: Sequence[Item],
    *,
    statuses: Sequence[str],
    errors: Sequence[str],
    answers: Sequence[str],
    at: datetime,
) -> None:
    if items:
        connection.execute(
            text(
                "UPDATE outbox SET status = r.status, error = r.error, answer = nullif(r.answer, 'null'), "
                "not_before = CASE WHEN r.status = 'pending' THEN :at ELSE not_before END, "
                "done_at = CASE WHEN r.status = 'pending' THEN NULL ELSE CAST(:at AS timestamptz) END "
                "FROM unnest(CAST(:ids AS bigint[]), CAST(:attempts AS int[]), CAST(:statuses AS text[]), "
                "CAST(:errors AS text[]), CAST(:answers AS jsonb[])) AS r(id, attempts, status, error, answer) "
                "WHERE outbox.id = r.id AND outbox.status = 'uncertain' AND outbox.attempts = r.attempts"
            ),
            {
                "ids": [item.id for item in items],
                "attempts": [item.attempts for item in items],
                "statuses": list(statuses),
                "errors": list(errors),
                "answers": list(answers),
                "at": at,
            },
        )


def give_up_claim(connection: Connection, item_ids: Sequence[int]) -> None:
    """Let go of items that were claimed and not begun: they are due as before, and nothing was attempted."""
    connection.execute(
        text(
            "UPDATE outbox SET status = 'pending', lease_until = NULL, attempts = attempts - 1 "
            "WHERE id = ANY(:ids) AND status = 'sending'"
        ),
        {"ids": list(item_ids)},
    )


def recover_cut_off(
    connection: Connection, *, now: datetime, flow_run_ids: Collection[str] = frozenset()
) -> dict[str, int]:
    """Deal with items whose sender died: repeat those with an idempotency key, mark the others uncertain.

    A payout has a key too, and is uncertain all the same: it is asked about before anything is sent again, once the
    time of its sender is over and no request of his can be under way any more.

    A sender counts as dead when its time is over, and at once when its run is among those known to be lost.
    """
    rows = connection.execute(
        text(
            "UPDATE outbox SET status = CASE WHEN kind = ANY(:repeatable) THEN 'pending' ELSE 'uncertain' END, "
            "not_before = CASE WHEN kind = ANY(:askable) THEN greatest(not_before, lease_until) ELSE not_before END, "
            "error = 'the sender was cut off', lease_until = NULL WHERE status = 'sending' "
            "AND (lease_until <= :now OR flow_run_id = ANY(:lost)) RETURNING status"
        ),
        {"repeatable": sorted(REPEATABLE), "askable": sorted(ASKABLE), "now": now, "lost": list(flow_run_ids)},
    )
    recovered: dict[str, int] = {}
    for row in rows:
        recovered[row.status] = recovered.get(row.status, 0) + 1
    return recovered


def known_keys(connection: Connection, keys: Collection[str]) -> set[str]:
    """Say which of these keys were ever put into the outbox."""
    rows = connection.execute(text("SELECT key FROM outbox WHERE key = ANY(:keys)"), {"keys": list(keys)})
    return {row.key for row in rows}


def withdraw(connection: Connection, case_nos: Collection[str], *, kind: Kind) -> None:
    """Take back what was not sent yet, or was refused for good."""
    connection.execute(
        text(
            "UPDATE outbox SET status = 'withdrawn' "
            "WHERE case_no = ANY(:case_nos) AND kind = :kind AND status IN ('pending', 'failed')"
        ),
        {"case_nos": list(case_nos), "kind": kind.value},
    )


def withdraw_to_customer(connection: Connection, case_no: str) -> None:
    """Take back what the customer of a case was to be told and was not yet, or what was refused for good."""
    connection.execute(
        text(
            "UPDATE outbox SET status = 'withdrawn' WHERE case_no = :case_no AND kind = 'notice' "
            "AND payload->>'audience' = 'customer' AND status IN ('pending', 'failed')"
        ),
        {"case_no": case_no},
    )


def withdraw_unsent(connection: Connection, keys: Collection[str]) -> int:
    """Take back the items with these keys that were not sent yet, and count them."""
    done = connection.execute(
        text("UPDATE outbox SET status = 'withdrawn' WHERE key = ANY(:keys) AND status = 'pending'"),
        {"keys": list(keys)},
    )
    return done.rowcount


def statuses(connection: Connection, case_nos: Collection[str], *, kind: Kind) -> dict[str, dict[str, int]]:
    """Count the items of one kind by case and status, without those that were taken back."""
    rows = connection.execute(
        text(
            "SELECT case_no, status, count(*) FROM outbox "
            "WHERE case_no = ANY(:case_nos) AND kind = :kind AND status <> 'withdrawn' GROUP BY 1, 2"
        ),
        {"case_nos": list(case_nos), "kind": kind.value},
    )
    counted: dict[str, dict[str, int]] = {}
    for row in rows:
        counted.setdefault(row[0], {})[row[1]] = row[2]
    return counted


def of_case(connection: Connection, case_no: str) -> list[dict[str, Any]]:
    """Read everything that left or is to leave for a case, oldest first."""
    rows = connection.execute(
        text("SELECT id, kind, key, payload, status, attempts, error, answer, created_at, done_at FROM outbox "
             "WHERE case_no = :case_no ORDER BY id"), {"case_no": case_no},
    )  # fmt: skip
    return [dict(row._mapping) for row in rows]


def waiting(connection: Connection) -> dict[str, int]:
    """Count the items that are not done, by status."""
    rows = connection.execute(
        text("SELECT status, count(*) FROM outbox WHERE status <> 'done' AND status <> 'withdrawn' GROUP BY status")
    )
    return {row[0]: row[1] for row in rows}


def failed_results(connection: Connection) -> list[str]:
    """List the cases whose customer or department can never be told of the result."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT case_no FROM outbox WHERE status = 'failed' AND kind = 'notice' "
            "AND payload->>'purpose' = 'result'"
        )
    )
    return [row.case_no for row in rows]


def undelivered_notices(
    connection: Connection, case_nos: Collection[str], *, now: datetime, audience: str | None = None
) -> dict[str, str]:
    """Say of each case whose result notice is still on its way (`waiting`) or will never arrive (`failed`).

    With an audience only what was to be told to that one counts.

    A notice that waits for the end of the quiet hours, and one whose sending was cut off, count as told.
    """
    rows = connection.execute(
        text(
            "SELECT case_no, bool_or(status = 'failed') AS failed FROM outbox WHERE case_no = ANY(:case_nos) "
            "AND kind = 'notice' AND payload->>'purpose' = 'result' AND (status IN ('sending', 'failed') "
            "OR status = 'pending' AND (attempts > 0 OR not_before <= :now)) "
            "AND (CAST(:audience AS text) IS NULL OR payload->>'audience' = :audience) GROUP BY case_no"
        ),
        {"case_nos": list(case_nos), "now": now, "audience": audience},
    )
    return {row.case_no: "failed" if row.failed else "waiting" for row in rows}
