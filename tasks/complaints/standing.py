"""How a complaint stands, for whoever told it and shows so by the end of his telephone number (R65)."""

import hmac
from datetime import datetime
from math import ceil

from rules.complaints.door import closed_until
from rules.complaints.status import Promised, status_of
from rules.phones import phone_tail
from schemas.complaint_doors import ComplaintStatus
from schemas.complaints import Complaint
from store import complaint_records, status_tries
from store import complaints as complaint_store
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.timing import FIRST_ANSWER, RESULT, anchors_of, due


class NotShown(LookupError):
    """There is no such complaint, or whoever asks did not tell it: which of both, nobody hears."""


class DoorClosed(RuntimeError):
    """Too many wrong digits were given about this number, whether there is such a complaint or not."""

    def __init__(self, *, seconds: int) -> None:
        """Say in how many seconds it is worth coming back."""
        self.seconds = seconds
        super().__init__(f"too many wrong digits: closed for {seconds} seconds")


def standing_of(number: str, digits: str) -> ComplaintStatus:
    """Tell how a complaint stands to who told it; the result to whom it was sent, whose complaint it is.

    Wrong digits are counted, about a number that nobody has, too: the same work is done for it.

    Raises:
        NotShown: there is none, or the digits are of nobody who told it.
        DoorClosed: wrong digits were given too often.
    """
    now = clock.now()
    with unit_of_work() as connection:
        if (until := closed_until(status_tries.locked(connection, number), now=now)) is not None:
            raise DoorClosed(seconds=ceil((until - now).total_seconds()))
        complaint = _told_by(connection, number, digits, now)
    if complaint is None:
        raise NotShown("there is no complaint with this number that somebody with these digits told")
    anchors = anchors_of(complaint)
    promised = Promised(due(FIRST_ANSWER, anchors), due(RESULT, anchors))
    return status_of(complaint, promised, with_result=_fits(phone_tail(complaint.customer_phone), digits))


def _told_by(connection: Connection, number: str, digits: str, now: datetime) -> Complaint | None:
    """Read the complaint if somebody with these digits told it; else count them as wrong."""
    phones = complaint_records.phones_of(connection, number) or [""]
    if any([_fits(phone_tail(phone), digits) for phone in phones]):  # noqa: C419  # each takes its time, fitting or not
        return complaint_store.one_complaint(connection, number)
    status_tries.count(connection, number, at=now)
    return None


def _fits(kept: str, given: str) -> bool:
    return hmac.compare_digest(kept.encode(), given.encode()) and bool(kept)
