"""Reading a carrier's own rows about appeals from a file: for figures that no text was found of, and more provinces.

    version = "2027.01"

    [[rule]]
    id = "answer"
    jurisdiction = "CN-ZJ"
    value = 10
    unit = "calendar_days"
    source = "letter of the provincial regulator"
    verified = "contract"
    valid_from = 2027-01-01

A rule that the file names for a jurisdiction is the file's from its first day on; before that the built-in row holds.
"""

import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rules.appeals.pack import APPEAL_PACK, APPEAL_RULES, EVERYWHERE, NATION, pack_of
from rules.clocks.calendar_files import first_fault
from rules.packs import Rule, RulePack, Unit, Verified
from schemas.appeals import Jurisdiction

KNOWN = {rule.id: rule.starts_on for rule in APPEAL_RULES}
"""The rules that there are, and the event that starts each."""
PERIODS: frozenset[Unit] = frozenset({"calendar_days", "working_days", "calendar_months", "calendar_years"})


class AppealRulesInvalid(ValueError):
    """A file of rows cannot be used; the message names the file, the place and what is wrong."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    jurisdiction: Jurisdiction = NATION
    value: int = Field(gt=0, le=3650)
    unit: Unit
    source: str = Field(min_length=1)
    verified: Verified
    valid_from: date
    valid_to: date | None = None

    def rule(self) -> Rule:
        """Give the row as the pack holds it."""
        if self.id not in KNOWN:
            raise ValueError(f"there is no rule {self.id}; there are {', '.join(sorted(KNOWN))}")
        if self.unit not in PERIODS:
            raise ValueError(f"{self.id}: {self.unit} is no period of days, months or years")
        return Rule(
            self.id,
            EVERYWHERE if self.jurisdiction == NATION else self.jurisdiction,
            Decimal(self.value),
            self.unit,
            KNOWN[self.id],
            self.source,
            self.verified,
            self.valid_from,
            self.valid_to,
            self.jurisdiction,
        )


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(min_length=1)
    rule: tuple[_Row, ...] = Field(min_length=1)


def load_pack(file: Path | None) -> RulePack:
    """Read the built-in rows, and those of a file over them.

    Raises:
        AppealRulesInvalid: the file cannot be read, or a row of it cannot be used.
    """
    if file is None:
        return APPEAL_PACK
    try:
        told = _File.model_validate(tomllib.loads(file.read_text("utf-8")))
        own = tuple(row.rule() for row in told.rule)
        kept = tuple(rule for built_in in APPEAL_RULES for rule in _before(built_in, own))
        return pack_of((*kept, *own), version=f"{APPEAL_PACK.version}+{told.version}")
    except ValidationError as invalid:
        raise AppealRulesInvalid(f"{file}: {first_fault(invalid)}") from invalid
    except (OSError, ValueError) as invalid:
        raise AppealRulesInvalid(f"{file}: {invalid}") from invalid


def _before(built_in: Rule, own: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Let a built-in row hold until the file's first row of the same rule and jurisdiction does."""
    starts = [rule.valid_from for rule in own if (rule.id, rule.scope) == (built_in.id, built_in.scope)]
    if not starts:
        return (built_in,)
    first = min(starts)
    if built_in.valid_from >= first:
        return ()
    return (replace(built_in, valid_to=min(first, built_in.valid_to or first)),)
