"""A claim's clocks as a step leaves them: its anchors with one more entry, and what is due first by them.

Which clocks there are and how they count: `rules/clocks/`, profile `claim`, beside the statutory ones.
"""

from datetime import datetime
from typing import Any

from rules.claims.facts import lane_of
from rules.clocks.reading import due_of, dues_of, next_due, read_clocks
from schemas.claims import Claim, State
from schemas.clocks import Anchors, ClockReading, NextDue
from tasks.clock_book import clock_book, due_columns

PROFILE = "claim"
JURISDICTION = "CN"
PROPOSAL = "compensation_proposal"
PROMISE = "resolution"
"""What the desk promises by itself, before the standard asks for it."""
PAYMENT = "compensation_payment"
ANSWER = "claimant_answer"
"""The clock that runs while the claimant thinks about an offer: not the carrier's delay."""
SILENCES = ("first_response", "update")
"""The clocks that telling the claimant meets."""


def anchors_of(claim: Claim) -> Anchors:
    """Give what is kept of a claim's history for its clocks; of one without any, the start of it.

    The lane is that of today: a parcel may be booked, and the desk may establish its lane, after the claim was filed.
    """
    lane = lane_of(claim)
    anchors = claim.clock_anchors or Anchors(profile=PROFILE, jurisdiction=JURISDICTION, lane=lane)
    return anchors if anchors.lane is lane else anchors.model_copy(update={"lane": lane})


def clock_columns(anchors: Anchors) -> dict[str, Any]:
    """Give the columns that hold a claim's clocks: its anchors, and what is due by them and today's figures."""
    dues = dues_of(anchors, book=clock_book())
    tell = [at for clock in SILENCES if (at := dues.of(clock))]
    return due_columns(anchors, dues, tell_due_at=min(tell, default=None) if anchors.state != State.DRAFT else None)


def told(at: datetime | None, *, known: Anchors, **met: datetime | None) -> dict[str, str]:
    """Give the times that become known when the claimant is told something at that moment, beside those named.

    Nothing becomes known by writing to nobody.
    """
    if at is None:
        return {name: moment.isoformat() for name, moment in met.items() if moment is not None}
    times = {"customer_told_at": at, **met}
    if "first_told_at" not in known.facts:
        times["first_told_at"] = at
    return {name: moment.isoformat() for name, moment in times.items() if moment is not None}


def due(clock: str, anchors: Anchors) -> datetime | None:
    """Say when a clock of a claim runs out; None when it does not run."""
    return due_of(clock, anchors, book=clock_book())


def next_due_of(claim: Claim) -> NextDue | None:
    """Say which clock of a claim is due first; None when none runs."""
    return next_due(anchors_of(claim), book=clock_book())


def readings(claim: Claim, *, now: datetime) -> tuple[ClockReading, ...]:
    """Read every clock of a claim that was ever started, each with its derivation."""
    return read_clocks(anchors_of(claim), now=now, book=clock_book())
