"""How bad a claim is: points for what makes it worse, and the severity that they come to (R11, R82)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from rules.claims.pack import CLAIM_PACK
from rules.supervision.routing import is_major
from schemas.assessment import LOST_AS_A_WHOLE
from schemas.claims import Claim
from schemas.severity import Severity


class Weighed(NamedTuple):
    """What a claim weighs, the rules that its points come from, and whether it is a major accident."""

    severity: Severity
    points: int
    rules: tuple[str, ...]
    is_major: bool


def weigh(claim: Claim, *, earlier: int, on: date) -> Weighed:
    """Weigh a claim whose claimant has filed so many others within a year; each point cites its rule."""
    stake = at_stake(claim)
    said = {
        "loss": claim.event in LOST_AS_A_WHOLE,
        "value": stake >= CLAIM_PACK.pick("value_from", scope="value", on=on).value,
        "large": stake >= CLAIM_PACK.pick("value_from", scope="large", on=on).value,
        "perishable": claim.perishable,
        "customer": claim.customer_tier != "standard",
        "earlier": earlier >= CLAIM_PACK.pick("from", scope="earlier_claims", on=on).value,
    }
    rules = [CLAIM_PACK.pick("weight", scope=scope, on=on) for scope, is_so in said.items() if is_so]
    points = int(sum((rule.value for rule in rules), Decimal(0)))
    severity = _severity(points, on)
    major = is_major(severity=severity, amount=stake, on=on) is not None
    return Weighed(severity, points, tuple(rule.reference for rule in rules), major)


def at_stake(claim: Claim) -> Decimal:
    """Give what may have to be paid: what is claimed, else what the parcel is declared or insured for."""
    if claim.claimed is not None:
        return claim.claimed
    if claim.currency != claim.value_currency:
        return Decimal(0)
    return max(claim.declared_value or Decimal(0), claim.insured_amount or Decimal(0))


def _severity(points: int, on: date) -> Severity:
    for scope, severity in (("critical", Severity.CRITICAL), ("severe", Severity.SEVERE)):
        if points >= CLAIM_PACK.pick("severity_from", scope=scope, on=on).value:
            return severity
    return Severity.ORDINARY if points else Severity.MINOR
