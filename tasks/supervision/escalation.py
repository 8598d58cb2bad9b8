"""Escalating what was left lying: one level up for a case past its due time, and word to that level (R15, R71)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from prefect import task

from rules.exceptions.lifecycle import OPEN_STATES
from rules.supervision.escalation import address, addressee, next_level
from rules.supervision.network import Network
from rules.supervision.routing import escalation_chain
from schemas.approvals import OVERDUE_TAG
from schemas.exceptions import Command, ExceptionCase
from store import approvals, outbox
from store import cases as case_store
from store import network as network_store
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.letters import MANAGER, department_notice, tag_run
from tasks.exceptions.moving import BATCH, Step, take_steps
from tasks.exceptions.timing import ANSWER
from tasks.settings import BusinessSettings
from tasks.supervision.routing import as_routed


@task
def escalate_overdue_cases(look_ahead_hours: int = 0, *, unheard_only: bool = False) -> list[dict[str, str | int]]:
    """Escalate every open case that is due by now, or within the hours to come, and list what was done.

    With `unheard_only`, only those that nobody has heard of yet.
    """
    done: list[dict[str, str | int]] = []
    after = ""
    network: Network | None = None
    while True:
        with unit_of_work() as connection:
            now = clock.now()
            overdue = case_store.select_cases(
                connection,
                states=OPEN_STATES,
                due_by=now + timedelta(hours=look_ahead_hours),
                after=after,
                limit=BATCH,
                lock=True,
            )
            chosen = [case for case in overdue if not (unheard_only and case.escalation_level) and _is_ours(case)]
            if chosen and network is None:
                network = network_store.network(connection)
            steps = list(_escalate(connection, chosen, network or Network(), now))
            take_steps(connection, steps, now=now)
        done += [_line(step) for step in steps]
        if len(overdue) < BATCH:
            return done
        after = overdue[-1].case_no


def _is_ours(case: ExceptionCase) -> bool:
    """Leave out what is not the carrier's delay: the time in which the customer may object."""
    return case.due_kind.removeprefix("escalated_") != ANSWER


def _escalate(
    connection: Connection, overdue: Sequence[ExceptionCase], network: Network, now: datetime
) -> Iterator[Step]:
    gates = approvals.open_gates_of(connection, [case.case_no for case in overdue])
    for case in overdue:
        level = next_level(case.escalation_level)
        chain = escalation_chain(as_routed(case), network)
        to, reached = address(level, outlet=case.outlet, chain=chain), addressee(level)
        if (gate := gates.get(case.case_no)) is not None:
            to, reached, chain = MANAGER, MANAGER, ()  # a decision that waits is the approvers' delay
            outbox.put(connection, tag_run(gate, word=OVERDUE_TAG, now=now))
        purpose = f"escalation-{level}-{case.version}"
        outbox.put(connection, [department_notice(case, about="超时升级", purpose=purpose, to=to, now=now)])
        told = {"department": chain[level - 1].code, "name": chain[level - 1].name} if chain else {}
        yield Step(
            case,
            Command.ESCALATE,
            reason=f"overdue_{case.due_kind}",
            updates={"escalation_level": level, "last_escalated_at": now},
            details={"level": reached, "was_due_at": str(case.next_due_at), **told},
        )


def _line(step: Step) -> dict[str, str | int]:
    """Show what matters first: the UI cuts a wide table off on the right."""
    case = step.case
    due = case.next_due_at.astimezone(BusinessSettings().zone) if case.next_due_at else None
    return {
        "case": case.case_no,
        "escalated_to": f"{step.details['level']} {step.details.get('name', '')}".rstrip(),
        "due": f"{due:%m-%d %H:%M}" if due else "",
        "clock": case.due_kind,
        "severity": case.severity.name,
        "type": case.type.value,
        "state": case.state.value,
        "outlet": case.outlet,
    }
