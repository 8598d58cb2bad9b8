"""What people read about a complaint: the words for types, findings and actions, the texts, and a gate's form.

How a text is put is a template (texts/), and who may read what is rules/disclosure.py. A customer is told what was
found and never who inside the carrier answers for it (R65).
"""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from rules.complaints.texts import BOOK
from rules.exceptions.wording import SEVERITY, Message, evidence_lines, local_time, paid_lines, plain
from rules.privacy import mask_name, mask_phone, mask_phones
from rules.tables import require_words
from rules.texts import Language
from schemas.complaints import (
    Action,
    Channel,
    Complaint,
    ComplaintType,
    Finding,
    LiableParty,
    MissingField,
    PartyKind,
    State,
    Validity,
)  # fmt: skip
from schemas.evidence import Completeness

MATTER: dict[ComplaintType, tuple[str, str]] = {
    ComplaintType.DELAY: ("快件延误", "a late parcel"),
    ComplaintType.LOSS: ("快件丢失", "a lost parcel"),
    ComplaintType.SHORT: ("内件短少", "missing contents"),
    ComplaintType.DAMAGE: ("快件破损", "a damaged parcel"),
    ComplaintType.MISDELIVERY: ("错发错投", "a parcel that went to the wrong place"),
    ComplaintType.FALSE_SIGN: ("未收到却显示签收", "a parcel that is shown as signed for and was not received"),
    ComplaintType.ATTITUDE: ("服务态度", "how you were treated"),
    ComplaintType.FEE: ("费用争议", "a charge"),
    ComplaintType.OTHER: ("服务问题", "our service"),
}
CHANNEL: dict[Channel, str] = {
    Channel.HOTLINE: "客服热线", Channel.IVR: "语音自助", Channel.WEBSITE: "官网", Channel.APP: "APP",
    Channel.EMAIL: "电子邮件", Channel.SMS: "短信", Channel.WECHAT: "微信", Channel.ONLINE_CHAT: "在线客服",
    Channel.SOCIAL_MEDIA: "社交媒体", Channel.OUTLET: "营业网点", Channel.AT_THE_DOOR: "上门口述",
    Channel.COURIER_NOTE: "快递员日常记录", Channel.PLATFORM: "平台工单", Channel.REGULATOR: "监管转办",
}  # fmt: skip
VALIDITY: dict[Validity, tuple[str, str]] = {
    Validity.VALID: ("有效投诉", "valid"),
    Validity.CUSTOMER_CAUSED: ("客户原因", "caused by the customer"),
    Validity.MALICIOUS: ("恶意投诉", "malicious"),
    Validity.UNPROVEN: ("未能证实", "unproven"),
}
FOUND: dict[Validity, tuple[str, str]] = {
    Validity.VALID: ("经核实，您反映的情况属实", "what you told us is confirmed"),
    Validity.CUSTOMER_CAUSED: (
        "经核实，情况与寄递信息、包装或收件环节有关",
        "it has to do with the sending details, the packaging or the receiving end",
    ),
    Validity.MALICIOUS: ("经核实，所反映的情况与记录不符", "what we were told does not agree with the records"),
    Validity.UNPROVEN: (
        "经核实，现有材料尚不能证实所反映的情况",
        "what is on record does not confirm it so far",
    ),
}
"""What a customer is told was found."""
PARTY: dict[PartyKind, str] = {
    PartyKind.OUTLET: "网点", PartyKind.SORTING_CENTRE: "分拣中心", PartyKind.LINE_HAUL: "干线",
    PartyKind.COURIER: "收派员", PartyKind.CUSTOMER_SERVICE: "客服", PartyKind.PARTNER: "合作方",
    PartyKind.SENDER: "寄件人", PartyKind.CONSIGNEE: "收件人", PartyKind.FORCE_MAJEURE: "不可抗力",
    PartyKind.UNKNOWN: "未明",
}  # fmt: skip
ACTION: dict[Action, tuple[str, str]] = {
    Action.SEARCH_PARCEL: ("全程查找快件", "searching for the parcel"),
    Action.RUSH_DELIVERY: ("加急派送", "delivering it with priority"),
    Action.REDELIVER: ("重新派送", "delivering it again"),
    Action.RETRIEVE_PARCEL: ("追回错投快件", "fetching the parcel back"),
    Action.EXPLAIN_FEES: ("说明费用构成", "explaining the charge"),
    Action.REFUND_FEES: ("退还费用", "paying the charge back"),
    Action.APOLOGISE: ("向您致歉", "apologising to you"),
    Action.EDUCATE_STAFF: ("对相关人员进行教育", "instructing the staff concerned"),
    Action.COMPENSATE: ("按核定金额赔付", "compensating you"),
    Action.EXPLAIN_FINDING: ("说明核实情况", "explaining what we found"),
    Action.RECTIFY: ("整改服务流程", "putting the procedure right"),
}
BASIS: dict[str, tuple[str, str]] = {
    "finding": ("核实记录与投诉处理规范", "the record of our inquiry and our rules for complaints"),
    "value:insured": ("保价金额（快递暂行条例）", "the insured amount (Interim Regulations on Express Delivery)"),
    "value:declared": ("声明价值（民法典第八百三十三条）", "the declared value (Civil Code of China, art. 833)"),
    "value:freight": ("所收费用（快递服务国家标准）", "the charge that was paid (GB/T 27917)"),
    "value:none": ("交付地市场价格（民法典第八百三十三条）", "the market price (Civil Code of China, art. 833)"),
}
"""What a plan rests on, by how its reference begins, as a customer may read it (R44)."""
PROGRESS: dict[State, tuple[str, str]] = {
    State.RECEIVED: ("已受理，正在移交", "it was received and is being handed on"),
    State.HANDED_OFF: ("已移交专人处理", "somebody is working on it"),
    State.VERIFYING: ("正在向相关环节核实", "we are asking those who had to do with it"),
    State.VERIFIED: ("正在拟定处理方案", "a solution is being drawn up"),
    State.PLANNED: ("正在确定处理方案", "a solution is being agreed on"),
    State.AWAITING_APPROVAL: ("处理方案正在审批", "a solution is being decided on"),
    State.APPROVED: ("正在落实处理措施", "what was decided is being done"),
    State.ACTING: ("正在落实处理措施", "what was decided is being done"),
    State.ACTED: ("措施已落实，即将反馈", "it was done, and you will hear the result"),
    State.NEEDS_OPERATOR: ("已由主管接手处理", "a supervisor has taken it over"),
}
"""How far a complaint is, as a customer may read it before there is a result."""
DECISION_OWED: dict[str, tuple[str, str]] = {
    "money": ("涉及款项", "money is demanded or to be paid"),
    "severe": ("严重投诉", "the complaint is severe"),
    "finding": ("核实结论待人认定", "what was found is not decided yet"),
    "malicious": ("拟认定恶意", "it is said to be malicious"),
    "repeat": ("重复投诉", "it was complained of before"),
    "replanned": ("方案曾被退回", "an earlier plan was refused"),
}
for _table, _words in (
    (MATTER, ComplaintType), (CHANNEL, Channel), (VALIDITY, Validity), (FOUND, Validity), (PARTY, PartyKind),
    (ACTION, Action), (PROGRESS, set(State) - {State.DRAFT, State.FED_BACK, State.CONCLUDED, State.CLOSED}),
):  # fmt: skip
    require_words(_table, _words)


def matter(complaint: Complaint, language: Language = "zh") -> str:
    """Say what is complained of."""
    return MATTER[complaint.type][language == "en"]


def actions(complaint: Complaint, language: Language = "zh") -> str:
    """List what the newest plan does."""
    planned = complaint.plan.actions if complaint.plan else ()
    return ("、", ", ")[language == "en"].join(ACTION[item.action][language == "en"] for item in planned)


def found(complaint: Complaint, language: Language = "zh") -> str:
    """Say what was found, as a customer may read it."""
    finding = complaint.finding
    return FOUND[finding.validity if finding else Validity.UNPROVEN][language == "en"]


def basis(complaint: Complaint, language: Language = "zh") -> str:
    """Say in a customer's words what the result rests on (R44)."""
    cited = complaint.plan.basis if complaint.plan else ("finding",)
    words = [told[language == "en"] for mark, told in BASIS.items() if any(ref.startswith(mark) for ref in cited)]
    return ("；", "; ")[language == "en"].join(words)


def write(name: str, complaint: Complaint, language: Language = "zh", **told: str) -> Message:
    """Write the text of this name about a complaint; what its reader may not know is left out of what it can tell.

    `told` is what only the caller knows, such as until when the customer hears again; what nobody told is empty.
    """
    subject, body = BOOK.render(name, _facts(complaint, language, told), language=language)
    return Message(subject=subject, body=body)


_TOLD = (
    "first_answer_by", "result_by", "next_update_at", "answer_by", "money_by", "wanted", "reasons", "about", "task",
    "task_no", "due_at", "penalty", "urgent", "hotline", "progress",
)  # fmt: skip


def _facts(complaint: Complaint, language: Language, told: Mapping[str, str]) -> dict[str, Any]:
    if stray := told.keys() - set(_TOLD):
        raise TypeError(f"no text tells {sorted(stray)}")
    plan = complaint.settled_plan
    return {
        **dict.fromkeys(_TOLD, ""),
        "progress": PROGRESS.get(complaint.state, ("", ""))[language == "en"],
        **told,
        "complaint_no": complaint.case_no,
        "complaint_type": complaint.type.value,
        "matter": matter(complaint, language),
        "waybill": complaint.waybill,
        "outlet": complaint.outlet,
        "state": complaint.state.value,
        "severity": complaint.severity.value,
        "found": found(complaint, language),
        "measures": actions(complaint, language) if plan else "",
        "measures_planned": actions(complaint, language),
        "amount": plan.amount if plan and plan.amount else "",
        "currency": plan.currency if plan else complaint.currency,
        "basis": basis(complaint, language),
        "demand": complaint.wish,
    }


def wanted(missing: tuple[MissingField, ...], language: Language = "zh") -> str:
    """List what is still to be told."""
    return ("、", ", ")[language == "en"].join((field.en if language == "en" else field.zh) for field in missing)


def party_text(party: LiableParty) -> str:
    """Name a party with its share."""
    return f"{PARTY[party.kind]} {party.name} {party.share.normalize():f}%".replace("  ", " ")


def form_text(
    complaint: Complaint, found_evidence: Completeness, *, owed_for: str, refusal: str, zone: tzinfo,
    joint: Mapping[str, str],
) -> str:  # fmt: skip
    """Write in markdown what stands above the form of the supervisor who decides; personal data is masked.

    What is to be decided comes first: the finding and the plan, for whoever approves the plan approves both.
    """
    lines = [
        *((f"**⚠️ 上次提交未被接受 not accepted: {refusal}**", "") if refusal else ()),
        f"### {complaint.case_no} · {matter(complaint)} ({complaint.type.value})",
        "",
        *_finding_lines(complaint.finding),
        "",
        *_plan_lines(complaint),
        "",
        *evidence_lines(found_evidence),
        *(("", *(f"- {_safe(name)}：{_safe(said)}" for name, said in joint.items())) if joint else ()),
        "",
        "| | |",
        "|---|---|",
        *(f"| {label} | {_safe(value)} |" for label, value in _about(complaint, owed_for=owed_for, zone=zone)),
    ]
    return "\n".join(lines)


def _safe(told: str) -> str:
    """Mask what somebody told and keep it from being read as markup."""
    return plain(mask_phones(told))


def _finding_lines(finding: Finding | None) -> Iterator[str]:
    if finding is None:
        return
    said = f"认定 decided by {finding.decided_by}" if finding.is_decided else "拟认定 proposed"
    yield f"**核实 finding ({said}): {' '.join(VALIDITY[finding.validity])}**"
    yield from (f"- {ground.zh} {ground.en}" for ground in finding.grounds)
    yield from (f"- 责任 liable: {_safe(party_text(party))} {_safe(party.basis)}" for party in finding.parties)
    if finding.note:
        yield f"- {_safe(finding.note)}"


def _plan_lines(complaint: Complaint) -> Iterator[str]:
    plan = complaint.plan
    if plan is None:
        return
    before = f" · 已安排 ordered before: {complaint.amount_ordered}" if complaint.amount_ordered else ""
    yield f"**方案 plan {plan.version} · 金额 amount: {plan.amount} {plan.currency}{before}**"
    if plan.pays and not plan.amount:
        yield ""
        yield "**金额不明，请填写。 No amount follows from the record: name it.**"
    yield from paid_lines(complaint.paid_elsewhere)
    yield ""
    yield from (f"- {ACTION[item.action][0]} ({item.action.value}) · {_safe(item.owner)}" for item in plan.actions)


def _about(complaint: Complaint, *, owed_for: str, zone: tzinfo) -> Iterator[tuple[str, str]]:
    yield "需审批 decision owed for", " ".join(DECISION_OWED.get(owed_for, (owed_for,)))
    yield "客户 customer", f"{mask_name(complaint.customer_name)} {mask_phone(complaint.customer_phone)}"
    yield "渠道 channel", f"{CHANNEL[complaint.channel]} · {complaint.tellings} 次 times"
    yield "经过 account", complaint.account
    yield "诉求 demand", complaint.wish
    if complaint.demanded is not None:
        yield "索要金额 demanded", f"{complaint.demanded} {complaint.currency}"
    yield "严重度 severity", f"{SEVERITY[complaint.severity]} {complaint.severity.name} ({complaint.severity_score})"
    yield "运单 waybill", f"{complaint.waybill} {complaint.carrier}".strip()
    yield "网点 outlet", complaint.outlet
    yield "承诺 promised", local_time(complaint.promised_at, zone)
    yield "签收 delivered", local_time(complaint.delivered_at, zone)
    yield "异常件 exception", complaint.related_case
    yield "此前投诉 earlier complaint", complaint.earlier_case
