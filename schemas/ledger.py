"""The ledger's vocabulary: accounts, and bookings that balance in every currency or cannot be made at all."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]  # ISO 4217
Amount = Annotated[Decimal, Field(strict=True, gt=0, max_digits=14, decimal_places=2)]
Signed = Annotated[Decimal, Field(strict=True, max_digits=14, decimal_places=2)]


class Account(StrEnum):
    """Where money stands. What a debit and a credit mean for each: `rules.claims.bookings`."""

    CLAIMS_PAYABLE = "claims_payable"
    IN_PAYMENT = "in_payment"
    CASH = "cash"
    TO_ALLOCATE = "to_allocate"
    RECEIVABLE_FROM_PARTY = "receivable_from_party"
    RECEIVABLE_FROM_INSURER = "receivable_from_insurer"
    LOSS = "loss"


WITH_PARTY = frozenset({Account.RECEIVABLE_FROM_PARTY, Account.RECEIVABLE_FROM_INSURER})
"""Accounts that are kept for each party by itself."""


class BookingEvent(StrEnum):
    """What happened that had to be booked."""

    CLAIM_AGREED = "claim_agreed"
    PAYOUT_REQUESTED = "payout_requested"
    PAYOUT_PAID = "payout_paid"
    PAYOUT_REFUSED = "payout_refused"
    PAYOUT_WITHDRAWN = "payout_withdrawn"
    PAYOUT_REVERSED = "payout_reversed"
    CHARGED_TO_PARTY = "charged_to_party"
    CLAIMED_FROM_INSURER = "claimed_from_insurer"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"
    BOOKING_REVERSED = "booking_reversed"


class Money(BaseModel):
    """So much of one currency, more than nothing."""

    model_config = ConfigDict(frozen=True)

    amount: Amount
    currency: Currency = "CNY"

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Line(BaseModel):
    """One side of a booking: a debit is positive, a credit negative."""

    model_config = ConfigDict(frozen=True)

    account: Account
    amount: Signed
    currency: Currency
    party: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.amount:
            raise ValueError(f"a line of {self.account} moves nothing")
        if bool(self.party) != (self.account in WITH_PARTY):
            raise ValueError(f"a line of {self.account} {'names a' if self.party else 'needs its'} party")
        return self


class Noted(BaseModel):
    """When something was booked, by whom, why, and who approved it where approval is owed."""

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    who: str = Field(min_length=1)
    reason: str = ""
    approved_by: str = ""


class Booking(BaseModel):
    """One event of a claim in the ledger. It is never edited; another booking reverses it."""

    model_config = ConfigDict(frozen=True)

    key: str = Field(min_length=1, max_length=200)  # one booking for each, ever
    event: BookingEvent
    claim_no: str = Field(min_length=1)
    lines: tuple[Line, ...] = Field(min_length=2)
    noted: Noted
    reverses: str = ""  # the key of the booking that this one takes back

    @model_validator(mode="after")
    def _balances(self) -> Self:
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            sums[line.currency] += line.amount
        if unbalanced := {currency: str(left) for currency, left in sums.items() if left}:
            raise ValueError(f"the booking {self.key} does not balance: {unbalanced}")
        return self

    @model_validator(mode="after")
    def _is_approved_where_it_must_be(self) -> Self:
        if self.event is BookingEvent.WRITTEN_OFF and self.noted.approved_by in ("", self.noted.who):
            raise ValueError("a loss is written off with the approval of somebody else")
        return self


class Balance(BaseModel):
    """What an account holds: more debits than credits are positive. Fields that were not asked for are empty."""

    model_config = ConfigDict(frozen=True)

    account: Account
    currency: Currency
    balance: Decimal
    party: str = ""
    claim_no: str = ""
    month: str = ""  # 2026-11, in the time zone that was asked for


class TrialLine(BaseModel):
    """One account of the trial balance. All debits of a currency are as much as all its credits."""

    model_config = ConfigDict(frozen=True)

    account: Account
    currency: Currency
    debits: Decimal
    credits: Decimal


class Period(BaseModel):
    """From one moment until before another."""

    model_config = ConfigDict(frozen=True)

    since: datetime
    until: datetime
