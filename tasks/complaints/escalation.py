"""Escalating complaints that were left lying: one level up for each past its due time, and word to that level (R71)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from prefect import task

from rules.supervision.escalation import address, addressee, next_level
from rules.supervision.network import Network
from rules.supervision.routing import escalation_chain
from schemas.approvals import OVERDUE_TAG, Gate
from schemas.complaints import Command, Complaint
from store import approvals
from store import network as network_store
from store.complaints import Chosen
from store.outbox import Letter
from store.unit_of_work import Connection
from tasks import clock
from tasks.complaints.handing_over import as_routed
from tasks.complaints.letters import MANAGER, department_letter
from tasks.complaints.moving import Step, step_in_batches
from tasks.complaints.timing import ANSWER
from tasks.exceptions.letters import tag_run
from tasks.settings import business_settings
from tasks.supervision.escalation import LINES_MAX, Escalated


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
                lines.append(_line(step))
            yield step

    chosen = Chosen(
        due_by=begun + timedelta(hours=look_ahead_hours),
        escalated_before=begun,
        escalation_level=0 if unheard_only else None,
        other_clock_than=ANSWER,
    )
    return Escalated(len(step_in_batches(chosen, escalate)), lines)


def _one_level_up(complaint: Complaint, gate: Gate | None, network: Network, now: datetime) -> Step:
    level = next_level(complaint.escalation_level)
    chain = escalation_chain(as_routed(complaint).model_copy(update={"subject": complaint.assigned_to}), network)
    to, reached = address(level, outlet=complaint.outlet, chain=chain), addressee(level)
    letters: list[Letter] = []
    if gate is not None:
        to, reached, chain = MANAGER, MANAGER, ()  # a decision that waits is the approvers' delay
        letters += tag_run(gate, word=OVERDUE_TAG, now=now)
    purpose = f"escalation-{level}-{complaint.version}"
    letters.append(department_letter(complaint, about="投诉超时升级", purpose=purpose, to=to, now=now))
    told = {"department": chain[level - 1].code, "name": chain[level - 1].name} if chain else {}
    return Step(
        complaint,
        Command.ESCALATE,
        reason=f"overdue_{complaint.due_kind}",
        updates={"escalation_level": level, "last_escalated_at": now},
        details={"level": reached, "was_due_at": str(complaint.next_due_at), **told},
        letters=letters,
    )


def _line(step: Step) -> dict[str, str | int]:
    """Show what matters first: the UI cuts a wide table off on the right."""
    one = step.complaint
    due = one.next_due_at.astimezone(business_settings().zone) if one.next_due_at else None
    return {
        "case": one.case_no,
        "escalated_to": f"{step.details['level']} {step.details.get('name', '')}".rstrip(),
        "due": f"{due:%m-%d %H:%M}" if due else "",
        "clock": one.due_kind,
        "severity": one.severity.name,
        "type": one.type.value,
        "state": one.state.value,
        "outlet": one.outlet,
    }
