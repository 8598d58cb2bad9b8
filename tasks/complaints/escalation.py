"""Escalating complaints that were left lying: one level up for each past its due time, and word to that level (R71)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from prefect import task

from rules.supervision.network import Network
from schemas.approvals import Gate
from schemas.complaints import Command, Complaint
from store import approvals
from store import network as network_store
from store.complaints import Chosen
from store.unit_of_work import Connection
from tasks import clock
from tasks.complaints.handing_over import as_routed
from tasks.complaints.letters import department_letter
from tasks.complaints.moving import Step, step_in_batches
from tasks.complaints.timing import ANSWER
from tasks.supervision.escalation import LINES_MAX, Escalated, level_up, line_of


@task
def escalate_overdue_complaints(look_ahead_hours: int = 0, *, unheard_only: bool = False) -> Escalated:
    """Escalate every open complaint that is due by now, or within the hours to come, once, and list what was done.

    With `unheard_only`, only those that nobody has heard of yet. The time in which the customer may object is not the
    carrier's delay and is left out.
    """
    begun = clock.now()
    lines: list[dict[str, str | int]] = []

    def escalate(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
        gates = approvals.open_gates_of(connection, [one.case_no for one in complaints])
        network = network_store.network(connection)
        for one in complaints:
            step = _one_level_up(one, gates.get(one.case_no), network, now)
            if len(lines) < LINES_MAX:
                lines.append(line_of(step.case, step.details))
            yield step

    chosen = Chosen(
        due_by=begun + timedelta(hours=look_ahead_hours),
        escalated_before=begun,
        escalation_level=0 if unheard_only else None,
        other_clock_than=ANSWER,
    )
    return Escalated(len(step_in_batches(chosen, escalate)), lines)


def _one_level_up(complaint: Complaint, gate: Gate | None, network: Network, now: datetime) -> Step:
    routed = as_routed(complaint).model_copy(update={"subject": complaint.assigned_to})
    up = level_up(complaint, routed, gate, network, now)
    word = department_letter(complaint, about="投诉超时升级", purpose=up.purpose, to=up.to, now=now)
    return Step(
        complaint,
        Command.ESCALATE,
        reason=up.reason,
        updates=up.updates,
        details=up.details,
        letters=[*up.tags, word],
    )
