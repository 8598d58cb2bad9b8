"""How bad an exception is (R11): points by type, value, cover, goods, customer, delay, repetition and custody."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from rules.exceptions.custody_wording import gap_name
from rules.exceptions.pack import EXCEPTION_PACK
from rules.packs import Rule
from rules.reporting.impact import full_days_late
from schemas.custody import Custody, GapKind, Sentence
from schemas.exceptions import ExceptionCase, ExceptionType
from schemas.severity import Severity
from schemas.weighing import PointsGiven, SeverityFacts

GRAVE_TYPES = frozenset(
    {
        ExceptionType.LOST,
        ExceptionType.DAMAGED,
        ExceptionType.SHORT,
        ExceptionType.FALSE_SIGN,
        ExceptionType.UNAUTHORISED_LOCKER,
    }
)
DAYS_LATE_MAX = 3
NOTHING_KNOWN = SeverityFacts()

WORDS: dict[str, tuple[str, str]] = {
    "type": ("丢失、破损、短少或虚假签收", "Lost, damaged, short or falsely signed for"),
    "value": ("货值 {amount} {currency}，不低于 {limit}", "Worth {amount} {currency}, at least {limit}"),
    "high_value": ("货值 {amount} {currency}，不低于 {limit}", "Worth {amount} {currency}, at least {limit}"),
    "insured": ("已保价 {amount} {currency}", "Insured for {amount} {currency}"),
    "perishable": ("易腐物品", "The goods perish"),
    "customer": ("客户等级 {tier}", "Customer tier {tier}"),
    "days_late": ("已超承诺 {times} 天", "{times} days past the promise"),
    "repeat_waybill": ("同一运单结案 {cases} 次后再次异常", "The same parcel, again after {cases} closed cases"),
    "repeat_consignee": ("同一收件人近期另有 {cases} 件异常", "The same consignee, beside {cases} other cases of late"),
    "custody_gap": ("保管链缺口：{gap}", "Gap in the chain of custody: {gap_en}"),
}


def severity_points(case: ExceptionCase, *, now: datetime, facts: SeverityFacts = NOTHING_KNOWN) -> int:
    """Add up the points of a case."""
    return sum(line.points for line in derivation(case, now=now, facts=facts))


def derivation(case: ExceptionCase, *, now: datetime, facts: SeverityFacts = NOTHING_KNOWN) -> tuple[PointsGiven, ...]:
    """Say what gives a case which points; what gives none has no line."""
    return tuple(_lines(case, now=now, facts=facts))


def _lines(case: ExceptionCase, *, now: datetime, facts: SeverityFacts) -> Iterator[PointsGiven]:
    if case.type in GRAVE_TYPES:
        yield _line(case, "type")
    if (worth := _worth(case)) is not None:
        yield worth
    if case.insured_amount:
        yield _line(case, "insured", amount=case.insured_amount, currency=case.currency)
    if case.perishable:
        yield _line(case, "perishable")
    if case.customer_tier in {"contract", "vip"}:
        yield _line(case, "customer", tier=case.customer_tier)
    if late := days_late(case, now=now):
        yield _line(case, "days_late", times=late)
    if facts.repeats.waybill:
        yield _line(case, "repeat_waybill", cases=facts.repeats.waybill)
    if facts.repeats.consignee:
        yield _line(case, "repeat_consignee", cases=facts.repeats.consignee)
    if facts.custody_gap is not None:
        gap = gap_name(facts.custody_gap)
        yield _line(case, "custody_gap", gap=gap.zh, gap_en=gap.en)


def _worth(case: ExceptionCase) -> PointsGiven | None:
    value = case.insured_amount or case.declared_value or Decimal(0)
    for scope in ("high_value", "value"):
        limit = _rule(case, "value_from", scope).value
        if value >= limit:
            return _line(case, scope, amount=value, currency=case.currency, limit=limit)
    return None


def _line(case: ExceptionCase, scope: str, *, times: int = 1, **facts: object) -> PointsGiven:
    rule = _rule(case, "points", scope)
    zh, en = WORDS[scope]
    return PointsGiven(
        scope=scope,
        points=int(rule.value * times),
        sentence=Sentence(zh=zh.format(times=times, **facts), en=en.format(times=times, **facts)),
        rule=rule.reference,
    )


def _rule(case: ExceptionCase, id_: str, scope: str) -> Rule:
    return EXCEPTION_PACK.pick(id_, scope=scope, on=case.opened_at.date())


def days_late(case: ExceptionCase, *, now: datetime) -> int:
    """Count the full days since the promised time, at most three."""
    return min(full_days_late(case.promised_at, until=now), DAYS_LATE_MAX)


def repeat_windows(*, on: datetime) -> tuple[timedelta, timedelta]:
    """Say how far back another case of the same parcel, and of the same consignee, makes a repetition."""
    day = on.date()
    waybill, consignee = (EXCEPTION_PACK.pick("repeat_window", scope=of, on=day) for of in ("waybill", "consignee"))
    return waybill.hours, consignee.hours


def custody_gap_of(custody: Custody) -> GapKind | None:
    """Name the gap that makes a case graver: the parcel is in it now, or the log contradicts itself.

    A scan that is missing on the way of a parcel that was seen again is nothing to hurry for.
    """
    if custody.open_gap is not None:
        return custody.open_gap.kind
    return custody.contradictions[0].kind if custody.contradictions else None


def severity(points: int, *, opened_at: datetime) -> Severity:
    """Turn points into a severity."""
    day = opened_at.date()
    if points >= EXCEPTION_PACK.pick("severity_from", scope="critical", on=day).value:
        return Severity.CRITICAL
    if points >= EXCEPTION_PACK.pick("severity_from", scope="severe", on=day).value:
        return Severity.SEVERE
    return Severity.ORDINARY if points else Severity.MINOR
