"""Claims as people of the carrier are shown them: whole, but for what names or reaches a person (R65)."""

from collections.abc import Collection
from typing import Any

from rules.complaints.showing import mask_email
from rules.privacy import mask_account, mask_name, mask_phone, mask_record
from schemas.claims import Claim, ClaimForm
from schemas.payments import Payout

HIDDEN = frozenset({"claimant_key", "clock_anchors", "paid_elsewhere", "plan"})
"""Columns that say nothing to people, or that another part of the file says."""
NAMING = frozenset({"claimant_name", "payee_name"})
"""Facts and columns that name a person."""


def shown_claim(claim: Claim) -> dict[str, Any]:
    """Give a claim as JSON has it, with its people and its account masked."""
    told = {name: value for name, value in claim.model_dump(mode="json").items() if name not in HIDDEN}
    return {
        **without_names(mask_record(told), people_of(claim)),
        "case_no": claim.case_no,
        "waybill": claim.waybill,
        "claimant_phone": mask_phone(claim.claimant_phone),
        "claimant_email": mask_email(claim.claimant_email),
        "payee_tail": mask_account(claim.payee_tail) if claim.payee_tail else "",
    }


def shown_form(form: ClaimForm) -> dict[str, Any]:
    """Give what was told as JSON has it, with its people masked; no form holds an account."""
    told = mask_record(form.model_dump(mode="json", exclude={"payee"}))
    claimant = form.claimant
    masked = {
        "name": mask_name(claimant.name),
        "phone": mask_phone(claimant.phone),
        "email": mask_email(claimant.email),
    }
    return {**told, "waybill": form.waybill, "claimant": {**told["claimant"], **masked}}


def shown_payout(payout: Payout) -> dict[str, Any]:
    """Give a payout as JSON has it, with its payee and account masked."""
    told: dict[str, Any] = mask_record(payout.model_dump(mode="json", exclude={"account_tail"}))
    return {**told, "payee": mask_name(payout.payee), "account": mask_account(payout.account_tail)}


def people_of(claim: Claim) -> frozenset[str]:
    """Name whom a claim is of and who is paid, so that they can be masked wherever they gave or were told something."""
    return frozenset({claim.claimant_name, claim.payee_name} - {""})


def without_names(told: Any, people: Collection[str] = ()) -> Any:
    """Mask these people, and whoever a fact or column names, however deep they stand."""
    match told:
        case str():
            return mask_name(told) if told in people else told
        case dict():
            return {
                key: mask_name(value) if key in NAMING and isinstance(value, str) else without_names(value, people)
                for key, value in told.items()
            }
        case list() | tuple():
            return [without_names(one, people) for one in told]
    return told
