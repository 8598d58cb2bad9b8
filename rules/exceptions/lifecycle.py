"""The transition table of exceptions. The stages are those of the service manual (R9)."""

from rules.exceptions.remedies import ROUNDS_MAX
from rules.transitions import Rows, TransitionTable
from schemas.exceptions import Command, ExceptionCase, ExceptionType, Origin, Role, Stage, State
from schemas.severity import Severity

SYSTEM = frozenset({Role.SYSTEM})
STAFF = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR})
ANYBODY = STAFF | SYSTEM
WORD = STAFF | {Role.CUSTOMER}
"""Who may bring the customer's word: the customer, or whoever heard it."""
APPROVERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR})

OPEN_STATES = frozenset(State) - {State.CLOSED}
BEFORE_RESULT = OPEN_STATES - {State.FED_BACK}
BEFORE_DECISION = frozenset(
    {State.DETECTED, State.RECORDED, State.INVESTIGATED, State.PLANNED, State.AWAITING_APPROVAL}
)


def has_mandatory_content(case: ExceptionCase) -> str | None:
    """Ask for the content without which a case may not leave intake (R12)."""
    missing = [name for name in ("waybill", "trigger") if not getattr(case, name)]
    return f"{', '.join(missing)} missing." if missing else None


def is_severe(case: ExceptionCase) -> str | None:
    """Allow the report to manager and customer only where it is due (R11), and once."""
    if case.severity < Severity.SEVERE:
        return "the case is not severe."
    return "it was reported before." if case.severe_reported else None


def has_plan(case: ExceptionCase) -> str | None:
    """Ask for a plan."""
    return None if case.plan is not None else "no plan was drafted."


def may_be_cured(case: ExceptionCase) -> str | None:
    """Leave cases that a person opened to people."""
    return "a person opened this case and closes it." if case.origin is Origin.STAFF else None


def has_rounds_left(case: ExceptionCase) -> str | None:
    """Bound the rounds between plan and refusal."""
    return None if case.rounds < ROUNDS_MAX else f"{ROUNDS_MAX} plans were sent back; a person must plan."


def has_objected(case: ExceptionCase) -> str | None:
    """Ask for an objection that a second investigation has dealt with, before anybody explains and does not agree."""
    return None if case.objections else "the customer has not objected; a bare refusal is no answer (R45)."


def is_about_reaching(case: ExceptionCase) -> str | None:
    """Leave the sender's way to the parcels whose consignee nobody reaches (浙江省快递业促进条例 art. 33)."""
    return None if case.type is ExceptionType.UNREACHABLE else "the case is not about a consignee nobody reaches."


def is_followed_up(case: ExceptionCase) -> str | None:
    """Allow looking after the parcel only where something is left to look after."""
    return None if case.follow_up_at is not None else "nothing is left to look after."


_row = Rows[State, Command, Stage, Role, ExceptionCase](SYSTEM)


LIFECYCLE = TransitionTable(
    "exception",
    (
        _row(State.DETECTED, Command.RECORD, State.RECORDED, Stage.RECORD, ANYBODY, has_mandatory_content),
        _row(State.RECORDED, Command.INVESTIGATE, State.INVESTIGATED, Stage.INVESTIGATE, ANYBODY),
        _row(OPEN_STATES, Command.REPORT_SEVERE, None, Stage.ESCALATE_IF_SEVERE, SYSTEM, is_severe),
        _row(State.INVESTIGATED, Command.PLAN, State.PLANNED, Stage.COORDINATE, ANYBODY, has_rounds_left),
        _row(
            State.PLANNED,
            Command.REQUEST_APPROVAL,
            State.AWAITING_APPROVAL,
            Stage.COORDINATE,
            SYSTEM,
            has_plan,
        ),
        _row(State.PLANNED, Command.ADOPT, State.APPROVED, Stage.COORDINATE, SYSTEM, has_plan),
        _row(State.AWAITING_APPROVAL, Command.ENDORSE, None, Stage.COORDINATE, APPROVERS, has_plan),
        _row(State.AWAITING_APPROVAL, Command.APPROVE, State.APPROVED, Stage.COORDINATE, APPROVERS, has_plan),
        _row(State.AWAITING_APPROVAL, Command.REFUSE, State.INVESTIGATED, Stage.COORDINATE, APPROVERS),
        _row(State.APPROVED, Command.CARRY_OUT, State.CARRYING_OUT, Stage.RESOLVE),
        _row(State.CARRYING_OUT, Command.CONFIRM_CARRIED_OUT, State.CARRIED_OUT, Stage.RESOLVE),
        _row(State.CARRIED_OUT, Command.FEED_BACK, State.FED_BACK, Stage.FEED_BACK),
        _row(State.FED_BACK, Command.ACCEPT, State.CLOSED, Stage.ANALYSE, WORD),
        _row(State.FED_BACK, Command.OBJECT, State.RECORDED, Stage.FEED_BACK, WORD),
        _row(State.FED_BACK, Command.REFER_UP, State.NEEDS_OPERATOR, Stage.FEED_BACK, WORD, has_objected),
        _row(
            frozenset({State.FED_BACK, State.NEEDS_OPERATOR}),
            Command.EXPLAIN,
            State.CLOSED,
            Stage.ANALYSE,
            APPROVERS,
            has_objected,
        ),
        _row(
            State.FED_BACK,
            Command.DECLARE_UNREACHABLE,
            State.INVESTIGATED,
            Stage.COORDINATE,
            SYSTEM,
            is_about_reaching,
        ),
        _row(State.FED_BACK, Command.CLOSE, State.CLOSED, Stage.ANALYSE),
        _row(BEFORE_DECISION, Command.CURE, State.CLOSED, Stage.ANALYSE, SYSTEM, may_be_cured),
        _row(OPEN_STATES, Command.ESCALATE, None, Stage.ESCALATE_IF_SEVERE),
        _row(
            OPEN_STATES - {State.NEEDS_OPERATOR},
            Command.HAND_OVER,
            State.NEEDS_OPERATOR,
            Stage.COORDINATE,
            ANYBODY,
        ),
        _row(State.NEEDS_OPERATOR, Command.TAKE_UP, State.INVESTIGATED, Stage.COORDINATE, STAFF),
        _row(State.NEEDS_OPERATOR, Command.CLOSE_BY_HAND, State.CLOSED, Stage.ANALYSE, STAFF),
        _row(
            frozenset({State.PLANNED, State.AWAITING_APPROVAL}),
            Command.RECONSIDER,
            State.INVESTIGATED,
            Stage.COORDINATE,
            ANYBODY,
        ),
        _row(State.CLOSED, Command.REOPEN, State.RECORDED, Stage.RECORD, ANYBODY | WORD),
        _row(BEFORE_RESULT, Command.TELL_CUSTOMER, None, Stage.FEED_BACK, ANYBODY),
        _row(OPEN_STATES, Command.PAUSE, None, Stage.COORDINATE, ANYBODY),
        _row(OPEN_STATES, Command.RELEASE, None, Stage.COORDINATE, ANYBODY),
        _row(OPEN_STATES, Command.CHANGE_PROFILE, None, Stage.COORDINATE, STAFF),
        _row(State.CLOSED, Command.FOLLOW_UP, None, Stage.FEED_BACK, SYSTEM, is_followed_up),
    ),
)
