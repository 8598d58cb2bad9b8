"""Putting right what was told wrong of a complaint: which parcel it is about, or what is complained of (R33, R38).

Belongs here: what follows from it before anybody planned. Does not belong here: what is told once more (`intake`).
"""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from rules.complaints.record import missing_fields
from rules.complaints.weighing import weighed_anew
from rules.supervision.routing import owner_of
from schemas.complaints import Command, Complaint, ComplaintRecord, ComplaintType, State
from store import complaint_matters, complaint_records
from store import complaints as complaint_store
from store.outbox import Letter
from store.tracking import shipments
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.handing_over import as_routed
from tasks.complaints.letters import MANAGER, department_letter
from tasks.complaints.moving import Step, take_steps
from tasks.exceptions.by_hand import role_of
from tasks.inquiries.asking import withdraw
from tasks.stepping import NotAllowed
from tasks.supervision.routing import directory

CORRECTED = "投诉内容已更正。 What was told was put right."


def correct_complaint(
    case_no: str, *, waybill: str | None = None, type_: ComplaintType | None = None, why: str, staff_id: str
) -> Complaint:
    """Put right which parcel a complaint is about, or what is complained of; what was told before stays on record.

    What was found was found about something else. One that was handed off goes to the department that answers now,
    and is verified anew.

    Raises:
        NotAllowed: somebody planned it, nothing changes, no reason is given, or something would be missing (R38).
        NoSuchComplaint: there is none with that number.
    """
    if not why.strip():
        raise NotAllowed(f"{case_no}: say what was told wrong")
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        record = _put_right(connection, complaint, waybill=waybill, type_=type_)
        step = _correcting(connection, complaint, record, why=why, now=now)
        withdraw(connection, case_nos=[case_no], who=staff_id, why=CORRECTED, now=now)
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return complaint_store.one_complaint(connection, case_no)


def _put_right(
    connection: Connection, complaint: Complaint, *, waybill: str | None, type_: ComplaintType | None
) -> ComplaintRecord:
    """Give the record as it should have been told."""
    number = complaint.case_no
    before = complaint_records.records_of(connection, number)[-1].content
    if before is None:
        raise NotAllowed(f"{number}: what was told was erased; take it in as a new complaint")
    told = {"waybill": waybill, "type": type_}
    changed = {name: value for name, value in told.items() if value is not None}
    try:
        record = ComplaintRecord.model_validate(before.model_dump() | changed)
    except ValidationError as fault:
        raise NotAllowed(f"{number}: {waybill} is no number of a parcel") from fault
    if (record.waybill, record.type) == (complaint.waybill, complaint.type):
        raise NotAllowed(f"{number}: nothing of it changes")
    on_file = bool(record.waybill) and shipments.is_registered(connection, record.waybill)
    if missing := missing_fields(record, parcel_on_file=on_file):
        raise NotAllowed(f"{number}: {', '.join(field.at for field in missing)} would be missing; tell it first")
    return record


def _correcting(
    connection: Connection, complaint: Complaint, record: ComplaintRecord, *, why: str, now: datetime
) -> Step:
    number = complaint.case_no
    right = complaint_store.with_parcel(connection, complaint, record.waybill).model_copy(update={"type": record.type})
    weighed = weighed_anew(right, now=now)
    updates: dict[str, Any] = {
        "waybill": record.waybill,
        "type": record.type.value,
        "finding": None,
        "severity": weighed.severity.value,
        "severity_score": weighed.points,
        "related_case": complaint_matters.open_exception(connection, record.waybill),
        "earlier_case": complaint_matters.earlier_about(connection, record.waybill, than=number),
    }
    letters: list[Letter] = []
    if complaint.state is not State.RECEIVED:
        known = directory(connection)
        owner = owner_of(as_routed(right), known.network, people=known.people)
        updates["assigned_to"] = owner.department.name if owner.department else ""
        to, purpose = owner.address or MANAGER, f"corrected-{complaint.version}"
        letters.append(department_letter(right, about="投诉更正", purpose=purpose, to=to, now=now))
    details = {
        "before": {"waybill": complaint.waybill, "type": complaint.type.value},
        "after": {"waybill": record.waybill, "type": record.type.value},
        "finding_before": complaint.finding.model_dump(mode="json") if complaint.finding else None,
        "record": complaint_records.add_record(connection, number, record, missing=(), at=now),
    }
    return Step(
        complaint, Command.CORRECT, reason="told_wrong", note=why, updates=updates, details=details, letters=letters
    )
