"""The figures about claims, counted as those about complaints are: one condition for each, over one set of cases.

`gather` puts the claims that lived in a period, or in the one before, into a temporary table, each as its history says
that it stood when that period was over: decided, agreed, paid, denied are the last of their kind before its end. What
is open, and what the clocks came to (`store.reporting.clocks`), is as it is when the report is made. A draft that
nobody completed is no claim: one figure counts it.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from rules.privacy import mask_phones
from schemas.claim_lines import ClaimLine
from schemas.reporting import Span
from store.reporting.clocks import clocks_beside
from store.reporting.counting import PERIODS, STANDING, Population, bounds, flags
from store.reporting.parcels import INSURED, LANE_OF_PARCEL
from store.reporting.parties import OUTLET_ANSWERING, main_party


def _within(column: str) -> str:
    return f"r.in_full AND r.{column} >= r.start_at AND r.{column} < r.end_at"


_FILED, _CLOSED, _DENIED = _within("opened_at"), _within("closed_at"), _within("denied_at")
_DECIDED, _AGREED, _PAID = _within("decided_at"), _within("agreed_at"), _within("paid_at")
_STILL_OPEN = "r.in_full AND r.which = 'this' AND r.closed_at IS NULL"
CONDITIONS: dict[str, str] = {
    # the ledger: carried over + filed = closed + left open
    "carried_over": "r.in_full AND r.opened_at < r.start_at",
    "filed": _FILED,
    "closed": _CLOSED,
    "left_open": "r.in_full AND (r.closed_at IS NULL OR r.closed_at >= r.end_at)",
    "drafts": "NOT r.in_full AND r.opened_at >= r.start_at AND r.opened_at < r.end_at",
    # of the claims filed
    "major_accidents": f"{_FILED} AND r.is_major",
    "claiming": f"{_FILED} AND r.claimed IS NOT NULL",
    "with_parcel": f"{_FILED} AND r.has_parcel",
    "insured": f"{_FILED} AND r.has_parcel AND r.has_cover",
    "answered_in_time": f"{_FILED} AND r.answer_was_kept = 1",
    "answered_late": f"{_FILED} AND r.answer_was_kept = 0",
    "proposed_in_time": f"{_FILED} AND r.proposal_was_kept = 1",
    "proposed_late": f"{_FILED} AND r.proposal_was_kept = 0",
    # of what was done in the period
    "decided": _DECIDED,
    "fast_track": f"{_DECIDED} AND r.route = 'docket'",
    "offered": _within("offered_at"),
    "agreed": _AGREED,
    "negotiated": f"{_AGREED} AND r.rounds > 0",
    "paid_in_time": f"{_AGREED} AND r.payment_was_kept = 1",
    "paid_late": f"{_AGREED} AND r.payment_was_kept = 0",
    "paid": _PAID,
    "refused": _DENIED,
    "denied": f"{_DENIED} AND r.resolution = 'deny'",
    "time_barred": f"{_DENIED} AND r.resolution = 'time_bar'",
    # of the claims closed
    "settled": f"{_CLOSED} AND r.ending = 'settled'",
    "ended_denied": f"{_CLOSED} AND r.ending = 'denied'",
    "ended_time_barred": f"{_CLOSED} AND r.ending = 'time_barred'",
    "withdrawn": f"{_CLOSED} AND r.ending = 'withdrawn'",
    "privately_settled": f"{_CLOSED} AND r.ending = 'privately_settled'",
    "nothing_owed": f"{_CLOSED} AND r.ending = 'nothing_owed'",
    "escalated": f"{_CLOSED} AND r.escalation_level > 0",
    # of the claims that were still open when the report was made
    "still_open": _STILL_OPEN,
    "overdue": f"{_STILL_OPEN} AND r.next_due_at <= :as_of",
    "still_major": f"{_STILL_OPEN} AND r.is_major",
}
"""Which claims each figure counts; `rules.reporting.claims.figures` says the same in words."""

DIMENSIONS = (
    "event", "cause", "outlet", "lane", "branch", "channel", "origin", "state", "waiting_for", "age", "rounds",
    "denial", "currency",
)  # fmt: skip
TIMES: dict[str, tuple[str, str, str]] = {
    # figure: which claims, the time it took, the time it was allowed
    "answer": ("filed", "answered_at - opened_at", "answer_due_at - opened_at"),
    "proposal": ("filed", "proposed_at - opened_at", "proposal_due_at - opened_at"),
    "agreement": ("agreed", "agreed_at - opened_at", "NULL::interval"),
    "payment": ("paid", "paid_at - agreed_at", "payment_due_at - agreed_at"),
    "whole": ("paid", "paid_at - opened_at", "NULL::interval"),
}
AMOUNTS = {"claiming": "claimed", "offered": "offered_amount", "agreed": "agreed_amount", "paid": "paid_amount"}
CLAIMS = Population(
    table="reported_claim", conditions=CONDITIONS, dimensions=DIMENSIONS, largest_by="filed", times=TIMES,
    amounts=AMOUNTS, partial=("denial",),
)  # fmt: skip
CLOCKS = {"answer": "claim_answer", "proposal": "compensation_proposal", "payment": "compensation_payment"}
"""The clocks of the standard (GB/T 27917.3-2011): 24 hours, 30 or 60 days, 7 days."""

PARTIES = "CASE WHEN jsonb_typeof(c.liability -> 'parties') = 'array' THEN c.liability -> 'parties' ELSE '[]' END"
"""The parties that a claim names now, proposed or decided."""
_TOLD_BY_OTHERS = ("outlet", "lane", "branch")
_PASSED = """LEFT JOIN LATERAL (
    SELECT max(h.at) FILTER (WHERE h.command = 'approve') AS decided_at,
      max(h.at) FILTER (WHERE h.command IN ('accept', 'agree_as_claimed')) AS agreed_at,
      max(h.at) FILTER (WHERE h.command = 'confirm_paid') AS paid_at,
      max(h.seq) FILTER (WHERE h.command = 'confirm_paid') AS paid_seq,
      max(h.seq) FILTER (WHERE h.command = 'payment_failed') AS failed_seq,
      max(h.at) FILTER (WHERE h.command = 'deny') AS denied_at,
      max(h.seq) FILTER (WHERE h.command = 'deny') AS denied_seq,
      max(h.seq) FILTER (WHERE h.command = 'object') AS objected_seq
    FROM case_history h WHERE h.case_no = c.case_no AND h.at < w.end_at
  ) h ON true"""
"""What a claim had come to when a period was over."""
_OFFERED = """LEFT JOIN LATERAL (
    SELECT o.made_at, o.amount FROM claim_offer o
    WHERE o.case_no = c.case_no AND o.by = 'carrier' AND o.currency = c.currency AND o.made_at < w.end_at
    ORDER BY o.number DESC LIMIT 1
  ) o ON true"""
_REFUSED = """LEFT JOIN LATERAL (
    SELECT p.content ->> 'resolution' AS resolution, coalesce(p.content #>> '{grounds,0,code}', '') AS ground
    FROM plan p WHERE p.case_no = c.case_no AND p.content ->> 'resolution' IN ('deny', 'time_bar')
    ORDER BY p.version DESC LIMIT 1
  ) n ON h.denied_at IS NOT NULL"""
"""The newest proposal not to pay, and the first reason that it gives."""
_GATHER = f"""
CREATE TEMPORARY TABLE reported_claim ON COMMIT DROP AS
WITH lived AS (
  SELECT w.which, w.start_at, w.end_at, c.case_no, c.waybill, c.event, c.channel, c.state, c.severity, c.is_major,
    c.currency, c.claimed, c.rounds, coalesce(c.route, '') AS route, c.assigned_to AS branch, c.opened_at, c.closed_at,
    c.next_due_at, c.ending, c.escalation_level, coalesce(c.agreed_amount, 0) AS agreed_amount, c.paid_amount,
    c.state <> 'DRAFT' AND c.ending <> 'abandoned' AS in_full,
    coalesce(CAST(:origins AS jsonb) ->> split_part(c.origin_case, '-', 1), '') AS origin,
    coalesce(main.kind, '') AS cause, {OUTLET_ANSWERING} AS outlet, {LANE_OF_PARCEL} AS lane,
    s.waybill IS NOT NULL AS has_parcel, {INSURED} AS has_cover,
    h.decided_at, h.agreed_at, o.made_at AS offered_at, o.amount AS offered_amount,
    CASE WHEN h.paid_seq > coalesce(h.failed_seq, 0) THEN h.paid_at END AS paid_at,
    CASE WHEN h.denied_seq > coalesce(h.objected_seq, 0) THEN h.denied_at END AS denied_at,
    n.resolution, coalesce(n.ground, '') AS denial,
    k.answer_at AS answered_at, k.answer_due_at, k.answer_was_kept, k.proposal_at AS proposed_at, k.proposal_due_at,
    k.proposal_was_kept, k.payment_due_at, k.payment_was_kept
  FROM claim c JOIN {PERIODS} ON c.opened_at < w.end_at AND (c.closed_at IS NULL OR c.closed_at >= w.start_at)
  LEFT JOIN shipment s ON s.waybill = c.waybill AND c.waybill <> ''
  {main_party(PARTIES)} {_PASSED} {_OFFERED} {_REFUSED}
  LEFT JOIN {clocks_beside(CLOCKS)} k ON k.case_no = c.case_no
)
SELECT r.*, {STANDING}, {flags(CONDITIONS)} FROM lived r
"""  # noqa: S608  # all of it is declared above


class Measuring(NamedTuple):
    """What the figures are measured by; the rules say all of it."""

    as_of: datetime
    origins: Mapping[str, str]  # by how the number of the case begins that a claim comes from; "" for none
    waiting_for: Mapping[str, str]  # by state
    age_bounds_hours: Sequence[int]
    age_bands: Sequence[str]


def gather(connection: Connection, *, this: Span, before: Span, by: Measuring) -> None:
    """Put the claims of both periods into the table that the population reads, for this transaction."""
    connection.execute(
        text(_GATHER),
        {
            **bounds(this=this, before=before),
            "as_of": by.as_of,
            "origins": json.dumps(dict(by.origins)),
            "waiting_for": json.dumps(dict(by.waiting_for)),
            "age_bounds": list(by.age_bounds_hours),
            "age_bands": list(by.age_bands),
        },
    )
    connection.execute(text("ANALYZE reported_claim"))


def lines(connection: Connection, case_nos: Collection[str] | None = None) -> Iterator[ClaimLine]:
    """Read the claims of this period that some figure counts, or those named, in order, a chunk at a time."""
    for row in CLAIMS.rows(connection, ClaimLine._fields, numbers=case_nos):
        told = ClaimLine(*row)
        if told.counted:  # no figure counts a draft of an earlier period
            masked: dict[str, Any] = {name: mask_phones(getattr(told, name)) for name in _TOLD_BY_OTHERS}
            yield told._replace(**masked)
