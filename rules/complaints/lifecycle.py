"""The transition table of complaints. The stages are the five of the closed loop (R49)."""

from rules.exceptions.lifecycle import APPROVERS, STAFF, SYSTEM, WORD
from rules.transitions import Rows, TransitionTable
from schemas.complaints import Command, Complaint, Stage, State, Validity
from schemas.exceptions import Role
from schemas.severity import Severity

ROUNDS_MAX = 5
"""Plans that may be sent back before a person must plan."""

OPEN_STATES = frozenset(State) - {State.CLOSED}
TOLD_STATES = OPEN_STATES - {State.DRAFT}
"""States of complaints that were told in full."""
BEFORE_RESULT = TOLD_STATES - {State.FED_BACK, State.CONCLUDED}
BEFORE_DECISION = frozenset(
    {State.RECEIVED, State.HANDED_OFF, State.VERIFYING, State.VERIFIED, State.PLANNED, State.AWAITING_APPROVAL}
)
BEFORE_PLAN = frozenset({State.RECEIVED, State.HANDED_OFF, State.VERIFYING, State.VERIFIED})
ANYBODY = STAFF | SYSTEM


def is_told_in_full(complaint: Complaint) -> str | None:
    """Ask for everything that must be told (R32 to R36); only complete records are handed on (R38)."""
    return f"{', '.join(complaint.missing)} missing." if complaint.missing else None


def nobody_planned(complaint: Complaint) -> str | None:
    """Put right what was told only before anybody planned: afterwards it is a complaint of its own."""
    return "somebody has planned it." if complaint.plan is not None else None


def was_verified(complaint: Complaint) -> str | None:
    """Ask for a finding before anybody plans (R39, R40)."""
    return None if complaint.finding is not None else "nothing was found yet."


def finding_is_decided(complaint: Complaint) -> str | None:
    """Leave what was found to a person (R55): nothing is adopted that only a rule proposed."""
    finding = complaint.finding
    return None if finding is not None and finding.is_decided else "nobody has decided what was found."


def may_be_resolved_at_once(complaint: Complaint) -> str | None:
    """Keep the short way for light matters without money whose finding a person decided (R52, R56)."""
    if complaint.demanded:
        return "money is demanded: it needs an approval (R56)."
    if complaint.severity >= Severity.SEVERE:
        return "the complaint is severe."
    if complaint.finding is not None and complaint.finding.validity is Validity.MALICIOUS:
        return "whether a complaint is malicious is nothing for one call (R55)."
    return finding_is_decided(complaint)


def has_plan(complaint: Complaint) -> str | None:
    """Ask for a plan."""
    return None if complaint.plan is not None else "no plan was drafted."


def may_be_adopted(complaint: Complaint) -> str | None:
    """Adopt only a plan without money, for a finding that a person decided (R55, R56)."""
    if complaint.plan is None or complaint.plan.pays:
        return "money is paid only with an approval (R56)." if complaint.plan else "no plan was drafted."
    return finding_is_decided(complaint)


def has_rounds_left(complaint: Complaint) -> str | None:
    """Bound the rounds between plan and refusal."""
    if complaint.rounds >= ROUNDS_MAX:
        return f"{ROUNDS_MAX} plans were sent back; a person must plan."
    return was_verified(complaint)


def has_objected(complaint: Complaint) -> str | None:
    """Ask for an objection that a second investigation has dealt with, before anybody explains and does not agree."""
    return None if complaint.objections else "the customer has not objected; a bare refusal is no answer (R45)."


def result_was_told(complaint: Complaint) -> str | None:
    """Ask for a result that was told before anybody agrees with it or ends it (R17, R44)."""
    told = complaint.state is State.FED_BACK or (
        complaint.clock_anchors is not None and Command.FEED_BACK in complaint.clock_anchors.marks
    )
    return None if told else "no result was told yet."


def may_end(complaint: Complaint) -> str | None:
    """Ask for a result that was told, and for a finding that a person decided: without it nothing is archived (R47)."""
    return result_was_told(complaint) or finding_is_decided(complaint)


def may_be_explained(complaint: Complaint) -> str | None:
    """Give reasons only to a customer who objected, and for a finding that a person decided (R46)."""
    return has_objected(complaint) or finding_is_decided(complaint)


def was_transferred(complaint: Complaint) -> str | None:
    """Confirm only what was transferred (R76)."""
    return None if complaint.transferred_to else "nobody else works on it."


def has_archive(complaint: Complaint) -> str | None:
    """Close only what is archived whole (R47)."""
    return None if complaint.archive_no else "the archive is not complete."


def is_followed_up(complaint: Complaint) -> str | None:
    """Allow looking after the parcel only where something is left to look after (R72)."""
    return None if complaint.follow_up_at is not None else "nothing is left to look after."


_row = Rows[State, Command, Stage, Role, Complaint](SYSTEM)


_S, _C, _G = State, Command, Stage

LIFECYCLE = TransitionTable(
    "complaint",
    (
        # 受理 INTAKE
        _row(_S.DRAFT, _C.COMPLETE, _S.RECEIVED, _G.INTAKE, ANYBODY | WORD, is_told_in_full),
        _row(_S.DRAFT, _C.ABANDON, _S.CLOSED, _G.INTAKE, ANYBODY),
        _row(OPEN_STATES, _C.TELL_AGAIN, None, _G.INTAKE, ANYBODY | WORD),
        _row(_S.RECEIVED, _C.HAND_OFF, _S.HANDED_OFF, _G.INTAKE, ANYBODY, is_told_in_full),
        _row(_S.RECEIVED, _C.CORRECT, None, _G.INTAKE, STAFF, nobody_planned),
        _row(BEFORE_PLAN - {_S.RECEIVED}, _C.CORRECT, _S.HANDED_OFF, _G.INTAKE, STAFF, nobody_planned),
        # 调查核实 INVESTIGATE
        _row(_S.HANDED_OFF, _C.VERIFY, _S.VERIFYING, _G.INVESTIGATE, ANYBODY),
        _row(_S.VERIFYING, _C.ESTABLISH, _S.VERIFIED, _G.INVESTIGATE, ANYBODY),
        _row(BEFORE_DECISION | {_S.NEEDS_OPERATOR}, _C.DECIDE_FINDING, None, _G.INVESTIGATE, STAFF),
        _row(BEFORE_RESULT, _C.TRANSFER, None, _G.INVESTIGATE, STAFF),
        _row(TOLD_STATES, _C.CONFIRM_TRANSFER, None, _G.INVESTIGATE, ANYBODY, was_transferred),
        # 处理 HANDLE
        _row(BEFORE_PLAN, _C.RESOLVE_AT_ONCE, _S.CONCLUDED, _G.HANDLE, STAFF, may_be_resolved_at_once),
        _row(_S.VERIFIED, _C.PLAN, _S.PLANNED, _G.HANDLE, ANYBODY, has_rounds_left),
        _row(_S.PLANNED, _C.REQUEST_APPROVAL, _S.AWAITING_APPROVAL, _G.HANDLE, SYSTEM, has_plan),
        _row(_S.PLANNED, _C.ADOPT, _S.APPROVED, _G.HANDLE, SYSTEM, may_be_adopted),
        _row(_S.AWAITING_APPROVAL, _C.ENDORSE, None, _G.HANDLE, APPROVERS, has_plan),
        _row(_S.AWAITING_APPROVAL, _C.APPROVE, _S.APPROVED, _G.HANDLE, APPROVERS, has_plan),
        _row(_S.AWAITING_APPROVAL, _C.REFUSE, _S.VERIFIED, _G.HANDLE, APPROVERS),
        _row(frozenset({_S.PLANNED, _S.AWAITING_APPROVAL}), _C.RECONSIDER, _S.VERIFIED, _G.HANDLE, ANYBODY),
        _row(_S.APPROVED, _C.CARRY_OUT, _S.ACTING, _G.HANDLE),
        _row(_S.ACTING, _C.CONFIRM_CARRIED_OUT, _S.ACTED, _G.HANDLE),
        # 反馈 FEED_BACK
        _row(_S.ACTED, _C.FEED_BACK, _S.FED_BACK, _G.FEED_BACK),
        _row(
            frozenset({_S.FED_BACK, _S.NEEDS_OPERATOR}),
            _C.ACCEPT, _S.CONCLUDED, _G.FEED_BACK, WORD, may_end,
        ),
        _row(
            frozenset({_S.FED_BACK, _S.NEEDS_OPERATOR}),
            _C.OBJECT, _S.HANDED_OFF, _G.FEED_BACK, WORD, result_was_told,
        ),
        _row(
            frozenset({_S.FED_BACK, _S.NEEDS_OPERATOR}),
            _C.REFER_UP, _S.NEEDS_OPERATOR, _G.FEED_BACK, WORD, has_objected,
        ),
        _row(
            frozenset({_S.FED_BACK, _S.NEEDS_OPERATOR}),
            _C.EXPLAIN, _S.CONCLUDED, _G.FEED_BACK, APPROVERS, may_be_explained,
        ),
        _row(_S.FED_BACK, _C.CONCLUDE, _S.CONCLUDED, _G.FEED_BACK),
        _row(_S.NEEDS_OPERATOR, _C.CONCLUDE_BY_HAND, _S.CONCLUDED, _G.FEED_BACK, APPROVERS, may_end),
        _row(TOLD_STATES - {_S.CONCLUDED}, _C.WITHDRAW, _S.CONCLUDED, _G.FEED_BACK, WORD),
        _row(BEFORE_RESULT, _C.TELL_CUSTOMER, None, _G.FEED_BACK, ANYBODY),
        _row(frozenset({_S.CONCLUDED, _S.CLOSED}), _C.RATE, None, _G.FEED_BACK, WORD),
        # 归档 ARCHIVE
        _row(_S.CONCLUDED, _C.ARCHIVE, _S.CLOSED, _G.ARCHIVE, ANYBODY, has_archive),
        _row(frozenset({_S.CONCLUDED, _S.CLOSED}), _C.REOPEN, _S.RECEIVED, _G.INTAKE, ANYBODY | WORD),
        _row(_S.CLOSED, _C.FOLLOW_UP, None, _G.FEED_BACK, SYSTEM, is_followed_up),
        # across the stages
        _row(OPEN_STATES, _C.ESCALATE, None, _G.INVESTIGATE),
        _row(TOLD_STATES - {_S.NEEDS_OPERATOR, _S.CONCLUDED}, _C.HAND_OVER, _S.NEEDS_OPERATOR, _G.HANDLE, ANYBODY),
        _row(TOLD_STATES - {_S.CONCLUDED}, _C.ASSIGN, None, _G.HANDLE, ANYBODY),
        _row(_S.NEEDS_OPERATOR, _C.TAKE_UP, _S.VERIFIED, _G.HANDLE, STAFF, was_verified),
        _row(OPEN_STATES, _C.PAUSE, None, _G.HANDLE, ANYBODY),
        _row(OPEN_STATES, _C.RELEASE, None, _G.HANDLE, ANYBODY),
        _row(OPEN_STATES, _C.CHANGE_PROFILE, None, _G.HANDLE, STAFF),
    ),
)  # fmt: skip
