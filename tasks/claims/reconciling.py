"""Comparing the ledger with the statements of whoever paid, and with itself (对账). Nothing is put right here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from prefect import task

from adapters import Refused, Unavailable
from adapters.payments import bank_file, client
from adapters.payments.settings import PaymentSettings
from rules.claims.payouts import differences
from schemas.ledger import Period
from schemas.payments import (
    Discrepancy,
    DiscrepancyKind,
    LineRefused,
    PayoutMethod,
    Reconciliation,
    StatementLine,
)  # fmt: skip
from store import ledger, payouts
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.settings import as_set_now, business_settings

OVERLAP = timedelta(days=2)
"""How much more of a statement is read on both sides: what was paid before midnight may be booked after it."""
LINES_TOLD_MAX = 20


@task
def reconcile(day: date | None = None) -> Reconciliation:
    """Compare a day of the business, yesterday where none is named, with the provider's and the bank's statements.

    Each payout that the ledger says was paid on that day must be in a statement, and whatever a statement says was
    paid must be in the ledger. A statement that cannot be had is named with the reason.
    """
    period = _day(day)
    with unit_of_work() as connection:
        expected = {method: payouts.paid_in(connection, period, method=method) for method in PayoutMethod}
    compared: dict[str, int] = {}
    not_compared: dict[str, str] = {}
    found: list[Discrepancy] = []
    for source, read in _statements(period, expected).items():
        try:
            statement = read(period)
        except (Unavailable, Refused) as failure:
            not_compared[source] = str(failure)
            continue
        lines = [*statement.of_day, *(line for line in statement.around if line.key in set(expected[source]))]
        compared[source] = len(lines)
        found += _compared(source, lines, expected[source])
        if statement.refused:
            not_compared[f"{source} lines"] = "; ".join(
                f"line {one.line}: {one.reason}" for one in statement.refused[:LINES_TOLD_MAX]
            )
    with unit_of_work() as connection:
        found += _own_differences(connection)
    return Reconciliation(
        since=period.since,
        until=period.until,
        compared=compared,
        not_compared=not_compared,
        discrepancies=tuple(found),
    )


class Statement(NamedTuple):
    """What was said to be paid on the day itself, and around it, where the books may be a day off."""

    of_day: list[StatementLine]
    around: list[StatementLine]
    refused: list[LineRefused]


def _statements(
    period: Period, expected: Mapping[PayoutMethod, Sequence[str]]
) -> dict[PayoutMethod, Callable[[Period], Statement]]:
    """Give the statements that there should be."""
    wanted: dict[PayoutMethod, Callable[[Period], Statement]] = {}
    if as_set_now(PaymentSettings).payment_url or expected[PayoutMethod.PROVIDER]:
        wanted[PayoutMethod.PROVIDER] = _of_provider
    if expected[PayoutMethod.BANK_FILE] or _bank_files(period, 0):
        wanted[PayoutMethod.BANK_FILE] = _of_bank
    return wanted


def _compared(source: str, lines: Sequence[StatementLine], expected: Sequence[str]) -> list[Discrepancy]:
    with unit_of_work() as connection:
        ours = payouts.by_keys(connection, {line.key for line in lines} | set(expected))
    return differences(source, ours, lines, expected=expected)


def _own_differences(connection: Connection) -> list[Discrepancy]:
    off = [
        Discrepancy(kind=DiscrepancyKind.UNBALANCED, source="ledger", key=currency, ours=f"{amount} {currency}")
        for currency, amount in ledger.unbalanced(connection).items()
    ]
    in_payment = [
        Discrepancy(
            kind=DiscrepancyKind.IN_PAYMENT_DIFFERS,
            source="ledger",
            key=one.claim_no,
            ours=f"{one.booked} {one.currency} booked",
            theirs=f"{one.under_way} {one.currency} under way",
        )
        for one in payouts.in_payment_differs(connection)
    ]
    return off + in_payment


def _of_provider(period: Period) -> Statement:
    wide = Period(since=period.since - OVERLAP, until=period.until + OVERLAP)
    lines = list(client.statement(wide, settings=as_set_now(PaymentSettings)))
    on_day = [line for line in lines if line.at and period.since <= line.at < period.until]
    return Statement(on_day, [line for line in lines if line not in on_day], [])


def _of_bank(period: Period) -> Statement:
    """Read the bank's statements of the day and of the next, in which stands what the bank booked late.

    Raises:
        Refused: there is none of the day, or one cannot be read.
    """
    files = _bank_files(period, 0)
    if not files:
        raise Refused("the bank has sent no statement of this day")
    of_day, around = ([_read(file) for file in some] for some in (files, _bank_files(period, 1)))
    return Statement(
        [line for lines, _ in of_day for line in lines],
        [line for lines, _ in around for line in lines],
        [one for _, refused in of_day for one in refused],
    )


def _read(file: Path) -> tuple[list[StatementLine], list[LineRefused]]:
    results = bank_file.read_results(file, settings=as_set_now(PaymentSettings))
    lines = [StatementLine.model_validate(row.model_dump(exclude={"line", "reason"})) for row in results.rows]
    return lines, results.refused


def _bank_files(period: Period, days_later: int) -> list[Path]:
    day = period.since.astimezone(business_settings().zone).date() + timedelta(days=days_later)
    return bank_file.statements_of(day.isoformat(), settings=as_set_now(PaymentSettings))


def _day(day: date | None) -> Period:
    zone = business_settings().zone
    named = day or clock.now().astimezone(zone).date() - timedelta(days=1)
    start = datetime.combine(named, time(), zone)
    end = datetime.combine(named + timedelta(days=1), time(), zone)
    return Period(since=start.astimezone(UTC), until=end.astimezone(UTC))
