"""Mediation, the regulator's opinion, and how an appeal ends."""

from collections.abc import Callable
from datetime import datetime

import pytest
from appeals import STAFF, a_session, an_appeal_answer, answered, appeal_of, commands_of, hire, registered, taken_up
from factories import NOON, a_registration, at
from standins import register

from schemas.appeals import AppealEnding, AppealState, RegulatorWords, Response
from store import appeal_papers
from store.unit_of_work import unit_of_work
from tasks.appeals.answering import answer_appeal
from tasks.appeals.closing import close_appeal, prolong_appeal
from tasks.appeals.forgetting import erase_old_papers
from tasks.appeals.mediating import mediate_appeal, note_opinion, respond_to_opinion
from tasks.stepping import NotAllowed

Stand = Callable[[datetime], None]
OPINION = RegulatorWords(text="建议赔偿 200 元")


@pytest.fixture(autouse=True)
def _desk() -> None:
    register(a_registration())
    hire()


class TestMediation:
    def test_is_kept_session_by_session(self) -> None:
        number = answered()
        mediate_appeal(number, a_session(outcome="adjourned"), staff_id=STAFF)
        appeal = mediate_appeal(number, a_session(), staff_id=STAFF)

        assert (appeal.state, appeal.sessions) == (AppealState.MEDIATING, 2)
        with unit_of_work() as connection:
            kept = [paper.content["outcome"] for paper in appeal_papers.papers_of(connection, number)[-2:]]
        assert kept == ["adjourned", "agreed"]

    def test_before_the_answer_leaves_the_answer_owed(self) -> None:
        number = taken_up()

        assert mediate_appeal(number, a_session(), staff_id=STAFF).state is AppealState.INVESTIGATING

    def test_is_refused_when_it_lies_in_the_future(self) -> None:
        with pytest.raises(NotAllowed, match="in the future"):
            mediate_appeal(answered(), a_session(held_at=at(1)), staff_id=STAFF)


class TestOpinion:
    def test_is_owed_a_response_in_three_working_days(self) -> None:
        number = answered()
        appeal = note_opinion(number, OPINION, staff_id=STAFF)
        assert (appeal.due_kind, appeal.next_due_at) == ("response", at(5 * 24 + 6))  # a Friday: to Wednesday 18:00

        appeal = respond_to_opinion(number, Response.AGREES, staff_id=STAFF)
        assert (appeal.response, appeal.next_due_at) == ("agrees", None)


class TestClosing:
    def test_files_the_papers_for_three_years(self) -> None:
        number = answered()
        appeal = close_appeal(number, AppealEnding.ACCEPTED, staff_id=STAFF)

        assert (appeal.state, appeal.ending, appeal.closed_at) == (AppealState.CLOSED, "accepted", NOON)
        assert str(appeal_of(number).kept_until) == "2029-11-20 16:00:00+00:00"
        assert commands_of(number) == ["register", "take_up", "answer", "accept"]

    @pytest.mark.parametrize("ending", [AppealEnding.WITHDRAWN, AppealEnding.DISMISSED])
    def test_needs_no_answer_where_the_regulator_wants_none(self, ending: AppealEnding) -> None:
        assert close_appeal(registered().appeal.case_no, ending, staff_id=STAFF).next_due_at is None

    def test_of_an_unanswered_appeal_is_not_the_carrier_s_to_decide(self) -> None:
        with pytest.raises(NotAllowed, match="conclude is not possible in state INVESTIGATING"):
            close_appeal(taken_up(), AppealEnding.CONCLUDED, staff_id=STAFF)

    def test_waits_for_the_response_to_an_opinion(self) -> None:
        number = answered()
        note_opinion(number, OPINION, staff_id=STAFF)

        with pytest.raises(NotAllowed, match="has not responded"):
            close_appeal(number, AppealEnding.CONCLUDED, staff_id=STAFF)

    def test_ends_it_for_good(self) -> None:
        number = answered()
        close_appeal(number, AppealEnding.ACCEPTED, staff_id=STAFF)

        with pytest.raises(NotAllowed, match="answer is not possible in state CLOSED"):
            answer_appeal(number, an_appeal_answer(), staff_id=STAFF)


class TestForgetting:
    def test_empties_the_papers_once_they_need_not_be_kept_and_leaves_the_history_whole(self, stand_at: Stand) -> None:
        number, young = answered(), answered(regulator_no="2")
        close_appeal(number, AppealEnding.ACCEPTED, staff_id=STAFF)
        assert erase_old_papers.fn() == 0

        stand_at(at(3 * 366 * 24))
        assert [erase_old_papers.fn(), erase_old_papers.fn()] == [2, 0]
        with unit_of_work() as connection:
            old = appeal_papers.papers_of(connection, number)
            assert all(paper.content for paper in appeal_papers.papers_of(connection, young))
        assert {(str(paper.content), paper.document) for paper in old} == {("{}", "")}
        assert commands_of(number)[-1] == "accept"


class TestProlonging:
    def test_is_noted_in_zhejiang_and_refused_elsewhere(self) -> None:
        theirs = registered(jurisdiction="CN-ZJ").appeal.case_no
        assert prolong_appeal(theirs, staff_id=STAFF).extended_at == NOON

        with pytest.raises(NotAllowed, match="no text of CN knows of it"):
            prolong_appeal(registered(regulator_no="2").appeal.case_no, staff_id=STAFF)
