"""What the figures are to come to (R59, R60, R61, R110), each target with its source and the days on which it holds."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from rules.packs import NoSuchRule, Rule, RulePack

_TARGET, _BASELINE = "target", "baseline"
VALID_RATE, REPEATS, PRAISE = "valid_rate", "repeats", "praised_in_month"
PHONE, ONLINE = "phone_in_time", "online_in_time"
AT_MOST = frozenset({VALID_RATE, REPEATS})
"""Figures that are to be small; the others are to be large."""

TARGET_PACK = RulePack(
    name="complaint targets",
    version="2026.12",
    rules=(
        Rule(_TARGET, VALID_RATE, Decimal("0.01"), "share", "", "R59: 3个月内降至1%以下", "profile"),
        Rule(_BASELINE, VALID_RATE, Decimal("0.032"), "share", "", "R59: 3.2%", "profile"),
        Rule(_TARGET, REPEATS, Decimal(0), "times", "", "R60: 3天内二次投诉清零", "profile"),
        Rule(_TARGET, PHONE, Decimal(1), "share", "", "R61: 30秒内接听率100%", "profile"),
        Rule(_TARGET, ONLINE, Decimal(1), "share", "", "R61: 线上留言15分钟内回复", "profile"),
        Rule(_TARGET, PRAISE, Decimal(50), "times", "", "R110: 每月收集50条以上", "profile"),
        Rule("satisfied_from", "*", Decimal(4), "points", "", "R67; from four of five on is ours", "assumption"),
    ),
)


class Target(NamedTuple):
    """What a figure is to come to, what it was when that was set, and who says so."""

    value: Decimal
    baseline: Decimal | None
    source: str


def target_of(figure: str, *, on: date, pack: RulePack = TARGET_PACK) -> Target:
    """Give the target that held on a day.

    Raises:
        NoSuchRule: the figure had none.
    """
    rule = pack.pick(_TARGET, scope=figure, on=on)
    try:
        baseline = pack.pick(_BASELINE, scope=figure, on=on).value
    except NoSuchRule:
        baseline = None
    return Target(rule.value, baseline, rule.source)


def is_met(figure: str, value: Decimal | int | None, target: Target) -> bool | None:
    """Say whether a figure is where it is to be, on the target itself too; None where there is nothing to measure."""
    if value is None:
        return None
    return value <= target.value if figure in AT_MOST else value >= target.value


def satisfied_from(*, on: date) -> int:
    """Say from how many of five stars on a customer counts as satisfied (R67)."""
    return int(TARGET_PACK.pick("satisfied_from", on=on).value)
