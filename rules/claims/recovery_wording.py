"""What a party reads about what it is charged: the notice of the amount, and what came of its objection (R79)."""

from rules.claims.recovery_texts import BOOK
from rules.claims.wording import EVENT
from rules.exceptions.wording import Message
from rules.texts import Language
from schemas.claims import Claim
from schemas.recovery import Charge, ChargeState

RULED: dict[ChargeState, tuple[str, str]] = {
    ChargeState.CHARGED: ("异议不成立，计入当月结算", "it stays, and stands in the settlement of this month"),
    ChargeState.LIFTED: ("异议成立，免予追偿", "it is lifted, and you owe nothing for it"),
}


def notice(charge: Charge, claim: Claim, language: Language, *, due_at: str) -> Message:
    """Tell a party its amount, what that rests on, and until when it may object."""
    subject, body = BOOK.render("charge", {**_facts(charge, claim, language), "due_at": due_at}, language=language)
    return Message(subject=subject, body=body)


def ruling(charge: Charge, claim: Claim, language: Language) -> Message:
    """Tell a party what was ruled about its objection, and why."""
    told = {"found": RULED[charge.state][language == "en"], "reasons": charge.ruling}
    subject, body = BOOK.render("ruling", {**_facts(charge, claim, language), **told}, language=language)
    return Message(subject=subject, body=body)


def taken_back(charge: Charge, claim: Claim, language: Language) -> Message:
    """Tell a party that what it was charged for was paid wrongly, and that it bears nothing of it."""
    subject, body = BOOK.render("taken_back", _facts(charge, claim, language), language=language)
    return Message(subject=subject, body=body)


def basis_of(claim: Claim, *, why: str = "") -> str:
    """Say what a charge rests on: the plan whose split it follows, and why there is something to share out."""
    plan = f"方案 plan {claim.plan.version}" if claim.plan else "方案 plan —"
    return f"{plan}；{why}" if why else plan


def _facts(charge: Charge, claim: Claim, language: Language) -> dict[str, str]:
    return {
        "case_no": charge.claim_no,
        "waybill": claim.waybill,
        "matter": EVENT[claim.event][language == "en"],
        "amount": str(charge.amount),
        "currency": charge.currency,
        "basis": f"{charge.basis}，{charge.share.normalize():f}%",
        "task_no": charge.key,
    }
