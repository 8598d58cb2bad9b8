"""The commands about a case's clocks: pause, release, profile.

Belongs here: what they take and print. Does not belong here: how clocks count (`rules/clocks/`).
"""

from typing import Literal

from cyclopts import App

from deployments.command.cases import refusals_told
from deployments.command.installation import enter

Reason = Literal["waiting_customer", "waiting_third_party", "waiting_customs", "waiting_authority", "force_majeure"]


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    for command in (pause, release, profile):
        app.command(command)


def pause(number: str, *, reason: Reason, staff: str, comment: str = "") -> None:
    """Stop the clocks of a case that may be stopped; what the law sets goes on.

    - `redress pause EX-20261122-000001 --reason waiting_customer --staff ag-sun`

    Args:
        number: The case number.
        reason: What the case waits for.
        staff: Your staff id.
        comment: More about it.
    """
    enter()
    from schemas.clocks import PauseReason
    from tasks.exceptions.by_hand import role_of
    from tasks.exceptions.pausing import pause_case

    with refusals_told():
        pause_case(number, reason=PauseReason(reason), who=staff, role=role_of(staff), note=comment)
    print(f"{number} is paused; `redress case {number} --clocks` shows what still runs.")


def release(number: str, *, staff: str, comment: str = "") -> None:
    """Let the clocks of a paused case run again.

    - `redress release EX-20261122-000001 --staff ag-sun`

    Args:
        number: The case number.
        staff: Your staff id.
        comment: What came of it.
    """
    enter()
    from tasks.exceptions.by_hand import role_of
    from tasks.exceptions.pausing import release_case

    with refusals_told():
        release_case(number, who=staff, role=role_of(staff), note=comment)
    print(f"{number} is no longer paused.")


def profile(number: str, *, to: str, staff: str, comment: str) -> None:
    """Count a case by the clocks of another profile, from its original start and with its pauses.

    - `redress profile EX-20261122-000001 --to standard --staff ag-sun --comment "contract customer"`

    Args:
        number: The case number.
        to: The profile; docs/clock-profiles.md has them.
        staff: Your staff id.
        comment: Why.
    """
    enter()
    from tasks.exceptions.by_hand import role_of
    from tasks.exceptions.pausing import change_profile

    with refusals_told():
        case = change_profile(number, profile=to, who=staff, role=role_of(staff), note=comment)
    print(f"{number} counts by {to} now; `redress case {case.case_no} --clocks` shows what is due.")
