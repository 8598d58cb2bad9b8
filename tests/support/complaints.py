"""Complaints for tests: a record told in full, taken in as the service desk takes it, and what came of it."""

from typing import Any

from factories import NOON

from schemas.complaints import Channel, Complaint, ComplaintRecord, ComplaintType, Filed
from store import complaints as complaint_store
from store.case_history import history_of
from store.unit_of_work import unit_of_work
from tasks.complaints.intake import TakenIn, file_complaint

AGENT = TakenIn("agent-li")
CALLER = {"name": "钱七", "phone": "19900007777"}
TOLD: dict[str, Any] = {
    "channel": Channel.HOTLINE,
    "type": ComplaintType.DELAY,
    "waybill": "773000000001",
    "customer": CALLER,
    "sender": {"name": "赵六"},
    "consignee": {"name": "王五"},
    "item": {"description": "陶瓷餐具"},
    "occurrence": {"at": NOON, "place": "示例市示例路 1 号", "account": "承诺昨天送达，至今没有消息"},
    "demand": {"text": "尽快送达并说明原因"},
}


def a_record(**changes: Any) -> ComplaintRecord:
    """Make a record of a late parcel that lacks nothing; a part that is given replaces only the fields it names."""
    parts = {name: {**TOLD[name], **given} for name, given in changes.items() if isinstance(given, dict)}
    return ComplaintRecord.model_validate({**TOLD, **changes, **parts})


def filed(*, keep_draft: bool = False, **changes: Any) -> Filed:
    """Take in a record."""
    return file_complaint(a_record(**changes), entered=AGENT, keep_draft=keep_draft)


def complaint_of(number: str) -> Complaint:
    """Read a complaint."""
    with unit_of_work() as connection:
        return complaint_store.one_complaint(connection, number)


def commands_of(number: str) -> list[str]:
    """List what was done with a complaint."""
    with unit_of_work() as connection:
        return [entry["command"] for entry in history_of(connection, number)]


def notices_of(number: str, audience: str = "customer") -> list[dict[str, Any]]:
    """Read the notices about a complaint, oldest first."""
    with unit_of_work() as connection:
        rows = connection.exec_driver_sql(
            "SELECT payload FROM outbox WHERE case_no = %(no)s AND kind = 'notice' ORDER BY id", {"no": number}
        ).scalars()
        return [payload for payload in rows if payload["audience"] == audience]
