"""What somebody told, as his case's own row holds it, and what of it is missing (R32 to R38)."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from rules.complaints.record import missing_fields
from schemas.complaints import ComplaintRecord, MissingField
from schemas.exceptions import Role
from store import complaint_matters
from store.consignees import consignee_key
from store.keyed import keyed_hash
from store.tracking import shipments
from store.unit_of_work import Connection
from tasks.complaints.naming import on_file
from tasks.settings import business_settings

TAKEN_BEFORE_MAX = timedelta(days=30)
"""How long before it is entered a complaint may have been taken in."""


class Incomplete(ValueError):
    """Something that must be told is missing, and nobody asked to keep a draft of it."""

    def __init__(self, missing: tuple[MissingField, ...]) -> None:
        """Name the fields."""
        self.missing = missing
        super().__init__(f"missing: {', '.join(field.at for field in missing)}")


class TakenIn(NamedTuple):
    """How a record came in: by whom, and in which role."""

    by: str
    role: Role = Role.AGENT


def caller_key(record: ComplaintRecord) -> str:
    """Name who complains by his telephone, else by his e-mail address; empty where he told neither."""
    if key := consignee_key(record.customer.phone):
        return key
    address = record.customer.email.casefold()
    return keyed_hash("caller by mail", address) if address else ""


def missing_of(connection: Connection, record: ComplaintRecord) -> tuple[MissingField, ...]:
    """Name what must be told and was not; of a parcel that is on file less must be."""
    on_file = bool(record.waybill) and shipments.is_registered(connection, record.waybill)
    return missing_fields(record, parcel_on_file=on_file)


def told_columns(connection: Connection, record: ComplaintRecord, case_no: str) -> dict[str, Any]:
    """Give what the case's own row holds of what was told, and the cases that it points to."""
    return {
        "waybill": record.waybill,
        "type": record.type.value,
        "language": record.customer.language or business_settings().language,
        **on_file(connection, record),
        "caller_key": caller_key(record),
        "demanded": record.demand.amount,
        "currency": record.demand.currency,
        "related_case": complaint_matters.open_exception(connection, record.waybill),
        "earlier_case": complaint_matters.earlier_about(connection, record.waybill, than=case_no),
    }


def taken_in_at(told_at: datetime | None, now: datetime) -> str:
    """Say when something was taken in (R36), from which the law counts; nobody takes anything in after now."""
    return max(now - TAKEN_BEFORE_MAX, min(told_at or now, now)).isoformat()
