"""Escalating what was left lying: one level up for a case past its due time, and word to that level (R15, R71)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from prefect import task

from rules.supervision.escalation import address, addressee, next_level
from rules.supervision.network import Network
from rules.supervision.routing import escalation_chain
from schemas.approvals import OVERDUE_TAG, Gate
from schemas.claims import Claim
from schemas.complaints import Complaint
from schemas.exceptions import Command, ExceptionCase
from schemas.network import RoutedCase
from store import approvals
from store import cases as case_store
from store import network as network_store
from store.outbox import Letter
from store.unit_of_work import Connection
from tasks import clock
from tasks.exceptions.letters import MANAGER, department_notice, tag_run
from tasks.exceptions.moving import BATCH, Step, in_batches, take_steps
from tasks.exceptions.timing import ANSWER
from tasks.settings import business_settings
from tasks.supervision.routing import as_routed

LINES_MAX = 500
"""Cases that a report lists; the others it counts."""


@dataclass(frozen=True)
class Escalated:
    """What a scan escalated: how many, and a line for each of the first, which had been due longest."""

    count: int
    lines: list[dict[str, str | int]]

    def plus(self, other: "Escalated") -> "Escalated":
        """Add what another scan escalated."""
        return Escalated(self.count + other.count, [*self.lines, *other.lines][:LINES_MAX])


@task
def escalate_overdue_cases(look_ahead_hours: int = 0, *, unheard_only: bool = False) -> Escalated:
    """Escalate every open case that is due by now, or within the hours to come, once, and list what was done.

    With `unheard_only`, only those that nobody has heard of yet.
    """
    begun = clock.now()
    by = begun + timedelta(hours=look_ahead_hours)

    def overdue(connection: Connection, last: ExceptionCase | None) -> list[ExceptionCase]:
        return case_store.select_due(
            connection, by=by, escalated_before=begun, unheard_only=unheard_only, after=last, limit=BATCH
        )

    count = 0
    lines: list[dict[str, str | int]] = []
    for steps in in_batches(overdue, _escalate):
        count += len(steps)
        lines += [line_of(step.case, step.details) for step in steps[: LINES_MAX - len(lines)]]
    return Escalated(count, lines)


def _escalate(connection: Connection, overdue: Sequence[ExceptionCase]) -> list[Step]:
    late = [case for case in overdue if _is_ours(case)]
    if not late:
        return []
    now = clock.now()
    network = network_store.network(connection)
    gates = approvals.open_gates_of(connection, [case.case_no for case in late])
    steps = [_one_level_up(case, gates.get(case.case_no), network, now) for case in late]
    take_steps(connection, steps, now=now)
    return steps


def _is_ours(case: ExceptionCase) -> bool:
    """Leave out what is not the carrier's delay: the time in which the customer may object."""
    return case.due_kind.removeprefix("escalated_") != ANSWER


def _one_level_up(case: ExceptionCase, gate: Gate | None, network: Network, now: datetime) -> Step:
    up = level_up(case, as_routed(case, subject=case.assigned_to), gate, network, now)
    word = department_notice(case, about="超时升级", purpose=up.purpose, to=up.to, now=now)
    return Step(
        case,
        Command.ESCALATE,
        reason=up.reason,
        updates=up.updates,
        details=up.details,
        letters=[*up.tags, word],
    )


class LevelUp(NamedTuple):
    """What escalating a case comes to: who hears of it, what is on record, and the tag of a run that waits."""

    to: str
    purpose: str
    reason: str
    updates: Mapping[str, Any]
    details: Mapping[str, Any]
    tags: Sequence[Letter]


def level_up(
    case: ExceptionCase | Complaint | Claim, routed: RoutedCase, gate: Gate | None, network: Network, now: datetime
) -> LevelUp:
    """Say to whom a case goes up from the department in `routed` that has it.

    One that waits for a decision goes to the approvers' manager: it is their delay.
    """
    level = next_level(case.escalation_level)
    chain = escalation_chain(routed, network)
    to, reached = address(level, outlet=case.outlet, chain=chain), addressee(level)
    tags: Sequence[Letter] = ()
    if gate is not None:
        to, reached, chain = MANAGER, MANAGER, ()
        tags = tag_run(gate, word=OVERDUE_TAG, now=now)
    told = {"department": chain[level - 1].code, "name": chain[level - 1].name} if chain else {}
    return LevelUp(
        to=to,
        purpose=f"escalation-{level}-{case.version}",
        reason=f"overdue_{case.due_kind}",
        updates={"escalation_level": level, "last_escalated_at": now},
        details={"level": reached, "was_due_at": str(case.next_due_at), **told},
        tags=tags,
    )


def line_of(case: ExceptionCase | Complaint | Claim, details: Mapping[str, Any]) -> dict[str, str | int]:
    """Show of an escalated case what matters first: the UI cuts a wide table off on the right."""
    due = case.next_due_at.astimezone(business_settings().zone) if case.next_due_at else None
    return {
        "case": case.case_no,
        "escalated_to": f"{details['level']} {details.get('name', '')}".rstrip(),
        "due": f"{due:%m-%d %H:%M}" if due else "",
        "clock": case.due_kind,
        "severity": case.severity.name,
        "type": case.type.value,
        "state": case.state.value,
        "outlet": case.outlet,
    }
