"""The figures about exceptions: each one is one condition over one set of cases, so a count and its list never differ.

`gather` puts the cases that lived in a period, or in the one before, into a temporary table of the transaction, with a
column for every figure that says whether it counts the case. All else is read from there: sums in SQL, lists in bounded
pieces. A closed case is as its analysis says, an open one as it stands.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from rules.privacy import mask_phones
from rules.reporting.lists import PARTIAL
from schemas.reporting import CaseLine, Cost, Span
from store.reporting.counting import PERIODS, STANDING, Population, bounds, flags
from store.reporting.parcels import OUTLET_OF_PARCEL, Per, parcels_of

_IN_PERIOD = "r.{} >= w.start_at AND r.{} < w.end_at"
_REMEDIED = "('accepted', 'unobjected', 'untold')"
_OPENED, _CLOSED = _IN_PERIOD.format("opened_at", "opened_at"), _IN_PERIOD.format("closed_at", "closed_at")
_STILL_OPEN = "w.which = 'this' AND r.closed_at IS NULL"
_ANSWERED_LATE = (
    f"{_CLOSED} AND r.first_response_due_at < "
    "coalesce(r.first_response_at, r.closed_at)"  # not answered at all counts once it was due before the end
)

CONDITIONS: dict[str, str] = {
    # the ledger: carried over + opened = closed + left open
    "carried_over": "r.opened_at < w.start_at",
    "opened": _OPENED,
    "closed": _CLOSED,
    "left_open": "r.closed_at IS NULL OR r.closed_at >= w.end_at",
    # of the cases opened
    "severe": f"{_OPENED} AND r.severity >= :severe_from",
    "noticed_by_us": f"{_OPENED} AND r.origin = ANY(:ours)",
    "promised": f"{_OPENED} AND r.promised_at IS NOT NULL",
    "noticed_before_promise": f"{_OPENED} AND r.opened_at < r.promised_at",
    "insured": f"{_OPENED} AND r.insured",
    # of the cases closed
    "answered": f"{_CLOSED} AND r.first_response_at IS NOT NULL",
    "answered_in_time": f"{_CLOSED} AND r.first_response_at <= r.first_response_due_at",
    "answered_late": _ANSWERED_LATE,
    "resolved_in_time": f"{_CLOSED} AND r.resolved_at <= r.resolution_due_at",
    "resolved_late": f"{_CLOSED} AND r.resolved_at > r.resolution_due_at",
    "remedied": f"{_CLOSED} AND r.closing_reason IN {_REMEDIED}",
    "cured": f"{_CLOSED} AND r.closing_reason = 'cured'",
    "by_hand": f"{_CLOSED} AND r.closing_reason = 'by_hand'",
    "ended_otherwise": f"{_CLOSED} AND r.closing_reason NOT IN ('cured', 'by_hand') "
    f"AND r.closing_reason NOT IN {_REMEDIED}",
    "reopened": f"{_CLOSED} AND r.reopened > 0",
    "replanned": f"{_CLOSED} AND r.rounds > 1",
    "escalated": f"{_CLOSED} AND r.escalation_level > 0",
    "paid": f"{_CLOSED} AND r.cost > 0",
    "arrived_late": f"{_CLOSED} AND r.days_late > 0",
    # of the cases that were still open when the report was made
    "still_open": _STILL_OPEN,
    "overdue": f"{_STILL_OPEN} AND r.next_due_at <= :as_of",
    "still_severe": f"{_STILL_OPEN} AND r.severity >= :severe_from",
}
"""Which cases each figure counts; `rules.reporting.exceptions` says the same in words."""

DIMENSIONS = (
    "type", "cause", "party", "lane", "outlet", "carrier", "origin", "severity", "product", "closing_reason", "age",
    "state", "waiting_for", "customs_office",
)  # fmt: skip
"""What cases are grouped by: columns of the gathered table."""

TIMES: dict[str, tuple[str, str, str]] = {
    # figure: which cases, the time it took, the time it was allowed
    "noticing": ("opened", "opened_at - troubled_since", "NULL::interval"),
    "first_response": ("closed", "first_response_at - opened_at", "first_response_due_at - opened_at"),
    "resolution": ("closed", "resolved_at - opened_at", "resolution_due_at - opened_at"),
    "handling": ("closed", "closed_at - opened_at", "NULL::interval"),
}
"""How long things took."""

_FACTS = (
    "case_no", "waybill", "type", "cause", "party", "origin", "severity", "carrier", "outlet", "lane_from", "lane_to",
    "product", "insured", "troubled_since", "opened_at", "promised_at", "first_response_at", "first_response_due_at",
    "resolved_at", "resolution_due_at", "closed_at", "closing_reason", "measures", "cost", "currency", "rounds",
    "reopened", "escalation_level", "days_late",
)  # fmt: skip
_TOLD_BY_OTHERS = ("outlet", "lane", "carrier", "product", "cause", "customs_office")
"""Texts that came from outside: an outlet's name may have somebody's phone number beside it."""
_CUSTOMS_OFFICE = (
    "CASE WHEN {0}.type = 'CUSTOMS_HELD' THEN coalesce(nullif({0}.customs_office, ''), 'unknown') ELSE '' END "
    "AS customs_office"  # of cases of other types none
)
_LIVED = "opened_at < :until AND closed_at >= :since"  # in one of the two periods
_GATHER = f"""
CREATE TEMPORARY TABLE reported_case ON COMMIT DROP AS
WITH kept AS (
  SELECT {", ".join(_FACTS)}, 'CLOSED' AS state, CAST(NULL AS timestamptz) AS next_due_at,
    {_CUSTOMS_OFFICE.format("a")}
  FROM case_analysis a WHERE {_LIVED}
    AND NOT EXISTS (SELECT FROM cases c WHERE c.case_no = a.case_no AND c.closed_at IS NULL)
), standing AS (
  SELECT c.case_no, c.waybill, c.type, coalesce(nullif(c.reason, ''), 'unknown') AS cause,
    split_part(coalesce(nullif(c.reason, ''), 'unknown'), '.', 1) AS party, c.origin, c.severity, s.carrier,
    {OUTLET_OF_PARCEL} AS outlet, s.lane_from, s.lane_to, s.product, s.insured_amount IS NOT NULL AS insured,
    c.troubled_since, c.opened_at, s.promised_at, c.customer_told_at AS first_response_at,
    c.closed_at AS first_response_due_at, c.closed_at AS resolved_at, c.closed_at AS resolution_due_at, c.closed_at,
    '' AS closing_reason, CAST('{{}}' AS text[]) AS measures, CAST(0 AS numeric(12, 2)) AS cost, s.currency, c.rounds,
    coalesce(a.reopened + 1, 0) AS reopened, c.escalation_level,
    greatest(floor(extract(epoch FROM CAST(:as_of AS timestamptz) - s.promised_at) / 86400), 0)::int AS days_late,
    c.state, c.next_due_at, {_CUSTOMS_OFFICE.format("c")}
  FROM cases c JOIN shipment s USING (waybill) LEFT JOIN case_analysis a USING (case_no)
  WHERE c.closed_at IS NULL AND c.procedure = 'exception' AND c.opened_at < :until
), lived AS (SELECT * FROM kept UNION ALL SELECT * FROM standing)
SELECT w.which, w.start_at, r.*,
  CASE WHEN r.lane_from <> '' OR r.lane_to <> ''
    THEN coalesce(nullif(r.lane_from, ''), '?') || ' → ' || coalesce(nullif(r.lane_to, ''), '?') ELSE '' END AS lane,
  {STANDING},
  {flags(CONDITIONS)}
FROM lived r JOIN {PERIODS}
  ON r.opened_at < w.end_at AND (r.closed_at IS NULL OR r.closed_at >= w.start_at)
"""  # noqa: S608  # all of it is declared above


class Measuring(NamedTuple):
    """What the figures are measured by; the rules say all of it."""

    as_of: datetime
    ours: Collection[str]  # origins that mean that we noticed first
    severe_from: int
    waiting_for: Mapping[str, str]  # by state
    age_bounds_hours: Sequence[int]
    age_bands: Sequence[str]


def gather(connection: Connection, *, this: Span, before: Span, by: Measuring) -> None:
    """Put the cases of both periods into the table that all other functions here read, for this transaction."""
    connection.execute(
        text(_GATHER),
        {
            "since": before.start,
            "until": this.end,
            **bounds(this=this, before=before),
            "as_of": by.as_of,
            "ours": list(by.ours),
            "severe_from": by.severe_from,
            "waiting_for": _json(by.waiting_for),
            "age_bounds": list(by.age_bounds_hours),
            "age_bands": list(by.age_bands),
        },
    )
    connection.execute(text("ANALYZE reported_case"))


CASES = Population(
    table="reported_case", conditions=CONDITIONS, dimensions=DIMENSIONS, partial=PARTIAL, times=TIMES,
    amounts={"paid": "cost"},
)  # fmt: skip
totals, groups, times, slots = CASES.totals, CASES.groups, CASES.time_taken, CASES.slots
behind, behind_others, pairs = CASES.behind, CASES.behind_others, CASES.pairs


def costs(connection: Connection) -> dict[str, list[Cost]]:
    """Add up what closed cases cost, by period and currency."""
    return CASES.sums(connection, "paid")


def deliveries(connection: Connection, outlets: Collection[str], *, during: Span) -> dict[str, int]:
    """Count the parcels that some outlets delivered, to measure their exceptions against."""
    return parcels_of(connection, outlets, per=Per.DELIVERED, during=during)


def lines(connection: Connection, case_nos: Collection[str] | None = None) -> Iterator[CaseLine]:
    """Read the cases of this period, or those named, in the order of their numbers, a chunk at a time."""
    for row in CASES.rows(connection, CaseLine._fields, numbers=case_nos):
        told = CaseLine(*row)
        masked: dict[str, Any] = {name: mask_phones(getattr(told, name)) for name in _TOLD_BY_OTHERS}
        yield told._replace(**masked)


def _json(value: Mapping[str, str]) -> str:
    return json.dumps(dict(value))
