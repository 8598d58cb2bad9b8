"""What appeals put into the outbox: notices to the department that answers the regulator, which enters them there."""

from datetime import datetime

from rules.appeals import wording
from rules.exceptions.wording import Message
from schemas.appeals import Appeal, AppealDue
from store.outbox import Letter
from tasks.appeals.settings import appeal_settings
from tasks.exceptions.letters import department_message
from tasks.settings import business_settings


def registered_letter(appeal: Appeal, due: AppealDue, *, now: datetime) -> Letter:
    """Tell the department of a new appeal, and what it owes first."""
    message = wording.registered_notice(appeal, due, zone=business_settings().zone)
    key = f"{appeal.case_no}:registered"
    return _letter(appeal, message, key=key, purpose="appeal_registered", now=now)


def due_letter(appeal: Appeal, due: AppealDue, *, overdue: bool, now: datetime) -> Letter:
    """Tell the department that something is due soon, or was: once each for every time that there is."""
    message = wording.due_notice(appeal, due, overdue=overdue, zone=business_settings().zone)
    key = f"{appeal.case_no}:{due.kind}:{due.due_at.isoformat()}:{'overdue' if overdue else 'soon'}"
    return _letter(appeal, message, key=key, purpose="appeal_due", now=now)


def document_letter(appeal: Appeal, *, what: str, document: str, key: str, now: datetime) -> Letter:
    """Hand the department a document that it enters in the regulator's system."""
    message = wording.ready_notice(appeal, what=what, document=document)
    return _letter(appeal, message, key=f"{appeal.case_no}:{key}", purpose="appeal_document", now=now)


def _letter(appeal: Appeal, message: Message, *, key: str, purpose: str, now: datetime) -> Letter:
    to = appeal_settings().department
    return department_message(appeal.case_no, message, key=key, purpose=purpose, to=to, now=now)
