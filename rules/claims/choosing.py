"""Which packs and rows of rules hold for a claim: by jurisdiction, mode, product, circumstances and date.

Precedence is declared (docs/decisions/0022): the layer, then the more particular jurisdiction, then the order in which
the claim names jurisdictions, then the pack's own order, then its name. The order of loading plays no part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.claims.circumstances import circumstances, in_order
from rules.claims.money import CannotAssess
from rules.claims.wording import CIRCUMSTANCE, EVENT, MODE, Said
from rules.packs.book import EVERYWHERE, Layer, Pack, PackBook
from rules.packs.kinds import Circumstance, CompensationRule, Stage
from schemas.assessment import ClaimEvent, ClaimFacts, NotApplied, PackChoice


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row that holds for a claim, with its pack and its place in the precedence (the strongest is 0)."""

    pack: Pack
    row: CompensationRule
    rank: int

    @property
    def reference(self) -> str:
        """Name the row so that a line can cite it."""
        return reference(self.pack, self.row)

    @property
    def title(self) -> Said:
        """Say what the row is about."""
        return Said(self.row.title_zh, self.row.title_en)


@dataclass(frozen=True, slots=True)
class Choice:
    """The rows that hold for a claim, the strongest first, and why others do not."""

    rows: tuple[Chosen, ...]
    packs: tuple[PackChoice, ...]
    not_in_force: tuple[NotApplied, ...]

    def of(self, stage: Stage) -> tuple[Chosen, ...]:
        """List the rows of a stage; measures of a pack in their own order, others as they stand there."""
        rows = [chosen for chosen in self.rows if chosen.row.stage is stage]
        return tuple(sorted(rows, key=lambda chosen: (chosen.rank, getattr(chosen.row, "order", 0))))


def reference(pack: Pack, row: CompensationRule) -> str:
    """Name a row: its pack with version and content, its id, and since when it holds."""
    return f"{pack.reference}:{row.id}@{row.valid_from.isoformat()}"


def choose(facts: ClaimFacts, *, book: PackBook) -> Choice:
    """Choose what holds for a claim.

    Raises:
        CannotAssess: the facts name a contract that there is not, or not for this mode.
    """
    contract = _contract(facts, book)
    packs: list[PackChoice] = []
    rows: list[Chosen] = []
    not_in_force: list[NotApplied] = []
    for rank, pack in enumerate(_by_precedence(facts, book)):
        said, holds = _whether(pack, facts, contract=contract)
        packs.append(PackChoice(pack=pack.reference, layer=pack.layer, holds=holds, zh=said.zh, en=said.en))
        if holds:
            day = _day_for(pack, facts)
            rows += [Chosen(pack, row, rank) for row in pack.rule if row.holds_on(day)]
            not_in_force += _not_in_force(pack, day)
    return Choice(tuple(rows), tuple(packs), tuple(not_in_force))


def why_not(row: CompensationRule, *, event: ClaimEvent, so: frozenset[Circumstance]) -> Said | None:
    """Say why a row that holds does not apply to this event under these circumstances; None when it does."""
    if event not in row.events:
        return Said(f"不适用于{EVENT[event].zh}", f"not for {EVENT[event].en}")
    if lacking := in_order(row.when - so):
        zh, en = CIRCUMSTANCE[lacking[0]]
        return Said(f"须“{zh}”，本案并非如此", f"only where it is so: {en}")
    if excluded := in_order(row.unless & so):
        zh, en = CIRCUMSTANCE[excluded[0]]
        return Said(f"“{zh}”时不适用", f"not where it is so: {en}")
    return None


def _by_precedence(facts: ClaimFacts, book: PackBook) -> list[Pack]:
    def strength(pack: Pack) -> tuple[int, int, int, int, str]:
        named = [place for place, told in enumerate(facts.jurisdictions) if _lies_in(told, pack.jurisdiction)]
        depth = 0 if pack.jurisdiction == EVERYWHERE else 1 + pack.jurisdiction.count("-")
        return list(Layer).index(pack.layer), -depth, min(named, default=0), pack.order, pack.name

    return sorted(book, key=strength)


def _lies_in(told: str, jurisdiction: str) -> bool:
    return jurisdiction == EVERYWHERE or f"{told}-".startswith(f"{jurisdiction}-")


def _contract(facts: ClaimFacts, book: PackBook) -> Pack | None:
    """Find the contract that the facts say holds: the named one, else the first of the mode."""
    if facts.terms is None:
        return None
    contracts = [pack for pack in _by_precedence(facts, book) if pack.layer is Layer.CONTRACT]
    if name := facts.terms.contract:
        named = next((pack for pack in contracts if pack.name == name), None)
        if named is None:
            known = ", ".join(pack.name for pack in contracts)
            raise CannotAssess(f"terms.contract: there is no contract {name}; there are {known}")
        if facts.mode not in named.modes:
            raise CannotAssess(f"terms.contract: {name} is no contract for {facts.mode}")
        return named
    return next((pack for pack in contracts if _outside(pack, facts) is None), None)


def _whether(pack: Pack, facts: ClaimFacts, *, contract: Pack | None) -> tuple[Said, bool]:
    """Say whether a pack holds for a claim, and why."""
    if against := _outside(pack, facts):
        return against, False
    if pack.layer is Layer.CONTRACT and pack is not contract:
        if facts.terms is None:
            return Said("未出示任何运输合同条款（terms）", "no terms of carriage were shown to hold (terms)"), False
        return Said("适用另一份合同", "another contract holds"), False
    lacking = in_order(pack.when - circumstances(facts))
    if lacking:
        zh, en = CIRCUMSTANCE[lacking[0]]
        return Said(f"须“{zh}”，本案并非如此", f"only where it is so: {en}"), False
    where = "各地" if pack.jurisdiction == EVERYWHERE else pack.jurisdiction
    anywhere = "everywhere" if pack.jurisdiction == EVERYWHERE else f"in {pack.jurisdiction}"
    day, mode = _day_for(pack, facts), MODE[facts.mode]
    return Said(f"适用于{where}、{mode.zh}，按{day}的规则", f"it holds {anywhere} for {mode.en}, as of {day}"), True


def _outside(pack: Pack, facts: ClaimFacts) -> Said | None:
    if not any(_lies_in(told, pack.jurisdiction) for told in facts.jurisdictions):
        told = ", ".join(facts.jurisdictions)
        return Said(f"适用于{pack.jurisdiction}，本案为{told}", f"for {pack.jurisdiction}, the claim is of {told}")
    if facts.mode not in pack.modes:
        return Said(f"不适用于{MODE[facts.mode].zh}", f"not for {MODE[facts.mode].en}")
    if pack.products and facts.product not in pack.products:
        return Said("不适用于该产品", f"only for the products {', '.join(sorted(pack.products))}")
    return None


def _day_for(pack: Pack, facts: ClaimFacts) -> date:
    """Give the day whose rules hold: the event's, and of a contract that of the acceptance where it is known."""
    return (facts.accepted_on or facts.event_on) if pack.dated_by == "accepted_on" else facts.event_on


def _not_in_force(pack: Pack, day: date) -> Iterator[NotApplied]:
    """Tell the rules of which no row held on the day; of several rows of one rule, the first."""
    in_force = {row.id for row in pack.rule if row.holds_on(day)}
    for row in {row.id: row for row in reversed(pack.rule) if row.id not in in_force}.values():
        yield NotApplied(
            rule=reference(pack, row),
            source=row.source,
            zh=f"{row.title_zh}：{day}时无效",
            en=f"{row.title_en}: it did not hold on {day}",
        )
