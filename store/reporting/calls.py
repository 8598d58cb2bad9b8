"""Calls and messages as reports count them by the golden rules (R61, R62), each by the limits that held on its day.

What is kept and broken, `rules.calls.golden` says of one call; this is the same over many.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from rules.packs import Rule
from rules.privacy import mask_phones
from schemas.complaint_lines import CallLine
from schemas.reporting import Span
from store.reporting.counting import PERIODS, Population, bounds, flags

_PHONE, _ONLINE = "r.came_in AND r.medium = 'phone'", "r.came_in AND r.medium = 'online'"
_TAKEN = f"{_PHONE} AND r.answered_at IS NOT NULL"
_GAVE_UP = "r.answered_at IS NULL AND r.ended_at <= r.answer_due_at"
_LATE = (
    "(r.answered_at > r.answer_due_at OR (r.answered_at IS NULL AND coalesce(r.ended_at > r.answer_due_at, true) "
    "AND r.answer_due_at < :as_of))"
)
CONDITIONS: dict[str, str] = {
    "calls": _PHONE,
    "gave_up": f"{_PHONE} AND {_GAVE_UP}",
    "phone_in_time": f"{_PHONE} AND r.answered_at <= r.answer_due_at",
    "phone_late": f"{_PHONE} AND {_LATE}",
    "messages": _ONLINE,
    "online_in_time": f"{_ONLINE} AND r.answered_at <= r.answer_due_at",
    "online_late": f"{_ONLINE} AND {_LATE}",
    "rang_briefly": f"{_TAKEN} AND r.rings <= r.rings_max",
    "rang_long": f"{_TAKEN} AND r.rings > r.rings_max",
    "settled_in_time": f"{_TAKEN} AND r.ended_at <= r.settle_due_at",
    "settled_late": f"{_TAKEN} AND r.ended_at > r.settle_due_at",
    "left_to_the_caller": f"{_TAKEN} AND r.hung_up_by IN ('caller', 'system')",
    "agent_hung_up": f"{_TAKEN} AND r.hung_up_by = 'agent'",
}
CALLS = Population(
    table="reported_call",
    conditions=CONDITIONS,
    dimensions=("centre", "queue"),
    number="call",
    gravest="started_at, call",
    largest_by="calls",
)
_LIMIT = (
    "LEFT JOIN limits {0} ON {0}.id = '{1}' AND {0}.scope = c.medium AND d.day >= {0}.valid_from "
    "AND (d.day < {0}.valid_to OR {0}.valid_to IS NULL)"
)
_GATHER = f"""
CREATE TEMPORARY TABLE reported_call ON COMMIT DROP AS
WITH limits AS (
  SELECT * FROM jsonb_to_recordset(CAST(:limits AS jsonb))
    AS t (id text, scope text, value numeric, valid_from date, valid_to date)
), measured AS (
  SELECT c.centre || '/' || c.call_id AS call, c.centre, c.queue, c.medium, c.direction = 'in' AS came_in,
    c.started_at, c.answered_at, c.ended_at, c.rings, c.hung_up_by,
    c.started_at + CAST(a.value AS float8) * interval '1 second' AS answer_due_at,
    c.answered_at + CAST(e.value AS float8) * interval '1 second' AS settle_due_at, g.value AS rings_max
  FROM call_record c CROSS JOIN LATERAL (SELECT CAST(c.started_at AT TIME ZONE :zone AS date)) d (day)
    {_LIMIT.format("a", "answered_within")} {_LIMIT.format("e", "settled_within")} {_LIMIT.format("g", "rings_max")}
  WHERE c.started_at >= :since AND c.started_at < :until
)
SELECT w.which, w.start_at, r.*, {flags(CONDITIONS)}
FROM measured r JOIN {PERIODS} ON r.started_at >= w.start_at AND r.started_at < w.end_at
"""  # noqa: S608  # all of it is declared above


class Measuring(NamedTuple):
    """What calls are measured by: the moment, whose days they are, and the dated limits."""

    as_of: datetime
    time_zone: str
    limits: Iterable[Rule]


def gather(connection: Connection, *, this: Span, before: Span, by: Measuring) -> None:
    """Put the calls of both periods into the table that the population reads, for this transaction."""
    limits = [
        {"id": rule.id, "scope": rule.scope, "value": rule.value, "valid_from": rule.valid_from,
         "valid_to": rule.valid_to}
        for rule in by.limits
    ]  # fmt: skip
    connection.execute(
        text(_GATHER),
        {
            "since": before.start,
            "until": this.end,
            **bounds(this=this, before=before),
            "as_of": by.as_of,
            "zone": by.time_zone,
            "limits": json.dumps(limits, default=lambda value: None if value is None else str(value)),
        },
    )
    connection.execute(text("ANALYZE reported_call"))


def lines(connection: Connection) -> Iterator[CallLine]:
    """Read the calls and messages of this period, a chunk at a time."""
    for row in CALLS.rows(connection, CallLine._fields):
        told = CallLine(*row)
        yield told._replace(queue=mask_phones(told.queue))
