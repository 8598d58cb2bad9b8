"""Where a claim comes from: from an exception, from a complaint, or from the claimant himself."""

from enum import StrEnum

from rules.tables import require_words
from schemas.reporting import Words


class ClaimOrigin(StrEnum):
    """What was there before the claim."""

    EXCEPTION = "exception"
    COMPLAINT = "complaint"
    DIRECT = "direct"


ORIGIN_OF_PREFIX = {"EX": ClaimOrigin.EXCEPTION, "CP": ClaimOrigin.COMPLAINT, "": ClaimOrigin.DIRECT}
"""By how the number of the case begins that a claim comes from."""
ORIGIN: dict[str, Words] = {
    ClaimOrigin.EXCEPTION: Words("异常件转理赔", "from an exception"),
    ClaimOrigin.COMPLAINT: Words("投诉转理赔", "from a complaint"),
    ClaimOrigin.DIRECT: Words("直接索赔", "claimed directly"),
}
require_words(ORIGIN, ClaimOrigin)
