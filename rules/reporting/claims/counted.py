"""What is counted for the report about claims, as its sections take it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rules.reporting.tables import Part
from rules.reporting.timing import Times
from schemas.reporting import Cost, GroupCounts, Slot

Costs = Mapping[str, Sequence[Cost]]
"""By period: what each group comes to in each currency, the largest first."""
Pairs = Mapping[str, Sequence[tuple[str, int]]]
"""By group: how many there are of each code, the largest first."""


class Places(NamedTuple):
    """The outlets, or the lanes, with the most claims, and what these are about."""

    worst: Sequence[GroupCounts]
    events: Pairs
    causes: Pairs


class Counted(NamedTuple):
    """All that was counted for one report."""

    claims: Part
    shares: Part
    recoveries: Part
    privately: Part
    times: Mapping[str, Times]
    slots: Mapping[str, Sequence[Slot]]
    waiting_by_age: Pairs
    ages_by_state: Pairs
    amounts: Mapping[str, Costs]  # of claims, by figure
    paid_by: Mapping[str, Costs]  # of the claims paid, by dimension
    borne_by: Mapping[str, Costs]  # of the shares of the claims paid, by dimension
    weights: Mapping[str, Costs]  # whole claims that the shares come to, by dimension; a claim is no money
    recovered: Mapping[str, Costs]  # by figure and side
    private_amounts: Costs  # by class of party
    accepted: Mapping[str, int]  # parcels
    insured: Mapping[str, int]  # of them
    places: Mapping[str, Places]  # by dimension
