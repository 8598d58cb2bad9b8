"""The figures of scoring a claim for fraud and malice, each with its source. A score never changes an amount."""

from decimal import Decimal

from rules.packs import Rule, RulePack


def _points(scope: str, value: int, source: str) -> Rule:
    return Rule("points", scope, Decimal(value), "points", "", f"{source}; the figure is ours", "assumption")


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
        Rule("from", "earlier_claims", Decimal(3), "times", "", "R66; the figure is ours", "assumption"),
        Rule("from", "abusive_contacts", Decimal(5), "times", "", "R66; the figure is ours", "assumption"),
        Rule(
            "above_value", "claimed_above_value", Decimal("1.5"), "times", "", "R46; the figure is ours", "assumption"
        ),
        Rule(
            "above_value", "insured_above_value", Decimal("1.5"), "times", "", "R55; the figure is ours", "assumption"
        ),
        Rule("above_value", "excessive_claim", Decimal(10), "times", "", "R46; the figure is ours", "assumption"),
        Rule("high_from", "*", Decimal(5), "points", "", "R55; the figure is ours", "assumption"),
    ),
)
