"""What is claimed of the day, as data: which claims there are, what they are about, and what is to become of each.

Belongs here: the choice of parcels and consignments. Does not belong here: how a claim is told (`claims`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from deployments.sample_day.plots import Complaint
from deployments.sample_day.telling import Telling

CLEAR_UP_TO = Decimal(1000)
"""CNY that a parcel may be worth whose claim is to be clear."""


class Plot(StrEnum):
    """What is to become of a claim."""

    CLEAR = "clear"  # small, with all its papers: gathered in a docket
    CLEAR_LATER = "clear_later"  # the same, in a docket that is left to whoever looks at the demo
    NO_ACCOUNT = "no_account"  # as clear, but nobody said where the money is to go
    PAPERS_WANTED = "papers_wanted"
    IN_ENGLISH = "in_english"
    DRAFT = "draft"
    INCOMPLETE = "incomplete"  # refused
    PARTLY_INSURED = "partly_insured"  # less is owed than is claimed
    FOUR_EYES = "four_eyes"  # two supervisors must approve
    TWO_LEVELS = "two_levels"
    THREE_LEVELS = "three_levels"
    MAJOR = "major"  # a major accident: two people say who answers
    BADLY_PACKED = "badly_packed"  # a department says that the sender packed it badly
    TOO_LATE = "too_late"
    EMPLOYEE = "employee"
    DOUBTED = "doubted"  # the desk proposes to deny it
    TAKEN_BACK = "taken_back"
    SETTLED_PRIVATELY = "settled_privately"
    SENT_BACK = "sent_back"  # a supervisor does not approve what is proposed


ASKING_TOO_MUCH = frozenset(
    {Plot.DOUBTED, Plot.TAKEN_BACK, Plot.SETTLED_PRIVATELY, Plot.SENT_BACK, Plot.EMPLOYEE, Plot.IN_ENGLISH}
)
"""Plots whose claimants ask for twice of what is gone, so that no docket has them."""
LACKING = frozenset({Plot.DRAFT, Plot.INCOMPLETE})


@dataclass(frozen=True)
class Consignment:
    """Goods that travel as LTL and were spoilt on the way; amounts are in CNY."""

    plot: Plot
    goods: str
    value: int
    insured: int
    lost_percent: int


CONSIGNMENTS = (
    Consignment(Plot.FOUR_EYES, "实木书柜", 4_000, 4_000, 60),
    Consignment(Plot.TWO_LEVELS, "商用冷柜", 8_500, 8_500, 80),
    Consignment(Plot.THREE_LEVELS, "数控雕刻机", 45_000, 45_000, 80),
    Consignment(Plot.MAJOR, "医用显示屏", 25_000, 25_000, 50),
    Consignment(Plot.BADLY_PACKED, "钢化玻璃台面", 3_000, 3_000, 60),
    Consignment(Plot.PARTLY_INSURED, "藤编座椅", 900, 540, 100),
    Consignment(Plot.PARTLY_INSURED, "落地灯", 760, 400, 50),
    Consignment(Plot.PARTLY_INSURED, "陶瓷花盆", 640, 320, 75),
)

EVENT = {Complaint.LOST_OR_SHORT: "loss", Complaint.DAMAGE: "damage", Complaint.DELAY: "delay"}
EVENT_OF_STORY = {
    "short": "shortage",
    "signed_after_anomaly": "misdelivery",
    "parked_and_found": "",  # it moves again before anybody claims
}


def event_of(telling: Telling) -> str:
    """Say what can be claimed of a parcel by its story; nothing where the text is empty."""
    story = telling.story
    if story.complaint is None:
        return ""
    return EVENT_OF_STORY.get(story.name, EVENT.get(story.complaint, ""))


@dataclass(frozen=True)
class Sort:
    """So many claims of a plot about parcels of the day, and which parcels they may be about."""

    plot: Plot
    claims: int
    fits: Callable[[Telling], bool]


def _fits(*events: str) -> Callable[[Telling], bool]:
    """Choose small parcels to which one of these things happened, of which all that is gone is paid."""

    def fits(telling: Telling) -> bool:
        parcel = telling.parcel
        insured = parcel.insured_amount if parcel.insured_amount is not None else parcel.declared_value
        return event_of(telling) in events and insured == parcel.declared_value <= CLEAR_UP_TO

    return fits


_OF_GOODS = _fits("loss", "damage", "shortage")
SORTS = (
    Sort(Plot.CLEAR, 2, _fits("misdelivery")),  # the scarcest first
    Sort(Plot.EMPLOYEE, 1, _OF_GOODS),
    Sort(Plot.DOUBTED, 2, _OF_GOODS),
    Sort(Plot.TAKEN_BACK, 1, _OF_GOODS),
    Sort(Plot.SETTLED_PRIVATELY, 1, _OF_GOODS),
    Sort(Plot.SENT_BACK, 1, _OF_GOODS),
    Sort(Plot.PAPERS_WANTED, 4, _fits("damage")),
    Sort(Plot.IN_ENGLISH, 2, _OF_GOODS),
    Sort(Plot.NO_ACCOUNT, 2, _OF_GOODS),
    Sort(Plot.CLEAR, 11, _OF_GOODS),
    Sort(Plot.CLEAR, 4, _fits("delay")),
    Sort(Plot.CLEAR_LATER, 4, _OF_GOODS),
    Sort(Plot.CLEAR_LATER, 2, _fits("delay")),
    Sort(Plot.DRAFT, 3, _fits("damage", "shortage")),
    Sort(Plot.INCOMPLETE, 2, _fits("damage", "shortage")),
)
