"""The vocabulary of payouts: what is to be paid to whom, how it stands, and what the other side says of it."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from schemas.ledger import Amount, Currency

FORMULA_STARTS = tuple("=+-@|%＝＋－＠'\"")
"""What a spreadsheet may take for a formula when a cell begins with it."""


def _is_plain(text: str) -> str:
    if text.startswith(FORMULA_STARTS):
        raise ValueError("it begins like a formula of a spreadsheet")
    if not text.isprintable():
        raise ValueError("it holds a character that cannot be printed")
    return text


Plain = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=140), AfterValidator(_is_plain)
]
"""A text that is the same in a bank's file, in a spreadsheet and on a screen."""
AccountNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{6,34}$")]


class PayoutMethod(StrEnum):
    """How money leaves."""

    PROVIDER = "provider"
    BANK_FILE = "bank_file"


class PayoutState(StrEnum):
    """How a payout stands. Whether its order has left, or is uncertain, the outbox says."""

    REQUESTED = "requested"
    BATCHED = "batched"
    PAID = "paid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVERSING = "reversing"
    REVERSED = "reversed"


UNDER_WAY = frozenset({PayoutState.REQUESTED, PayoutState.BATCHED})
"""The money is ordered, and nobody has said that it arrived."""
ENDED = frozenset({PayoutState.REFUSED, PayoutState.WITHDRAWN, PayoutState.REVERSED})


class ReversalReason(StrEnum):
    """Why a payout is taken back."""

    WRONG_PAYEE = "wrong_payee"
    WRONG_AMOUNT = "wrong_amount"
    PAID_TWICE = "paid_twice"
    FRAUD = "fraud"
    RETURNED_BY_BANK = "returned_by_bank"
    OTHER = "other"


class PaymentStatus(StrEnum):
    """What the other side says of a payment."""

    PAID = "paid"
    PENDING = "pending"
    REFUSED = "refused"
    REVERSED = "reversed"
    UNKNOWN = "unknown"


class PayoutWanted(BaseModel):
    """What is to be paid for a claim; a further payout of the same claim has the next number."""

    model_config = ConfigDict(frozen=True)

    claim_no: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-\d{8}-\d{6,}$")]
    number: int = Field(default=1, ge=1, le=999)
    payee: Plain
    account: AccountNumber = Field(repr=False)
    amount: Amount
    currency: Currency = "CNY"


class Payout(BaseModel):
    """One payout as it stands, without the account that it goes to."""

    model_config = ConfigDict(frozen=True)

    key: str
    claim_no: str
    method: PayoutMethod
    payee: str = Field(repr=False)
    account_tail: str  # its last four characters
    amount: Decimal
    currency: str
    reference: str
    state: PayoutState
    state_since: datetime
    requested_by: str
    requested_at: datetime
    batch_no: str = ""
    provider_reference: str = ""
    reason: str = ""
    paid_at: datetime | None = None
    reversal_reason: str = ""
    reversed_by: str = ""


class PayoutLine(BaseModel):
    """One payout in a list: payee and account masked, with how its order stands in the outbox."""

    model_config = ConfigDict(frozen=True)

    key: str
    claim_no: str
    method: PayoutMethod
    payee: str
    account: str
    amount: Decimal
    currency: str
    state: PayoutState
    order: str  # pending, sending, uncertain, done, failed or withdrawn; empty for one that goes by file
    batch_no: str
    provider_reference: str
    reason: str
    state_since: datetime


class Batch(BaseModel):
    """One file of payouts for the bank."""

    model_config = ConfigDict(frozen=True)

    batch_no: str
    currency: str
    payouts: int
    total: Decimal
    file_name: str
    sha256: str
    made_at: datetime
    written: bool = False


class LineRefused(BaseModel):
    """A line of a bank's file that was not used, and why."""

    model_config = ConfigDict(frozen=True)

    line: int
    reason: str
    key: str = ""


class ResultRow(BaseModel):
    """What the bank says of one payout of a batch."""

    model_config = ConfigDict(frozen=True)

    line: int
    key: str
    status: PaymentStatus
    amount: Decimal
    currency: str
    reference: str = ""
    reason: str = ""


class ResultReport(BaseModel):
    """What a bank's result file came to: how many were settled, now or before, and the lines that were refused."""

    model_config = ConfigDict(frozen=True)

    paid: int = 0
    refused: int = 0
    returned: int = 0
    known_already: int = 0
    lines_refused: tuple[LineRefused, ...] = ()


class StatementLine(BaseModel):
    """One payment of a statement, whoever made it."""

    model_config = ConfigDict(frozen=True)

    key: str
    status: PaymentStatus
    amount: Decimal
    currency: str
    reference: str = ""
    at: datetime | None = None  # where the statement says it


class DiscrepancyKind(StrEnum):
    """In what the books and the other side differ."""

    NOT_IN_LEDGER = "not_in_ledger"
    NOT_IN_STATEMENT = "not_in_statement"
    AMOUNT_DIFFERS = "amount_differs"
    STATUS_DIFFERS = "status_differs"
    TOLD_TWICE = "told_twice"
    IN_PAYMENT_DIFFERS = "in_payment_differs"
    UNBALANCED = "unbalanced"


class Discrepancy(BaseModel):
    """One difference between the ledger and whoever paid."""

    model_config = ConfigDict(frozen=True)

    kind: DiscrepancyKind
    source: str  # provider, bank_file, or ledger for what does not fit in itself
    key: str
    ours: str = ""
    theirs: str = ""


class Reconciliation(BaseModel):
    """What a comparison came to. A source that could not be compared is named with the reason."""

    model_config = ConfigDict(frozen=True)

    since: datetime
    until: datetime
    compared: dict[str, int]  # source -> lines of its statement
    not_compared: dict[str, str] = {}
    discrepancies: tuple[Discrepancy, ...] = ()
