"""Asking, and taking a question back: the inquiry and the notice with its link are one transaction (R22, R39)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from rules.exceptions.wording import Message
from rules.inquiries.reminders import ASKED_AGAIN, LADDER, told_by
from rules.inquiries.wording import question_notice, reminder_notice, sheet_of, unanswered_notice
from schemas.inquiries import INQUIRY_PREFIX, Inquiry, Question
from store import inquiries as inquiry_store
from store import outbox
from store.outbox import Letter
from store.unit_of_work import Connection
from tasks.exceptions.letters import department_message
from tasks.inquiries.links import LinkSettings
from tasks.settings import BusinessSettings


def ask(connection: Connection, questions: Sequence[Question], *, asked_by: str, now: datetime) -> list[Inquiry]:
    """Ask what was not asked yet, in the caller's transaction, and give the new inquiries.

    One inquiry is made for each case, place and round, so that a step that is done twice asks once. Who is asked does
    not become the owner of the case (R76).
    """
    day = now.astimezone(BusinessSettings().zone).strftime("%Y%m%d")
    new = inquiry_store.ask(connection, questions, prefix=f"{INQUIRY_PREFIX}-{day}-", asked_by=asked_by, at=now)
    outbox.put(connection, [question_letter(inquiry, now=now) for inquiry in new])
    return new


def withdraw(
    connection: Connection,
    *,
    inquiry_nos: Collection[str] = (),
    case_nos: Collection[str] = (),
    who: str,
    why: str,
    now: datetime,
) -> list[str]:
    """Withdraw inquiries that wait, of those named or of these cases, with what was not sent of them yet."""
    withdrawn = inquiry_store.withdraw(connection, inquiry_nos=inquiry_nos, case_nos=case_nos, who=who, why=why, at=now)
    call_off(connection, withdrawn)
    return withdrawn


def call_off(connection: Connection, inquiry_nos: Collection[str]) -> None:
    """Take back the notices of inquiries that were not sent yet: nobody needs to hear of them any more."""
    outbox.withdraw_unsent(connection, [key for inquiry_no in inquiry_nos for key in _keys(inquiry_no)])


def _keys(inquiry_no: str) -> Iterator[str]:
    yield f"{inquiry_no}:question"
    yield from (f"{inquiry_no}:reminder-{number + 1}" for number in range(len(LADDER)))


def question_letter(inquiry: Inquiry, *, now: datetime) -> Letter:
    """Address the question to whoever is asked."""
    message = question_notice(sheet_of(inquiry), zone=BusinessSettings().zone)
    return _letter(inquiry, message, topic="question", to=inquiry.contact, now=now)


def reminder_letter(inquiry: Inquiry, *, now: datetime) -> Letter:
    """Address the reminder that an inquiry has come to, to whoever was asked or to the level above."""
    zone, number = BusinessSettings().zone, inquiry.reminders
    told = told_by(number)
    if told == ASKED_AGAIN:
        message = reminder_notice(sheet_of(inquiry), number=number, zone=zone)
        return _letter(inquiry, message, topic=f"reminder-{number}", to=inquiry.contact, now=now)
    message = unanswered_notice(inquiry, zone=zone)
    return _letter(inquiry, message, topic=f"reminder-{number}", to=told, now=now, linked=False)


def _letter(inquiry: Inquiry, message: Message, *, topic: str, to: str, now: datetime, linked: bool = True) -> Letter:
    letter = department_message(
        inquiry.case_no, message, key=f"{inquiry.inquiry_no}:{topic}", purpose=f"inquiry-{topic}", to=to, now=now
    )
    if not linked:
        return letter
    expires_at = LinkSettings().expiry(max(inquiry.due_at, inquiry.asked_at))
    link = {"inquiry_no": inquiry.inquiry_no, "expires_at": expires_at.isoformat()}
    return letter._replace(payload={**letter.payload, "link": link})
