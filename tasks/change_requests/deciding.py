"""What people decide about a change: approve it with other eyes, refuse it, report what the outlet did."""

from rules.change_requests.admission import why_not_approver
from rules.supervision.levels import rank_of
from schemas.approvals import Staff
from schemas.change_requests import ChangeCommand, ChangeRequest
from schemas.exceptions import Role
from store import change_requests
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.change_requests.carrying_out import complete, order, turn_down
from tasks.change_requests.moving import By, Noted, NotPossible, move
from tasks.supervision.proving import proven_staff


def approve_change(number: str, *, staff_id: str, passcode: str, comment: str = "") -> ChangeRequest:
    """Approve a change that needs four eyes, and order it.

    Raises:
        NotProven: the passcode or the staff id is not right.
        NotPossible: the request does not wait for it, or this person may not.
        NoSuchRequest: there is no request with that number.
    """
    now = clock.now()
    staff = proven_staff(staff_id, passcode, at=now)
    with unit_of_work() as connection:
        request = change_requests.one_request(connection, number, lock=True)
        if (why := why_not_approver(request, staff)) is not None:
            raise NotPossible(f"{number}: {why.sentence}")
        noted = Noted(reason="approved", note=comment)
        request = move(connection, request, ChangeCommand.APPROVE, by=_by(staff), now=now, noted=noted)
        return order(connection, request, now=now)


def refuse_change(number: str, *, staff_id: str, passcode: str, comment: str) -> ChangeRequest:
    """Refuse a change; whoever was warned of it hears that nothing was changed.

    Raises:
        NotProven: the passcode or the staff id is not right.
        NotPossible: the request is over.
        NoSuchRequest: there is no request with that number.
    """
    now = clock.now()
    staff = proven_staff(staff_id, passcode, at=now)
    with unit_of_work() as connection:
        request = change_requests.one_request(connection, number, lock=True)
        noted = Noted(reason="refused_by_staff", note=comment)
        return turn_down(connection, request, ChangeCommand.REFUSE, by=_by(staff), now=now, noted=noted)


def report_change_done(number: str, *, staff_id: str, passcode: str, comment: str) -> ChangeRequest:
    """Note that the outlet reached the courier, and write the change into the shipment.

    Raises:
        NotProven: the passcode or the staff id is not right.
        NotPossible: the request was not sent to an outlet, or the parcel was delivered first.
        NoSuchRequest: there is no request with that number.
    """
    now = clock.now()
    staff = proven_staff(staff_id, passcode, at=now)
    with unit_of_work() as connection:
        request = change_requests.one_request(connection, number, lock=True)
        return complete(connection, request, ChangeCommand.REPORT_DONE, by=_by(staff), now=now, note=comment)


def _by(staff: Staff) -> By:
    """Let a member of staff act in his highest role."""
    return By(staff.staff_id, rank_of(staff.roles) or Role.AGENT)
