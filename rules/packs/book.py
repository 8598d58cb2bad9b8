"""Reading the rule packs from `rules/packs/*.toml` and from files like them, checked while they are read.

Belongs here: what such a file may say, and the packs that Redress comes with. Does not belong here: the kinds of rule
(`rules.packs.kinds`), and which packs hold for a claim (`rules.claims.choosing`).
"""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from rules.packs import Rule, RulePack, Unit, Verified
from rules.packs.kinds import EXTENTS, Circumstance, CompensationRule, Identifier, Stage, Title
from schemas.assessment import ClaimMode, Jurisdiction

FOLDER = Path(__file__).parent
EVERYWHERE = "*"


class Layer(StrEnum):
    """Who made the rules, the strongest first: of two packs the one of the stronger layer goes first."""

    TREATY = "treaty"
    LOCAL_LAW = "local_law"
    NATIONAL_LAW = "national_law"
    CONTRACT = "contract"
    STANDARD = "standard"
    PRINCIPLE = "principle"  # what is so where nobody says otherwise


class PacksInvalid(ValueError):
    """A file of rule packs cannot be used; the message names the file, the row and what is wrong."""


class FigureRow(BaseModel):
    """A figure that some other procedure reads from the pack, such as how far two messages lie apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier
    scope: str = "*"
    value: Annotated[Decimal, Field(ge=0, le=10_000_000)]
    unit: Unit
    starts_on: str = ""
    source: Title
    verified: Verified
    valid_from: date
    valid_to: date | None = None


class Pack(BaseModel):
    """Rules that hold together: whose they are, for what, and since when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)
    version: str = Field(pattern=r"^\S+$")
    layer: Layer
    jurisdiction: Jurisdiction | Literal["*"]
    modes: frozenset[ClaimMode] = Field(min_length=1)
    products: frozenset[Annotated[str, StringConstraints(min_length=1)]] = frozenset()  # none: every product
    order: int = Field(default=100, ge=1, le=999)  # within its layer and jurisdiction, the lower first
    dated_by: Literal["event_on", "accepted_on"] = "event_on"
    when: frozenset[Circumstance] = frozenset()  # all of them are so, else none of its rules holds
    displaces: frozenset[Stage] = frozenset()  # in these, the rules of weaker packs do not apply beside its own
    title_zh: Title
    title_en: Title
    rule: tuple[CompensationRule, ...] = ()
    figure: tuple[FigureRow, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> "Pack":
        if not self.rule and not self.figure:
            raise ValueError("it has no row")
        if unknown_yet := self.when & EXTENTS:
            raise ValueError(f"when: how much is lost ({min(unknown_yet)}) is a question for a row")
        _refuse_two_rows_at_once(self.rule)
        _refuse_one_place_for_two(self.rule)
        self.figures()
        return self

    @cached_property
    def reference(self) -> str:
        """Name the pack, its version and what they stand for: a changed figure is a changed reference."""
        digest = hashlib.sha256(_canonical(self.model_dump()).encode()).hexdigest()[:8]
        return f"{self.name}/{self.version}#{digest}"

    def figures(self) -> RulePack:
        """Give the figures that other procedures read."""
        jurisdiction = "CN" if self.jurisdiction == EVERYWHERE else self.jurisdiction
        rows = (Rule(**dict(row), jurisdiction=jurisdiction) for row in self.figure)
        return RulePack(name=self.name, version=self.version, rules=tuple(rows))


@dataclass(frozen=True)
class PackBook:
    """All packs, the strongest first, in whatever order they were loaded."""

    packs: tuple[Pack, ...]

    def __iter__(self) -> Iterator[Pack]:
        return iter(self.packs)

    def pack(self, name: str) -> Pack:
        """Give the pack of that name.

        Raises:
            KeyError: there is none.
        """
        return {pack.name: pack for pack in self.packs}[name]


def load_packs(*files: Path, built_in: bool = True) -> PackBook:
    """Read the packs of Redress, and those of `files` beside them, which replace none.

    Raises:
        PacksInvalid: a file cannot be used.
    """
    found: dict[str, Pack] = {}
    for file in (*(sorted(FOLDER.glob("*.toml")) if built_in else ()), *files):
        for pack in _read(file):
            if pack.name in found:
                raise PacksInvalid(f"{file}: {pack.name}: there is a pack of that name already")
            if rival := next((other for other in found.values() if _contend(pack, other)), None):
                raise PacksInvalid(f"{file}: {pack.name}: which goes first, it or {rival.name}? Give it an order")
            found[pack.name] = pack
    return PackBook(tuple(sorted(found.values(), key=_strength)))


def _strength(pack: Pack) -> tuple[int, int, int, str]:
    return list(Layer).index(pack.layer), -pack.jurisdiction.count("-"), pack.order, pack.name


def _contend(one: Pack, other: Pack) -> bool:
    """Say whether two packs may both measure a claim and nothing says which goes first."""
    same = (one.layer, one.jurisdiction, one.order) == (other.layer, other.jurisdiction, other.order)
    products = not one.products or not other.products or one.products & other.products
    return bool(same and products and one.modes & other.modes) and any(
        a.stage is b.stage is Stage.MEASURE and _meet(a, b) for a in one.rule for b in other.rule
    )


def _meet(a: CompensationRule, b: CompensationRule) -> bool:
    """Say whether two rows hold on some day together."""
    return (a.valid_to is None or b.valid_from < a.valid_to) and (b.valid_to is None or a.valid_from < b.valid_to)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    pack: tuple[Pack, ...] = Field(min_length=1)


def _read(file: Path) -> Sequence[Pack]:
    try:
        told = tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as unreadable:
        raise PacksInvalid(f"{file}: {unreadable}") from unreadable
    try:
        return _File.model_validate(told).pack
    except ValidationError as invalid:
        fault = invalid.errors()[0]
        where = ".".join(_place(fault["loc"], told))
        message = str(fault["msg"]).removeprefix("Value error, ")
        raise PacksInvalid(f"{file}: {where}: {message}" if where else f"{file}: {message}") from invalid


def _place(loc: Iterable[int | str], told: Any) -> Iterator[str]:
    """Name where something is wrong by the names and ids of rows rather than by their numbers."""
    for part in loc:
        if isinstance(part, int) and isinstance(told, list):
            told = told[part]
            named = told.get("name") or told.get("id") if isinstance(told, dict) else None
            yield str(named or part)
        elif isinstance(told, dict) and part in told:
            told = told[part]
            if part not in ("pack", "rule", "figure"):
                yield str(part)
        elif not isinstance(told, dict) or part != told.get("kind"):
            yield str(part)


def _refuse_two_rows_at_once(rules: Iterable[CompensationRule]) -> None:
    for earlier, later in pairwise(sorted(rules, key=lambda row: (row.id, row.valid_from))):
        if earlier.id == later.id and _meet(earlier, later):
            raise ValueError(f"{later.id}: two rows hold on the same day ({max(earlier.valid_from, later.valid_from)})")


def _refuse_one_place_for_two(rules: Iterable[CompensationRule]) -> None:
    for one, other in combinations([row for row in rules if row.stage is Stage.MEASURE], 2):
        if getattr(one, "order", None) == getattr(other, "order", None) and _meet(one, other):
            raise ValueError(f"{other.id}: it has the same order as {one.id}")


def _canonical(value: object) -> str:
    """Write what a pack says so that the same gives the same text: sets have no order of their own."""
    if isinstance(value, dict):
        return str(sorted((key, _canonical(item)) for key, item in value.items()))
    if isinstance(value, frozenset):
        return str(sorted(value))
    return str([_canonical(item) for item in value]) if isinstance(value, tuple) else str(value)


BOOK = load_packs()
"""What Redress comes with."""
