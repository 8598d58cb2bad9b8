"""`redress pause`, `release` and `profile`: of an exception or a complaint, by its number."""

import pytest
from commands import Redress
from complaints import filed, staff_called


@pytest.fixture
def number(redress: Redress) -> str:
    del redress
    staff_called("ag-sun")
    return filed().complaint_no


class TestComplaint:
    def test_is_paused_released_and_counted_by_another_profile(self, redress: Redress, number: str) -> None:
        paused = redress("pause", number, "--reason", "waiting_customer", "--staff", "ag-sun")
        released = redress("release", number, "--staff", "ag-sun")
        changed = redress("profile", number, "--to", "complaint", "--staff", "ag-sun", "--comment", "合同客户")

        assert paused.out == f"{number} is paused; `redress complaint show {number}` shows what still runs.\n"
        assert released.out == f"{number} is no longer paused.\n"
        assert f"{number} counts by complaint now" in changed.out

    def test_that_there_is_not_is_said_so(self, redress: Redress, number: str) -> None:
        del number
        printed = redress("release", "CP-20261120-000099", "--staff", "ag-sun")

        assert (printed.exit_code, "there is no complaint" in printed.err) == (1, True)
