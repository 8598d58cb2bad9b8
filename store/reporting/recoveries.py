"""What the ledger says of a period: charged, claimed from insurers, recovered and written off, less what was reversed.

A reversal counts against the period in which it was booked. One line for each claim, side and currency: from parties,
from insurers, or from nobody, of a loss that nobody was asked for. Whose the money is, no line says.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from schemas.claim_lines import RecoveryLine
from schemas.reporting import Span
from store.reporting.counting import PERIODS, Population, bounds, flags

FIGURES = ("charged", "from_insurer", "recovered", "written_off")
CONDITIONS: dict[str, str] = {name: f"r.{name}_amount <> 0" for name in FIGURES}
RECOVERIES = Population(
    table="reported_recovery",
    conditions=CONDITIONS,
    dimensions=("side", "currency"),
    gravest="greatest(charged_amount, from_insurer_amount, recovered_amount, written_off_amount) DESC, case_no",
    largest_by="recovered",
    amounts={name: f"{name}_amount" for name in FIGURES},
)
_GATHER = f"""
CREATE TEMPORARY TABLE reported_recovery ON COMMIT DROP AS
WITH booked AS (
  SELECT w.which, w.start_at, b.booking_id, b.claim_no AS case_no, coalesce(o.event, b.event) AS event
  FROM booking b JOIN {PERIODS} ON b.at >= w.start_at AND b.at < w.end_at
  LEFT JOIN booking o ON o.booking_id = b.reverses
), moved AS (
  SELECT b.which, b.start_at, b.case_no, b.event, l.currency, l.amount,
    CASE WHEN EXISTS (SELECT FROM booking_line q WHERE q.booking_id = b.booking_id
                      AND q.account = 'receivable_from_insurer') THEN 'insurer'
         WHEN EXISTS (SELECT FROM booking_line q WHERE q.booking_id = b.booking_id
                      AND q.account = 'receivable_from_party') THEN 'party' ELSE 'nobody' END AS side
  FROM booked b JOIN booking_line l ON l.booking_id = b.booking_id AND (b.event, l.account) IN (
    ('charged_to_party', 'receivable_from_party'), ('claimed_from_insurer', 'receivable_from_insurer'),
    ('recovered', 'cash'), ('written_off', 'loss'))
), summed AS (
  SELECT which, start_at, case_no, side, currency,
    coalesce(sum(amount) FILTER (WHERE event = 'charged_to_party'), 0) AS charged_amount,
    coalesce(sum(amount) FILTER (WHERE event = 'claimed_from_insurer'), 0) AS from_insurer_amount,
    coalesce(sum(amount) FILTER (WHERE event = 'recovered'), 0) AS recovered_amount,
    coalesce(sum(amount) FILTER (WHERE event = 'written_off'), 0) AS written_off_amount
  FROM moved GROUP BY which, start_at, case_no, side, currency
)
SELECT r.*, {flags(CONDITIONS)} FROM summed r
"""  # noqa: S608  # all of it is declared above


def gather(connection: Connection, *, this: Span, before: Span) -> None:
    """Put what was booked in both periods into the table that the population reads, for this transaction."""
    connection.execute(text(_GATHER), bounds(this=this, before=before))


def lines(connection: Connection) -> Iterator[RecoveryLine]:
    """Read those that some figure of this period counts, by their claims."""
    for row in RECOVERIES.rows(connection, RecoveryLine._fields):
        told = RecoveryLine(*row)
        if told.counted:  # what was booked and reversed in one period is nothing
            yield told
