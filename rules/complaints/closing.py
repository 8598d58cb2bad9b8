"""How a complaint ends once its result was told (R17, R45, R46, R72)."""

from datetime import datetime

from rules.complaints.pack import COMPLAINT_PACK
from schemas.complaints import Command, Complaint, Ending, State
from schemas.severity import Severity

FOLLOW_UPS_MAX = 7
"""How often the parcel of a closed complaint is looked after before the complaint is opened again."""
FOLLOWED_UP = frozenset({Ending.AT_ONCE, Ending.ACCEPTED, Ending.UNOBJECTED, Ending.EXPLAINED})
"""Endings after which the parcel may still be under way."""


def silence_is_enough(complaint: Complaint) -> bool:
    """Say whether a customer's silence ends a complaint: not a severe one, and none that he objected to before."""
    return bool(complaint.customer_address) and complaint.severity < Severity.SEVERE and not complaint.objections


def after_objection(complaint: Complaint) -> Command:
    """Say what follows when the customer is not satisfied (R45): never a bare refusal.

    The first time the matter is verified again with the new demand, afterwards a supervisor takes it over.
    """
    if complaint.state in {State.CLOSED, State.CONCLUDED}:
        return Command.REOPEN
    return Command.REFER_UP if complaint.objections else Command.OBJECT


def reopening_refused(complaint: Complaint, *, now: datetime) -> str | None:
    """Say why a closed complaint is not opened again; None when it may be."""
    if complaint.closed_at is None:
        return None if complaint.state is State.CONCLUDED else "the complaint is open."
    period = COMPLAINT_PACK.pick("reopen_within", on=complaint.closed_at.date()).hours
    if now > complaint.closed_at + period:
        return f"it was closed more than {period.days} days ago."
    return None


def next_follow_up(complaint: Complaint, *, ending: str, now: datetime) -> datetime | None:
    """Say when to look after the parcel of a complaint that closes now; None when nothing is left to look after."""
    if ending not in FOLLOWED_UP or not complaint.waybill or complaint.delivered_at is not None:
        return None
    return now + COMPLAINT_PACK.pick("follow_up", on=now.date()).hours


def is_abandoned(complaint: Complaint, *, now: datetime) -> bool:
    """Say whether a draft has waited so long that nobody will complete it."""
    return now >= complaint.opened_at + COMPLAINT_PACK.pick("abandon_draft", on=now.date()).hours
