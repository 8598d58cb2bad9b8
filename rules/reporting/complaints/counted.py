"""What is counted for the report about complaints, as its sections take it."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from rules.reporting.tables import Part
from rules.reporting.timing import Times
from schemas.reporting import GroupCounts, Slot, Words


class Denominator(StrEnum):
    """What valid complaints are measured against: the seed states a rate and not of what (R59)."""

    DELIVERED = "delivered"
    REGISTERED = "registered"


DENOMINATORS: dict[Denominator, Words] = {
    Denominator.DELIVERED: Words("本期妥投件数", "parcels delivered in the period"),
    Denominator.REGISTERED: Words("本期登记件数", "parcels registered in the period"),
}


class Counted(NamedTuple):
    """All that was counted for one report."""

    on: date  # the day by which targets and limits are picked: the period's last
    per: Denominator
    parcels: Mapping[str, int]  # this period, and the one before
    complaints: Part
    times: Mapping[str, Times]
    slots: Mapping[str, Sequence[Slot]]
    waiting_by_age: Mapping[str, Sequence[tuple[str, int]]]
    worst: Sequence[GroupCounts]
    parties_of: Mapping[str, Sequence[tuple[str, int]]]
    types_of: Mapping[str, Sequence[tuple[str, int]]]
    parcels_of: Mapping[str, int]
    feedback: Part  # three months
    months: Sequence[str]
    sources_by_month: Mapping[str, Sequence[tuple[str, int]]]
    types_by_source: Mapping[str, Sequence[tuple[str, int]]]
    calls: Part
    rectifications: Part
    praise: Part
