"""What is so in a claim, as the conditions of rules ask for it."""

from collections.abc import Iterable

from rules.packs.kinds import Circumstance
from schemas.assessment import Carriage, Claimant, ClaimFacts, ClaimMode
from schemas.promises import LaneClass

_BY_MODE = {ClaimMode.AIR: Carriage.AIR, ClaimMode.ROAD: Carriage.ROAD}


def circumstances(facts: ClaimFacts) -> frozenset[Circumstance]:
    """Say what is so, save for how much is lost."""
    carriage = _BY_MODE.get(facts.mode, facts.carriage) if facts.carriage is Carriage.UNKNOWN else facts.carriage
    asked = {
        Circumstance.INSURED: facts.insured_amount is not None,
        Circumstance.DECLARED: facts.declared_value is not None,
        Circumstance.CONSUMER: facts.consumer,
        Circumstance.CLAIMANT_IS_SENDER: facts.claimant is Claimant.SENDER,
        Circumstance.INTERNATIONAL: facts.international or facts.lane is LaneClass.INTERNATIONAL,
        Circumstance.BY_AIR: carriage is Carriage.AIR,
        Circumstance.BY_ROAD: carriage is Carriage.ROAD,
        Circumstance.BY_RAIL: carriage is Carriage.RAIL,
        Circumstance.BY_SEA: carriage is Carriage.SEA,
        Circumstance.DELIVERED: facts.delivered_on is not None,
        Circumstance.INTENT: facts.conduct.intent,
        Circumstance.GROSS_NEGLIGENCE: facts.conduct.gross_negligence,
        Circumstance.CARRIER_FRAUD: facts.conduct.fraud,
        Circumstance.NOT_CONSPICUOUS: facts.terms is not None and facts.terms.conspicuous is False,
    }
    return frozenset(name for name, is_so in asked.items() if is_so)


def in_order(names: Iterable[Circumstance]) -> list[Circumstance]:
    """Sort circumstances as their vocabulary lists them; a set has no order of its own."""
    return sorted(names, key=list(Circumstance).index)
