"""Chapter appeals (申诉, R73, R75), told from the regulator that forwards one to the file that is kept.

The words are those of 邮政业消费者申诉处理办法 (2011, 2014) as reported, 邮政法 art. 65 and 浙江省快递业促进条例.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from appeals import (
    STAFF,
    a_report,
    a_session,
    an_appeal_answer,
    answered,
    appeal_of,
    commands_of,
    hire,
    registered,
    taken_up,
)  # fmt: skip
from complaints import filed
from factories import a_registration, at
from standins import register

from schemas.appeals import AppealEnding, AppealState, DueKind, PreconditionKind, RegulatorWords, Response, Standing
from store.case_history import broken_histories
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.appeals.answering import answer_appeal, report_progress, take_answer_back, take_up_appeal
from tasks.appeals.closing import close_appeal, prolong_appeal
from tasks.appeals.mediating import mediate_appeal, note_opinion, respond_to_opinion
from tasks.appeals.reminding import remind_appeals
from tasks.appeals.settings import appeal_clocks
from tasks.dispatch.sending import send_due
from tasks.stepping import NotAllowed

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
DAY = 24


@pytest.fixture(autouse=True)
def _booked(stand_at: Stand, notices: Notices) -> None:
    del stand_at, notices
    register(a_registration())
    hire()


def the_engine_passes() -> None:
    remind_appeals.fn()
    send_due(kinds=[Kind.NOTICE])


def told(notices: Notices) -> list[str]:
    return [notice["title"] for notice in notices() if "申诉" in notice["title"]]


def due(number: str, kind: DueKind) -> datetime:
    [found] = [one for one in appeal_clocks().read(appeal_of(number)) if one.kind is kind]
    return found.due_at


class TestAnAppealAfterAComplaintThatNobodyAnswered:
    """向企业投诉后7日未得到答复."""

    def test_is_registered_answered_in_time_and_filed(self, stand_at: Stand, notices: Notices) -> None:
        stand_at(at(-10 * DAY))
        complaint = filed().complaint_no
        stand_at(at(0))
        found = registered()
        number = found.appeal.case_no
        assert found.appeal.complaint_no == complaint
        assert {condition.standing for condition in found.found} == {Standing.MET}

        take_up_appeal(number, staff_id=STAFF)
        stand_at(at(4 * DAY))
        the_engine_passes()  # 进展 is due in a day and a half
        report_progress(number, a_report(), staff_id=STAFF)
        stand_at(at(8 * DAY))
        answer_appeal(number, an_appeal_answer(), staff_id=STAFF)
        close_appeal(number, AppealEnding.ACCEPTED, staff_id=STAFF)
        stand_at(at(40 * DAY))
        the_engine_passes()

        assert commands_of(number) == ["register", "take_up", "report_progress", "answer", "accept"]
        assert [title.partition(number)[2] for title in told(notices)] == [
            "（示例省邮政业用户申诉中心 SS-2026-000001）",
            " 向邮政管理部门报告进展即将到期",
            "（示例省邮政业用户申诉中心 SS-2026-000001）处理进展",
            "（示例省邮政业用户申诉中心 SS-2026-000001）答复",
        ]
        with unit_of_work() as connection:
            assert broken_histories(connection) == (2, [])


class TestAnAppealOfAUserWhoIsNotContent:
    """对企业处理和答复不满意; 申诉中心 mediates, gives its opinion, and both respond."""

    def test_goes_through_mediation_to_an_opinion(self) -> None:
        number = answered(dissatisfied=True)
        mediate_appeal(number, a_session(outcome="adjourned"), staff_id=STAFF)
        mediate_appeal(number, a_session(outcome="failed"), staff_id=STAFF)
        note_opinion(number, RegulatorWords(text="建议赔偿 200 元"), staff_id=STAFF)
        respond_to_opinion(number, Response.AGREES, staff_id=STAFF)
        appeal = close_appeal(number, AppealEnding.CONCLUDED, staff_id=STAFF)

        assert (appeal.state, appeal.sessions) == (AppealState.CLOSED, 2)
        assert appeal.kept_until == due(number, DueKind.RETENTION)

    def test_is_handled_and_answered_again_when_the_regulator_sends_it_back(self) -> None:
        """消费者反映实际处理情况与企业答复不符: 重新处理并于5日内重新答复."""
        number = answered()
        take_answer_back(number, RegulatorWords(text="用户反映未收到赔款"), staff_id=STAFF)
        assert due(number, DueKind.ANSWER) == at(5 * DAY + 12)

        answer_appeal(number, an_appeal_answer(paid_at=at(0)), staff_id=STAFF)
        assert close_appeal(number, AppealEnding.ACCEPTED, staff_id=STAFF).answers == 2


class TestAnAppealInZhejiang:
    """自交寄之日起6个月内申诉; 15日内答复, 可以延长15日."""

    def test_has_its_own_times(self) -> None:
        found = registered(jurisdiction="CN-ZJ", posted_at=at(-200 * DAY))
        number = found.appeal.case_no
        before = due(number, DueKind.DECISION)
        prolong_appeal(number, staff_id=STAFF)

        assert before == at(13 * DAY + 12)  # appealed on the 18th
        assert due(number, DueKind.DECISION) == at(28 * DAY + 12)
        assert due(number, DueKind.ANSWER) < before
        [window] = [one for one in found.found if one.kind is PreconditionKind.WITHIN_PERIOD]
        assert (window.standing, window.rule) == (Standing.NOT_MET, "appeal_window[CN-ZJ]@2021-09-30")


class TestAnAppealThatComesTooEarly:
    def test_is_registered_all_the_same_and_the_regulator_may_not_take_it_on(self) -> None:
        found = registered()
        assert found.appeal.admission is Standing.NOT_MET
        assert found.appeal.state is AppealState.REGISTERED

        closed = close_appeal(found.appeal.case_no, AppealEnding.DISMISSED, staff_id=STAFF, note="应先向企业投诉")
        assert closed.ending == "dismissed"


class TestWhatMustNotHappen:
    def test_an_answer_leaves_without_what_it_must_hold(self, notices: Notices) -> None:
        number = taken_up()
        with pytest.raises(NotAllowed, match="赔偿金额"):
            answer_appeal(number, an_appeal_answer(amount=None), staff_id=STAFF)
        the_engine_passes()

        assert not [title for title in told(notices) if title.endswith("答复")]
        assert appeal_of(number).state is AppealState.INVESTIGATING

    def test_an_answer_is_given_after_the_closing(self) -> None:
        number = taken_up()
        close_appeal(number, AppealEnding.WITHDRAWN, staff_id=STAFF)

        for step in (
            lambda: answer_appeal(number, an_appeal_answer(), staff_id=STAFF),
            lambda: report_progress(number, a_report(), staff_id=STAFF),
            lambda: mediate_appeal(number, a_session(), staff_id=STAFF),
        ):
            with pytest.raises(NotAllowed, match="not possible in state CLOSED"):
                step()

    def test_the_carrier_ends_an_appeal_that_it_has_not_answered(self) -> None:
        number = taken_up()

        for ending in (AppealEnding.ACCEPTED, AppealEnding.CONCLUDED):
            with pytest.raises(NotAllowed):
                close_appeal(number, ending, staff_id=STAFF)

    def test_the_regulator_is_told_of_other_customers(self, notices: Notices) -> None:
        register(a_registration(waybill="773000000002"))
        number = taken_up()
        with pytest.raises(NotAllowed, match="773000000002"):
            answer_appeal(number, an_appeal_answer(verification="与773000000002同批"), staff_id=STAFF)
        answer_appeal(number, an_appeal_answer(contact="联系 19900007777；另一客户 13800001111"), staff_id=STAFF)
        the_engine_passes()

        everything = "".join(notice["title"] + notice["body"] for notice in notices())
        assert "773000000002" not in everything
        assert not [secret for secret in ("19900007777", "13800001111", "钱七") if secret in everything]

    def test_somebody_who_does_not_work_here_acts(self) -> None:
        number = answered()

        for step in (
            lambda: take_answer_back(number, RegulatorWords(text="补充"), staff_id="nobody"),
            lambda: close_appeal(number, AppealEnding.ACCEPTED, staff_id="nobody"),
        ):
            with pytest.raises(NotAllowed, match="nobody who works here"):
                step()

    def test_a_reminder_is_repeated(self, stand_at: Stand, notices: Notices) -> None:
        registered()
        stand_at(at(6 * DAY))
        for _ in range(3):
            the_engine_passes()

        assert len([title for title in told(notices) if "逾期" in title]) == 1
