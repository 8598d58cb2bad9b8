"""Chapter claims (理赔): from the form to the money back, for the many by themselves and for the ones decided.

`handle_claims` carries every claim as far as it goes without a decision. The runs in which somebody decides are born
suspended with their form and begin when a supervisor answers it.
"""

from prefect import flow

from tasks.claims.assessing import assess_claims
from tasks.claims.evidence import complete_evidence, gather_evidence
from tasks.claims.intake import abandon_claim_drafts
from tasks.claims.liability import establish_liability, settle_liability
from tasks.claims.offering import end_unanswered, offer_claims
from tasks.claims.paying import settle_payouts
from tasks.claims.settling import confirm_paid, pay_claims
from tasks.claims.telling import tell_waiting_claimants
from tasks.dispatch.sending import send_outbox
from tasks.publishing import publish_counts


@flow(name="handle_claims")
def handle_claims() -> dict[str, int]:
    """Carry every claim on to where somebody owes an answer or a decision, or to its end."""
    done = {
        "evidence asked for": len(gather_evidence()),
        "evidence complete": len(complete_evidence()),
        "liability proposed": len(establish_liability()),
        "liability settled": len(settle_liability()),
        "assessed": len(assess_claims()),
        "told what is proposed": len(offer_claims()),
        "ordered to be paid": len(pay_claims()),
    }
    send_outbox()
    settle_payouts()
    done |= {
        "paid": len(confirm_paid()),
        "told how it stands": len(tell_waiting_claimants()),
        "unanswered": len(end_unanswered()),
        "drafts abandoned": len(abandon_claim_drafts()),
    }
    send_outbox()
    if any(done.values()):
        publish_counts("claims-handled", done, description="What this run did, by step. 理赔处理")
    return done
