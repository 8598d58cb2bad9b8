"""Chapter recovery (追偿): what parties and insurers owe for paid claims, until nobody owes anything any more."""

from prefect import flow

from tasks.claims.charging import settle_charges, waiting_charges
from tasks.claims.insuring import overdue_insurer_contacts, submit_to_insurers
from tasks.claims.recovering import close_recovered_claims
from tasks.publishing import publish_counts, publish_rows

TOLD_OF_CASES = {"claim_no", "insurer", "report_no", "state", "claimed", "currency", "contact_due_at", "contacted_at"}
TOLD_OF_CHARGES = {"key", "party", "amount", "currency", "state", "objected_at"}


@flow(name="recover_money")
def recover_money() -> dict[str, int]:
    """Make final what nobody objected to, submit to insurers, close what is settled, and list what people owe.

    Runs every night; each step may be taken at any time, and twice.
    """
    done = {
        "charges made final": len(settle_charges()),
        "submitted to insurers": len(submit_to_insurers()),
        "claims closed": len(close_recovered_claims()),
    }
    publish_counts("recovery", done, description="What this run did, by step. 追偿")
    overdue = overdue_insurer_contacts()
    publish_rows(
        "insurers-to-ask",
        [one.model_dump(mode="json", include=TOLD_OF_CASES) for one in overdue],
        description="Insurers' cases about which the desk should ask. 待联系保险公司",
    )
    waiting = waiting_charges()
    publish_rows(
        "charges-to-rule",
        [one.model_dump(mode="json", include=TOLD_OF_CHARGES) for one in waiting],
        description="Objections to rule about, and losses to approve. 待裁定异议与待批损失",
    )
    return {**done, "insurers to ask": len(overdue), "charges to rule": len(waiting)}
