"""Chapter claims (理赔): a supervisor's decision about one claim, or about a docket of clear ones, and what follows.

Both flows are born suspended with their form and begin when a supervisor answers it.
"""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.exceptions import take_decision
from schemas.approvals import Outcome, Ruling
from tasks.claims.dockets import approved_in
from tasks.claims.offering import offer_claims
from tasks.claims.settling import pay_claims
from tasks.dispatch.sending import ask_for_decision, send_notices, send_outbox
from tasks.outages import outlast


@flow(name="settle_claim")
def settle_claim(case_no: str, plan_version: int, step: int = 1) -> State[None]:
    """Take a decision about one claim, and tell and pay what was approved (R56, R79).

    Where several must approve, each is asked in a run of his own.
    """
    ruling = outlast(lambda: decide_and_settle(case_no, plan_version, step))
    return Completed(message=ruling.sentence)


def decide_and_settle(case_no: str, plan_version: int, step: int) -> Ruling:
    """Take the decision and do what follows from it; done again, it goes on where it was interrupted."""
    ruling = take_decision(case_no, plan_version, step)
    if ruling.outcome is Outcome.APPROVED:
        offer_claims(case_no)
        pay_claims(case_no)
        send_notices(case_no)
    elif ruling.outcome is Outcome.ENDORSED:
        ask_for_decision(case_no)
    return ruling


@flow(name="settle_docket")
def settle_docket(case_no: str, plan_version: int, step: int = 1) -> State[None]:
    """Take a decision about a docket, and tell and pay what was approved of it; the rest is asked about singly (R87).

    What became of which claim is the message of the run's last state, where the UI shows it.
    """
    ruling = outlast(lambda: decide_docket(case_no, plan_version, step))
    return Completed(message=ruling.sentence)


def decide_docket(docket_no: str, plan_version: int, step: int) -> Ruling:
    """Take the decision and do what follows from it for each claim; done again, it goes on where it was interrupted."""
    ruling = take_decision(docket_no, plan_version, step)
    if ruling.outcome is Outcome.APPROVED:
        approved = approved_in(docket_no)
        offer_claims(approved)
        pay_claims(approved)
    send_outbox()
    return ruling
