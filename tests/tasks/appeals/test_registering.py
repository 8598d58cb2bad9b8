"""Appeals on their way in: linked to the complaint before, registered whatever their conditions come to, and once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from appeals import STAFF, a_forwarded_appeal, appeal_of, commands_of, hire, notices_of, registered
from complaints import filed
from factories import a_registration, at
from standins import register

from schemas.appeals import AppealState, PreconditionKind, Standing
from store import appeal_papers
from store.unit_of_work import unit_of_work
from tasks.appeals.registering import Registered, link_complaint, register_appeal
from tasks.stepping import NotAllowed

Stand = Callable[[datetime], None]
DAY = 24
K = PreconditionKind


@pytest.fixture(autouse=True)
def _desk() -> None:
    register(a_registration())
    hire()


def complained(stand_at: Stand, days_ago: float = 10, **changes: object) -> str:
    """Take a complaint in some days ago, and come back to today."""
    stand_at(at(-days_ago * DAY))
    number = filed(**changes).complaint_no
    stand_at(at(0))
    return number


def standing(found: Registered) -> dict[PreconditionKind, Standing]:
    return {condition.kind: condition.standing for condition in found.found}


class TestRegisterAppeal:
    def test_keeps_what_was_told_and_what_it_comes_to(self) -> None:
        appeal = registered().appeal

        assert (appeal.state, appeal.case_no[:12]) == (AppealState.REGISTERED, "AP-20261120-")
        assert (appeal.due_kind, appeal.next_due_at) == ("progress", at(5 * DAY + 12))
        with unit_of_work() as connection:
            [paper] = appeal_papers.papers_of(connection, appeal.case_no)
        assert paper.content["appellant"]["name"] == "钱七"
        assert commands_of(appeal.case_no) == ["register"]

    def test_tells_the_department_what_it_owes_first(self) -> None:
        [notice] = notices_of(registered().appeal.case_no, "appeal_registered")

        assert (notice["audience"], notice["to"]) == ("department", "客服中心经理")
        assert "2026-11-25 24:00" in notice["body"]
        assert "19900007777" not in notice["body"]

    def test_finds_the_complaint_by_its_waybill(self, stand_at: Stand) -> None:
        number = complained(stand_at)
        found = registered(appellant={"phone": "19900009999"})

        assert found.appeal.complaint_no == number
        assert set(standing(found).values()) == {Standing.MET}

    def test_finds_the_complaint_by_the_phone_and_learns_the_waybill(self, stand_at: Stand) -> None:
        number = complained(stand_at)
        found = registered(waybill="", appellant={"phone": "+86 199 0000 7777"})

        assert (found.appeal.complaint_no, found.appeal.waybill) == (number, "773000000001")
        assert standing(found)[K.FACTS_GIVEN] is Standing.NOT_MET

    def test_does_not_take_the_same_caller_s_complaint_of_another_parcel(self, stand_at: Stand) -> None:
        register(a_registration(waybill="773000000002"))
        complained(stand_at, waybill="773000000002")

        assert registered().appeal.complaint_no == ""

    def test_takes_the_complaint_that_is_named(self, stand_at: Stand) -> None:
        number = complained(stand_at)

        assert registered(complaint_no=number, waybill="", appellant={"phone": ""}).appeal.complaint_no == number

    def test_does_not_take_a_complaint_that_came_after_the_appeal(self, stand_at: Stand) -> None:
        complained(stand_at, days_ago=1)

        assert registered().appeal.complaint_no == ""

    def test_registers_an_appeal_without_a_complaint_and_says_so(self) -> None:
        found = registered()

        assert standing(found)[K.COMPLAINED_FIRST] is Standing.NOT_MET
        assert found.appeal.admission is Standing.NOT_MET

    def test_shows_that_the_carrier_had_time_left(self, stand_at: Stand) -> None:
        complained(stand_at, days_ago=4)

        assert standing(registered())[K.UNANSWERED_OR_DISSATISFIED] is Standing.NOT_MET

    def test_reads_the_day_of_posting_from_the_parcel(self) -> None:
        found = registered(posted_at=None)

        assert standing(found)[K.WITHIN_PERIOD] is Standing.MET

    def test_goes_by_the_jurisdiction_that_is_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_APPEAL_JURISDICTION", "CN-ZJ")

        assert registered().appeal.jurisdiction == "CN-ZJ"
        assert registered(regulator_no="2", jurisdiction="CN").appeal.jurisdiction == "CN"

    def test_does_not_take_for_a_complaint_before_what_the_regulator_brought(self, stand_at: Stand) -> None:
        complained(stand_at, channel="regulator")

        assert registered().appeal.complaint_no == ""

    def test_is_one_appeal_when_it_comes_twice_at_the_same_time(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda _: registered(), range(2)))

        assert both[0].appeal.case_no == both[1].appeal.case_no
        assert {found.known_before for found in both} == {True, False}

    def test_is_one_appeal_however_often_it_is_forwarded(self) -> None:
        first, again = registered(), registered(account="再次转办")

        assert (again.appeal.case_no, again.known_before) == (first.appeal.case_no, True)
        assert again.found == first.found
        assert commands_of(first.appeal.case_no) == ["register"]

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"complaint_no": "CP-20261101-000009"}, "there is no complaint CP-20261101-000009"),
            ({"received_at": at(1)}, "in the future"),
            ({"appealed_at": at(-20 * 366 * DAY)}, "no forward for CN"),
        ],
        ids=["no such complaint", "received tomorrow", "appealed before there was a rule"],
    )
    def test_refuses_what_cannot_be(self, changes: dict[str, object], said: str) -> None:
        with pytest.raises(NotAllowed, match=said):
            registered(**changes)

    def test_refuses_strangers(self) -> None:
        with pytest.raises(NotAllowed, match="nobody who works here"):
            register_appeal(a_forwarded_appeal(), staff_id="nobody")


class TestLinkComplaint:
    def test_looks_at_the_conditions_anew(self, stand_at: Stand) -> None:
        number = complained(stand_at, waybill="", customer={"phone": "19900008888"}, keep_draft=True)
        appeal = registered(waybill="").appeal
        linked = link_complaint(appeal.case_no, number, staff_id=STAFF)

        assert standing(linked)[K.COMPLAINED_FIRST] is Standing.MET
        assert (linked.appeal.complaint_no, linked.appeal.assessments) == (number, 2)
        with unit_of_work() as connection:
            assert appeal_papers.preconditions_of(connection, appeal.case_no) == linked.found
        assert commands_of(appeal.case_no) == ["register", "link"]

    def test_learns_the_waybill(self, stand_at: Stand) -> None:
        number = complained(stand_at)
        appeal = registered(waybill="", appellant={"phone": ""}).appeal
        assert appeal.waybill == ""
        link_complaint(appeal.case_no, number, staff_id=STAFF)

        assert appeal_of(appeal.case_no).waybill == "773000000001"

    def test_refuses_a_complaint_that_there_is_not(self) -> None:
        with pytest.raises(NotAllowed, match="there is no complaint"):
            link_complaint(registered().appeal.case_no, "CP-20261101-000009", staff_id=STAFF)


class TestDissatisfaction:
    @pytest.mark.parametrize(
        ("columns", "expected"),
        [
            ("objections = 1", Standing.MET),
            ("ending = 'accepted'", Standing.NOT_MET),
            ("ending = 'unobjected'", Standing.UNKNOWN),
        ],
    )
    def test_is_read_from_the_complaint(self, stand_at: Stand, columns: str, expected: Standing) -> None:
        number = complained(stand_at)
        with unit_of_work() as connection:
            connection.exec_driver_sql(f"UPDATE complaint SET {columns}")
            connection.exec_driver_sql(
                "INSERT INTO case_history (case_no, seq, at, command, from_state, to_state, stage, who, role, reason, "
                "note, policy_version, details, hash) SELECT %(no)s, 99, opened_at + interval '2 days', 'feed_back', "
                "'ACTED', 'FED_BACK', '', '', '', '', '', '', '{}', '' FROM complaint",
                {"no": number},
            )

        assert standing(registered())[K.UNANSWERED_OR_DISSATISFIED] is expected
