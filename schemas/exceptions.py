"""Exception shipments (异常件): their types, the states and stages of a case, plans and what a case file holds."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.clocks import Anchors
from schemas.paid import OrderedPayment, paid_in
from schemas.promises import LaneClass
from schemas.severity import Severity

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
    UNAUTHORISED_LOCKER = "UNAUTHORISED_LOCKER"
    TRACKING_UNTRUE = "TRACKING_UNTRUE"
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
    ENDORSE = "endorse"  # approve as the first of two
    APPROVE = "approve"
    REFUSE = "refuse"
    CARRY_OUT = "carry_out"
    CONFIRM_CARRIED_OUT = "confirm_carried_out"
    FEED_BACK = "feed_back"
    ACCEPT = "accept"  # the customer agrees with the result
    OBJECT = "object"  # the customer does not, for the first time: a second investigation
    REFER_UP = "refer_up"  # the customer still does not: a supervisor takes over
    EXPLAIN = "explain"  # explained, not agreed
    CLOSE = "close"
    CURE = "cure"
    ESCALATE = "escalate"
    HAND_OVER = "hand_over"
    TAKE_UP = "take_up"
    CLOSE_BY_HAND = "close_by_hand"
    DECLARE_UNREACHABLE = "declare_unreachable"  # nobody reached the consignee as the law asks: the sender decides
    RECONSIDER = "reconsider"  # take a plan back before anybody decided about it
    REOPEN = "reopen"
    FOLLOW_UP = "follow_up"  # look after the parcel of a closed case
    TELL_CUSTOMER = "tell_customer"  # say how it stands, before there is a result
    PAUSE = "pause"  # stop the clocks that may be stopped, for a reason of the list
    RELEASE = "release"
    CHANGE_PROFILE = "change_profile"  # count by other clocks from here on


class ClosingReason(StrEnum):
    """How a case ended (R17, R46)."""

    CURED = "cured"  # the trouble went away before a plan was decided
    ACCEPTED = "accepted"  # the customer said so, and it is on record
    UNOBJECTED = "unobjected"  # the customer was told and did not object in time
    UNTOLD = "untold"  # there is nobody on file who could be told
    EXPLAINED = "explained_not_agreed"
    BY_HAND = "by_hand"


class Role(StrEnum):
    """Who may do it."""

    SYSTEM = "system"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    DIRECTOR = "director"  # above the managers: approves the largest claims
    CUSTOMER = "customer"


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
    FORWARD_PARCEL = "FORWARD_PARCEL"
    INSPECT_AND_PHOTOGRAPH = "INSPECT_AND_PHOTOGRAPH"
    REPACK = "REPACK"
    RELEASE_FROM_OUTLET = "RELEASE_FROM_OUTLET"
    CLEAR_CUSTOMS = "CLEAR_CUSTOMS"
    APOLOGISE = "APOLOGISE"
    COMPENSATE = "COMPENSATE"


class Plan(BaseModel):
    """What is to be done for one case; a new version is drafted for every round, none is ever edited."""

    model_config = ConfigDict(frozen=True)

    version: int
    measures: tuple[Measure, ...]
    amount: Decimal = Decimal(0)  # compensation to be paid if approved as it stands
    currency: str = "CNY"
    estimated_cost: Decimal = Decimal(0)  # what the measures cost the carrier; the compensation comes on top
    cost_currency: str = "CNY"
    basis: tuple[str, ...] = ()  # ids of the rules it rests on
    cause: str = ""  # the reason code that the investigation found

    @property
    def pays(self) -> bool:
        """True when money goes out once it is approved, however much."""
        return self.amount > 0 or Measure.COMPENSATE in self.measures


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
    assigned_to: str = ""  # the department that takes it
    customs_office: str = ""  # which one holds the parcel, where customs does (R6, R92)
    rounds: int = 0
    escalation_level: int = 0
    opened_at: datetime
    state_since: datetime
    troubled_since: datetime
    last_escalated_at: datetime | None = None
    next_due_at: datetime | None = None
    due_kind: str = ""
    clock_anchors: Annotated[Anchors | None, BeforeValidator(lambda kept: kept or None)] = None  # {} as none, too
    clock_profile: str = ""  # the versions that the due time was computed under
    clock_calendars: str = ""
    customer_told_at: datetime | None = None
    closed_at: datetime | None = None
    closing_reason: str = ""
    answer_due_at: datetime | None = None  # until when the customer may object before the case closes without his word
    objections: int = 0
    follow_up_at: datetime | None = None  # when the parcel of a closed case is next looked after
    follow_ups: int = 0
    demand: str = ""  # what the customer last asked for instead
    # the shipment
    product: str = "standard"
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
    lane_from: str = ""
    lane_to: str = ""
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    lane: LaneClass = LaneClass.UNKNOWN
    last_event: str = ""
    last_event_at: datetime | None = None
    last_location: str = ""
    # the newest plan
    plan: Plan | None = None
    # what was ordered to be paid for its parcel, by whatever case; only there where it is decided
    paid: tuple[OrderedPayment, ...] = ()

    def paid_before(self, currency: str) -> Decimal:
        """Sum what was ordered to be paid for its parcel."""
        return paid_in(currency, self.paid)

    @property
    def payee(self) -> str:
        """Who gets what is paid."""
        return self.consignee_name

    @property
    def subject_people(self) -> frozenset[str]:
        """Whose conduct it is about: nobody's, an exception is about a parcel."""
        return frozenset()

    @property
    def is_open(self) -> bool:
        """True until the case is closed."""
        return self.state is not State.CLOSED
