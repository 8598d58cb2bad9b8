"""Answers and reports to the regulator: whole, once, on record, and about nobody else."""

import pytest
from appeals import (
    STAFF,
    a_report,
    an_appeal_answer,
    answered,
    appeal_of,
    commands_of,
    hire,
    notices_of,
    registered,
    taken_up,
)  # fmt: skip
from factories import NOON, a_registration, at
from standins import open_case, register

from schemas.appeals import AppealState, RegulatorWords
from store import appeal_papers
from store.unit_of_work import unit_of_work
from tasks.appeals.answering import answer_appeal, report_progress, take_answer_back, take_up_appeal
from tasks.stepping import NotAllowed


@pytest.fixture(autouse=True)
def _desk() -> None:
    register(a_registration())
    hire()


def documents(number: str) -> list[tuple[str, str]]:
    with unit_of_work() as connection:
        return [(paper.kind.value, paper.document) for paper in appeal_papers.papers_of(connection, number)]


class TestTakeUp:
    def test_gives_it_to_whoever_does(self) -> None:
        appeal = appeal_of(taken_up())

        assert (appeal.state, appeal.handler) == (AppealState.INVESTIGATING, STAFF)

    def test_hands_it_on(self) -> None:
        number = taken_up()
        hire("ag-zhou")

        assert take_up_appeal(number, staff_id="ag-zhou").handler == "ag-zhou"


class TestReportProgress:
    def test_is_kept_and_handed_to_the_department(self) -> None:
        number = taken_up()
        appeal = report_progress(number, a_report(), staff_id=STAFF)

        assert (appeal.reports, appeal.reported_at) == (1, NOON)
        [notice] = notices_of(number, "appeal_document")
        assert "一、处理进展：正在查找" in notice["body"]
        assert documents(number)[-1] == ("progress", notice["body"])
        assert commands_of(number) == ["register", "take_up", "report_progress"]

    def test_moves_the_next_one_on(self, stand_at: object) -> None:
        number = taken_up()
        stand_at(at(4 * 24))  # type: ignore[operator]
        report_progress(number, a_report(), staff_id=STAFF)

        assert appeal_of(number).next_due_at == at(9 * 24 + 12)

    def test_names_nobody_else_s_parcel(self) -> None:
        register(a_registration(waybill="773000000002"))

        with pytest.raises(NotAllowed, match="not the appellant's: 773000000002"):
            report_progress(taken_up(), a_report(progress="与773000000002一并查找"), staff_id=STAFF)

    def test_is_refused_before_anybody_has_taken_it_up(self) -> None:
        with pytest.raises(NotAllowed, match="report_progress is not possible in state REGISTERED"):
            report_progress(registered().appeal.case_no, a_report(), staff_id=STAFF)


class TestAnswerAppeal:
    def test_is_kept_whole_and_leaves_as_the_table_of_disclosure_says(self) -> None:
        number = answered()
        appeal = appeal_of(number)

        assert (appeal.state, appeal.answered_at, appeal.next_due_at) == (AppealState.ANSWERED, NOON, None)
        [notice] = notices_of(number, "appeal_document")
        assert documents(number)[-1] == ("answer", notice["body"])
        assert "199****7777" in notice["body"]
        assert "19900007777" not in notice["body"]
        assert commands_of(number) == ["register", "take_up", "answer"]

    def test_names_the_hotline_where_no_desk_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_HOTLINE", "95001")
        number = taken_up()
        answer_appeal(number, an_appeal_answer(desk_phone=""), staff_id=STAFF)

        assert "联系电话：95001" in documents(number)[-1][1]

    def test_is_refused_with_the_list_of_what_is_missing(self) -> None:
        number = taken_up()

        with pytest.raises(NotAllowed, match=r"lacks 企业责任认定 \(liability\); 证据材料清单 \(evidence\)\."):
            answer_appeal(number, an_appeal_answer(liability="", evidence=[]), staff_id=STAFF)
        assert appeal_of(number).state is AppealState.INVESTIGATING
        assert notices_of(number, "appeal_document") == []
        assert commands_of(number) == ["register", "take_up"]

    @pytest.mark.parametrize("where", ["happened", "contact", "evidence"])
    def test_is_refused_when_it_names_another_customer_s_parcel(self, where: str) -> None:
        register(a_registration(waybill="773000000002"))
        number = taken_up()
        told: object = ["快件773000000002的记录"] if where == "evidence" else "同批快件773000000002也滞留"

        with pytest.raises(NotAllowed, match="not the appellant's: 773000000002"):
            answer_appeal(number, an_appeal_answer(**{where: told}), staff_id=STAFF)
        assert documents(number) == [("forwarded", "")]

    def test_may_name_the_parcel_s_own_exception_and_not_another_s(self) -> None:
        own, other = open_case("773000000001"), open_case("773000000002")
        number = taken_up()

        with pytest.raises(NotAllowed, match=other):
            answer_appeal(number, an_appeal_answer(happened=f"见 {own}、{other}"), staff_id=STAFF)
        assert answer_appeal(number, an_appeal_answer(happened=f"见 {own}"), staff_id=STAFF).answers == 1

    def test_is_given_once(self) -> None:
        with pytest.raises(NotAllowed, match="answer is not possible in state ANSWERED"):
            answer_appeal(answered(), an_appeal_answer(), staff_id=STAFF)


class TestTakeAnswerBack:
    def test_lets_it_be_answered_again_in_the_time_for_that(self) -> None:
        number = answered()
        appeal = take_answer_back(number, RegulatorWords(text="用户反映未收到赔款"), staff_id=STAFF)
        assert (appeal.state, appeal.due_kind) == (AppealState.INVESTIGATING, "answer")

        answer_appeal(number, an_appeal_answer(paid_at=NOON), staff_id=STAFF)
        assert appeal_of(number).answers == 2
        assert [kind for kind, _ in documents(number)] == ["forwarded", "answer", "returned", "answer"]

    def test_goes_by_the_day_that_the_regulator_names(self) -> None:
        appeal = take_answer_back(answered(), RegulatorWords(text="补充"), staff_id=STAFF, answer_by=at(30))

        assert (appeal.next_due_at, appeal.due_kind) == (at(30), "answer")
