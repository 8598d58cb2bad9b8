"""Claims as people of the carrier are shown them: whole, but for what names or reaches a person (R65)."""

from collections.abc import Mapping
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
        **without_names(mask_record(told)),
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


def without_names(told: Any) -> Any:
    """Mask the names of people among facts and columns, however deep they stand."""
    if isinstance(told, Mapping):
        return {
            key: mask_name(value) if key in NAMING and isinstance(value, str) else without_names(value)
            for key, value in told.items()
        }
    return [without_names(one) for one in told] if isinstance(told, list | tuple) else told
