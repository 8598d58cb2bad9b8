"""Work orders as they go over the wire."""

from pydantic import BaseModel, ConfigDict, Field


class WorkOrder(BaseModel):
    """One measure that the carrier is asked to carry out for one parcel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_no: str
    waybill: str
    carrier: str
    outlet: str = ""
    measure: str
    amount: str = "0"  # compensation to be paid, in `currency`
    currency: str = "CNY"
    instruction: str = ""


class KeyedOrder(BaseModel):
    """An order of a list, with its own idempotency key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(min_length=1, max_length=200)
    order: WorkOrder


class Acceptance(BaseModel):
    """The desk's word that it will do it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reference: str


class OrderAnswer(BaseModel):
    """What the desk says to one order of a list: the status that the single form would have had."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    status: int
    reference: str = ""
    error: str = ""
