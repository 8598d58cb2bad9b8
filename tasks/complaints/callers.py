"""Who calls (R63): a known customer's profile, masked, for the screen of whoever takes the call.

A profile comes to be with a customer's first complaint; nothing is kept of who only calls.
"""

from rules.complaints.telling import caller_level, callers_since, tier_for
from rules.privacy import mask_name, mask_phone
from schemas.complaint_doors import CallerProfile, OpenComplaint
from schemas.complaints import Complaint
from store import callers, complaint_matters
from store import complaints as complaint_store
from store.complaints import Chosen
from store.consignees import consignee_key
from store.unit_of_work import unit_of_work
from tasks import clock

OPEN_SHOWN_MAX = 20


class NoNumber(ValueError):
    """It is no telephone number, or is masked."""


def profile_of(phone: str) -> CallerProfile:
    """Say who calls from this number, however it is spelled: how often he complained, and what of it is open.

    Raises:
        NoNumber: it is none.
    """
    key = consignee_key(phone)
    if not key:
        raise NoNumber("should be a telephone number")
    now = clock.now()
    since = callers_since(now)
    with unit_of_work() as connection:
        known = callers.caller(connection, key)
        if known is None:
            return CallerProfile(known=False, phone=mask_phone(phone), window_from=since)
        newest = complaint_store.one_complaint(connection, known.newest)
        tellings = complaint_matters.calls_of(connection, key, since=since)
        chosen = Chosen(caller_key=key, open_only=True)
        unclosed = complaint_store.select_complaints(connection, chosen, limit=OPEN_SHOWN_MAX)
    level = caller_level(tellings, on=now)
    return CallerProfile(
        known=True,
        phone=mask_phone(phone),
        name=mask_name(newest.customer_name),
        language=newest.language,
        complaints=known.complaints,
        tellings=tellings,
        window_from=since,
        level=level,
        tier=tier_for(level, on=now),
        open=tuple(_open(complaint) for complaint in unclosed),
    )


def _open(complaint: Complaint) -> OpenComplaint:
    return OpenComplaint(
        complaint_no=complaint.case_no,
        type=complaint.type,
        state=complaint.state,
        waybill=complaint.waybill,
        opened_at=complaint.opened_at,
        next_due_at=complaint.next_due_at,
    )
