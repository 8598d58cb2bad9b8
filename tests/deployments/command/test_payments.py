"""`redress payments`: what leaves is listed masked, goes to the bank once, and is compared with what came of it."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from commands import Redress
from payouts import ACCOUNT, CLAIM, agreed, wanted

from adapters.payments.bank_file import RESULT_COLUMNS
from tasks.claims.paying import request_payout

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
