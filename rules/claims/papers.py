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
    if claim.event in SEEN_AT_THE_PARCEL:
        yield EvidenceNeed(kind=EvidenceKind.PHOTO_WHOLE, of=by, mandatory=True)
        yield EvidenceNeed(kind=EvidenceKind.PHOTO_DETAIL, of=by, mandatory=True)
        yield EvidenceNeed(kind=EvidenceKind.PHOTO_LABEL, of=by, mandatory=True)
    beyond = at_stake(claim) > CLAIM_PACK.pick("papers_suffice", on=claim.opened_at.date()).value
    if claim.event is not ClaimEvent.DELAY:
        yield EvidenceNeed(kind=EvidenceKind.VALUE_PROOF, of=by, mandatory=beyond)
        if beyond and claim.event in SEEN_AT_THE_PARCEL:
            yield EvidenceNeed(kind=EvidenceKind.LOSS_LIST, of=by, mandatory=True)
    yield EvidenceNeed(kind=EvidenceKind.SCAN_HISTORY, of=Node.OUTLET)
    if claim.event in SEEN_AT_THE_PARCEL:
        yield EvidenceNeed(kind=EvidenceKind.PACKAGING_AT_ACCEPTANCE, of=Node.ORIGIN_OUTLET)
