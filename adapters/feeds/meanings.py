"""What a provider's codes mean: the shape of the tables, their checks, and how a code and a text are weighed.

The tables themselves stand in each provider's `codes` module. A code that is in no table is never guessed: it gives
EXCEPTION with the reason unknown and the confidence unknown.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from adapters.feeds.wording import Phrasebook
from schemas.tracking import SIGNALS, Confidence, Event, Reason

SCANS = frozenset(Event) - SIGNALS

# What a text may say where a code names only the stage; providers share the stages, whatever they call them.
COLLECTION = frozenset({Event.ORDER_CREATED, Event.AWAITING_PICKUP, Event.PICKUP_FAILED})
CUSTOMS = frozenset({Event.CUSTOMS_HELD, Event.CUSTOMS_RELEASED})
HOW_DELIVERED = frozenset({Event.DELIVERED_PROXY, Event.DELIVERED_PICKUP_POINT, Event.RETURNED})
ENDS = HOW_DELIVERED | {Event.DELIVERED, Event.DISPOSED}
TROUBLE = frozenset(
    {
        Event.PICKUP_FAILED,
        Event.CUSTOMS_HELD,
        Event.DELIVERY_FAILED,
        Event.HELD,
        Event.RETURNING,
        Event.RETURNED,
        Event.CANCELLED_INTERCEPTED,
        Event.DISPOSED,
    }
)


class AmbiguousCode(Exception):
    """A table gives one code two meanings; who pays would be decided by luck."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one code says.

    `refined_by` are the events that the record's text may put in the code's place: empty for a code that says all,
    filled for one that names only a stage. `reason_from_text` is for a code that says that something failed and
    leaves it to the text to say why.
    """

    code: str
    name: str
    event: Event
    reason: Reason | None = None
    refined_by: frozenset[Event] = frozenset()
    reason_from_text: bool = False


class Understood(NamedTuple):
    """What a record was taken to say, and what decided it."""

    event: Event
    reason: Reason | None
    confidence: Confidence


UNKNOWN = Understood(Event.EXCEPTION, Reason.UNKNOWN, "unknown")


def code_table(rows: Iterable[Meaning]) -> Mapping[str, Meaning]:
    """Key meanings by their code.

    Raises:
        AmbiguousCode: a code stands in the table twice.

    """
    return _unambiguous((row.code, row) for row in rows)


def name_table(names: Iterable[tuple[str, str]], codes: Mapping[str, Meaning]) -> Mapping[str, Meaning]:
    """Key meanings by the names under which the provider also sends them, given as (name, code).

    Raises:
        AmbiguousCode: a name stands in the table twice.

    """
    return _unambiguous((name, codes[code]) for name, code in names)


def _unambiguous(pairs: Iterable[tuple[str, Meaning]]) -> Mapping[str, Meaning]:
    table: dict[str, Meaning] = {}
    for key, meaning in pairs:
        if key in table:
            raise AmbiguousCode(f"{key!r} means both {table[key].name!r} and {meaning.name!r}")
        table[key] = meaning
    return MappingProxyType(table)


def mapping_version(namespace: str, *tables: Mapping[str, Meaning], phrasebook: Phrasebook) -> str:
    """Name the state of a provider's tables, so that no change of a row can go without a new version."""
    rows = [_written(key, meaning) for table in tables for key, meaning in table.items()]
    digest = hashlib.sha256("\n".join([*rows, phrasebook.version]).encode()).hexdigest()
    return f"{namespace}-{digest[:8]}"


def _written(key: str, meaning: Meaning) -> str:
    refined_by = ",".join(sorted(meaning.refined_by))  # a set's own order differs from process to process
    return f"{key}|{meaning.event}|{meaning.reason}|{refined_by}|{meaning.reason_from_text}"


def understood(meaning: Meaning, text: str, phrasebook: Phrasebook) -> Understood:
    """Weigh a known code against the text beside it: the code decides, and the text adds what the code leaves open."""
    if not meaning.refined_by and not meaning.reason_from_text:
        return Understood(meaning.event, meaning.reason, "code")
    wording = phrasebook.reading(text)
    if wording is None:
        return Understood(meaning.event, meaning.reason, "code")
    if wording.event in meaning.refined_by and wording.event is not meaning.event:
        return Understood(wording.event, wording.reason, "text")
    if meaning.reason_from_text and wording.reason is not None:
        return Understood(meaning.event, wording.reason, "code")
    return Understood(meaning.event, meaning.reason, "code")


def understood_from_text(text: str, phrasebook: Phrasebook) -> Understood:
    """Read a record that carries no code at all; UNKNOWN when the text says nothing that is declared."""
    wording = phrasebook.reading(text)
    return UNKNOWN if wording is None else Understood(wording.event, wording.reason, "text")
