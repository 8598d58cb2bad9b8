"""The figures of settling claims, each with its source. Change a policy here; the tests say what depends on it.

What is owed stands in no figure here: it is data of its own (`rules/packs/`). A score for fraud or malice never changes
an amount.
"""

from datetime import date
from decimal import Decimal

from rules.packs import Rule, RulePack, Unit

_SINCE = date(1990, 1, 1)  # ours from the beginning: a claim may be about any year


def _points(scope: str, value: int, source: str) -> Rule:
    return Rule("points", scope, Decimal(value), "points", "", f"{source}; the figure is ours", "assumption", _SINCE)


def _ours(id_: str, scope: str, value: str, unit: Unit, source: str, starts_on: str = "") -> Rule:
    return Rule(id_, scope, Decimal(value), unit, starts_on, f"{source}; the figure is ours", "assumption", _SINCE)


def _weight(scope: str, value: int, source: str) -> Rule:
    return Rule("weight", scope, Decimal(value), "points", "", f"{source}; the figure is ours", "assumption", _SINCE)


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
        # Who approves, by the amount in CNY from which on it takes so many (rules/claims/approving.py).
        _ours("approval_from", "one", "0", "money", "R56"),
        _ours("approval_from", "four_eyes", "2000", "money", "R56, R86"),
        _ours("approval_from", "two_levels", "5000", "money", "R56, R82"),
        _ours("approval_from", "three_levels", "30000", "money", "R56, R82"),
        # 快速理赔: up to which amount in CNY a clear claim may be decided in a docket.
        _ours("fast_track_up_to", "*", "1000", "money", "R87; 德邦 public terms: first tier 1,000"),
        # From where on a quote for the repair is asked for.
        _ours("repair_quoted", "*", "3000", "money", "R78; above the tiers of the LTL example"),
        # How bad it is (R11), and from where on.
        _weight("loss", 1, "R11"),
        _weight("value", 2, "R11"),
        _weight("large", 3, "R82"),
        _weight("perishable", 1, "R11"),
        _weight("customer", 1, "R11"),
        _weight("earlier", 1, "R85"),
        _ours("value_from", "value", "1000", "money", "R11"),
        _ours("value_from", "large", "20000", "money", "R82"),
        _ours("severity_from", "severe", "3", "points", "R11"),
        _ours("severity_from", "critical", "6", "points", "R11"),
        # Who runs it: a branch up to its authority, headquarters above (R81).
        _ours("branch_authority", "*", "3000", "money", "R81"),
        # How long each side has.
        _ours("answer_within", "*", "48", "calendar_hours", "R39", "the question"),
        _ours("evidence_within", "*", "7", "calendar_days", "R78", "it was asked for"),
        _ours("offer_stands", "*", "10", "calendar_days", "R79", "the offer"),
        _ours("object_within", "*", "30", "calendar_days", "R46", "the denial"),
        _ours("abandon_draft", "*", "30", "calendar_days", "R38", "opened_at"),
        _ours("earlier_within", "*", "365", "calendar_days", "R85", "the claim, backwards"),
        # Up to where nobody is asked what happened where the papers say it (R87).
        _ours("papers_suffice", "*", "1000", "money", "R87"),
        # How long a party may object to what it is charged, from the notice on; a partner has people to ask.
        _ours("party_objects_within", "*", "7", "calendar_days", "R79, R85; 浙江省快递业促进条例 art. 41"),
        _ours("party_objects_within", "partner", "15", "calendar_days", "R79, R85"),
        # How long before a clock runs out whoever handles the claim is reminded (督促理赔员按时完成).
        _ours("remind_before", "*", "4", "calendar_hours", "R84", "what is due, backwards"),
        # For how long after its end a paid claim is looked at for its parcel being found.
        _ours(
            "found_within",
            "*",
            "365",
            "calendar_days",
            "邮政法 49: as long as may be asked after a parcel",
            "closed_at",
        ),
        # How often the desk asks an insurer how its cases stand, from the last word on.
        _ours("ask_insurer_after", "*", "7", "calendar_days", "R80"),
    ),
)
