"""The appeal-avoidance figure (R73): one condition says which complaints it counts, so count and list never differ.

The denominator is every complaint that was closed in the period, but for those that the regulator brought; followed by
an appeal are those to which one is linked that reached the carrier by the moment of looking, whatever became of it. An
appeal may come as long as its window is open, so a figure about a recent period can still fall: it is told with its
moment.
"""

from datetime import datetime

from sqlalchemy import Connection, text

from schemas.appeals import AppealAvoidance
from schemas.reporting import Span

CLOSED_IN_PERIOD = "c.closed_at >= :start AND c.closed_at < :end AND c.closed_at <= :as_of AND c.channel <> 'regulator'"
FOLLOWED = "EXISTS (SELECT FROM appeal a WHERE a.complaint_no = c.case_no AND a.received_at <= :as_of)"


def appeal_avoidance(connection: Connection, span: Span, *, as_of: datetime) -> AppealAvoidance:
    """Count the complaints that were closed in a period, and those of them that an appeal followed."""
    row = connection.execute(
        text(
            f"SELECT count(*) AS closed, count(*) FILTER (WHERE {FOLLOWED}) AS appealed FROM complaint c "  # noqa: S608
            f"WHERE {CLOSED_IN_PERIOD}"
        ),
        {"start": span.start, "end": span.end, "as_of": as_of},
    ).one()
    return AppealAvoidance(start_at=span.start, end_at=span.end, as_of=as_of, closed=row.closed, appealed=row.appealed)


def counted_complaints(
    connection: Connection, span: Span, *, as_of: datetime, appealed: bool, after: str = "", limit: int = 2000
) -> list[str]:
    """List the complaints that the figure counts as followed by an appeal, or as not, in the order of their numbers."""
    wanted = FOLLOWED if appealed else f"NOT {FOLLOWED}"
    rows = connection.execute(
        text(
            f"SELECT c.case_no FROM complaint c WHERE {CLOSED_IN_PERIOD} AND {wanted} AND c.case_no > :after "  # noqa: S608
            "ORDER BY c.case_no LIMIT :limit"
        ),
        {"start": span.start, "end": span.end, "as_of": as_of, "after": after, "limit": limit},
    ).scalars()
    return list(rows)
