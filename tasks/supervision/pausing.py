"""Pausing a case's clocks with a reason, releasing them, and counting by another profile (docs/clocks.md).

The same for every procedure; the number of a case says whose it is. A pause stops only the clocks that may be stopped,
and none without a reason of the list.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from rules.clocks.profiles import Profile
from schemas import claims, complaints, exceptions
from schemas.claims import CLAIM_PREFIX
from schemas.clocks import Anchors, ClockCommand, PauseReason
from schemas.complaints import COMPLAINT_PREFIX
from schemas.exceptions import Role
from store.cases import one_case
from store.claims import one_claim
from store.complaints import one_complaint
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims import moving as claim_moving
from tasks.claims import timing as claim_timing
from tasks.clock_book import clock_book
from tasks.complaints import moving as complaint_moving
from tasks.complaints import timing as complaint_timing
from tasks.exceptions import moving as exception_moving
from tasks.exceptions import timing as exception_timing
from tasks.stepping import NotAllowed


class _Procedure(NamedTuple):
    """How the cases of a procedure are read and moved, and whose clocks count for them."""

    cases: str
    own_state: str  # one that only its profiles name; empty: a profile that names none of the others'
    one: Callable[..., Any]
    anchors_of: Callable[[Any], Anchors]
    command: Callable[[str], Any]
    step: Callable[..., Any]
    take_steps: Callable[..., Any]


EXCEPTIONS = _Procedure(
    "exceptions", "", one_case, exception_timing.anchors_of, exceptions.Command, exception_moving.Step,
    exception_moving.take_steps,
)  # fmt: skip
OTHERS = {
    COMPLAINT_PREFIX: _Procedure(
        "complaints", complaints.State.VERIFYING, one_complaint, complaint_timing.anchors_of, complaints.Command,
        complaint_moving.Step, complaint_moving.take_steps,
    ),
    CLAIM_PREFIX: _Procedure(
        "claims", claims.State.LIABILITY, one_claim, claim_timing.anchors_of, claims.Command, claim_moving.Step,
        claim_moving.take_steps,
    ),
}  # fmt: skip
OWN_STATES = {procedure.own_state for procedure in OTHERS.values()}


def pause(case_no: str, *, reason: PauseReason, who: str, role: Role, note: str = "") -> None:
    """Stop the clocks of a case that may be stopped until they are released.

    Raises:
        NotAllowed: the case is closed, or waits for that already.
        NoSuchCase, NoSuchComplaint, NoSuchClaim: there is none with that number.
    """
    _take(case_no, ClockCommand.PAUSE, reason=reason, who=who, role=role, note=note)


def release(case_no: str, *, who: str, role: Role, note: str = "") -> None:
    """Let the clocks of a case run again, whatever it waited for.

    Raises:
        NotAllowed: the case is closed, or waits for nothing.
        NoSuchCase, NoSuchComplaint, NoSuchClaim: there is none with that number.
    """
    _take(case_no, ClockCommand.RELEASE, reason="", who=who, role=role, note=note)


def change_profile(case_no: str, *, profile: str, who: str, role: Role, note: str = "") -> None:
    """Count by the clocks of another profile, from the original start and with the original pauses.

    Raises:
        NotAllowed: its procedure has no such profile, or the case is closed.
        NoSuchCase, NoSuchComplaint, NoSuchClaim: there is none with that number.
    """
    procedure = _procedure_of(case_no)
    known = {one.name for one in clock_book().profiles if _counts(one, procedure)}
    if profile not in known:
        raise NotAllowed(f"there is no profile {profile} for {procedure.cases}; there are {', '.join(sorted(known))}")
    _take(case_no, ClockCommand.CHANGE_PROFILE, reason=profile, who=who, role=role, note=note)


def _procedure_of(case_no: str) -> _Procedure:
    return OTHERS.get(case_no.partition("-")[0], EXCEPTIONS)


def _counts(profile: Profile, procedure: _Procedure) -> bool:
    """Say whether a profile is the carrier's own, and for cases of this procedure."""
    named = {state for one in profile.clocks for state in one.in_states}
    fits = procedure.own_state in named if procedure.own_state else named.isdisjoint(OWN_STATES)
    return fits and profile.name in clock_book().internal


def _take(case_no: str, command: ClockCommand, *, reason: str, who: str, role: Role, note: str) -> None:
    now, procedure = clock.now(), _procedure_of(case_no)
    with unit_of_work() as connection:
        case = procedure.one(connection, case_no, lock=True)
        if why := _refused(procedure.anchors_of(case), command, reason=reason):
            raise NotAllowed(f"{case_no} {why}")
        details = {"profile": reason} if command is ClockCommand.CHANGE_PROFILE else {}
        step = procedure.step(case, procedure.command(command), reason=reason, note=note, details=details)
        procedure.take_steps(connection, [step], now=now, who=who, role=role)


def _refused(anchors: Anchors, command: ClockCommand, *, reason: str) -> str | None:
    waits_for = {pause.reason for pause in anchors.pauses if pause.until is None}
    if command is ClockCommand.PAUSE and reason in waits_for:
        return f"is paused for {reason} already"
    return "is not paused" if command is ClockCommand.RELEASE and not waits_for else None
