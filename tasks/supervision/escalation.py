"""Escalating what was left lying: one level up for a case past its due time, and word to that level (R15, R71)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prefect import task

from rules.supervision.escalation import addressee, next_level
from schemas.exceptions import Command, ExceptionCase
from store import cases as case_store
from store.unit_of_work import Connection
from tasks import clock
from tasks.exceptions.letters import department_notice
from tasks.exceptions.moving import BATCH, Step, in_batches, take_steps
from tasks.settings import business_settings

LINES_MAX = 500
"""Cases that a report lists; the others it counts."""


@dataclass(frozen=True)
class Escalated:
    """What a scan escalated: how many, and a line for each of the first, which had been due longest."""

    count: int
    lines: list[dict[str, str | int]]


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
        lines += [_line(step) for step in steps[: LINES_MAX - len(lines)]]
    return Escalated(count, lines)


def _escalate(connection: Connection, overdue: Sequence[ExceptionCase]) -> list[Step]:
    now = clock.now()
    steps = [_one_level_up(case, now) for case in overdue]
    take_steps(connection, steps, now=now)
    return steps


def _one_level_up(case: ExceptionCase, now: datetime) -> Step:
    level = next_level(case.escalation_level)
    to = f"{addressee(level)}:{case.outlet}" if level == 1 and case.outlet else addressee(level)
    purpose = f"escalation-{level}-{case.version}"
    return Step(
        case,
        Command.ESCALATE,
        reason=f"overdue_{case.due_kind}",
        updates={"escalation_level": level, "last_escalated_at": now},
        details={"level": addressee(level), "was_due_at": str(case.next_due_at)},
        letters=[department_notice(case, about="超时升级", purpose=purpose, to=to, now=now)],
    )


def _line(step: Step) -> dict[str, str | int]:
    """Show what matters first: the UI cuts a wide table off on the right."""
    case = step.case
    due = case.next_due_at.astimezone(business_settings().zone) if case.next_due_at else None
    return {
        "case": case.case_no,
        "escalated_to": str(step.details["level"]),
        "due": f"{due:%m-%d %H:%M}" if due else "",
        "clock": case.due_kind,
        "severity": case.severity.name,
        "type": case.type.value,
        "state": case.state.value,
        "outlet": case.outlet,
    }
