"""Complaints as people of the carrier are shown them: whole, but for what names or reaches a person (R65)."""

from collections.abc import Mapping
from typing import Any

from rules.privacy import mask_address, mask_name, mask_phone, mask_record
from schemas.complaints import Complaint, ComplaintRecord

HIDDEN = frozenset({"caller_key", "clock_anchors", "subject_told", "person_told", "paid_elsewhere"})
"""Columns that say nothing to people, or that what was told says already."""


def mask_email(address: str) -> str:
    """Show the first letter of an address and its host."""
    name, at, host = address.partition("@")
    return f"{mask_name(name)}{at}{host}" if at else mask_name(address)


_MASKS = {"name": mask_name, "phone": mask_phone, "email": mask_email, "address": mask_address}


def shown_record(record: ComplaintRecord) -> dict[str, Any]:
    """Give what was told as JSON has it, with its people masked."""
    told = {
        part: _masked_party(said) if isinstance(said, dict) else said
        for part, said in record.model_dump(mode="json").items()
    }
    masked: dict[str, Any] = mask_record(told)
    return {**masked, "waybill": record.waybill}  # its digits are no phone number


def _masked_party(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _MASKS[name](value) if name in _MASKS else value for name, value in said.items()}


def shown_complaint(complaint: Complaint) -> dict[str, Any]:
    """Give a complaint as JSON has it, with its people masked."""
    told = {name: value for name, value in complaint.model_dump(mode="json").items() if name not in HIDDEN}
    masked: dict[str, Any] = mask_record(told)
    return {
        **masked,
        "case_no": complaint.case_no,
        "waybill": complaint.waybill,
        "customer_name": mask_name(complaint.customer_name),
        "customer_phone": mask_phone(complaint.customer_phone),
        "customer_email": mask_email(complaint.customer_email),
    }
