"""Stages RESOLVE and FEED_BACK: carry the plan out, and tell customer and department what came of it."""

from collections.abc import Iterator
from datetime import datetime

from prefect import task

from rules.exceptions.wording import local_time
from schemas.exceptions import Command, ExceptionCase, State
from store import outbox
from store.outbox import Kind
from store.unit_of_work import Connection
from tasks.exceptions.letters import RESPONSIBLE, customer_notice, department_notice, work_orders
from tasks.exceptions.moving import Doing, Step, carry_cases
from tasks.exceptions.timing import answer_due, entry_of
from tasks.playbooks import closing_of, texts_of
from tasks.settings import business_settings


@task
def carry_out_plans(case_no: str | None = None) -> list[str]:
    """Order every measure of every approved plan (R43). An order cannot be undone: the desk gets a new one instead."""
    return carry_cases([CARRY_OUT], case_no=case_no)[CARRY_OUT.called]


def _carry_out(_connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    for case in cases:
        orders = work_orders(case, now=now)
        yield Step(case, Command.CARRY_OUT, details={"orders": [order.key for order in orders]}, letters=orders)


@task
def confirm_carried_out(case_no: str | None = None) -> list[str]:
    """Move on the cases all of whose work orders were accepted; hand over those where one was refused for good."""
    return carry_cases([CONFIRM], case_no=case_no)[CONFIRM.called]


def _confirm(connection: Connection, cases: list[ExceptionCase], _now: datetime) -> Iterator[Step]:
    counted = outbox.statuses(connection, [case.case_no for case in cases], kind=Kind.WORK_ORDER)
    for case in cases:
        statuses = counted.get(case.case_no, {})
        if statuses.get("failed"):
            yield Step(case, Command.HAND_OVER, reason="work_order_refused", details=statuses)
        elif not set(statuses) - {"done"}:
            yield Step(case, Command.CONFIRM_CARRIED_OUT, details=statuses)


@task
def feed_back_results(case_no: str | None = None) -> list[str]:
    """Write the result to customer and department (R18, R19): two tracks, each with its own status."""
    return carry_cases([FEED_BACK], case_no=case_no)[FEED_BACK.called]


def _feed_back(_connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    for case in cases:
        to = case.outlet or RESPONSIBLE
        letters = [department_notice(case, about="处理结果", purpose="result", to=to, now=now)]
        told_at = business_settings().after_quiet_hours(now) if case.consignee_phone else None
        details = {
            "department": to,
            "customer": "told" if told_at else "no phone number on file",
            "facts": {"result_told_at": told_at.isoformat()} if told_at else {},
        }
        told = entry_of(at=now, command=Command.FEED_BACK, state=State.FED_BACK, reason="", details=details)
        until = answer_due(case, told)
        if told_at:
            letters.append(
                customer_notice(
                    case, texts_of(case).result, purpose="result", now=now, answer_by=_objection_until(case, until)
                )
            )
        yield Step(
            case,
            Command.FEED_BACK,
            updates={
                "customer_told_at": case.customer_told_at or told_at,
                "answer_due_at": until or now,
            },
            details=details,
            letters=letters,
        )


def _objection_until(case: ExceptionCase, until: datetime | None) -> str:
    """Word until when the customer may object; nothing where his silence does not close the case."""
    silence_is_enough = closing_of(case).after_hours is not None
    return local_time(until, business_settings().zone) if silence_is_enough else ""


CARRY_OUT = Doing("carried out", frozenset({State.APPROVED}), _carry_out)
CONFIRM = Doing("confirmed", frozenset({State.CARRYING_OUT}), _confirm)
FEED_BACK = Doing("fed back", frozenset({State.CARRIED_OUT}), _feed_back)
