"""The claims desk for tests that tell a claim as a whole: the automatic path, and what those do who work at it."""

from typing import Any

from claims import claim_of, filed, papers_come, proposals_of, the_parcel_was_damaged
from complaints import nodes_answer, notices_of, staff_called

from schemas.claims import Claim, ClaimPlan, State
from schemas.evidence import EvidenceKind
from schemas.exceptions import Role
from schemas.inquiries import AnswerCode
from store import outbox
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.assessing import assess_claims
from tasks.claims.by_hand import state_facts
from tasks.claims.charging import settle_charges
from tasks.claims.collecting import record_recovery
from tasks.claims.dockets import gather_dockets
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
from tasks.dispatch.payments import ask_about_uncertain
from tasks.dispatch.sending import send_due

BY_PHONE: dict[str, Any] = {"who": "ag-sun", "role": Role.AGENT, "channel": "phone"}
LEAVES = (Kind.NOTICE, Kind.WORK_ORDER, Kind.PAYOUT, Kind.PAYOUT_REVERSAL)
"""What the outbox sends here: there is no Prefect that a run could be asked of."""
BEFORE_MONEY = (
    take_in_partner_claims, gather_evidence, reassign_claims, complete_evidence, establish_liability, settle_liability,
    tell_of_found_parcels, assess_claims, triage_claims, gather_dockets, offer_claims, pay_claims,
)  # fmt: skip
AFTER_MONEY = (
    settle_payouts, confirm_paid, recover_claims, settle_charges, close_recovered_claims, tell_waiting_claimants,
    end_unanswered, abandon_claim_drafts,
)  # fmt: skip
"""The steps of the automatic path, in its order."""


def what_waits_leaves() -> None:
    """Send what is due as `send_outbox` does, but for what is asked of Prefect."""
    with unit_of_work() as connection:
        outbox.recover_cut_off(connection, now=clock.now())
    ask_about_uncertain()
    send_due(kinds=LEAVES)


def the_desk_passes() -> None:
    """Take every step of the automatic path once, as `handle_claims` does."""
    for step in BEFORE_MONEY:
        step.fn()
    what_waits_leaves()
    for step in AFTER_MONEY:
        step.fn()
    what_waits_leaves()


def to_the_gate(number: str, *papers: EvidenceKind, code: AnswerCode = AnswerCode.CANNOT_SAY) -> Claim:
    """Have the papers come and everybody who is asked answer, until somebody must decide or a person is wanted."""
    papers_come(number, *papers)
    the_desk_passes()
    nodes_answer(number, code)
    the_desk_passes()
    return claim_of(number)


def established(number: str, **facts: Any) -> None:
    """Have one of the desk state what a claim is assessed by."""
    state_facts(number, facts, why="原始单据", staff_id=staff_called("ag-qian"))


def proposed(number: str) -> ClaimPlan:
    """Read the newest proposal about a claim."""
    return proposals_of(number)[-1]


def purposes(number: str, audience: str = "customer") -> list[str]:
    """List what somebody was told of a claim, in order."""
    return [notice["purpose"] for notice in notices_of(number, audience)]


def its_party_pays(number: str, place: int = 1) -> None:
    """Have a party pay what it was charged."""
    record_recovery.fn(f"{number}-C{place}", reference="settlement", staff_id=staff_called("fin-li"))


def at_the_gate(**told: Any) -> str:
    """Bring a claim for a damaged parcel to where somebody must decide, and give its number."""
    the_parcel_was_damaged()
    number = filed(**told).claim_no
    claim = to_the_gate(number)
    assert claim.state is State.AWAITING_APPROVAL, claim.state
    return number
