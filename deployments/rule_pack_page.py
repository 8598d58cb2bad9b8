"""Drawing the page about rule packs from their data, for `make diagrams`.

Belongs here: how the page looks. Does not belong here: any fact; each is read from the packs.
"""

from collections.abc import Iterable, Iterator
from enum import Enum

from rules.packs.book import BOOK, FigureRow, Layer, Pack
from rules.packs.kinds import CompensationRule, Row

_SHOWN_ELSEWHERE = {*Row.model_fields, "kind", "order"}


def rule_packs_page() -> str:
    """Draw the page about rule packs."""
    layers = ", ".join(f"`{layer}`" for layer in Layer)
    return "\n".join(
        (
            "# The rule packs (规则包)",
            "",
            "Drawn from `rules/packs/*.toml` by `make diagrams`; change those. How amounts come about, how to add a",
            "pack: [adding-a-rule-pack.md](adding-a-rule-pack.md). Why: [0022](decisions/0022-rule-packs.md).",
            "",
            f"The layers, the strongest first: {layers}.",
            "How sure a row is stands behind its source: `law` was read in its text (a mirror, not the gazette) unless",
            "the source says who quotes it, `standard` and `contract` as somebody quotes them, `assumption` is ours.",
            "",
            *(line for pack in BOOK for line in _pack(pack)),
        )
    )


def _pack(pack: Pack) -> Iterator[str]:
    yield from (f"## {pack.name}: {pack.title_zh}", "")
    title = f"{pack.title_en[0].upper()}{pack.title_en[1:]}"
    where = "everywhere" if pack.jurisdiction == "*" else f"in {pack.jurisdiction}"
    yield f"{title}. Version {pack.version}, layer `{pack.layer}`, {where}, for {_words(pack.modes)}{_conditions(pack)}"
    if pack.dated_by == "accepted_on":
        yield "Its rules are those of the day on which the parcel was accepted."
    yield ""
    if pack.rule:
        yield "| rule | kind | 中文 | meaning | figures | applies | holds | source |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from map(_rule, pack.rule)
        yield ""
    if pack.figure:
        yield "| figure | value | unit | counted from | holds | source |"
        yield "|---|---|---|---|---|---|"
        yield from map(_figure, pack.figure)
        yield ""


def _conditions(pack: Pack) -> str:
    needs = f", only when {_words(pack.when)}" if pack.when else ""
    return needs + (
        f"; where it applies, no {_words(pack.displaces)} of a weaker pack does." if pack.displaces else "."
    )


def _rule(row: CompensationRule) -> str:
    figures = {name: value for name, value in row if name not in _SHOWN_ELSEWHERE and value not in (None, False)}
    cells = (
        f"`{row.id}`", f"`{row.kind}`", row.title_zh, row.title_en,
        "<br>".join(f"{name} {_words(value)}" for name, value in figures.items()), _applies(row),
        _holds(row), f"{row.source} ({row.verified})",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _figure(row: FigureRow) -> str:
    cells = (
        f"`{row.id}`", f"{row.value:f}", row.unit, row.starts_on, _holds(row), f"{row.source} ({row.verified})"
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _holds(row: CompensationRule | FigureRow) -> str:
    return f"from {row.valid_from}" + (f" until before {row.valid_to}" if row.valid_to else "")


def _applies(row: CompensationRule) -> str:
    events = Row.model_fields["events"].default
    told = [
        _words(row.events) if row.events != events else "",
        f"when {_words(row.when)}" if row.when else "",
        f"unless {_words(row.unless)}" if row.unless else "",
    ]
    return "; ".join(filter(None, told)) or "always"


def _words(value: object) -> str:
    """Write a figure or words; a set in the order of its vocabulary."""
    if isinstance(value, frozenset):
        if {type(word) for word in value} <= {str}:
            return ", ".join(sorted(value))
        return ", ".join(_in_order(value))
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _in_order(words: Iterable[Enum]) -> list[str]:
    return [str(word) for word in sorted(words, key=lambda word: [*type(word).__members__.values()].index(word))]
