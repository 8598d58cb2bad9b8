"""What people read about an exception: notices to customer and department, and a gate's form (R18 to R20).

The words for types, causes and measures stand here, and what a text can tell of a case. How a text is put is a template
(texts/), and who may read what is rules/disclosure.py. Chinese first; English where it is asked for.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from rules.evidence import KIND, what_is_missing, what_is_there
from rules.exceptions.customs import office_in_english
from rules.exceptions.pack import EXCEPTION_PACK
from rules.exceptions.texts import Language, render
from rules.privacy import mask_name, mask_phone
from rules.tables import require_words
from schemas.evidence import Completeness
from schemas.exceptions import ExceptionCase, ExceptionType, Measure, State
from schemas.paid import OrderedPayment
from schemas.severity import Severity
from schemas.tracking import Reason

SITUATION: dict[ExceptionType, tuple[str, str]] = {
    ExceptionType.DAMAGED: ("外包装或内件破损", "was found damaged"),
    ExceptionType.LOST: ("疑似丢失", "may be lost"),
    ExceptionType.SHORT: ("内件短少", "arrived with contents missing"),
    ExceptionType.DELAYED: ("未能在承诺时间内送达", "did not arrive by the promised time"),
    ExceptionType.NO_SCAN: ("物流信息长时间未更新", "has not been scanned for some time"),
    ExceptionType.MISROUTED: ("发往了错误的方向", "was sent the wrong way"),
    ExceptionType.RETURNED: ("正在退回寄件方", "is on its way back to the sender"),
    ExceptionType.FORWARDED: ("已转寄至其他地址", "was forwarded to another address"),
    ExceptionType.ADDRESS_ERROR: ("收件地址或电话有误", "carries a wrong address or phone number"),
    ExceptionType.UNREACHABLE: ("派送时联系不上收件人", "could not be delivered because nobody was reached"),
    ExceptionType.REFUSED: ("被收件人拒收", "was refused"),
    ExceptionType.UNCOLLECTED: ("在代收点超时未取", "was not collected in time"),
    ExceptionType.HELD_AT_OUTLET: ("在网点滞留", "is held at an outlet"),
    ExceptionType.OUT_OF_AREA: ("超出派送范围", "is addressed outside the delivery area"),
    ExceptionType.CUSTOMS_HELD: ("在海关被扣留", "is held by customs"),
    ExceptionType.WEATHER_BACKLOG: ("因天气原因积压", "is delayed by the weather"),
    ExceptionType.FALSE_SIGN: ("显示签收但可能未收到", "is shown as signed for but may not have arrived"),
    ExceptionType.UNAUTHORISED_LOCKER: (
        "未经您同意被放入快递柜或驿站",
        "was put into a locker or a pick-up point without your consent",
    ),
    ExceptionType.TRACKING_UNTRUE: ("物流信息更新不及时或与实际不符", "has tracking that is late or not accurate"),
    ExceptionType.DELIVERY_TROUBLE: ("派送遇到疑难", "met with trouble on delivery"),
}
CAUSE: dict[str, tuple[str, str]] = {
    "carrier": ("运输或操作环节所致", "it happened in transport or handling"),
    "sender": ("寄件信息或包装所致", "it comes from the sending details or the packaging"),
    "consignee": ("收件环节所致", "it happened at the receiving end"),
    "customs": ("海关环节所致", "it happened at customs"),
    "external": ("不可抗的外部原因所致", "it has an outside cause"),
    "unknown": ("原因正在核查", "the cause is being looked into"),
}
MEASURE: dict[Measure, tuple[str, str]] = {
    Measure.SEARCH_PARCEL: ("全程查找快件", "searching for the parcel"),
    Measure.TRACE_INQUIRY: ("向经手环节查询去向", "asking every handling point where it is"),
    Measure.RUSH_DELIVERY: ("加急派送", "delivering it with priority"),
    Measure.REDELIVER: ("再次派送", "delivering it again"),
    Measure.CONTACT_CONSIGNEE: ("联系收件人", "contacting the consignee"),
    Measure.CORRECT_ADDRESS: ("更正收件信息", "correcting the address"),
    Measure.REROUTE: ("重新安排运输路由", "sending it the right way"),
    Measure.RETURN_TO_SENDER: ("退回寄件方", "returning it to the sender"),
    Measure.FORWARD_PARCEL: ("转寄至新地址", "sending it on to the new address"),
    Measure.INSPECT_AND_PHOTOGRAPH: ("开箱查验并拍照留证", "inspecting and photographing it"),
    Measure.REPACK: ("重新包装", "repacking it"),
    Measure.RELEASE_FROM_OUTLET: ("督促网点放行", "getting the outlet to release it"),
    Measure.CLEAR_CUSTOMS: ("补齐清关资料", "completing the customs documents"),
    Measure.APOLOGISE: ("向客户致歉", "apologising"),
    Measure.COMPENSATE: ("按核定金额赔付", "compensating you"),
}
ASKED: dict[ExceptionType, tuple[str, str]] = {
    ExceptionType.ADDRESS_ERROR: ("正确的收件地址和电话", "the right address and phone number"),
    ExceptionType.UNREACHABLE: ("方便接听和收件的时间", "when you can be reached and receive it"),
    ExceptionType.REFUSED: ("退回还是再次派送", "whether it should be returned or delivered again"),
    ExceptionType.RETURNED: ("是否同意退回", "whether you agree to its return"),
    ExceptionType.FORWARDED: ("新的收件地址是否正确", "whether the new address is right"),
    ExceptionType.UNCOLLECTED: ("何时取件，或是否需要送货上门", "when you will fetch it, or whether to deliver it"),
    ExceptionType.OUT_OF_AREA: (
        "自提、改址还是退回",
        "whether you fetch it, name another address, or want it returned",
    ),
    ExceptionType.UNAUTHORISED_LOCKER: ("自取还是再次送货上门", "whether you fetch it or want it brought to the door"),
    ExceptionType.FALSE_SIGN: ("是否已收到快件", "whether you have received it"),
    ExceptionType.DAMAGED: ("破损照片和物品价值证明", "photographs of the damage and a proof of value"),
    ExceptionType.SHORT: ("短少物品清单和价值证明", "what is missing and a proof of its value"),
    ExceptionType.LOST: ("内件清单和价值证明", "what was in it and a proof of its value"),
    ExceptionType.CUSTOMS_HELD: (
        "身份证明、购买凭证和物品清单",
        "proof of identity, proof of purchase and a list of the contents",
    ),
}
"""What a customer is asked for; for other types ASKED_OTHERWISE."""
ASKED_OTHERWISE = ("您的意见", "what you would like us to do")
BASIS: dict[str, tuple[str, str]] = {
    "complete_delay": ("彻底延误时限（快递服务国家标准）", "the time limit for complete delay (GB/T 27917)"),
    "value:insured": ("保价金额（快递暂行条例）", "the insured amount (Interim Regulations on Express Delivery)"),
    "value:declared": (
        "声明价值（民法典第八百三十三条）",
        "the declared value (Civil Code of China, art. 833)",
    ),
    "value:none": (
        "交付地市场价格（民法典第八百三十三条）",
        "the market price at the destination (Civil Code of China, art. 833)",
    ),
}
"""What a plan rests on, by how its reference begins, as a customer may read it."""
HOUSE_RULES = ("快件异常处理规范", "our rules for shipments in trouble")
TOLD = frozenset(
    {"answer_by", "next_update_at", "progress", "ask", "demand", "reasons", "about", "money_by"}
)  # fmt: skip
"""What only whoever sends a text knows."""
SETTLED = frozenset({State.APPROVED, State.CARRYING_OUT, State.CARRIED_OUT, State.FED_BACK, State.CLOSED})
"""States in which the newest plan stands; before, a customer is promised nothing (R56)."""
SEVERITY: dict[Severity, str] = {
    Severity.MINOR: "轻微",
    Severity.ORDINARY: "一般",
    Severity.SEVERE: "严重",
    Severity.CRITICAL: "特别严重",
}
DECISION_OWED: dict[str, tuple[str, str]] = {
    "money": ("涉及赔付", "money is to be paid"),
    "critical": ("特别严重", "the case is critical"),
    "irreversible": ("措施不可撤回", "a measure cannot be taken back"),
    "replanned": ("方案曾被退回", "an earlier plan was refused"),
}
MARKUP = re.compile(r"([\\`*_~\[\]<>|#])")
PARTIES = frozenset(reason.split(".", maxsplit=1)[0] for reason in Reason)
for _table, _words in ((SITUATION, ExceptionType), (CAUSE, PARTIES), (MEASURE, Measure), (SEVERITY, Severity)):
    require_words(_table, _words)


class Message(BaseModel):
    """A subject and a body."""

    model_config = ConfigDict(frozen=True)

    subject: str
    body: str


def situation(case: ExceptionCase, language: Language = "zh") -> str:
    """Say what happened to the parcel."""
    return SITUATION[case.type][language == "en"]


def cause(case: ExceptionCase, language: Language = "zh") -> str:
    """Say with whom the cause lies, as far as it is known."""
    return CAUSE.get(case.reason.split(".", maxsplit=1)[0], CAUSE["unknown"])[language == "en"]


def measures(case: ExceptionCase, language: Language = "zh") -> str:
    """List what is being done."""
    if case.plan is None:
        return ("已安排专人调查", "we are investigating")[language == "en"]
    return ("、", ", ")[language == "en"].join(MEASURE[measure][language == "en"] for measure in case.plan.measures)


def told_measures(case: ExceptionCase, language: Language = "zh") -> str:
    """List what the customer may be told is being done: a plan only once nobody has to decide about it any more."""
    return measures(case if case.state in SETTLED else case.model_copy(update={"plan": None}), language)


def basis(case: ExceptionCase, language: Language = "zh") -> str:
    """Say in a customer's words what the plan rests on (R44)."""
    cited = case.plan.basis if case.plan else ()
    words = [told for mark, told in BASIS.items() if any(reference.startswith(mark) for reference in cited)]
    return ("；", "; ")[language == "en"].join(told[language == "en"] for told in words or [HOUSE_RULES])


def money_by(case: ExceptionCase, language: Language = "zh", *, on: date | None = None) -> str:
    """Say when the money arrives (R44): by a day, where one is known, else how long after the customer agrees."""
    if on is not None:
        return (f"于 {on.isoformat()} 前", f"by {on.isoformat()}")[language == "en"]
    days = EXCEPTION_PACK.pick("money_arrives", on=case.opened_at.date()).hours.days
    return (f"自您确认之日起 {days} 日内", f"within {days} days of your agreement")[language == "en"]


def _told_amount(case: ExceptionCase, _language: Language) -> object:
    plan = case.plan
    return plan.amount if plan and plan.amount and case.state in SETTLED else ""


def _told_office(case: ExceptionCase, language: Language) -> str:
    return office_in_english(case.customs_office) if language == "en" else case.customs_office


_TELLING: dict[str, Callable[[ExceptionCase, Language], object]] = {
    "case_no": lambda case, _: case.case_no,
    "waybill": lambda case, _: case.waybill,
    "carrier": lambda case, _: case.carrier,
    "outlet": lambda case, _: case.outlet,
    "type": lambda case, _: case.type,
    "state": lambda case, _: case.state,
    "severity": lambda case, _: case.severity.value,
    "situation": situation,
    "cause": cause,
    "measures": told_measures,
    "measures_planned": lambda case, language: measures(case, language) if case.plan else "",
    "basis": basis,
    "amount": _told_amount,
    "currency": lambda case, _: case.plan.currency if case.plan else case.currency,
    "money_by": money_by,
    "customs_office": _told_office,
    "ask": lambda case, language: ASKED.get(case.type, ASKED_OTHERWISE)[language == "en"],
}
"""How a text tells each thing about a case."""
_CAN_BE_TOLD = TOLD | _TELLING.keys()


@dataclass(frozen=True, slots=True)
class TextFacts(Mapping[str, object]):
    """What the texts about a case can tell, whoever reads them; each is worded when a text asks for it.

    `told` is what only the caller knows, such as when the customer hears next; what nobody told is empty. Who sees what
    of it, the disclosure table says.

    Raises:
        TypeError: something was told that no text tells.
    """

    case: ExceptionCase
    language: Language = "zh"
    told: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if stray := self.told.keys() - TOLD:
            raise TypeError(f"no text tells {sorted(stray)}")

    def __getitem__(self, name: str) -> object:
        """Word one of them."""
        if name in self.told:
            return self.told[name]
        if name in _TELLING:
            return _TELLING[name](self.case, self.language)
        if name in TOLD:
            return ""
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        """Say whether it is one of them, without wording it."""
        return name in _CAN_BE_TOLD

    def __iter__(self) -> Iterator[str]:
        """Name them."""
        return iter(_CAN_BE_TOLD)

    def __len__(self) -> int:
        """Count them."""
        return len(_CAN_BE_TOLD)


def write(name: str, case: ExceptionCase, language: Language = "zh", **told: str) -> Message:
    """Write the text of this name about a case; what its reader may not know is left out of what it can tell.

    Which text an occasion has is for the case's playbook to say.
    """
    subject, body = render(name, TextFacts(case, language, told), language=language)
    return Message(subject=subject, body=body)


def form_text(
    case: ExceptionCase, found: Completeness, *, owed_for: str, refusal: str, zone: tzinfo, reaching: str = ""
) -> str:
    """Write in markdown what stands above the form of the supervisor who decides; personal data is masked.

    What is to be decided comes first: the form shows little of it without scrolling. Then comes how far the procedure
    for an unreachable consignee is, what evidence there is and what is missing (R13). The rest of the case is in its
    file (case_file.py).
    """
    lines = [
        *((f"**⚠️ 上次提交未被接受 not accepted: {refusal}**", "") if refusal else ()),
        f"### {case.case_no} · {situation(case)} ({case.type.value})",
        "",
        *_plan_lines(case),
        *(("", f"**联系收件人 reaching the consignee: {reaching}**") if reaching else ()),
        "",
        *evidence_lines(found),
        "",
        "| | |",
        "|---|---|",
        *(f"| {label} | {plain(value)} |" for label, value in _facts(case, owed_for=owed_for, zone=zone)),
    ]
    return "\n".join(lines)


def _plan_lines(case: ExceptionCase) -> Iterator[str]:
    plan = case.plan
    if plan is None:
        return
    yield f"**方案 plan {plan.version} · 赔偿 compensation: {plan.amount} {plan.currency}**"
    if Measure.COMPENSATE in plan.measures and not plan.amount:
        yield ""
        yield "**货值不明，请填写赔偿金额。 The parcel's value is not on file: name the amount.**"
    yield from paid_lines(case.paid)
    yield ""
    for measure in plan.measures:
        yield f"- {MEASURE[measure][0]} ({measure.value})"


def paid_lines(payments: Sequence[OrderedPayment]) -> Iterator[str]:
    """Say which cases had something paid for the same parcel, so that nobody pays the same loss twice."""
    if payments:
        yield ""
        told = "; ".join(f"{one.case_no} {one.amount} {one.currency}" for one in payments)
        yield f"**该快件已安排赔付 ordered to be paid for this parcel: {told}**"


def evidence_lines(found: Completeness) -> Iterator[str]:
    """Say what evidence is there, what mandatory one is missing, and without which somebody let the case go on."""
    yield f"证据 evidence: {what_is_there(found) or '无 none'}"
    if not found.is_complete:
        yield ""
        yield f"**{what_is_missing(found)} {what_is_missing(found, 'en')}**"
    if found.waived:
        yield ""
        yield f"免提供 waived: {'、'.join(f'{KIND[kind][0]} {kind.value}' for kind in found.waived)}"


def _facts(case: ExceptionCase, *, owed_for: str, zone: tzinfo) -> Iterator[tuple[str, str]]:
    yield "需审批 decision owed for", " ".join(DECISION_OWED.get(owed_for, (owed_for,)))
    yield "运单 waybill", f"{case.waybill} ({case.carrier or '?'})"
    yield "原因 cause", f"{cause(case)} ({case.reason or 'unknown'})"
    yield "严重度 severity", f"{SEVERITY[case.severity]} {case.severity.name} ({case.severity_score})"
    yield "网点 outlet", case.outlet
    yield "收件人 consignee", f"{mask_name(case.consignee_name)} {mask_phone(case.consignee_phone)}"
    yield "内件 goods", f"{case.goods} (易腐 perishable)" if case.perishable else case.goods
    yield "声明价值 declared", _money(case.declared_value, case.currency)
    yield "保价 insured", _money(case.insured_amount, case.currency)
    yield "承诺时间 promised", local_time(case.promised_at, zone)
    yield "最后扫描 last scan", f"{local_time(case.last_event_at, zone)} {case.last_event} {case.last_location}"
    yield "依据 basis", ", ".join(case.plan.basis) if case.plan else ""


def _money(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else f"{amount} {currency}"


def local_time(moment: datetime | None, zone: tzinfo) -> str:
    """Write a time as people of the business read it; nothing where there is none."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""


def plain(text: str) -> str:
    """Keep what senders and carriers wrote from being read as markup."""
    return MARKUP.sub(r"\\\1", " ".join(text.split())) or "—"
