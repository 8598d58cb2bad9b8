"""What an assessment says beside the amount: quick ways to settle, periods that ran out, and what a person may add."""

from datetime import date, timedelta
from decimal import Decimal

from rules.claims.derivation import Derivation
from rules.claims.loss import Losses
from rules.claims.money import in_currency_of, rounded
from rules.claims.quantities import freight_part, missing_papers
from rules.claims.wording import Said, figure, money
from rules.packs.kinds import ClaimWithin, OnTheSpot, ProposeMultipleOfFreight, Stage
from schemas.assessment import Claimant, Proposal, Tier
from schemas.money import Money


def quick_ways(derivation: Derivation, amount: Decimal) -> tuple[Tier, ...]:
    """Give the least demanding quick way that the amount allows, with the papers it still needs."""
    found: list[Tier] = []
    for chosen in sorted(derivation.fitting(Stage.TIER), key=lambda chosen: getattr(chosen.row, "up_to", Decimal(0))):
        row = chosen.row
        assert isinstance(row, OnTheSpot)
        up_to = in_currency_of(derivation.facts, Money(amount=row.up_to, currency=row.currency))
        if found:
            derivation.skip(chosen, Said("较低一档已足够", "a lower tier is enough"))
        elif not 0 < amount <= up_to:
            derivation.skip(chosen, Said("金额不在此档", "the amount does not fall under it"))
        else:
            needs = row.needs + (() if derivation.facts.claimant is Claimant.SENDER else row.needs_unless_sender)
            found.append(
                Tier(
                    rule=chosen.reference,
                    source=row.source,
                    up_to=derivation.money(up_to),
                    missing=tuple(missing_papers(needs, derivation.facts)),
                    answer_hours=row.answer_hours,
                    zh=row.title_zh,
                    en=row.title_en,
                )
            )
    return tuple(found)


def ask_about_periods(derivation: Derivation) -> None:
    """Ask a person where a claim came after its period; nothing is denied by itself."""
    for chosen in derivation.fitting(Stage.PERIOD):
        row = chosen.row
        assert isinstance(row, ClaimWithin)
        start = getattr(derivation.facts, row.starts_on)
        claimed_on = derivation.facts.claimed_on
        if start is None or claimed_on is None:
            derivation.skip(chosen, Said("起算日或索赔日未知", "its first day, or that of the claim, is not told"))
            continue
        last = last_day(start, row.value, row.unit)
        if claimed_on <= last:
            derivation.skip(chosen, Said(f"期限至{last}，未逾期", f"until {last}, the claim came in time"))
        else:
            derivation.flag("out_of_time", Said(
                f"{row.title_zh}（{row.source}）已于{last}届满，索赔日{claimed_on}：由人确认",
                f"{row.title_en} ({row.source}) ended on {last}, the claim came on {claimed_on}: a person confirms it",
            ))  # fmt: skip


def last_day(start: date, value: int, unit: str) -> date:
    """Give the last day of a period: the first one does not count, and a year ends on the same date."""
    if unit == "days":
        return start + timedelta(days=value)
    try:
        return start.replace(year=start.year + value)
    except ValueError:  # 29 February, in a year that has none
        return date(start.year + value, 2, 28)


def proposals(derivation: Derivation, losses: Losses) -> tuple[Proposal, ...]:
    """Propose what only a person may add.

    Raises:
        CannotAssess: the freight is not told.
    """
    found: list[Proposal] = []
    for chosen in derivation.fitting(Stage.PROPOSAL):
        row = chosen.row
        assert isinstance(row, ProposeMultipleOfFreight)
        base, said, _ = freight_part(derivation.facts, losses, "whole")
        least = in_currency_of(derivation.facts, Money(amount=row.at_least, currency=row.currency))
        amount, told = max(rounded(base * row.factor), least), money(least, derivation.facts.currency)
        times = figure(row.factor)
        found.append(
            Proposal(
                rule=chosen.reference,
                source=row.source,
                amount=derivation.money(amount),
                zh=f"{row.title_zh}：{said.zh} × {times}，不低于{told}",
                en=f"{row.title_en}: {said.en} × {times}, no less than {told}",
            )
        )
    return tuple(found)
