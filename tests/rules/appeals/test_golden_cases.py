"""Due times of appeals worked out by hand, each with the text that it is meant to follow."""

import pytest
from appeals import an_appeal
from clock_history import local

from rules.appeals.clocks import AppealClocks
from schemas.appeals import AppealState, DueKind, Owes

CLOCKS = AppealClocks()
RECEIVED = {
    "appealed_at": local("2026-11-18 10:00"),
    "forwarded_at": local("2026-11-19 16:00"),
    "received_at": local("2026-11-20 09:00"),
}
ZHEJIANG = {**RECEIVED, "jurisdiction": "CN-ZJ"}


def times(**changes):
    return {due.kind: due for due in CLOCKS.read(an_appeal(**{**RECEIVED, **changes}))}


class TestForwarding:
    def test_takes_the_regulator_two_working_days(self):
        """申诉处理办法 2011: 两个工作日内转办. Friday the 13th; Saturday makes up; the festival ends on the 23rd."""
        due = times(appealed_at=local("2026-02-13 17:00"), forwarded_at=local("2026-02-14 10:00"))[DueKind.FORWARD]

        assert (due.due_at, due.owed_by) == (local("2026-02-24 18:00"), Owes.REGULATOR)
        assert due.met_at == local("2026-02-14 10:00")

    def test_is_not_counted_where_nobody_knows_when_the_user_appealed(self):
        assert DueKind.FORWARD not in times(appealed_at=None)


class TestAnswer:
    def test_is_due_fifteen_days_after_receipt(self):
        """申诉处理办法 2011 and 2014: 自收到转办申诉之日起15日内; a Saturday, and not prolonged."""
        due = times()[DueKind.ANSWER]

        assert (due.due_at, due.owed_by, due.met_at) == (local("2026-12-06 00:00"), Owes.CARRIER, None)

    def test_is_due_earlier_in_zhejiang_whose_regulator_has_but_fifteen_days(self):
        due = times(**ZHEJIANG)[DueKind.ANSWER]

        assert (due.due_at, due.verified) == (local("2026-11-28 00:00"), "assumption")

    def test_is_due_when_the_regulator_says_so(self):
        named = local("2026-11-25 18:00")
        due = times(answer_by=named)[DueKind.ANSWER]

        assert due.due_at == named
        assert due.explanation[-1] == "the regulator named 2026-11-25 18:00 CST, which holds instead"

    def test_is_due_five_days_after_it_was_sent_back(self):
        """申诉处理办法, art. 22 of an earlier edition: 5日内重新答复."""
        due = times(answered_at=local("2026-11-25 10:00"), returned_at=local("2026-11-27 10:00"))[DueKind.ANSWER]

        assert (due.due_at, due.met_at) == (local("2026-12-03 00:00"), None)

    def test_is_met_by_the_answer(self):
        answered_at = local("2026-11-25 10:00")

        assert times(state=AppealState.ANSWERED, answered_at=answered_at)[DueKind.ANSWER].met_at == answered_at


class TestProgress:
    def test_is_due_every_five_days(self):
        assert times()[DueKind.PROGRESS].due_at == local("2026-11-26 00:00")
        assert times(reported_at=local("2026-11-25 10:00"))[DueKind.PROGRESS].due_at == local("2026-12-01 00:00")

    def test_is_due_with_the_answer_at_the_latest(self):
        """申诉处理办法 2011: who is not ready within 15 days tells how far it is."""
        due = times(reported_at=local("2026-12-03 10:00"))[DueKind.PROGRESS]

        assert due.due_at == local("2026-12-06 00:00")
        assert due.explanation[-1] == "at the latest with the answer, 2026-12-05 24:00 CST"

    def test_goes_on_after_the_answer_s_time(self):
        assert times(reported_at=local("2026-12-07 10:00"))[DueKind.PROGRESS].due_at == local("2026-12-13 00:00")

    def test_ends_with_the_answer(self):
        assert DueKind.PROGRESS not in times(state=AppealState.ANSWERED, answered_at=local("2026-11-25 10:00"))


class TestDecision:
    def test_takes_the_regulator_thirty_days(self):
        """邮政法 art. 65."""
        assert times()[DueKind.DECISION].due_at == local("2026-12-19 00:00")

    def test_takes_fifteen_in_zhejiang_and_fifteen_more_once_prolonged(self):
        """浙江省快递业促进条例 art. 37."""
        assert times(**ZHEJIANG)[DueKind.DECISION].due_at == local("2026-12-04 00:00")
        prolonged = times(**ZHEJIANG, extended_at=local("2026-12-01 10:00"))[DueKind.DECISION]
        assert prolonged.due_at == local("2026-12-19 00:00")
        assert any(line.startswith("extension[CN-ZJ]") for line in prolonged.explanation)

    def test_is_counted_from_receipt_where_nobody_knows_when_the_user_appealed(self):
        due = times(appealed_at=None)[DueKind.DECISION]

        assert due.due_at == local("2026-12-21 00:00")
        assert "counted from the day of receipt" in due.explanation[-1]


class TestResponse:
    def test_is_due_three_working_days_after_the_opinion(self):
        """邮政业用户申诉处理办法 c. 2020, second-hand: 调解意见3个工作日内反馈; over National Day."""
        due = times(state=AppealState.OPINION_GIVEN, opinion_at=local("2026-09-29 15:00"))[DueKind.RESPONSE]

        assert due.due_at == local("2026-10-09 18:00")


class TestRetention:
    def test_lasts_three_years(self):
        """邮政业用户申诉处理办法 c. 2020, second-hand: 不少于3年."""
        closed_at = local("2026-12-10 10:00")

        assert CLOCKS.kept_until(an_appeal(), closed_at=closed_at) == local("2029-12-11 00:00")
        due = times(state=AppealState.CLOSED, closed_at=closed_at)[DueKind.RETENTION]
        assert due.due_at == local("2029-12-11 00:00")


class TestOwed:
    def test_is_first_what_comes_first(self):
        due = CLOCKS.next_owed(an_appeal(**RECEIVED))

        assert due is not None
        assert due.kind is DueKind.PROGRESS

    def test_is_never_what_the_regulator_owes(self):
        assert {due.kind for due in CLOCKS.owed(an_appeal(**RECEIVED))} == {DueKind.ANSWER, DueKind.PROGRESS}

    def test_is_nothing_once_it_is_answered_or_closed(self):
        answered = an_appeal(**RECEIVED, state=AppealState.ANSWERED, answered_at=local("2026-11-25 10:00"))
        closed = an_appeal(**RECEIVED, state=AppealState.CLOSED, closed_at=local("2026-11-25 10:00"))

        assert CLOCKS.next_owed(answered) is None
        assert CLOCKS.next_owed(closed) is None


class TestExtension:
    @pytest.mark.parametrize(("jurisdiction", "why"), [("CN-ZJ", ""), ("CN", "no text of CN knows of it.")])
    def test_is_known_in_zhejiang_only(self, jurisdiction, why):
        assert CLOCKS.why_no_extension(an_appeal(jurisdiction=jurisdiction)) == why
