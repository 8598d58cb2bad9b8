"""Comparing books: what is missing on either side is told, and nothing is told of what is only a day off."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from factories import at
from payouts import CLAIM, agreed, wanted
from sqlalchemy import text

from adapters.payments.fake import Behaviour, StandInProvider
from adapters.payments.translate import PaymentOrder
from schemas.payments import DiscrepancyKind, Reconciliation, ReversalReason
from store.unit_of_work import unit_of_work
from tasks.claims.batching import gather_batches, take_in_results
from tasks.claims.paying import request_payout, reverse_payout, settle_payouts
from tasks.claims.reconciling import reconcile
from tasks.dispatch.sending import send_outbox

Stand = Callable[[datetime], None]
KEY = f"{CLAIM}-P1"
DAY = date(2026, 11, 20)
TONIGHT = at(16)  # four o'clock in Shanghai, of the next day
HEAD = "batch,key,status,amount,currency,bank_reference,reason"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDRESS_PAYMENT_BANK_FOLDER", str(tmp_path / "bank"))
    return tmp_path / "bank"


def paid(claim_no: str = CLAIM) -> None:
    agreed(claim_no)
    request_payout.fn(wanted(claim_no), who="sup-wang")
    send_outbox.fn()
    settle_payouts.fn()


def found(compared: Reconciliation) -> list[tuple[str, str]]:
    return [(one.kind.value, one.key) for one in compared.discrepancies]


class TestProvider:
    def test_agrees_with_the_ledger(self, provider: StandInProvider, stand_at: Stand) -> None:
        paid()
        stand_at(TONIGHT)

        compared = reconcile.fn()

        assert (compared.compared, found(compared), compared.not_compared) == ({"provider": 1}, [], {})

    def test_paid_what_nobody_here_ordered(self, provider: StandInProvider, stand_at: Stand) -> None:
        provider.take(
            "CL-20261128-000007-P1",
            PaymentOrder(payee="x", account="62220202", amount=Decimal("1.00"), currency="CNY", reference="r"),
        )
        stand_at(TONIGHT)

        assert found(reconcile.fn()) == [(DiscrepancyKind.NOT_IN_LEDGER, "CL-20261128-000007-P1")]

    def test_paid_another_amount(self, provider: StandInProvider, stand_at: Stand) -> None:
        provider.will(Behaviour.PAYS_ANOTHER_AMOUNT)
        paid()
        stand_at(TONIGHT)

        [one] = reconcile.fn().discrepancies
        assert (one.kind, one.ours, one.theirs) == (DiscrepancyKind.NOT_IN_LEDGER, "requested", "121.00 CNY")

    def test_does_not_know_what_the_ledger_says_was_paid(self, provider: StandInProvider, stand_at: Stand) -> None:
        paid()
        provider.paid_at.clear()
        stand_at(TONIGHT)

        assert found(reconcile.fn()) == [(DiscrepancyKind.NOT_IN_STATEMENT, KEY)]

    def test_lists_a_payment_twice(self, provider: StandInProvider, stand_at: Stand) -> None:
        paid()
        provider.lists_twice.add(KEY)
        stand_at(TONIGHT)

        assert found(reconcile.fn()) == [(DiscrepancyKind.TOLD_TWICE, KEY)]

    def test_brought_money_back_that_is_booked_as_paid(self, provider: StandInProvider, stand_at: Stand) -> None:
        paid()
        provider.bring_back(KEY)
        stand_at(TONIGHT)

        assert found(reconcile.fn()) == [(DiscrepancyKind.STATUS_DIFFERS, KEY)]

    def test_agrees_about_what_was_reversed(self, provider: StandInProvider, stand_at: Stand) -> None:
        paid()
        reverse_payout.fn(KEY, why=ReversalReason.FRAUD, who="mgr-zhao")
        send_outbox.fn()
        settle_payouts.fn()
        stand_at(TONIGHT)

        assert found(reconcile.fn()) == []

    def test_agrees_about_what_was_paid_before_midnight_and_booked_after(
        self, provider: StandInProvider, stand_at: Stand
    ) -> None:
        stand_at(at(11.99))
        provider.will(Behaviour.TIMES_OUT_AFTER_PAYING)
        paid()
        stand_at(at(12.1))
        send_outbox.fn()
        settle_payouts.fn()
        stand_at(at(40))

        assert found(reconcile.fn(DAY)) == []
        assert found(reconcile.fn()) == []

    def test_that_cannot_be_asked_is_named(
        self, provider: StandInProvider, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paid()
        monkeypatch.setenv("REDRESS_PAYMENT_URL", "http://127.0.0.1:9")
        stand_at(TONIGHT)

        assert "cannot be reached" in reconcile.fn().not_compared["provider"]


class TestBank:
    @pytest.fixture
    def batch_no(self, folder: Path) -> str:
        agreed()
        request_payout.fn(wanted(), who="sup-wang")
        [batch] = gather_batches.fn(who="fin-li")
        send_outbox.fn()
        self.write(folder, "results.csv", f"{batch.batch_no},{KEY},PAID,120.00,CNY,B1,")
        take_in_results.fn(folder / "results.csv")
        return batch.batch_no

    def write(self, folder: Path, name: str, *lines: str) -> None:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join([HEAD, *lines]), encoding="utf-8")

    @pytest.mark.parametrize("day", ["2026-11-20", "2026-11-21"], ids=["on the day", "a day later"])
    def test_agrees_with_the_ledger(self, folder: Path, batch_no: str, stand_at: Stand, day: str) -> None:
        self.write(folder, "statements/2026-11-20.csv")
        self.write(folder, f"statements/{day}.csv", f"{batch_no},{KEY},PAID,120.00,CNY,B1,")
        stand_at(TONIGHT)

        compared = reconcile.fn()

        assert (compared.compared, found(compared)) == ({"bank_file": 1}, [])

    def test_has_in_its_statement_what_is_not_in_the_ledger(self, folder: Path, batch_no: str, stand_at: Stand) -> None:
        other = f"{batch_no},CL-20261128-000008-P1,PAID,5.00,CNY,B2,"
        self.write(folder, "statements/2026-11-20.csv", f"{batch_no},{KEY},PAID,12.00,CNY,B1,", other)
        stand_at(TONIGHT)

        assert found(reconcile.fn()) == [
            (DiscrepancyKind.AMOUNT_DIFFERS, KEY), (DiscrepancyKind.NOT_IN_LEDGER, "CL-20261128-000008-P1"),
        ]  # fmt: skip

    def test_has_lines_in_its_statement_that_cannot_be_understood(
        self, folder: Path, batch_no: str, stand_at: Stand
    ) -> None:
        self.write(folder, "statements/2026-11-20.csv", f"{batch_no},{KEY},PAID,all,CNY,B1,")
        stand_at(TONIGHT)

        compared = reconcile.fn()

        assert "line 2: no amount" in compared.not_compared["bank_file lines"]
        assert found(compared) == [(DiscrepancyKind.NOT_IN_STATEMENT, KEY)]

    def test_that_sent_no_statement_is_named(self, folder: Path, batch_no: str, stand_at: Stand) -> None:
        stand_at(TONIGHT)

        assert reconcile.fn().not_compared == {"bank_file": "the bank has sent no statement of this day"}


class TestLedger:
    def test_is_compared_with_nobody_where_nothing_was_paid(self, folder: Path, stand_at: Stand) -> None:
        stand_at(TONIGHT)

        compared = reconcile.fn()

        assert (compared.compared, compared.not_compared, compared.discrepancies) == ({}, {}, ())

    def test_is_compared_with_the_payouts_that_are_under_way(self, folder: Path, stand_at: Stand) -> None:
        agreed()
        request_payout.fn(wanted(), who="sup-wang")
        assert found(reconcile.fn()) == []

        with unit_of_work() as connection:
            connection.execute(text("UPDATE payout SET state = 'withdrawn'"))

        [one] = reconcile.fn().discrepancies
        assert (one.kind, one.key) == (DiscrepancyKind.IN_PAYMENT_DIFFERS, CLAIM)
        assert (one.ours, one.theirs) == ("120.00 CNY booked", "0 CNY under way")
