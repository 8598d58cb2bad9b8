"""The command about reaching a customer: contact.

Belongs here: what it takes and prints, and how `redress case` shows attempts. Does not belong here: whose turn it is
(`rules.exceptions.contacting`).
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from cyclopts import App, Parameter

from deployments.command.evidence import moment_told
from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import local, print_json, print_table

if TYPE_CHECKING:
    from schemas.exceptions import ExceptionCase
    from store.unit_of_work import Connection


def add_to(app: App) -> None:
    """Add this command to the `redress` command."""
    app.command(contact)


def contact(
    number: str,
    *,
    channel: Literal["sms", "app", "voice_call", "voice_message", "email"],
    outcome: Literal["reached", "no_answer", "undeliverable"],
    staff: Annotated[str, Parameter(name=("--as", "--staff"))],
    at: str | None = None,
    note: str = "",
    json: bool = False,
) -> None:
    """Write down what came of an attempt to reach the customer of a case (R113); the next channel follows by itself.

    - `redress contact EX-20261122-000001 --channel voice_call --outcome no_answer --as ag-sun`
    - `redress contact EX-20261122-000001 --channel sms --outcome reached --as ag-sun --note "home from six"`

    Args:
        number: The case number.
        channel: By what it was tried.
        outcome: reached: he answered, or called back; no_answer; undeliverable: number or address take nothing.
        staff: Your staff id.
        at: When it was, in the business time zone where it names none; now when it is left out.
        note: What he said.
        json: Print JSON.
    """
    settings = enter()
    from pydantic import ValidationError

    from deployments.command.cases import refusals_told
    from schemas.channels import ToldContact
    from tasks.exceptions.by_hand import role_of
    from tasks.exceptions.contacting import NotYet, tell_contact

    try:
        when = moment_told("--at", at, settings.zone)
        told = ToldContact.model_validate(
            {"channel": channel, "outcome": outcome, "by": staff, "at": when, "note": note}
        )
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise WrongUsage(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from fault
    try:
        with refusals_told():
            role_of(staff)
            kept = tell_contact(number, told)
    except NotYet as early:
        raise Failure(str(early)) from early
    if json:
        print_json(kept)
        return
    print(f"{number}: {channel} {outcome} is on record.")


def contact_file(connection: "Connection", case: "ExceptionCase") -> dict[str, Any]:
    """Give what was tried to reach the customer of a case, as the case's file has it."""
    from tasks.exceptions.contacting import reached

    found = reached(connection, case)
    return {
        "contacts": [attempt.model_dump(mode="json") for attempt in found.attempts],
        "unreachable": found.procedure.model_dump(mode="json") if found.procedure else None,
    }


def print_contacts(file: dict[str, Any], *, zone: ZoneInfo) -> None:
    """Print the attempts, and how far the procedure for an unreachable consignee has come."""
    from rules.exceptions.contact_wording import procedure
    from schemas.unreachable import Unreachable

    print_table(
        ("at", "channel", "outcome", "by", "purpose", "note"),
        [
            (local(datetime.fromisoformat(one["at"]), zone), one["channel"], one["outcome"], one["by"], one["purpose"],
             one["note"])
            for one in file["contacts"]
        ],
        title="Contacts",
    )  # fmt: skip
    if file["unreachable"] is not None:
        print(f"  联系收件人 reaching the consignee: {procedure(Unreachable(**file['unreachable']), zone=zone)}")
