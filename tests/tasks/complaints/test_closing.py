"""How complaints end: what is done twice is done once, and the parcel is looked after until it has arrived (R72)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from complaints import (
    commands_of,
    complaint_of,
    customer_says,
    filed,
    nothing_is_broken,
    notices_of,
    the_network_is_on_file,
    the_parcel_is_late,
    to_the_result,
)
from factories import an_event, at
from standins import tell

from rules.complaints.closing import FOLLOW_UPS_MAX
from rules.transitions import Move
from schemas.complaints import Command, Stage, State
from schemas.exceptions import Role
from schemas.tracking import Event
from store import complaints as complaint_store
from store.case_history import Signature
from store.case_moves import Change
from store.complaints import COMPLAINTS
from store.unit_of_work import unit_of_work
from tasks.complaints.closing import (
    abandon_drafts,
    conclude_complaints,
    explain_complaint,
    follow_up_complaints,
    rate_complaint,
    take_complainants_word,
    withdraw_complaint,
)
from tasks.exceptions.letters import MANAGER
from tasks.stepping import NotAllowed

Stand = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def carrier(desk: object, notices: object) -> None:
    del desk, notices
    the_network_is_on_file()
    the_parcel_is_late()


def with_a_result(**told: object) -> str:
    number = filed(**told).complaint_no
    to_the_result(number, at(0))
    return number


def archived(number: str) -> str:
    """Close a concluded complaint as its archive does."""
    sign = Signature(who="redress", role="system", at=at(0), policy_version="test")
    move: Move[State, Command, Stage] = Move(State.CONCLUDED, Command.ARCHIVE, State.CLOSED, Stage.ARCHIVE)
    with unit_of_work() as connection:
        case = complaint_store.one_complaint(connection, number, lock=True)
        COMPLAINTS.apply(connection, [Change(case=case, move=move, updates={"archive_no": "AR-1"})], sign=sign)
    return number


class TestTakeComplainantsWord:
    def test_by_two_at_once_is_taken_once(self) -> None:
        number = with_a_result()

        def agree(_: int) -> bool:
            try:
                take_complainants_word(number, agrees=True, who="ag-sun", role=Role.AGENT, channel="phone")
            except NotAllowed:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(agree, range(4))) == [False, False, False, True]
        assert len([one for one in notices_of(number) if one["purpose"].startswith("concluded")]) == 1
        assert nothing_is_broken()

    def test_is_refused_before_there_is_a_result(self) -> None:
        with pytest.raises(NotAllowed, match="accept is not possible in state RECEIVED"):
            customer_says(filed().complaint_no, agrees=True)

    @pytest.mark.parametrize(("days", "reopened"), [(30, True), (30.01, False)])
    def test_opens_a_closed_complaint_again_for_thirty_days(
        self, stand_at: Stand, days: float, *, reopened: bool
    ) -> None:
        number = with_a_result()
        customer_says(number, agrees=True)
        archived(number)
        stand_at(at(days * 24))

        if reopened:
            assert customer_says(number, agrees=False, demand="仍未收到").state is State.RECEIVED
        else:
            with pytest.raises(NotAllowed, match="closed more than 30 days ago"):
                customer_says(number, agrees=False, demand="仍未收到")


class TestConcludeComplaints:
    def test_by_twins_at_once_concludes_once(self, stand_at: Stand) -> None:
        number = with_a_result()
        stand_at(at(73))
        with ThreadPoolExecutor(4) as pool:
            done = [one for found in pool.map(lambda _: conclude_complaints.fn(), range(4)) for one in found]

        assert done == [number]
        assert commands_of(number)[-1] == "conclude"

    def test_waits_for_a_result_that_is_on_its_way_and_hands_over_one_that_cannot_be_delivered(
        self, stand_at: Stand
    ) -> None:
        number = with_a_result()
        for status, state in (("sending", State.FED_BACK), ("failed", State.NEEDS_OPERATOR)):
            with unit_of_work() as connection:
                connection.exec_driver_sql(
                    f"UPDATE outbox SET status = '{status}' WHERE payload->>'purpose' = 'result'"
                )
            stand_at(at(73))
            conclude_complaints.fn()
            assert complaint_of(number).state is state


class TestExplainComplaint:
    def test_writes_once_though_two_do_it_at_once(self) -> None:
        number = with_a_result()
        customer_says(number, agrees=False, demand="赔偿误工费")
        to_the_result(number, at(0))

        def explain(_: int) -> bool:
            try:
                explain_complaint(number, reasons="不在赔偿范围", who="sup-wang", role=Role.SUPERVISOR)
            except NotAllowed:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(explain, range(2))) == [False, True]
        assert len([one for one in notices_of(number) if one["purpose"].startswith("explained")]) == 1


class TestWithdrawComplaint:
    def test_is_refused_of_drafts_and_of_what_is_over(self) -> None:
        draft = filed(keep_draft=True, waybill="", type="OTHER", demand={"text": ""}).complaint_no
        over = with_a_result()
        customer_says(over, agrees=True)

        for number in (draft, over):
            with pytest.raises(NotAllowed):
                withdraw_complaint(number, why="已收到", who="ag-sun", role=Role.AGENT)


class TestRateComplaint:
    def test_records_a_figure_of_the_scale_once_it_is_over(self) -> None:
        number = with_a_result()
        with pytest.raises(NotAllowed):
            rate_complaint(number, 5, who="ag-sun", role=Role.AGENT)
        customer_says(number, agrees=True)

        for figure in (0, 6):
            with pytest.raises(NotAllowed, match="satisfaction goes from 1 to 5"):
                rate_complaint(number, figure, who="ag-sun", role=Role.AGENT)
        assert rate_complaint(number, 4, who="ag-sun", role=Role.AGENT).satisfaction == 4


class TestAbandonDrafts:
    def test_by_twins_at_once_closes_once(self, stand_at: Stand) -> None:
        number = filed(keep_draft=True, demand={"text": ""}).complaint_no
        stand_at(at(72))
        with ThreadPoolExecutor(4) as pool:
            done = [one for found in pool.map(lambda _: abandon_drafts.fn(), range(4)) for one in found]

        assert done == [number]
        assert commands_of(number) == ["receive", "abandon"]


class TestFollowUpComplaints:
    """完结申诉以及后期快件跟进 (R72)."""

    @pytest.fixture
    def number(self) -> str:
        number = with_a_result()
        customer_says(number, agrees=True)
        return archived(number)

    def test_looks_again_the_next_day_as_long_as_the_parcel_is_under_way(self, number: str, stand_at: Stand) -> None:
        stand_at(at(23.9))
        assert follow_up_complaints.fn() == []

        stand_at(at(24))
        assert [follow_up_complaints.fn(), follow_up_complaints.fn()] == [[number], []]
        assert (complaint_of(number).follow_ups, complaint_of(number).follow_up_at) == (1, at(48))

    def test_ends_once_it_has_arrived(self, number: str, stand_at: Stand) -> None:
        tell(an_event(Event.DELIVERED, 20), at=at(20))
        stand_at(at(24))
        follow_up_complaints.fn()

        assert (complaint_of(number).state, complaint_of(number).follow_up_at) == (State.CLOSED, None)

    def test_opens_the_complaint_again_where_it_does_not_arrive(self, number: str, stand_at: Stand) -> None:
        for day in range(1, FOLLOW_UPS_MAX + 1):
            assert complaint_of(number).state is State.CLOSED
            stand_at(at(day * 24))
            follow_up_complaints.fn()

        complaint = complaint_of(number)
        assert (complaint.state, complaint.archive_no, complaint.closed_at) == (State.RECEIVED, "", None)
        told = notices_of(number, "department")[-1]
        assert (told["to"], "结案后快件仍未送达" in told["subject"]) == (MANAGER, True)

    def test_leaves_what_is_not_archived_yet(self, stand_at: Stand) -> None:
        customer_says(with_a_result(type="ATTITUDE"), agrees=True)
        stand_at(at(24))

        assert follow_up_complaints.fn() == []
