"""Which papers and pictures a claim needs before it is paid: by what happened, how much is at stake, and who claims.

The claim form is the claim itself, as it was told. What of them is there and what is missing: `rules.evidence`.
"""

from collections.abc import Iterator

from rules.claims.pack import CLAIM_PACK
from rules.claims.weighing import at_stake
from schemas.assessment import ClaimEvent
from schemas.claims import Claim, Relation
from schemas.evidence import EvidenceKind
from schemas.inquiries import Node
from schemas.playbooks import EvidenceNeed

OF_THE_PARCEL = (EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL)
PICTURES: dict[ClaimEvent, tuple[EvidenceKind, ...]] = {
    ClaimEvent.DAMAGE: OF_THE_PARCEL,
    ClaimEvent.SHORTAGE: OF_THE_PARCEL,
    ClaimEvent.PARTIAL_LOSS: OF_THE_PARCEL,
    ClaimEvent.CONTENT_MISMATCH: (
        EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_CONTENTS, EvidenceKind.PHOTO_LABEL,
    ),
}  # fmt: skip
"""Of events that are seen at the parcel: without them none is paid (破损必须要有相片, R14)."""
TIERS = "R78; the tiers of the LTL example"


def papers_for(claim: Claim) -> tuple[EvidenceNeed, ...]:
    """List what a claim needs, what the claimant has to give before what others have; what is mandatory holds money."""
    return tuple(_papers(claim))


def _papers(claim: Claim) -> Iterator[EvidenceNeed]:
    by = Node.SENDER if claim.relation is Relation.SENDER else Node.CONSIGNEE
    pictures = PICTURES.get(claim.event, ())
    beyond = _is_above(claim, "papers_suffice")
    for kind in pictures:
        yield _need(kind, by, "R13, R14", mandatory=True)
    if claim.event is not ClaimEvent.DELAY:
        yield _need(EvidenceKind.VALUE_PROOF, by, TIERS, mandatory=beyond)
    if pictures and beyond:
        yield _need(EvidenceKind.LOSS_LIST, by, TIERS, mandatory=True)
    if claim.event is ClaimEvent.DAMAGE and _is_above(claim, "repair_quoted"):
        yield _need(EvidenceKind.REPAIR_QUOTE, by, "R78")
    if is_for_another(claim):
        yield _need(EvidenceKind.ASSIGNMENT_OF_CLAIM, Node.SENDER, "R86; the contract is the sender's", mandatory=True)
    yield _need(EvidenceKind.SCAN_HISTORY, Node.OUTLET, "R12")
    if pictures:
        yield _need(EvidenceKind.PACKAGING_AT_ACCEPTANCE, Node.ORIGIN_OUTLET, "R26")


def is_for_another(claim: Claim) -> bool:
    """Say whether somebody other than the sender claims, or is to be paid: the sender leaves his claim to him."""
    return claim.relation is not Relation.SENDER or claim.payee != claim.claimant_name


def _is_above(claim: Claim, rule: str) -> bool:
    return at_stake(claim) > CLAIM_PACK.pick(rule, on=claim.opened_at.date()).value


def _need(kind: EvidenceKind, of: Node, source: str, *, mandatory: bool = False) -> EvidenceNeed:
    return EvidenceNeed(kind=kind, of=of, mandatory=mandatory, source=source)
