"""What departments read of an inquiry: the question, its reminders, and what a person hears whose answer is refused.

Chinese first, English behind it: a subcontractor abroad reads the same page. Nothing of a customer is in it (R65). How
question and reminder are put is a template (rules/exceptions/texts), which the playbook names.
"""

from datetime import datetime, tzinfo

from rules.evidence import KIND, NODE
from rules.exceptions.texts import BOTH, render
from rules.exceptions.wording import SITUATION, Message
from rules.privacy import mask_phones
from rules.tables import require_words
from schemas.exceptions import ExceptionType
from schemas.inquiries import AnswerCode, Inquiry, InquiryState, Sheet

ANSWER: dict[AnswerCode, tuple[str, str]] = {
    AnswerCode.HAVE_IT: ("快件在本处", "We have the parcel"),
    AnswerCode.NOT_HERE: ("本处未收到", "It never came here"),
    AnswerCode.SENT_ON: ("已发往下一环节", "It was sent on"),
    AnswerCode.HANDED_OVER: ("已交付收件人", "It was handed over to the consignee"),
    AnswerCode.DAMAGED_HERE: ("在本处破损", "It was damaged here"),
    AnswerCode.CAME_DAMAGED: ("到达时已破损", "It was damaged when it came"),
    AnswerCode.PACKAGING_POOR: ("包装不符合要求", "Its packaging was poor"),
    AnswerCode.CONTENTS_SHORT: ("内件短少", "Contents are missing"),
    AnswerCode.CANNOT_SAY: ("暂时无法确认", "We cannot say yet"),
    AnswerCode.OTHER: ("其他情况", "Something else"),
}
STATE: dict[InquiryState, tuple[str, str]] = {
    InquiryState.OPEN: ("待回复", "waits for an answer"),
    InquiryState.REMINDED: ("已逾期，待回复", "is overdue"),
    InquiryState.ANSWERED: ("已回复", "was answered"),
    InquiryState.WITHDRAWN: ("已撤回，无需回复", "was withdrawn"),
}
for _table, _words in ((ANSWER, AnswerCode), (STATE, InquiryState)):
    require_words(_table, _words)

NOT_NEEDED = (
    "该协查已撤回，无需再回复，谢谢。",
    "This inquiry was withdrawn; no answer is needed any more. Thank you.",
)
ENOUGH = (
    "该协查的回复次数已达上限，请直接联系客服中心。",
    "This inquiry has as many answers as it can take; please call customer service.",
)


def sheet_of(inquiry: Inquiry) -> Sheet:
    """Take from an inquiry what a department may see (R65); phone numbers in its words are masked."""
    return Sheet(
        inquiry_no=inquiry.inquiry_no,
        case_no=inquiry.case_no,
        waybill=inquiry.waybill,
        department=inquiry.department,
        question=mask_phones(inquiry.question),
        wanted=inquiry.wanted,
        due_at=inquiry.due_at,
        state=inquiry.state,
        answers=inquiry.answers,
    )


def asking_notice(text: str, sheet: Sheet, *, about: ExceptionType | None, zone: tzinfo, reminders: int = 0) -> Message:
    """Ask, or ask again after so many reminders, as the text of this name words it (R22, R39).

    `about` is the type of the exception that the inquiry belongs to; None where it belongs to another procedure. The
    address at which to answer is put behind the body when the notice leaves.
    """
    facts = {
        "inquiry_no": sheet.inquiry_no,
        "case_no": sheet.case_no,
        "waybill": sheet.waybill,
        "type": about,
        "situation": SITUATION[about][0] if about else "",
        "situation_en": SITUATION[about][1] if about else "",
        "question": sheet.question,
        "wanted": "、".join(KIND[kind][0] for kind in sheet.wanted),
        "wanted_en": "; ".join(KIND[kind][1] for kind in sheet.wanted),
        "due_at": due(sheet, zone),
        "reminders": reminders,
    }
    subject, body = render(text, facts, language=BOTH)
    return Message(subject=subject, body=body)


def unanswered_notice(inquiry: Inquiry, *, zone: tzinfo) -> Message:
    """Tell a level above of a question that nobody answered (R71)."""
    sheet = sheet_of(inquiry)
    return Message(
        subject=f"[{sheet.inquiry_no}] 协查逾期未复 Unanswered inquiry {sheet.waybill}".rstrip(),
        body=f"{_about(sheet)}\n{NODE[inquiry.node][0]} {inquiry.department} 应于 {due(sheet, zone)} 前回复，"
        f"已催办 {inquiry.reminders - 1} 次未复，请督办。 "
        f"{inquiry.department} ({NODE[inquiry.node][1]}) owes an answer since {due(sheet, zone)} "
        f"and was reminded {inquiry.reminders - 1} times.\n{sheet.question}",
    )


def why_refused(state: InquiryState) -> tuple[str, str]:
    """Say kindly, in Chinese and English, why an answer is not taken any more."""
    return NOT_NEEDED if state is InquiryState.WITHDRAWN else ENOUGH


def due(sheet: Sheet, zone: tzinfo) -> str:
    """Write when an answer is due, as people read it."""
    return _local(sheet.due_at, zone)


def _local(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _about(sheet: Sheet) -> str:
    parcel = f"运单 waybill {sheet.waybill}，" if sheet.waybill else ""
    return f"{parcel}案件 case {sheet.case_no}"
