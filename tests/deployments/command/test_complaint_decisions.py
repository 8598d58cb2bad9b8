"""`redress complaint`: what people decide about a complaint, as they type it."""

from commands import Redress
from complaint_factories import an_agent
from complaints import complaint_of, filed, staff_called, the_desk_has


class TestAssign:
    def test_gives_a_complaint_to_an_agent_on_file(self, redress: Redress) -> None:
        staff_called("ag-sun")
        the_desk_has(an_agent("ag-zhou"))
        number = filed().complaint_no

        printed = redress("complaint", "assign", number, "--to", "ag-zhou", "--staff", "ag-sun")

        assert (printed.exit_code, printed.out) == (0, f"{number} is handled by ag-zhou.\n")
        assert complaint_of(number).handler == "ag-zhou"

    def test_says_why_not(self, redress: Redress) -> None:
        staff_called("ag-sun")
        number = filed().complaint_no

        printed = redress("complaint", "assign", number, "--to", "ag-zhou", "--staff", "ag-sun")

        assert (printed.exit_code, "there is no such agent on file" in printed.err) == (1, True)


class TestCorrect:
    def test_puts_right_what_was_told_wrong(self, redress: Redress) -> None:
        staff_called("ag-sun")
        number = filed().complaint_no

        told = ("--waybill", "773000000002", "--type", "LOSS", "--staff", "ag-sun", "--why", "听错一位数字")
        printed = redress("complaint", "correct", number, *told)

        assert (printed.exit_code, printed.out) == (0, f"{number} is about LOSS of 773000000002: RECEIVED.\n")

    def test_says_why_not(self, redress: Redress) -> None:
        staff_called("ag-sun")
        number = filed().complaint_no

        printed = redress("complaint", "correct", number, "--staff", "ag-sun", "--why", "听错")

        assert (printed.exit_code, "nothing of it changes" in printed.err) == (1, True)
