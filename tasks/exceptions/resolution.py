"""Stages RESOLVE, FEED_BACK and ANALYSE: carry the plan out, tell customer and department, close, keep the sums."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from prefect import task

from rules.exceptions import wording
from rules.reporting.impact import full_days_late, limits_of
from schemas.exceptions import Command, ExceptionCase, State
from store import analysis, outbox
from store import cases as case_store
from store.outbox import Kind
from store.unit_of_work import Connection
from tasks.exceptions.letters import customer_notice, department_notice, work_orders
from tasks.exceptions.moving import Step, move_cases
from tasks.settings import BusinessSettings

RESPONSIBLE = "运营部"


@task
def carry_out_plans(case_no: str | None = None) -> list[str]:
    """Order every measure of every approved plan (R43). An order cannot be undone: the desk gets a new one instead."""
    return move_cases(_carry_out, states=[State.APPROVED], case_no=case_no)


def _carry_out(connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    for case in cases:
        orders = work_orders(case, now=now)
        outbox.put(connection, orders)
        yield Step(case, Command.CARRY_OUT, details={"orders": [order.key for order in orders]})


@task
def confirm_carried_out(case_no: str | None = None) -> list[str]:
    """Move on the cases all of whose work orders were accepted; hand over those where one was refused for good."""
    return move_cases(_confirm, states=[State.CARRYING_OUT], case_no=case_no)


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
    return move_cases(_feed_back, states=[State.CARRIED_OUT], case_no=case_no)


def _feed_back(connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    language = BusinessSettings().language
    for case in cases:
        to = case.outlet or RESPONSIBLE
        letters = [department_notice(case, about="处理结果", purpose="result", to=to, now=now)]
        told: dict[str, Any] = {}
        if case.consignee_phone:
            letters.append(customer_notice(case, wording.result_notice(case, language), purpose="result", now=now))
            told = {"customer_told_at": case.customer_told_at or letters[-1].not_before}
        outbox.put(connection, letters)
        yield Step(
            case,
            Command.FEED_BACK,
            updates=told,
            details={"department": to, "customer": "told" if told else "no phone number on file"},
        )


@task
def close_exceptions(case_no: str | None = None) -> list[str]:
    """Close the cases whose result was told, or will be after the quiet hours, and keep one analysis row for each.

    R17 asks for the customer's acceptance or a documented way around it: the plan was adopted under the policy or
    approved by a supervisor, and the history says which.
    """
    return move_cases(_close, states=[State.FED_BACK], case_no=case_no)


def _close(connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    undelivered = outbox.undelivered_notices(connection, [case.case_no for case in cases], now=now)
    resolved = case_store.last_reached(connection, [case.case_no for case in cases], State.CARRIED_OUT)
    rows = []
    for case in cases:
        status = undelivered.get(case.case_no)
        if status == "failed":
            yield Step(case, Command.HAND_OVER, reason="notice_not_delivered")
        elif status is None:
            resolved_at = resolved.get(case.case_no)
            rows.append(analysis_row(case, closed_at=now, closing_reason="remedied", resolved_at=resolved_at))
            yield Step(case, Command.CLOSE, reason="remedied", updates={"closing_reason": "remedied"})
    analysis.record(connection, rows)


def analysis_row(
    case: ExceptionCase, *, closed_at: datetime, closing_reason: str, resolved_at: datetime | None = None
) -> dict[str, Any]:
    """Sum a case up for the reports (R8, R21). It is resolved when its measures were carried out, else when it ends."""
    plan = case.plan if closing_reason == "remedied" else None
    limits = limits_of(case.opened_at)
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
        "days_late": full_days_late(case.promised_at, until=closed_at),
        "lane_from": case.lane_from,
        "lane_to": case.lane_to,
        "product": case.product,
        "insured": case.insured_amount is not None,
        "promised_at": case.promised_at,
        "first_response_at": case.customer_told_at,
        "first_response_due_at": limits.first_response_due_at,
        "resolved_at": resolved_at or closed_at,
        "resolution_due_at": limits.resolution_due_at,
    }
