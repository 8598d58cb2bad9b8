"""Pausing a complaint's clocks with a reason, releasing them, and counting by another profile (docs/clocks.md).

As for exceptions, a pause stops only the clocks that may be stopped, and none without a reason of the list.
"""

from rules.clocks.profiles import Profile
from schemas.clocks import PauseReason
from schemas.complaints import Command, Complaint, State
from schemas.exceptions import Role
from store import complaints as complaint_store
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.clock_book import clock_book
from tasks.complaints.moving import Step, take_steps
from tasks.complaints.timing import anchors_of
from tasks.exceptions.moving import NotAllowed
from tasks.exceptions.pausing import pausing_refused


def pause_complaint(case_no: str, *, reason: PauseReason, who: str, role: Role, note: str = "") -> Complaint:
    """Stop the clocks of a complaint that may be stopped until they are released.

    Raises:
        NotAllowed: the complaint is closed, or waits for that already.
        NoSuchComplaint: there is none with that number.
    """
    return _take(case_no, Command.PAUSE, reason=reason, who=who, role=role, note=note)


def release_complaint(case_no: str, *, who: str, role: Role, note: str = "") -> Complaint:
    """Let the clocks of a complaint run again, whatever it waited for.

    Raises:
        NotAllowed: the complaint is closed, or waits for nothing.
        NoSuchComplaint: there is none with that number.
    """
    return _take(case_no, Command.RELEASE, reason="", who=who, role=role, note=note)


def change_complaint_profile(case_no: str, *, profile: str, who: str, role: Role, note: str = "") -> Complaint:
    """Count by the clocks of another profile, from the original start and with the original pauses.

    Raises:
        NotAllowed: there is no such profile for complaints, or the complaint is closed.
        NoSuchComplaint: there is none with that number.
    """
    known = {one.name for one in clock_book().profiles if _counts_complaints(one)}
    if profile not in known:
        raise NotAllowed(f"there is no profile {profile} for complaints; there are {', '.join(sorted(known))}")
    return _take(case_no, Command.CHANGE_PROFILE, reason=profile, who=who, role=role, note=note)


def _counts_complaints(profile: Profile) -> bool:
    """Say whether a profile has clocks for the states that only complaints have."""
    own = profile.name in clock_book().internal
    return own and any(State.VERIFYING in (one.in_states or ()) for one in profile.clocks)


def _take(case_no: str, command: Command, *, reason: str, who: str, role: Role, note: str) -> Complaint:
    now = clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        if why := pausing_refused(anchors_of(complaint), command, reason=reason):
            raise NotAllowed(f"{case_no} {why}")
        details = {"profile": reason} if command is Command.CHANGE_PROFILE else {}
        step = Step(complaint, command, reason=reason, note=note, details=details)
        take_steps(connection, [step], now=now, who=who, role=role)
        return complaint_store.one_complaint(connection, case_no)
