"""Which complaint a matter has, and what else is known of its caller and its parcel (R60, R66).

Belongs here: finding and counting what stands beside a complaint. Does not belong here: when two tellings are one
matter or a repeat (`rules.complaints.telling`).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, text

from schemas.complaints import Complaint, ComplaintType
from store.complaints import one_complaint


def lock_matter(connection: Connection, *, waybill: str, caller_key: str, type_: ComplaintType) -> None:
    """Let only one transaction at a time take in what is told of one matter, so that twins at once become one case."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:matter, 0))"),
        {"matter": f"complaint {waybill or caller_key} {type_.value}"},
    )


def same_matter(
    connection: Connection, *, caller_key: str, waybill: str, type_: ComplaintType, since: datetime
) -> Complaint | None:
    """Find and lock the complaint that the same trouble was told of: the newest that is open or was told since then.

    A draft that nobody completed is no matter: what is told after it must be told in full.

    The same parcel and the same kind of trouble are the same matter, whoever tells it; without a parcel the same caller
    and the same kind are.
    """
    about = "c.waybill = :waybill" if waybill else "c.waybill = '' AND c.caller_key = :caller_key"
    number = connection.execute(
        text(
            f"SELECT c.case_no FROM complaint c WHERE {about} AND c.type = :type "  # noqa: S608  # values are bound
            "AND (c.closed_at IS NULL OR c.told_at >= :since AND c.ending <> 'abandoned') "
            "ORDER BY c.opened_at DESC, c.case_no DESC LIMIT 1 FOR UPDATE"
        ),
        {"waybill": waybill, "caller_key": caller_key, "type": type_.value, "since": since},
    ).scalar_one_or_none()
    if number is None or not (waybill or caller_key):
        return None
    return one_complaint(connection, number)


def told_at(connection: Connection, case_no: str) -> datetime:
    """Say when a complaint was told last."""
    at: datetime = connection.execute(
        text("SELECT told_at FROM complaint WHERE case_no = :case_no"), {"case_no": case_no}
    ).scalar_one()
    return at


def calls_of(connection: Connection, caller_key: str, *, since: datetime) -> int:
    """Count what a caller has complained of since then, every telling."""
    if not caller_key:
        return 0
    return int(
        connection.execute(
            text(
                "SELECT coalesce(sum(tellings), 0) FROM complaint WHERE caller_key = :caller_key "
                "AND caller_key <> '' AND opened_at >= :since"
            ),
            {"caller_key": caller_key, "since": since},
        ).scalar_one()
    )


def malicious_of(connection: Connection, caller_keys: Collection[str]) -> dict[str, int]:
    """Count the complaints of each caller that people found malicious; one without any is left out."""
    rows = connection.execute(
        text(
            "SELECT caller_key, count(*) AS malicious FROM complaint WHERE caller_key = ANY(:caller_keys) "
            "AND caller_key <> '' AND finding->>'validity' = 'MALICIOUS' AND finding->>'decided_by' <> '' "
            "GROUP BY caller_key"
        ),
        {"caller_keys": list(caller_keys)},
    )
    return {row.caller_key: row.malicious for row in rows}


def open_exception(connection: Connection, waybill: str) -> str:
    """Give the number of the parcel's open exception, the newest; empty when it has none."""
    if not waybill:
        return ""
    found = connection.execute(
        text(
            "SELECT case_no FROM cases WHERE waybill = :waybill AND closed_at IS NULL "
            "ORDER BY opened_at DESC, case_no DESC LIMIT 1"
        ),
        {"waybill": waybill},
    ).scalar_one_or_none()
    return found or ""


def earlier_about(connection: Connection, waybill: str, *, than: str) -> str:
    """Give the number of the parcel's newest other complaint, whatever it was about; empty when it has none."""
    found = connection.execute(
        text(
            "SELECT case_no FROM complaint WHERE waybill = :waybill AND waybill <> '' AND case_no < :than "
            "ORDER BY case_no DESC LIMIT 1"
        ),
        {"waybill": waybill, "than": than},
    ).scalar_one_or_none()
    return found or ""
