"""How a complaint stands, for whoever told it and shows so by the end of his telephone number (R65)."""

from datetime import datetime

from rules.complaints.status import Promised, status_of
from rules.phones import phone_tail
from schemas.complaint_doors import ComplaintStatus
from schemas.complaints import Complaint
from store import complaint_records
from store import complaints as complaint_store
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.timing import FIRST_ANSWER, RESULT, anchors_of, due
from tasks.digits import NotShown, fits, is_right


def standing_of(number: str, digits: str) -> ComplaintStatus:
    """Tell how a complaint stands to who told it; the result to whom it was sent, whose complaint it is.

    Raises:
        NotShown: there is none, or the digits are of nobody who told it.
        DoorClosed: wrong digits were given too often.
    """
    now = clock.now()
    with unit_of_work() as connection:
        complaint = _told_by(connection, number, digits, now)
    if complaint is None:
        raise NotShown("there is no complaint with this number that somebody with these digits told")
    anchors = anchors_of(complaint)
    promised = Promised(due(FIRST_ANSWER, anchors), due(RESULT, anchors))
    return status_of(complaint, promised, with_result=fits(phone_tail(complaint.customer_phone), digits))


def _told_by(connection: Connection, number: str, digits: str, now: datetime) -> Complaint | None:
    """Read the complaint if somebody with these digits told it; else they are counted as wrong."""
    tails = [phone_tail(phone) for phone in complaint_records.phones_of(connection, number)]
    if is_right(connection, number, digits, expected=tails, now=now):
        return complaint_store.one_complaint(connection, number)
    return None
