"""Tables of money: what groups come to, each in its own currency. Amounts of several currencies are never added."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from rules.privacy import mask_phones
from rules.reporting.claims.counted import Costs, Counted
from rules.reporting.lists import BETWEEN, TOGETHER, Wanted, parted
from rules.reporting.tables import COST_COLUMNS, Part, cost_figures
from rules.reporting.words import words_together
from schemas.reporting import Cost, Row, Section, Table, Words

ROWS_MAX = 15
"""Groups shown of each currency; the tables of numbers have all of them."""
CURRENCY = "currency"
AMOUNTS = {
    "claiming": Words("索赔金额", "Claimed"),
    "offered": Words("报价金额", "Offered"),
    "agreed": Words("达成金额", "Agreed"),
    "paid": Words("赔付金额", "Paid"),
}


def money_section(counted: Counted) -> Section:
    """Show what was claimed, offered, agreed and paid, by currency."""
    return Section(
        key="money",
        title=Words("金额", "Amounts"),
        about=Words("各币种分列，不相加", "each currency by itself; they are never added"),
        tables=tuple(
            money_table(counted.claims, figure, counted.amounts[figure], key=f"{figure}_amounts", title=title)
            for figure, title in AMOUNTS.items()
        ),
    )


def money_table(
    part: Part,
    figure: str,
    costs: Costs,
    *,
    key: str,
    title: Words,
    dimension: str = "",
    codes: Sequence[Mapping[str, Words]] = ({},),
) -> Table:
    """Show what the cases of a figure come to, by group and currency; by currency alone where no dimension is named.

    Args:
        part: The population that the figure is of.
        figure: Which of its cases are summed.
        costs: What they come to.
        key: The table's name.
        title: What it is called.
        dimension: What they are grouped by.
        codes: The words for the codes of each dimension that it is made of.
    """
    former = {(cost.group, cost.currency): cost for cost in costs["before"]}
    rows = []
    for place, cost in enumerate(_shown(costs), start=1):
        before = former.get((cost.group, cost.currency), _nothing(cost))
        name, list_of = named(cost, dimension=dimension, codes=codes), f"{figure}-{key}-{place}"
        figures = cost_figures(cost, before, cases=list_behind(part, list_of, figure, cost, dimension, name))
        group = BETWEEN.join(filter(None, (mask_phones(cost.group), cost.currency)))
        rows.append(Row(group=group, name=name, figures=figures))
    counted = part.lists.meanings[figure].about
    about = Words(f"{counted.zh}；每币种列前 {ROWS_MAX} 组", f"{counted.en}; the {ROWS_MAX} largest of each currency")
    return Table(key=key, title=title, about=about, columns=COST_COLUMNS, rows=tuple(rows))


def _shown(costs: Costs) -> Iterator[Cost]:
    """Give currency by currency the groups that come to most, and after them those of the period before alone."""
    this = costs["this"]
    known = {(cost.group, cost.currency) for cost in this}
    gone = [_nothing(cost) for cost in costs["before"] if (cost.group, cost.currency) not in known]
    listed = [*this, *gone]
    for currency in currencies_of([costs]):
        yield from [cost for cost in listed if cost.currency == currency][:ROWS_MAX]


def currencies_of(counted: Iterable[Costs]) -> list[str]:
    """List the currencies of some costs, that of most cases first: amounts of several cannot be compared."""
    cases: Counter[str] = Counter()
    for costs in counted:
        for cost in (*costs["this"], *costs["before"]):
            cases[cost.currency] += cost.cases
    return sorted(cases, key=lambda currency: (-cases[currency], currency))


def _nothing(like: Cost) -> Cost:
    return Cost(like.currency, 0, Decimal(0), like.group)


def named(cost: Cost, *, dimension: str = "", codes: Sequence[Mapping[str, Words]] = ({},)) -> Words:
    """Say what a group and its currency are called."""
    groups = parted(dimension, mask_phones(cost.group)) if dimension else []
    return words_together([*zip(groups, codes, strict=False), (cost.currency, {})])


def list_behind(part: Part, key: str, figure: str, cost: Cost, dimension: str, name: Words) -> str:
    """Want the cases that an amount sums up, and give the list's key."""
    together = TOGETHER.join(filter(None, (dimension, CURRENCY)))
    group = BETWEEN.join((cost.group, cost.currency)) if dimension else cost.currency
    return part.lists.key_in(Wanted(key, name, cost.cases, figure, together, group))
