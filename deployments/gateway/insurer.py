"""What an insurer tells of a claim: signed, small, taken once, and answered with the flags repeated and retry (R80).

Every answer has both flags, also one that refuses. Belongs here: who may speak, and what HTTP says. Does not belong
here: what follows from a step (`tasks.claims.insurer_words`).
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter

from adapters.insurer.translate import SIGNATURE_HEADER, TIMESTAMP_HEADER, NotSigned, check_moment, is_signed
from deployments.gateway import openapi
from deployments.gateway.bodies import Limits
from deployments.gateway.entrance import Entrance
from deployments.gateway.keeper import AWAY_SECONDS
from deployments.gateway.keys import Key
from deployments.gateway.reading import read
from deployments.gateway.refusal import CLOSED_SECONDS, Refusal, Unfit
from rules.claims.insurance import Word
from schemas.insurers import CallbackAnswer, InsurerCallback
from store.insurance import NoSuchInsurance
from store.unit_of_work import DatabaseAway, failures_told
from tasks import clock
from tasks.claims.insurer_words import hear_insurer
from tasks.publishing import CASE_INFORMED

logger = logging.getLogger(__name__)

SIGNED_WITH = "REDRESS_INSURER_CALLBACK_SECRET"
LIMITS = Limits(bytes_max=64_000, seconds_max=10)
AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""What is answered where the same step may be taken a little later."""
CALLBACK: TypeAdapter[InsurerCallback] = TypeAdapter(InsurerCallback)


@dataclass(frozen=True, kw_only=True)
class InsurerDoor:
    """Takes callbacks of insurers; `told` is called with an event after each commit."""

    entrance: Entrance
    keys: tuple[Key, ...]
    told: Callable[[str], None]

    async def take(self, request: Request) -> Response:
        """Take a step, or say why not, and whether to tell it again."""
        try:
            self.entrance.admit(request)
            headers = dict(request.headers)
            async with self.entrance.bodies.body_of(headers, request.receive, LIMITS) as body:
                speaker = self._speaker(body, headers)
                said = read(CALLBACK, body)
                word = await asyncio.to_thread(_heard, said, speaker)
        except Refusal as no:
            again = no.status in AGAIN
            return _answer(CallbackAnswer(retry=again, message=no.message), no.status, headers=no.headers)
        except Unfit as unfit:
            wrong = "; ".join(f"{fault['at']}: {fault['what']}" for fault in unfit.faults)
            return _answer(CallbackAnswer(message=wrong), HTTPStatus.UNPROCESSABLE_ENTITY)
        if word.taken:
            self.told(CASE_INFORMED)
        status = HTTPStatus.OK if word.taken or word.repeated else HTTPStatus.CONFLICT
        answer = CallbackAnswer(
            event_id=said.event_id, repeated=word.repeated, retry=word.retry, message=word.message or "taken"
        )
        return _answer(answer, status)

    def _speaker(self, body: bytes, headers: dict[str, str]) -> str:
        """Say with whose secret a body is signed.

        Raises:
            Refusal: 401 with none, or for a moment that is too far from now; 503 as long as no secret is set.

        """
        if not self.keys:
            raise Refusal(503, f"closed: {SIGNED_WITH} is not set", retry_after_seconds=CLOSED_SECONDS)
        timestamp, shown = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
        right = [
            key
            for key in self.keys
            if is_signed(body, secret=key.value.get_secret_value(), timestamp=timestamp, shown=shown)
        ]
        if not right:
            raise Refusal(401, f"the header {SIGNATURE_HEADER} is missing or wrong")
        try:
            check_moment(timestamp, now=clock.now())
        except NotSigned as old:
            raise Refusal(401, str(old)) from old
        self.entrance.keys_in_use.note("insurer", right[0])
        return f"insurer ({right[0].name})"


def _heard(said: InsurerCallback, speaker: str) -> Word:
    try:
        with failures_told():
            return hear_insurer(said, by=speaker)
    except NoSuchInsurance as missing:
        raise Refusal(404, str(missing)) from missing
    except DatabaseAway:
        raise Refusal(503, "the database is away", retry_after_seconds=AWAY_SECONDS) from None
    except Exception as fault:
        logger.exception("What an insurer told of %s could not be taken.", said.claim_no)
        raise Refusal(503, "it cannot be taken just now", retry_after_seconds=AWAY_SECONDS) from fault


def _answer(said: CallbackAnswer, status: int, *, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(said.model_dump(mode="json"), status, headers=headers)


def routes(door: InsurerDoor) -> APIRouter:
    """Give the route, with what OpenAPI tells of it."""
    router = APIRouter(tags=["insurers"])

    @router.post(
        "/insurer/callbacks",
        openapi_extra=openapi.signed_json(CALLBACK, TIMESTAMP_HEADER, SIGNATURE_HEADER),
        response_model=CallbackAnswer,
        responses=openapi.CALLBACK_ANSWERS,
    )
    async def hear_insurer_step(request: Request) -> Response:
        """Take what an insurer tells of a claim: accept, result, bill. The same step again is answered as known."""
        return await door.take(request)

    return router
