"""Complaints over HTTP, at any hour (R68, R69): one interface for hotline software, IVR, web site, app and desks.

A complaint is acknowledged only after its commit, with its number and the two promised times (R37, R50). Whoever
complained asks how it stands with its number and the end of his telephone number, and reads what R65 lets him.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter

from deployments.gateway import openapi_complaints as openapi
from deployments.gateway.complaint_bodies import complaint_in, files_in, missing_told
from deployments.gateway.entrance import Entrance
from deployments.gateway.keys import UNNAMED, Key
from deployments.gateway.outcomes import database_told, failures_as_refusals
from deployments.gateway.reading import PartnerDoor, phone_digits, read, wants_draft
from deployments.gateway.refusal import Refusal, Unfit
from deployments.gateway.uploads import content_hash, key_of, upload_of
from schemas.complaint_doors import CallerAsked, CallerProfile
from schemas.complaints import COMPLAINT_NO, Channel, ComplaintRecord, Filed
from schemas.evidence import Door, Entered, GivenPiece, OfferedPiece
from store.complaints import NoSuchComplaint
from store.requests import NamedRequest
from tasks.complaints.bringing import bring_complaint, bring_rest
from tasks.complaints.callers import NoNumber, profile_of
from tasks.complaints.standing import standing_of
from tasks.complaints.told import Incomplete, TakenIn
from tasks.digits import DoorClosed, NotShown
from tasks.evidence.keeping import add_evidence
from tasks.publishing import COMPLAINT_FILED

THREADS = 8
NO_SUCH = "there is no such complaint"
TOO_OFTEN = "wrong digits were given too often about this number"
CALLER = TypeAdapter(CallerAsked)


@dataclass(frozen=True, kw_only=True)
class Complaints:
    """Takes complaints and tells how they stand; `told` is called with an event after each commit."""

    entrance: Entrance
    keys: tuple[Key, ...]
    told: Callable[[str], None]
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "complaints"))

    async def file(self, request: Request) -> Response:
        """Take a complaint in: 201 for a new one, 200 for a matter that was known, 202 for a draft.

        Raises:
            Refusal: with the status that says why.
            Unfit: something in it is wrong, or missing where no draft is wanted; nothing is kept.

        """
        key = self._key_shown(request)
        keep_draft = wants_draft(request)

        def bring(record: ComplaintRecord, pieces: list[OfferedPiece], named: NamedRequest | None) -> Filed:
            return bring_complaint(
                record, pieces, taken=_taken(key), given=_given(record, key), keep_draft=keep_draft, request=named
            )

        filed = await self._told_with(request, key, bring, about="complaints")
        return JSONResponse(filed.model_dump(mode="json"), 202 if filed.missing else 200 if filed.joined else 201)

    async def complete(self, number: str, request: Request) -> Response:
        """Add to a complaint what was missing of it, or what is told of it now.

        Raises:
            Refusal: with the status that says why.
            Unfit: something in it is wrong; nothing is kept.

        """
        key = self._key_shown(request)
        _check_number(number)

        def bring(record: ComplaintRecord, pieces: list[OfferedPiece], named: NamedRequest | None) -> Filed:
            return bring_rest(number, record, pieces, taken=_taken(key), given=_given(record, key), request=named)

        filed = await self._told_with(request, key, bring, about=f"complaints {number}")
        return JSONResponse(filed.model_dump(mode="json"), 202 if filed.missing else 200)

    async def _told_with(
        self,
        request: Request,
        key: Key,
        bring: Callable[[ComplaintRecord, list[OfferedPiece], NamedRequest | None], Filed],
        *,
        about: str,
    ) -> Filed:
        async with upload_of(request, self.entrance) as upload:
            name = key_of(request, upload)
            record, pieces = await self._aside(complaint_in, upload)
            self._check_channel(record.channel, key)
            named = None
            if name:
                content = await self._aside(content_hash, record, pieces)
                named = NamedRequest(f"{Door.API.value} {key.name} {about}", name, content)
            with _refusals_told():
                filed: Filed = await self._aside(database_told, bring, record, pieces, named)
        self.told(COMPLAINT_FILED)
        return filed

    async def attach(self, number: str, request: Request) -> Response:
        """Keep files as evidence of a complaint: 201, or 200 when it had all of them.

        Raises:
            Refusal: with the status that says why.
            Unfit: something in it is wrong; nothing is kept.

        """
        key = self._key_shown(request)
        _check_number(number)
        async with upload_of(request, self.entrance) as upload:
            name = key_of(request, upload)
            facts, pieces = await self._aside(files_in, upload)
            named = None
            if name:
                content = await self._aside(content_hash, facts, pieces)
                named = NamedRequest(f"{Door.API.value} {key.name} complaints {number} attachments", name, content)
            entered = Entered(by=facts.given_by, door=Door.API, shown=key.name)
            with _refusals_told():
                given: list[GivenPiece] = await self._aside(
                    database_told, add_evidence, number, pieces, entered=entered, request=named
                )
        self.told(COMPLAINT_FILED)
        status = 200 if all(piece.repeated for piece in given) else 201
        return JSONResponse([piece.model_dump(mode="json") for piece in given], status)

    async def show(self, number: str, request: Request) -> Response:
        """Tell whoever complained how it stands; an unknown number and wrong digits are answered alike.

        Raises:
            Refusal: 429 wrong digits were given too often, 404 there is none that he told.

        """
        self.entrance.admit(request)
        digits = phone_digits(request)
        if not re.fullmatch(COMPLAINT_NO, number) or not digits:
            raise Refusal(404, NO_SUCH)
        with failures_as_refusals():
            try:
                status = await self._aside(database_told, standing_of, number, digits)
            except NotShown:
                raise Refusal(404, NO_SUCH) from None
            except DoorClosed as closed:
                raise Refusal(429, TOO_OFTEN, retry_after_seconds=closed.seconds) from None
        return JSONResponse(status.model_dump(mode="json"))

    async def _aside(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Work in threads of their own: a vault that is slow must hold up no push."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(work, *arguments, **named))

    def _key_shown(self, request: Request) -> Key:
        self.entrance.admit(request)
        return self.entrance.key_shown(request, self.keys, door="complaints")

    def _check_channel(self, channel: Channel, key: Key) -> None:
        """Let a key bring only what comes through its channels, where the settings name them."""
        may = self.entrance.settings.complaint_channels.get(key.name)
        if may is not None and channel not in may:
            raise Refusal(403, f"this key brings no complaints of the channel {channel.value}")


@dataclass(frozen=True, kw_only=True)
class Callers:
    """Tells the desk's software who calls (R63), to those who have the API key."""

    door: PartnerDoor

    async def tell(self, request: Request) -> CallerProfile:
        """Tell who calls; the number comes in the body, so that it stands in no log of addresses.

        Raises:
            Refusal: with the status that says why.
            Unfit: it is no telephone number.

        """
        return await self.door.take(request, lambda body, _key: _profile(body))


def _profile(body: bytes) -> CallerProfile:
    try:
        return profile_of(read(CALLER, body).phone)
    except NoNumber as wrong:
        raise Unfit([{"at": "phone", "what": str(wrong)}]) from None


def _taken(key: Key) -> TakenIn:
    return TakenIn("gateway" if key.name == UNNAMED else key.name)


def _given(record: ComplaintRecord, key: Key) -> Entered:
    return Entered(by=record.taken_by or _taken(key).by, door=Door.API, shown=key.name)


def _check_number(number: str) -> None:
    if not re.fullmatch(COMPLAINT_NO, number):
        raise Refusal(404, NO_SUCH)


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Turn what the tasks refuse into what HTTP says; anything else is a mistake and stays one."""
    with failures_as_refusals():
        try:
            yield
        except Incomplete as incomplete:
            raise missing_told(incomplete.missing) from incomplete
        except NoSuchComplaint:
            raise Refusal(404, NO_SUCH) from None


def routes(complaints: Complaints, callers: Callers) -> APIRouter:
    """Give the routes of complaints, with what OpenAPI tells of them."""
    router = APIRouter(tags=["complaints"])

    @router.post("/complaints", status_code=201, openapi_extra=openapi.FILE, responses=openapi.FILED)
    async def file_complaint(request: Request) -> Response:
        """File a complaint; it is acknowledged with its number and the two times by which the customer hears."""
        return await complaints.file(request)

    @router.put("/complaints/{number}/record", openapi_extra=openapi.COMPLETE, responses=openapi.COMPLETED)
    async def complete_complaint(number: str, request: Request) -> Response:
        """Complete a draft, or add to a complaint what is told of it now; what is left empty stays as it was told."""
        return await complaints.complete(number, request)

    @router.post(
        "/complaints/{number}/attachments", status_code=201, openapi_extra=openapi.ATTACH, responses=openapi.ATTACHED
    )
    async def attach_files(number: str, request: Request) -> Response:
        """Give recordings, pictures and papers of a complaint; the same file twice is one piece."""
        return await complaints.attach(number, request)

    @router.get("/complaints/{number}", openapi_extra=openapi.SHOW, responses=openapi.SHOWN)
    async def show_complaint(number: str, request: Request) -> Response:
        """Tell whoever complained how it stands: he shows the last four digits of the number that he told."""
        return await complaints.show(number, request)

    @router.post("/callers", openapi_extra=openapi.CALLERS, responses=openapi.CALLER_ANSWERS)
    async def tell_caller(request: Request) -> CallerProfile:
        """Tell who calls, masked, for the desk's screen; of a new caller there is a profile once he complains."""
        return await callers.tell(request)

    return router
