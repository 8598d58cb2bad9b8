"""What was charged, claimed from insurers, recovered and written off (R80), and the share of insured parcels (R88)."""

from collections.abc import Sequence
from decimal import Decimal

from rules.reporting.claims import words
from rules.reporting.claims.counted import Costs, Counted
from rules.reporting.claims.figures import RECOVERIES
from rules.reporting.claims.money import currencies_of, list_behind, named
from rules.reporting.lists import BETWEEN
from rules.reporting.measures import share
from rules.reporting.tables import count_column
from schemas.reporting import Column, Cost, Figure, Row, Section, Table, Unit, Words

ASKED = ("charged", "from_insurer")
SIDES = ("", *words.SIDE)
COLUMNS = (
    *(Column(key=name, name=RECOVERIES[name].name, unit=Unit.MONEY, compared=True) for name in (*ASKED, "recovered")),
    Column(key="rate", name=Words("追偿率", "recovery rate"), unit=Unit.SHARE, compared=True),
    Column(key="written_off", name=RECOVERIES["written_off"].name, unit=Unit.MONEY, compared=True),
)


def recovery_section(counted: Counted) -> Section:
    """Show the recovery rate by currency and side."""
    rows = (_row(counted, currency, side) for currency in currencies_of(counted.recovered.values()) for side in SIDES)
    table = Table(
        key="recovery",
        title=Words("追偿与核销", "Recovery and losses"),
        about=Words(
            "追偿率 = 本期追回 ÷（本期向责任方追偿 + 本期向保险索赔）；追回的可能是以前各期的，故可超过 100%",
            "recovery rate = recovered / (charged + claimed from insurers), all as booked in the period; what is "
            "recovered may have been charged before, so that it may exceed 100 %",
        ),
        columns=COLUMNS,
        rows=tuple(row for row in rows if row is not None),
    )
    return Section(
        key="recovery", title=Words("追偿与保价", "Recovery and cover"), tables=(table, _insured_table(counted))
    )


def _row(counted: Counted, currency: str, side: str) -> Row | None:
    """Show one side in one currency; nothing where neither period has anything of it."""
    found = {name: {which: _cost(costs, which, currency, side) for which in ("this", "before")}
             for name, costs in counted.recovered.items()}  # fmt: skip
    if not any(cost.cases for both in found.values() for cost in both.values()):
        return None
    dimension = "side" if side else ""
    figures = {}
    for name, both in found.items():
        said = named(both["this"], dimension=dimension, codes=(words.SIDE,))
        key = f"{name}-recovery-{currency}-{side}"
        cases = list_behind(counted.recoveries, key, name, both["this"], dimension, said)
        figures[name] = Figure(value=both["this"].amount, before=both["before"].amount, cases=cases)
    rates = {
        which: _rate(found["recovered"][which], [found[name][which] for name in ASKED]) for which in ("this", "before")
    }
    figures["rate"] = Figure(value=rates["this"], before=rates["before"], cases=figures["recovered"].cases)
    return Row(
        group=BETWEEN.join(filter(None, (side, currency))),
        name=named(Cost(currency, 0, Decimal(0), side), dimension=dimension, codes=(words.SIDE,)),
        figures=tuple(figures[column.key] for column in COLUMNS),
    )


def _rate(recovered: Cost, asked: Sequence[Cost]) -> Decimal | None:
    """Measure what came back against what was asked for; where more was reversed than asked for there is no rate."""
    whole = sum((cost.amount for cost in asked), Decimal(0))
    return share(recovered.amount, whole) if whole > 0 else None


def _cost(costs: Costs, which: str, currency: str, side: str) -> Cost:
    of = [cost for cost in costs[which] if cost.currency == currency and side in {"", cost.group}]
    return Cost(currency, sum(cost.cases for cost in of), sum((cost.amount for cost in of), Decimal(0)), side)


def _insured_table(counted: Counted) -> Table:
    claims = counted.claims
    insured, on_file = claims.total("insured"), claims.total("with_parcel")
    accepted = [Figure(value=one["this"], before=one["before"]) for one in (counted.insured, counted.accepted)]
    shares = [share(counted.insured[which], counted.accepted[which]) for which in ("this", "before")]
    return Table(
        key="insured",
        title=Words("保价占比", "Insured share (R88)"),
        about=Words(
            "索赔：快件在册的本期新增；收寄：本期揽收的快件。保价 = 保价额大于零",
            "claims: those filed whose parcel is on file; accepted: parcels picked up in the period; insured: with "
            "cover above zero",
        ),
        columns=(
            count_column("insured", Words("已保价", "insured")),
            count_column("all", Words("全部", "all")),
            Column(key="share", name=Words("保价占比", "insured share"), unit=Unit.SHARE, compared=True),
        ),
        rows=(
            Row(
                group="claims",
                name=Words("索赔快件", "parcels of claims"),
                figures=(insured, on_file, claims.share("insured", of=("with_parcel",))),
            ),
            Row(
                group="accepted",
                name=Words("收寄快件", "parcels accepted"),
                figures=(*accepted, Figure(value=shares[0], before=shares[1])),
            ),
        ),
    )
