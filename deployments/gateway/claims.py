"""Claims over HTTP (R78): filed with an API key or on a page; asked about, completed and answered by the claimant.

A claim is acknowledged only after its commit. Its claimant shows the end of his telephone number; before his word moves
money, a code that comes to it (R79). An account stands in no answer, no log and no fault that is told.
"""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from deployments.gateway import openapi_claims as openapi
from deployments.gateway.claim_bodies import ANSWER, addition_in, claim_in
from deployments.gateway.claim_outcomes import NO_SUCH, claimants_refusals, refusals_told
from deployments.gateway.entrance import Entrance
from deployments.gateway.keys import UNNAMED, Key
from deployments.gateway.outcomes import database_told
from deployments.gateway.reading import phone_digits, read, wants_draft
from deployments.gateway.refusal import Refusal
from deployments.gateway.uploads import content_hash, key_of, upload_of
from schemas.claims import CLAIM_NO, ClaimChannel, Filed
from schemas.evidence import Door, Entered
from schemas.exceptions import Role
from store.requests import NamedRequest
from tasks.claims.answering import add_as_claimant, answer_claim
from tasks.claims.intake import file_claim
from tasks.claims.papers import claim_papers, zipped
from tasks.claims.proving import send_code
from tasks.claims.standing import claim_standing
from tasks.claims.told import TakenIn
from tasks.publishing import CLAIM_FILED

THREADS = 8
CHANNELS = frozenset({ClaimChannel.WEBSITE, ClaimChannel.HOTLINE, ClaimChannel.OUTLET, ClaimChannel.PARTNER})
"""Those that come over HTTP; the others have doors of their own."""


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Takes claims and tells how they stand; `told` is called with an event after each commit."""

    entrance: Entrance
    keys: tuple[Key, ...]
    told: Callable[[str], None]
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "claims"))

    async def file(self, request: Request) -> Response:
        """Take a claim in: 201 for a new one, 200 for a matter that was known, 202 for a draft.

        Raises:
            Refusal: with the status that says why.
            Unfit: something in it is wrong, or missing where no draft is wanted; nothing is kept.

        """
        self.entrance.admit(request)
        key = self.entrance.key_shown(request, self.keys, door="claims")
        keep_draft = wants_draft(request)
        async with upload_of(request, self.entrance) as upload:
            name = key_of(request, upload)
            form, pieces = await self.aside(claim_in, upload)
            self._check_channel(form.channel, key)
            named = None
            if name:
                content = await self.aside(content_hash, form, pieces)
                named = NamedRequest(f"{Door.API.value} {key.name} claims", name, content)
            by = "gateway" if key.name == UNNAMED else key.name
            with refusals_told():
                filed: Filed = await self.aside(
                    database_told, file_claim, form, pieces, taken=TakenIn(by, Role.CUSTOMER),
                    given=Entered(by=form.taken_by or by, door=Door.CLAIMANT, shown=key.name), keep_draft=keep_draft,
                    request=named,
                )  # fmt: skip
        self.told(CLAIM_FILED)
        return JSONResponse(filed.model_dump(mode="json"), 202 if filed.missing else 200 if filed.known else 201)

    async def add(self, number: str, request: Request) -> Response:
        """Add to a claim what its claimant tells of it now.

        Raises:
            Refusal: with the status that says why.
            Unfit: something in it is wrong; nothing is kept.

        """
        digits = self._digits(number, request)
        async with upload_of(request, self.entrance) as upload:
            name = key_of(request, upload)
            told, pieces = await self.aside(addition_in, upload)
            named = None
            if name:
                content = await self.aside(content_hash, told, pieces)
                named = NamedRequest(f"{Door.CLAIMANT.value} {number}", name, content)
            with claimants_refusals():
                filed: Filed = await self.aside(
                    database_told, add_as_claimant, number, digits, told, pieces, request=named
                )
        self.told(CLAIM_FILED)
        return JSONResponse(filed.model_dump(mode="json"), 202 if filed.missing else 200)

    async def send_code(self, number: str, request: Request) -> Response:
        """Send a code to the claimant's telephone.

        Raises:
            Refusal: with the status that says why.

        """
        digits = self._digits(number, request)
        with claimants_refusals():
            sent = await self.aside(database_told, send_code, number, digits)
        self.told(CLAIM_FILED)
        return JSONResponse(sent.model_dump(mode="json"))

    async def answer(self, number: str, request: Request) -> Response:
        """Take down what the claimant says to an offer or a denial, or that he takes his claim back.

        Raises:
            Refusal: with the status that says why.
            Unfit: something in it is wrong; nothing is kept.

        """
        digits = self._digits(number, request)
        async with self.entrance.bodies.body_of(dict(request.headers), request.receive) as body:
            said = read(ANSWER, body)
        with claimants_refusals():
            status = await self.aside(database_told, answer_claim, number, digits, said)
        self.told(CLAIM_FILED)
        return JSONResponse(status.model_dump(mode="json"))

    async def show(self, number: str, request: Request) -> Response:
        """Tell the claimant how it stands; an unknown number and wrong digits are answered alike.

        Raises:
            Refusal: 429 wrong digits were given too often, or right ones; 404 there is none that he filed.

        """
        digits = self._digits(number, request)
        with claimants_refusals():
            status = await self.aside(database_told, claim_standing, number, digits)
        per_minute = self.entrance.settings.claim_status_per_minute_max
        self.entrance.rates.take(f"claim {number}", per_minute=per_minute)  # by who has shown the digits, nobody else
        return JSONResponse(status.model_dump(mode="json"))

    async def papers(self, number: str, request: Request) -> Response:
        """Give the claimant his papers as one ZIP, written while it is sent.

        Raises:
            Refusal: as for how it stands.

        """
        digits = self._digits(number, request)
        with claimants_refusals():
            papers = await self.aside(database_told, claim_papers, number, digits)
        per_minute = self.entrance.settings.papers_per_minute_max
        self.entrance.rates.take(f"papers {number}", per_minute=per_minute)
        named = {"Content-Disposition": f'attachment; filename="{number}.zip"', "Cache-Control": "no-store"}
        return StreamingResponse(zipped(papers), media_type="application/zip", headers=named)

    async def aside(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Work in threads of their own: a vault that is slow must hold up no push."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(work, *arguments, **named))

    def _digits(self, number: str, request: Request) -> str:
        """Give the digits that a claimant shows, for a client who does not come too often.

        Raises:
            Refusal: 429, or 404 where there cannot be such a claim.

        """
        self.entrance.admit(request)
        digits = phone_digits(request, field="tail" if request.method == "GET" else "")
        if not re.fullmatch(CLAIM_NO, number) or not digits:
            raise Refusal(404, NO_SUCH)
        return digits

    def _check_channel(self, channel: ClaimChannel, key: Key) -> None:
        """Let a key bring only what comes through its channels, where the settings name them."""
        if channel not in self.entrance.settings.claim_channels.get(key.name, CHANNELS):
            raise Refusal(403, f"this key brings no claims of the channel {channel.value}")


def routes(claims: Claims) -> APIRouter:
    """Give the routes of claims, with what OpenAPI tells of them."""
    router = APIRouter(tags=["claims"])

    @router.post("/claims", status_code=201, openapi_extra=openapi.FILE, responses=openapi.FILED)
    async def file_claim_with_key(request: Request) -> Response:
        """File a claim, with pictures and papers; it is acknowledged with its number and what is still wanted."""
        return await claims.file(request)

    @router.post("/claims/{number}", openapi_extra=openapi.ADD, responses=openapi.ADDED)
    async def add_to_own_claim(number: str, request: Request) -> Response:
        """Add what was missing, an account, or files; what is left empty stays as it was told."""
        return await claims.add(number, request)

    @router.post("/claims/{number}/code", openapi_extra=openapi.CODE, responses=openapi.SENT)
    async def send_claimant_code(number: str, request: Request) -> Response:
        """Send a code to the claimant's telephone, for an answer, an amount or an account."""
        return await claims.send_code(number, request)

    @router.post("/claims/{number}/answer", openapi_extra=openapi.SAY, responses=openapi.ANSWERED)
    async def answer_offer(number: str, request: Request) -> Response:
        """Accept what is offered, ask for another amount, object to a denial, or take the claim back."""
        return await claims.answer(number, request)

    @router.get("/claims/{number}/status", openapi_extra=openapi.SHOW, responses=openapi.SHOWN)
    async def show_claim(number: str, request: Request) -> Response:
        """Tell the claimant how it stands, what is wanted and offered and why, and what he was told."""
        return await claims.show(number, request)

    @router.get("/claims/{number}/papers.zip", openapi_extra=openapi.SHOW, responses=openapi.GIVEN)
    async def give_papers(number: str, request: Request) -> Response:
        """Give the claimant his own files, his form, the derivation and what he was told, as one ZIP."""
        return await claims.papers(number, request)

    return router
