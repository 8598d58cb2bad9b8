"""What inquiries put into the outbox: the question, its reminders, and word to the levels above.

A letter names its inquiry and until when its link is good; the link itself is made when it leaves.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, tzinfo
from typing import NamedTuple

from rules.exceptions.wording import Message
from rules.inquiries.reminders import ASKED_AGAIN, LADDER, told_by
from rules.inquiries.wording import asking_notice, sheet_of, unanswered_notice
from rules.privacy import mask_phones
from schemas.inquiries import Inquiry
from store import cases as case_store
from store.cases import CaseKind
from store.outbox import Letter
from store.unit_of_work import Connection
from tasks.exceptions.letters import department_message
from tasks.inquiries.links import LinkSettings
from tasks.playbooks import texts_of
from tasks.settings import business_settings

QUESTION, REMINDER = "question", "reminder"
"""The texts about a case that is no exception's, and so has no playbook."""


class _Written(NamedTuple):
    """One notice: its topic, to whom it goes, and whether it carries a link."""

    topic: str
    to: str
    message: Message
    linked: bool = True


def question_letters(connection: Connection, inquiries: Collection[Inquiry], *, now: datetime) -> list[Letter]:
    """Address each question to whoever is asked, in the words of its case's playbook."""
    return _letters(connection, inquiries, _question, now=now)


def reminder_letters(connection: Connection, inquiries: Collection[Inquiry], *, now: datetime) -> list[Letter]:
    """Address the reminder that each inquiry has come to, to whoever was asked or to the level above."""
    return _letters(connection, inquiries, _reminder, now=now)


def keys_of(inquiry_nos: Collection[str]) -> Iterator[str]:
    """Name all letters that there may be of these inquiries."""
    for inquiry_no in inquiry_nos:
        yield f"{inquiry_no}:question"
        yield from (f"{inquiry_no}:reminder-{number + 1}" for number in range(len(LADDER)))


def _question(inquiry: Inquiry, about: CaseKind | None, zone: tzinfo) -> _Written:
    text, type_ = (texts_of(about).question, about.type) if about else (QUESTION, None)
    return _Written("question", inquiry.contact, asking_notice(text, sheet_of(inquiry), about=type_, zone=zone))


def _reminder(inquiry: Inquiry, about: CaseKind | None, zone: tzinfo) -> _Written:
    number = inquiry.reminders
    topic, told = f"reminder-{number}", told_by(number)
    if told != ASKED_AGAIN:
        return _Written(topic, told, unanswered_notice(inquiry, zone=zone), linked=False)
    text, type_ = (texts_of(about).reminder, about.type) if about else (REMINDER, None)
    message = asking_notice(text, sheet_of(inquiry), about=type_, zone=zone, reminders=number)
    return _Written(topic, inquiry.contact, message)


def _letters(
    connection: Connection,
    inquiries: Collection[Inquiry],
    write: Callable[[Inquiry, CaseKind | None, tzinfo], _Written],
    *,
    now: datetime,
) -> list[Letter]:
    """Write many with settings and cases read once: that takes longer than everything else of a letter."""
    zone, links = business_settings().zone, LinkSettings()
    about = case_store.kinds(connection, {inquiry.case_no for inquiry in inquiries})
    return [
        _letter(inquiry, write(inquiry, about.get(inquiry.case_no), zone), links=links, now=now)
        for inquiry in inquiries
    ]


def _letter(inquiry: Inquiry, written: _Written, *, links: LinkSettings, now: datetime) -> Letter:
    letter = department_message(
        inquiry.case_no,
        written.message,
        key=f"{inquiry.inquiry_no}:{written.topic}",
        purpose=f"inquiry-{written.topic}",
        to=written.to,
        now=now,
    )
    letter = letter._replace(payload={**letter.payload, "shown_to": mask_phones(written.to)})  # a courier's telephone
    if not written.linked:
        return letter
    expires_at = links.expiry(max(inquiry.due_at, inquiry.asked_at))
    link = {"inquiry_no": inquiry.inquiry_no, "expires_at": expires_at.isoformat()}
    return letter._replace(payload={**letter.payload, "link": link})
