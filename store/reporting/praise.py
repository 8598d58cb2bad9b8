"""Positive feedback as reports count it (R110): of the period, and of the calendar month that the period ends in."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from rules.privacy import mask_phones
from schemas.complaint_lines import PraiseLine
from schemas.reporting import Span
from store.reporting.counting import PERIODS, Population, bounds, flags

CONDITIONS: dict[str, str] = {
    "praised": "r.told_at >= w.start_at",
    "praised_in_month": "r.told_at >= CASE w.which WHEN 'this' THEN :this_month ELSE :before_month END",
}
PRAISE = Population(
    table="reported_praise",
    conditions=CONDITIONS,
    dimensions=("outlet", "channel"),
    number="praise_no",
    gravest="told_at DESC, praise_no",
    largest_by="praised",
)
_GATHER = f"""
CREATE TEMPORARY TABLE reported_praise ON COMMIT DROP AS
WITH told AS (
  SELECT 'P-' || praise_id AS praise_no, told_at, channel, outlet, waybill FROM praise
  WHERE told_at >= least(CAST(:before_start AS timestamptz), :before_month) AND told_at < :this_end
)
SELECT w.which, w.start_at, r.*, {flags(CONDITIONS)}
FROM told r JOIN {PERIODS} ON r.told_at < w.end_at
"""  # noqa: S608  # all of it is declared above


def gather(connection: Connection, *, this: Span, before: Span, months: Mapping[str, datetime]) -> None:
    """Put the praise of both periods into the table that the population reads; `months` say when their months begin."""
    connection.execute(
        text(_GATHER),
        {**bounds(this=this, before=before), "this_month": months["this"], "before_month": months["before"]},
    )


def lines(connection: Connection) -> Iterator[PraiseLine]:
    """Read what some figure of this period counts."""
    for row in PRAISE.rows(connection, PraiseLine._fields):
        told = PraiseLine(*row)
        if told.counted:
            yield told._replace(outlet=mask_phones(told.outlet))
