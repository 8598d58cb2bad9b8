"""The page on which anybody files a claim in a browser, in Chinese and English (R78).

Who files there has shown nothing of himself: he opens a claim and changes none, and names no account; that he does
later with a code.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from deployments.gateway import openapi
from deployments.gateway.claim_bodies import page_claim_in
from deployments.gateway.claim_outcomes import refusals_told
from deployments.gateway.claims import Claims
from deployments.gateway.outcomes import database_told
from deployments.gateway.pages import claim_page, told_page
from deployments.gateway.rates import neighbourhood
from deployments.gateway.refusal import Refusal, Unfit
from deployments.gateway.uploads import Upload, content_hash, key_of, upload_of
from rules.claims.telling import papers_in_words
from schemas.claims import Filed
from schemas.evidence import Door, EvidenceKind
from store.requests import NamedRequest
from tasks.claims.answering import file_as_anybody
from tasks.publishing import CLAIM_FILED

logger = logging.getLogger(__name__)

ADDRESS = "/claims/new"


@dataclass(frozen=True, kw_only=True)
class ClaimPage:
    """Shows the form and takes what was filled in."""

    claims: Claims

    async def show(self, request: Request) -> Response:
        """Show the form."""
        try:
            self.claims.entrance.admit(request)
        except Refusal as refusal:
            return _refused(refusal)
        return self._form()

    async def take(self, request: Request) -> Response:
        """Take a claim from the form; what is wrong is shown with what was said, so that nobody writes it twice."""
        said: dict[str, Any] = {}
        try:
            self._admit(request)
            async with upload_of(request, self.claims.entrance) as upload:
                said = upload.fields
                filed = await self._file(request, upload)
        except Unfit as wrong:
            faults = [f"{fault['at']}: {fault.get('what_zh', '')} {fault['what']}" for fault in wrong.faults]
            return self._form(said, faults, Refusal(422, ""))
        except Refusal as refusal:
            logger.warning("Refused a claim on the page with %d.", refusal.status)
            return self._form(said, [refusal.message], refusal) if said else _refused(refusal)
        self.claims.told(CLAIM_FILED)
        return told_page(*_thanks(filed), status=201, inquiry_no=filed.claim_no)

    async def _file(self, request: Request, upload: Upload) -> Filed:
        name = key_of(request, upload)
        form, pieces = await self.claims.aside(page_claim_in, upload)
        named = None
        if name:
            content = await self.claims.aside(content_hash, form, pieces)
            named = NamedRequest(f"{Door.CLAIMANT.value} page", name, content)
        with refusals_told():
            filed: Filed = await self.claims.aside(database_told, file_as_anybody, form, pieces, request=named)
        return filed

    def _admit(self, request: Request) -> None:
        self.claims.entrance.admit(request)
        client = neighbourhood(request.client.host) if request.client else "unknown"
        per_minute = self.claims.entrance.settings.claim_pages_per_minute_max
        self.claims.entrance.rates.take(f"claim page {client}", per_minute=per_minute)

    def _form(
        self, said: Mapping[str, Any] | None = None, faults: Sequence[str] = (), refusal: Refusal | None = None
    ) -> HTMLResponse:
        page = claim_page(
            settings=self.claims.entrance.settings,
            idempotency_key=secrets.token_urlsafe(16),
            said=said,
            faults=faults,
            status=refusal.status if refusal else 200,
        )
        page.headers.update(refusal.headers if refusal else {})
        return page


def _thanks(filed: Filed) -> tuple[str, str]:
    kinds = [EvidenceKind(kind) for kind in filed.papers]
    zh = f"已收到您的索赔，编号 {filed.claim_no}。凭编号和手机尾号可查询进度、补充材料。"
    en = (
        f"Your claim is on file under {filed.claim_no}. Ask about it with this number and the end of your phone number."
    )
    if not kinds:
        return zh, en
    return f"{zh}还需要：{papers_in_words(kinds)}。", f"{en} Still wanted: {papers_in_words(kinds, 'en')}."


def _refused(refusal: Refusal) -> HTMLResponse:
    page = told_page("暂时无法处理，请稍后再试。", refusal.message, status=refusal.status)
    page.headers.update(refusal.headers)
    return page


def routes(page: ClaimPage) -> APIRouter:
    """Give the routes of the page."""
    router = APIRouter(tags=["claims"], include_in_schema=False)

    @router.get(ADDRESS, response_class=HTMLResponse, responses=openapi.VISIT_REFUSALS)
    async def show_claim_form(request: Request) -> Response:
        """Show the form of a claim. Nothing changes by looking."""
        return await page.show(request)

    @router.post(ADDRESS)
    async def file_claim_on_page(request: Request) -> Response:
        """File a claim from the form; it is answered with a page."""
        return await page.take(request)

    return router
