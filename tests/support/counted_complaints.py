"""Counted complaints for tests about how their report is put together; a test names only what matters to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rules.reporting.complaints import figures
from rules.reporting.complaints.classes import CLASSES, OPEN_CLASSES
from rules.reporting.complaints.counted import Counted, Denominator
from rules.reporting.figures import Meaning
from rules.reporting.lists import Lists
from rules.reporting.tables import Groups, Part
from schemas.reporting import Counts, GroupCounts, Slot, TimeTaken

DIMENSIONS = (*CLASSES, *(f"open_{dimension}" for dimension in OPEN_CLASSES), "satisfaction")


def a_part(
    meanings: Mapping[str, Meaning],
    this: Counts,
    before: Counts,
    *,
    groups: Mapping[str, Groups] | None = None,
    prefix: str = "",
    of_now: frozenset[str] = frozenset(),
) -> Part:
    """Count nothing of a population but what is named."""
    nothing = dict.fromkeys(meanings, 0)
    totals = {"this": nothing | this, "before": nothing | before}
    return Part(totals, groups or {}, Lists(meanings, prefix=prefix), of_now)


def a_group(group: str, *, of: Mapping[str, Meaning] = figures.COMPLAINTS, **counts: int) -> GroupCounts:
    """Make a group with some figures, and nothing of the period before."""
    nothing = dict.fromkeys(of, 0)
    return GroupCounts(group, nothing | counts, nothing)


def shown(*groups: GroupCounts, others: GroupCounts | None = None, number: int = 0) -> Groups:
    """Show some groups."""
    return Groups([*groups], others, number or len(groups))


def complaints_part(groups: Mapping[str, Groups] | None = None, **this: int) -> Part:
    """Count ten complaints, of which three are valid."""
    usual = {
        "carried_over": 2, "received": 10, "closed": 8, "left_open": 4, "decided": 6, "valid": 3, "malicious": 1,
        "customer_caused": 1, "unproven": 1, "undecided": 4, "repeats": 1, "answered_in_time": 6, "answered_late": 2,
        "result_in_time": 5, "result_late": 1, "at_once": 2, "accepted": 4, "rated": 4, "satisfied": 3,
        "still_open": 3, "overdue": 1,
    }  # fmt: skip
    of_classes = {dimension: shown() for dimension in DIMENSIONS} | {
        "type": shown(a_group("DELAY", received=6, valid=2), a_group("NEW_TYPE", received=4)),
        "outlet": shown(a_group("示例城东网点 13900001234", received=3), a_group("", received=1)),
    }
    return a_part(
        figures.COMPLAINTS,
        usual | this,
        {"received": 5, "valid": 1, "closed": 5, "at_once": 1},
        groups=of_classes | dict(groups or {}),
        of_now=figures.AS_OF_NOW,
    )


def counted_complaints(**changes: Any) -> Counted:
    """Make the figures of a small period."""
    queue = shown(a_group("投诉", of=figures.CALLS, calls=9))
    outlet = shown(a_group("示例城东网点", of=figures.PRAISE, praised=3))
    owner = shown(a_group("示例城东网点", of=figures.RECTIFICATIONS, owed=2))
    calls = {
        "calls": 10, "gave_up": 1, "phone_in_time": 8, "phone_late": 1, "messages": 4, "online_in_time": 4,
        "rang_briefly": 9, "settled_in_time": 6, "settled_late": 3, "left_to_the_caller": 9,
    }  # fmt: skip
    usual = {
        "on": date(2026, 11, 30),
        "per": Denominator.DELIVERED,
        "parcels": {"this": 300, "before": 0},
        "complaints": complaints_part(),
        "times": {figure: {} for figure in figures.TIMES}
        | {"answer": {("this", ""): TimeTaken(8, 3600.0, 7200.0, 7200.0, 7200.0)}},
        "slots": {"this": [Slot(3, 10, 8)], "before": [Slot(0, 5, 5)]},
        "waiting_by_age": {"0-6h": [("agent", 3)]},
        "worst": [a_group("示例城东网点", valid=3, received=5)],
        "parties_of": {"示例城东网点": [("courier", 2), ("outlet", 1)]},
        "types_of": {"示例城东网点": [("ATTITUDE", 2), ("DELAY", 1)]},
        "parcels_of": {"示例城东网点": 1500},
        "feedback": a_part(
            figures.COMPLAINTS, {"tickets": 20, "at_the_door": 5}, {"tickets": 10}, prefix="feedback-"
        ),
        "months": ("2026-09", "2026-10", "2026-11"),
        "sources_by_month": {"2026-10": [("tickets", 7)], "2026-11": [("tickets", 13), ("at_the_door", 5)]},
        "types_by_source": {"tickets": [("DELAY", 12), ("OTHER", 8)]},
        "calls": a_part(figures.CALLS, calls, {}, groups={"queue": queue}, prefix="call-"),
        "rectifications": a_part(
            figures.RECTIFICATIONS, {"owed": 2}, {}, groups={"owner": owner}, prefix="rectification-"
        ),
        "praise": a_part(
            figures.PRAISE, {"praised": 3, "praised_in_month": 50}, {}, prefix="praise-",
            groups={"outlet": outlet, "channel": shown()},
        ),
    }  # fmt: skip
    return Counted(**{**usual, **changes})
