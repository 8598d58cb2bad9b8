"""Asking for changes as customers and staff do, and reading the code as the phone on file shows it."""

from typing import Any

from factories import a_supervisor, an_asked_change

from schemas.change_requests import Asker, ChangeAnswer, ChangeRequest, WantedChange
from schemas.exceptions import Role
from store import change_requests, outbox, staff
from store.keyed import unseal
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.change_requests.asking import ask_at_counter, ask_for_change
from tasks.supervision.passcodes import new_secret, passcode_at

SECRET = new_secret()


def ask(**changes: Any) -> ChangeAnswer:
    """Ask through the gateway's door."""
    return ask_for_change(an_asked_change(**changes), taken_by="wms")


def ask_with_papers(change: dict[str, str], *, staff_id: str = "ag-sun") -> ChangeAnswer:
    """Ask at the counter of a member of staff."""
    return ask_at_counter(
        "773000000001",
        asked_by=Asker.SENDER,
        change=WantedChange.model_validate(change),
        staff_id=staff_id,
        passcode=passcode(),
        papers="身份证",
    )


def code_for(number: str) -> str:
    """Read the code that the phone on file gets."""
    with unit_of_work() as connection:
        [sent] = [row for row in outbox.of_case(connection, number) if row["kind"] == "code"]
    return unseal(sent["payload"]["sealed"])


def wrong_code_for(number: str) -> str:
    """Make a code that is not the one."""
    return f"{(int(code_for(number)) + 1) % 10**6:06d}"


def request_of(number: str) -> ChangeRequest:
    """Read a request."""
    with unit_of_work() as connection:
        return change_requests.one_request(connection, number)


def hire(staff_id: str, *roles: Role, **changes: Any) -> None:
    """Put somebody on file."""
    with unit_of_work() as connection:
        member = a_supervisor(staff_id=staff_id, roles=frozenset(roles or {Role.AGENT}), **changes)
        staff.add(connection, member, secret=SECRET)


def passcode() -> str:
    """Give the passcode that everybody's authenticator shows now."""
    return passcode_at(SECRET, clock.now())


def letters_of(number: str, purpose: str) -> list[dict[str, Any]]:
    """Read the letters of one purpose."""
    with unit_of_work() as connection:
        sent = outbox.of_case(connection, number)
    return [row["payload"] for row in sent if row["payload"].get("purpose") == purpose]
