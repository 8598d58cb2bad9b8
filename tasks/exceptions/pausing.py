"""Pausing a case's clocks with a reason, releasing them, counting by another profile; and keeping due times current.

A pause stops only the clocks that may be stopped, and none without a reason of the list (docs/clocks.md).
"""

from collections.abc import Sequence

from prefect import task

from schemas.clocks import Anchors, ClockCommand, PauseReason
from schemas.exceptions import Command, ExceptionCase, Role
from store import cases as case_store
from store.case_history import history_of
from store.cases import EXCEPTIONS
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.clock_book import clock_book
from tasks.exceptions.moving import BATCH, NotAllowed, Step, in_batches, take_steps
from tasks.exceptions.timing import anchors_of, clock_columns, refolded


def pause_case(case_no: str, *, reason: PauseReason, who: str, role: Role, note: str = "") -> ExceptionCase:
    """Stop the clocks of a case that may be stopped until they are released.

    Raises:
        NotAllowed: the case is closed, or waits for that already.
    """
    return _take(case_no, Command.PAUSE, reason=reason, who=who, role=role, note=note)


def release_case(case_no: str, *, who: str, role: Role, note: str = "") -> ExceptionCase:
    """Let the clocks of a case run again, whatever it waited for.

    Raises:
        NotAllowed: the case is closed, or waits for nothing.
    """
    return _take(case_no, Command.RELEASE, reason="", who=who, role=role, note=note)


def change_profile(case_no: str, *, profile: str, who: str, role: Role, note: str = "") -> ExceptionCase:
    """Count by the clocks of another profile, from the original start and with the original pauses.

    Raises:
        NotAllowed: there is no such profile, or the case is closed.
    """
    known = clock_book().internal
    if profile not in known:
        raise NotAllowed(f"there is no profile {profile}; there are {', '.join(sorted(known))}")
    return _take(case_no, Command.CHANGE_PROFILE, reason=profile, who=who, role=role, note=note)


def _take(case_no: str, command: Command, *, reason: str, who: str, role: Role, note: str) -> ExceptionCase:
    now = clock.now()
    with unit_of_work() as connection:
        case = case_store.one_case(connection, case_no, lock=True)
        if why := pausing_refused(anchors_of(case), command, reason=reason):
            raise NotAllowed(f"{case_no} {why}")
        details = {"profile": reason} if command is Command.CHANGE_PROFILE else {}
        step = Step(case, command, reason=reason, note=note, details=details)
        take_steps(connection, [step], now=now, who=who, role=role)
        return case_store.one_case(connection, case_no)


def pausing_refused(anchors: Anchors, command: str, *, reason: str) -> str | None:
    """Say why clocks cannot be paused or released, of whatever procedure they are; None when they can."""
    waits_for = {pause.reason for pause in anchors.pauses if pause.until is None}
    if command == ClockCommand.PAUSE and reason in waits_for:
        return f"is paused for {reason} already"
    return "is not paused" if command == ClockCommand.RELEASE and not waits_for else None


@task
def refresh_clocks() -> int:
    """Compute the due times anew that rest on former figures of a profile or calendar; give how many those are."""
    book = clock_book()

    def outdated(connection: Connection, last: ExceptionCase | None) -> list[ExceptionCase]:
        return case_store.with_old_clocks(
            connection,
            profiles=book.profile_versions,
            calendars=book.calendars.version,
            after=last.case_no if last else "",
            limit=BATCH,
        )

    return sum(in_batches(outdated, _compute_anew))


def _compute_anew(connection: Connection, cases: Sequence[ExceptionCase]) -> int:
    clocks = {}
    for case in cases:
        history = [] if case.clock_anchors else history_of(connection, case.case_no)
        clocks[case.case_no] = clock_columns(case, refolded(case, history) if history else anchors_of(case))
    EXCEPTIONS.keep_clocks(connection, clocks)
    return len(cases)
