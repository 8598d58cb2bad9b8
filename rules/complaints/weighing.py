"""How bad a complaint is: points for what makes it worse, and the severity that they come to (R11, R60, R66)."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from rules.complaints.pack import COMPLAINT_PACK
from schemas.complaints import Channel, Complaint, ComplaintType
from schemas.severity import Severity


class Weighed(NamedTuple):
    """What a complaint weighs, and the rules that its points come from."""

    severity: Severity
    points: int
    rules: tuple[str, ...]


def weigh(complaint: Complaint, *, now: datetime) -> Weighed:
    """Weigh a complaint as it stands; each point cites its rule."""
    day = now.date()
    points = 0
    cited = []
    for scope, times in _grounds(complaint, now):
        rule = COMPLAINT_PACK.pick("points", scope=scope, on=day)
        points += int(rule.value) * times
        cited.append(rule.reference)
    return Weighed(_severity(points, now), points, tuple(cited))


def weighed_anew(complaint: Complaint, *, now: datetime) -> Weighed:
    """Weigh a complaint whose matter was put right; the grade by which a repeat was raised stays (R60)."""
    weighed = weigh(complaint, now=now)
    raised = min(weighed.severity + complaint.is_repeat, Severity.CRITICAL)
    return weighed._replace(severity=Severity(raised))


def _grounds(complaint: Complaint, now: datetime) -> Iterator[tuple[str, int]]:
    worth = max(
        complaint.declared_value or Decimal(0), complaint.insured_amount or Decimal(0), complaint.demanded or Decimal(0)
    )
    said = {
        "loss": complaint.type in {ComplaintType.LOSS, ComplaintType.FALSE_SIGN},
        "repeat": complaint.is_repeat,
        "caller": complaint.caller_level,
        "perishable": complaint.perishable,
        "value": worth >= COMPLAINT_PACK.pick("value_from", scope="value", on=now.date()).value,
        "customer": complaint.customer_tier != "standard",
        "regulator": complaint.channel is Channel.REGULATOR,
        "public": complaint.channel is Channel.SOCIAL_MEDIA,
        "objection": complaint.objections,
    }
    return ((scope, int(times)) for scope, times in said.items() if times)


def _severity(points: int, now: datetime) -> Severity:
    for scope, severity in (("critical", Severity.CRITICAL), ("severe", Severity.SEVERE)):
        if points >= COMPLAINT_PACK.pick("severity_from", scope=scope, on=now.date()).value:
            return severity
    return Severity.ORDINARY if points else Severity.MINOR
