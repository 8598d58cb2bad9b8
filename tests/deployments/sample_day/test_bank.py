"""The bank of the sample day: it reads a batch as a bank would, and answers as docs/payments.md says a bank does."""

from decimal import Decimal

import pytest

from adapters.payments.bank_file import Row, parse_results, render
from deployments.sample_day.bank import COLUMNS, results_of
from schemas.payments import PaymentStatus

BATCH = "PB-20261128-000001"


def a_batch(payouts: int) -> str:
    rows = [
        Row(f"CL-20261128-{number:06d}-P1", "王某某", "00000000", Decimal(number), "CNY", "理赔款")
        for number in range(1, payouts + 1)
    ]
    return render(BATCH, "CNY", rows).decode()


class TestResultsOf:
    def test_pays_most_refuses_the_last_and_says_nothing_yet_of_some(self) -> None:
        results = parse_results(results_of(a_batch(10)))

        assert results.batch_nos == {BATCH}
        assert not results.refused
        assert [row.status for row in results.rows] == [PaymentStatus.PAID] * 7 + [PaymentStatus.REFUSED]
        assert [row.amount for row in results.rows] == [Decimal(number) for number in (1, 2, 3, 4, 5, 6, 7, 10)]
        assert results.rows[-1].reason

    @pytest.mark.parametrize("payouts", [1, 2])
    def test_pays_a_small_batch(self, payouts: int) -> None:
        rows = parse_results(results_of(a_batch(payouts))).rows

        assert [row.status for row in rows] == [PaymentStatus.PAID] * payouts

    def test_gives_each_payment_a_reference_of_its_own(self) -> None:
        rows = parse_results(results_of(a_batch(20))).rows

        references = [row.reference for row in rows if row.status is PaymentStatus.PAID]
        assert len(set(references)) == len(references)

    def test_has_the_columns_that_a_result_file_has(self) -> None:
        assert results_of(a_batch(1)).splitlines()[0].split(",") == [*COLUMNS]
