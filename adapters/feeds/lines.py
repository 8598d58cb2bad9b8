"""The lines that `redress translate` prints: one per record that can be used, one per record that cannot.

The quality checks judge batches with all their rules; the reasons here are only those that leave nothing to print.
"""

from schemas.tracking import TrackingRecord


def canonical_line(record: TrackingRecord) -> dict[str, str | None]:
    """Give a usable record as the object of one JSON line.

    Raises:
        ValueError: the record's time is not known; refusal_line says why.

    """
    if record.occurred_at is None:
        raise ValueError(f"the record at {record.where} has no time that could be read")
    return {
        "waybill": record.waybill,
        "source": record.source,
        "occurred_at": record.occurred_at.isoformat().replace("+00:00", "Z"),
        "event": record.event.value,
        "reason": record.reason.value if record.reason else None,
        "raw_code": record.raw_code,
        "raw_text": record.raw_text,
        "location": record.location,
        "voids": record.voids,
        "carrier": record.carrier,
        "confidence": record.confidence,
    }


def refusal_line(record: TrackingRecord, *, waybill_needed: bool = True) -> dict[str, str] | None:
    """Give the object of one JSON line for a record that cannot be used, or None when it can.

    A waybill is not needed to look at what a payload says, where its format never names one.
    """
    reason_code = _refused_because(record, waybill_needed=waybill_needed)
    return {"refused": reason_code, "at": record.where} if reason_code else None


def _refused_because(record: TrackingRecord, *, waybill_needed: bool) -> str:
    if record.unreadable:
        return record.unreadable
    if waybill_needed and not record.waybill:
        return "waybill_missing"
    if record.occurred_at is None:
        return "time_unreadable" if record.occurred_text.strip() else "time_missing"
    return ""
