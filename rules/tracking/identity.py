"""What makes two tracking events one event.

How a provider's fields become `identity` is for its adapter to say; here is only the key made of it.
"""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

from schemas.tracking import TrackingRecord

# The ASCII unit separator. A clean record has none in its texts (the quality checks refuse control characters), so
# two clean events never share a key because a text moved from one field to the next.
SEPARATOR = "\x1f"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def digest(told: str) -> bytes:
    """Give the 16 bytes that name an event: the head of the SHA-256 of namespace, waybill, microseconds, identity.

    The four are joined by SEPARATOR; the microseconds are those since 1970, in UTC.
    """
    # A payload may hold half a surrogate pair; the record is quarantined for it, and must not stop the batch here.
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()[:16]


def event_name(*, namespace: str, waybill: str, occurred_at: datetime, identity: str) -> uuid.UUID:
    """Name an event.

    Raises:
        ValueError: the time has no zone, so it is no point in time.
    """
    if occurred_at.tzinfo is None:
        raise ValueError(f"the time {occurred_at.isoformat()} has no zone")
    microseconds = str((occurred_at - _EPOCH) // _MICROSECOND)
    return uuid.UUID(bytes=digest(SEPARATOR.join((namespace, waybill, microseconds, identity))))


def event_id(record: TrackingRecord) -> uuid.UUID | None:
    """Name the event that a record tells of; None without a waybill or a time: nobody could find it again.

    The source is left out on purpose, so that a query and a push of one provider tell the same event.

    Raises:
        ValueError: the record's time has no zone.
    """
    if not record.waybill or record.occurred_at is None:
        return None
    return event_name(
        namespace=record.namespace, waybill=record.waybill, occurred_at=record.occurred_at, identity=record.identity
    )
