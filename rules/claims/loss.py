"""How much is lost: of each parcel, and of the shipment, counted by value, by pieces or by weight."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rules.claims.derivation import Derivation
from rules.claims.money import NOTHING, in_currency_of, rounded
from rules.claims.wording import BASIS, FOUND_CHOICE, PROOF, Said, money, percent
from rules.packs.kinds import Stage
from schemas.assessment import LOST_AS_A_WHOLE, WHOLE, ClaimEvent, ClaimFacts, FoundChoice, Parcel, Step

ALL = Decimal(1)


@dataclass(frozen=True, slots=True)
class ParcelLoss:
    """What is gone of one parcel; amounts are in the claim's currency."""

    parcel: Parcel
    place: int  # among the parcels of the facts
    fraction: Decimal  # of the parcel
    affected: bool  # the event happened to it, if only by its being late
    value: Decimal | None
    exact: Decimal | None  # its value times the fraction, less the salvage that the claimant keeps
    salvage: Decimal

    @property
    def loss(self) -> Decimal | None:
        """Give what is lost of it, to the cent."""
        return None if self.exact is None else rounded(self.exact)

    @property
    def at(self) -> str:
        """Name the parcel's place in the facts."""
        return f"parcels.{self.place}"


@dataclass(frozen=True, slots=True)
class Losses:
    """What is gone of a shipment."""

    parcels: tuple[ParcelLoss, ...]

    @property
    def lost(self) -> list[ParcelLoss]:
        """List the parcels of which something is gone."""
        return [loss for loss in self.parcels if loss.fraction > 0]

    @property
    def affected(self) -> list[ParcelLoss]:
        """List the parcels that it happened to."""
        return [loss for loss in self.parcels if loss.affected]

    @property
    def total(self) -> bool:
        """True when all parcels are gone as a whole."""
        return all(loss.fraction == ALL for loss in self.parcels)

    def shares_of_value(self) -> tuple[list[Decimal], Said]:
        """Say which share of the whole shipment is gone with each parcel, and by what it is counted.

        By value where that of every parcel is told, else by weight, else by pieces.
        """
        weights, basis = _weights(self.parcels, by_value=True)
        whole = sum(weights)
        return [weights[loss.place] * loss.fraction / whole for loss in self.parcels], basis

    def share_of_freight(self, of: str) -> tuple[Decimal, Said]:
        """Say which share of the freight falls on the whole, the affected parcels, or what of them is gone."""
        if of == "whole":
            return ALL, BASIS["pieces"]
        weights, basis = _weights(self.parcels, by_value=False)
        part = (weights[loss.place] * (loss.fraction if of == "lost" else ALL) for loss in self.affected)
        return sum(part, NOTHING) / sum(weights), basis


def count_losses(facts: ClaimFacts, event: ClaimEvent) -> Losses:
    """Count what is gone of each parcel, before anything is found or kept.

    Raises:
        CannotAssess: a value is in a currency to which no rate leads.
    """
    anybody_tells = any(parcel.extent_told for parcel in facts.parcels)
    untold = ALL if event in LOST_AS_A_WHOLE and not anybody_tells else NOTHING
    return Losses(tuple(_counted(facts, place, untold, event) for place in range(len(facts.parcels))))


def _counted(facts: ClaimFacts, place: int, untold: Decimal, event: ClaimEvent) -> ParcelLoss:
    parcel = facts.parcels[place]
    fraction = _fraction(parcel, untold)
    if parcel.found is not None and parcel.found.choice is FoundChoice.PARCEL:
        fraction = parcel.found.still_lost_percent / WHOLE
    value = None if parcel.value is None else in_currency_of(facts, parcel.value)
    return ParcelLoss(
        parcel=parcel,
        place=place,
        fraction=fraction,
        affected=fraction > 0 or event is ClaimEvent.DELAY or parcel.found is not None,
        value=value,
        exact=None if value is None else value * fraction,
        salvage=NOTHING,
    )


def _fraction(parcel: Parcel, untold: Decimal) -> Decimal:
    if parcel.lost_value is not None and parcel.value is not None:
        return parcel.lost_value.amount / parcel.value.amount if parcel.value.amount else NOTHING
    if parcel.lost_pieces is not None:
        return Decimal(parcel.lost_pieces) / parcel.pieces
    if parcel.lost_weight_kg is not None and parcel.weight_kg:
        return parcel.lost_weight_kg / parcel.weight_kg
    return untold if parcel.lost_percent is None else parcel.lost_percent / WHOLE


def _weights(parcels: Sequence[ParcelLoss], *, by_value: bool) -> tuple[list[Decimal], Said]:
    """Choose by what a shipment is divided among its parcels."""
    values = [loss.value for loss in parcels if loss.value is not None]
    kilograms = [loss.parcel.weight_kg or NOTHING for loss in parcels]
    if by_value and len(values) == len(parcels) and any(values):
        return values, BASIS["value"]
    if all(kilograms):
        return kilograms, BASIS["weight"]
    return [Decimal(loss.parcel.pieces) for loss in parcels], BASIS["pieces"]


def tell_found(derivation: Derivation) -> None:
    """Write what follows from a parcel that was found, and ask for what the claimant has not said."""
    found = [(place, parcel) for place, parcel in enumerate(derivation.facts.parcels) if parcel.found is not None]
    rule = derivation.first(Stage.FOUND) if found else None
    for place, parcel in found:
        assert parcel.found is not None
        choice = parcel.found.choice
        if choice is FoundChoice.UNDECIDED:
            derivation.flag("found_undecided", Said(
                f"快件 {parcel.id} 已找回，索赔人须选择取回快件或保留赔款",
                f"parcel {parcel.id} was found: the claimant has to say whether he wants it or the money",
            ))  # fmt: skip
        if rule is not None:
            zh, en = FOUND_CHOICE[choice]
            derivation.add(
                Step.FOUND,
                rule,
                Said(
                    f"快件 {parcel.id} 于{parcel.found.on}找回，索赔人：{zh}",
                    f"parcel {parcel.id} was found on {parcel.found.on}; the claimant wants: {en}",
                ),
                inputs={f"parcels.{place}.found.on": parcel.found.on, f"parcels.{place}.found.choice": choice},
            )


def tell_losses(derivation: Derivation, losses: Losses) -> None:
    """Write how much of each parcel is gone."""
    rule = derivation.first(Stage.LOSS) if losses.lost else None
    for loss in losses.lost if rule else ():
        assert rule is not None
        how = _extent(loss.parcel)
        inputs: dict[str, object] = (
            {f"{loss.at}.{how}": getattr(loss.parcel, how)} if how else {"event": derivation.event}
        )
        if loss.value is not None:
            inputs |= {f"{loss.at}.value": loss.parcel.value, f"{loss.at}.proof": loss.parcel.proof}
        derivation.add(Step.LOSS, rule, _how_much(loss, derivation.facts.currency), amount=loss.loss, inputs=inputs)


def _how_much(loss: ParcelLoss, currency: str) -> Said:
    number, part = loss.parcel.id, percent(loss.fraction)
    if loss.value is None:
        return Said(f"快件 {number} 损失{part}，价值未知", f"{part} of parcel {number} is gone, its value is not known")
    worth, proof = money(loss.value, currency), PROOF[loss.parcel.proof]
    return Said(
        f"快件 {number} 价值{worth}（{proof.zh}），损失{part}",
        f"{part} of parcel {number} is gone, which is worth {worth} ({proof.en})",
    )


def _extent(parcel: Parcel) -> str:
    if parcel.found is not None and parcel.found.choice is FoundChoice.PARCEL:
        return "found"
    told = ("lost_value", "lost_pieces", "lost_weight_kg", "lost_percent")
    return next((name for name in told if getattr(parcel, name) is not None), "")


def less_salvage(derivation: Derivation, losses: Losses) -> Losses:
    """Take off what is left of the parcels and stays with the claimant."""
    kept = [loss for loss in losses.lost if loss.parcel.salvage and loss.parcel.salvage_kept_by == "claimant"]
    rule = derivation.first(Stage.SALVAGE) if kept else None
    if rule is None:
        return losses
    reduced = list(losses.parcels)
    for loss in kept:
        assert loss.parcel.salvage is not None
        salvage = in_currency_of(derivation.facts, loss.parcel.salvage)
        left = None if loss.exact is None else max(loss.exact - salvage, NOTHING)
        reduced[loss.place] = replace(loss, salvage=salvage, exact=left)
        worth = money(salvage, derivation.facts.currency)
        derivation.add(
            Step.SALVAGE,
            rule,
            Said(
                f"快件 {loss.parcel.id} 残值{worth}由索赔人保留",
                f"the claimant keeps what is left of parcel {loss.parcel.id}, worth {worth}",
            ),
            amount=reduced[loss.place].loss,
            inputs={f"{loss.at}.salvage": loss.parcel.salvage},
        )
    return Losses(tuple(reduced))
