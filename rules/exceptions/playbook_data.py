"""Reading the texts that playbooks stand in, and refusing what cannot be used (R13, R30).

A text is checked whole when it is loaded, and an error names file, table and key. Nothing is opened here: whoever calls
passes the texts in. Which playbook counts for a case: playbooks.py.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from rules.clocks.book import BOOK
from rules.exceptions.silence import FIRST_RULES
from rules.exceptions.texts import READ_BY, READER
from rules.packs import Rule, RulePack
from schemas.disclosure import Audience
from schemas.exceptions import ExceptionType, Measure
from schemas.playbooks import Mode, Playbook

CLOCK_PROFILES = BOOK.internal
"""The profiles that a playbook may name unless the caller knows of more."""

DEFAULTS = "defaults"
ALSO = "more_"
"""Before the name of a list or of the texts: add to what stands there instead of replacing it."""

_LISTS = frozenset({"evidence", "questions", "remedies"})
_TEXTS = "texts"
_PLAIN = frozenset({"settings", "costs", "products"})  # tables that have none below them for a mode
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_SETTINGS = frozenset({"version", "currency", "irreversible"})
_COST_COLUMNS = frozenset({"mode", "value", "source", "verified", "valid_from", "valid_to"})
_VERIFIED = ("law", "standard", "contract", "profile", "assumption")


class UnusablePlaybooks(ValueError):
    """A playbook text that cannot be used; the sentence names file, table and key."""


@dataclass(frozen=True, slots=True)
class PlaybookText:
    """A playbook file as text, with the name that errors call it by."""

    name: str
    text: str


@dataclass(frozen=True, eq=False)
class Playbooks:
    """All playbooks of one carrier, checked."""

    version: str
    currency: str  # of the costs
    irreversible: frozenset[Measure]  # what nobody can take back
    costs: RulePack  # what a measure costs the carrier: rule cost:MEASURE, scope the mode
    products: Mapping[str, Mode]  # booked products that say how a parcel travels
    books: Mapping[tuple[ExceptionType, Mode], Playbook]


@dataclass(frozen=True, slots=True)
class _Layer:
    """One table of one file."""

    file: str
    table: str
    content: Mapping[str, Any]

    def wrong(self, key: str, what: str) -> UnusablePlaybooks:
        return UnusablePlaybooks(f"{self.file}: [{self.table}] {key}: {what}")


def load_playbooks(
    *texts: PlaybookText,
    clock_profiles: Collection[str] = CLOCK_PROFILES,
    templates: Mapping[str, Audience] = READER,
) -> Playbooks:
    """Read playbooks; a later text says only what it has different from the ones before it.

    What counts for a type and a mode is put together from `[defaults]`, `[TYPE]`, `[defaults.mode]` and `[TYPE.mode]`,
    in this order, each over the one before. A key replaces; `more_evidence` and the like add to a list.

    Raises:
        UnusablePlaybooks: something is missing, unknown, there twice, or out of range.
    """
    layers = [layer for text in texts for layer in _layers(text)]
    named = {layer.table.partition(".")[0] for layer in layers}
    if missing := [type_.value for type_ in ExceptionType if type_.value not in named]:
        raise UnusablePlaybooks(f"{_files(texts)}: no playbook is declared for {missing}")
    settings = _merged(layers, "settings")
    version, currency = (_setting(settings, texts, name) for name in ("version", "currency"))
    irreversible = _irreversible(settings, texts)
    return Playbooks(
        version=version,
        currency=currency,
        irreversible=irreversible,
        costs=_costs(layers, texts, version),
        products=dict(_products(layers)),
        books={
            (type_, mode): _playbook(layers, texts, type_, mode, clock_profiles=clock_profiles, templates=templates)
            for type_ in ExceptionType
            for mode in Mode
        },
    )


def _layers(text: PlaybookText) -> Iterator[_Layer]:
    """Cut a file into its tables, a mode's apart from its type's."""
    try:
        content = tomllib.loads(text.text)
    except tomllib.TOMLDecodeError as error:
        raise UnusablePlaybooks(f"{text.name}: {error}") from error
    known = {DEFAULTS, *_PLAIN, *(type_.value for type_ in ExceptionType)}
    for table, keys in content.items():
        if table not in known:
            raise UnusablePlaybooks(f"{text.name}: [{table}]: there is no such type of exception or setting")
        if not isinstance(keys, dict):
            raise UnusablePlaybooks(f"{text.name}: [{table}]: is no table")
        modes = {} if table in _PLAIN else {mode.value: keys[mode] for mode in Mode if mode in keys}
        yield _Layer(text.name, table, {key: value for key, value in keys.items() if key not in modes})
        for mode, own in modes.items():
            if not isinstance(own, dict):
                raise UnusablePlaybooks(f"{text.name}: [{table}.{mode}]: is no table")
            yield _Layer(text.name, f"{table}.{mode}", own)


_Placed = dict[str, tuple[Any, _Layer]]
"""The value of each key with the table it came from."""


def _merged(layers: Iterable[_Layer], *tables: str) -> _Placed:
    """Lay the tables of these names over one another, in the order of the names."""
    values: _Placed = {}
    for table in tables:
        for layer in (layer for layer in layers if layer.table == table):
            for key, value in layer.content.items():
                plain = key.removeprefix(ALSO)
                if key == plain:
                    values[key] = value, layer
                else:
                    values[plain] = _added(values.get(plain, (None, layer))[0], value, layer=layer, key=key), layer
    return values


def _added(before: Any, value: Any, *, layer: _Layer, key: str) -> Any:
    """Add to a list, or to a table of names, what a more special table has besides."""
    plain = key.removeprefix(ALSO)
    if plain in _LISTS and isinstance(value, list) and isinstance(before, list | None):
        return [*(before or ()), *value]
    if plain == _TEXTS and isinstance(value, dict) and isinstance(before, dict | None):
        return {**(before or {}), **value}
    raise layer.wrong(key, f"adds to none of {sorted({*_LISTS, _TEXTS})}, or is not of its kind")


def _playbook(  # one argument for each vocabulary that it is checked by
    layers: list[_Layer],
    texts: tuple[PlaybookText, ...],
    type_: ExceptionType,
    mode: Mode,
    *,
    clock_profiles: Collection[str],
    templates: Mapping[str, Audience],
) -> Playbook:
    placed = _merged(layers, DEFAULTS, type_.value, f"{DEFAULTS}.{mode}", f"{type_}.{mode}")
    fallback = _Layer(_files(texts), type_.value, {})
    try:
        book = Playbook.model_validate(
            {"type": type_, "mode": mode, **{key: value for key, (value, _) in placed.items()}}
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key, *deeper = first["loc"]
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in deeper)
        layer = placed.get(str(key), (None, fallback))[1]
        raise layer.wrong(f"{key}{path}", first["msg"]) from error
    for key, what in _faults(book, clock_profiles=clock_profiles, templates=templates):
        raise placed.get(key, (None, fallback))[1].wrong(key, what)
    return book


def _faults(
    book: Playbook, *, clock_profiles: Collection[str], templates: Mapping[str, Audience]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a playbook that is well-formed: the key and the sentence."""
    if not any(need.mandatory and not need.when for need in book.evidence):
        yield "evidence", "names nothing that is mandatory for every parcel"
    if not any(not remedy.when for remedy in book.remedies):
        yield "remedies", "none is open for every parcel"
    for key, entries in (
        ("evidence", [(need.kind, need.of, need.when) for need in book.evidence]),
        ("questions", [(question.to, question.when) for question in book.questions]),
        ("remedies", [(remedy.measures, remedy.when) for remedy in book.remedies]),
    ):
        if twice := [entry for place, entry in enumerate(entries) if entry in entries[:place]]:
            yield key, f"has {_plain(twice[0])} twice"
    if book.clock_profile and book.clock_profile not in clock_profiles:
        yield "clock_profile", f"there is no {book.clock_profile!r}; there are {sorted(clock_profiles)}"
    for occasion, name in book.texts:
        if name not in templates:
            yield "texts", f"{occasion}: there is no template {name!r}; there are {sorted(templates)}"
        elif templates[name] is not READ_BY[occasion]:
            yield "texts", f"{occasion}: is read by {READ_BY[occasion]}, and {name!r} is written for {templates[name]}"


def _plain(entry: tuple[Any, ...]) -> str:
    return ", ".join(_plain(part) if isinstance(part, tuple) else str(part) for part in entry if part)


def _setting(settings: _Placed, texts: tuple[PlaybookText, ...], name: str) -> str:
    value, layer = settings.get(name, (None, _Layer(_files(texts), "settings", {})))
    if not isinstance(value, str) or not value:
        raise layer.wrong(name, "is missing or no text")
    if unknown := sorted(set(settings) - _SETTINGS):
        raise settings[unknown[0]][1].wrong(unknown[0], f"there is no such setting; there are {sorted(_SETTINGS)}")
    return value


def _irreversible(settings: _Placed, texts: tuple[PlaybookText, ...]) -> frozenset[Measure]:
    value, layer = settings.get("irreversible", (None, _Layer(_files(texts), "settings", {})))
    if not isinstance(value, list):
        raise layer.wrong("irreversible", "is missing or no list")
    if unknown := [word for word in value if word not in [*Measure]]:
        raise layer.wrong("irreversible", f"there is no measure {unknown[0]!r}")
    return frozenset(Measure(word) for word in value)


def _costs(layers: list[_Layer], texts: tuple[PlaybookText, ...], version: str) -> RulePack:
    placed = _merged(layers, "costs")
    if missing := [measure.value for measure in Measure if measure.value not in placed]:
        raise UnusablePlaybooks(f"{_files(texts)}: [costs]: no cost is declared for {missing}")
    rules = []
    for measure, (rows, layer) in placed.items():
        if measure not in set(Measure):
            raise layer.wrong(measure, "there is no such measure")
        if not isinstance(rows, list) or not any(isinstance(row, dict) and "mode" not in row for row in rows):
            raise layer.wrong(measure, "needs a row without a mode, for every mode that has none of its own")
        own = [_cost(measure, place, row, layer) for place, row in enumerate(rows)]
        try:
            RulePack(name=measure, version=version, rules=tuple(own))
        except ValueError as error:
            raise layer.wrong(measure, str(error)) from error
        if not _hold_for_good([rule for rule in own if rule.scope == "*"]):
            raise layer.wrong(measure, "the rows without a mode must hold from the beginning, without a gap, for good")
        rules += own
    return RulePack(name="costs", version=version, rules=tuple(rules))


def _hold_for_good(rows: list[Rule]) -> bool:
    """Say whether there is a row for every day, so that every plan has a cost."""
    ordered = sorted(rows, key=lambda rule: rule.valid_from)
    met = all(earlier.valid_to == later.valid_from for earlier, later in pairwise(ordered))
    return met and ordered[0].valid_from <= FIRST_RULES and ordered[-1].valid_to is None


def _cost(measure: str, place: int, row: Any, layer: _Layer) -> Rule:
    """Read one row of a measure's costs."""
    key = f"{measure}[{place}]"
    if not isinstance(row, dict) or set(row) - _COST_COLUMNS:
        raise layer.wrong(key, f"is no table of {sorted(_COST_COLUMNS)}")
    mode, verified = row.get("mode", "*"), row.get("verified")
    if mode not in ("*", *Mode):
        raise layer.wrong(f"{key}.mode", f"there is no mode {mode!r}")
    if verified not in _VERIFIED:
        raise layer.wrong(f"{key}.verified", f"is none of {sorted(_VERIFIED)}")
    if not isinstance(row.get("source"), str) or not row["source"].strip():
        raise layer.wrong(f"{key}.source", "says where the figure comes from, and is missing")
    if not isinstance(row.get("value"), str) or not _AMOUNT.fullmatch(row["value"]):
        raise layer.wrong(f"{key}.value", 'is no amount of at least 0.00, written as a text such as "12.50"')
    dates = {name: row[name] for name in ("valid_from", "valid_to") if name in row}
    if any(type(day) is not date for day in dates.values()):
        raise layer.wrong(key, "valid_from and valid_to are dates, such as 2026-01-01")
    return Rule(f"cost:{measure}", mode, Decimal(row["value"]), "money", "", row["source"], verified, **dates)


def _products(layers: list[_Layer]) -> Iterator[tuple[str, Mode]]:
    told: dict[str, tuple[str, str]] = {}
    for mode, (names, layer) in _merged(layers, "products").items():
        if mode not in set(Mode):
            raise layer.wrong(mode, "there is no such mode")
        if not isinstance(names, list):
            raise layer.wrong(mode, "is no list of products")
        for name in names:
            if not isinstance(name, str):
                raise layer.wrong(mode, f"{name!r} is no product")
            other, file = told.setdefault(name, (mode, layer.file))
            if other != mode:
                raise layer.wrong(mode, f"{name} travels by {other} already ({file})")
            yield name, Mode(mode)


def _files(texts: Iterable[PlaybookText]) -> str:
    return " and ".join(text.name for text in texts)
