"""A complaint's clocks as a step leaves them: its anchors with one more entry, and what is due first by them.

Which clocks there are and how they count: `rules/clocks/`, profile `complaint`, beside the statutory ones.
"""

from datetime import datetime
from typing import Any

from rules.clocks.anchors import knowing
from rules.clocks.reading import due_of, dues_of, read_clocks
from schemas.clocks import Anchors, ClockReading
from schemas.complaints import Complaint, State
from tasks.clock_book import clock_book, due_columns

PROFILE = "complaint"
JURISDICTION = "CN"
FIRST_ANSWER = "first_response"
RESULT = "resolution"
ANSWER = "customer_answer"
"""The clock that runs while the customer may object to the result: not the carrier's delay."""
SILENCES = (FIRST_ANSWER, "update")
"""The clocks that telling the customer meets."""


def anchors_of(complaint: Complaint) -> Anchors:
    """Give what is kept of a complaint's history for its clocks; of one without any, the start of it."""
    return complaint.clock_anchors or Anchors(profile=PROFILE, jurisdiction=JURISDICTION)


def with_facts(complaint: Complaint, anchors: Anchors) -> Anchors:
    """Add what the parcel tells and no entry does."""
    return knowing(anchors, {"promised_at": complaint.promised_at, "delivered_at": complaint.delivered_at})


def clock_columns(anchors: Anchors) -> dict[str, Any]:
    """Give the columns that hold a complaint's clocks: its anchors, and what is due by them and today's figures.

    The parcel's own clocks, such as complete delay, are its exception's: here they would come twice.
    """
    dues = dues_of(anchors, book=clock_book())
    tell = [at for clock in SILENCES if (at := dues.of(clock))]
    return due_columns(anchors, dues, tell_due_at=min(tell, default=None) if anchors.state != State.DRAFT else None)


def facts_of_telling(complaint: Complaint, at: datetime | None, *, result: bool = False) -> dict[str, str]:
    """Give the times that become known when the customer is told something at that moment; none when he cannot be.

    The first word stays the first, and so does the first answer since what was complained of last: a second result does
    not answer the complaint later (快递暂行条例 art. 28).
    """
    if at is None:
        return {}
    known = anchors_of(complaint).facts
    told = {"customer_told_at": at}
    if "first_told_at" not in known:
        told["first_told_at"] = at
    if result:
        told["result_told_at"] = at
        answered, complained = known.get("complaint_answered_at"), known.get("complained_at")
        if answered is None or (complained is not None and answered < complained):
            told["complaint_answered_at"] = at
    return {name: moment.isoformat() for name, moment in told.items()}


def due(clock: str, anchors: Anchors) -> datetime | None:
    """Say when a clock of a complaint runs out; None when it does not run."""
    return due_of(clock, anchors, book=clock_book())


def readings(complaint: Complaint, *, now: datetime) -> tuple[ClockReading, ...]:
    """Read every clock of a complaint that was ever started, each with its derivation."""
    return read_clocks(with_facts(complaint, anchors_of(complaint)), now=now, book=clock_book())
