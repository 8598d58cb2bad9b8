"""Money: an amount with its currency, and the rates that lead from one currency to another.

Belongs here: what they look like where they cross a boundary. Does not belong here: rounding, dividing and converting
(`rules/claims/money.py`).
"""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

SDR = "XDR"
"""What ISO 4217 calls the special drawing right of the International Monetary Fund."""


def _iso(code: object) -> object:
    """Read SDR, as treaties write it, as the code that ISO gave it."""
    return SDR if code == "SDR" else code


Currency = Annotated[str, BeforeValidator(_iso, json_schema_input_type=str), StringConstraints(pattern=r"^[A-Z]{3}$")]


class Money(BaseModel):
    """An amount in a currency; never negative, for whoever owes is said by the name of the field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[Decimal, Field(ge=0, max_digits=28, decimal_places=2)]
    currency: Currency

    def __str__(self) -> str:
        return f"{self.amount:,.2f} {'SDR' if self.currency == SDR else self.currency}"


class Rate(BaseModel):
    """What one unit of a currency was worth in another on a day: an input, for no rule knows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: Currency = Field(description="One unit of this; SDR is XDR.")
    quote: Currency = Field(description="is worth `rate` units of this.")
    rate: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=8)]
    on: date = Field(description="The day of the rate.")
    source: str = Field(default="", max_length=200, description="Who published it.")
