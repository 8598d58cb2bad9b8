"""Whom the claims desk asks what happened, and what (R39, R78): the departments that had to do with the parcel."""

from collections.abc import Iterator
from datetime import datetime

from rules.claims.pack import CLAIM_PACK
from rules.claims.weighing import at_stake
from rules.claims.wording import EVENT
from rules.complaints.asking import places
from rules.supervision.network import Network
from schemas.assessment import ClaimEvent
from schemas.claims import Claim, Relation
from schemas.custody import Presumption
from schemas.evidence import EvidenceKind
from schemas.inquiries import Question

_WANTED: dict[ClaimEvent, tuple[EvidenceKind, ...]] = {
    ClaimEvent.LOSS: (EvidenceKind.HANDOVER_LIST, EvidenceKind.CAMERA_RECORDING),
    ClaimEvent.PARTIAL_LOSS: (EvidenceKind.WEIGHT_AT_ACCEPTANCE, EvidenceKind.WEIGHT_NOW),
    ClaimEvent.DAMAGE: (EvidenceKind.PACKAGING_AT_ACCEPTANCE, EvidenceKind.PHOTO_DETAIL),
    ClaimEvent.SHORTAGE: (EvidenceKind.WEIGHT_AT_ACCEPTANCE, EvidenceKind.PHOTO_CONTENTS),
    ClaimEvent.DELAY: (EvidenceKind.SCAN_HISTORY,),
    ClaimEvent.CONTENT_MISMATCH: (EvidenceKind.WEIGHT_AT_ACCEPTANCE, EvidenceKind.PHOTO_CONTENTS),
    ClaimEvent.MISDELIVERY: (EvidenceKind.SIGNATURE_PROOF,),
}


def needs_asking(claim: Claim) -> bool:
    """Say whether departments are asked: not of a small claim whose papers say what happened (R87)."""
    limit = CLAIM_PACK.pick("papers_suffice", on=claim.opened_at.date()).value
    return claim.is_major or claim.relation is Relation.EMPLOYEE or at_stake(claim) > limit


def questions_about(claim: Claim, *, presumed: Presumption, network: Network, now: datetime) -> Iterator[Question]:
    """Ask the outlets at both ends and whoever is presumed to answer, each once."""
    said = EVENT[claim.event]
    what = (
        f"客户因快件{said.zh}索赔，请核实经过、包装及交接情况。 A claim for {said.en} was filed: please say what "
        "happened, how the parcel was packed, and how it was handed over."
    )
    due_at = now + CLAIM_PACK.pick("answer_within", on=now.date()).hours
    for asked in places((claim.outlet, claim.origin_outlet), presumed, network):
        yield Question(
            case_no=claim.case_no,
            waybill=claim.waybill,
            node=asked.node,
            department=asked.name,
            contact=asked.contact,
            question=what,
            wanted=_WANTED[claim.event],
            due_at=due_at,
            round=claim.version,
        )
