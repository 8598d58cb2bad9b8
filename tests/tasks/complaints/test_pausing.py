"""A complaint's clocks: stopped for a reason of the list, released, and counted by another profile (R50)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from complaints import complaint_of, filed, nothing_is_broken
from factories import at

from schemas.clocks import PauseReason
from schemas.exceptions import Role
from tasks.complaints.pausing import change_complaint_profile, pause_complaint, release_complaint
from tasks.complaints.timing import PROFILE, RESULT, anchors_of, due
from tasks.exceptions.moving import NotAllowed

Stand = Callable[[datetime], None]
BY = {"who": "ag-sun", "role": Role.AGENT}


@pytest.fixture
def number(stand_at: Stand) -> str:
    stand_at(at(0))
    return filed().complaint_no


def result_by(number: str) -> datetime | None:
    return due(RESULT, anchors_of(complaint_of(number)))


class TestPauseComplaint:
    def test_stops_the_result_until_it_is_released(self, number: str, stand_at: Stand) -> None:
        assert result_by(number) == at(48)
        pause_complaint(number, reason=PauseReason.WAITING_CUSTOMER, note="等待客户提供照片", **BY)
        stand_at(at(10))
        release_complaint(number, **BY)

        assert result_by(number) == at(58)
        assert nothing_is_broken()

    def test_is_refused_twice_and_so_is_a_release_of_nothing(self, number: str) -> None:
        with pytest.raises(NotAllowed, match=f"{number} is not paused"):
            release_complaint(number, **BY)
        pause_complaint(number, reason=PauseReason.WAITING_CUSTOMER, **BY)

        with pytest.raises(NotAllowed, match=f"{number} is paused for waiting_customer already"):
            pause_complaint(number, reason=PauseReason.WAITING_CUSTOMER, **BY)


class TestChangeComplaintProfile:
    def test_counts_by_a_profile_that_knows_complaints(self, number: str) -> None:
        changed = change_complaint_profile(number, profile=PROFILE, **BY)

        assert anchors_of(changed).profile == PROFILE
        assert result_by(number) == at(48)

    @pytest.mark.parametrize("profile", ["fast", "standard"], ids=["that there is not", "of exceptions"])
    def test_refuses_one(self, number: str, profile: str) -> None:
        with pytest.raises(NotAllowed, match=f"there is no profile {profile} for complaints; there are complaint"):
            change_complaint_profile(number, profile=profile, **BY)
