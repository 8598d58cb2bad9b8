"""The ladder of reminders: whoever was asked first, then the levels above."""

from datetime import timedelta

from rules.inquiries.reminders import ASKED_AGAIN, LADDER, told_by, waits


class TestLadder:
    def test_begins_with_whoever_was_asked_when_the_answer_is_due(self) -> None:
        assert (waits()[0], told_by(1)) == (timedelta(0), ASKED_AGAIN)

    def test_goes_up_and_never_down(self) -> None:
        order = [ASKED_AGAIN, "outlet", "province", "headquarters"]
        told = [order.index(told_by(number + 1)) for number in range(len(LADDER))]

        assert told == sorted(told)
        assert told_by(len(LADDER)) == "headquarters"

    def test_leaves_time_between_its_steps(self) -> None:
        assert all(wait > timedelta(0) for wait in waits()[1:])
