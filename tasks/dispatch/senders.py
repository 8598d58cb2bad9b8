"""How each kind of item is sent: many together where the other side takes many, else each by itself.

Belongs here: turning items into calls of adapters, and what came of each. Does not belong here: claiming, settling and
trying again (`tasks.dispatch.sending`).
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from adapters import Refused, Unavailable, Uncertain
from adapters.carrier_desk import client as carrier_desk
from adapters.carrier_desk.translate import KeyedOrder, WorkOrder
from adapters.notices import client as notices
from adapters.notices.client import Notice
from adapters.runs import client as runs
from rules.change_requests.wording import CODE_STANDS_HERE
from schemas.approvals import gate_key, level_tag
from store import approvals, outbox
from store.keyed import unseal
from store.outbox import ASKABLE, Item, Kind
from store.unit_of_work import DatabaseAway, failures_told, unit_of_work
from tasks import clock
from tasks.claims.from_cases import claim_instead_of_order, leads_to_claim
from tasks.claims.settings import ClaimSettings
from tasks.claims.told import Incomplete
from tasks.dispatch import insurers, payments
from tasks.evidence.freezing import freeze_tracking
from tasks.exceptions.letters import cancel_run
from tasks.inquiries.links import with_link
from tasks.settings import as_set_now
from tasks.stepping import SYSTEM, NotAllowed
from tasks.supervision.gate import description_of
from tasks.supervision.procedures import procedure_of
from tasks.unforeseen import where_raised

logger = logging.getLogger(__name__)

DECIDED_MEANWHILE = "已另行决定，无需审批。 Decided elsewhere while this run was being created."

COMPENSATE = "COMPENSATE"
"""What exceptions and complaints call a compensation; a refund of fees stays an order to the carrier's desk."""
MALFORMED = (LookupError, TypeError, ValueError)
"""What reading an item raises that lacks something: it fails with that reason, and keeps back no other."""

T = TypeVar("T")
Outcome = dict[str, Any] | Unavailable | Refused | Uncertain
"""What the other side answered, or why an item could not be sent, or is not known to have arrived."""


def together() -> dict[Kind, Callable[[Sequence[Item]], list[Outcome]]]:
    """Give the kinds that are sent many at a time as the channels are set now, with what sends them."""
    senders: dict[Kind, Callable[[Sequence[Item]], list[Outcome]]] = {Kind.WORK_ORDER: _place_work_orders}
    if notices.all_go_to_file():
        senders[Kind.NOTICE] = _write_notices
    return senders


def alone(item: Item) -> Outcome:
    """Send one item by itself; whatever comes of it keeps back no other."""
    return _tried(_SENDER[item.kind], item)


def _tried(do: Callable[[Item], T], item: Item) -> T | Unavailable | Refused | Uncertain:
    """Do something with an item, and give what came of it, or why nothing could.

    Raises:
        DatabaseAway: that is no matter of the item.
    """
    try:
        with failures_told():
            return do(item)
    except (Unavailable, Refused, Uncertain) as failure:
        return failure
    except (NotAllowed, Incomplete) as refusal:
        return Refused(str(refusal))
    except MALFORMED as wrong:
        return _unsendable(item, wrong)
    except DatabaseAway:
        raise
    except Exception as unforeseen:  # noqa: BLE001  # whatever it is, the others go out
        return _unforeseen(item, unforeseen)


def _unsendable(item: Item, wrong: Exception) -> Refused:
    logger.error("The outbox item %s cannot be sent as it is: %s.", item.key, where_raised(wrong))
    return Refused(f"it cannot be sent as it is: {type(wrong).__name__}")


def _unforeseen(item: Item, error: Exception) -> Unavailable | Uncertain:
    """Have an item tried again, or asked about where the other side may have done it."""
    logger.error("The outbox item %s could not be sent: %s.", item.key, where_raised(error))
    failure = Uncertain if item.kind in ASKABLE else Unavailable
    return failure(f"unforeseen: {type(error).__name__}")


def _place_work_orders(items: Sequence[Item]) -> list[Outcome]:
    orders = [_tried(_order_or_claim, item) for item in items]
    answers = iter(carrier_desk.place_many([order for order in orders if isinstance(order, KeyedOrder)]))
    outcomes = [next(answers) if isinstance(order, KeyedOrder) else order for order in orders]
    return [said.model_dump() if isinstance(said, BaseModel) else said for said in outcomes]


def _order_or_claim(item: Item) -> KeyedOrder | dict[str, Any]:
    """Give the order for the carrier's desk; of one that is paid as a claim what was filed instead of it (R56)."""
    order = WorkOrder.model_validate(item.payload)
    if _is_paid_as_claim(order):
        return {"claim": claim_instead_of_order(order, key=item.key).claim_no}
    return KeyedOrder(key=item.key, order=order)


def _is_paid_as_claim(order: WorkOrder) -> bool:
    """Say whether what is ordered to be paid is paid as a claim; where none follows from the case, the desk pays."""
    is_wanted = order.measure == COMPENSATE and as_set_now(ClaimSettings).compensate_by == "claim"
    return is_wanted and leads_to_claim(order.case_no)


def _write_notices(items: Sequence[Item]) -> list[Outcome]:
    outcomes = [_tried(_written_out, item) for item in items]
    try:
        notices.send_to_file([notice for notice in outcomes if isinstance(notice, Notice)])
    except Unavailable as failure:
        return [failure if isinstance(outcome, Notice) else outcome for outcome in outcomes]
    return [{} if isinstance(outcome, Notice) else outcome for outcome in outcomes]


def _written_out(item: Item) -> Notice:
    return Notice.model_validate(with_link(item.payload))


def _send_notice(item: Item) -> Outcome:
    notices.send(_written_out(item))
    return {}


def _send_code(item: Item) -> Outcome:
    """Put the code into its message at the last moment; it lies sealed until then."""
    body = item.payload["body"].replace(CODE_STANDS_HERE, unseal(item.payload["sealed"]))
    notices.send(Notice.model_validate({**item.payload, "body": body}))
    return {}


def _place_work_order(item: Item) -> Outcome:
    order = _order_or_claim(item)
    return carrier_desk.place(order.order, key=order.key).model_dump() if isinstance(order, KeyedOrder) else order


def _start_run(item: Item) -> Outcome:
    """Create the run in which a supervisor decides, born suspended with its form; nothing executes meanwhile.

    What the log says by now is frozen as evidence first: later news does not change what the decision rested on.
    """
    procedure = procedure_of(item.case_no)
    with unit_of_work() as connection:
        case = procedure.one(connection, item.case_no)
        gate = approvals.current_gate(connection, item.case_no)
        parcels = procedure.parcels(connection, case)
    wanted = item.payload["plan_version"], item.payload["step"]
    if gate is None or gate.decided or (gate.plan_version, gate.step) != wanted:
        return {"not_needed": True}
    freeze_tracking(parcels, by=SYSTEM)
    with unit_of_work() as connection:
        form_text = description_of(connection, gate, case)
        markdown = procedure.case_file(connection, case, form=form_text)
    flow_run_id = runs.start_suspended(
        deployment=procedure.deployment,
        name=case.case_no,
        parameters=item.payload,
        tags=[*procedure.tags(case), level_tag(gate.level)],
        idempotency_key=item.key,
        form_key=gate_key(gate.attempt),
        form=procedure.form,
        description=form_text,
    )
    with unit_of_work() as connection:
        asking = approvals.assign_run(connection, gate.gate_id, flow_run_id)
        if asking.decided:  # while the run was being created: whoever decided did not know of it
            outbox.put(connection, cancel_run(asking, reason=DECIDED_MEANWHILE, now=clock.now()))
    key = f"case-{case.case_no.lower()}"
    runs.attach_markdown(flow_run_id, key=key, title=procedure.title(case), markdown=markdown)
    return {"flow_run_id": flow_run_id}


def _cancel_run(item: Item) -> Outcome:
    runs.cancel(item.payload["flow_run_id"], reason=item.payload["reason"])
    return {}


def _tag_run(item: Item) -> Outcome:
    runs.tag(item.payload["flow_run_id"], item.payload["tag"])
    return {}


_SENDER: dict[Kind, Callable[[Item], Outcome]] = {
    Kind.NOTICE: _send_notice,
    Kind.CODE: _send_code,
    Kind.WORK_ORDER: _place_work_order,
    Kind.START_RUN: _start_run,
    Kind.CANCEL_RUN: _cancel_run,
    Kind.TAG_RUN: _tag_run,
    Kind.PAYOUT: payments.pay,
    Kind.PAYOUT_BATCH: payments.write_batch,
    Kind.PAYOUT_REVERSAL: payments.reverse,
    Kind.INSURER_CLAIM: insurers.submit,
}
if unsent := set(Kind) - set(_SENDER):
    raise ValueError(f"nothing sends {sorted(unsent)}")
