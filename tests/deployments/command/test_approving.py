"""`redress approve` of claims and dockets, as people type it."""

from pathlib import Path

import pytest
from claim_cases import answer_of, at_its_gate, docket_of, docket_with, large_claim, states_of
from claims import claim_of
from commands import Printed, Redress
from complaints import staff_called
from factories import NOON

from schemas.claims import State
from schemas.exceptions import Role
from store import staff
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.supervision.passcodes import passcode_at


@pytest.fixture(autouse=True)
def _at_noon(redress: Redress, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    del redress, tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOON)
    for staff_id, role in (("sup-zhang", Role.SUPERVISOR), ("mgr-li", Role.MANAGER)):
        staff_called(staff_id, role, amount_limit="100000")


def approve(redress: Redress, number: str, *more: str, staff_id: str = "sup-zhang") -> Printed:
    passcode = answer_of(number, staff_id, NOON).passcode
    return redress("approve", number, "--staff", staff_id, "--passcode", passcode, *more)


class TestApprove:
    def test_decides_a_large_claim_at_two_levels(self, redress: Redress, announced: list[str]) -> None:
        number = large_claim()

        first = approve(redress, number)
        second = approve(redress, number, staff_id="mgr-li")

        assert (first.exit_code, "somebody else must approve too" in first.out) == (0, True)
        assert (second.exit_code, "Approved by mgr-li." in second.out) == (0, True)
        assert claim_of(number).state is State.APPROVED
        assert len(announced) == 2

    def test_decides_a_docket_except_for_the_claims_that_are_named(self, redress: Redress) -> None:
        docket_no, numbers = docket_with(3)

        printed = approve(redress, docket_no, "--except", f"{numbers[0][-3:]},{numbers[2]}")

        assert printed.exit_code == 0
        assert f"同意 1/3 件 approved; 除外 excepted: {numbers[0]}, {numbers[2]}." in printed.out
        assert [one.outcome for one in docket_of(docket_no).claims] == ["excepted", "approved", "excepted"]

    def test_says_what_it_cannot_find_in_the_docket(self, redress: Redress) -> None:
        docket_no, numbers = docket_with(2)

        printed = approve(redress, docket_no, "--except", "77")

        assert (printed.exit_code, "77: none of these claims, or several" in printed.err) == (1, True)
        assert states_of(numbers) == [State.AWAITING_APPROVAL] * 2

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            (("--except", "01a"), "--except 01a: name claims of {docket} by their numbers or last digits"),
            (("--amount", "50"), "--amount is for single claims; those of {docket} are approved as proposed."),
            (("--comment", "x" * 501), "comment: "),
        ],
        ids=["excepts no number", "names an amount", "says too much"],
    )
    def test_says_in_words_what_is_wrong_with_an_answer_about_a_docket(
        self, redress: Redress, more: tuple[str, str], said: str
    ) -> None:
        docket_no, numbers = docket_with(1)

        printed = approve(redress, docket_no, *more)

        assert (printed.exit_code, said.format(docket=docket_no) in printed.err) == (1, True)
        assert states_of(numbers) == [State.AWAITING_APPROVAL]

    def test_excepts_nothing_of_a_single_claim(self, redress: Redress) -> None:
        number = large_claim()

        printed = approve(redress, number, "--except", "001")

        assert (printed.exit_code, "--except is for dockets" in printed.err) == (1, True)


class TestStaff:
    def test_puts_a_director_on_file(self, redress: Redress) -> None:
        told = ("--name", "吴某某", "--role", "director", "--limit", "1000000")

        assert redress("staff", "add", "dir-wu", *told).exit_code == 0
        assert "director" in redress("staff", "list").out
        assert "1000000.00 CNY" in redress("staff", "list").out

    @pytest.mark.parametrize(
        ("currency", "said"),
        [("USD", "Approved by sup-smith."), ("CNY", "This person's limit is in another currency.")],
    )
    def test_lets_somebody_approve_a_payment_in_the_currency_of_his_limit_only(
        self, redress: Redress, currency: str, said: str
    ) -> None:
        number = at_its_gate(currency="USD", booked={"currency": "USD"})
        plan = claim_of(number).plan
        assert plan is not None
        assert (plan.currency, plan.amount > 0) == ("USD", True)
        assert approve(redress, number).exit_code == 0  # the limit holds for the second, who is the last
        told = ("--name", "Smith", "--role", "manager", "--limit", "3000", "--currency", currency.lower())

        assert redress("staff", "add", "sup-smith", *told).exit_code == 0
        with unit_of_work() as connection:
            secret = staff.secret_of(connection, "sup-smith")
        assert secret is not None
        printed = redress("approve", number, "--staff", "sup-smith", "--passcode", passcode_at(secret, NOON))

        assert said in printed.out + printed.err
        assert f"3000.00 {currency}" in redress("staff", "list").out

    def test_refuses_what_is_no_currency(self, redress: Redress) -> None:
        printed = redress("staff", "add", "sup-smith", "--name", "S", "--role", "supervisor", "--currency", "dollars")

        assert printed.exit_code == 2
        assert "--currency dollars is no currency such as CNY or USD (ISO 4217)" in printed.err
