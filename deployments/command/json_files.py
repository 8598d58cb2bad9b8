"""Reading a file of facts that a command was given: JSON, checked against its model, its faults told in one line.

Belongs here: what is the same for every such file. Does not belong here: what a file may hold (`schemas`).
"""

import json
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from deployments.command.outcome import WrongUsage

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

FILE_BYTES_MAX = 10_000_000
FAULTS_TOLD = 5
STANDARD_INPUT = Path("-")
SAID = {
    "extra_forbidden": "there is no such field",
    "model_type": "a JSON object is wanted",
    "dict_type": "a JSON object is wanted",
}
"""Faults that are told in other words than pydantic's, which speak of Python."""

_Model = TypeVar("_Model", bound="BaseModel")


def name_of(file: Path) -> str:
    """Name a file as messages do."""
    return "standard input" if file == STANDARD_INPUT else str(file)


def read_facts(file: Path, model: type[_Model]) -> _Model:
    """Read a file, or standard input for `-`, as a model, of a command whose --schema prints what it may hold.

    Numbers are read to their last place.

    Raises:
        WrongUsage: it cannot be read, is too large, is no JSON, names a key twice, or does not fit the model.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(_read(file))
    except ValidationError as invalid:
        raise WrongUsage(f"{name_of(file)}: {faults(invalid, listed_by='--schema')}") from invalid


def read_object(source: str) -> dict[str, Any]:
    """Read a file, or standard input for `-`, as a JSON object.

    Raises:
        WrongUsage: it cannot be read, is too large, is no JSON object, or names a key twice.
    """
    told = _read(Path(source))
    if not isinstance(told, dict):
        raise WrongUsage(f"{name_of(Path(source))}: it is no JSON object")
    return told


def _read(file: Path) -> Any:
    try:
        return json.loads(
            _content(file), parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_every_key_once
        )
    except (OSError, ValueError, RecursionError) as unreadable:
        raise WrongUsage(f"{name_of(file)} cannot be read as JSON: {unreadable}") from unreadable


def faults(invalid: "ValidationError", *, listed_by: str = "") -> str:
    """Say what is wrong with which fields, the first few of them; where there is an option that lists them, name it.

    Of a field that has a fault inside nothing else is said: pydantic counts what is wrong in a list as not there.
    """
    found = invalid.errors()
    inside = {fault["loc"][:length] for fault in found for length in range(len(fault["loc"]))}
    told = [_fault(fault, listed_by) for fault in found if fault["loc"] not in inside]
    more = f"; and {len(told) - FAULTS_TOLD} more" if len(told) > FAULTS_TOLD else ""
    return "; ".join(told[:FAULTS_TOLD]) + more


def _fault(fault: "ErrorDetails", listed_by: str) -> str:
    said = SAID.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    if listed_by and fault["type"] == "extra_forbidden":
        said += f" ({listed_by} lists them)"
    return ": ".join(filter(None, (".".join(map(str, fault["loc"])), said)))


def _content(file: Path) -> str:
    if file == STANDARD_INPUT:
        content = sys.stdin.buffer.read(FILE_BYTES_MAX + 1)
    else:
        with file.open("rb") as opened:
            content = opened.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise WrongUsage(f"{name_of(file)} has more than {FILE_BYTES_MAX:,} bytes")
    return content.decode("utf-8-sig")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _every_key_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key} stands twice in one object")
        found[key] = value
    return found
