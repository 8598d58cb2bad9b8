"""Who answers for claims, share by share (R40): one line for each party of each claim.

A person, such as a courier or a customer, is counted by his kind alone: nobody's name or staff id is in a report.
"""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Connection, text

from rules.privacy import mask_phones
from schemas.claim_lines import ShareLine
from store.reporting.claims import PARTIES
from store.reporting.counting import Population, flags

CONDITIONS: dict[str, str] = {"answering": "r.is_filed", "bearing": "r.is_paid"}
SHARES = Population(
    table="reported_share",
    conditions=CONDITIONS,
    dimensions=("kind", "party", "event", "outlet", "lane", "currency"),
    largest_by="answering",
    amounts={"answering": "share / 100", "bearing": "borne"},
)
_TOLD_BY_OTHERS = ("party", "outlet", "lane")
_GATHER = f"""
CREATE TEMPORARY TABLE reported_share ON COMMIT DROP AS
WITH told AS (
  SELECT r.which, r.start_at, r.case_no, r.severity, r.event, r.outlet, r.lane, r.currency, r.paid_amount, r.is_filed,
    r.is_paid, p.kind, CASE WHEN p.kind = ANY(:people) THEN '' ELSE coalesce(p.name, '') END AS party, p.share
  FROM reported_claim r JOIN claim c USING (case_no)
  CROSS JOIN LATERAL jsonb_to_recordset({PARTIES}) AS p (kind text, name text, share numeric)
  WHERE r.is_filed OR r.is_paid
), summed AS (
  SELECT which, start_at, case_no, severity, event, outlet, lane, currency, is_filed, is_paid, kind, party,
    sum(share) AS share, round(paid_amount * sum(share) / 100, 2) AS borne
  FROM told GROUP BY which, start_at, case_no, severity, event, outlet, lane, currency, is_filed, is_paid, kind, party,
    paid_amount
)
SELECT r.*, {flags(CONDITIONS)} FROM summed r
"""  # noqa: S608  # all of it is declared above


def gather(connection: Connection, *, people: Collection[str]) -> None:
    """Put the shares of the claims that were gathered into a table beside them; `people` are the kinds of persons."""
    connection.execute(text(_GATHER), {"people": list(people)})
    connection.execute(text("ANALYZE reported_share"))


def lines(connection: Connection) -> Iterator[ShareLine]:
    """Read the shares of this period, by their claims."""
    for row in SHARES.rows(connection, ShareLine._fields):
        told = ShareLine(*row)
        masked: dict[str, Any] = {name: mask_phones(getattr(told, name)) for name in _TOLD_BY_OTHERS}
        yield told._replace(**masked)
