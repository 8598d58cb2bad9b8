"""What the regulator reads of an answer and of a report, and what departments read of an appeal.

Everything for the regulator goes through `rules.disclosure`: what that drops never gets here.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from rules.clocks.explanation import due_locally
from rules.disclosure import disclosed
from rules.exceptions.wording import Message
from rules.privacy import mask_phones
from rules.tables import require_words
from schemas.appeals import (
    Appeal,
    AppealAnswer,
    AppealDue,
    DueKind,
    Precondition,
    ProgressReport,
    Satisfaction,
    Standing,
)
from schemas.disclosure import Audience

ANSWER_LINES = {
    "regulator_no": "申诉编号",
    "appeal_no": "企业编号",
    "waybill": "运单号",
    "complaint_no": "企业投诉编号",
    "happened": "一、事情经过",
    "verification": "二、调查核实情况",
    "liability": "三、企业责任认定",
    "basis": "四、处理依据",
    "handling": "五、处理意见",
    "agreement": "六、是否与申诉人达成一致",
    "amount": "七、赔偿金额",
    "paid": "八、赔付时间",
    "apology": "九、解释与道歉情况",
    "contact": "十、与申诉人联系情况",
    "satisfaction": "十一、申诉人是否满意",
    "evidence_list": "十二、证据材料清单",
    "answered_by": "经办人",
    "desk_phone": "联系电话",
    "preconditions": "说明",
}
PROGRESS_LINES = {
    "regulator_no": "申诉编号",
    "appeal_no": "企业编号",
    "waybill": "运单号",
    "progress": "一、处理进展",
    "principle": "二、处理原则",
    "negotiation": "三、与申诉人协商结果",
    "expected": "四、预计办结时间",
    "answered_by": "经办人",
}
DUE = {
    DueKind.FORWARD: "管理部门转办",
    DueKind.ANSWER: "向邮政管理部门答复",
    DueKind.PROGRESS: "向邮政管理部门报告进展",
    DueKind.DECISION: "管理部门答复用户",
    DueKind.RESPONSE: "反馈调解意见",
    DueKind.RETENTION: "材料保存至",
}
require_words(DUE, DueKind)
STANDING = {Standing.MET: "符合", Standing.NOT_MET: "不符合", Standing.UNKNOWN: "待核"}
require_words(STANDING, Standing)
SATISFACTION = {
    Satisfaction.CONTENT: "满意",
    Satisfaction.NOT_CONTENT: "不满意",
    Satisfaction.NOT_REACHED: "未能联系上",
}
require_words(SATISFACTION, Satisfaction)


def answer_document(
    appeal: Appeal,
    answer: AppealAnswer,
    *,
    answered_by: str,
    found: tuple[Precondition, ...],
    zone: tzinfo,
) -> str:
    """Write the answer as the regulator reads it."""
    facts = {
        **_numbers(appeal),
        "happened": answer.happened,
        "verification": answer.verification,
        "liability": answer.liability,
        "basis": answer.basis,
        "handling": answer.handling,
        "agreement": _yes_or_no(answer.agreed),
        "amount": f"{answer.amount} {answer.currency}" if answer.amount else "无",
        "paid": _paid(answer, zone),
        "apology": answer.apology,
        "contact": f"{_day_and_time(answer.contacted_at, zone)} {answer.contact}".strip(),
        "satisfaction": SATISFACTION[answer.satisfaction] if answer.satisfaction else "",
        "evidence_list": "；".join(filter(None, answer.evidence)),
        "answered_by": answered_by,
        "desk_phone": answer.desk_phone,
        "preconditions": "；".join(condition.zh for condition in found if condition.standing is Standing.NOT_MET),
    }
    return _document(ANSWER_LINES, facts)


def progress_document(appeal: Appeal, report: ProgressReport, *, reported_by: str, zone: tzinfo) -> str:
    """Write a report of progress as the regulator reads it."""
    facts = {
        **_numbers(appeal),
        "progress": report.progress,
        "principle": report.principle,
        "negotiation": report.negotiation,
        "expected": _day_and_time(report.expected_at, zone),
        "answered_by": reported_by,
    }
    return _document(PROGRESS_LINES, facts)


def _numbers(appeal: Appeal) -> dict[str, str]:
    return {
        "regulator_no": appeal.regulator_no,
        "appeal_no": appeal.case_no,
        "waybill": appeal.waybill,
        "complaint_no": appeal.complaint_no,
    }


def _document(lines: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    shown = disclosed(facts, to=Audience.REGULATOR)
    return "\n".join(f"{title}：{shown[field]}" for field, title in lines.items() if shown.get(field))


def registered_notice(appeal: Appeal, due: AppealDue, *, zone: ZoneInfo) -> Message:
    """Tell the department that answers of a new appeal."""
    return Message(
        subject=f"新申诉 {appeal.case_no}（{_outer(appeal)}）",
        body=f"{_parcel(appeal)}，{DUE[due.kind]}：{due_locally(due.due_at, zone)}（{due.source}）。",
    )


def due_notice(appeal: Appeal, due: AppealDue, *, overdue: bool, zone: ZoneInfo) -> Message:
    """Tell a department that something is due soon, or was due."""
    when = "已逾期" if overdue else "即将到期"
    return Message(
        subject=f"申诉 {appeal.case_no} {DUE[due.kind]}{when}",
        body=f"{_parcel(appeal)}，{DUE[due.kind]}：{due_locally(due.due_at, zone)}（{due.source}）。",
    )


def ready_notice(appeal: Appeal, *, what: str, document: str) -> Message:
    """Hand the department what it is to enter in the regulator's system."""
    return Message(subject=f"请录入申诉系统：{appeal.case_no}（{_outer(appeal)}）{what}", body=document)


def _outer(appeal: Appeal) -> str:
    return f"{mask_phones(appeal.regulator)} {appeal.regulator_no}"


def _parcel(appeal: Appeal) -> str:
    return f"运单 {appeal.waybill or '未提供'}，投诉 {appeal.complaint_no or '无'}"


def _paid(answer: AppealAnswer, zone: tzinfo) -> str:
    if not answer.amount:
        return ""
    if answer.paid_at is not None:
        return f"已于 {_day_and_time(answer.paid_at, zone)} 支付"
    return f"将于 {_day_and_time(answer.pay_by, zone)} 前支付"


def _yes_or_no(said: bool | None) -> str:
    return {True: "是", False: "否", None: ""}[said]


def _day_and_time(moment: datetime | None, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
