"""The plan for a complaint (R41 to R43, R51, R56): what is done, by whom and until when, and who must decide it."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from rules.complaints.pack import COMPLAINT_PACK
from schemas.complaints import (
    OWN_PARTIES,
    Action,
    Complaint,
    ComplaintPlan,
    ComplaintType,
    PlannedAction,
    Validity,
)  # fmt: skip
from schemas.severity import Severity

DESK = "客服中心"
"""Who explains and apologises, and whatever nobody else owns."""
AT_THE_PARCEL = frozenset({Action.SEARCH_PARCEL, Action.RUSH_DELIVERY, Action.REDELIVER, Action.RETRIEVE_PARCEL})
"""What the carrier's desk orders for a parcel; everything else somebody in the company does and reports."""
PAID = frozenset({Action.COMPENSATE, Action.REFUND_FEES})
BY_THE_RESULT = frozenset({Action.APOLOGISE, Action.EXPLAIN_FINDING, Action.EXPLAIN_FEES})
"""What the result itself does when it is told to the customer."""
AFTER_THE_RESULT = frozenset({Action.RECTIFY, Action.EDUCATE_STAFF})
"""What the customer's answer does not wait for."""

_FOR_THE_PARCEL: dict[ComplaintType, tuple[Action, ...]] = {
    ComplaintType.DELAY: (Action.RUSH_DELIVERY,),
    ComplaintType.LOSS: (Action.SEARCH_PARCEL,),
    ComplaintType.MISDELIVERY: (Action.RETRIEVE_PARCEL, Action.REDELIVER),
    ComplaintType.FALSE_SIGN: (Action.SEARCH_PARCEL,),
}
_IF_VALID: dict[ComplaintType, tuple[Action, ...]] = {
    ComplaintType.ATTITUDE: (Action.APOLOGISE, Action.EDUCATE_STAFF),
    ComplaintType.FALSE_SIGN: (Action.APOLOGISE, Action.EDUCATE_STAFF),
    ComplaintType.FEE: (Action.APOLOGISE, Action.EXPLAIN_FEES),
}


def draft(complaint: Complaint, *, now: datetime) -> ComplaintPlan:
    """Draft the next plan from what was found.

    Whoever owns a task and answers for the matter is the party with the greatest share of the carrier's own.

    Raises:
        ValueError: nothing was found yet.
    """
    if complaint.finding is None:
        raise ValueError(f"{complaint.case_no}: nothing was found yet")
    actions = tuple(dict.fromkeys(_actions(complaint)))
    amount, basis = _amount(complaint)
    return ComplaintPlan(
        version=complaint.plan.version + 1 if complaint.plan else 1,
        actions=tuple(
            PlannedAction(action=action, owner=_owner(action, complaint), due_at=_due(action, now))
            for action in actions
        ),
        amount=amount,
        currency=complaint.currency,
        basis=(f"finding:{complaint.finding.validity.value}", *basis),
        departments=_must_agree(complaint),
    )


def _actions(complaint: Complaint) -> Iterator[Action]:
    assert complaint.finding is not None  # draft asked
    valid = complaint.finding.validity is Validity.VALID
    arrived = complaint.type is ComplaintType.DELAY and complaint.delivered_at is not None
    if complaint.waybill and not arrived:
        yield from _FOR_THE_PARCEL.get(complaint.type, ())
    if not valid:
        yield Action.EXPLAIN_FINDING
        return
    yield from _IF_VALID.get(complaint.type, (Action.APOLOGISE,))
    if complaint.demanded and not _was_ordered(complaint):
        yield _paying(complaint)
    if complaint.is_repeat or complaint.severity >= Severity.CRITICAL:
        yield Action.RECTIFY


def _amount(complaint: Complaint) -> tuple[Decimal, tuple[str, ...]]:
    """Propose what is paid: never more than is demanded, nor than what is on file says; else the approver names it.

    What an earlier plan or another case of the same parcel had paid is not paid again.
    """
    assert complaint.finding is not None  # draft asked
    demanded = complaint.demanded or Decimal(0)
    if complaint.finding.validity is not Validity.VALID or not demanded:
        return Decimal(0), ()
    worth, why = _worth(complaint)
    return max(Decimal(0), min(demanded, worth) - complaint.paid_before(complaint.currency)), (why,)


def _was_ordered(complaint: Complaint) -> bool:
    """Say whether everything was paid before that can be, as far as anything on file says how much that is."""
    worth, _ = _worth(complaint)
    return 0 < min(complaint.demanded or Decimal(0), worth) <= complaint.paid_before(complaint.currency)


def _paying(complaint: Complaint) -> Action:
    return Action.REFUND_FEES if complaint.type is ComplaintType.FEE else Action.COMPENSATE


def with_amount(complaint: Complaint, plan: ComplaintPlan, amount: Decimal, *, by: str, now: datetime) -> ComplaintPlan:
    """Give the next version of a plan, with the amount that an approver names.

    It pays where something is to be paid, and only there, whatever the plan that was shown did.
    """
    actions = plan.actions
    if not amount:
        actions = tuple(item for item in actions if item.action not in PAID)
    elif not plan.pays:
        paying = _paying(complaint)
        actions = (*actions, PlannedAction(action=paying, owner=_owner(paying, complaint), due_at=_due(paying, now)))
    update = {"version": plan.version + 1, "amount": amount, "actions": actions, "basis": (*plan.basis, f"amount:{by}")}
    return plan.model_copy(update=update)


def _worth(complaint: Complaint) -> tuple[Decimal, str]:
    """Say how much is at stake by what is on file, and by which of it; nothing where nothing is."""
    if complaint.currency != complaint.value_currency:  # nothing on file can be set against what is demanded
        return Decimal(0), "value:none"
    if complaint.type in {ComplaintType.FEE, ComplaintType.DELAY}:
        return complaint.freight or Decimal(0), "value:freight"
    if complaint.insured_amount:
        return complaint.insured_amount, "value:insured"
    if complaint.declared_value:
        return complaint.declared_value, "value:declared"
    return Decimal(0), "value:none"


def _owner(action: Action, complaint: Complaint) -> str:
    if action in AT_THE_PARCEL:
        return complaint.outlet or complaint.assigned_to or DESK
    if action in AFTER_THE_RESULT:
        return answering(complaint) or complaint.assigned_to or DESK
    return DESK


def answering(complaint: Complaint) -> str:
    """Name the carrier's own party that answers for most of it; empty where none was found."""
    found = complaint.finding.parties if complaint.finding else ()
    own = [party for party in found if party.kind in OWN_PARTIES and party.name]
    return max(own, key=lambda party: party.share).name if own else ""


def _due(action: Action, now: datetime) -> datetime:
    return now + COMPLAINT_PACK.pick("task_within", scope=action.value, on=now.date()).hours


def _must_agree(complaint: Complaint) -> tuple[str, ...]:
    """Name the departments that must agree: of a severe matter for which several of the carrier's own answer (R42)."""
    assert complaint.finding is not None  # draft asked
    own = dict.fromkeys(party.name for party in complaint.finding.parties if party.kind in OWN_PARTIES and party.name)
    return tuple(own) if len(own) > 1 and complaint.severity >= Severity.SEVERE else ()


def decision_owed(complaint: Complaint) -> str | None:
    """Give the reason code for which a supervisor must decide the plan, or None when nobody must (R51, R55, R56)."""
    plan, finding = complaint.plan, complaint.finding
    if plan is None or finding is None:
        return None
    if plan.pays or complaint.demanded:
        return "money"
    if complaint.severity >= Severity.SEVERE:
        return "severe"
    if not finding.is_decided:
        return "finding"
    if finding.validity is Validity.MALICIOUS:
        return "malicious"
    if complaint.is_repeat:
        return "repeat"
    return "replanned" if complaint.rounds > 1 else None
