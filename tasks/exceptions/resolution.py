"""Stages RESOLVE, FEED_BACK and ANALYSE: carry the plan out, tell customer and department, close, keep the sums."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from prefect import task

from rules.exceptions import wording
from rules.exceptions.severity import days_late
from schemas.exceptions import Command, ExceptionCase, State
from store import analysis, outbox
from store.outbox import Kind
from store.unit_of_work import Connection
from tasks.exceptions.letters import customer_notice, department_notice, work_orders
from tasks.exceptions.moving import Doing, Step, carry_cases
from tasks.settings import business_settings

RESPONSIBLE = "运营部"


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
    language = business_settings().language
    for case in cases:
        to = case.outlet or RESPONSIBLE
        letters = [department_notice(case, about="处理结果", purpose="result", to=to, now=now)]
        told: dict[str, Any] = {}
        if case.consignee_phone:
            letters.append(customer_notice(case, wording.result_notice(case, language), purpose="result", now=now))
            told = {"customer_told_at": case.customer_told_at or letters[-1].not_before}
        yield Step(
            case,
            Command.FEED_BACK,
            updates=told,
            details={"department": to, "customer": "told" if told else "no phone number on file"},
            letters=letters,
        )


@task
def close_exceptions(case_no: str | None = None) -> list[str]:
    """Close the cases whose result was told, or will be after the quiet hours, and keep one analysis row for each.

    R17 asks for the customer's acceptance or a documented way around it: the plan was adopted under the policy or
    approved by a supervisor, and the history says which.
    """
    return carry_cases([CLOSE], case_no=case_no)[CLOSE.called]


def _close(connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    undelivered = outbox.undelivered_notices(connection, [case.case_no for case in cases], now=now)
    told = [case for case in cases if case.case_no not in undelivered]
    analysis.record(connection, [analysis_row(case, closed_at=now, closing_reason="remedied") for case in told])
    for case in cases:
        status = undelivered.get(case.case_no)
        if status == "failed":
            yield Step(case, Command.HAND_OVER, reason="notice_not_delivered")
        elif status is None:
            yield Step(case, Command.CLOSE, reason="remedied", updates={"closing_reason": "remedied"})


def analysis_row(case: ExceptionCase, *, closed_at: datetime, closing_reason: str) -> dict[str, Any]:
    """Sum a case up for the reports (R8, R21)."""
    plan = case.plan if closing_reason == "remedied" else None
    return {
        "case_no": case.case_no,
        "waybill": case.waybill,
        "type": case.type.value,
        "origin": case.origin.value,
        "severity": case.severity.value,
        "cause": case.reason or "unknown",
        "party": (case.reason or "unknown").split(".", maxsplit=1)[0],
        "carrier": case.carrier,
        "outlet": case.outlet,
        "troubled_since": case.troubled_since,
        "opened_at": case.opened_at,
        "customer_told_at": case.customer_told_at,
        "closed_at": closed_at,
        "closing_reason": closing_reason,
        "measures": [measure.value for measure in plan.measures] if plan else [],
        "cost": plan.amount if plan else 0,
        "currency": case.currency,
        "rounds": case.rounds,
        "escalation_level": case.escalation_level,
        "days_late": days_late(case, now=closed_at),
    }


CARRY_OUT = Doing("carried out", frozenset({State.APPROVED}), _carry_out)
CONFIRM = Doing("confirmed", frozenset({State.CARRYING_OUT}), _confirm)
FEED_BACK = Doing("fed back", frozenset({State.CARRIED_OUT}), _feed_back)
CLOSE = Doing("closed", frozenset({State.FED_BACK}), _close)
