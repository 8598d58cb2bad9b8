"""Counted claims for tests about how their report is put together; a test names only what matters to it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from counted_complaints import a_group as group_of
from counted_complaints import a_part, shown

from rules.reporting.claims import accidents, figures, liability
from rules.reporting.claims.ageing import OPEN_CLASSES
from rules.reporting.claims.classes import CLASSES
from rules.reporting.claims.counted import Counted, Places
from rules.reporting.claims.money import AMOUNTS
from rules.reporting.tables import Groups, Part
from schemas.reporting import Cost, GroupCounts, Slot, TimeTaken

DIMENSIONS = (
    *CLASSES, accidents.ACCIDENT, *(f"open_{dimension}" for dimension in OPEN_CLASSES), "agreed_rounds",
    "refused_denial",
)  # fmt: skip


def a_group(group: str, **counts: int) -> GroupCounts:
    """Make a group of claims with some figures, and nothing of the period before."""
    return group_of(group, of=figures.CLAIMS, **counts)


def costs(*this: Cost, before: tuple[Cost, ...] = ()) -> dict[str, list[Cost]]:
    """Give what groups come to."""
    return {"this": [*this], "before": [*before]}


def cny(amount: str, cases: int = 1, group: str = "") -> Cost:
    """Give an amount of yuan."""
    return Cost("CNY", cases, Decimal(amount), group)


def claims_part(groups: Mapping[str, Groups] | None = None, **this: int) -> Part:
    """Count ten claims filed, of which four parcels are insured, and five paid."""
    usual = {
        "carried_over": 2, "filed": 10, "closed": 8, "left_open": 4, "with_parcel": 8, "insured": 4,
        "answered_in_time": 6, "answered_late": 2, "decided": 6, "fast_track": 3, "agreed": 5, "negotiated": 1,
        "paid": 5, "refused": 2, "denied": 1, "time_barred": 1, "settled": 4, "withdrawn": 1, "still_open": 3,
        "overdue": 1,
    }  # fmt: skip
    of_classes = {dimension: shown() for dimension in DIMENSIONS} | {
        accidents.ACCIDENT: shown(a_group("loss · outlet", filed=6, paid=3), a_group("damage · ", filed=2)),
        "event": shown(a_group("loss", filed=6), a_group("new_event", filed=4)),
        "outlet": shown(a_group("示例城东网点 13900001234", filed=3), a_group("", filed=1)),
    }
    return a_part(
        figures.CLAIMS,
        usual | this,
        {"filed": 5, "closed": 5, "decided": 4, "fast_track": 1},
        groups=of_classes | dict(groups or {}),
        of_now=figures.AS_OF_NOW,
    )


def counted_claims(**changes: Any) -> Counted:
    """Make the figures of a small period."""
    nothing = costs()
    kinds = shown(group_of("outlet", of=figures.SHARES, answering=3), group_of("", of=figures.SHARES, answering=1))
    private = shown(group_of("driver", of=figures.PRIVATELY, told=3, with_claim=1))
    usual: dict[str, Any] = {
        "claims": claims_part(),
        "shares": a_part(
            figures.SHARES, {"answering": 4, "bearing": 2}, {}, prefix="share-",
            groups={"kind": kinds, "party": shown()},
        ),
        "recoveries": a_part(figures.RECOVERIES, {}, {}, prefix="recovery-"),
        "privately": a_part(figures.PRIVATELY, {"told": 3}, {}, prefix="private-", groups={"party": private}),
        "times": {figure: {} for figure in figures.TIMES}
        | {"whole": {("this", ""): TimeTaken(5, 3600.0, 7200.0, None, None, 5400.0)}},
        "slots": {"this": [Slot(3, 10, 8)], "before": [Slot(0, 5, 5)]},
        "waiting_by_age": {"0-3d": [("agent", 3)]},
        "ages_by_state": {"OFFERED": [("0-3d", 2), ("30d+", 1)]},
        "amounts": dict.fromkeys(AMOUNTS, nothing)
        | {"paid": costs(cny("900.00", 4), Cost("HKD", 1, Decimal("50.00")), before=(cny("100.00", 2),))},
        "paid_by": dict.fromkeys(accidents.MONEY, nothing)
        | {accidents.ACCIDENT: costs(cny("900.00", 4, "loss · outlet"))},
        "borne_by": dict.fromkeys(liability.CLASSES, nothing) | {"kind": costs(cny("450.00", 2, "outlet"))},
        "weights": dict.fromkeys(liability.CLASSES, nothing)
        | {"kind": costs(cny("2.5", 3, "outlet"), Cost("HKD", 1, Decimal("0.5"), "outlet"), cny("1", 1, ""))},
        "recovered": dict.fromkeys(figures.RECOVERIES, nothing)
        | {
            "charged": costs(cny("600.00", 3, "party")),
            "from_insurer": costs(cny("400.00", 2, "insurer")),
            "recovered": costs(
                cny("150.00", 1, "party"), cny("100.00", 1, "insurer"), before=(cny("10.00", 1, "party"),)
            ),
            "written_off": costs(cny("30.00", 1, "nobody")),
        },
        "private_amounts": costs(cny("88.00", 3, "driver")),
        "accepted": {"this": 1000, "before": 0},
        "insured": {"this": 250, "before": 0},
        "places": {
            "outlet": Places(
                [a_group("示例城东网点", filed=5, paid=2)],
                {"示例城东网点": [("damage", 3), ("loss", 2)]},
                {"示例城东网点": [("line_haul", 4), ("", 1)]},
            ),
            "lane": Places([a_group("广州 → 深圳", filed=2)], {}, {}),
        },
    }  # fmt: skip
    return Counted(**{**usual, **changes})
