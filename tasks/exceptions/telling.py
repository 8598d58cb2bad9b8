"""Telling customers how it stands before there is a result: a first response, and no long silence (R7, R16, R25).

What is told after which silence is for the profile's clocks `first_response` and `update` to say. Whoever has heard
nothing yet reads the playbook's text `opened`, anybody else `update`. Where nobody can be told, the outlet is asked for
a way to reach the customer.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from prefect import task

from rules.exceptions.lifecycle import BEFORE_RESULT
from schemas.exceptions import Command, ExceptionCase
from store import cases as case_store
from store.unit_of_work import Connection
from tasks import clock
from tasks.exceptions.letters import MANAGER, customer_notice, department_notice
from tasks.exceptions.moving import BATCH, Step, step_in_batches
from tasks.playbooks import texts_of

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
            letter = customer_notice(case, text, purpose=purpose, now=now)
            details: dict[str, Any] = {"facts": {"customer_told_at": letter.not_before.isoformat()}}
            updates = {"customer_told_at": case.customer_told_at or letter.not_before}
        else:
            to = case.outlet or MANAGER
            letter = department_notice(case, about="无客户联系方式，请补充", purpose=purpose, to=to, now=now)
            details = {"customer": "no phone number on file"}
        yield Step(case, Command.TELL_CUSTOMER, reason="silence", updates=updates, details=details, letters=[letter])
