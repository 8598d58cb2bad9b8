"""Asking, and taking a question back: the inquiry and the notice with its link are one transaction (R22, R39)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from schemas.inquiries import INQUIRY_PREFIX, Inquiry, Question
from store import inquiries as inquiry_store
from store import outbox
from store.unit_of_work import Connection
from tasks.inquiries.letters import keys_of, question_letters
from tasks.settings import business_settings


def ask(connection: Connection, questions: Sequence[Question], *, asked_by: str, now: datetime) -> list[Inquiry]:
    """Ask what was not asked yet, in the caller's transaction, and give the new inquiries.

    One inquiry is made for each case, place and round, so that a step that is done twice asks once. Who is asked does
    not become the owner of the case (R76).
    """
    day = now.astimezone(business_settings().zone).strftime("%Y%m%d")
    new = inquiry_store.ask(connection, questions, prefix=f"{INQUIRY_PREFIX}-{day}-", asked_by=asked_by, at=now)
    outbox.put(connection, question_letters(connection, new, now=now))
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
    if inquiry_nos:
        outbox.withdraw_unsent(connection, list(keys_of(inquiry_nos)))
