"""A complaint with everything about it, for the desk: what was told, its clocks, its plan and tasks, its papers."""

from typing import Any

from rules.complaints.showing import shown_complaint, shown_record
from rules.privacy import mask_record
from store import approvals, complaint_actions, complaint_records, consequences, outbox
from store import complaints as complaint_store
from store.case_history import history_of
from store.complaint_records import ToldRecord
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.complaints.timing import readings
from tasks.inquiries.showing import informed


def complaint_file(number: str) -> dict[str, Any]:
    """Read a complaint and everything about it as JSON has it; its people are masked.

    Raises:
        NoSuchComplaint: there is none with that number.
    """
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, number)
        sent = outbox.of_case(connection, number)
        for row in sent:
            row["payload"].pop("to", None)
        tasks = complaint_actions.tasks_of(connection, [number]).get(number, [])
        followed = consequences.of_case(connection, number)
        return {
            "complaint": shown_complaint(complaint),
            "records": [_shown(record) for record in complaint_records.records_of(connection, number)],
            "clocks": [reading.model_dump(mode="json") for reading in readings(complaint, now=clock.now())],
            "tasks": [mask_record(task.model_dump(mode="json")) for task in tasks],
            "consequences": [mask_record(one.model_dump(mode="json")) for one in followed],
            "history": mask_record(history_of(connection, number)),
            "decisions": approvals.decisions_of(connection, number),
            "outbox": mask_record(sent),
            **informed(connection, number),
        }


def _shown(record: ToldRecord) -> dict[str, Any]:
    return {
        "record_id": record.record_id,
        "told_at": record.told_at.isoformat(),
        "channel": record.channel,
        "taken_by": record.taken_by,
        "missing": list(record.missing),
        "sha256": record.sha256,
        "content": shown_record(record.content) if record.content else None,
    }
