"""Payouts: what may become of them, which lines of a bank are believed, and where two sets of books differ."""

from decimal import Decimal
from itertools import product

import pytest
from factories import NOON
from pydantic import ValidationError

from rules.claims.payouts import (
    MAY_BECOME,
    contradictions,
    differences,
    is_known,
    is_news,
    payout_key,
    reference_of,
    target_of,
    why_not,
)
from rules.privacy import mask_account, mask_accounts
from schemas.payments import (
    DiscrepancyKind,
    PaymentStatus,
    Payout,
    PayoutMethod,
    PayoutState,
    PayoutWanted,
    ResultRow,
    StatementLine,
)

S = PayoutState
ALLOWED = {
    (S.REQUESTED, S.BATCHED), (S.REQUESTED, S.PAID), (S.REQUESTED, S.REFUSED), (S.REQUESTED, S.WITHDRAWN),
    (S.BATCHED, S.PAID), (S.BATCHED, S.REFUSED),
    (S.PAID, S.REVERSING), (S.PAID, S.REVERSED),
    (S.REVERSING, S.PAID), (S.REVERSING, S.REVERSED),
}  # fmt: skip


def a_payout(**changes: object) -> Payout:
    values = {
        "key": "CL-20261128-000001-P1", "claim_no": "CL-20261128-000001", "method": PayoutMethod.BANK_FILE,
        "payee": "王小明", "account_tail": "3445", "amount": Decimal("120.00"), "currency": "CNY", "reference": "r",
        "state": S.BATCHED, "state_since": NOON, "requested_by": "sup-wang", "requested_at": NOON,
        "batch_no": "PB-1", **changes,
    }  # fmt: skip
    return Payout(**values)  # type: ignore[arg-type]


def a_row(status: PaymentStatus = PaymentStatus.PAID, **changes: object) -> ResultRow:
    values = {"line": 2, "key": "CL-20261128-000001-P1", "amount": Decimal("120.00"), "currency": "CNY", **changes}
    return ResultRow(status=status, **values)  # type: ignore[arg-type]


def a_line(status: PaymentStatus = PaymentStatus.PAID, **changes: object) -> StatementLine:
    values = {"key": "CL-20261128-000001-P1", "amount": Decimal("120.00"), "currency": "CNY", **changes}
    return StatementLine(status=status, **values)  # type: ignore[arg-type]


class TestMayBecome:
    @pytest.mark.parametrize(("origin", "target"), list(product(S, S)), ids=lambda state: state.value)
    def test_allows_what_is_listed_and_nothing_else(self, origin: PayoutState, target: PayoutState) -> None:
        assert (target in MAY_BECOME[origin]) == ((origin, target) in ALLOWED)


class TestNames:
    def test_make_one_key_for_each_payout_of_a_claim(self) -> None:
        assert payout_key("CL-20261128-000001", 2) == "CL-20261128-000001-P2"

    def test_say_to_the_payee_what_it_is_for(self) -> None:
        assert "CL-20261128-000001" in reference_of("CL-20261128-000001")


class TestPayoutWanted:
    @pytest.mark.parametrize("payee", ["=1+1", "+86", "-x", "@x", "＝1", "|x", "'x", "王\n小明", "a\tb", "", " "])
    def test_takes_no_payee_that_a_spreadsheet_would_run(self, payee: str) -> None:
        with pytest.raises(ValidationError):
            PayoutWanted(claim_no="CL-20261128-000001", payee=payee, account="62220202", amount=Decimal("1.00"))

    @pytest.mark.parametrize("account", ["=62220202", "6222 0202", "12345", "6" * 35, "6222-0202"])
    def test_takes_no_account_but_letters_and_digits(self, account: str) -> None:
        with pytest.raises(ValidationError):
            PayoutWanted(claim_no="CL-20261128-000001", payee="王", account=account, amount=Decimal("1.00"))

    def test_shows_no_account_when_it_is_printed(self) -> None:
        wanted = PayoutWanted(claim_no="CL-20261128-000001", payee="王", account="62220202", amount=Decimal("1.00"))

        assert "62220202" not in repr(wanted)


class TestMask:
    def test_leaves_the_last_four(self) -> None:
        assert mask_account("3445") == "****3445"

    @pytest.mark.parametrize(
        ("text", "masked"),
        [
            ("the account 6222020200112233445 is closed", "the account ****3445 is closed"),
            ("6222 0202 0011 2233 445", "****3445"),
            ("CL-20261128-000001-P1 on 2026-11-28", "CL-20261128-000001-P1 on 2026-11-28"),
        ],
    )
    def test_covers_accounts_in_what_others_wrote(self, text: str, masked: str) -> None:
        assert mask_accounts(text) == masked


class TestWhyNot:
    def test_says_nothing_of_a_line_that_fits(self) -> None:
        assert why_not(a_row(), a_payout(), batch_no="PB-1") is None

    @pytest.mark.parametrize(
        ("row", "payout", "said"),
        [
            (a_row(), None, "no payout has this key"),
            (a_row(), a_payout(batch_no="PB-2"), "not of the batch"),
            (a_row(amount=Decimal("12.00")), a_payout(), "over 120.00 CNY, not 12.00 CNY"),
            (a_row(currency="USD"), a_payout(), "not 120.00 USD"),
            (a_row(), a_payout(state=S.REFUSED), "refused already"),
            (a_row(PaymentStatus.REFUSED), a_payout(state=S.PAID, paid_at=NOON), "paid already"),
        ],
        ids=["unknown", "another batch", "another amount", "another currency", "paid after refusal", "refused after"],
    )
    def test_says_why_a_line_is_not_used(self, row: ResultRow, payout: Payout | None, said: str) -> None:
        assert said in str(why_not(row, payout, batch_no="PB-1"))


class TestWhatTheBankSays:
    @pytest.mark.parametrize(
        ("status", "state", "becomes"),
        [
            (PaymentStatus.PAID, S.BATCHED, S.PAID),
            (PaymentStatus.REFUSED, S.BATCHED, S.REFUSED),
            (PaymentStatus.REVERSED, S.PAID, S.REVERSED),
            (PaymentStatus.REVERSED, S.BATCHED, S.REFUSED),
            (PaymentStatus.REVERSED, S.REFUSED, S.REFUSED),
        ],
        ids=["paid", "refused", "returned", "returned before it was paid", "the same again"],
    )
    def test_makes_of_a_payout(self, status: PaymentStatus, state: PayoutState, becomes: PayoutState) -> None:
        assert target_of(status, state) is becomes

    def test_is_no_news_the_second_time_nor_after_the_money_came_back(self) -> None:
        assert is_known(PaymentStatus.PAID, a_payout(state=S.REVERSED, paid_at=NOON))
        assert is_known(PaymentStatus.REFUSED, a_payout(state=S.REFUSED))
        assert is_news(PaymentStatus.PAID, a_payout())

    def test_is_not_believed_when_it_says_two_things_of_one_payout(self) -> None:
        rows = [a_row(), a_row(PaymentStatus.REFUSED, line=3), a_row(line=4, key="other"), a_row(line=5, key="other")]

        assert [refused.line for refused in contradictions(rows)] == [2, 3]


class TestDifferences:
    def found(self, *lines: StatementLine, payout: Payout | None = None, expected: tuple[str, ...] = ()) -> list[str]:
        ours = {payout.key: payout} if payout else {}
        return [one.kind for one in differences("provider", ours, lines, expected=expected)]

    def test_are_none_where_both_say_the_same(self) -> None:
        paid = a_payout(state=S.PAID)

        assert self.found(a_line(), payout=paid, expected=(paid.key,)) == []
        assert self.found(a_line(PaymentStatus.REVERSED), payout=a_payout(state=S.REVERSED)) == []
        assert self.found(a_line(), payout=a_payout(state=S.REVERSING)) == []
        assert self.found(a_line(), a_line(PaymentStatus.REVERSED), payout=a_payout(state=S.REVERSED)) == []

    @pytest.mark.parametrize(
        ("payout", "line", "kind"),
        [
            (None, a_line(), DiscrepancyKind.NOT_IN_LEDGER),
            (a_payout(), a_line(), DiscrepancyKind.NOT_IN_LEDGER),
            (a_payout(state=S.PAID), a_line(amount=Decimal("1.00")), DiscrepancyKind.AMOUNT_DIFFERS),
            (a_payout(state=S.PAID), a_line(PaymentStatus.REVERSED), DiscrepancyKind.STATUS_DIFFERS),
            (a_payout(state=S.REVERSED), a_line(), DiscrepancyKind.STATUS_DIFFERS),
        ],
        ids=["nobody requested", "not booked as paid", "another amount", "came back", "did not come back"],
    )
    def test_are_told_of_what_the_statement_has(
        self, payout: Payout | None, line: StatementLine, kind: DiscrepancyKind
    ) -> None:
        assert self.found(line, payout=payout) == [kind]

    def test_are_told_of_what_the_statement_lacks_or_has_twice(self) -> None:
        paid = a_payout(state=S.PAID)

        assert self.found(payout=paid, expected=(paid.key,)) == [DiscrepancyKind.NOT_IN_STATEMENT]
        assert self.found(a_line(), a_line(), payout=paid) == [DiscrepancyKind.TOLD_TWICE]

    def test_are_none_where_no_money_moved(self) -> None:
        assert self.found(a_line(PaymentStatus.REFUSED), a_line(PaymentStatus.PENDING)) == []
