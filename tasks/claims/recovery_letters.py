"""What recovery puts into the outbox: what parties are told, and what an insurer is sent."""

from datetime import datetime

from rules.claims import recovery_wording
from rules.exceptions.wording import local_time
from schemas.claims import Claim
from schemas.recovery import Charge, InsuranceCase
from store.outbox import Kind, Letter
from tasks.exceptions.letters import department_message
from tasks.settings import business_settings


def notice_letter(charge: Charge, claim: Claim, *, to: str, now: datetime) -> Letter:
    """Tell a party what it is to bear, and until when it may object (R79)."""
    settings = business_settings()
    due_at = local_time(charge.object_until, settings.zone)
    message = recovery_wording.notice(charge, claim, settings.language, due_at=due_at)
    return department_message(charge.claim_no, message, key=f"{charge.key}:notice", purpose="charge", to=to, now=now)


def ruling_letter(charge: Charge, claim: Claim, *, to: str, now: datetime) -> Letter:
    """Tell a party what was ruled about its objection."""
    message = recovery_wording.ruling(charge, claim, business_settings().language)
    return department_message(
        charge.claim_no, message, key=f"{charge.key}:ruling", purpose="charge_ruling", to=to, now=now
    )


def taken_back_letter(charge: Charge, claim: Claim, *, to: str, now: datetime) -> Letter:
    """Tell a party that it bears nothing of what it was told, for the payout was wrong."""
    message = recovery_wording.taken_back(charge, claim, business_settings().language)
    return department_message(
        charge.claim_no, message, key=f"{charge.key}:taken-back", purpose="charge_taken_back", to=to, now=now
    )


def submission_key(case: InsuranceCase, number: int) -> str:
    """Name a submission; the name is its idempotency key at the insurer."""
    return f"{case.claim_no}-I{number}"


def submission_letter(case: InsuranceCase, *, number: int, now: datetime) -> Letter:
    """Have a claim submitted; what it says is read when it is sent."""
    key = submission_key(case, number)
    return Letter(Kind.INSURER_CLAIM, key, case.claim_no, {"claim_no": case.claim_no}, now)
