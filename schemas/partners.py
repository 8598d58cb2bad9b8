"""What partners tell of claims and insurances of their own, as it was understood. How each writes: `adapters`."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from schemas.claims import ClaimForm
from schemas.complaints import Money

Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class PartnerStatus(StrEnum):
    """How a claim stands with the partner. docs/glossary.md has the Chinese terms."""

    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    APPROVED_PARTIAL = "approved_partial"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class PartnerClaim(BaseModel):
    """A claim that a partner tells of; told again with a later time, it has changed."""

    model_config = ConfigDict(frozen=True)

    where: str  # path of the claim in its payload
    partner: str
    reference: Name  # the partner's own number of it
    status: PartnerStatus
    updated_at: datetime
    form: ClaimForm


class PartnerInsurance(BaseModel):
    """An insurance with somebody else that a partner tells of: a shipment that is paid for by another, too."""

    model_config = ConfigDict(frozen=True)

    where: str
    partner: str
    reference: Name
    waybill: Name
    status: Name
    updated_at: datetime
    amount: Money | None = None
    currency: str = ""
