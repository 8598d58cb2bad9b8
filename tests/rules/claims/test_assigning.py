"""What skill a claim asks of whoever handles it (R66, R82)."""

import pytest
from claim_factories import a_claim

from rules.claims.assigning import SKILL, skill_for
from schemas.agents import TIER_MAX
from schemas.severity import Severity


class TestSkillFor:
    @pytest.mark.parametrize(
        ("severity", "skill"),
        [(Severity.MINOR, 1), (Severity.ORDINARY, 1), (Severity.SEVERE, 2), (Severity.CRITICAL, 3)],
    )
    def test_follows_how_bad_it_is(self, severity: Severity, skill: int) -> None:
        assert skill_for(a_claim(severity=severity)) == skill

    def test_is_the_highest_of_a_major_accident(self) -> None:
        assert skill_for(a_claim(severity=Severity.ORDINARY, is_major=True)) == TIER_MAX

    def test_asks_of_no_claim_what_no_agent_can_have(self) -> None:
        assert set(SKILL) == set(Severity)
        assert max(SKILL.values()) <= TIER_MAX
