"""Which papers and pictures a claim needs before it is paid (R13, R26, R78; the tiers of the LTL example)."""

from collections.abc import Iterator

from rules.claims.pack import CLAIM_PACK
from rules.claims.weighing import at_stake
from schemas.assessment import ClaimEvent
from schemas.claims import Claim, Relation
from schemas.evidence import EvidenceKind
from schemas.inquiries import Node
from schemas.playbooks import EvidenceNeed

SEEN_AT_THE_PARCEL = frozenset(
    {ClaimEvent.DAMAGE, ClaimEvent.SHORTAGE, ClaimEvent.PARTIAL_LOSS, ClaimEvent.CONTENT_MISMATCH}
)


def papers_for(claim: Claim) -> tuple[EvidenceNeed, ...]:
    """List what a claim needs, what the claimant has to give before what others have."""
    return tuple(_papers(claim))


def _papers(claim: Claim) -> Iterator[EvidenceNeed]:
    by = Node.SENDER if claim.relation is Relation.SENDER else Node.CONSIGNEE
    seen = claim.event in SEEN_AT_THE_PARCEL
    beyond = at_stake(claim) > CLAIM_PACK.pick("papers_suffice", on=claim.opened_at.date()).value
    if seen:
        yield _need(EvidenceKind.PHOTO_WHOLE, by, "R13; the tiers of the LTL example", mandatory=True)
        yield _need(EvidenceKind.PHOTO_DETAIL, by, "R13; the tiers of the LTL example", mandatory=True)
        yield _need(EvidenceKind.PHOTO_LABEL, by, "R13; the tiers of the LTL example", mandatory=True)
    if claim.event is not ClaimEvent.DELAY:
        yield _need(EvidenceKind.VALUE_PROOF, by, "the tiers of the LTL example", mandatory=beyond)
    if seen and beyond:
        yield _need(EvidenceKind.LOSS_LIST, by, "the tiers of the LTL example", mandatory=True)
    yield _need(EvidenceKind.SCAN_HISTORY, Node.OUTLET, "R12")
    if seen:
        yield _need(EvidenceKind.PACKAGING_AT_ACCEPTANCE, Node.ORIGIN_OUTLET, "R26")


def _need(kind: EvidenceKind, of: Node, source: str, *, mandatory: bool = False) -> EvidenceNeed:
    return EvidenceNeed(kind=kind, of=of, mandatory=mandatory, source=source)
