"""What the rest of the store knows of an appeal's matter: the complaint before it, its parcel, numbers of others."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text


class ComplaintOnFile(NamedTuple):
    """What the complaint that went before says of it."""

    case_no: str
    waybill: str
    opened_at: datetime
    answered_at: datetime | None  # when the customer was first told the result
    objections: int
    ending: str


_COMPLAINT = (
    "SELECT c.case_no, c.waybill, c.opened_at, (SELECT min(h.at) FROM case_history h WHERE h.case_no = c.case_no "
    "AND h.to_state IN ('FED_BACK', 'CONCLUDED') AND h.from_state <> h.to_state) AS answered_at, c.objections, "
    "c.ending FROM complaint c WHERE "
)


def complaint_on_file(connection: Connection, case_no: str) -> ComplaintOnFile | None:
    """Read the complaint with a number; None where there is none."""
    row = connection.execute(text(f"{_COMPLAINT}c.case_no = :case_no"), {"case_no": case_no}).one_or_none()
    return ComplaintOnFile(*row) if row else None


def complaint_before(
    connection: Connection, *, waybill: str, caller_key: str, until: datetime
) -> ComplaintOnFile | None:
    """Find the newest complaint about a waybill, or else that of a caller, that was opened before an appeal.

    What the regulator itself brought, and was handled as a complaint, is none that went before.
    """
    row = connection.execute(
        text(
            f"{_COMPLAINT}((c.waybill = :waybill AND c.waybill <> '') OR "
            "(c.caller_key = :caller_key AND c.caller_key <> '' AND (c.waybill = '' OR :waybill = ''))) "
            "AND c.opened_at <= :until AND c.channel <> 'regulator' "
            "ORDER BY c.waybill = :waybill DESC, c.opened_at DESC, c.case_no DESC LIMIT 1"
        ),
        {"waybill": waybill, "caller_key": caller_key, "until": until},
    ).one_or_none()
    return ComplaintOnFile(*row) if row else None


def posted_at(connection: Connection, waybill: str) -> datetime | None:
    """Say when a parcel was picked up, or else booked; None where nobody knows."""
    found: datetime | None = connection.execute(
        text("SELECT coalesce(picked_up_at, registered_at) FROM shipment WHERE waybill = :waybill"),
        {"waybill": waybill},
    ).scalar_one_or_none()
    return found


def numbers_of_others(
    connection: Connection, words: Collection[str], *, own: Collection[str], waybill: str
) -> list[str]:
    """Find which words of a text are numbers of another parcel, or of what was opened about another one."""
    rows = connection.execute(
        text(
            "SELECT word FROM unnest(CAST(:words AS text[])) AS word WHERE word <> ALL(:own) AND ("
            "EXISTS (SELECT FROM shipment WHERE shipment.waybill = word) OR EXISTS (SELECT FROM (SELECT case_no, "
            "waybill FROM cases UNION ALL SELECT case_no, waybill FROM complaint UNION ALL SELECT case_no, waybill "
            "FROM appeal) AS known WHERE known.case_no = word AND (known.waybill <> :waybill OR :waybill = ''))) "
            "ORDER BY word"
        ),
        {"words": sorted(words), "own": sorted(own), "waybill": waybill},
    )
    return [row.word for row in rows]
