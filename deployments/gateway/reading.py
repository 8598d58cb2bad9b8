"""JSON that partners send with the API key: read in full before any of it is used, with what is wrong and where."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from deployments.gateway.entrance import Entrance
from deployments.gateway.keeper import AWAY_SECONDS
from deployments.gateway.keys import Key
from deployments.gateway.refusal import Refusal, Unfit, unfit
from store.unit_of_work import DatabaseAway, failures_told

YEARS = range(2000, 2200)
TRUTHS = {"true": True, "1": True, "": False, "false": False, "0": False}
DIGITS_HEADER = "X-Phone-Digits"
DIGITS = re.compile(r"[0-9]{4}")
Read = TypeVar("Read")
Done = TypeVar("Done")


@dataclass(frozen=True, kw_only=True)
class PartnerDoor:
    """Lets those in who have the API key, and hands what they send to whoever uses it."""

    name: str
    keys: tuple[Key, ...]
    entrance: Entrance

    async def take(self, request: Request, use: Callable[[bytes, str], Done]) -> Done:
        """Give the body and the name of the key to `use`, in a thread, and give what that comes to.

        Raises:
            Refusal: with the status that says why.

        """
        self.entrance.admit(request)
        key = self.entrance.key_shown(request, self.keys, door=self.name)
        headers = dict(request.headers)
        async with self.entrance.bodies.body_of(headers, request.receive) as body:
            return await asyncio.to_thread(_used, use, body, key.name)


def _used(use: Callable[[bytes, str], Done], body: bytes, key: str) -> Done:
    try:
        with failures_told():
            return use(body, key)
    except DatabaseAway:
        raise Refusal(503, "the database is away", retry_after_seconds=AWAY_SECONDS) from None


def read(shape: TypeAdapter[Read], body: bytes) -> Read:
    """Read JSON of this shape.

    Raises:
        Unfit: it is not of this shape, or holds what nobody could store.

    """
    try:
        value = shape.validate_json(body.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as invalid:
        raise unfit(invalid) from invalid
    leaves = _leaves(shape.dump_python(value), "")
    if faults := [{"at": at, "what": what} for at, value_ in leaves if (what := _unstorable(value_))]:
        raise Unfit(faults)
    return value


def wants_draft(request: Request) -> bool:
    """Say whether what lacks something is to be kept as a draft.

    Raises:
        Unfit: it is said in another way than by true and false.

    """
    said = request.query_params.get("draft", "").lower()
    if said not in TRUTHS:
        raise Unfit([{"at": "draft", "what": "should be true or false"}])
    return TRUTHS[said]


def phone_digits(request: Request, *, field: str = "") -> str:
    """Give the last digits of a telephone number that were shown; empty where it is not four digits.

    They come in a header, so that they stand in no log of addresses; `field` names the one of a link that will do, too.
    """
    digits: str = request.headers.get(DIGITS_HEADER, request.query_params.get(field, "")).strip()
    return digits if DIGITS.fullmatch(digits) else ""


def _unstorable(value: object) -> str:
    """Say why a valid value would make trouble in the database, now or when it is read; empty when it would not."""
    if isinstance(value, str) and "\0" in value:
        return "String should not hold NUL"
    if isinstance(value, date) and value.year not in YEARS:
        return f"Time should be in the years {YEARS[0]} to {YEARS[-1]}"
    return ""


def _leaves(node: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Yield all that stands in a value with its path."""
    named = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list | tuple) else None
    if named is None:
        yield at, node
        return
    for name, child in named:
        yield from _leaves(child, f"{at}.{name}" if at else str(name))
