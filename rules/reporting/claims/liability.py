"""Who answers for claims (R40, R85): every party with its share, by kind and by name, in claims and in money."""

from collections.abc import Sequence
from decimal import Decimal

from rules.reporting.claims import words
from rules.reporting.claims.counted import Counted
from rules.reporting.claims.money import money_table
from schemas.reporting import Column, Figure, Section, Table, Unit, Words

CLASSES = {
    "kind": (Words("按责任方类别", "By kind of party"), words.PARTY),
    "party": (Words("按责任方", "By party"), {"": Words("（个人或未具名）", "(persons, or not named)")}),
}
WEIGHT = Column(key="weight", name=Words("折合件数", "whole claims"), unit=Unit.WEIGHT, compared=True)
OTHERS = "\0"
"""No group is called so."""


def liability_section(counted: Counted) -> Section:
    """Show who answers, by kind and by name."""
    named = counted.shares.class_tables(CLASSES, names=("answering", "bearing"), compared="answering")
    tables = [_weighed(counted, table) for table in named]
    tables += [
        money_table(
            counted.shares,
            "bearing",
            counted.borne_by[dimension],
            key=f"borne_by_{dimension}",
            title=Words(f"{title.zh}：承担金额", f"{title.en}: what they bear"),
            dimension=dimension,
            codes=(codes,),
        )
        for dimension, (title, codes) in CLASSES.items()
    ]
    return Section(
        key="liability",
        title=Words("责任划分", "Liability"),
        about=Words(
            "一件索赔可有几方责任，各按比例计；折合件数 = 各方比例之和；"
            "承担金额 = 赔付 × 比例。按目前认定；个人只计类别",
            "a claim may have several parties, each with its share; whole claims = the sum of shares; what a party "
            "bears = what was paid × its share. As established now; persons are counted by their kind alone",
        ),
        tables=tuple(tables),
    )


def _weighed(counted: Counted, table: Table) -> Table:
    """Put beside the number of shares what they come to in whole claims; what is not shown is what is left of all."""
    shown = [group.group for group in counted.shares.groups[table.key].shown]
    weights = {which: _weights(counted, table.key, which, shown) for which in ("this", "before")}
    rows = []
    for row, this, before in zip(table.rows, weights["this"], weights["before"], strict=False):
        weight = Figure(value=this, before=before, cases=row.figures[0].cases)
        rows.append(row.model_copy(update={"figures": (*row.figures, weight)}))
    return table.model_copy(update={"columns": (*table.columns, WEIGHT), "rows": tuple(rows)})


def _weights(counted: Counted, dimension: str, which: str, shown: Sequence[str]) -> list[Decimal]:
    """Add up the whole claims of each group that is shown, and last of all others together."""
    weights = dict.fromkeys(shown, Decimal(0)) | {OTHERS: Decimal(0)}
    for cost in counted.weights[dimension][which]:
        weights[cost.group if cost.group in weights else OTHERS] += cost.amount
    return [*weights.values()]
