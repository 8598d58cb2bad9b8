"""How options are read that several commands take: amounts, currencies, days, liable parties, files with their kind.

Belongs here: one way to read each, and what is said where it cannot be read. Does not belong here: what a value means.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from deployments.command.evidence import offered_file
from deployments.command.outcome import Failure, WrongUsage

if TYPE_CHECKING:
    from schemas.complaints import LiableParty
    from schemas.evidence import OfferedPiece


Passcode = Annotated[str, Parameter(env_var="REDRESS_PASSCODE")]
"""The six digits of somebody's authenticator, which need not stand in the shell's history."""


def amount_told(option: str, told: str) -> Decimal:
    """Read an amount of money, or a share.

    Raises:
        Failure: it is none.
    """
    try:
        amount = Decimal(told)
    except InvalidOperation as fault:
        raise Failure(f"{option} {told} is no amount") from fault
    if not amount.is_finite():
        raise Failure(f"{option} {told} is no amount")
    return amount


def currency_told(option: str, told: str) -> str:
    """Read a currency by its ISO 4217 code, however it is written.

    Raises:
        WrongUsage: it is none.
    """
    from pydantic import TypeAdapter, ValidationError

    from schemas.money import Currency

    shape: TypeAdapter[str] = TypeAdapter(Currency)
    try:
        return shape.validate_python(told.strip().upper())
    except ValidationError as fault:
        raise WrongUsage(f"{option} {told} is no currency such as CNY or USD (ISO 4217)") from fault


def day_told(option: str, told: str) -> date:
    """Read a day.

    Raises:
        WrongUsage: it is none.
    """
    try:
        return date.fromisoformat(told)
    except ValueError as fault:
        raise WrongUsage(f"{option} {told} is no day such as 2026-11-20") from fault


def party_told(told: str) -> "LiableParty":
    """Read who answers for which share, as KIND:NAME=SHARE.

    Raises:
        Failure: it says no kind, or no share.
    """
    from pydantic import ValidationError

    from schemas.complaints import LiableParty, PartyKind

    who, found, share = told.rpartition("=")
    kind, _, name = who.partition(":")
    if not found or kind not in set(PartyKind):
        raise Failure(f"--party {told}: say KIND:NAME=SHARE, where KIND is one of {', '.join(PartyKind)}")
    try:
        return LiableParty.model_validate({"kind": kind, "name": name, "share": share})
    except ValidationError as fault:
        raise Failure(f"--party {told}: the share should be a number above 0 and up to 100") from fault


def pieces_told(option: str, told: Sequence[str]) -> "list[OfferedPiece]":
    """Read files that somebody offers as evidence, each as KIND=PATH.

    Raises:
        WrongUsage: there is no such kind, or a file cannot be read or is too large.
    """
    return [_piece(option, one) for one in told]


def _piece(option: str, told: str) -> "OfferedPiece":
    kind, is_both, path = told.partition("=")
    if not is_both or not path:
        raise WrongUsage(f"{option} {told}: name the kind and the file, as photo_detail=box.jpg")
    return offered_file(kind, Path(path))
