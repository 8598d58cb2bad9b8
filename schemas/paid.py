"""What was ordered to be paid for a parcel, by whatever case."""

from collections.abc import Iterable
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class OrderedPayment(BaseModel):
    """What one case had paid, or is about to, for its parcel."""

    model_config = ConfigDict(frozen=True)

    case_no: str
    amount: Decimal
    currency: str = "CNY"


def paid_in(currency: str, payments: Iterable[OrderedPayment]) -> Decimal:
    """Sum what was ordered in this currency; what was ordered in another cannot be set against it."""
    return sum((one.amount for one in payments if one.currency == currency), Decimal(0))
