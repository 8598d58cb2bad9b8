"""What makes two tracking events one event.

How a provider's fields become `identity` is for its adapter to say; here is only the key made of it.
"""

import hashlib
import uuid
from datetime import UTC

from schemas.tracking import TrackingRecord

# The ASCII unit separator. A clean record has none in its texts (the quality checks refuse control characters), so
# two clean events never share a key because a text moved from one field to the next.
SEPARATOR = "\x1f"


def event_id(record: TrackingRecord) -> uuid.UUID | None:
    """Name the event that a record tells of: 128 bits of SHA-256 over namespace, waybill, time and identity.

    None for a record without a waybill or a time, which is no event that anybody could find again. The source is left
    out on purpose, so that a query and a push of one provider tell the same event.

    Raises:
        ValueError: the record's time has no zone, so it is no point in time.
    """
    if not record.waybill or record.occurred_at is None:
        return None
    if record.occurred_at.tzinfo is None:
        raise ValueError(f"{record.where}: the time {record.occurred_at.isoformat()} has no zone")
    moment = record.occurred_at.astimezone(UTC).isoformat()
    told = SEPARATOR.join((record.namespace, record.waybill, moment, record.identity))
    # A payload may hold half a surrogate pair; the record is quarantined for it, and must not stop the batch here.
    return uuid.UUID(bytes=hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()[:16])
