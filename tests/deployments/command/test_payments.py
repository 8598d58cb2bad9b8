"""`redress payments`: what leaves is listed masked, goes to the bank once, and is compared with what came of it."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from claims import filed, the_parcel_was_damaged, to_the_offer
from commands import Redress
from complaints import notices_of, staff_called
from factories import NOON
from payouts import ACCOUNT, CLAIM, agreed, balances, wanted

from adapters.payments.bank_file import RESULT_COLUMNS
from schemas.ledger import Account
from tasks.claims.paying import request_payout
from tasks.claims.settling import confirm_paid, pay_claims

KEY = f"{CLAIM}-P1"


@pytest.fixture(autouse=True)
def requested(redress: Redress) -> None:
    """Have a payout wait for the bank."""
    del redress
    agreed()
    request_payout.fn(wanted(), who="sup-wang")


def results(tmp_path: Path, batch_no: str, status: str = "PAID", amount: str = "120.00") -> str:
    file = tmp_path / "results.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([RESULT_COLUMNS, (batch_no, KEY, status, amount, "CNY", "B-1", "")])
    return str(file)


@pytest.fixture
def batch_no(redress: Redress) -> str:
    return str(redress("payments", "batch", "--json").json[0]["batch_no"])


class TestList:
    def test_shows_payee_and_account_masked(self, redress: Redress) -> None:
        for printed in (redress("payments", "list"), redress("payments", "list", "--json")):
            assert printed.exit_code == 0
            assert KEY in printed.out
            assert "****3445" in printed.out
            assert not [secret for secret in (ACCOUNT, "王小明") if secret in printed.out + printed.err]

    def test_shows_those_that_are_asked_for(self, redress: Redress) -> None:
        assert redress("payments", "list", "--state", "paid", "--json").json == []
        assert redress("payments", "list", "--uncertain", "--json").json == []
        assert [line["key"] for line in redress("payments", "list", "--claim", CLAIM, "--json").json] == [KEY]


class TestBatch:
    def test_writes_a_file_and_says_where(self, redress: Redress, tmp_path: Path) -> None:
        [batch] = redress("payments", "batch", "--json").json

        assert (batch["new"], batch["written"], batch["total"]) == (True, True, "120.00")
        assert (tmp_path / "payments" / batch["file_name"]).is_file()
        assert batch["file_name"] in redress("payments", "batch").out

    def test_fails_when_the_file_cannot_be_written(self, redress: Redress, tmp_path: Path) -> None:
        (tmp_path / "payments").write_bytes(b"")

        printed = redress("payments", "batch")

        assert printed.exit_code == 1
        assert "not written: PB-" in printed.err


class TestResult:
    def test_settles_and_counts(self, redress: Redress, tmp_path: Path, batch_no: str) -> None:
        printed = redress("payments", "result", results(tmp_path, batch_no))

        assert (printed.exit_code, printed.out) == (0, "1 paid, 0 refused, 0 returned, 0 known already.\n")
        assert redress("payments", "result", results(tmp_path, batch_no), "--json").json["known_already"] == 1

    def test_fails_with_the_lines_that_were_not_used(self, redress: Redress, tmp_path: Path, batch_no: str) -> None:
        printed = redress("payments", "result", results(tmp_path, batch_no, amount="12.00"))

        assert printed.exit_code == 1
        assert "not 12.00 CNY" in printed.out
        assert "1 lines of" in printed.err

    def test_is_used_wrongly_with_what_is_no_file_of_the_bank(self, redress: Redress, tmp_path: Path) -> None:
        file = tmp_path / "notes.txt"
        file.write_text("hello", encoding="utf-8")

        for wrong in (file, tmp_path / "nowhere.csv"):
            printed = redress("payments", "result", str(wrong))
            assert (printed.exit_code, printed.err.count("\n")) == (2, 1)


class TestReconcile:
    def test_says_that_a_statement_is_missing(self, redress: Redress, tmp_path: Path, batch_no: str) -> None:
        redress("payments", "result", results(tmp_path, batch_no))

        printed = redress("payments", "reconcile", "--day", self.today())

        assert printed.exit_code == 1
        assert "bank_file: not compared: the bank has sent no statement" in printed.out

    def test_shows_what_differs(self, redress: Redress, tmp_path: Path, batch_no: str) -> None:
        redress("payments", "result", results(tmp_path, batch_no))
        statement = tmp_path / "payments" / "statements" / f"{self.today()}.csv"
        statement.parent.mkdir()
        statement.write_text(Path(results(tmp_path, batch_no, amount="12.00")).read_text("utf-8"), encoding="utf-8")

        printed = redress("payments", "reconcile", "--day", self.today())

        assert printed.exit_code == 1
        assert "amount_differs" in printed.out
        told = redress("payments", "reconcile", "--day", self.today(), "--json").json
        assert [one["kind"] for one in told["discrepancies"]] == ["amount_differs"]

    def test_is_content_where_nothing_was_paid(self, redress: Redress) -> None:
        assert redress("payments", "reconcile").exit_code == 0
        assert redress("payments", "reconcile", "--day", "yesterday").exit_code == 2

    def today(self) -> str:
        return (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()


class TestWithdraw:
    @pytest.fixture(autouse=True)
    def on_file(self, requested: None) -> None:
        """Have an agent who may withdraw."""
        del requested
        staff_called("ag-sun")

    def test_takes_back_what_has_not_left_once(self, redress: Redress) -> None:
        told = ("payments", "withdraw", KEY, "--staff", "ag-sun", "--why")

        printed = redress(*told, "账户是别人的")

        assert (printed.exit_code, printed.out) == (0, f"{KEY} is withdrawn.\n")
        assert redress(*told, "again", "--json").json == {"key": KEY, "state": "withdrawn", "reason": "账户是别人的"}
        assert balances() == {Account.TO_ALLOCATE: Decimal("120.00"), Account.CLAIMS_PAYABLE: Decimal("-120.00")}
        assert redress("payments", "batch", "--json").json == []

    @pytest.mark.parametrize(
        ("key", "staff_id", "why", "said"),
        [
            (KEY, "ghost", "x", "ghost is nobody who works here"),
            (KEY, "ag-sun", " ", "--why: say why"),
            ("CL-20261128-000009-P1", "ag-sun", "x", "there is no payout CL-20261128-000009-P1"),
        ],
        ids=["by a stranger", "without a reason", "of which nobody knows"],
    )
    def test_refuses_in_one_line(self, redress: Redress, key: str, staff_id: str, why: str, said: str) -> None:
        printed = redress("payments", "withdraw", key, "--staff", staff_id, "--why", why)

        assert (printed.exit_code, printed.err.count("\n")) == (1, 1)
        assert said in printed.err
        assert redress("payments", "list", "--json").json[0]["state"] == "requested"

    @pytest.mark.parametrize(
        ("status", "said"),
        [
            ("", "is batched, and only what has not left yet can be withdrawn"),
            ("PAID", "is paid, and only what has not left yet can be withdrawn"),
            ("REFUSED", "is refused: there is nothing to withdraw"),
        ],
    )
    def test_is_too_late_once_a_batch_has_it(
        self, redress: Redress, tmp_path: Path, batch_no: str, status: str, said: str
    ) -> None:
        if status:
            redress("payments", "result", results(tmp_path, batch_no, status))

        printed = redress("payments", "withdraw", KEY, "--staff", "ag-sun", "--why", "x")

        assert (printed.exit_code, f"{KEY} {said}" in printed.err) == (1, True)

    def test_has_the_desk_and_the_claimant_find_another_account(
        self, redress: Redress, stand_at: Callable[[datetime], None]
    ) -> None:
        stand_at(NOON)
        the_parcel_was_damaged()
        number = filed().claim_no
        to_the_offer(number, NOON)
        pay_claims.fn()

        redress("payments", "withdraw", f"{number}-P1", "--staff", "ag-sun", "--why", "账户是别人的")
        confirm_paid.fn()

        claim = redress("claim", "show", number, "--json").json
        assert (claim["claim"]["state"], claim["claim"]["payee_tail"]) == ("AGREED", "")
        assert [(one["key"], one["state"]) for one in claim["payouts"]] == [(f"{number}-P1", "withdrawn")]
        assert (claim["history"][-1]["command"], claim["history"][-1]["reason"]) == ("payment_failed", "withdrawn")
        assert "请提供正确的收款账户" in notices_of(number)[-1]["body"]
        assert "赔款未能支付" in notices_of(number, "department")[-1]["subject"]


class TestReverse:
    def test_books_what_came_back(self, redress: Redress, tmp_path: Path, batch_no: str) -> None:
        redress("payments", "result", results(tmp_path, batch_no))

        printed = redress("payments", "reverse", KEY, "--why", "wrong_payee", "--note", "two of one name", "--json")

        assert printed.json == {"key": KEY, "state": "reversed", "reason": "wrong_payee: two of one name"}
        assert redress("payments", "reverse", KEY, "--why", "fraud").out == f"{KEY} is reversed.\n"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ((KEY, "--why", "fraud"), "only what is paid can be reversed"),
            ((KEY, "--why", "other"), "needs a note"),
            (("CL-20261128-000009-P1", "--why", "fraud"), "there is no payout CL-20261128-000009-P1"),
        ],
    )
    def test_fails_with_one_line(self, redress: Redress, arguments: tuple[str, ...], said: str) -> None:
        printed = redress("payments", "reverse", *arguments)

        assert (printed.exit_code, printed.err.count("\n")) == (1, 1)
        assert said in printed.err
