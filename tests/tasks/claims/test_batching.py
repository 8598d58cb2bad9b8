"""Payouts by file: one file for each batch, written once, and settled line by line by what the bank sends back."""

import csv
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from factories import NOON, at
from payouts import ACCOUNT, CLAIM, agreed, balances, claim_number, is_balanced, wanted

from adapters.payments.bank_file import RESULT_COLUMNS, UnreadableFile
from schemas.ledger import Account
from schemas.payments import Batch, PayoutState, ResultReport, ReversalReason
from store import outbox, payout_batches, payouts
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.claims.batching import gather_batches, take_in_results
from tasks.claims.paying import PayoutRefused, request_payout, reverse_payout, undo_request_payout
from tasks.dispatch.sending import send_due, send_outbox

Stand = Callable[[datetime], None]
KEY = f"{CLAIM}-P1"
OWED = {Account.TO_ALLOCATE: Decimal("120.00"), Account.CLAIMS_PAYABLE: Decimal("-120.00")}
PAID = {Account.TO_ALLOCATE: Decimal("120.00"), Account.CASH: Decimal("-120.00")}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDRESS_PAYMENT_BANK_FOLDER", str(tmp_path / "bank"))
    return tmp_path / "bank"


def requested(number: int = 1, currency: str = "CNY") -> str:
    claim_no = agreed(claim_number(number), currency=currency)
    return request_payout.fn(wanted(claim_no, currency=currency), who="sup-wang").key


def gathered() -> list[Batch]:
    made = gather_batches.fn(who="fin-li")
    send_due(kinds=[Kind.PAYOUT_BATCH])
    return made


def state(key: str = KEY) -> PayoutState:
    with unit_of_work() as connection:
        return payouts.one(connection, key).state


def results(folder: Path, *lines: tuple[str, ...], name: str = "results.csv") -> Path:
    file = folder / name
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([RESULT_COLUMNS, *lines])
    return file


def said(batch: Batch, status: str, key: str = KEY, amount: str = "120.00", reason: str = "") -> tuple[str, ...]:
    return (batch.batch_no, key, status, amount, "CNY", "B-1", reason)


def told(report: ResultReport) -> tuple[int, int, int, int]:
    assert is_balanced()
    return report.paid, report.refused, report.returned, report.known_already


class TestGather:
    def test_writes_what_waits_into_one_file(self, folder: Path) -> None:
        keys = [requested(number) for number in range(1, 4)]

        [batch] = gathered()

        rows = list(csv.reader((folder / batch.file_name).read_text("utf-8").splitlines()))
        assert rows[0][:5] == ["REDRESS-PAYOUTS-1", batch.batch_no, "CNY", "3", "360.00"]
        assert [(row[0], row[2]) for row in rows[2:-1]] == [(key, ACCOUNT) for key in keys]
        assert {state(key) for key in keys} == {PayoutState.BATCHED}

    def test_makes_a_batch_for_each_currency(self, folder: Path) -> None:
        requested(1)
        requested(2, currency="USD")

        assert [(batch.currency, batch.payouts) for batch in gathered()] == [("CNY", 1), ("USD", 1)]
        assert len(list(folder.glob("*.csv"))) == 2

    def test_makes_batches_of_a_bounded_length(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_PAYMENT_BATCH_PAYOUTS_MAX", "2")
        for number in range(1, 6):
            requested(number)

        assert [batch.payouts for batch in gathered()] == [2, 2, 1]

    def test_puts_nothing_into_two_batches(self, folder: Path) -> None:
        requested()
        [batch] = gathered()

        assert gathered() == []
        assert [one.name for one in folder.glob("*.csv")] == [batch.file_name]

    def test_sends_nothing_to_a_provider(self, folder: Path) -> None:
        requested()

        assert send_outbox.fn()["done"] == 0

    def test_writes_the_same_file_after_a_crash(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        requested()
        with monkeypatch.context() as dying:
            dying.setattr(outbox, "settle_many", lambda *_asked, **_named: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                gathered()
        [file] = folder.glob("*.csv")
        before = file.read_bytes(), file.stat().st_mtime_ns
        with unit_of_work() as connection:
            assert outbox.recover_cut_off(connection, now=at(1)) == {"pending": 1}

        assert send_due(kinds=[Kind.PAYOUT_BATCH])["done"] == 1
        assert (file.read_bytes(), file.stat().st_mtime_ns) == before

    def test_writes_over_no_other_file_and_tries_again_when_it_is_gone(self, folder: Path) -> None:
        requested()
        [batch] = gather_batches.fn(who="fin-li")
        folder.mkdir()
        (folder / batch.file_name).write_text("somebody else's", encoding="utf-8")
        assert send_due(kinds=[Kind.PAYOUT_BATCH])["refused"] == 1
        assert (folder / batch.file_name).read_text("utf-8") == "somebody else's"

        (folder / batch.file_name).unlink()
        assert gathered() == []
        with unit_of_work() as connection:
            assert [one.written for one in payout_batches.listing(connection)] == [True]

    @pytest.mark.parametrize(
        ("statement", "said"),
        [
            ("UPDATE payout SET amount = 1200", "no longer what they were"),
            ('UPDATE outbox SET payload = \'{"batch": "PB-9"}\'', "it cannot be sent as it is: LookupError"),
        ],
        ids=["whose payout was changed", "that is none"],
    )
    def test_writes_no_file_of_a_batch(self, folder: Path, statement: str, said: str) -> None:
        requested()
        [batch] = gather_batches.fn(who="fin-li")
        with unit_of_work() as connection:
            connection.exec_driver_sql(statement)

        assert send_due(kinds=[Kind.PAYOUT_BATCH])["refused"] == 1

        assert not folder.exists()
        with unit_of_work() as connection:
            assert said in outbox.of_case(connection, batch.batch_no)[0]["error"]


class TestResults:
    @pytest.fixture
    def batch(self, folder: Path) -> Batch:
        requested()
        [batch] = gathered()
        return batch

    def test_book_what_was_paid(self, folder: Path, batch: Batch) -> None:
        assert told(take_in_results.fn(results(folder, said(batch, "PAID")))) == (1, 0, 0, 0)

        assert (state(), balances()) == (PayoutState.PAID, PAID)

    def test_book_back_what_was_refused(self, folder: Path, batch: Batch) -> None:
        take_in_results.fn(results(folder, said(batch, "REFUSED", reason="no such account")))

        assert (state(), balances()) == (PayoutState.REFUSED, OWED)
        with unit_of_work() as connection:
            assert payouts.one(connection, KEY).reason == "no such account"

    def test_book_back_what_came_back(self, folder: Path, batch: Batch) -> None:
        take_in_results.fn(results(folder, said(batch, "PAID")))

        assert told(take_in_results.fn(results(folder, said(batch, "RETURNED", reason="closed")))) == (0, 0, 1, 0)
        assert (state(), balances()) == (PayoutState.REVERSED, OWED)

    def test_change_nothing_the_second_time(self, folder: Path, batch: Batch) -> None:
        paid, returned = (results(folder, said(batch, status), name=status) for status in ("PAID", "RETURNED"))
        for file in (paid, returned):
            take_in_results.fn(file)

        assert told(take_in_results.fn(paid)) == (0, 0, 0, 1)
        assert told(take_in_results.fn(returned)) == (0, 0, 0, 1)
        assert balances() == OWED

    def test_count_a_line_that_is_there_twice_once(self, folder: Path, batch: Batch) -> None:
        assert told(take_in_results.fn(results(folder, said(batch, "PAID"), said(batch, "PAID")))) == (1, 0, 0, 0)

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"amount": "12.00"}, "over 120.00 CNY, not 12.00 CNY"),
            ({"key": "CL-20261128-000009-P1"}, "no payout has this key"),
        ],
        ids=["a changed amount", "an unknown key"],
    )
    def test_settle_nothing_by_a_line_with(self, folder: Path, batch: Batch, changes: dict[str, str], why: str) -> None:
        report = take_in_results.fn(results(folder, said(batch, "PAID", **changes)))

        assert [(one.line, why in one.reason) for one in report.lines_refused] == [(2, True)]
        assert state() is PayoutState.BATCHED

    def test_settle_what_fits_beside_what_does_not(self, folder: Path, batch: Batch) -> None:
        file = results(folder, said(batch, "PAID", key="CL-20261128-000009-P1"), said(batch, "PAID"))

        report = take_in_results.fn(file)

        assert (report.paid, [one.line for one in report.lines_refused]) == (1, [2])

    def test_settle_nothing_by_lines_that_contradict_each_other(self, folder: Path, batch: Batch) -> None:
        report = take_in_results.fn(results(folder, said(batch, "PAID"), said(batch, "REFUSED")))

        assert [one.line for one in report.lines_refused] == [2, 3]
        assert state() is PayoutState.BATCHED

    def test_settle_nothing_of_another_batch(self, folder: Path, batch: Batch) -> None:
        report = take_in_results.fn(results(folder, ("PB-20261120-999999", *said(batch, "PAID")[1:])))

        assert "not of the batch" in report.lines_refused[0].reason

    def test_are_of_one_batch(self, folder: Path, batch: Batch) -> None:
        with pytest.raises(UnreadableFile, match="of 2"):
            take_in_results.fn(results(folder, said(batch, "PAID"), ("PB-2", *said(batch, "PAID")[1:])))


class TestPayoutOfABatch:
    def test_is_not_withdrawn(self, folder: Path) -> None:
        requested()
        gathered()

        with pytest.raises(PayoutRefused, match="is batched"):
            undo_request_payout.fn(KEY, who="sup-wang", reason="too late")

    def test_is_withdrawn_before_it_is_in_one(self, folder: Path) -> None:
        requested()
        undo_request_payout.fn(KEY, who="sup-wang", reason="in time")

        assert (gathered(), balances()) == ([], OWED)

    def test_that_a_person_saw_come_back_is_booked_back(self, folder: Path, stand_at: Stand) -> None:
        requested()
        [batch] = gathered()
        take_in_results.fn(results(folder, said(batch, "PAID")))
        stand_at(at(24))

        reverse_payout.fn(KEY, why=ReversalReason.RETURNED_BY_BANK, who="fin-li")

        assert (state(), balances()) == (PayoutState.REVERSED, OWED)
        with unit_of_work() as connection:
            reversed_payout = payouts.one(connection, KEY)
        assert (reversed_payout.reversed_by, reversed_payout.paid_at) == ("fin-li", NOON)
