"""How a complaint stands, for whoever told it and shows so by the end of his telephone number (R65)."""

import hmac

from rules.complaints.status import Promised, status_of
from rules.phones import phone_tail
from schemas.complaint_doors import ComplaintStatus
from store import complaints as complaint_store
from store.complaints import NoSuchComplaint, ToldRecord
from store.unit_of_work import unit_of_work
from tasks.complaints.timing import FIRST_ANSWER, RESULT, anchors_of, due


class NotShown(LookupError):
    """There is no such complaint, or whoever asks did not tell it: which of both, nobody hears."""


def standing_of(number: str, digits: str) -> ComplaintStatus:
    """Tell how a complaint stands to who told it; the result to whom it was sent, who is the one that told it last.

    Raises:
        NotShown: there is none, or the digits are of nobody who told it.
    """
    with unit_of_work() as connection:
        try:
            complaint = complaint_store.one_complaint(connection, number)
        except NoSuchComplaint:
            raise _not_shown() from None
        told = complaint_store.records_of(connection, number)
    fitting = [_fits(_tail(record), digits) for record in told]
    if not any(fitting):
        raise _not_shown()
    anchors = anchors_of(complaint)
    promised = Promised(due(FIRST_ANSWER, anchors), due(RESULT, anchors))
    return status_of(complaint, promised, with_result=_fits(phone_tail(complaint.customer_phone), digits))


def _not_shown() -> NotShown:
    return NotShown("there is no complaint with this number that somebody with these digits told")


def _tail(record: ToldRecord) -> str:
    return phone_tail(record.content.customer.phone) if record.content else ""


def _fits(kept: str, given: str) -> bool:
    return bool(kept) and hmac.compare_digest(kept.encode(), given.encode())
