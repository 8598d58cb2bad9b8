"""The figures about complaints, counted as those about exceptions are: one condition for each, over one set of cases.

`gather` puts the complaints that lived in a period, or in the one before, into a temporary table. What their clocks
came to is read by the rules and put beside them first (`store.reporting.clocks`). The same is gathered once more
over three months for the feedback analysis (R109). A draft that nobody completed is no complaint: one figure counts it.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from rules.privacy import mask_phones
from schemas.complaint_lines import ComplaintLine
from schemas.reporting import Span
from store.reporting.clocks import clocks_beside
from store.reporting.counting import PERIODS, STANDING, Population, bounds, flags
from store.reporting.parties import OUTLET_ANSWERING, main_party

_RECEIVED = "r.in_full AND r.opened_at >= w.start_at AND r.opened_at < w.end_at"
_CLOSED = "r.in_full AND r.closed_at >= w.start_at AND r.closed_at < w.end_at"
_STILL_OPEN = "r.in_full AND w.which = 'this' AND r.closed_at IS NULL"
CONDITIONS: dict[str, str] = {
    # the ledger: carried over + received = closed + left open
    "carried_over": "r.in_full AND r.opened_at < w.start_at",
    "received": _RECEIVED,
    "closed": _CLOSED,
    "left_open": "r.in_full AND (r.closed_at IS NULL OR r.closed_at >= w.end_at)",
    "drafts": "NOT r.in_full AND r.opened_at >= w.start_at AND r.opened_at < w.end_at",
    # of the complaints received
    "severe": f"{_RECEIVED} AND r.severity >= :severe_from",
    "repeats": f"{_RECEIVED} AND r.is_repeat",
    "from_regulator": f"{_RECEIVED} AND r.channel = 'regulator'",
    "demanding": f"{_RECEIVED} AND r.demanded > 0",
    "decided": f"{_RECEIVED} AND r.validity <> 'UNDECIDED'",
    "valid": f"{_RECEIVED} AND r.validity = 'VALID'",
    "customer_caused": f"{_RECEIVED} AND r.validity = 'CUSTOMER_CAUSED'",
    "malicious": f"{_RECEIVED} AND r.validity = 'MALICIOUS'",
    "unproven": f"{_RECEIVED} AND r.validity = 'UNPROVEN'",
    "undecided": f"{_RECEIVED} AND r.validity = 'UNDECIDED'",
    "answered_in_time": f"{_RECEIVED} AND r.answer_kept",
    "answered_late": f"{_RECEIVED} AND NOT r.answer_kept",
    "result_in_time": f"{_RECEIVED} AND r.result_kept",
    "result_late": f"{_RECEIVED} AND NOT r.result_kept",
    "law_in_time": f"{_RECEIVED} AND r.law_kept",
    "law_late": f"{_RECEIVED} AND NOT r.law_kept",
    "tickets": f"{_RECEIVED} AND r.source = 'tickets'",
    "at_the_door": f"{_RECEIVED} AND r.source = 'at_the_door'",
    "courier_notes": f"{_RECEIVED} AND r.source = 'courier_notes'",
    # of the complaints closed
    "at_once": f"{_CLOSED} AND r.ending = 'at_once'",
    "accepted": f"{_CLOSED} AND r.ending = 'accepted'",
    "unobjected": f"{_CLOSED} AND r.ending = 'unobjected'",
    "explained": f"{_CLOSED} AND r.ending = 'explained_not_agreed'",
    "withdrawn": f"{_CLOSED} AND r.ending = 'withdrawn'",
    "by_hand": f"{_CLOSED} AND r.ending = 'by_hand'",
    "objected": f"{_CLOSED} AND r.objections > 0",
    "replanned": f"{_CLOSED} AND r.rounds > 1",
    "escalated": f"{_CLOSED} AND r.escalation_level > 0",
    "rated": f"{_CLOSED} AND r.satisfaction IS NOT NULL",
    "satisfied": f"{_CLOSED} AND r.satisfaction >= :satisfied_from",
    # of the complaints that were still open when the report was made
    "still_open": _STILL_OPEN,
    "overdue": f"{_STILL_OPEN} AND r.next_due_at <= :as_of",
    "still_severe": f"{_STILL_OPEN} AND r.severity >= :severe_from",
}
"""Which complaints each figure counts; `rules.reporting.complaints.figures` says the same in words."""

DIMENSIONS = (
    "type", "channel", "source", "validity", "party", "outlet", "carrier", "severity", "state", "waiting_for", "age",
    "satisfaction", "month",
)  # fmt: skip
TIMES: dict[str, tuple[str, str, str]] = {
    # figure: which complaints, the time it took, the time it was allowed
    "answer": ("received", "answered_at - opened_at", "answer_due_at - opened_at"),
    "result": ("received", "result_at - opened_at", "result_due_at - opened_at"),
    "handling": ("closed", "closed_at - opened_at", "NULL::interval"),
}
COMPLAINTS = Population(
    table="reported_complaint", conditions=CONDITIONS, dimensions=DIMENSIONS, largest_by="received", times=TIMES
)
FEEDBACK = Population(
    table="reported_feedback", conditions=CONDITIONS, dimensions=DIMENSIONS, largest_by="received", times=TIMES
)
"""The same over three months, and over the three before."""

_TOLD_BY_OTHERS = ("outlet", "carrier")
CLOCKS = {"answer": "first_response", "result": "resolution", "law": "complaint"}
"""The promised times: the first answer, the result, and the law's seven days (快递暂行条例 art. 28)."""
_IS_DECIDED = "coalesce(c.finding ->> 'decided_by', '') <> ''"
_MAIN_PARTY = main_party(f"CASE WHEN {_IS_DECIDED} THEN c.finding -> 'parties' ELSE '[]' END")
FROM_COMPLAINT = f"complaint c LEFT JOIN shipment s USING (waybill) {_MAIN_PARTY}"
_GATHER = f"""
CREATE TEMPORARY TABLE {{table}} ON COMMIT DROP AS
WITH lived AS (
  SELECT c.case_no, c.waybill, c.type, c.channel, c.state, c.severity, c.is_repeat, c.tellings, c.demanded,
    c.opened_at, c.closed_at, c.next_due_at, c.ending, c.objections, c.rounds, c.escalation_level, c.satisfaction,
    c.state <> 'DRAFT' AND c.ending <> 'abandoned' AS in_full,
    coalesce(CAST(:sources AS jsonb) ->> c.channel, '') AS source,
    CASE WHEN {_IS_DECIDED} THEN c.finding ->> 'validity' ELSE 'UNDECIDED' END AS validity,
    coalesce(main.kind, '') AS party, {OUTLET_ANSWERING} AS outlet, coalesce(s.carrier, '') AS carrier,
    ARRAY(SELECT DISTINCT a.action FROM complaint_action a WHERE a.case_no = c.case_no ORDER BY 1) AS measures,
    k.answer_at AS answered_at, k.answer_due_at, k.answer_was_kept = 1 AS answer_kept, k.result_at, k.result_due_at,
    k.result_was_kept = 1 AS result_kept, k.law_was_kept = 1 AS law_kept
  FROM {FROM_COMPLAINT} LEFT JOIN {clocks_beside(CLOCKS)} k USING (case_no)
  WHERE c.opened_at < :until AND (c.closed_at IS NULL OR c.closed_at >= :since)
)
SELECT w.which, w.start_at, r.*,
  to_char(r.opened_at AT TIME ZONE :zone, 'YYYY-MM') AS month,
  {STANDING},
  {flags(CONDITIONS)}
FROM lived r JOIN {PERIODS}
  ON r.opened_at < w.end_at AND (r.closed_at IS NULL OR r.closed_at >= w.start_at)
"""  # noqa: S608  # all of it is declared above


class Measuring(NamedTuple):
    """What the figures are measured by; the rules say all of it."""

    as_of: datetime
    time_zone: str
    severe_from: int
    satisfied_from: int
    sources: Mapping[str, str]  # by channel
    waiting_for: Mapping[str, str]  # by state
    age_bounds_hours: Sequence[int]
    age_bands: Sequence[str]


def gather(connection: Connection, population: Population, *, this: Span, before: Span, by: Measuring) -> None:
    """Put the complaints of both periods into the population's table, for this transaction."""
    connection.execute(
        text(_GATHER.format(table=population.table)),
        {
            "since": before.start,
            "until": this.end,
            **bounds(this=this, before=before),
            "as_of": by.as_of,
            "zone": by.time_zone,
            "severe_from": by.severe_from,
            "satisfied_from": by.satisfied_from,
            "sources": json.dumps(dict(by.sources)),
            "waiting_for": json.dumps(dict(by.waiting_for)),
            "age_bounds": list(by.age_bounds_hours),
            "age_bands": list(by.age_bands),
        },
    )
    connection.execute(text(f"ANALYZE {population.table}"))


def lines(
    connection: Connection, population: Population, case_nos: Collection[str] | None = None
) -> Iterator[ComplaintLine]:
    """Read the complaints of this period that some figure counts, or those named, in order, a chunk at a time."""
    for row in population.rows(connection, ComplaintLine._fields, numbers=case_nos):
        told = ComplaintLine(*row)
        if told.counted:  # no figure counts a draft of an earlier period
            masked: dict[str, Any] = {name: mask_phones(getattr(told, name)) for name in _TOLD_BY_OTHERS}
            yield told._replace(**masked)
