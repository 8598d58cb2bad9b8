"""Rectifications (R77) as reports count them: ordered and verified in a period, and what is owed until verified."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from rules.privacy import mask_phones
from schemas.complaint_lines import RectificationLine
from schemas.reporting import Span
from store.reporting.complaints import FROM_COMPLAINT
from store.reporting.counting import PERIODS, Population, bounds, flags
from store.reporting.parties import OUTLET_ANSWERING

_OWED = "w.which = 'this' AND r.state = 'open'"
CONDITIONS: dict[str, str] = {
    "ordered": "r.created_at >= w.start_at AND r.created_at < w.end_at",
    "verified": "r.state = 'verified' AND r.verified_at >= w.start_at AND r.verified_at < w.end_at",
    "failed": "r.state = 'failed' AND r.done_at >= w.start_at AND r.done_at < w.end_at",
    # as it stands when the report is made, whenever it was ordered
    "owed": _OWED,
    "owed_overdue": f"{_OWED} AND r.due_at <= :as_of",
    "unverified": "w.which = 'this' AND r.state = 'done'",
}
RECTIFICATIONS = Population(
    table="reported_rectification",
    conditions=CONDITIONS,
    dimensions=("owner", "outlet", "type"),
    gravest="due_at, case_no",
    largest_by="owed",
)
_GATHER = f"""
CREATE TEMPORARY TABLE reported_rectification ON COMMIT DROP AS
WITH ordered AS (
  SELECT a.case_no, a.plan_version, c.type, c.severity, {OUTLET_ANSWERING} AS outlet, a.owner, a.due_at, a.state,
    a.done_at, a.verified_at, a.created_at
  FROM {FROM_COMPLAINT} JOIN complaint_action a USING (case_no)
  WHERE a.action = 'RECTIFY' AND (a.state IN ('open', 'done') OR a.created_at >= :since OR a.done_at >= :since
    OR a.verified_at >= :since)
)
SELECT w.which, w.start_at, r.*, {flags(CONDITIONS)}
FROM ordered r CROSS JOIN {PERIODS}
"""  # noqa: S608  # all of it is declared above


def gather(connection: Connection, *, this: Span, before: Span, as_of: datetime) -> None:
    """Put the rectifications into the table that the population reads, for this transaction."""
    connection.execute(text(_GATHER), {"since": before.start, "as_of": as_of, **bounds(this=this, before=before)})


def lines(connection: Connection, case_nos: Collection[str] | None = None) -> Iterator[RectificationLine]:
    """Read those that some figure of this period counts, by their cases."""
    for row in RECTIFICATIONS.rows(connection, RectificationLine._fields, numbers=case_nos):
        told = RectificationLine(*row)
        if told.counted:
            masked: dict[str, Any] = {name: mask_phones(getattr(told, name)) for name in ("outlet", "owner")}
            yield told._replace(**masked)
