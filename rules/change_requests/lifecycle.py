"""The transition table of change requests."""

from dataclasses import dataclass
from datetime import datetime

from rules.exceptions.lifecycle import APPROVERS, STAFF, SYSTEM
from rules.transitions import Rows, TransitionTable
from schemas.change_requests import ChangeCommand, ChangeRequest, ChangeStage, ChangeState, Route
from schemas.exceptions import Role
from schemas.shipments import FINAL_PHASES, Phase

TRIES_MAX = 5
"""Codes that may be tried for one request."""
UNCHANGEABLE = FINAL_PHASES | {Phase.RETURNING}


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """What the guards read: the request, and when the command is given."""

    request: ChangeRequest
    now: datetime


def parcel_is_under_way(facts: ChangeFacts) -> str | None:
    """Change nothing about a parcel that was delivered or goes back (民法典 829: until it is handed over)."""
    phase = facts.request.parcel.phase
    return f"the parcel is {phase.value}." if phase in UNCHANGEABLE else None


def code_may_be_tried(facts: ChangeFacts) -> str | None:
    """Take a code only while it lives, and not more than so many."""
    request = facts.request
    if request.code_until is None or facts.now >= request.code_until:
        return "the code has run out."
    if request.tries >= TRIES_MAX:
        return f"{TRIES_MAX} wrong codes were given."
    return parcel_is_under_way(facts)


def nobody_must_decide(facts: ChangeFacts) -> str | None:
    """Leave what needs four eyes to a supervisor."""
    return "a supervisor must approve it." if facts.request.four_eyes else parcel_is_under_way(facts)


def may_be_confirmed(facts: ChangeFacts) -> str | None:
    """Take the desk's acceptance for the change itself only where the desk makes it."""
    if facts.request.route == Route.OUTLET:
        return "the outlet must say whether it reached the courier."
    return parcel_is_under_way(facts)


_S, _C, _G = ChangeState, ChangeCommand, ChangeStage
CUSTOMER = frozenset({Role.CUSTOMER})
UNVERIFIED = frozenset({_S.REQUESTED, _S.CODE_SENT})
OPEN = UNVERIFIED | {_S.VERIFIED, _S.APPROVED, _S.SENT_TO_CARRIER}

_row = Rows[ChangeState, ChangeCommand, ChangeStage, Role, ChangeFacts](frozenset())  # each row says who


CHANGES = TransitionTable(
    "change request",
    (
        _row(_S.REQUESTED, _C.SEND_CODE, _S.CODE_SENT, _G.IDENTIFY, SYSTEM, parcel_is_under_way),
        _row(_S.REQUESTED, _C.VOUCH, _S.VERIFIED, _G.IDENTIFY, STAFF, parcel_is_under_way),
        _row(_S.CODE_SENT, _C.NOTE_WRONG_CODE, None, _G.IDENTIFY, CUSTOMER, code_may_be_tried),
        _row(_S.CODE_SENT, _C.VERIFY, _S.VERIFIED, _G.IDENTIFY, CUSTOMER, code_may_be_tried),
        _row(_S.VERIFIED, _C.ADOPT, _S.APPROVED, _G.DECIDE, SYSTEM, nobody_must_decide),
        _row(_S.VERIFIED, _C.APPROVE, _S.APPROVED, _G.DECIDE, APPROVERS, parcel_is_under_way),
        _row(_S.APPROVED, _C.SEND, _S.SENT_TO_CARRIER, _G.CARRY_OUT, SYSTEM, parcel_is_under_way),
        _row(_S.SENT_TO_CARRIER, _C.CONFIRM, _S.DONE, _G.FILE, SYSTEM, may_be_confirmed),
        _row(_S.SENT_TO_CARRIER, _C.REPORT_DONE, _S.DONE, _G.FILE, STAFF, parcel_is_under_way),
        _row(OPEN, _C.REFUSE, _S.REFUSED, _G.FILE, SYSTEM | STAFF),
        _row(OPEN, _C.EXPIRE, _S.EXPIRED, _G.FILE, SYSTEM),
    ),
)
