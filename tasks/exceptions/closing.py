"""Stage ANALYSE and what follows: the customer's word, the closing, the parcel's way after it (R17, R45, R46, R72)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from prefect import task

from rules.exceptions.closing import (
    FOLLOW_UPS_MAX,
    after_objection,
    ending_without_word,
    next_follow_up,
    reopening_refused,
)
from rules.exceptions.pack import EXCEPTION_PACK
from rules.reporting.impact import full_days_late
from schemas.exceptions import ClosingReason, Command, ExceptionCase, Role, State
from schemas.shipments import FINAL_PHASES
from store import analysis, approvals, outbox
from store import cases as case_store
from store.case_history import last_reached
from store.outbox import Kind
from store.tracking import shipments
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.channels import addressed
from tasks.exceptions.letters import MANAGER, cancel_run, customer_notice, department_notice
from tasks.exceptions.moving import BATCH, Step, step_in_batches, take_steps
from tasks.exceptions.timing import readings
from tasks.playbooks import closing_of, texts_of
from tasks.stepping import NotAllowed

NO_WORD = "no_word"
NOT_DELIVERED = "notice_not_delivered"
REMEDIED = frozenset({ClosingReason.ACCEPTED, ClosingReason.UNOBJECTED, ClosingReason.UNTOLD, ClosingReason.EXPLAINED})
"""Endings of cases whose plan was carried out, so that it has an effect and a cost."""


@task
def close_exceptions() -> list[str]:
    """Close the cases whose customer was told and has not objected in time; hand over those that need a person.

    A person asks where the result could not be delivered, and where the case is critical and no word has come.
    """
    return [*_hand_over_untold(), *step_in_batches(_unanswered, _end)]


def _unanswered(connection: Connection, last: ExceptionCase | None) -> list[ExceptionCase]:
    after = last.case_no if last else ""
    return case_store.select_cases(connection, answer_due_by=clock.now(), after=after, limit=BATCH, lock=True)


def _hand_over_untold() -> list[str]:
    with unit_of_work() as connection:
        failed = outbox.failed_results(connection)
        if not failed:
            return []
        cases = case_store.select_cases(connection, case_nos=failed, states=[State.FED_BACK], lock=True, limit=BATCH)
        steps = [Step(case, Command.HAND_OVER, reason=NOT_DELIVERED) for case in cases]
        return take_steps(connection, steps, now=clock.now())


def _end(connection: Connection, cases: Sequence[ExceptionCase], now: datetime) -> Iterator[Step]:
    undelivered = outbox.undelivered_notices(connection, [case.case_no for case in cases], now=now)
    endings: dict[str, ClosingReason] = {}
    for case in cases:
        if case.case_no in undelivered:
            continue
        ending = ending_without_word(case, closed_by=closing_of(case).by)
        if ending is None:
            yield Step(case, Command.HAND_OVER, reason=NO_WORD, note="客户未答复，须人工回访。 Nobody answered; call.")
        else:
            endings[case.case_no] = ending
    ended = [case for case in cases if case.case_no in endings]
    _sum_up(connection, ended, endings, now=now)
    yield from (_closing(case, Command.CLOSE, endings[case.case_no], now=now) for case in ended)


def _closing(case: ExceptionCase, command: Command, ending: ClosingReason, *, now: datetime, note: str = "") -> Step:
    follow_up_at = next_follow_up(closing_reason=ending, now=now)
    updates = {"closing_reason": ending, "follow_up_at": follow_up_at, "follow_ups": 0}
    return Step(case, command, reason=ending, note=note, updates=updates)


def _sum_up(
    connection: Connection, cases: Sequence[ExceptionCase], endings: Mapping[str, ClosingReason], *, now: datetime
) -> None:
    """Keep the analysis of cases that end now."""
    resolved = last_reached(connection, [case.case_no for case in cases], State.CARRIED_OUT.value)
    rows = [
        analysis_row(case, closed_at=now, closing_reason=endings[case.case_no], resolved_at=resolved.get(case.case_no))
        for case in cases
    ]
    analysis.record(connection, rows)


def take_customers_word(
    case_no: str, *, agrees: bool, demand: str = "", who: str, role: Role, channel: str
) -> ExceptionCase:
    """Record what the customer says to the result, and go on from it (R17, R45).

    Agreement closes the case. An objection has it investigated again with the customer's demand, the second time a
    supervisor takes it over; a closed case is opened again.

    Raises:
        NotAllowed: the case has no result to speak of, or was closed too long ago.
        NoSuchCase: there is none with that number.
    """
    now = clock.now()
    with unit_of_work() as connection:
        case = case_store.one_case(connection, case_no, lock=True)
        step = _agreed(connection, case, now) if agrees else _objected(connection, case, demand, now)
        step = Step(case, step.command, step.reason, demand, step.updates, {"channel": channel, "demand": demand})
        take_steps(connection, [step], now=now, who=who, role=role)
        return case_store.one_case(connection, case_no)


def _agreed(connection: Connection, case: ExceptionCase, now: datetime) -> Step:
    _sum_up(connection, [case], {case.case_no: ClosingReason.ACCEPTED}, now=now)
    return _closing(case, Command.ACCEPT, ClosingReason.ACCEPTED, now=now)


def _objected(connection: Connection, case: ExceptionCase, demand: str, now: datetime) -> Step:
    if not demand.strip():
        raise NotAllowed(f"{case.case_no}: say what the customer asks for instead")
    command = after_objection(case)
    if command is Command.REOPEN:
        _refuse_reopening(connection, case, now)
    else:
        outbox.withdraw(
            connection, [case.case_no], kind=Kind.NOTICE
        )  # what is still to be told is no longer the result
    if command is not Command.OBJECT:
        outbox.put(
            connection,
            [department_notice(case, about="客户不认可", purpose=f"objection-{case.version}", to=MANAGER, now=now)],
        )
    updates = {"objections": case.objections + 1, "demand": demand, "answer_due_at": None, "follow_up_at": None}
    return Step(case, command, reason="objection", updates=updates)


def _refuse_reopening(connection: Connection, case: ExceptionCase, now: datetime) -> None:
    if (why := reopening_refused(case, now=now)) is not None:
        raise NotAllowed(f"{case.case_no} is not opened again: {why}")
    others = case_store.former_cases(connection, [case.waybill])
    if any(other.is_open and other.type is case.type for other in others):
        raise NotAllowed(f"{case.case_no} is not opened again: a newer case about the same is open.")


def explain_and_close(case_no: str, *, staff_id: str, role: Role, reasons: str) -> ExceptionCase:
    """Close a case whose customer does not agree, with the reasons and the way to the regulator told (R46).

    Raises:
        NotAllowed: the customer has not objected, the reasons are missing, or this person may not.
    """
    now = clock.now()
    if not reasons.strip():
        raise NotAllowed(f"{case_no}: give the reasons that the customer is told")
    with unit_of_work() as connection:
        case = case_store.one_case(connection, case_no, lock=True)
        step = _closing(case, Command.EXPLAIN, ClosingReason.EXPLAINED, now=now, note=reasons)
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        _sum_up(connection, [case], {case_no: ClosingReason.EXPLAINED}, now=now)
        if case.consignee_phone:
            told = {"reasons": reasons, "demand": case.demand}
            purpose = f"explained-{case.version}"
            letter = customer_notice(case, texts_of(case).explained, purpose=purpose, now=now, **told)
            outbox.put(connection, addressed(connection, [(case, letter)]))
        return case_store.one_case(connection, case_no)


def reconsider(case_no: str, *, who: str, role: Role, reason: str, note: str = "") -> ExceptionCase:
    """Take back a plan that nobody has decided about; its suspended run is called off with the reason.

    Raises:
        NotAllowed: the case has no plan that waits.
    """
    now = clock.now()
    with unit_of_work() as connection:
        case = case_store.one_case(connection, case_no, lock=True)
        take_steps(connection, [Step(case, Command.RECONSIDER, reason=reason, note=note)], now=now, who=who, role=role)
        outbox.withdraw(connection, [case_no], kind=Kind.START_RUN)
        for gate in approvals.close_gates(connection, [case_no]):
            outbox.put(
                connection, cancel_run(gate, reason=f"方案已撤回：{note or reason} The plan was taken back.", now=now)
            )
        return case_store.one_case(connection, case_no)


@task
def follow_up_closed() -> list[str]:
    """Look after the parcels of closed cases until they have arrived; where one does not, open its case again (R72)."""
    return step_in_batches(_to_follow_up, _follow_up)


def _to_follow_up(connection: Connection, last: ExceptionCase | None) -> list[ExceptionCase]:
    after = last.case_no if last else ""
    return case_store.select_cases(connection, follow_up_by=clock.now(), after=after, limit=BATCH, lock=True)


def _follow_up(connection: Connection, cases: Sequence[ExceptionCase], now: datetime) -> Iterator[Step]:
    phases = shipments.phases(connection, [case.waybill for case in cases])
    step = EXCEPTION_PACK.pick("follow_up", on=now.date()).hours
    for case in cases:
        if phases[case.waybill] in FINAL_PHASES:
            updates: dict[str, Any] = {"follow_up_at": None, "follow_ups": case.follow_ups + 1}
            yield Step(case, Command.FOLLOW_UP, reason=phases[case.waybill].value, updates=updates)
        elif case.follow_ups + 1 >= FOLLOW_UPS_MAX:
            yield Step(
                case, Command.REOPEN, reason="not_arrived", updates={"follow_up_at": None, "answer_due_at": None}
            )
        else:
            to, purpose = case.outlet or MANAGER, f"follow-up-{case.version}"
            letter = department_notice(case, about="结案后跟进", purpose=purpose, to=to, now=now)
            updates = {"follow_up_at": now + step, "follow_ups": case.follow_ups + 1}
            yield Step(case, Command.FOLLOW_UP, reason="under_way", updates=updates, letters=[letter])


def analysis_row(
    case: ExceptionCase, *, closed_at: datetime, closing_reason: str, resolved_at: datetime | None = None
) -> dict[str, Any]:
    """Sum a case up for the reports (R8, R21). It is resolved when its measures were carried out, else when it ends."""
    plan = case.plan if closing_reason in REMEDIED else None
    due = {reading.clock: reading.due_at for reading in readings(case, now=closed_at)}
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
        "customs_office": case.customs_office,
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
        "first_response_due_at": due.get("first_response"),
        "resolved_at": resolved_at or closed_at,
        "resolution_due_at": due.get("resolution"),
    }
