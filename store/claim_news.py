"""Claims about which the desk is told something once: what is nearly due, and what was claimed as lost and delivered.

A letter is told by its key: what has one in the outbox was told.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text


class News(NamedTuple):
    """A claim, and the key of the letter that tells of it."""

    case_no: str
    key: str


def nearly_due(connection: Connection, *, now: datetime, by: datetime, but_for: str, limit: int) -> list[News]:
    """Find the open claims whose next clock runs out by then and of which nobody was told so, the soonest first.

    A clock named `but_for` is left out.
    """
    rows = connection.execute(
        text(
            "SELECT d.case_no, d.key FROM (SELECT c.case_no, c.next_due_at, c.case_no || CAST(:mark AS text) "
            "|| c.due_kind || '-' || CAST(extract(epoch FROM c.next_due_at) AS bigint) AS key FROM claim c "
            "WHERE c.closed_at IS NULL AND c.next_due_at > :now AND c.next_due_at <= :by AND c.due_kind <> :but_for) d "
            "WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.key = d.key) ORDER BY d.next_due_at, d.case_no LIMIT :limit"
        ),
        {"now": now, "by": by, "but_for": but_for, "limit": limit, "mark": ":due-"},
    )
    return [News(*row) for row in rows]


def delivered_after_all(connection: Connection, *, closed_since: datetime, limit: int) -> list[News]:
    """Find the claims of a loss whose parcel was delivered after they were filed, and of which nobody was told so.

    Those that are open, and those that were paid and are closed since then.
    """
    rows = connection.execute(
        text(
            "SELECT d.case_no, d.key FROM (SELECT c.case_no, c.case_no || CAST(:mark AS text) "
            "|| CAST(extract(epoch FROM s.delivered_at) AS bigint) AS key FROM claim c JOIN shipment s USING (waybill) "
            "WHERE c.event = 'loss' AND c.waybill <> '' AND c.state <> 'DRAFT' AND s.delivered_at > c.opened_at "
            "AND (c.closed_at IS NULL OR c.closed_at > :closed_since AND c.paid_amount > 0)) d "
            "WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.key = d.key) ORDER BY d.case_no LIMIT :limit"
        ),
        {"closed_since": closed_since, "limit": limit, "mark": ":delivered-"},
    )
    return [News(*row) for row in rows]
