"""How bad an exception is (R11): points by type, value, goods, customer and delay."""

from datetime import datetime
from decimal import Decimal

from rules.exceptions.pack import EXCEPTION_PACK
from schemas.exceptions import ExceptionCase, ExceptionType, Severity

GRAVE_TYPES = frozenset({ExceptionType.LOST, ExceptionType.DAMAGED, ExceptionType.SHORT, ExceptionType.FALSE_SIGN})


def severity_points(case: ExceptionCase, *, now: datetime) -> int:
    """Add up the points of a case."""
    day = case.opened_at.date()

    def points(scope: str) -> Decimal:
        return EXCEPTION_PACK.pick("points", scope=scope, on=day).value

    value = case.insured_amount or case.declared_value or Decimal(0)
    total = Decimal(0)
    if case.type in GRAVE_TYPES:
        total += points("type")
    if value >= EXCEPTION_PACK.pick("value_from", scope="high_value", on=day).value:
        total += points("high_value")
    elif value >= EXCEPTION_PACK.pick("value_from", scope="value", on=day).value:
        total += points("value")
    if case.perishable:
        total += points("perishable")
    if case.customer_tier in {"contract", "vip"}:
        total += points("customer")
    return int(total + points("days_late") * days_late(case, now=now))


def days_late(case: ExceptionCase, *, now: datetime) -> int:
    """Count the full days since the promised time, at most three."""
    if case.promised_at is None or now <= case.promised_at:
        return 0
    return min((now - case.promised_at).days, 3)


def severity(points: int, *, opened_at: datetime) -> Severity:
    """Turn points into a severity."""
    day = opened_at.date()
    if points >= EXCEPTION_PACK.pick("severity_from", scope="critical", on=day).value:
        return Severity.CRITICAL
    if points >= EXCEPTION_PACK.pick("severity_from", scope="severe", on=day).value:
        return Severity.SEVERE
    return Severity.ORDINARY if points else Severity.MINOR
