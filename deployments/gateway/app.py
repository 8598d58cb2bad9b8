"""The gateway's routes. A payload is acknowledged only after it is committed to the inbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.routing import Route

from deployments.gateway import openapi
from deployments.gateway.change_requests import ChangeRequests
from deployments.gateway.claim_page import ClaimPage
from deployments.gateway.claim_page import routes as claim_page_routes
from deployments.gateway.claims import Claims
from deployments.gateway.claims import routes as claim_routes
from deployments.gateway.complaints import Callers, Complaints
from deployments.gateway.complaints import routes as complaint_routes
from deployments.gateway.contacts import Contacts
from deployments.gateway.doors import doors
from deployments.gateway.entrance import entrance
from deployments.gateway.herald import Herald
from deployments.gateway.inquiries import Inquiries, routes
from deployments.gateway.insurer import SIGNED_WITH, InsurerDoor
from deployments.gateway.insurer import routes as insurer_routes
from deployments.gateway.keeper import Keeper
from deployments.gateway.keys import API_KEY, keys_in
from deployments.gateway.preferences import Preferences
from deployments.gateway.pushes import Pushes
from deployments.gateway.reading import PartnerDoor
from deployments.gateway.refusal import Refusal, Unfit, as_json
from deployments.gateway.registrations import Registrations
from deployments.gateway.settings import GatewaySettings
from schemas.change_requests import ChangeAnswer
from tasks.tracking.registration import database_answers


def gateway_app(settings: GatewaySettings, herald: Herald | None = None) -> FastAPI:
    """Make the gateway."""
    herald = herald or Herald()
    shared = entrance(settings)
    keeper = Keeper(told=herald.tell, commit_seconds_max=settings.commit_seconds_max)
    pushes = Pushes(doors=doors(), entrance=shared, keeper=keeper)
    partners = {
        name: PartnerDoor(name=name, keys=keys_in(API_KEY), entrance=shared)
        for name in ("shipments", "preferences", "change-requests", "contacts", "callers")
    }
    registrations = Registrations(door=partners["shipments"])
    preferences = Preferences(door=partners["preferences"])
    changes = ChangeRequests(door=partners["change-requests"])
    contacts = Contacts(door=partners["contacts"])

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        herald.start()
        keeper.start()
        yield
        await run_in_threadpool(keeper.stop)
        await run_in_threadpool(herald.stop)

    app = FastAPI(title="Redress gateway", version="1", lifespan=lifespan)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(Unfit, _refused)
    app.router.routes.insert(0, Route("/feeds/{feed}", pushes.take, methods=["POST"]))

    @app.post(
        "/shipments", status_code=201, openapi_extra=openapi.REGISTRATION, responses=openapi.REFUSALS | openapi.UNFIT
    )
    async def register_shipments(request: Request) -> dict[str, int]:
        """Register shipments; a later registration of a waybill replaces the earlier one."""
        registered = await registrations.take(request)
        herald.tell()
        return {"registered": registered}

    @app.put("/preferences", openapi_extra=openapi.PREFERENCES, responses=openapi.REFUSALS | openapi.UNFIT)
    async def declare_preferences(request: Request) -> list[dict[str, object]]:
        """Take down what consignees ask for; kinds that are not named stay as they are."""
        return await preferences.take(request)

    @app.post(
        "/change-requests",
        status_code=201,
        openapi_extra=openapi.CHANGE_REQUEST,
        responses=openapi.REFUSALS | openapi.UNFIT | openapi.NOT_CHANGED,
    )
    async def ask_for_change(request: Request) -> ChangeAnswer:
        """Ask for a change of who a parcel is for; a code goes to the phone on file of whoever asks."""
        return await changes.take(request)

    @app.post(
        "/change-requests/{number}/code",
        openapi_extra=openapi.CODE,
        responses=openapi.REFUSALS | openapi.UNFIT | openapi.NOT_CHANGED,
    )
    async def give_code(request: Request, number: str) -> ChangeAnswer:
        """Give the code that came to the phone on file; the right one proves who asks."""
        return await changes.take_code(request, number)

    @app.post(
        "/cases/{case_no}/contacts",
        status_code=201,
        openapi_extra=openapi.CONTACT,
        responses=openapi.REFUSALS | openapi.UNFIT | openapi.CONTACT_ANSWERS,
    )
    async def tell_contact(request: Request, case_no: str) -> dict[str, object]:
        """Tell what came of an attempt to reach the customer of a case, or that he called back."""
        return await contacts.take(request, case_no)

    app.include_router(routes(Inquiries(entrance=shared, keys=keys_in(API_KEY), told=herald.tell)))
    insurers = InsurerDoor(entrance=shared, keys=keys_in(SIGNED_WITH), told=herald.tell)
    app.include_router(insurer_routes(insurers))
    complaints = Complaints(entrance=shared, keys=keys_in(API_KEY), told=herald.tell)
    app.include_router(complaint_routes(complaints, Callers(door=partners["callers"])))

    claims = Claims(entrance=shared, keys=keys_in(API_KEY), told=herald.tell)
    app.include_router(claim_page_routes(ClaimPage(claims=claims)))  # /claims/new goes before /claims/{number}
    app.include_router(claim_routes(claims))

    @app.get("/healthz", responses=openapi.UNHEALTHY)
    def healthz() -> Response:
        """Say whether the gateway can keep what it is sent."""
        healthy = database_answers() and keeper.is_at_work
        return JSONResponse({"status": "ok" if healthy else "the database does not answer"}, 200 if healthy else 503)

    openapi.describe(app, pushes.doors)
    return app


def _refused(_request: Request, no: Exception) -> Response:
    assert isinstance(no, Refusal | Unfit)
    return as_json(no)
