"""Chapter complaints (投诉): the closed loop from intake to archive, for the many by themselves and the one decided.

Both flows take the same steps. `handle_complaints` carries every complaint as far as it goes without a decision;
`handle_complaint` is born suspended with its form and begins when a supervisor answers it.
"""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.exceptions import take_decision
from rules.complaints.archive import incomplete_lines
from schemas.approvals import Outcome, Ruling
from tasks.complaints.acting import carry_out_complaints, confirm_complaints_carried_out
from tasks.complaints.archiving import archive_complaints
from tasks.complaints.closing import abandon_drafts, conclude_complaints, follow_up_complaints
from tasks.complaints.feedback import feed_back_complaints, tell_waiting_complainants
from tasks.complaints.handing_over import hand_off_complaints, reassign_complaints
from tasks.complaints.planning import plan_complaints, triage_complaints
from tasks.complaints.verifying import establish_findings, verify_complaints
from tasks.dispatch.sending import ask_for_decision, place_work_orders, send_all_but_money, send_notices
from tasks.outages import outlast
from tasks.publishing import publish_counts, publish_rows


@flow(name="handle_complaints")
def handle_complaints() -> dict[str, int]:
    """Carry every complaint on to where somebody owes an answer or a decision, or to its end."""
    done = {
        "handed off": len(hand_off_complaints()),
        "reassigned": len(reassign_complaints()),
        "verified": len(verify_complaints()),
        "findings proposed": len(establish_findings()),
        "planned": len(plan_complaints()),
        "triaged": len(triage_complaints()),
        "carried out": len(carry_out_complaints()),
    }
    send_all_but_money()
    done |= {
        "confirmed": len(confirm_complaints_carried_out()),
        "fed back": len(feed_back_complaints()),
        "told how it stands": len(tell_waiting_complainants()),
    }
    send_all_but_money()
    done |= {
        "concluded": len(conclude_complaints()),
        "drafts abandoned": len(abandon_drafts()),
        "followed up": len(follow_up_complaints()),
    }
    archiving = archive_complaints()
    done["archived"] = len(archiving.made)
    if lines := incomplete_lines(archiving):
        publish_rows("archives-incomplete", lines, description="Concluded, and not closed for want of this. 档案不完整")
    if any(done.values()):
        publish_counts("complaints-handled", done, description="What this run did, by step. 投诉处理")
    return done


@flow(name="handle_complaint")
def handle_complaint(case_no: str, plan_version: int, step: int = 1) -> State[None]:
    """Take a decision about one complaint and carry it out up to the result told to the customer (R51, R56)."""
    ruling = outlast(lambda: decide_and_answer(case_no, plan_version, step))
    return Completed(message=ruling.sentence)


def decide_and_answer(case_no: str, plan_version: int, step: int) -> Ruling:
    """Take the decision and do what follows from it; done again, it goes on where it was interrupted."""
    ruling = take_decision(case_no, plan_version, step)
    if ruling.outcome is Outcome.APPROVED:
        carry_out_complaints(case_no)
        place_work_orders(case_no)
        confirm_complaints_carried_out(case_no)
        feed_back_complaints(case_no)
        send_notices(case_no)
    elif ruling.outcome is Outcome.ENDORSED:
        ask_for_decision(case_no)
    elif ruling.outcome is Outcome.REFUSED:
        plan_complaints(case_no)
        triage_complaints(case_no)
        ask_for_decision(case_no)
    return ruling
