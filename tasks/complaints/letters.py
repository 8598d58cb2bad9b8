"""What complaint handling puts into the outbox: notices to customers and departments, and work orders."""

from datetime import datetime
from typing import Any

from rules.complaints import wording
from rules.complaints.planning import AT_THE_PARCEL, PAID
from rules.exceptions.wording import Message
from rules.privacy import mask_phone
from rules.texts import Language
from schemas.channels import Channel
from schemas.complaints import ActionTask, Complaint
from schemas.complaints import Channel as ComplaintChannel
from store.outbox import Kind, Letter
from tasks.exceptions.letters import MANAGER, department_message
from tasks.settings import business_settings

__all__ = ["MANAGER", "customer_letters", "department_letter", "task_letter", "work_order_key", "work_order_letter"]


def customer_letters(complaint: Complaint, text: str, *, purpose: str, now: datetime, **told: str) -> list[Letter]:
    """Address a text to whoever complained, after the quiet hours; nothing where there is no way to reach him."""
    if not complaint.customer_address:
        return []
    settings = business_settings()
    language: Language = "en" if complaint.language == "en" else "zh"
    message = wording.write(text, complaint, language, **{"hotline": settings.hotline, **told})
    payload = {
        "audience": "customer",
        "purpose": purpose,
        "to": complaint.customer_address,
        "shown_to": mask_phone(complaint.customer_address),
        "channel": _channel(complaint).value,
        **message.model_dump(),
    }
    key = f"{_topic(complaint, purpose)}:customer"
    return [Letter(Kind.NOTICE, key, complaint.case_no, payload, settings.after_quiet_hours(now))]


def department_letter(complaint: Complaint, *, about: str, purpose: str, to: str, now: datetime) -> Letter:
    """Tell a department about a complaint; departments work at night."""
    message = wording.write("department", complaint, business_settings().language, about=about)
    return _to_department(complaint, message, purpose=purpose, to=to, now=now)


def task_letter(complaint: Complaint, task: ActionTask, *, due_at: str, now: datetime) -> Letter:
    """Tell the owner of a task what is to be done, and by when."""
    language = business_settings().language
    what = wording.ACTION[task.action][language == "en"]
    message = wording.write("task", complaint, language, task=what, task_no=str(task.action_id), due_at=due_at)
    return _to_department(complaint, message, purpose=f"task-{task.action_id}", to=task.owner, now=now)


def penalty_letter(complaint: Complaint, *, number: int, to: str, penalty: str, due_at: str, now: datetime) -> Letter:
    """Tell a party of the penalty that is proposed, and until when it may clear itself."""
    language = business_settings().language
    message = wording.write("penalty", complaint, language, penalty=penalty, task_no=str(number), due_at=due_at)
    return _to_department(complaint, message, purpose=f"penalty-{number}", to=to, now=now)


def _to_department(complaint: Complaint, message: Message, *, purpose: str, to: str, now: datetime) -> Letter:
    key = f"{_topic(complaint, purpose)}:department"
    return department_message(complaint.case_no, message, key=key, purpose=purpose, to=to, now=now)


def work_order_letter(complaint: Complaint, task: ActionTask, *, now: datetime) -> Letter | None:
    """Order from the carrier's desk what is done at the parcel or paid; None for what people of the company do."""
    if task.action not in AT_THE_PARCEL | PAID:
        return None
    plan = complaint.plan
    amount = plan.amount if plan and task.action in PAID else 0
    payload: dict[str, Any] = {
        "case_no": complaint.case_no,
        "waybill": complaint.waybill,
        "carrier": complaint.carrier,
        "outlet": complaint.outlet,
        "measure": task.action.value,
        "amount": str(amount),
        "currency": plan.currency if plan else complaint.currency,
        "instruction": wording.ACTION[task.action][0],
    }
    return Letter(Kind.WORK_ORDER, work_order_key(task), complaint.case_no, payload, now)


def work_order_key(task: ActionTask) -> str:
    """Name the order of a task, so that it is sent once."""
    return f"{task.case_no}:plan-{task.plan_version}:{task.action.value}"


def _channel(complaint: Complaint) -> Channel:
    """Answer who uses the app there, and everybody else by what is known of him: a telephone before an address."""
    if not complaint.customer_phone:
        return Channel.EMAIL
    return Channel.APP if complaint.channel is ComplaintChannel.APP else Channel.SMS


def _topic(complaint: Complaint, purpose: str) -> str:
    """Name what a notice is about: each purpose once for each plan, so that a new plan may tell its own result."""
    version = complaint.plan.version if complaint.plan else 0
    return f"{complaint.case_no}:plan-{version}:{purpose}"
