"""What exception handling puts into the outbox: notices, work orders, and requests for runs."""

from datetime import datetime

from rules.exceptions import wording
from rules.exceptions.wording import Message
from rules.privacy import mask_phone
from schemas.approvals import Gate
from schemas.exceptions import ExceptionCase
from store.outbox import Kind, Letter
from tasks.playbooks import texts_of
from tasks.settings import business_settings

MANAGER = "客服中心经理"
RESPONSIBLE = "运营部"


def customer_notice(case: ExceptionCase, text: str, *, purpose: str, now: datetime, **told: str) -> Letter:
    """Address the text of this name to the consignee; `told` is what only the caller knows."""
    message = wording.write(text, case, business_settings().language, **told)
    return customer_message(case, message, purpose=purpose, now=now)


def customer_message(case: ExceptionCase, message: Message, *, purpose: str, now: datetime) -> Letter:
    """Address any message to the consignee, after the quiet hours."""
    return _notice(
        message,
        key=f"{_topic(case, purpose)}:customer",
        case_no=case.case_no,
        audience="customer",
        purpose=purpose,
        to=case.consignee_phone,
        shown_to=mask_phone(case.consignee_phone),
        not_before=business_settings().after_quiet_hours(now),
    )


def department_notice(case: ExceptionCase, *, about: str, purpose: str, to: str, now: datetime) -> Letter:
    """Tell a department about a case; departments work at night."""
    message = wording.write(texts_of(case).department, case, about=about)
    key = f"{_topic(case, purpose)}:department"
    return department_message(case.case_no, message, key=key, purpose=purpose, to=to, now=now)


def department_message(case_no: str, message: Message, *, key: str, purpose: str, to: str, now: datetime) -> Letter:
    """Address any message to a department."""
    return _notice(
        message,
        key=key,
        case_no=case_no,
        audience="department",
        purpose=purpose,
        to=to,
        shown_to=to,
        not_before=now,
    )


def _topic(case: ExceptionCase, purpose: str) -> str:
    """Name what a notice is about: each purpose once for each plan, so that a new plan may tell its own result."""
    return f"{case.case_no}:plan-{case.plan.version}:{purpose}" if case.plan else f"{case.case_no}:{purpose}"


def _notice(message: Message, *, key: str, case_no: str, not_before: datetime, **addressed: str) -> Letter:
    return Letter(Kind.NOTICE, key, case_no, {**addressed, **message.model_dump()}, not_before)


def work_orders(case: ExceptionCase, *, now: datetime) -> list[Letter]:
    """Make one work order for each measure of the case's plan."""
    if case.plan is None:
        return []
    return [
        Letter(
            kind=Kind.WORK_ORDER,
            key=f"{case.case_no}:plan-{case.plan.version}:{measure.value}",
            case_no=case.case_no,
            payload={
                "case_no": case.case_no,
                "waybill": case.waybill,
                "carrier": case.carrier,
                "outlet": case.outlet,
                "measure": measure.value,
                "amount": str(case.plan.amount) if measure.value == "COMPENSATE" else "0",
                "currency": case.plan.currency,
                "instruction": wording.MEASURE[measure][0],
            },
            not_before=now,
        )
        for measure in case.plan.measures
    ]


def start_run(case_no: str, *, plan_version: int, now: datetime, step: int = 1, run_no: int = 1) -> Letter:
    """Ask for the suspended run in which somebody decides about this version of the plan, at this step of it."""
    return Letter(
        kind=Kind.START_RUN,
        key=f"{case_no}:plan-{plan_version}:step-{step}:run-{run_no}",
        case_no=case_no,
        payload={"case_no": case_no, "plan_version": plan_version, "step": step},
        not_before=now,
    )


def tag_run(gate: Gate, *, word: str, now: datetime) -> list[Letter]:
    """Ask for one more tag of a suspended run, by which supervisors find it."""
    if gate.flow_run_id is None:
        return []
    key = f"{gate.case_no}:plan-{gate.plan_version}:step-{gate.step}:tag-{word}"
    payload = {"flow_run_id": gate.flow_run_id, "tag": word}
    return [Letter(kind=Kind.TAG_RUN, key=key, case_no=gate.case_no, payload=payload, not_before=now)]


def cancel_run(gate: Gate, *, reason: str, now: datetime) -> list[Letter]:
    """Ask for the end of a suspended run that nobody needs to answer any more."""
    if gate.flow_run_id is None:
        return []
    return [
        Letter(
            kind=Kind.CANCEL_RUN,
            key=f"{gate.case_no}:plan-{gate.plan_version}:step-{gate.step}:cancel",
            case_no=gate.case_no,
            payload={"flow_run_id": gate.flow_run_id, "reason": reason},
            not_before=now,
        )
    ]
