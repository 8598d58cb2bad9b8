"""Exception shipments (异常件): their types, the states and stages of a case, plans and what a case file holds."""

from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

CASE_PREFIX = "EX"


class ExceptionType(StrEnum):
    """What is wrong with the shipment (R2 to R6). docs/glossary.md has the Chinese terms."""

    DAMAGED = "DAMAGED"
    LOST = "LOST"
    SHORT = "SHORT"
    DELAYED = "DELAYED"
    NO_SCAN = "NO_SCAN"
    MISROUTED = "MISROUTED"
    RETURNED = "RETURNED"
    FORWARDED = "FORWARDED"
    ADDRESS_ERROR = "ADDRESS_ERROR"
    UNREACHABLE = "UNREACHABLE"
    REFUSED = "REFUSED"
    UNCOLLECTED = "UNCOLLECTED"
    HELD_AT_OUTLET = "HELD_AT_OUTLET"
    OUT_OF_AREA = "OUT_OF_AREA"
    CUSTOMS_HELD = "CUSTOMS_HELD"
    WEATHER_BACKLOG = "WEATHER_BACKLOG"
    FALSE_SIGN = "FALSE_SIGN"
    DELIVERY_TROUBLE = "DELIVERY_TROUBLE"


class Origin(StrEnum):
    """Who noticed. Only cases that Redress opened by itself are closed by a cure."""

    REPORTED = "reported"  # the carrier's own event said so
    SILENCE = "silence"  # nothing came when something was due (R1b)
    BREACH = "breach"  # what the consignee or the rules about the goods ask for was not kept (R111, R114)
    STAFF = "staff"


class Trouble(BaseModel):
    """Something wrong with a shipment that no later event has cured."""

    model_config = ConfigDict(frozen=True)

    type: ExceptionType
    since: datetime  # when it first happened
    latest: datetime  # when it last happened
    trigger: str  # the newest event's id, or what the silence is counted from: one case for each
    reason: str = ""
    origin: Origin = Origin.REPORTED
    evidence: dict[str, Any] = Field(default_factory=dict)  # what the first entry of its case's history keeps


class State(StrEnum):
    """What drives a case. Reason codes explain and never drive."""

    DETECTED = "DETECTED"
    RECORDED = "RECORDED"
    INVESTIGATED = "INVESTIGATED"
    PLANNED = "PLANNED"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    APPROVED = "APPROVED"
    CARRYING_OUT = "CARRYING_OUT"
    CARRIED_OUT = "CARRIED_OUT"
    FED_BACK = "FED_BACK"
    NEEDS_OPERATOR = "NEEDS_OPERATOR"
    CLOSED = "CLOSED"


class Stage(StrEnum):
    """The eight stages of the service manual (R9), for people and reports."""

    DETECT = "DETECT"
    RECORD = "RECORD"
    INVESTIGATE = "INVESTIGATE"
    ESCALATE_IF_SEVERE = "ESCALATE_IF_SEVERE"
    COORDINATE = "COORDINATE"
    RESOLVE = "RESOLVE"
    FEED_BACK = "FEED_BACK"
    ANALYSE = "ANALYSE"


class Command(StrEnum):
    """What can be asked of a case."""

    DETECT = "detect"  # opens a case; no state precedes it
    RECORD = "record"
    INVESTIGATE = "investigate"
    REPORT_SEVERE = "report_severe"
    PLAN = "plan"
    REQUEST_APPROVAL = "request_approval"
    ADOPT = "adopt"
    APPROVE = "approve"
    REFUSE = "refuse"
    CARRY_OUT = "carry_out"
    CONFIRM_CARRIED_OUT = "confirm_carried_out"
    FEED_BACK = "feed_back"
    CLOSE = "close"
    CURE = "cure"
    ESCALATE = "escalate"
    HAND_OVER = "hand_over"
    TAKE_UP = "take_up"
    CLOSE_BY_HAND = "close_by_hand"


class Role(StrEnum):
    """Who may do it."""

    SYSTEM = "system"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"


class Severity(IntEnum):
    """How bad it is; SEVERE and above is reported to the manager and the customer at once (R11)."""

    MINOR = 1
    ORDINARY = 2
    SEVERE = 3
    CRITICAL = 4


class Measure(StrEnum):
    """What can be done about it."""

    SEARCH_PARCEL = "SEARCH_PARCEL"
    TRACE_INQUIRY = "TRACE_INQUIRY"
    RUSH_DELIVERY = "RUSH_DELIVERY"
    REDELIVER = "REDELIVER"
    CONTACT_CONSIGNEE = "CONTACT_CONSIGNEE"
    CORRECT_ADDRESS = "CORRECT_ADDRESS"
    REROUTE = "REROUTE"
    RETURN_TO_SENDER = "RETURN_TO_SENDER"
    INSPECT_AND_PHOTOGRAPH = "INSPECT_AND_PHOTOGRAPH"
    REPACK = "REPACK"
    RELEASE_FROM_OUTLET = "RELEASE_FROM_OUTLET"
    CLEAR_CUSTOMS = "CLEAR_CUSTOMS"
    COMPENSATE = "COMPENSATE"


class Plan(BaseModel):
    """What is to be done for one case; a new version is drafted for every round, none is ever edited."""

    model_config = ConfigDict(frozen=True)

    version: int
    measures: tuple[Measure, ...]
    amount: Decimal = Decimal(0)  # compensation to be paid if approved as it stands
    currency: str = "CNY"
    basis: tuple[str, ...] = ()  # ids of the rules it rests on
    cause: str = ""  # the reason code that the investigation found


class ExceptionCase(BaseModel):
    """One exception as every rule sees it: the case, its shipment and its newest plan."""

    model_config = ConfigDict(frozen=True)

    case_no: str
    type: ExceptionType
    state: State
    version: int
    origin: Origin
    trigger: str
    reason: str = ""
    waybill: str
    carrier: str = ""
    outlet: str = ""
    severity: Severity = Severity.ORDINARY
    severity_score: int = 0
    severe_reported: bool = False
    investigator: str = ""
    rounds: int = 0
    escalation_level: int = 0
    opened_at: datetime
    state_since: datetime
    troubled_since: datetime
    last_escalated_at: datetime | None = None
    next_due_at: datetime | None = None
    due_kind: str = ""
    customer_told_at: datetime | None = None
    closed_at: datetime | None = None
    closing_reason: str = ""
    # the shipment
    consignee_name: str = ""
    consignee_phone: str = ""
    goods: str = ""
    declared_value: Decimal | None = None
    insured_amount: Decimal | None = None
    freight: Decimal | None = None
    currency: str = "CNY"
    perishable: bool = False
    customer_tier: str = "standard"
    same_city: bool = False
    promised_at: datetime | None = None
    last_event: str = ""
    last_event_at: datetime | None = None
    last_location: str = ""
    # the newest plan
    plan: Plan | None = None

    @property
    def is_open(self) -> bool:
        """True until the case is closed."""
        return self.state is not State.CLOSED
