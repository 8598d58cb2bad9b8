"""Claims for tests: a form told in full, taken in as the claims desk takes it, and what came of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zlib import crc32

from complaints import nodes_answer, supervisor_answers
from factories import a_registration, an_event, at
from samples import a_photo
from standins import register, tell

from schemas.approvals import Outcome
from schemas.claims import Claim, ClaimChannel, ClaimForm, ClaimOffer, ClaimPlan, Filed
from schemas.evidence import Door, Entered, EvidenceKind, OfferedPiece
from schemas.payments import Payout
from schemas.tracking import Event
from store import claim_offers, payouts
from store import claims as claim_store
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.claims.assessing import assess_claims
from tasks.claims.evidence import complete_evidence, gather_evidence
from tasks.claims.intake import file_claim
from tasks.claims.liability import establish_liability, settle_liability
from tasks.claims.offering import offer_claims
from tasks.claims.paying import settle_payouts
from tasks.claims.settling import confirm_paid, pay_claims
from tasks.claims.told import TakenIn
from tasks.claims.triaging import triage_claims
from tasks.dispatch.sending import send_due
from tasks.evidence.keeping import add_evidence

MONEY = (Kind.PAYOUT, Kind.PAYOUT_REVERSAL)
AGENT = TakenIn("ag-sun")
ACCOUNT = "6222020200112233445"
CLAIMANT = {"name": "赵六", "phone": "19900005678", "relation": "sender"}
TOLD: dict[str, Any] = {
    "channel": ClaimChannel.HOTLINE,
    "waybill": "773000000001",
    "event": "damage",
    "account": "开箱发现两只瓷碗碎裂",
    "claimant": CLAIMANT,
    "payee": {"name": "赵六", "account": ACCOUNT},
    "parcels": [{"id": "773000000001", "lost_percent": 40, "value": 100, "proof": "invoice"}],
    "claimed": 40,
}
PAPERS = (
    EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL, EvidenceKind.VALUE_PROOF,
    EvidenceKind.LOSS_LIST, EvidenceKind.ASSIGNMENT_OF_CLAIM,
)  # fmt: skip


def a_form(**changes: Any) -> ClaimForm:
    """Make a form of a damaged parcel that lacks nothing; of the claimant only the fields that are given change."""
    claimant = {**CLAIMANT, **changes.pop("claimant", {})}
    return ClaimForm.model_validate({**TOLD, "claimant": claimant, **changes})


def filed(*, keep_draft: bool = False, **changes: Any) -> Filed:
    """Take in a claim."""
    return file_claim(a_form(**changes), taken=AGENT, keep_draft=keep_draft)


def the_parcel_was_damaged(**booked: Any) -> None:
    """Book a parcel that was delivered yesterday, insured for what it was declared."""
    values = {"declared_value": Decimal(100), "insured_amount": Decimal(100), "freight": Decimal(12), **booked}
    register(a_registration(**values), at=at(-72))
    waybill = values.get("waybill", "773000000001")
    tell(
        an_event(Event.PICKED_UP, -72),
        an_event(Event.ARRIVED_OUTLET, -30, location="示例城东网点"),
        an_event(Event.DELIVERED, -24, location="示例城东网点"),
        waybill=waybill,
    )


def papers_come(number: str, *kinds: EvidenceKind) -> None:
    """Give the papers and pictures of these kinds, else all that a damaged parcel asks for."""
    pieces = [
        OfferedPiece(kind=kind, content=a_photo(crc32(f"{number} {kind}".encode())), file_name=f"{kind}.jpg")
        for kind in kinds or PAPERS
    ]
    add_evidence(number, pieces, entered=Entered(by="赵六", door=Door.API, shown="claimant"))


def the_desk_works() -> None:
    """Take every step of the automatic path up to the proposal once, as `handle_claims` does."""
    for step in (gather_evidence, complete_evidence, establish_liability, settle_liability, assess_claims):
        step.fn()


def the_money_leaves() -> None:
    """Tell what was approved, order what is agreed, and settle what the provider answered."""
    offer_claims.fn()
    pay_claims.fn()
    send_due(kinds=MONEY)
    settle_payouts.fn()
    confirm_paid.fn()


def claim_of(number: str) -> Claim:
    """Read a claim."""
    with unit_of_work() as connection:
        return claim_store.one_claim(connection, number)


def proposals_of(number: str) -> list[ClaimPlan]:
    """Read every proposal about a claim."""
    with unit_of_work() as connection:
        return claim_store.plans_of(connection, number)


def offers_of(number: str) -> list[ClaimOffer]:
    """Read every amount that was named about a claim."""
    with unit_of_work() as connection:
        return claim_offers.offers_of(connection, number)


def payouts_of(number: str) -> list[Payout]:
    """Read every payout of a claim."""
    with unit_of_work() as connection:
        return payouts.of_claim(connection, number)


def to_the_gate(number: str) -> Claim:
    """Have the papers come, everybody who is asked answer, and the desk go on until somebody must decide."""
    papers_come(number)
    the_desk_works()
    nodes_answer(number)
    the_desk_works()
    triage_claims.fn()
    return claim_of(number)


def to_the_offer(number: str, now: datetime, **answer: str) -> Claim:
    """Go on until the claimant was told what is proposed, a supervisor agreeing to it."""
    to_the_gate(number)
    ruling = supervisor_answers(number, now, **answer)
    assert ruling.outcome is Outcome.APPROVED, ruling.sentence
    offer_claims.fn()
    return claim_of(number)
