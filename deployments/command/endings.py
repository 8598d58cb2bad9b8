"""The commands about how a case ends: accept, object, explain, reconsider.

Belongs here: what they take and print. Does not belong here: what follows (`rules.exceptions.closing`).
"""

from typing import TYPE_CHECKING, Literal

from cyclopts import App

from deployments.command.cases import carry_on, refusals_told
from deployments.command.installation import enter
from deployments.command.options import Passcode

if TYPE_CHECKING:
    from schemas.exceptions import ExceptionCase

Channel = Literal["phone", "counter", "chat", "email", "sms"]


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    for command in (accept, object_, explain, reconsider):
        app.command(command, name=command.__name__.rstrip("_"))


def accept(number: str, *, staff: str, channel: Channel = "phone", comment: str = "") -> None:
    """Record that the customer agrees with the result, which closes the case (R17).

    - `redress accept EX-20261122-000001 --staff ag-sun --channel phone`

    Args:
        number: The case number.
        staff: Your staff id.
        channel: How the customer said so.
        comment: What else was said.
    """
    enter()
    from tasks.exceptions.by_hand import role_of
    from tasks.exceptions.closing import take_customers_word

    with refusals_told():
        case = take_customers_word(number, agrees=True, demand=comment, who=staff, role=role_of(staff), channel=channel)
    print(f"{number} is {case.state.value}: {case.closing_reason}.")


def object_(number: str, *, staff: str, demand: str, channel: Channel = "phone") -> None:
    """Record that the customer does not agree, and what is asked for instead (R45).

    The first time the case is investigated again, the second time a supervisor takes it over; a closed case is opened
    again.

    - `redress object EX-20261122-000001 --staff ag-sun --demand "deliver it today"`

    Args:
        number: The case number.
        staff: Your staff id.
        demand: What the customer asks for instead.
        channel: How the customer said so.
    """
    enter()
    from tasks.exceptions.by_hand import role_of
    from tasks.exceptions.closing import take_customers_word

    with refusals_told():
        case = take_customers_word(number, agrees=False, demand=demand, who=staff, role=role_of(staff), channel=channel)
    _tell(case)


def explain(number: str, *, staff: str, passcode: Passcode, reasons: str) -> None:
    """Close a case explained and not agreed: the customer is told the reasons and the way to the regulator (R46).

    Only a supervisor may, and only after a second investigation.

    - `redress explain EX-20261122-000001 --staff sup-zhang --passcode 123456 --reasons "..."`

    Args:
        number: The case number.
        staff: Your staff id.
        passcode: The six digits that your authenticator shows.
        reasons: The sentence that the customer is told.
    """
    enter()
    from rules.supervision.levels import rank_of
    from schemas.exceptions import Role
    from tasks import clock
    from tasks.exceptions.closing import explain_and_close
    from tasks.supervision.proving import proven_staff

    with refusals_told():
        member = proven_staff(staff, passcode, at=clock.now())
        case = explain_and_close(number, staff_id=staff, role=rank_of(member.roles) or Role.AGENT, reasons=reasons)
    _tell(case)


def reconsider(number: str, *, staff: str, comment: str) -> None:
    """Take back a plan that waits for its decision: its form is withdrawn, and the case is planned anew.

    - `redress reconsider EX-20261122-000001 --staff ag-sun --comment "new pictures came in"`

    Args:
        number: The case number.
        staff: Your staff id.
        comment: Why.
    """
    enter()
    from tasks.exceptions import closing
    from tasks.exceptions.by_hand import role_of

    with refusals_told():
        case = closing.reconsider(number, who=staff, role=role_of(staff), reason="by_hand", note=comment)
    _tell(case)


def _tell(case: "ExceptionCase") -> None:
    print(f"{case.case_no} is {case.state.value}.")
    if case.is_open:
        carry_on(case.case_no)
