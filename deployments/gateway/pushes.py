"""What happens at a door, in order: who knocks, the body, the payload, the commit, the answer in the provider's words.

This is the one hot path of the gateway, so it is a plain Starlette endpoint; its documentation stands in `openapi`.
"""

import asyncio
import logging
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.pushing import Answer, NotAllowed, Pushed
from deployments.gateway.doors import Door
from deployments.gateway.entrance import Entrance
from deployments.gateway.forms import as_pushed
from deployments.gateway.keeper import Keeper
from deployments.gateway.keys import Key
from deployments.gateway.refusal import Refusal
from store.tracking.inbox import Arrived
from tasks import clock

logger = logging.getLogger(__name__)

READ_AT_ONCE_BYTES = 64_000
"""A larger payload is read in a thread, so that the others do not wait for it."""


@dataclass(frozen=True, kw_only=True)
class Pushes:
    """All doors, with what they share."""

    doors: dict[str, Door]
    entrance: Entrance
    keeper: Keeper

    async def take(self, request: Request) -> Response:
        """Take a push, or refuse it with what is wrong."""
        name = request.path_params["feed"]
        door = self.doors.get(name)
        if door is None:
            return _unknown(name[:40], self.doors)
        payload = b""
        try:
            self.entrance.admit(request)
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
            key = door.key_at_once(headers)
            async with self.entrance.bodies.body_of(headers, request.receive) as body:
                payload = body
                pushed = await as_pushed(body, headers, door.format.form_fields)
                payload = door.payload_of(pushed)
                self._admit(door, pushed, key)
                await _check(door, payload)
                inbox_id = await self._keep(door, payload)
        except Exception as fault:  # noqa: BLE001  # whatever it is, the provider must hear it in his words
            return _refused(door, _refusal_of(fault, door), payload)
        return _response(door.accepted(payload, inbox_id))

    def _admit(self, door: Door, pushed: Pushed, key: Key | None) -> None:
        """Let in who is allowed; only he can use up what the feed may send."""
        key = key or door.signing_key_of(pushed, now=clock.now())
        name = f"feed {door.feed.name}"
        self.entrance.keys_in_use.note(name, key)
        self.entrance.rates.take(name, per_minute=door.feed.requests_per_minute_max)

    async def _keep(self, door: Door, payload: bytes) -> int:
        return await self.keeper.keep(
            Arrived(feed=door.feed.name, format=door.format.name, origin="http", body=payload, received_at=clock.now())
        )


async def _check(door: Door, payload: bytes) -> None:
    if len(payload) > READ_AT_ONCE_BYTES:
        await asyncio.to_thread(door.check_payload, payload)
    else:
        door.check_payload(payload)


def _refusal_of(fault: Exception, door: Door) -> Refusal:
    if isinstance(fault, Refusal):
        return fault
    if isinstance(fault, NotAllowed):
        return Refusal(401, str(fault))
    if isinstance(fault, UnreadableEnvelope):
        return Refusal(400, str(fault))
    logger.error("A push to %s could not be kept.", door.feed.name, exc_info=fault)
    return Refusal(500, "it could not be kept")


def _refused(door: Door, refusal: Refusal, payload: bytes) -> Response:
    logger.warning("Refused a push to %s with %d: %s", door.feed.name, refusal.status, refusal.message)
    return _response(door.refused(refusal, payload), headers=refusal.headers)


def _response(answer: Answer, *, headers: dict[str, str] | None = None) -> Response:
    return Response(answer.body, answer.status, headers=headers, media_type=answer.media_type)


def _unknown(name: str, doors: dict[str, Door]) -> Response:
    logger.warning("Refused a push to unknown feed %r.", name)
    return JSONResponse({"detail": f"there is no feed {name!r}; there are {', '.join(sorted(doors))}"}, 404)
