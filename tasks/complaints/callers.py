"""Who calls (R63): a known customer's profile, masked, for the screen of whoever takes the call.

A profile comes to be with a customer's first complaint or claim; nothing is kept of who only calls.
"""

from rules.complaints.telling import caller_level, callers_since, tier_for
from rules.privacy import mask_name, mask_phone
from schemas.claims import Claim
from schemas.complaint_doors import CallerProfile, OpenClaim, OpenComplaint
from schemas.complaints import Complaint
from store import callers, complaint_matters
from store import claims as claim_store
from store import complaints as complaint_store
from store.callers import Caller
from store.complaints import Chosen
from store.consignees import consignee_key
from store.unit_of_work import Connection, unit_of_work
from tasks import clock

OPEN_SHOWN_MAX = 20


class NoNumber(ValueError):
    """It is no telephone number, or is masked."""


def profile_of(phone: str) -> CallerProfile:
    """Say who calls from this number, however it is spelled: how often he complained and claimed, and what is open.

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
        name, language = _newest(connection, known)
        tellings = complaint_matters.calls_of(connection, key, since=since)
        chosen = Chosen(caller_key=key, open_only=True)
        unclosed = complaint_store.select_complaints(connection, chosen, limit=OPEN_SHOWN_MAX)
        claimed = claim_store.select_claims(
            connection, claim_store.Chosen(claimant_key=key, open_only=True), limit=OPEN_SHOWN_MAX
        )
    level = caller_level(tellings, on=now)
    return CallerProfile(
        known=True,
        phone=mask_phone(phone),
        name=mask_name(name),
        language=language,
        complaints=known.complaints,
        claims=known.claims,
        tellings=tellings,
        window_from=since,
        level=level,
        tier=tier_for(level, on=now),
        open=tuple(_open(complaint) for complaint in unclosed),
        open_claims=tuple(_open_claim(claim) for claim in claimed),
    )


def _newest(connection: Connection, known: Caller) -> tuple[str, str]:
    """Give name and language as they were told last, in a complaint where he ever complained."""
    if known.newest_complaint:
        complaint = complaint_store.one_complaint(connection, known.newest_complaint)
        return complaint.customer_name, complaint.language
    claim = claim_store.one_claim(connection, known.newest_claim)
    return claim.claimant_name, claim.language


def _open(complaint: Complaint) -> OpenComplaint:
    return OpenComplaint(
        complaint_no=complaint.case_no,
        type=complaint.type,
        state=complaint.state,
        waybill=complaint.waybill,
        opened_at=complaint.opened_at,
        next_due_at=complaint.next_due_at,
    )


def _open_claim(claim: Claim) -> OpenClaim:
    return OpenClaim(
        claim_no=claim.case_no,
        event=claim.event,
        state=claim.state,
        waybill=claim.waybill,
        handler=claim.handler,
        opened_at=claim.opened_at,
        next_due_at=claim.next_due_at,
    )
