"""Escalating complaints: only those that nobody has heard of, and none whose customer has time to object (R71)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from complaints import complaint_of, filed, the_network_is_on_file, the_parcel_is_late, to_the_result
from factories import at
from statements import statements

from adapters.carrier_desk.fake import StandInDesk
from schemas.complaints import State
from tasks.complaints.escalation import escalate_overdue_complaints

Stand = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def carrier(stand_at: Stand, desk: StandInDesk, notices: object) -> None:
    del stand_at, desk, notices
    the_network_is_on_file()


class TestEscalating:
    def test_reaches_once_those_that_nobody_has_heard_of(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        stand_at(at(12))
        assert escalate_overdue_complaints.fn(unheard_only=True).count == 1

        stand_at(at(48))
        with statements() as made:
            assert escalate_overdue_complaints.fn(unheard_only=True).count == 0
        assert len(made) == 1  # it is not even read again
        assert escalate_overdue_complaints.fn().count == 1
        assert complaint_of(number).escalation_level == 2

    def test_leaves_the_customer_his_time_to_object(self, stand_at: Stand) -> None:
        the_parcel_is_late()
        number = filed().complaint_no
        assert to_the_result(number, at(0)).state is State.FED_BACK
        due = complaint_of(number).next_due_at
        assert due is not None
        stand_at(due)

        with statements() as made:
            assert escalate_overdue_complaints.fn().count == 0
        assert len(made) == 1
