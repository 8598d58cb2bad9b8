"""Whether an appeal fulfils what the regulator's rules ask of one: each condition on its own, with its source.

The regulator decides whether it takes an appeal on; the carrier registers what is forwarded whatever stands here, and
may point out in its answer what is not met.
"""

from dataclasses import dataclass
from datetime import datetime

from rules.appeals.choice import choose
from rules.appeals.clocks import AppealClocks
from rules.clocks.explanation import due_locally
from rules.packs import NoSuchRule
from schemas.appeals import Precondition, PreconditionKind, Standing

MEASURES = (
    "邮政业消费者申诉处理办法 2011 and 2014, as reported on gov.cn and yaan.gov.cn; that of c. 2020 was not found"
)
PRACTICE = "practice of the regulators; no text found"
_MET, _NOT_MET, _UNKNOWN = Standing.MET, Standing.NOT_MET, Standing.UNKNOWN


@dataclass(frozen=True, slots=True)
class Admissible:
    """What is known of an appeal when its conditions are looked at. None: nobody knows."""

    jurisdiction: str
    appealed_at: datetime
    complaint_no: str = ""  # the complaint on file
    complained_at: datetime | None = None  # by the file, else as the user tells it
    looked_for: bool = False  # the file was searched by a number or a phone
    answered_at: datetime | None = None
    dissatisfied: bool | None = None
    channel_blocked: bool | None = None
    before_court: bool | None = None
    posted_at: datetime | None = None
    disputed_at: datetime | None = None
    waybill: str = ""
    name: str = ""
    phone: str = ""
    relation: str = ""


def preconditions(known: Admissible, *, clocks: AppealClocks) -> tuple[Precondition, ...]:
    """Look at every condition."""
    return (
        _complained_first(known),
        _unanswered_or_dissatisfied(known, clocks),
        _within_period(known, clocks),
        _facts_given(known),
        _direct_stake(known),
        _not_before_court(known),
    )


def worst_of(found: tuple[Precondition, ...]) -> Standing:
    """Say how an appeal stands by the worst of its conditions: one that is not met outweighs one that is unknown."""
    standings = {condition.standing for condition in found}
    return next(standing for standing in (_NOT_MET, _UNKNOWN, _MET) if standing in standings)


def _complained_first(known: Admissible) -> Precondition:
    kind = PreconditionKind.COMPLAINED_FIRST
    if known.complaint_no:
        return _by_measures(kind, _MET, f"已向企业投诉：{known.complaint_no}", f"complained of as {known.complaint_no}")
    if known.channel_blocked:
        return _by_measures(kind, _MET, "企业投诉渠道不畅通", "nobody took the complaint")
    if known.complained_at is not None:
        return _by_measures(
            kind, _UNKNOWN, "用户称已投诉，企业无记录", "the user says so; the carrier has no record of it"
        )
    if known.looked_for:
        return _by_measures(kind, _NOT_MET, "未查到用户先向企业投诉", "no complaint to the carrier was found")
    return _by_measures(
        kind, _UNKNOWN, "缺少运单号及电话，无法查询投诉记录", "without a waybill or a phone nobody can look for one"
    )


def _unanswered_or_dissatisfied(known: Admissible, clocks: AppealClocks) -> Precondition:
    kind = PreconditionKind.UNANSWERED_OR_DISSATISFIED
    if known.channel_blocked:
        return _by_measures(kind, _MET, "企业投诉渠道不畅通", "nobody took the complaint")
    if known.complained_at is None:
        standing = _NOT_MET if known.looked_for else _UNKNOWN
        return _by_measures(kind, standing, "没有可答复的投诉", "there is no complaint that could be answered")
    return _by_the_answer(known, known.complained_at, clocks)


def _by_the_answer(known: Admissible, complained_at: datetime, clocks: AppealClocks) -> Precondition:
    """Ask whether the answer came in time, and what the user thinks of it."""
    kind = PreconditionKind.UNANSWERED_OR_DISSATISFIED
    try:
        counted = clocks.count("complaint_answer", known.jurisdiction, complained_at)
    except NoSuchRule:
        return _by_measures(kind, _UNKNOWN, "投诉日期无适用规则", "no rule held on the day of the complaint")
    limit = due_locally(counted.ends_at, clocks.calendar.zone)
    answered_at = known.answered_at
    if answered_at is not None and answered_at >= known.appealed_at:
        answered_at = None  # it came after the appeal
    if counted.ends_at <= (answered_at or known.appealed_at):
        return _by_measures(kind, _MET, f"企业未在 {limit} 前答复", f"the carrier did not answer by {limit}")
    if answered_at is None:
        return _by_measures(kind, _NOT_MET, f"企业答复期限 {limit} 未到", f"the carrier has until {limit} to answer")
    if known.dissatisfied is None:
        return _by_measures(
            kind,
            _UNKNOWN,
            "企业已按期答复，用户是否满意不详",
            "answered in time; whether the user is content is not known",
        )
    if known.dissatisfied:
        return _by_measures(kind, _MET, "用户对企业答复不满意", "the user is not content with the answer")
    return _by_measures(kind, _NOT_MET, "企业已按期答复且用户未表示不满", "answered in time, and the user is content")


def _within_period(known: Admissible, clocks: AppealClocks) -> Precondition:
    """Count from the posting, and where the nation's row holds from the dispute if that came later."""
    kind = PreconditionKind.WITHIN_PERIOD
    started = [moment for moment in (known.posted_at, known.disputed_at) if moment is not None]
    if known.posted_at is None:
        return _by_measures(kind, _UNKNOWN, "交寄日期不详", "the day of posting is not known")
    on = clocks.calendar.day_of(known.posted_at)
    try:
        rule = choose(clocks.pack, "appeal_window", jurisdiction=known.jurisdiction, on=on).rule
    except NoSuchRule:
        return _by_measures(kind, _UNKNOWN, "交寄日期无适用规则", "no rule held on the day of posting")
    start = max(started) if rule.jurisdiction == "CN" else known.posted_at
    counted = clocks.count("appeal_window", known.jurisdiction, start, prolonged=True)
    until = due_locally(counted.ends_at, clocks.calendar.zone)
    standing = _MET if known.appealed_at < counted.ends_at else _NOT_MET
    return Precondition(
        kind=kind,
        standing=standing,
        zh=f"申诉期限至 {until}",
        en=f"an appeal was possible until {until}",
        rule=rule.reference,
        source=rule.source,
        verified=rule.verified,
    )


def _facts_given(known: Admissible) -> Precondition:
    named = {"运单号 waybill": known.waybill, "姓名 name": known.name, "联系电话 phone": known.phone}
    missing = "、".join(name for name, given in named.items() if not given)
    kind = PreconditionKind.FACTS_GIVEN
    if missing:
        return _by_measures(kind, _NOT_MET, f"缺少：{missing}", f"missing: {missing}")
    return _by_measures(kind, _MET, "运单号与申诉人信息齐全", "waybill, name and phone are given")


def _direct_stake(known: Admissible) -> Precondition:
    kind = PreconditionKind.DIRECT_STAKE
    match known.relation:
        case "sender" | "consignee":
            return _by_measures(kind, _MET, "申诉人为寄件人或收件人", f"the appellant is the {known.relation}")
        case "":
            return _by_measures(kind, _UNKNOWN, "申诉人身份不详", "whether it is sender or consignee is not known")
    return _by_measures(kind, _NOT_MET, "申诉人并非寄件人或收件人", "the appellant is neither sender nor consignee")


def _not_before_court(known: Admissible) -> Precondition:
    standing, zh, en = {
        None: (_UNKNOWN, "是否已起诉或仲裁不详", "whether a court or an arbitration has it is not known"),
        True: (_NOT_MET, "已进入诉讼或仲裁", "a court or an arbitration has it"),
        False: (_MET, "未进入诉讼或仲裁", "neither a court nor an arbitration has it"),
    }[known.before_court]
    return Precondition(
        kind=PreconditionKind.NOT_BEFORE_COURT,
        standing=standing,
        zh=zh,
        en=en,
        rule="not_before_court",
        source=PRACTICE,
        verified="assumption",
    )


def _by_measures(kind: PreconditionKind, standing: Standing, zh: str, en: str) -> Precondition:
    return Precondition(
        kind=kind, standing=standing, zh=zh, en=en, rule=kind.value, source=MEASURES, verified="assumption"
    )
