"""The figures of exception handling, each with its source. Change a policy here; the tests say what depends on it."""

from decimal import Decimal

from rules.packs import Rule, RulePack

_MANUAL = "service manual"

EXCEPTION_PACK = RulePack(
    name="exceptions",
    version="2026.11",
    rules=(
        # Silence (R1b): from when on nothing is something. What is promised: rules/tracking/promises.py.
        Rule("no_scan", "express", Decimal(36), "calendar_hours", "last scan", "R1b", "assumption"),
        Rule("no_scan", "economy", Decimal(96), "calendar_hours", "last scan", "R1b", "assumption"),
        Rule("no_scan", "*", Decimal(60), "calendar_hours", "last scan", "R1b", "assumption"),
        Rule("no_trace", "*", Decimal(24), "calendar_hours", "registration", "R1b, R23", "assumption"),
        # Tracking that is late or untrue (R3): generous, so that slow scanners and slips of the hand open nothing.
        Rule("told_late", "*", Decimal(48), "calendar_hours", "a later scan was told", "R3", "assumption"),
        Rule("stood_untrue", "*", Decimal(2), "calendar_hours", "the arrival was told", "R3", "assumption"),
        Rule("moved_after_arrival", "*", Decimal(2), "calendar_hours", "the arrival", "R3", "assumption"),
        # Complete delay (彻底延误): the customer may treat the parcel as lost.
        Rule(
            "complete_delay",
            "same_city",
            Decimal(3),
            "calendar_days",
            "promised_at",
            "GB/T 27917-2011",
            "standard",
        ),
        Rule("complete_delay", "*", Decimal(7), "calendar_days", "promised_at", "GB/T 27917-2011", "standard"),
        Rule(
            "money_arrives",
            "*",
            Decimal(7),
            "calendar_days",
            "agreement",
            "GB/T 27917.3-2011: pay within 7 days",
            "standard",
        ),
        # Severity points (R11).
        Rule("points", "type", Decimal(2), "points", "", _MANUAL, "profile"),
        Rule("points", "value", Decimal(2), "points", "", _MANUAL, "profile"),
        Rule("points", "high_value", Decimal(4), "points", "", _MANUAL, "profile"),
        Rule("points", "perishable", Decimal(2), "points", "", "R114", "profile"),
        Rule("points", "customer", Decimal(2), "points", "", "R104", "profile"),
        Rule("points", "days_late", Decimal(1), "points", "", _MANUAL, "profile"),
        Rule(
            "value_from",
            "value",
            Decimal(1000),
            "money",
            "",
            "德邦 public terms: first tier 1,000",
            "contract",
        ),
        Rule(
            "value_from",
            "high_value",
            Decimal(3000),
            "money",
            "",
            "德邦 public terms: second tier 3,000",
            "contract",
        ),
        Rule("severity_from", "severe", Decimal(4), "points", "", _MANUAL, "profile"),
        Rule("severity_from", "critical", Decimal(7), "points", "", _MANUAL, "profile"),
        # Triage: above this somebody decides.
        Rule("amount_without_decision", "*", Decimal(0), "money", "", "R56: money needs an approval", "profile"),
        Rule("reopen_within", "*", Decimal(30), "calendar_days", "closed_at", "R45", "assumption"),
        # After the closing the parcel is looked after until it has arrived (R72).
        Rule("follow_up", "*", Decimal(24), "calendar_hours", "closed_at", "R72", "assumption"),
        # From this compensation on so many approve (rules/supervision/levels.py); the tiers are those of 德邦's terms.
        Rule("approval_from", "one", Decimal(0), "money", "", "R51", "profile"),
        Rule("approval_from", "four_eyes", Decimal(1000), "money", "", "R86; 德邦 public terms: first tier", "profile"),
        Rule(
            "approval_from", "two_levels", Decimal(3000), "money", "", "R86; 德邦 public terms: second tier", "profile"
        ),
    ),
)
