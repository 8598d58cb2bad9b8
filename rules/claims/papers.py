"""Which papers and pictures a claim needs: by what happened, how much is at stake, and who claims (R13, R14, R78).

The claim form is the claim itself, as it was told. What is there and what is missing of it: `rules.evidence`.
"""

from collections.abc import Iterator

from rules.claims.pack import CLAIM_PACK
from rules.claims.weighing import at_stake
from rules.tables import require_words
from schemas.assessment import ClaimEvent
from schemas.claims import Claim, Relation
from schemas.evidence import EvidenceKind
from schemas.inquiries import Node
from schemas.playbooks import EvidenceNeed

_PHOTOS = (EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL)
_OF_EVENT: dict[ClaimEvent, tuple[EvidenceKind, ...]] = {
    ClaimEvent.LOSS: (EvidenceKind.SCAN_HISTORY,),
    ClaimEvent.PARTIAL_LOSS: _PHOTOS,
    ClaimEvent.DAMAGE: _PHOTOS,
    ClaimEvent.SHORTAGE: _PHOTOS,
    ClaimEvent.DELAY: (EvidenceKind.SCAN_HISTORY,),
    ClaimEvent.CONTENT_MISMATCH: (EvidenceKind.PHOTO_LABEL, EvidenceKind.PHOTO_CONTENTS),
    ClaimEvent.MISDELIVERY: (EvidenceKind.SCAN_HISTORY,),
}
"""What no claim about such an event is paid without."""
_WISHED: dict[ClaimEvent, tuple[EvidenceKind, ...]] = {
    ClaimEvent.PARTIAL_LOSS: (EvidenceKind.WEIGHT_NOW,),
    ClaimEvent.DAMAGE: (EvidenceKind.PHOTO_CONTENTS, EvidenceKind.PACKAGING_AT_ACCEPTANCE),
    ClaimEvent.SHORTAGE: (EvidenceKind.PHOTO_CONTENTS, EvidenceKind.WEIGHT_NOW),
    ClaimEvent.CONTENT_MISMATCH: (EvidenceKind.WEIGHT_NOW,),
    ClaimEvent.MISDELIVERY: (EvidenceKind.SIGNATURE_PROOF,),
}
_OF_PARTS = frozenset({ClaimEvent.PARTIAL_LOSS, ClaimEvent.DAMAGE, ClaimEvent.SHORTAGE})
"""Events of which a list says what is missing or broken."""
_GIVEN_BY = {
    EvidenceKind.SCAN_HISTORY: Node.CUSTOMER_SERVICE,
    EvidenceKind.PACKAGING_AT_ACCEPTANCE: Node.ORIGIN_OUTLET,
    EvidenceKind.WEIGHT_NOW: Node.OUTLET,
    EvidenceKind.SIGNATURE_PROOF: Node.COURIER,
    EvidenceKind.ASSIGNMENT_OF_CLAIM: Node.SENDER,
}
"""Who gives what does not come from whoever claims."""
_CLAIMANT = {
    Relation.SENDER: Node.SENDER,
    Relation.CONSIGNEE: Node.CONSIGNEE,
    Relation.OTHER: Node.OTHER,
    Relation.EMPLOYEE: Node.OTHER,
}
require_words(_OF_EVENT, ClaimEvent)
require_words(_CLAIMANT, Relation)


def papers_for(claim: Claim) -> tuple[EvidenceNeed, ...]:
    """List what a claim needs; only what is mandatory holds a payment."""
    return tuple(_needs(claim))


def _needs(claim: Claim) -> Iterator[EvidenceNeed]:
    for kind in _OF_EVENT[claim.event]:
        yield _need(claim, kind, "R14" if kind in _PHOTOS else "R12", mandatory=True)
    if claim.event is not ClaimEvent.DELAY and _is_above(claim, EvidenceKind.VALUE_PROOF):
        yield _need(claim, EvidenceKind.VALUE_PROOF, "R78; 民法典 833", mandatory=True)
    if claim.event in _OF_PARTS and _is_above(claim, EvidenceKind.LOSS_LIST):
        yield _need(claim, EvidenceKind.LOSS_LIST, "R78", mandatory=True)
    if claim.event is ClaimEvent.DAMAGE and _is_above(claim, EvidenceKind.REPAIR_QUOTE):
        yield _need(claim, EvidenceKind.REPAIR_QUOTE, "R78")
    if is_for_somebody_else(claim):
        yield _need(claim, EvidenceKind.ASSIGNMENT_OF_CLAIM, "R86; the contract is the sender's", mandatory=True)
    for kind in _WISHED.get(claim.event, ()):
        yield _need(claim, kind, "R13")


def is_for_somebody_else(claim: Claim) -> bool:
    """Say whether somebody other than the sender claims, or is to be paid."""
    return claim.relation is not Relation.SENDER or claim.payee != claim.claimant_name


def _is_above(claim: Claim, kind: EvidenceKind) -> bool:
    figure = CLAIM_PACK.pick("papers_above", scope=kind.value, on=claim.opened_at.date())
    return at_stake(claim) > figure.value


def _need(claim: Claim, kind: EvidenceKind, source: str, *, mandatory: bool = False) -> EvidenceNeed:
    by = _GIVEN_BY.get(kind, _CLAIMANT[claim.relation])
    return EvidenceNeed(kind=kind, of=by, mandatory=mandatory, source=source)
