"""Payouts by file: gathered into a batch for the bank, and settled by the results that the bank sends back."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from prefect import task

from adapters.payments import bank_file
from adapters.payments.bank_file import UnreadableFile
from adapters.payments.settings import PaymentSettings
from rules.claims.payouts import contradictions, is_news, target_of, why_not
from schemas.payments import Batch, LineRefused, Payout, PayoutState, ResultReport, ResultRow
from store import outbox, payout_batches, payouts
from store.outbox import Kind, Letter
from store.payouts import Turn
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.paying import book_paid, book_refused, book_returned
from tasks.dispatch.payments import batch_content
from tasks.settings import as_set_now, business_settings

BANK = "bank"


@task
def gather_batches(*, who: str) -> list[Batch]:
    """Gather what waits for the bank into batches, one currency in each; their files are written from the outbox."""
    _try_again()
    made: list[Batch] = []
    while batch := _gather(who):
        made.append(batch)
    return made


def _try_again() -> None:
    """Let the files be written of which something kept the last attempt for good."""
    with unit_of_work() as connection:
        unwritten = [batch.batch_no for batch in payout_batches.listing(connection) if not batch.written]
        outbox.put_anew(connection, [_letter(batch_no, clock.now()) for batch_no in unwritten])


def _letter(batch_no: str, now: datetime) -> Letter:
    return Letter(Kind.PAYOUT_BATCH, batch_no, batch_no, {"batch": batch_no}, now)


def _gather(who: str) -> Batch | None:
    now, limit = clock.now(), as_set_now(PaymentSettings).payment_batch_payouts_max
    with unit_of_work() as connection:
        waiting = payout_batches.waiting(connection, limit=limit)
        if not waiting:
            return None
        currency = waiting[0].currency
        day = now.astimezone(business_settings().zone).strftime("%Y%m%d")
        batch_no = payout_batches.next_number(connection, day=day)
        content = batch_content(batch_no, currency, payouts.addressed(connection, [payout.key for payout in waiting]))
        batch = Batch(
            batch_no=batch_no,
            currency=currency,
            payouts=len(waiting),
            total=sum((payout.amount for payout in waiting), Decimal()),
            file_name=f"{batch_no}.csv",
            sha256=sha256(content).hexdigest(),
            made_at=now,
        )
        payout_batches.add(connection, batch, who=who)
        turns = [Turn(payout, PayoutState.BATCHED, batch_no=batch_no) for payout in waiting]
        payouts.move_many(connection, turns, at=now)
        outbox.put(connection, [_letter(batch_no, now)])
    return batch


@task
def take_in_results(file: Path) -> ResultReport:
    """Settle payouts by a result file of the bank; the lines that do not fit are told with their reasons.

    The same file again changes nothing: what it says is known already.

    Raises:
        UnreadableFile: it is no file of the bank, or is not of one batch.
    """
    results = bank_file.read_results(file, settings=as_set_now(PaymentSettings))
    if len(results.batch_nos) != 1:
        raise UnreadableFile(f"{file} is not of one batch, but of {len(results.batch_nos)}")
    [batch_no] = results.batch_nos
    with unit_of_work() as connection:
        known = payouts.by_keys(connection, {row.key for row in results.rows}, lock=True)
        usable, refused = _matched(results.rows, known, batch_no=batch_no)
        news = {row.key: row for row in usable if is_news(row.status, known[row.key])}
        _settle(connection, list(news.values()), known)
        report = _report(list(news.values()), known, [*results.refused, *refused])
    already = {row.key for row in usable} - set(news)
    return report.model_copy(update={"known_already": len(already)})


def _matched(
    rows: Sequence[ResultRow], known: dict[str, Payout], *, batch_no: str
) -> tuple[list[ResultRow], list[LineRefused]]:
    refused = contradictions(rows)
    doubted = {one.line for one in refused}
    usable: list[ResultRow] = []
    for row in rows:
        if row.line in doubted:
            continue
        if why := why_not(row, known.get(row.key), batch_no=batch_no):
            refused.append(LineRefused(line=row.line, key=row.key, reason=why))
        else:
            usable.append(row)
    return usable, refused


def _settle(connection: Connection, news: Sequence[ResultRow], known: dict[str, Payout]) -> None:
    turns: dict[PayoutState, list[Turn]] = {state: [] for state in PayoutState}
    for row in news:
        target = target_of(row.status, known[row.key].state)
        turns[target].append(
            Turn(
                known[row.key],
                target,
                row.reason,
                provider_reference=row.reference,
                reversal_reason="returned_by_bank" if target is PayoutState.REVERSED else "",
                reversed_by=BANK if target is PayoutState.REVERSED else "",
            )
        )
    now = clock.now()
    book_paid(connection, turns[PayoutState.PAID], at=now)
    book_refused(connection, turns[PayoutState.REFUSED], at=now)
    book_returned(connection, turns[PayoutState.REVERSED], at=now)


def _report(news: Sequence[ResultRow], known: dict[str, Payout], refused: Sequence[LineRefused]) -> ResultReport:
    became = [target_of(row.status, known[row.key].state) for row in news]
    return ResultReport(
        paid=became.count(PayoutState.PAID),
        refused=became.count(PayoutState.REFUSED),
        returned=became.count(PayoutState.REVERSED),
        lines_refused=tuple(sorted(refused, key=lambda one: one.line)),
    )
