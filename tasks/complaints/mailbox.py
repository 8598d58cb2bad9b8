"""Mails as complaints (R31): each is taken in once, by its Message-ID, and marked in the mailbox after the commit.

A mail rarely says all that must be told, so it becomes a draft whose customer is asked for the rest. One that names a
draft of the same address completes it. One that names a complaint that is being worked on is kept with it, and whoever
answers for it is told: whether the customer agrees, objects or only says thanks, a person reads. What nobody can file
(too large, a name that was used before) is flagged for a person and stays.
"""

import logging
from collections.abc import Sequence
from typing import Any

from prefect import task

from adapters import Refused, Unavailable
from adapters.mail.client import Mailbox, Waiting
from adapters.mail.settings import MailSettings
from adapters.mail.translate import Skipped, complaint_in
from schemas.complaint_doors import MailedComplaint, MailKind, MailOutcome, MailReport
from schemas.complaints import Complaint, ComplaintType, Ending, State
from schemas.evidence import Door, Entered
from store import complaints as complaint_store
from store import outbox
from store.complaints import NoSuchComplaint
from store.requests import NamedRequest, OtherContent
from store.unit_of_work import DatabaseAway, failures_told, unit_of_work
from tasks import clock
from tasks.complaints.bringing import bring_complaint, bring_rest, content_of
from tasks.complaints.closing import await_reading
from tasks.complaints.letters import MANAGER, department_letter
from tasks.complaints.told import TakenIn
from tasks.evidence.keeping import TooMuchEvidence, add_evidence
from tasks.settings import as_set_now

logger = logging.getLogger(__name__)

TAKER = TakenIn("mailbox")
GIVEN = Entered(by="mailbox", door=Door.SYSTEM)


@task
def fetch_mails() -> MailReport:
    """Take in what waits in the mailbox; without one there is nothing to do."""
    settings = as_set_now(MailSettings)
    if not settings.host:
        return MailReport()
    mails: list[MailOutcome] = []
    try:
        with Mailbox(settings) as mailbox:
            for waiting in mailbox.waiting():
                mails.append(_fetched(mailbox, waiting, settings))  # noqa: PERF401  # those before a failure stay
    except (Unavailable, Refused, DatabaseAway) as trouble:
        return MailReport(mails=tuple(mails), stopped=str(trouble))
    return MailReport(mails=tuple(mails))


def _fetched(mailbox: Mailbox, waiting: Waiting, settings: MailSettings) -> MailOutcome:
    """Take one mail in and mark it then, so that one whose run dies is taken again, and found to be the same."""
    if waiting.size > settings.mail_bytes_max:
        outcome = MailOutcome(mail=waiting.uid, kind=MailKind.FLAGGED, reason="too_large")
    else:
        outcome = _taken(mailbox.read(waiting.uid), waiting.uid, settings)
    if outcome.kind is not MailKind.LEFT:
        mailbox.settle(waiting.uid, flagged=outcome.kind is MailKind.FLAGGED)
    return outcome


def _taken(raw: bytes, uid: str, settings: MailSettings) -> MailOutcome:
    try:
        return take_mail(raw, name=uid, own_addresses=settings.own_addresses)
    except DatabaseAway:
        raise
    except Exception as error:  # noqa: BLE001  # one mail must not hold up the others; what it says stays out of logs
        logger.error("Mail %s of the mailbox could not be filed: %s", uid, type(error).__name__)  # noqa: TRY400
        return MailOutcome(mail=uid, kind=MailKind.FLAGGED, reason="unforeseen")


def take_mail(raw: bytes, *, name: str, own_addresses: frozenset[str] = frozenset()) -> MailOutcome:
    """Take a mail in as the complaint that it is, and say what became of it; the same mail twice is one telling.

    Raises:
        DatabaseAway: nothing is kept.
    """
    told = complaint_in(raw, own_addresses=own_addresses)
    if isinstance(told, Skipped):
        return MailOutcome(mail=name, kind=MailKind.SKIPPED, reason=told.reason)
    try:
        with failures_told():
            return _filed(told, name=name)
    except OtherContent:
        return MailOutcome(mail=name, kind=MailKind.FLAGGED, reason="same_message_id")
    except TooMuchEvidence:
        return MailOutcome(mail=name, kind=MailKind.FLAGGED, reason="too_much_evidence")
    except (Unavailable, Refused):
        return MailOutcome(mail=name, kind=MailKind.LEFT, reason="vault_away")


def _filed(told: MailedComplaint, *, name: str) -> MailOutcome:
    request = NamedRequest("mail", told.key, content_of(told.record, told.pieces[1:]))
    answered = _answered(told)
    if answered is not None and answered.state is not State.DRAFT:
        if not told.pieces:
            return MailOutcome(mail=name, kind=MailKind.FLAGGED, reason="no_evidence")
        given = add_evidence(answered.case_no, told.pieces, entered=GIVEN, request=request)
        _tell_of(answered, told.key)
        await_reading(answered.case_no)
        return _joined(answered.case_no, answered.state, len(given), told, name=name)
    if answered is None:
        filed = bring_complaint(told.record, told.pieces, taken=TAKER, given=GIVEN, keep_draft=True, request=request)
    else:
        guessed = told.record.type is ComplaintType.OTHER
        record = told.record.model_copy(update={"type": answered.type}) if guessed else told.record
        filed = bring_rest(answered.case_no, record, told.pieces, taken=TAKER, given=GIVEN, request=request)
    outcome = _joined(filed.complaint_no, filed.state, len(filed.attachments), told, name=name)
    return outcome if filed.joined else outcome.model_copy(update={"kind": MailKind.FILED})


def _joined(number: str, state: State, attachments: int, told: MailedComplaint, *, name: str) -> MailOutcome:
    return MailOutcome(
        mail=name,
        kind=MailKind.JOINED,
        complaint_no=number,
        state=state.value,
        attachments=attachments,
        left_out=told.left_out,
    )


def _tell_of(complaint: Complaint, key: str) -> None:
    """Tell whoever answers for a complaint that its customer wrote, once for each mail."""
    to = complaint.assigned_to or MANAGER
    letter = department_letter(complaint, about="客户来信，请查看", purpose=f"mail-{key[:16]}", to=to, now=clock.now())
    with unit_of_work() as connection:
        outbox.put(connection, [letter])


def _answered(told: MailedComplaint) -> Complaint | None:
    """Find the complaint that a mail names, if it is of the address that the mail comes from and goes on."""
    if not told.answers:
        return None
    with unit_of_work() as connection:
        try:
            complaint = complaint_store.one_complaint(connection, told.answers)
        except NoSuchComplaint:
            return None
    is_theirs = complaint.customer_email.casefold() == told.record.customer.email.casefold()
    return complaint if is_theirs and complaint.ending != Ending.ABANDONED else None


def mail_rows(report: MailReport) -> Sequence[dict[str, Any]]:
    """Write a look into the mailbox as a table of its mails; it holds nothing of what they say."""
    rows = [mail.model_dump(mode="json") for mail in report.mails]
    if report.stopped:
        rows.append({"mail": "", "kind": "stopped", "reason": report.stopped})
    return rows
