"""The bank of the sample day: it pays what a batch asks for, refuses one account, and is slow with a few."""

import csv
import io

COLUMNS = ("batch", "key", "status", "amount", "currency", "bank_reference", "reason")
REFUSED_BECAUSE = "户名与账号不符"
UNANSWERED_SHARE = 0.2
REFUSED_FROM = 3
"""Payouts that a batch must have for one of them to be refused: a small one is paid."""


def results_of(batch: str) -> str:
    """Answer the text of a batch with the text of a result file: the last payout is refused, those before are late."""
    rows = [row for row in csv.reader(io.StringIO(batch, newline="")) if row]
    batch_no, payouts = rows[0][1], rows[2:-1]  # after the head and the names of the columns, before the end
    refused = payouts[-1:] if len(payouts) >= REFUSED_FROM else []
    late = round(len(payouts) * UNANSWERED_SHARE)
    paid = payouts[: len(payouts) - len(refused) - late]
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for number, (key, _payee, _account, amount, currency, _reference) in enumerate(paid, start=1):
        writer.writerow((batch_no, key, "PAID", amount, currency, f"SB-{number:05d}", ""))
    for key, _payee, _account, amount, currency, _reference in refused:
        writer.writerow((batch_no, key, "REFUSED", amount, currency, "", REFUSED_BECAUSE))
    return written.getvalue()
