"""The pages that departments and claimants see in a browser: a form, and what became of it. They ask no other host."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from adapters.vault.media import EXTENSION
from adapters.vault.settings import VaultSettings
from deployments.gateway.settings import GatewaySettings
from rules.claims.telling import RELATION
from rules.claims.wording import EVENT
from rules.evidence import KIND
from rules.inquiries.wording import ANSWER, due
from schemas.assessment import ClaimEvent
from schemas.claims import Relation
from schemas.evidence import EvidenceKind, MediaType
from schemas.inquiries import AnswerCode, InquiryState, Sheet
from tasks.settings import BusinessSettings

CLAIM_FILES = (
    EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL, EvidenceKind.VALUE_PROOF,
    EvidenceKind.LOSS_LIST, EvidenceKind.REPAIR_QUOTE, EvidenceKind.ASSIGNMENT_OF_CLAIM, EvidenceKind.OTHER,
)  # fmt: skip
"""What a claimant is asked for on the page; whatever else he has goes under the last."""
VIEWS = Path(__file__).parent / "views"
STYLE = (VIEWS / "style.css").read_text("utf-8")
_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address is the credential
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ACCEPTED_FILES = ",".join(
    f".{ending}" for kind, endings in EXTENSION.items() if kind is not MediaType.JSON for ending in endings
)
_views = Environment(
    loader=FileSystemLoader(VIEWS), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def form_page(
    sheet: Sheet,
    *,
    settings: GatewaySettings,
    idempotency_key: str,
    said: dict[str, Any] | None = None,
    faults: Sequence[str] = (),
    status: int = 200,
) -> HTMLResponse:
    """Show an inquiry with the form to answer it, or again with what was wrong and what was said."""
    kinds = dict.fromkeys([*sheet.wanted, EvidenceKind.OTHER])
    return _page(
        "inquiry.j2",
        status,
        sheet=sheet,
        due=due(sheet, BusinessSettings().zone),
        answered=sheet.state is InquiryState.ANSWERED,
        codes=[(code.value, *ANSWER[code]) for code in AnswerCode],
        kinds=[(kind.value, *KIND[kind]) for kind in kinds],
        accepted=ACCEPTED_FILES,
        one_mb=_mb(VaultSettings().evidence_bytes_max),
        all_mb=_mb(settings.upload_bytes_max),
        idempotency_key=idempotency_key,
        said=said or {},
        faults=faults,
    )


def claim_page(
    *,
    settings: GatewaySettings,
    idempotency_key: str,
    said: Mapping[str, Any] | None = None,
    faults: Sequence[str] = (),
    status: int = 200,
) -> HTMLResponse:
    """Show the form of a claim, or again with what was wrong and what was said."""
    return _page(
        "claim.j2",
        status,
        events=[(event.value, *EVENT[event]) for event in ClaimEvent],
        relations=[(one.value, *RELATION[one]) for one in (Relation.SENDER, Relation.CONSIGNEE, Relation.OTHER)],
        kinds=[(kind.value, *KIND[kind]) for kind in CLAIM_FILES],
        accepted=ACCEPTED_FILES,
        one_mb=_mb(VaultSettings().evidence_bytes_max),
        all_mb=_mb(settings.upload_bytes_max),
        idempotency_key=idempotency_key,
        said=said or {},
        faults=faults,
    )


def told_page(chinese: str, english: str, *, status: int, inquiry_no: str = "") -> HTMLResponse:
    """Say one thing: that an answer was taken, or why none is."""
    return _page("told.j2", status, chinese=chinese, english=english, inquiry_no=inquiry_no)


def _page(view: str, status: int, **told: Any) -> HTMLResponse:
    return HTMLResponse(_views.get_template(view).render(style=STYLE, **told), status, HEADERS)


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:g}"
