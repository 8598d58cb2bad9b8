"""The gateway's routes. A payload is acknowledged only after it is committed to the inbox."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter, ValidationError

from adapters.feeds import registry
from adapters.feeds.envelope import UnreadableEnvelope
from deployments.gateway.doors import Door, NotAllowed, check_api_key, doors
from deployments.gateway.herald import Herald
from deployments.gateway.settings import GatewaySettings
from schemas.shipments import ShipmentRegistration
from tasks import clock
from tasks.tracking.ingest import receive
from tasks.tracking.registration import database_answers, register_shipments

logger = logging.getLogger(__name__)

REGISTRATIONS = TypeAdapter(list[ShipmentRegistration])
FAULTS_SHOWN = 20


class TooLarge(RuntimeError):
    """The body is larger than the gateway takes."""


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body of at most `limit` bytes, without ever holding more.

    Raises:
        TooLarge: it is longer.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise TooLarge(f"the body is larger than {limit} bytes")
        parts.append(part)
    return b"".join(parts)


def gateway_app(settings: GatewaySettings, herald: Herald | None = None) -> FastAPI:
    """Make the gateway."""
    herald = herald or Herald()
    open_doors = doors(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        herald.start()
        yield
        await run_in_threadpool(herald.stop)

    app = FastAPI(title="Redress gateway", version="1", lifespan=lifespan)

    @app.post("/feeds/{feed}", summary="Push tracking data", tags=["feeds"])
    async def push(feed: Annotated[str, Path(max_length=40)], request: Request) -> Response:
        door = open_doors.get(feed)
        if door is None:
            logger.warning("Refused a push to unknown feed %r.", feed)
            raise HTTPException(404, f"there is no feed {feed!r}; there are {', '.join(sorted(open_doors))}")
        response = await _take_push(feed, door, request, settings)
        if response.status_code < 400:
            herald.tell()
        return response

    @app.post("/shipments", status_code=201, summary="Register shipments", tags=["shipments"])
    async def register(request: Request) -> dict[str, int]:
        registrations = await _registrations(request, settings)
        await run_in_threadpool(register_shipments, registrations)
        herald.tell()
        return {"registered": len(registrations)}

    @app.get("/healthz", summary="Whether the gateway can keep what it is sent", tags=["health"])
    def healthz() -> Response:
        healthy = database_answers()
        return JSONResponse({"status": "ok" if healthy else "the database does not answer"}, 200 if healthy else 503)

    return app


async def _take_push(feed: str, door: Door, request: Request, settings: GatewaySettings) -> Response:
    payload = b""
    try:
        body = await read_body(request, settings.body_bytes_max)
        payload = door.open(body=body, headers=request.headers)
        await run_in_threadpool(_keep, feed, door, payload)
    except TooLarge as fault:
        return _refuse(feed, door, payload, 413, str(fault))
    except NotAllowed as fault:
        return _refuse(feed, door, payload, 401, str(fault))
    except UnreadableEnvelope as fault:
        return _refuse(feed, door, payload, 400, str(fault))
    return door.answer(accepted=True, message="成功", payload=payload)


def _keep(feed: str, door: Door, payload: bytes) -> None:
    """Make sure that the payload can be read at all, then commit it."""
    registry.translate(door.format_name, payload)
    receive(feed=feed, format_name=door.format_name, origin="http", body=payload, received_at=clock.now())


def _refuse(feed: str, door: Door, payload: bytes, status: int, why: str) -> Response:
    logger.warning("Refused a push to %s with %d: %s", feed, status, why)
    response = door.answer(accepted=False, message=why, payload=payload)
    response.status_code = status
    return response


async def _registrations(request: Request, settings: GatewaySettings) -> list[ShipmentRegistration]:
    try:
        check_api_key(request.headers, settings)
        body = await read_body(request, settings.body_bytes_max)
        registrations = await run_in_threadpool(REGISTRATIONS.validate_json, body)
    except NotAllowed as fault:
        raise HTTPException(401, str(fault)) from fault
    except TooLarge as fault:
        raise HTTPException(413, str(fault)) from fault
    except ValidationError as fault:
        raise HTTPException(422, _faults(fault)) from fault
    if len(registrations) > settings.registrations_max:
        raise HTTPException(413, f"{len(registrations)} registrations; at most {settings.registrations_max} at once")
    return registrations


def _faults(fault: ValidationError) -> list[dict[str, Any]]:
    """Name what is wrong and where, without repeating what was sent."""
    errors = fault.errors(include_input=False, include_url=False, include_context=False)
    return [{"at": ".".join(map(str, error["loc"])), "what": error["msg"]} for error in errors[:FAULTS_SHOWN]]
