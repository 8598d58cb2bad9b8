"""What the booking system registers: read in full before anything of it is stored, with what is wrong and where."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from deployments.gateway.entrance import Entrance
from deployments.gateway.keeper import AWAY_SECONDS
from deployments.gateway.keys import Key
from deployments.gateway.refusal import Refusal, Unfit, unfit
from schemas.shipments import ShipmentRegistration
from store.unit_of_work import DatabaseAway, failures_told
from tasks.tracking.registration import register_shipments

REGISTRATIONS = TypeAdapter(list[ShipmentRegistration])
YEARS = range(2000, 2200)


@dataclass(frozen=True, kw_only=True)
class Registrations:
    """Takes registrations from those who have the API key."""

    keys: tuple[Key, ...]
    entrance: Entrance

    async def take(self, request: Request) -> int:
        """Store registrations and count them.

        Raises:
            Refusal: with the status that says why.
            Unfit: one is wrong; none is stored.

        """
        self.entrance.admit(request)
        self.entrance.key_shown(request, self.keys, door="shipments")
        async with self.entrance.bodies.body_of(dict(request.headers), request.receive) as body:
            return await asyncio.to_thread(self._register, body)

    def _register(self, body: bytes) -> int:
        registrations = _read(body)
        most = self.entrance.settings.registrations_max
        if len(registrations) > most:
            raise Refusal(413, f"{len(registrations)} registrations; at most {most} at once")
        try:
            with failures_told():
                register_shipments(registrations)
        except DatabaseAway:
            raise Refusal(503, "the database is away", retry_after_seconds=AWAY_SECONDS) from None
        return len(registrations)


def _read(body: bytes) -> list[ShipmentRegistration]:
    try:
        registrations = REGISTRATIONS.validate_json(body.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as invalid:
        raise unfit(invalid) from invalid
    leaves = _leaves(REGISTRATIONS.dump_python(registrations), "")
    if faults := [{"at": at, "what": what} for at, value in leaves if (what := _unstorable(value))]:
        raise Unfit(faults)
    return registrations


def _unstorable(value: object) -> str:
    """Say why a valid value would make trouble in the database, now or when it is read; empty when it would not."""
    if isinstance(value, str) and "\0" in value:
        return "String should not hold NUL"
    if isinstance(value, datetime) and value.year not in YEARS:
        return f"Time should be in the years {YEARS[0]} to {YEARS[-1]}"
    return ""


def _leaves(node: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Yield all that stands in a value with its path."""
    named = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else None
    if named is None:
        yield at, node
        return
    for name, child in named:
        yield from _leaves(child, f"{at}.{name}" if at else str(name))
