"""Who may ask for which change of a parcel, how often, who must decide it, and whom it is ordered from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.change_requests.lifecycle import UNCHANGEABLE
from rules.exceptions.lifecycle import APPROVERS
from rules.phones import normalised_phone, phone_tail
from rules.preferences.goods import is_valuable
from rules.supervision.approvals import NotAccepted
from schemas.approvals import Staff
from schemas.change_requests import Asker, ChangeAsked, ChangeField, ChangeRequest, ParcelOnFile, Route
from schemas.shipments import Phase

MAY_ASK: dict[Asker, frozenset[ChangeField]] = {
    Asker.SENDER: frozenset(ChangeField),  # 民法典 829: until delivery, and pays what it costs
    Asker.CONSIGNEE: frozenset({ChangeField.CONSIGNEE_NAME, ChangeField.CONSIGNEE_PHONE}),  # R28
}
if unnamed := set(Asker) - set(MAY_ASK):
    raise ValueError(f"no change is declared for {sorted(unnamed)}")

REQUESTS_MAX = 3
REQUESTS_WITHIN = timedelta(hours=24)
"""How many requests of one waybill are taken from customers, wrong tails counted: so a tail is not found by trying."""
CODE_LIVES = timedelta(minutes=10)
WITH_OUTLET = frozenset({Phase.OUT_FOR_DELIVERY, Phase.AT_PICKUP_POINT})
"""Past the cut-off: the parcel has left the places that the carrier's desk can change anything at."""


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    """Why a request is not taken, in a sentence for whoever asked, who may be anybody."""

    code: str
    sentence: str


UNKNOWN = NotAdmitted(
    "identity", "运单号或寄件人电话尾号不正确。 The waybill or the tail of the sender's phone is not right."
)
"""The same for a waybill that does not exist and for a wrong tail, so that nobody can probe for waybills."""
TOO_MANY = NotAdmitted("too_many", "该运单今日更改申请过多。 Too many requests for this waybill today.")

TOO_LATE = NotAdmitted("too_late", "快件已签收或正在退回，不能更改。 The parcel was delivered or is going back.")


def why_unproven(asked: ChangeAsked, parcel: ParcelOnFile | None) -> NotAdmitted | None:
    """Say why whoever asks has not shown the knowledge that comes before a code is sent."""
    if parcel is None or not phone_tail(parcel.sender_phone):
        return UNKNOWN
    return None if phone_tail(parcel.sender_phone) == asked.sender_phone_tail else UNKNOWN


def why_not_changed(asked_by: Asker, new: Mapping[ChangeField, str], parcel: ParcelOnFile) -> NotAdmitted | None:
    """Say why this change of this parcel cannot be asked for by this person."""
    if parcel.phase in UNCHANGEABLE:
        return TOO_LATE
    if set(new) - MAY_ASK[asked_by]:
        return NotAdmitted("not_allowed", "更改地址须由寄件人提出。 Only the sender may change the address.")
    phone = new.get(ChangeField.CONSIGNEE_PHONE)
    if phone is not None and not normalised_phone(phone):
        return NotAdmitted("phone", "新电话号码无法识别。 The new phone number is none.")
    if not any(_differs(field, value, parcel) for field, value in new.items()):
        return NotAdmitted("no_change", "与现有信息相同。 That is what is on file.")
    return None


def _differs(field: ChangeField, value: str, parcel: ParcelOnFile) -> bool:
    old = parcel.values[field]
    if field is ChangeField.CONSIGNEE_PHONE:
        return normalised_phone(old) != normalised_phone(value)
    return old != value


def phone_for_code(asked_by: Asker, parcel: ParcelOnFile) -> str:
    """Give the number on file of whoever says he asks; empty when there is none that a code could reach."""
    phone = parcel.sender_phone if asked_by is Asker.SENDER else parcel.consignee_phone
    return phone if normalised_phone(phone) else ""


def needs_four_eyes(new: Mapping[ChangeField, str], parcel: ParcelOnFile, *, at: datetime) -> bool:
    """Ask for a supervisor where a valuable parcel would be announced to another phone (R28)."""
    return ChangeField.CONSIGNEE_PHONE in new and is_valuable(parcel.goods, on=at.date())


def route_for(parcel: ParcelOnFile) -> Route:
    """Order the change from the desk, past the cut-off from the outlet."""
    return Route.OUTLET if parcel.phase in WITH_OUTLET else Route.CARRIER


def why_not_approver(request: ChangeRequest, staff: Staff) -> NotAccepted | None:
    """Say why this person may not decide this request: another pair of eyes, with a role, and without a tie (R86)."""
    if not APPROVERS & staff.roles:
        return NotAccepted("role", "该工号没有审批权限。 This staff id has no approver's role.")
    if staff.staff_id in {request.vouched_by, request.taken_by}:
        return NotAccepted("same_eyes", "受理人不能审批同一申请。 Whoever took the request in may not decide it.")
    if request.parcel.outlet in staff.ties:
        return NotAccepted("tied", "与责任网点有关联，须由他人审批。 Tied to the outlet.")
    return None
