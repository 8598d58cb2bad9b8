"""What lies behind the figures about complaints, line by line: complaints, rectifications, calls and praise.

Of people nothing: no name, no number, no words of theirs.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class ComplaintLine(NamedTuple):
    """One complaint as the lists show it."""

    case_no: str
    waybill: str
    type: str
    channel: str
    source: str
    validity: str
    party: str
    severity: int
    carrier: str
    outlet: str
    state: str
    waiting_for: str
    opened_at: datetime
    answered_at: datetime | None
    answer_due_at: datetime | None
    result_at: datetime | None
    result_due_at: datetime | None
    closed_at: datetime | None
    next_due_at: datetime | None
    ending: str
    measures: Sequence[str]
    is_repeat: bool
    tellings: int
    objections: int
    rounds: int
    escalation_level: int
    satisfaction: int | None
    age: str
    counted: Sequence[str]  # the figures that count it


class RectificationLine(NamedTuple):
    """One rectification (R77): what it follows from, who owes it, how far it is."""

    case_no: str
    plan_version: int
    type: str
    severity: int
    outlet: str
    owner: str
    due_at: datetime
    state: str
    done_at: datetime | None
    verified_at: datetime | None
    counted: Sequence[str]


class CallLine(NamedTuple):
    """One call or message."""

    call: str
    queue: str
    medium: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    rings: int | None
    hung_up_by: str
    counted: Sequence[str]


class PraiseLine(NamedTuple):
    """One word of thanks, without the words."""

    praise_no: str
    told_at: datetime
    channel: str
    outlet: str
    waybill: str
    counted: Sequence[str]
