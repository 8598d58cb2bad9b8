"""Work orders as they go over the wire."""

from pydantic import BaseModel, ConfigDict


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


class Acceptance(BaseModel):
    """The desk's word that it will do it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reference: str
