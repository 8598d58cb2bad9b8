"""Chapter exceptions (异常件): from detection to analysis, for the many by themselves and for the one that is decided.

Both flows take the same steps. `handle_exceptions` carries every case as far as it goes without a decision;
`resolve_exception` is born suspended with its form and begins when a supervisor answers it.
"""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from schemas.approvals import Outcome, Ruling
from tasks.dispatch.sending import ask_for_decision, place_work_orders, send_all_but_money, send_notices
from tasks.exceptions.carrying import carry_to_feedback, carry_to_orders
from tasks.exceptions.closing import close_exceptions, follow_up_closed
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.planning import plan_remedies, triage_plans
from tasks.exceptions.resolution import carry_out_plans, confirm_carried_out, feed_back_results
from tasks.exceptions.telling import tell_waiting_customers
from tasks.outages import outlast
from tasks.preferences.advising import advise_outlets
from tasks.publishing import publish_counts
from tasks.supervision.gate import open_gate, rule_on_answer, ruling_on_record, wait_for_answer


@flow(name="handle_exceptions")
def handle_exceptions() -> dict[str, int]:
    """Find the exceptions and carry every case on to where a decision is owed, or to its end."""
    found = find_exceptions()
    advised = advise_outlets()
    done = {
        "shipments looked at": found.shipments,
        "opened": len(found.opened),
        "cured": len(found.cured),
        "outlets advised": advised,
    }
    done |= carry_to_orders()
    send_all_but_money()
    done |= carry_to_feedback()
    send_all_but_money()
    done |= {
        "told how it stands": len(tell_waiting_customers()),
        "closed": len(close_exceptions()),
        "followed up": len(follow_up_closed()),
    }
    if any(done.values()):
        publish_counts("exceptions-handled", done, description="What this run did, by step.")
    return done


@flow(name="resolve_exception")
def resolve_exception(case_no: str, plan_version: int, step: int = 1) -> State[None]:
    """Take a decision about one exception and carry it out to the end (R9, from COORDINATE on).

    Where two must approve, each is asked in a run of his own. The run is born with the case's number for its name. Who
    decided what is the message of its last state, where the UI shows it.
    """
    ruling = outlast(lambda: decide_and_carry_out(case_no, plan_version, step))
    return Completed(message=ruling.sentence)


def decide_and_carry_out(case_no: str, plan_version: int, step: int) -> Ruling:
    """Take the decision and do what follows from it; done again, it goes on where it was interrupted."""
    ruling = take_decision(case_no, plan_version, step)
    if ruling.outcome is Outcome.APPROVED:
        carry_out_plans(case_no)
        place_work_orders(case_no)
        confirm_carried_out(case_no)
        feed_back_results(case_no)
        send_notices(case_no)
    elif ruling.outcome is Outcome.ENDORSED:
        ask_for_decision(case_no)
    elif ruling.outcome is Outcome.REFUSED:
        plan_remedies(case_no)
        triage_plans(case_no)
        ask_for_decision(case_no)
    return ruling


def take_decision(case_no: str, plan_version: int, step: int) -> Ruling:
    """Ask until an answer counts; a decision that was taken before, here or elsewhere, is taken as it is."""
    while (gate := open_gate(case_no, plan_version, step)) is not None:
        answer = wait_for_answer(gate, str(flow_run.id))
        ruling = rule_on_answer(gate, answer)
        if ruling.outcome is not Outcome.ASK_AGAIN:
            return ruling
    return ruling_on_record(case_no, plan_version, step)
