"""Matters that somebody of the carrier settled himself (R83), as reports count them: by class, never by name."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from schemas.claim_lines import PrivateLine
from schemas.reporting import Span
from store.reporting.counting import PERIODS, Population, bounds, flags

CONDITIONS: dict[str, str] = {"told": "true", "with_claim": "r.claim_no <> ''"}
PRIVATELY = Population(
    table="reported_private",
    conditions=CONDITIONS,
    dimensions=("party", "currency"),
    number="settlement_no",
    gravest="settled_on, settlement_no",
    largest_by="told",
    amounts={"told": "amount"},
)
_GATHER = f"""
CREATE TEMPORARY TABLE reported_private ON COMMIT DROP AS
SELECT w.which, w.start_at, r.*, {flags(CONDITIONS)}
FROM (SELECT 'PS-' || settlement_id AS settlement_no, settled_on, party, claim_no, waybill, currency, amount
      FROM private_settlement) r
JOIN {PERIODS} ON r.settled_on >= (w.start_at AT TIME ZONE :zone)::date
  AND r.settled_on < (w.end_at AT TIME ZONE :zone)::date
"""  # noqa: S608  # all of it is declared above


def gather(connection: Connection, *, this: Span, before: Span, time_zone: str) -> None:
    """Put the matters of both periods' days into the table that the population reads, for this transaction."""
    connection.execute(text(_GATHER), {**bounds(this=this, before=before), "zone": time_zone})


def lines(connection: Connection) -> Iterator[PrivateLine]:
    """Read those of this period, in the order of their numbers."""
    yield from (PrivateLine(*row) for row in PRIVATELY.rows(connection, PrivateLine._fields))
