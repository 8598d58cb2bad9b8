"""How departments answer: a form at a signed link, and the same for their own systems with an API key.

An answer is acknowledged only after its commit. Whoever shows a link sees what a department may see, and the link
itself stands in no log and on no page.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from deployments.gateway import openapi
from deployments.gateway.entrance import Entrance
from deployments.gateway.keys import Key
from deployments.gateway.outcomes import Told, database_told, failures_as_refusals
from deployments.gateway.pages import form_page, told_page
from deployments.gateway.refusal import CLOSED_SECONDS, Refusal, Unfit, as_json
from deployments.gateway.uploads import (
    Upload,
    answer_in,
    content_hash,
    evidence_in,
    key_of,
    upload_of,
)
from rules.inquiries.links import BadLink, inquiry_of
from rules.inquiries.wording import NOT_NEEDED
from schemas.evidence import Door, Entered, GivenPiece
from schemas.inquiries import Acknowledged, InquiryState, Sheet
from store.requests import NamedRequest
from tasks import clock
from tasks.evidence.keeping import add_evidence
from tasks.inquiries.answering import answer_inquiry, sheet_for
from tasks.inquiries.links import LinkKeysUnusable, link_keys
from tasks.publishing import CASE_INFORMED

logger = logging.getLogger(__name__)

THREADS = 4
THANKS = ("已收到您的回复，谢谢。", "Your answer is on record. Thank you.")
ADDED = (
    "已收到您的补充回复，与此前的回复一并保留。谢谢。",
    "Your further answer is on record beside the earlier one. Thank you.",
)
NOT_GOOD = ("链接无效，请核对收到的通知。", "This link is not valid; please check the notice that you received.")
EXPIRED = ("链接已过期，请联系客服中心。", "This link has expired; please call customer service.")


@dataclass(frozen=True, kw_only=True)
class Inquiries:
    """Takes answers and evidence; `told` is called with an event after each commit."""

    entrance: Entrance
    keys: tuple[Key, ...]
    told: Callable[[str], None]
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "inquiries"))

    async def show(self, token: str, request: Request) -> Response:
        """Show an inquiry and the form to answer it."""
        try:
            inquiry_no = self._opened(token, request)
            with failures_as_refusals():
                sheet = await self._aside(database_told, sheet_for, inquiry_no)
        except Told as told:
            return told.page
        except Refusal as refusal:
            return _refused(refusal, as_page=True)
        if sheet.state is InquiryState.WITHDRAWN:
            return told_page(*NOT_NEEDED, status=410, inquiry_no=inquiry_no)
        return form_page(sheet, settings=self.entrance.settings, idempotency_key=secrets.token_urlsafe(16))

    async def take(self, token: str, request: Request) -> Response:
        """Take an answer at a link, from the form or as JSON."""
        as_page = "text/html" in request.headers.get("accept", "")
        said: dict[str, Any] = {}
        sheet: Sheet | None = None
        try:
            inquiry_no = self._opened(token, request)
            with failures_as_refusals():
                sheet = await self._aside(database_told, sheet_for, inquiry_no)
            entered = Entered(by="", door=Door.LINK, shown=inquiry_no)
            async with upload_of(request, self.entrance) as upload:
                said = upload.fields
                taken = await self._answer(inquiry_no, upload, request, entered)
        except Told as told:
            return told.page if as_page else told.document
        except Unfit as wrong:
            faults = [f"{fault['at']}: {fault['what']}" for fault in wrong.faults]
            return self._again(sheet, said, faults, Refusal(422, "")) if as_page and sheet else as_json(wrong)
        except Refusal as refusal:
            logger.warning("Refused an answer at a link with %d: %s", refusal.status, refusal.message)
            if not as_page or sheet is None or refusal.status in {408, 410}:
                return _refused(refusal, as_page=as_page)
            return self._again(sheet, said, [refusal.message], refusal)
        if not as_page:
            return _acknowledged(taken)
        return told_page(*(THANKS if taken.first else ADDED), status=201, inquiry_no=inquiry_no)

    def _again(self, sheet: Sheet, said: dict[str, Any], faults: Sequence[str], refusal: Refusal) -> HTMLResponse:
        """Show the form again with what was wrong, so that nobody has to write it twice."""
        page = form_page(
            sheet,
            settings=self.entrance.settings,
            idempotency_key=secrets.token_urlsafe(16),
            said=said,
            faults=faults,
            status=refusal.status,
        )
        page.headers.update(refusal.headers)
        return page

    async def answer(self, inquiry_no: str, request: Request) -> Response:
        """Take an answer from a department's own system."""
        self.entrance.admit(request)
        key = self.entrance.key_shown(request, self.keys, door="inquiries")
        entered = Entered(by="", door=Door.API, shown=key.name)
        async with upload_of(request, self.entrance) as upload:
            return _acknowledged(await self._answer(inquiry_no, upload, request, entered))

    async def _answer(self, inquiry_no: str, upload: Upload, request: Request, entered: Entered) -> Acknowledged:
        name = key_of(request, upload)
        given, pieces = await self._aside(answer_in, upload)
        entered = entered.model_copy(update={"by": given.answered_by})
        named = None
        if name:
            sender = f"{entered.door.value} {entered.shown} {inquiry_no}"
            named = NamedRequest(sender, name, await self._aside(content_hash, given, pieces))
        with failures_as_refusals():
            taken: Acknowledged = await self._aside(
                database_told, answer_inquiry, inquiry_no, given, pieces, entered=entered, request=named
            )
        self.told(CASE_INFORMED)
        return taken

    async def add_evidence(self, request: Request) -> Response:
        """Take a piece of evidence from a department's own system."""
        self.entrance.admit(request)
        key = self.entrance.key_shown(request, self.keys, door="evidence")
        async with upload_of(request, self.entrance) as upload:
            given = await self._add(upload, request, key)
        return JSONResponse(given.model_dump(mode="json"), 200 if given.repeated else 201)

    async def _add(self, upload: Upload, request: Request, key: Key) -> GivenPiece:
        name = key_of(request, upload)
        facts, piece = await self._aside(evidence_in, upload)
        entered = Entered(by=facts.given_by, door=Door.API, shown=key.name)
        named = None
        if name:
            content = await self._aside(content_hash, facts, [piece])
            named = NamedRequest(f"{Door.API.value} {key.name} evidence", name, content)
        with failures_as_refusals():
            given: list[GivenPiece] = await self._aside(
                database_told, add_evidence, facts.case_no, [piece], entered=entered, request=named
            )
        self.told(CASE_INFORMED)
        return given[0]

    async def _aside(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Work in threads of their own: a vault that is slow must hold up no push."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(work, *arguments, **named))

    def _opened(self, token: str, request: Request) -> str:
        """Say which inquiry a link opens, for a client who does not come too often.

        Raises:
            Refusal: 429, or 503 as long as there is no key of links.
            Told: it is not good, or no longer.

        """
        self.entrance.admit(request)
        try:
            keys = link_keys()
        except LinkKeysUnusable as unusable:
            raise Refusal(503, f"closed: {unusable}", retry_after_seconds=CLOSED_SECONDS) from None
        try:
            inquiry_no = inquiry_of(token, keys=keys, now=clock.now())
        except BadLink as bad:
            raise Told(EXPIRED if bad.expired else NOT_GOOD, 410 if bad.expired else 404) from None
        per_minute = self.entrance.settings.link_requests_per_minute_max
        self.entrance.rates.take(f"inquiry {inquiry_no}", per_minute=per_minute)
        return inquiry_no


def _acknowledged(taken: Acknowledged) -> Response:
    return JSONResponse(taken.model_dump(mode="json"), 201)


def _refused(refusal: Refusal, *, as_page: bool) -> Response:
    if as_page:
        page = told_page("暂时无法处理，请稍后再试。", refusal.message, status=refusal.status)
        page.headers.update(refusal.headers)
        return page
    return as_json(refusal)


def routes(inquiries: Inquiries) -> APIRouter:
    """Give the routes of inquiries and evidence, with what OpenAPI tells of them."""
    router = APIRouter(tags=["inquiries"])

    @router.get("/inquiries/{token}", response_class=HTMLResponse, responses=openapi.VISIT_REFUSALS)
    async def show_inquiry(token: str, request: Request) -> Response:
        """Show an inquiry and the form to answer it, to whoever has its link. Nothing changes by looking."""
        return await inquiries.show(token, request)

    @router.post(
        "/inquiries/{token}",
        status_code=201,
        openapi_extra=openapi.answer(with_key=False),
        responses=openapi.REFUSALS | openapi.UNFIT | openapi.LINK_REFUSALS,
    )
    async def answer_at_link(token: str, request: Request) -> Response:
        """Answer an inquiry with its link: a form, which is answered with a page, or JSON."""
        return await inquiries.take(token, request)

    @router.post(
        "/inquiries/{inquiry_no}/answer",
        status_code=201,
        openapi_extra=openapi.answer(with_key=True),
        responses=openapi.REFUSALS | openapi.UNFIT | openapi.LINK_REFUSALS,
    )
    async def answer_inquiry_with_key(inquiry_no: str, request: Request) -> Response:
        """Answer an inquiry from an outlet's own system."""
        try:
            return await inquiries.answer(inquiry_no, request)
        except Told as told:
            return told.document

    @router.post(
        "/evidence",
        status_code=201,
        openapi_extra=openapi.EVIDENCE,
        responses=openapi.REFUSALS | openapi.UNFIT | openapi.EVIDENCE_ANSWERS,
    )
    async def add_evidence_with_key(request: Request) -> Response:
        """Give one piece of evidence for a case; the same file twice for a case is one piece."""
        return await inquiries.add_evidence(request)

    return router
