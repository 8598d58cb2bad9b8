"""Which fields of a case may go to whom (R65): everything that leaves passes through `disclosed`.

What is not declared here is dropped. Which text goes to whom: rules/exceptions/texts. How a name or a number is masked:
rules/privacy.py.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from rules.privacy import mask_name, mask_phone, mask_phones
from schemas.disclosure import Audience, DataClass, Treatment
from schemas.exceptions import ExceptionType

_SHOW, _MASK, _DROP = Treatment.SHOW, Treatment.MASK, Treatment.DROP

ALLOWED: frozenset[DataClass] = frozenset(
    {DataClass.PUBLISHED_MATERIAL, DataClass.PRICE_LIST, DataClass.OUTLET_ADDRESS, DataClass.OUTLET_PHONE}
)
"""The allow-list of R65: 对外宣传资料, 收费标准, 网点地址, 网点联系电话. Anybody may have them."""

DENIED: frozenset[DataClass] = frozenset(
    {DataClass.OTHER_CUSTOMER, DataClass.COMPANY_RULES, DataClass.FRANCHISEE, DataClass.STAFF_CONTACT}
)
"""The deny-list of R65: 其他客户资料, 公司制度, 服务加盟商资料, 其他部门或员工的联系方式. They stay inside."""

CLASS_OF: dict[str, DataClass] = {
    **dict.fromkeys(("brochure", "website", "hotline", "desk_phone"), DataClass.PUBLISHED_MATERIAL),
    **dict.fromkeys(("price_list", "compensation_terms"), DataClass.PRICE_LIST),
    **dict.fromkeys(("outlet", "outlet_address"), DataClass.OUTLET_ADDRESS),
    "outlet_phone": DataClass.OUTLET_PHONE,
    # what happened to the parcel, what is done about it, and when
    **dict.fromkeys(
        ("case_no", "waybill", "carrier", "type", "situation", "cause", "measures", "amount", "currency", "money_by",
         "basis", "answer_by", "next_update_at", "progress", "ask", "demand", "reasons", "question", "due_at", "link",
         "about", "opened_at", "closed_at", "customer_told_at", "inquiry_no", "situation_en", "wanted", "wanted_en",
         "reminders", "customs_office", "complaint_no", "complaint_type", "matter", "found", "first_answer_by",
         "result_by", "urgent", "task", "task_no", "claim_no", "claim_event", "claimed", "papers", "proposal_by",
         "pay_by", "derivation", "account_tail"),
        DataClass.OUTCOME,
    ),
    # what the regulator is answered of an appeal; who handled it must be named, by the staff id and no number of his
    **dict.fromkeys(
        ("appeal_no", "regulator_no", "happened", "verification", "liability", "handling", "agreement",
         "paid", "apology", "contact", "satisfaction", "evidence_list", "answered_by", "preconditions", "principle",
         "negotiation", "expected"),
        DataClass.OUTCOME,
    ),
    **dict.fromkeys(
        ("consignee_name", "consignee_phone", "consignee_address", "sender_name", "sender_phone", "sender_address"),
        DataClass.PERSON,
    ),
    **dict.fromkeys(("goods", "perishable"), DataClass.GOODS),
    **dict.fromkeys(("declared_value", "insured_amount", "freight"), DataClass.VALUE),
    **dict.fromkeys(
        ("promised_at", "delivered_at", "lane", "last_event", "last_event_at", "last_location", "same_city",
         "lane_from", "lane_to", "troubled_since"),
        DataClass.WAY,
    ),
    **dict.fromkeys(
        ("state", "version", "origin", "trigger", "reason", "severity", "severity_score", "severe_reported", "rounds",
         "escalation_level", "state_since", "last_escalated_at", "next_due_at", "due_kind", "closing_reason", "plan",
         "measures_planned", "product", "clock_anchors", "clock_profile", "clock_calendars", "answer_due_at",
         "objections", "follow_up_at", "follow_ups"),
        DataClass.HANDLING,
    ),
    **dict.fromkeys(("other_cases", "customer_tier"), DataClass.OTHER_CUSTOMER),
    **dict.fromkeys(("rules", "policy_version"), DataClass.COMPANY_RULES),
    **dict.fromkeys(("liable_outlet", "penalty"), DataClass.FRANCHISEE),
    **dict.fromkeys(
        ("investigator", "assigned_to", "approver", "courier_phone", "department_phone"), DataClass.STAFF_CONTACT
    ),
}  # fmt: skip
"""The class of every field that a text could ask for."""

_Readers = dict[Audience, Treatment]
_ALL: _Readers = dict.fromkeys(Audience, _SHOW)
_COMPANY: _Readers = {Audience.DEPARTMENT: _SHOW}
_ABOUT_THE_CASE: _Readers = {audience: _SHOW for audience in Audience if audience is not Audience.PUBLIC}

TREATMENT: dict[DataClass, _Readers] = {
    **dict.fromkeys(ALLOWED, _ALL),
    DataClass.OUTCOME: _ABOUT_THE_CASE,
    # Departments and the regulator look for the parcel by its number; whoever calls the customer needs to know whom.
    DataClass.PERSON: {Audience.CUSTOMER: _MASK, Audience.OUTLET: _MASK},
    DataClass.GOODS: _ABOUT_THE_CASE,
    DataClass.VALUE: _ABOUT_THE_CASE,
    DataClass.WAY: _ABOUT_THE_CASE,
    DataClass.HANDLING: {Audience.DEPARTMENT: _SHOW},
    DataClass.OTHER_CUSTOMER: {},
    DataClass.COMPANY_RULES: _COMPANY,
    DataClass.FRANCHISEE: _COMPANY,
    DataClass.STAFF_CONTACT: _COMPANY,
}
"""How a class is treated for each audience; one that is not named gets nothing."""

BY_TYPE: dict[tuple[ExceptionType, DataClass, Audience], Treatment] = {
    # Whoever may have the parcel, or part of it, need not know what it is worth.
    (ExceptionType.LOST, DataClass.VALUE, Audience.OUTLET): _DROP,
    (ExceptionType.SHORT, DataClass.VALUE, Audience.OUTLET): _DROP,
    # The outlet's own scan or courier is the subject: it is not told on whom to call to have the matter withdrawn.
    (ExceptionType.FALSE_SIGN, DataClass.PERSON, Audience.OUTLET): _DROP,
    (ExceptionType.UNAUTHORISED_LOCKER, DataClass.PERSON, Audience.OUTLET): _DROP,
    (ExceptionType.TRACKING_UNTRUE, DataClass.PERSON, Audience.OUTLET): _DROP,
}
"""Where a type of exception is told of more closely than the others."""

_MASKS: dict[str, Callable[[str], str]] = {
    "consignee_name": mask_name, "sender_name": mask_name, "consignee_phone": mask_phone, "sender_phone": mask_phone,
}  # fmt: skip

_IDENTIFIERS = frozenset(
    {"case_no", "waybill", "inquiry_no", "link", "appeal_no", "regulator_no", "complaint_no", "claim_no"}
)
"""Fields whose digits are no phone number, however much they look like one."""


def check(
    treatments: Mapping[DataClass, _Readers], by_type: Mapping[tuple[ExceptionType, DataClass, Audience], Treatment]
) -> None:
    """Refuse a table that leaves a class out, or lets out what never leaves the company.

    Raises:
        ValueError: it does.
    """
    if undeclared := set(DataClass) - set(treatments):
        raise ValueError(f"no treatment is declared for {sorted(undeclared)}")
    told = [(class_, audience, what) for class_, readers in treatments.items() for audience, what in readers.items()]
    told += [(class_, audience, what) for (_, class_, audience), what in by_type.items()]
    for class_, audience, what in told:
        if class_ in DENIED and audience is not Audience.DEPARTMENT and what is not _DROP:
            raise ValueError(f"{class_} never leaves the company, and goes to {audience}")


check(TREATMENT, BY_TYPE)


@cache
def treatment(field: str, *, to: Audience, type_: ExceptionType | None = None) -> Treatment:
    """Say what becomes of a field on its way to an audience."""
    class_ = CLASS_OF.get(field)
    if class_ is None:
        return _DROP
    usual = TREATMENT[class_].get(to, _DROP)
    return usual if type_ is None else BY_TYPE.get((type_, class_, to), usual)


def disclosed(facts: Mapping[str, Any], *, to: Audience) -> dict[str, Any]:
    """Give of the facts what the audience may read: the rest is dropped or masked, phone numbers in texts always.

    The facts' own `type` says whose table counts.
    """
    type_ = ExceptionType(facts["type"]) if facts.get("type") else None
    shown: dict[str, Any] = {}
    for field, value in facts.items():
        how = treatment(field, to=to, type_=type_)
        if how is _SHOW:
            shown[field] = value if field in _IDENTIFIERS or type(value) is not str else mask_phones(value)
        elif how is _MASK and field in _MASKS:
            shown[field] = _MASKS[field](value)
    return shown
