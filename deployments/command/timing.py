"""The commands about a case's clocks, of whatever procedure by its number: pause, release, profile.

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
        number: The number of the case, the complaint or the claim.
        reason: What it waits for.
        staff: Your staff id.
        comment: More about it.
    """
    enter()
    from schemas.clocks import PauseReason
    from tasks.exceptions.by_hand import role_of
    from tasks.supervision.pausing import pause as stop

    with refusals_told():
        stop(number, reason=PauseReason(reason), who=staff, role=role_of(staff), note=comment)
    print(f"{number} is paused; `{_shown_by(number)}` shows what still runs.")


def release(number: str, *, staff: str, comment: str = "") -> None:
    """Let the clocks of a paused case run again.

    - `redress release EX-20261122-000001 --staff ag-sun`

    Args:
        number: The number of the case, the complaint or the claim.
        staff: Your staff id.
        comment: What came of it.
    """
    enter()
    from tasks.exceptions.by_hand import role_of
    from tasks.supervision.pausing import release as go_on

    with refusals_told():
        go_on(number, who=staff, role=role_of(staff), note=comment)
    print(f"{number} is no longer paused.")


def profile(number: str, *, to: str, staff: str, comment: str) -> None:
    """Count a case by the clocks of another profile, from its original start and with its pauses.

    - `redress profile EX-20261122-000001 --to standard --staff ag-sun --comment "contract customer"`

    Args:
        number: The number of the case, the complaint or the claim.
        to: The profile; docs/clock-profiles.md has them.
        staff: Your staff id.
        comment: Why.
    """
    enter()
    from tasks.exceptions.by_hand import role_of
    from tasks.supervision.pausing import change_profile

    with refusals_told():
        change_profile(number, profile=to, who=staff, role=role_of(staff), note=comment)
    print(f"{number} counts by {to} now; `{_shown_by(number)}` shows what is due.")


def _shown_by(number: str) -> str:
    from schemas.claims import CLAIM_PREFIX
    from schemas.complaints import COMPLAINT_PREFIX

    shown = {COMPLAINT_PREFIX: f"redress complaint show {number}", CLAIM_PREFIX: f"redress claim clocks {number}"}
    return shown.get(number.partition("-")[0], f"redress case {number} --clocks")
