"""What lies behind the figures about claims, line by line: claims, who bears them, what is recovered, what was settled.

Of people nothing: no name, no number, no account, no words of theirs.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple


class ClaimLine(NamedTuple):
    """One claim as the lists show it."""

    case_no: str
    waybill: str
    event: str
    cause: str  # the kind of party that answers for most; empty as long as nobody said
    channel: str
    origin: str
    outlet: str
    lane: str
    branch: str
    severity: int
    is_major: bool
    has_cover: bool
    state: str
    waiting_for: str
    age: str
    route: str
    rounds: int
    opened_at: datetime
    answered_at: datetime | None
    answer_due_at: datetime | None
    proposed_at: datetime | None
    proposal_due_at: datetime | None
    decided_at: datetime | None
    offered_at: datetime | None
    agreed_at: datetime | None
    payment_due_at: datetime | None
    paid_at: datetime | None
    denied_at: datetime | None
    denial: str
    closed_at: datetime | None
    next_due_at: datetime | None
    ending: str
    currency: str
    claimed: Decimal | None
    offered_amount: Decimal | None
    agreed_amount: Decimal | None
    paid_amount: Decimal
    counted: Sequence[str]  # the figures that count it


class ShareLine(NamedTuple):
    """The share of one party in one claim; a person is named by his kind alone."""

    case_no: str
    event: str
    kind: str
    party: str
    share: Decimal  # per cent
    outlet: str
    lane: str
    currency: str
    borne: Decimal  # of what was paid
    counted: Sequence[str]


class RecoveryLine(NamedTuple):
    """What one claim's bookings of a period come to, in one currency and from one side."""

    case_no: str
    side: str
    currency: str
    charged_amount: Decimal
    from_insurer_amount: Decimal
    recovered_amount: Decimal
    written_off_amount: Decimal
    counted: Sequence[str]


class PrivateLine(NamedTuple):
    """One matter that somebody of the carrier settled himself (R83), without his name."""

    settlement_no: str
    settled_on: date
    party: str
    claim_no: str
    waybill: str
    currency: str
    amount: Decimal
    counted: Sequence[str]
