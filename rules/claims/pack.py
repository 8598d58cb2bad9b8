"""The figures of claims, each with its source: of scoring one for fraud and malice, and of recovering what was paid.

A score never changes an amount.
"""

from datetime import date
from decimal import Decimal

from rules.packs import Rule, RulePack, Unit

_SINCE = date(1990, 1, 1)  # ours from the beginning: a claim may be about any year


def _points(scope: str, value: int, source: str) -> Rule:
    return Rule("points", scope, Decimal(value), "points", "", f"{source}; the figure is ours", "assumption", _SINCE)


def _ours(id_: str, scope: str, value: str, unit: Unit, source: str) -> Rule:
    return Rule(id_, scope, Decimal(value), unit, "", f"{source}; the figure is ours", "assumption", _SINCE)


CLAIM_PACK = RulePack(
    name="claims",
    version="2026.12",
    rules=(
        # What speaks for a claim that is made up.
        _points("earlier_claims", 2, "R85, R55"),
        _points("altered_proof", 4, "R55"),
        _points("reused_evidence", 4, "R55"),
        _points("delivered_with_code", 2, "R39"),
        _points("weight_contradicts", 3, "R26"),
        _points("claimed_above_value", 1, "R46"),
        _points("insured_above_value", 2, "R55"),
        # What speaks for one that is abusive.
        _points("settled_before", 3, "R55"),
        _points("threats", 3, "R55"),
        _points("abusive_contacts", 2, "R66"),
        _points("excessive_claim", 1, "R46"),
        # From where on each counts.
        _ours("from", "earlier_claims", "3", "times", "R66"),
        _ours("from", "abusive_contacts", "5", "times", "R66"),
        _ours("above_value", "claimed_above_value", "1.5", "times", "R46"),
        _ours("above_value", "insured_above_value", "1.5", "times", "R55"),
        _ours("above_value", "excessive_claim", "10", "times", "R46"),
        _ours("high_from", "*", "5", "points", "R55"),
        # How long a party may object to what it is charged, from the notice on; a partner has people to ask.
        _ours("object_within", "*", "7", "calendar_days", "R79, R85; 浙江省快递业促进条例 art. 41"),
        _ours("object_within", "partner", "15", "calendar_days", "R79, R85"),
        # How often the desk asks an insurer how its cases stand, from the last word on.
        _ours("ask_insurer_after", "*", "7", "calendar_days", "R80"),
    ),
)
