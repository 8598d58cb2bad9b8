"""Chapter claims (理赔): from the form to the money back, for the many by themselves and for the ones decided.

`handle_claims` carries every claim as far as it goes without a decision. `settle_claim`, about one, and
`settle_docket`, about up to fifty clear ones, are born suspended with their form and begin when one answers it.
"""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.exceptions import take_decision
from schemas.approvals import Outcome, Ruling
from tasks.claims.assessing import assess_claims
from tasks.claims.charging import settle_charges
from tasks.claims.dockets import approved_in, gather_dockets
from tasks.claims.evidence import complete_evidence, gather_evidence
from tasks.claims.found import tell_of_found_parcels
from tasks.claims.handing_over import reassign_claims
from tasks.claims.intake import abandon_claim_drafts
from tasks.claims.liability import establish_liability, settle_liability
from tasks.claims.offering import end_unanswered, offer_claims
from tasks.claims.partners import take_in_partner_claims
from tasks.claims.paying import settle_payouts
from tasks.claims.recovering import close_recovered_claims, recover_claims
from tasks.claims.settling import confirm_paid, pay_claims
from tasks.claims.telling import tell_waiting_claimants
from tasks.claims.triaging import triage_claims
from tasks.dispatch.sending import ask_for_decision, send_all_but_money, send_notices, send_outbox, send_payouts
from tasks.outages import outlast
from tasks.publishing import publish_counts


@flow(name="handle_claims")
def handle_claims() -> dict[str, int]:
    """Carry every claim on to where somebody owes an answer or a decision, or to its end.

    Where assessing fails, as by rule packs of the carrier's that cannot be used, only what is to be assessed waits: the
    other claims are carried on, and then the run fails and says why.
    """
    done = {
        "told by partners": len(take_in_partner_claims()),
        "evidence asked for": len(gather_evidence()),
        "reassigned": len(reassign_claims()),
        "evidence complete": len(complete_evidence()),
        "liability proposed": len(establish_liability()),
        "liability settled": len(settle_liability()),
        "parcels found": len(tell_of_found_parcels()),
    }
    assessed = assess_claims(return_state=True)
    done |= {
        "assessed": len(assessed.result()) if assessed.is_completed() else 0,
        "put to decision": len(triage_claims()),
        "dockets": len(gather_dockets()),
        "told what is proposed": len(offer_claims()),
        "ordered to be paid": len(pay_claims()),
    }
    send_outbox()
    settle_payouts()
    done |= {
        "paid": len(confirm_paid()),
        "charged or claimed from an insurer": len(recover_claims()),
        "charges final": len(settle_charges()),
        "closed": len(close_recovered_claims()),
        "told how it stands": len(tell_waiting_claimants()),
        "unanswered": len(end_unanswered()),
        "drafts abandoned": len(abandon_claim_drafts()),
    }
    send_all_but_money()
    if any(done.values()):
        publish_counts("claims-handled", done, description="What this run did, by step. 理赔处理")
    assessed.result()
    return done


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
        send_payouts(case_no)
        settle_payouts(case_no)
        confirm_paid(case_no)
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
        send_payouts(approved)
        settle_payouts(approved)
        confirm_paid(approved)
    send_all_but_money()
    return ruling
