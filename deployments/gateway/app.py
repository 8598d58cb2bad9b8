"""The gateway's routes. A payload is acknowledged only after it is committed to the inbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.routing import Route

from deployments.gateway import openapi
from deployments.gateway.doors import doors
from deployments.gateway.entrance import entrance
from deployments.gateway.herald import Herald
from deployments.gateway.inquiries import Inquiries, routes
from deployments.gateway.keeper import Keeper
from deployments.gateway.keys import API_KEY, keys_in
from deployments.gateway.pushes import Pushes
from deployments.gateway.refusal import Refusal, Unfit
from deployments.gateway.registrations import Registrations
from deployments.gateway.settings import GatewaySettings
from tasks.tracking.registration import database_answers


def gateway_app(settings: GatewaySettings, herald: Herald | None = None) -> FastAPI:
    """Make the gateway."""
    herald = herald or Herald()
    shared = entrance(settings)
    keeper = Keeper(told=herald.tell, commit_seconds_max=settings.commit_seconds_max)
    pushes = Pushes(doors=doors(), entrance=shared, keeper=keeper)
    registrations = Registrations(keys=keys_in(API_KEY), entrance=shared)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        herald.start()
        keeper.start()
        yield
        await run_in_threadpool(keeper.stop)
        await run_in_threadpool(herald.stop)

    app = FastAPI(title="Redress gateway", version="1", lifespan=lifespan)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(Unfit, _unfit)
    app.router.routes.insert(0, Route("/feeds/{feed}", pushes.take, methods=["POST"]))

    @app.post(
        "/shipments", status_code=201, openapi_extra=openapi.REGISTRATION, responses=openapi.REFUSALS | openapi.UNFIT
    )
    async def register_shipments(request: Request) -> dict[str, int]:
        """Register shipments; a later registration of a waybill replaces the earlier one."""
        registered = await registrations.take(request)
        herald.tell()
        return {"registered": registered}

    app.include_router(routes(Inquiries(entrance=shared, keys=keys_in(API_KEY), told=herald.tell)))

    @app.get("/healthz", responses=openapi.UNHEALTHY)
    def healthz() -> Response:
        """Say whether the gateway can keep what it is sent."""
        healthy = database_answers() and keeper.is_at_work
        return JSONResponse({"status": "ok" if healthy else "the database does not answer"}, 200 if healthy else 503)

    openapi.describe(app, pushes.doors)
    return app


def _refused(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return JSONResponse({"detail": refusal.message}, refusal.status, headers=refusal.headers)


def _unfit(_request: Request, unfit: Exception) -> Response:
    assert isinstance(unfit, Unfit)
    return JSONResponse({"detail": unfit.faults}, 422)
