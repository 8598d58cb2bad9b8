"""Claims that come from other cases: an exception or a complaint whose remedy is money (R56)."""

from decimal import Decimal
from hashlib import sha256

from adapters.carrier_desk.translate import WorkOrder
from schemas.assessment import ClaimEvent
from schemas.claims import ClaimantTold, ClaimChannel, ClaimForm, Filed, ParcelTold, Relation
from schemas.complaints import COMPLAINT_PREFIX, Complaint, ComplaintType
from schemas.exceptions import ExceptionCase, ExceptionType, Role
from store import cases as case_store
from store import complaints as complaint_store
from store.requests import NamedRequest
from store.unit_of_work import unit_of_work
from tasks.claims.intake import file_claim
from tasks.claims.told import TakenIn
from tasks.exceptions.by_hand import role_of
from tasks.stepping import SYSTEM, NotAllowed

OF_EXCEPTION: dict[ExceptionType, ClaimEvent] = {
    ExceptionType.DAMAGED: ClaimEvent.DAMAGE,
    ExceptionType.LOST: ClaimEvent.LOSS,
    ExceptionType.SHORT: ClaimEvent.SHORTAGE,
    ExceptionType.DELAYED: ClaimEvent.DELAY,
    ExceptionType.NO_SCAN: ClaimEvent.LOSS,
    ExceptionType.MISROUTED: ClaimEvent.DELAY,
    ExceptionType.FALSE_SIGN: ClaimEvent.MISDELIVERY,
    ExceptionType.HELD_AT_OUTLET: ClaimEvent.DELAY,
}
"""What is claimed for after an exception of each type; of the others no claim follows by itself."""
OF_COMPLAINT: dict[ComplaintType, ClaimEvent] = {
    ComplaintType.DELAY: ClaimEvent.DELAY,
    ComplaintType.LOSS: ClaimEvent.LOSS,
    ComplaintType.SHORT: ClaimEvent.SHORTAGE,
    ComplaintType.DAMAGE: ClaimEvent.DAMAGE,
    ComplaintType.MISDELIVERY: ClaimEvent.MISDELIVERY,
    ComplaintType.FALSE_SIGN: ClaimEvent.MISDELIVERY,
}


def claim_from_case(
    case_no: str, *, staff_id: str, event: ClaimEvent | None = None, claimed: Decimal | None = None,
    lost_percent: Decimal | None = None,
) -> Filed:  # fmt: skip
    """File the claim that an exception or a complaint comes to, with what its case knows; the case is named in it.

    Raises:
        NotAllowed: what it is about leads to no claim and no event is named, or this person may not.
        Incomplete: the case does not know all that a claim needs.
        NoSuchCase, NoSuchComplaint: there is none with that number.
    """
    form = _form_of(case_no, event)
    extent = {} if lost_percent is None else {"parcels": (ParcelTold(id=form.waybill, lost_percent=lost_percent),)}
    asked = {} if claimed is None else {"claimed": claimed}
    return file_claim(form.model_copy(update={**extent, **asked}), taken=TakenIn(staff_id, role_of(staff_id)))


def leads_to_claim(case_no: str) -> bool:
    """Say whether a claim follows from a case by itself: what it is about, and which parcel.

    Raises:
        NoSuchCase, NoSuchComplaint: there is none with that number.
    """
    try:
        _form_of(case_no, None)
    except NotAllowed:
        return False
    return True


def claim_instead_of_order(order: WorkOrder, *, key: str) -> Filed:
    """File the claim by which a case pays what was approved in it; the same order twice files it once (R56).

    What the case does not know is asked for: the claim is a draft until then.

    Raises:
        NotAllowed: what the case is about leads to no claim.
        NoSuchCase, NoSuchComplaint: there is none with that number.
    """
    paid = {"claimed": Decimal(order.amount) or None, "currency": order.currency}
    form = _form_of(order.case_no, None).model_copy(update=paid)
    request = NamedRequest(SYSTEM, key, sha256(order.model_dump_json().encode()).digest())
    return file_claim(form, taken=TakenIn(SYSTEM, Role.SYSTEM), keep_draft=True, request=request)


def _form_of(case_no: str, event: ClaimEvent | None) -> ClaimForm:
    with unit_of_work() as connection:
        if case_no.startswith(COMPLAINT_PREFIX):
            return _of_complaint(complaint_store.one_complaint(connection, case_no), event)
        return _of_exception(case_store.one_case(connection, case_no), event)


def _of_complaint(complaint: Complaint, event: ClaimEvent | None) -> ClaimForm:
    about = event or OF_COMPLAINT.get(complaint.type)
    if about is None or not complaint.waybill:
        raise NotAllowed(f"{complaint.case_no} is about {complaint.type.value}: say for what is claimed")
    return ClaimForm(
        channel=ClaimChannel.COMPLAINT,
        waybill=complaint.waybill,
        event=about,
        account=complaint.account,
        claimant=ClaimantTold(
            name=complaint.customer_name,
            phone=complaint.customer_phone,
            email=complaint.customer_email,
            language=complaint.language,
            relation=Relation.OTHER,
        ),
        claimed=complaint.demanded or None,
        currency=complaint.currency,
        origin_case=complaint.case_no,
    )


def _of_exception(case: ExceptionCase, event: ClaimEvent | None) -> ClaimForm:
    about = event or OF_EXCEPTION.get(case.type)
    if about is None:
        raise NotAllowed(f"{case.case_no} is about {case.type.value}: say for what is claimed")
    return ClaimForm(
        channel=ClaimChannel.EXCEPTION,
        waybill=case.waybill,
        event=about,
        account=f"异常件 {case.case_no} {case.type.value}",
        claimant=ClaimantTold(name=case.consignee_name, phone=case.consignee_phone, relation=Relation.CONSIGNEE),
        currency=case.currency,
        origin_case=case.case_no,
    )
