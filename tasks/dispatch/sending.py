"""Carrying out the outbox: notices, work orders, and what is asked of Prefect.

An item is claimed in one transaction, sent outside any, and settled in another. One that cannot be sent now waits for
its next attempt and holds up nothing else.
"""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from prefect import get_run_logger, task
from prefect.exceptions import MissingContextError
from prefect.runtime import flow_run

from adapters import Refused, Unavailable
from adapters.carrier_desk import client as carrier_desk
from adapters.carrier_desk.translate import WorkOrder
from adapters.notices import client as notices
from adapters.notices.client import Notice
from adapters.runs import client as runs
from rules.change_requests.wording import CODE_STANDS_HERE
from rules.exceptions.wording import situation
from schemas.approvals import Approval, gate_key, level_tag, severity_tag
from store import approvals, outbox
from store import cases as case_store
from store.keyed import unseal
from store.outbox import Item, Kind
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.letters import cancel_run
from tasks.inquiries.links import with_link
from tasks.supervision.gate import description_of

DECISION_DEPLOYMENT = "resolve_exception/resolve_exception"
DECIDED_MEANWHILE = "已另行决定，无需审批。 Decided elsewhere while this run was being created."
BATCH = 200
SENDERS = 8
"""Items claimed at a time, and sent at a time: one slow receiver must not hold up the others."""
BACKOFF = (5, 15, 60, 300, 900, 3600)
"""Seconds to wait after the first failed attempt, the second ..."""
ATTEMPTS_MAX = 20


def _send_notice(item: Item) -> dict[str, Any]:
    notices.send(Notice.model_validate(with_link(item.payload)))
    return {}


def _send_code(item: Item) -> dict[str, Any]:
    """Put the code into its message at the last moment; it lies sealed until then."""
    body = item.payload["body"].replace(CODE_STANDS_HERE, unseal(item.payload["sealed"]))
    notices.send(Notice.model_validate({**item.payload, "body": body}))
    return {}


def _place_work_order(item: Item) -> dict[str, Any]:
    return carrier_desk.place(WorkOrder.model_validate(item.payload), key=item.key).model_dump()


def _start_run(item: Item) -> dict[str, Any]:
    """Create the run in which a supervisor decides, born suspended with its form; nothing executes meanwhile."""
    with unit_of_work() as connection:
        case = case_store.one_case(connection, item.case_no)
        gate = approvals.current_gate(connection, item.case_no)
    wanted = item.payload["plan_version"], item.payload["step"]
    if gate is None or gate.decided or (gate.plan_version, gate.step) != wanted:
        return {"not_needed": True}
    markdown = description_of(gate, case)
    flow_run_id = runs.start_suspended(
        deployment=DECISION_DEPLOYMENT,
        name=case.case_no,
        parameters=item.payload,
        tags=[
            case.case_no,
            f"type:{case.type.value}",
            severity_tag(case.severity),
            f"carrier:{case.carrier or 'unknown'}",
            f"outlet:{case.outlet or 'unknown'}",
            level_tag(gate.level),
        ],
        idempotency_key=item.key,
        form_key=gate_key(gate.attempt),
        form=Approval,
        description=markdown,
    )
    with unit_of_work() as connection:
        asking = approvals.assign_run(connection, gate.gate_id, flow_run_id)
        if asking.decided:  # while the run was being created: whoever decided did not know of it
            outbox.put(connection, cancel_run(asking, reason=DECIDED_MEANWHILE, now=clock.now()))
    key = f"case-{case.case_no.lower()}"
    runs.attach_markdown(flow_run_id, key=key, title=f"{case.case_no} {situation(case)}", markdown=markdown)
    return {"flow_run_id": flow_run_id}


def _cancel_run(item: Item) -> dict[str, Any]:
    runs.cancel(item.payload["flow_run_id"], reason=item.payload["reason"])
    return {}


def _tag_run(item: Item) -> dict[str, Any]:
    runs.tag(item.payload["flow_run_id"], item.payload["tag"])
    return {}


SENDER: dict[Kind, Callable[[Item], dict[str, Any]]] = {
    Kind.NOTICE: _send_notice,
    Kind.CODE: _send_code,
    Kind.WORK_ORDER: _place_work_order,
    Kind.START_RUN: _start_run,
    Kind.CANCEL_RUN: _cancel_run,
    Kind.TAG_RUN: _tag_run,
}


def send_due(*, kinds: Collection[Kind], case_no: str | None = None, patient: bool = True) -> dict[str, int]:
    """Send everything that is due of these kinds, for all cases or the one named; count what became of it.

    With `patient` an item that cannot be sent waits for its next attempt. Without, it is due again at once and the
    caller retries.

    Raises:
        Unavailable: without `patient`, when something could not be sent, or another run is sending it right now.
    """
    sent = {"done": 0, "waiting": 0, "refused": 0}
    failures: list[str] = []
    with ThreadPoolExecutor(max_workers=SENDERS) as pool:
        while True:
            with unit_of_work() as connection:
                items = outbox.claim(
                    connection,
                    kinds=kinds,
                    now=clock.now(),
                    flow_run_id=flow_run.id,
                    limit=BATCH if patient else 1,
                    case_nos=None if case_no is None else [case_no],
                )
                if not items and not patient and _is_being_sent(connection, case_no, kinds):
                    raise Unavailable(f"another run is sending for {case_no} right now")
            if not items:
                break
            for status, failure in pool.map(lambda item: _send(item, patient=patient), items):
                sent[status] += 1
                if failure:
                    failures.append(failure)
            if failures and not patient:
                raise Unavailable("; ".join(failures))
    return sent


def _is_being_sent(connection: Connection, case_no: str | None, kinds: Collection[Kind]) -> bool:
    if case_no is None:
        return False
    return any("sending" in outbox.statuses(connection, [case_no], kind=kind).get(case_no, {}) for kind in kinds)


def _send(item: Item, *, patient: bool) -> tuple[str, str | None]:
    try:
        answer = SENDER[item.kind](item)
    except Unavailable as failure:
        return _put_back(item, failure, patient=patient)
    except Refused as refusal:
        with unit_of_work() as connection:
            outbox.settle_failed(connection, item.id, error=str(refusal), at=clock.now())
        return "refused", None
    with unit_of_work() as connection:
        outbox.settle_done(connection, item.id, answer=answer, at=clock.now())
    return "done", None


def _put_back(item: Item, failure: Unavailable, *, patient: bool) -> tuple[str, str | None]:
    now = clock.now()
    wait = BACKOFF[min(item.attempts, len(BACKOFF)) - 1] if patient else 0
    with unit_of_work() as connection:
        if item.attempts >= ATTEMPTS_MAX:
            outbox.settle_failed(connection, item.id, error=f"gave up after {item.attempts}: {failure}", at=now)
            return "refused", None
        outbox.put_back(connection, item.id, error=str(failure), not_before=now + timedelta(seconds=wait))
    return "waiting", str(failure)


def _is_unavailable(_task: object, _run: object, state: Any) -> bool:
    """Retry only what trying again may help."""
    try:
        state.result()
    except Unavailable:
        return True
    except Exception:  # noqa: BLE001  # any other failure is final, whatever it is
        return False
    return False


@task(retries=4, retry_delay_seconds=[1, 2, 5, 15], retry_condition_fn=_is_unavailable)
def place_work_orders(case_no: str) -> dict[str, int]:
    """Hand the case's work orders to the carrier's desk now, trying again while it is busy."""
    return send_due(kinds=[Kind.WORK_ORDER], case_no=case_no, patient=False)


@task(retries=3, retry_delay_seconds=[1, 2, 5], retry_condition_fn=_is_unavailable)
def send_notices(case_no: str) -> dict[str, int]:
    """Send the case's notices now, except those that wait for the end of the quiet hours."""
    return send_due(kinds=[Kind.NOTICE], case_no=case_no, patient=False)


@task
def ask_for_decision(case_no: str) -> dict[str, int]:
    """Start the run in which a supervisor decides about the case's newest plan; the sweep does it if this cannot."""
    return send_due(kinds=[Kind.START_RUN], case_no=case_no)


@task
def send_outbox() -> dict[str, int]:
    """Send everything that is due, and deal with what a dead sender left behind."""
    with unit_of_work() as connection:
        recovered = outbox.recover_cut_off(connection, now=clock.now())
    sent = send_due(kinds=list(Kind))
    if recovered:
        _log("Left behind by a sender that died: %s", recovered)
    return {**sent, **recovered}


def _log(message: str, *values: object) -> None:
    try:
        get_run_logger().warning(message, *values)
    except MissingContextError:  # called outside a run, as the command does
        return
