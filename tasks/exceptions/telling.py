"""Telling customers how it stands before there is a result: a first response, and no long silence (R7, R16, R25).

What is told after which silence is for the profile's clocks `first_response` and `update` to say. Whoever has heard
nothing yet reads the playbook's text `opened`, anybody else `update`. Where nobody can be told, the outlet is asked for
a way to reach the customer.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from prefect import task

from rules.exceptions.lifecycle import BEFORE_RESULT
from rules.exceptions.wording import local_time
from schemas.exceptions import Command, ExceptionCase
from store import cases as case_store
from store.unit_of_work import Connection
from tasks import clock
from tasks.exceptions.letters import MANAGER, customer_notice, department_notice
from tasks.exceptions.moving import BATCH, Step, step_in_batches
from tasks.exceptions.timing import entry_of, next_word_due
from tasks.playbooks import texts_of
from tasks.settings import business_settings

AHEAD = timedelta(minutes=15)
"""How long before a clock runs out the customer is told: the sweeps come every few minutes."""


@task
def tell_waiting_customers() -> list[str]:
    """Write to every customer who is about to have heard nothing for too long."""
    return step_in_batches(_left_waiting, _updates)


def _left_waiting(connection: Connection, last: ExceptionCase | None) -> list[ExceptionCase]:
    return case_store.select_cases(
        connection,
        states=BEFORE_RESULT,
        tell_due_by=clock.now() + AHEAD,
        after=last.case_no if last else "",
        limit=BATCH,
        lock=True,
    )


def _updates(_connection: Connection, cases: Sequence[ExceptionCase], now: datetime) -> Iterator[Step]:
    for case in cases:
        purpose = f"update-{case.version}"
        updates: dict[str, Any] = {}
        if case.consignee_phone:
            texts = texts_of(case)
            text = texts.update if case.customer_told_at else texts.opened
            reads_at = business_settings().after_quiet_hours(now)
            details: dict[str, Any] = {"facts": {"customer_told_at": reads_at.isoformat()}}
            told = promised_next(case, Command.TELL_CUSTOMER, reads_at, details=details, now=now)
            letter = customer_notice(case, text, purpose=purpose, now=now, next_update_at=told)
            updates = {"customer_told_at": case.customer_told_at or reads_at}
        else:
            to = case.outlet or MANAGER
            letter = department_notice(case, about="无客户联系方式，请补充", purpose=purpose, to=to, now=now)
            details = {"customer": "no phone number on file"}
        yield Step(case, Command.TELL_CUSTOMER, reason="silence", updates=updates, details=details, letters=[letter])


def promised_next(
    case: ExceptionCase, command: Command, reads_at: datetime, *, details: Mapping[str, Any], now: datetime
) -> str:
    """Word by when a customer who is told something now hears again; nothing where he reads it later than that."""
    entry = entry_of(at=now, command=command, state=case.state, reason="", details=details)
    due = next_word_due(case, entry)
    return local_time(due, business_settings().zone) if due and due > reads_at else ""
