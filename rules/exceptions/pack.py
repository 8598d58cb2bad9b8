"""The figures of exception handling, each with its source. Change a policy here; the tests say what depends on it."""

from datetime import date
from decimal import Decimal

from rules.packs import Rule, RulePack, Verified

_MANUAL = "service manual"
_PRACTICE = "carriers' practice; no text found"
_ANY_LOG = date(2000, 1, 1)  # the log takes events from then on


def _custody(id_: str, scope: str, hours: int, starts_on: str, source: str, verified: Verified = "assumption") -> Rule:
    return Rule(id_, scope, Decimal(hours), "calendar_hours", starts_on, source, verified, valid_from=_ANY_LOG)


def _presumption(scope: str, weight: str, source: str = _PRACTICE) -> Rule:
    """Say how much a ground speaks, between 0 and 1; a share of 0 names a ground that presumes nothing."""
    return Rule("presumption", scope, Decimal(weight), "share", "", source, "assumption", valid_from=_ANY_LOG)


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
        Rule("points", "insured", Decimal(1), "points", "", "R11; cover was bought from the carrier (保价)", "profile"),
        Rule("points", "repeat_waybill", Decimal(2), "points", "", "R11, R45", "profile"),
        Rule("points", "repeat_consignee", Decimal(1), "points", "", "R11; customers who are hit again", "profile"),
        Rule("points", "custody_gap", Decimal(2), "points", "", "R11, R85; nobody can say where it is", "profile"),
        Rule("repeat_window", "waybill", Decimal(30), "calendar_days", "opened_at, backwards", _MANUAL, "profile"),
        Rule("repeat_window", "consignee", Decimal(30), "calendar_days", "opened_at, backwards", _MANUAL, "profile"),
        # Major cases, which a second person confirms (R82).
        Rule("major_from", "severity", Decimal(4), "points", "", "R82: 重大业务事故; the severity's rank", "profile"),
        Rule("major_from", "amount", Decimal(5000), "money", "", "R82, R56", "profile"),
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
        # Custody: from when on a handover is missing, how long a parcel may stay, which scans may be told in disorder.
        _custody("handover", "sent", 72, "sent", "the longest line haul, 2 days, and its sorting"),
        _custody("handover", "received", 24, "last scan at the station", "R15; a station sorts in a day"),
        _custody("handover", "out", 24, "out for delivery", "R1; a delivery round ends within its day"),
        _custody("dwell", "outlet", 72, "first scan at the station", "R5: longer than 3 days is a failure", "profile"),
        _custody("dwell", "pickup_point", 168, "first scan at the station", "lockers' and shops' common week"),
        _custody("dwell", "customs", 168, "first scan at the station", "R6"),
        _custody("dwell", "*", 48, "first scan at the station", _PRACTICE),
        _custody("scan_disorder", "*", 1, "scan", "devices that upload late, seen in carriers' own logs"),
        _custody("travel", "*", 1, "receipt", "no two cities' stations are nearer"),
        _custody("found_on_receipt", "*", 2, "receipt", "handover check of the station that receives (交接验收)"),
        # Presumptions of liability (R40, R85): rebuttable, and how much each speaks.
        _presumption("thin_log", "0"),
        _presumption("contradictory_log", "0"),
        _presumption("signed_for", "0"),
        _presumption("nothing_missing", "0"),
        _presumption("sent_not_received", "0.5"),
        _presumption("received_not_sent", "0.8"),
        _presumption("out_not_signed", "0.8"),
        _presumption("last_holder", "0.5", "whoever scanned last answers until a handover is shown; practice"),
        _presumption("found_on_receipt", "0.5"),
        _presumption("taken_over_unnoted", "0.5"),
        _presumption("sent_astray", "0.5"),
        _presumption("longest_dwell", "0.8"),
        _presumption("signing_disputed", "0.5"),
        _presumption("signed_without_out", "0.8"),
        _presumption("moved_after_signed", "0.8"),
        _presumption("reported_cause", "0.4", "R26; the carrier reports it, and may be wrong in its own favour"),
        Rule("confidence_from", "strong", Decimal("0.75"), "share", "", _PRACTICE, "profile", valid_from=_ANY_LOG),
        Rule("confidence_from", "moderate", Decimal("0.5"), "share", "", _PRACTICE, "profile", valid_from=_ANY_LOG),
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
