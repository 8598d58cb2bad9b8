"""Payments as they go over the wire. Nothing here shows an account number when it is printed."""

from datetime import datetime
from decimal import Decimal
from hmac import compare_digest
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters import Uncertain
from schemas.payments import PaymentStatus, StatementLine


class PaymentOrder(BaseModel):
    """What the provider is asked to pay."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    payee: str = Field(repr=False, min_length=1)
    account: str = Field(repr=False, min_length=1)
    amount: Decimal = Field(gt=0, max_digits=14, decimal_places=2)
    currency: str
    reference: str


class Payment(BaseModel):
    """How a payment stands, in the provider's words."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    status: PaymentStatus
    amount: Decimal = Decimal()
    currency: str = ""
    reference: str = ""
    reason: str = ""


class ReversalOrder(BaseModel):
    """Why a payment is asked back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str


class StatementEntry(BaseModel):
    """One line of the provider's statement."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    status: PaymentStatus
    amount: Decimal
    currency: str
    reference: str = ""
    at: datetime

    @property
    def line(self) -> StatementLine:
        """Give it as it is compared."""
        return StatementLine.model_validate(self.model_dump())


class StatementPage(BaseModel):
    """Some lines of the provider's statement, and after which key the next ones begin."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    payments: list[StatementEntry] = Field(max_length=1_000)
    next: str = ""


Asked = Literal["pay", "ask", "reverse"]


def same_key(one: str, other: str) -> bool:
    """Compare two keys in a time that tells nothing of either."""
    return compare_digest(one.encode(), other.encode())


def checked(payment: Payment, *, amount: Decimal, currency: str) -> Payment:
    """Give a payment that says it paid what was ordered.

    Raises:
        Uncertain: it was another amount, which nobody but a person can put right.
    """
    if payment.status is PaymentStatus.PAID and (payment.amount, payment.currency) != (amount, currency):
        raise Uncertain(f"the provider says it paid {payment.amount} {payment.currency}, not {amount} {currency}")
    return payment
