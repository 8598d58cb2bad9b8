"""`redress task`, `penalty` and `agent`: what follows from complaints, as people type it."""

import pytest
from commands import Redress
from complaint_factories import planned
from complaints import filed, staff_called

from schemas.complaints import Action
from schemas.exceptions import Role
from store import complaint_actions
from store.unit_of_work import unit_of_work


@pytest.fixture
def number(redress: Redress) -> str:
    del redress
    staff_called("ag-sun")
    staff_called("sup-wang", Role.SUPERVISOR)
    number = filed().complaint_no
    with unit_of_work() as connection:
        complaint_actions.order(
            connection, number, 1, planned(Action.APOLOGISE, Action.RECTIFY, Action.EDUCATE_STAFF, Action.EXPLAIN_FEES)
        )
    return number


def listed(redress: Redress, *arguments: str) -> list[str]:
    return [task["action"] for task in redress("task", "list", *arguments, "--json").json]


class TestListTasks:
    def test_has_of_what_is_done_only_the_rectifications_that_nobody_verified(
        self, redress: Redress, number: str
    ) -> None:
        for task in redress("task", "list", "--json").json:
            assert number in str(task)
            if task["action"] != "EXPLAIN_FEES":
                redress("task", "done", str(task["action_id"]), "--staff", "ag-sun")

        assert listed(redress) == ["EXPLAIN_FEES"]
        assert listed(redress, "--unverified") == ["RECTIFY"]

    def test_has_those_that_failed(self, redress: Redress, number: str) -> None:
        del number
        [task, *_] = redress("task", "list", "--json").json
        redress("task", "failed", str(task["action_id"]), "--staff", "ag-sun", "--note", "人员已离职")

        assert listed(redress, "--failed") == ["APOLOGISE"]
        assert redress("task", "list", "--failed", "--unverified").exit_code == 2

    @pytest.mark.parametrize(
        "command",
        [("task", "done", "99"), ("penalty", "contest", "99", "--by", "ag-sun", "--words", "冤枉")],
        ids=["task", "penalty"],
    )
    def test_says_when_there_is_none(self, redress: Redress, number: str, command: tuple[str, ...]) -> None:
        del number
        printed = redress(*command, *(("--staff", "ag-sun") if command[0] == "task" else ()))

        assert (printed.exit_code, "there is no" in printed.err) == (1, True)


class TestPutAgent:
    def test_has_him_on_file_and_changes_it(self, redress: Redress) -> None:
        redress("agent", "put", "ag-zhou", "--tier", "2", "--language", "zh", "--language", "en")
        printed = redress("agent", "put", "ag-zhou", "--tier", "3", "--cases", "7", "--off-duty")

        assert printed.out == "ag-zhou is on file: tier 3, zh, at most 7 complaints.\n"
        [agent] = redress("agent", "list", "--json").json
        assert (agent["tier"], agent["cases_max"], agent["on_duty"]) == (3, 7, False)

    def test_says_what_is_wrong(self, redress: Redress) -> None:
        printed = redress("agent", "put", "ag-zhou", "--tier", "9")

        assert (printed.exit_code, "tier" in printed.err) == (1, True)


class TestAddPenalty:
    @pytest.mark.parametrize("amount", ["0", "-5", "NaN", "much"])
    def test_of_no_amount_is_refused(self, redress: Redress, number: str, amount: str) -> None:
        told = ("--party", "cou-li", "--amount", amount, "--why", "态度", "--staff", "sup-wang")

        printed = redress("penalty", "add", number, *told)

        assert (printed.exit_code, "amount" in printed.err) == (1, True)

    def test_is_in_the_carriers_own_currency(self, redress: Redress, number: str) -> None:
        redress("penalty", "add", number, "--party", "cou-li", "--amount", "5", "--why", "态度", "--staff", "sup-wang")

        [penalty] = redress("penalty", "list", "--json").json
        assert (penalty["amount"], penalty["currency"]) == ("5.00", "CNY")
