"""What skill a claim asks of whoever handles it; who that is, the desk's rule says (`rules.complaints.assigning`)."""

from collections.abc import Mapping

from schemas.agents import TIER_MAX
from schemas.claims import Claim
from schemas.severity import Severity

SKILL: Mapping[Severity, int] = {
    Severity.MINOR: 1,
    Severity.ORDINARY: 1,
    Severity.SEVERE: 2,
    Severity.CRITICAL: TIER_MAX,
}
"""By how bad a claim is (R66); the figures are ours."""


def skill_for(claim: Claim) -> int:
    """Say what skill a claim asks for: a major accident the highest (R82)."""
    return TIER_MAX if claim.is_major else SKILL[claim.severity]
