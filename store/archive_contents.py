"""Everything that is on record about complaints, read for their archives with a few statements for many of them.

Belongs here: what is read, and in which order. Does not belong here: what an archive must hold (`rules.complaints`).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, text

from rules.complaints.archive import Contents, Telling
from schemas.complaints import ComplaintRecord
from store import complaint_actions, consequences, contacts, evidence, inquiries
from store.complaints import Chosen, select_complaints

T = TypeVar("T")
HISTORY = (
    "SELECT case_no, seq, at, command, from_state, to_state, stage, who, role, reason, note, policy_version, details, "
    "updates, encode(hash, 'hex') AS hash FROM case_history WHERE case_no = ANY(:case_nos) ORDER BY case_no, seq"
)
TELLINGS = (
    "SELECT case_no, told_at, channel, taken_by, content, missing, encode(sha256, 'hex') AS sha256 "
    "FROM complaint_record WHERE case_no = ANY(:case_nos) ORDER BY record_id"
)
PLANS = "SELECT case_no, version, content, created_at FROM plan WHERE case_no = ANY(:case_nos) ORDER BY version"
DECISIONS = (
    "SELECT g.case_no, g.plan_version, g.step, g.level, g.owed_for, g.requested_at, d.decision, d.final, d.staff_id, "
    "d.amount, d.planned_amount, d.currency, d.comment, d.via, d.answered_at, d.decided_at FROM gate g "
    "LEFT JOIN decision d USING (gate_id) WHERE g.case_no = ANY(:case_nos) ORDER BY g.gate_id"
)
REFUSED = (
    "SELECT g.case_no, g.plan_version, g.step, r.staff_id, r.code, r.via, r.answered_at FROM refused_answer r "
    "JOIN gate g USING (gate_id) WHERE g.case_no = ANY(:case_nos) ORDER BY r.id"
)
SENT = (
    "SELECT case_no, id, kind, key, payload, status, attempts, error, created_at, done_at FROM outbox "
    "WHERE case_no = ANY(:case_nos) AND kind IN ('notice', 'work_order') ORDER BY id"
)


def contents_of(connection: Connection, case_nos: Sequence[str]) -> dict[str, Contents]:
    """Read all that is on record about these complaints; a number that no complaint has is left out."""
    wanted = list(case_nos)
    history = _grouped(connection, HISTORY, wanted, _entry)
    tellings = _grouped(connection, TELLINGS, wanted, _telling)
    plans, decisions = _grouped(connection, PLANS, wanted, _plain), _grouped(connection, DECISIONS, wanted, _plain)
    refused, sent = _grouped(connection, REFUSED, wanted, _plain), _grouped(connection, SENT, wanted, _plain)
    pieces, waivers = evidence.of_cases(connection, wanted), evidence.waivers_of(connection, wanted)
    asked = inquiries.of_cases(connection, wanted)
    answers = inquiries.answers_to(connection, [one.inquiry_no for found in asked.values() for one in found])
    tasks = complaint_actions.tasks_of(connection, wanted)
    followed = consequences.of_cases(connection, wanted)
    contacted = contacts.of_cases(connection, wanted)
    return {
        complaint.case_no: Contents(
            complaint=complaint,
            tellings=tellings[complaint.case_no],
            history=history[complaint.case_no],
            inquiries=asked.get(complaint.case_no, []),
            answers={
                one.inquiry_no: answers[one.inquiry_no]
                for one in asked.get(complaint.case_no, [])
                if one.inquiry_no in answers
            },
            evidence=pieces.get(complaint.case_no, []),
            waivers=waivers.get(complaint.case_no, []),
            plans=plans[complaint.case_no],
            decisions=decisions[complaint.case_no],
            refused_answers=refused[complaint.case_no],
            tasks=tasks.get(complaint.case_no, []),
            consequences=followed.get(complaint.case_no, []),
            sent=sent[complaint.case_no],
            contacts=contacted.get(complaint.case_no, []),
        )
        for complaint in select_complaints(connection, Chosen(case_nos=wanted), limit=len(wanted))
    }


def _grouped(
    connection: Connection, statement: str, case_nos: list[str], made: Callable[[dict[str, Any]], T]
) -> defaultdict[str, list[T]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for row in connection.execute(text(statement), {"case_nos": case_nos}):
        found[row.case_no].append(made(row._asdict()))
    return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "case_no"}


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    """Give an entry with its time written as it was sealed, so that whoever has the archive can check its hash."""
    return {name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()}  # fmt: skip


def _telling(row: dict[str, Any]) -> Telling:
    return Telling(
        told_at=row["told_at"],
        channel=row["channel"],
        taken_by=row["taken_by"],
        content=ComplaintRecord.model_validate(row["content"]) if row["content"] else None,
        missing=tuple(row["missing"]),
        sha256=row["sha256"],
    )
