"""What settling claims puts into the outbox: notices to claimants and departments."""

from datetime import datetime

from rules.claims import telling
from rules.privacy import mask_phone
from rules.texts import Language
from schemas.channels import Channel
from schemas.claims import Claim
from store.outbox import Kind, Letter
from tasks.exceptions.letters import MANAGER, department_message
from tasks.settings import business_settings

__all__ = ["MANAGER", "claimant_letters", "department_letter", "language_of"]


def language_of(claim: Claim) -> Language:
    """Say in which language the claimant reads."""
    return "en" if claim.language == "en" else "zh"


def claimant_letters(claim: Claim, text: str, *, purpose: str, now: datetime, **told: str) -> list[Letter]:
    """Address a text to the claimant, after the quiet hours; nothing where there is no way to reach him."""
    if not claim.claimant_address:
        return []
    settings = business_settings()
    message = telling.write(text, claim, language_of(claim), **{"hotline": settings.hotline, **told})
    payload = {
        "audience": "customer",
        "purpose": purpose,
        "to": claim.claimant_address,
        "shown_to": mask_phone(claim.claimant_address),
        "channel": (Channel.SMS if claim.claimant_phone else Channel.EMAIL).value,
        **message.model_dump(),
    }
    key = f"{claim.case_no}:{purpose}-{claim.version}:customer"
    return [Letter(Kind.NOTICE, key, claim.case_no, payload, settings.after_quiet_hours(now))]


def department_letter(claim: Claim, *, about: str, purpose: str, to: str, now: datetime) -> Letter:
    """Tell a department about a claim; departments work at night."""
    message = telling.write("department", claim, business_settings().language, about=about)
    key = f"{claim.case_no}:{purpose}-{claim.version}:department"
    return department_message(claim.case_no, message, key=key, purpose=purpose, to=to, now=now)
