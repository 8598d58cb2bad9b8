"""Counted figures for tests about how a report is put together; a test names only what matters to it."""

from decimal import Decimal
from typing import Any

from rules.reporting.exceptions.classes import CLASSES, OPEN_CLASSES
from rules.reporting.exceptions.counted import Counted
from rules.reporting.exceptions.timeliness import MEASURED_BY_TYPE, TIMELINESS
from rules.reporting.figures import MEANINGS
from rules.reporting.tables import Groups
from schemas.reporting import Cost, Counts, GroupCounts, Slot, TimeTaken


def counts(**figures: int) -> Counts:
    """Count nothing but what is named."""
    return {**dict.fromkeys(MEANINGS, 0), **figures}


def a_group(group: str, *, before: Counts | None = None, **figures: int) -> GroupCounts:
    """Make a group with some figures."""
    return GroupCounts(group, counts(**figures), before or counts())


def groups(*shown: GroupCounts, others: GroupCounts | None = None, number: int = 0) -> Groups:
    """Show some groups."""
    return Groups([*shown], others, number or len(shown))


def counted(**changes: Any) -> Counted:
    """Make the figures of a small period: three damaged parcels, two cases closed."""
    damaged = a_group("DAMAGED", opened=3, severe=2, closed=2, resolved_late=1, still_open=1)
    usual = {
        "totals": {
            "this": counts(
                carried_over=1, opened=3, closed=2, left_open=2, severe=2, answered=1, answered_in_time=1,
                resolved_in_time=1, resolved_late=1, remedied=1, cured=1, paid=1, noticed_by_us=3, still_open=1,
            ),
            "before": counts(opened=1, closed=1, cured=1),
        },
        "groups": {dimension: groups() for dimension in CLASSES} | {"type": groups(damaged)},
        "open_groups": {dimension: groups() for dimension in OPEN_CLASSES},
        "times": {figure: {} for figure in TIMELINESS}
        | {"resolution": {("this", ""): TimeTaken(2, 3600.0, 7200.0, 21600.0, 21600.0)}},
        "times_by_type": {figure: {} for figure in MEASURED_BY_TYPE}
        | {"resolution": {("this", "DAMAGED"): TimeTaken(2, 3600.0, 7200.0, 7200.0, 21600.0)}},
        "costs": {"this": [Cost("CNY", 1, Decimal("99.50"))], "before": []},
        "slots": {"this": [Slot(12, 3, 2)], "before": [Slot(0, 1, 1)]},
        "waiting_by_age": {"0-6h": [("supervisor", 1)]},
        "worst": [a_group("示例城东网点", opened=3)],
        "causes_of": {"示例城东网点": [("carrier.damaged", 2), ("unknown", 1)]},
        "types_of": {"示例城东网点": [("DAMAGED", 3)]},
        "delivered": {"示例城东网点": 1500},
    }  # fmt: skip
    return Counted(**{**usual, **changes})
