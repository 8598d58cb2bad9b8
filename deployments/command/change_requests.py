"""The commands about changes of who a parcel is for: change list, show, ask, approve, refuse, done.

Belongs here: what they take and print, with every value masked. Does not belong here: who may do what
(`rules.change_requests`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.options import Passcode
from deployments.command.outcome import Failure
from deployments.command.output import local, print_json, print_table

if TYPE_CHECKING:
    from schemas.change_requests import ChangeRequest


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="change", help="Changes of who a parcel is for: list, show, ask, approve, refuse, done.")
    group.command(listing, name="list")
    group.command(show)
    group.command(ask)
    group.command(approve)
    group.command(refuse)
    group.command(done)
    app.command(group)


def listing(*, state: str | None = None, all: bool = False, limit: int = 100, json: bool = False) -> None:  # noqa: A002
    """List change requests, the open ones unless told otherwise.

    - `redress change list --state VERIFIED`: what waits for a supervisor

    Args:
        state: Only requests in this state.
        all: Those that are over too.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from schemas.change_requests import ENDED, ChangeState
    from store.change_requests import select_requests
    from store.unit_of_work import unit_of_work

    if state is not None and state not in set(ChangeState):
        raise Failure(f"there is no state {state}; there are {', '.join(ChangeState)}")
    wanted = [ChangeState(state)] if state else None if all else [item for item in ChangeState if item not in ENDED]
    with unit_of_work() as connection:
        found = select_requests(connection, states=wanted, limit=limit)
    if json:
        print_json([_shown(request) for request in found])
        return
    print_table(
        ("number", "waybill", "state", "asked by", "change", "four eyes", "to", "since"),
        [
            (request.number, request.parcel.waybill, request.state, request.asked_by, _written(request),
             "yes" if request.four_eyes else "", request.route, local(request.state_since, zone))
            for request in found
        ],
    )  # fmt: skip
    if not found:
        print("No change request.")


def show(number: str, *, json: bool = False) -> None:
    """Show one request with its history; values are masked here and kept in full in the store.

    - `redress change show CR-20261122-000001`

    Args:
        number: The number of the request.
        json: Print JSON.
    """
    zone = enter().zone
    from store import change_requests
    from store.unit_of_work import unit_of_work

    with _refusals_told(), unit_of_work() as connection:
        request = change_requests.one_request(connection, number)
        history = change_requests.history_of(connection, number)
    for entry in history:
        entry["details"] = _masked_details(entry["details"])
    if json:
        print_json({"request": _shown(request), "history": history})
        return
    four_eyes = ", needs four eyes" if request.four_eyes else ""
    print(f"{request.number}  {request.state.value}  {request.reason}  waybill {request.parcel.waybill}{four_eyes}")
    print(f"  asked by {request.asked_by.value} through {request.door.value} ({request.taken_by}): {_written(request)}")
    print(f"  parcel {request.parcel.phase.value}, outlet {request.parcel.outlet or '?'}")
    print_table(
        ("at", "stage", "command", "to", "who", "reason", "note"),
        [
            (local(row["at"], zone), row["stage"], row["command"], row["to_state"], row["who"], row["reason"],
             row["note"])
            for row in history
        ],
        title="History",
    )  # fmt: skip


def _shown(request: "ChangeRequest") -> dict[str, Any]:
    from rules.change_requests.wording import masked

    shown = request.model_dump(mode="json", exclude={"parcel", "old", "new"})
    return {
        **shown,
        "waybill": request.parcel.waybill,
        "phase": request.parcel.phase.value,
        "old": masked(request.old),
        "new": masked(request.new),
    }


def _masked_details(details: Mapping[str, Any]) -> dict[str, Any]:
    from rules.change_requests.wording import masked
    from schemas.change_requests import ChangeField

    return {
        name: masked({ChangeField(key): text for key, text in value.items()}) if name in {"old", "new"} else value
        for name, value in details.items()
    }


def _written(request: "ChangeRequest") -> str:
    from rules.change_requests.wording import masked

    old, new = masked(request.old), masked(request.new)
    return ", ".join(f"{field.value} {old[field] or '?'} → {value}" for field, value in new.items())


def ask(
    waybill: str,
    *,
    asked_by: Literal["sender", "consignee"],
    papers: str,
    staff: str,
    passcode: Passcode,
    name: str | None = None,
    phone: str | None = None,
    address: str | None = None,
) -> None:
    """Take a request of somebody whose papers you have checked; you answer for it, and somebody else approves it.

    - `redress change ask 773000000001 --asked-by sender --papers 身份证 --name 钱七 --staff ag-sun --passcode 123456`

    Args:
        waybill: The number of the parcel.
        asked_by: Who stands before you.
        papers: Which papers you have checked.
        staff: Your staff id.
        passcode: The six digits that your authenticator shows.
        name: The new consignee.
        phone: The new phone number.
        address: The new address.
    """
    enter()
    from pydantic import ValidationError

    from schemas.change_requests import Asker, WantedChange
    from tasks.change_requests.asking import ask_at_counter

    try:
        change = WantedChange(consignee_name=name, consignee_phone=phone, consignee_address=address)
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise Failure(f"{'.'.join(map(str, first['loc'])) or 'change'}: {first['msg']}") from None
    with _refusals_told():
        answer = ask_at_counter(
            waybill, asked_by=Asker(asked_by), change=change, staff_id=staff, passcode=passcode, papers=papers
        )
    print(f"{answer.number} {answer.state.value}: {answer.sentence}")


def approve(number: str, *, staff: str, passcode: Passcode, comment: str = "") -> None:
    """Approve a change that needs four eyes; not by whoever took it in.

    - `redress change approve CR-20261122-000001 --staff sup-zhang --passcode 123456`

    Args:
        number: The number of the request.
        staff: Your staff id.
        passcode: The six digits that your authenticator shows.
        comment: What is to be remembered of it.
    """
    enter()
    from tasks.change_requests.deciding import approve_change

    with _refusals_told():
        request = approve_change(number, staff_id=staff, passcode=passcode, comment=comment)
    print(f"{number} is approved and ordered from the {request.route}.")


def refuse(number: str, *, staff: str, passcode: Passcode, comment: str) -> None:
    """Refuse a change; whoever was warned of it hears that nothing was changed.

    - `redress change refuse CR-20261122-000001 --staff sup-zhang --passcode 123456 --comment "..."`

    Args:
        number: The number of the request.
        staff: Your staff id.
        passcode: The six digits that your authenticator shows.
        comment: Why.
    """
    enter()
    from tasks.change_requests.deciding import refuse_change

    with _refusals_told():
        refuse_change(number, staff_id=staff, passcode=passcode, comment=comment)
    print(f"{number} is refused.")


def done(number: str, *, staff: str, passcode: Passcode, comment: str) -> None:
    """Note that the outlet reached the courier, so that the change of a parcel that was out is made.

    - `redress change done CR-20261122-000001 --staff ag-sun --passcode 123456 --comment "courier called"`

    Args:
        number: The number of the request.
        staff: Your staff id.
        passcode: The six digits that your authenticator shows.
        comment: Who said so.
    """
    enter()
    from tasks.change_requests.deciding import report_change_done

    with _refusals_told():
        report_change_done(number, staff_id=staff, passcode=passcode, comment=comment)
    print(f"{number} is done.")


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Turn what is refused into the command's failure."""
    from store.change_requests import NoSuchRequest
    from tasks.change_requests.asking import Refused
    from tasks.change_requests.moving import NotPossible
    from tasks.supervision.proving import NotProven

    try:
        yield
    except (NotPossible, NotProven, NoSuchRequest, Refused) as refusal:
        raise Failure(str(refusal)) from refusal
