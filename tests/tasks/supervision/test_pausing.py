"""Clocks of complaints and claims: stopped for a reason of the list, released, and counted by another profile (R50).

Of exceptions: tests/tasks/exceptions/test_timing.py.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import claims
import complaints
import pytest
from complaints import commands_of, nothing_is_broken
from factories import at

from schemas.clocks import PauseReason
from schemas.exceptions import Role
from store.case_history import history_of
from store.unit_of_work import unit_of_work
from tasks.claims import timing as claim_timing
from tasks.complaints import timing as complaint_timing
from tasks.stepping import NotAllowed
from tasks.supervision.pausing import change_profile, pause, release

Stand = Callable[[datetime], None]
BY: dict[str, Any] = {"who": "ag-sun", "role": Role.AGENT}


@pytest.fixture
def complaint(stand_at: Stand) -> str:
    stand_at(at(0))
    return complaints.filed().complaint_no


@pytest.fixture
def claim(stand_at: Stand) -> str:
    stand_at(at(0))
    return claims.filed().claim_no


def result_by(number: str) -> datetime | None:
    anchors = complaint_timing.anchors_of(complaints.complaint_of(number))
    return complaint_timing.due(complaint_timing.RESULT, anchors)


def promised_by(number: str) -> datetime | None:
    return claim_timing.due(claim_timing.PROMISE, claim_timing.anchors_of(claims.claim_of(number)))


class TestPause:
    def test_stops_the_result_of_a_complaint_until_it_is_released(self, complaint: str, stand_at: Stand) -> None:
        assert result_by(complaint) == at(48)
        pause(complaint, reason=PauseReason.WAITING_CUSTOMER, note="等待客户提供照片", **BY)
        stand_at(at(10))
        release(complaint, **BY)

        assert result_by(complaint) == at(58)
        assert nothing_is_broken()

    def test_stops_what_was_promised_of_a_claim_until_it_is_released(self, claim: str, stand_at: Stand) -> None:
        assert promised_by(claim) == at(240)
        pause(claim, reason=PauseReason.WAITING_THIRD_PARTY, note="等待航空公司证明", **BY)
        stand_at(at(24))
        release(claim, **BY)

        assert promised_by(claim) == at(264)
        assert commands_of(claim)[-2:] == ["pause", "release"]
        assert nothing_is_broken()

    def test_is_refused_twice_and_so_is_a_release_of_nothing(self, complaint: str) -> None:
        with pytest.raises(NotAllowed, match=f"{complaint} is not paused"):
            release(complaint, **BY)
        pause(complaint, reason=PauseReason.WAITING_CUSTOMER, **BY)

        with pytest.raises(NotAllowed, match=f"{complaint} is paused for waiting_customer already"):
            pause(complaint, reason=PauseReason.WAITING_CUSTOMER, **BY)

    def test_says_why_on_record(self, claim: str) -> None:
        pause(claim, reason=PauseReason.FORCE_MAJEURE, note="台风", **BY)

        with unit_of_work() as connection:
            last = history_of(connection, claim)[-1]
        assert (last["who"], last["reason"], last["note"]) == ("ag-sun", "force_majeure", "台风")


class TestChangeProfile:
    def test_counts_a_complaint_by_a_profile_that_knows_complaints(self, complaint: str) -> None:
        change_profile(complaint, profile="complaint", **BY)

        anchors = complaint_timing.anchors_of(complaints.complaint_of(complaint))
        assert (anchors.profile, result_by(complaint)) == ("complaint", at(48))

    @pytest.mark.parametrize("profile", ["fast", "standard", "claim"])
    def test_knows_of_complaints_no_profile(self, complaint: str, profile: str) -> None:
        with pytest.raises(NotAllowed, match=f"there is no profile {profile} for complaints; there are complaint$"):
            change_profile(complaint, profile=profile, **BY)

    @pytest.mark.parametrize("profile", ["fast", "standard", "complaint", "law-cn"])
    def test_knows_of_claims_no_profile(self, claim: str, profile: str) -> None:
        with pytest.raises(NotAllowed, match=f"there is no profile {profile} for claims; there are claim$"):
            change_profile(claim, profile=profile, **BY)
