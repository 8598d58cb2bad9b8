"""Submitting claims to an insurer over HTTP. What becomes of one it tells by its callbacks."""

import atexit
from functools import cache

import httpx
from pydantic import ValidationError

from adapters import Refused, Unavailable
from adapters.insurer.settings import InsurerSettings
from schemas.insurers import InsurerClaim, Submission

BUSY = frozenset({401, 403, 408, 425, 429})
"""What is answered before a claim was looked at, and what may be set right without it."""


@cache
def _connections() -> httpx.Client:
    client = httpx.Client(follow_redirects=False)
    atexit.register(client.close)
    return client


def submit(claim: InsurerClaim, *, key: str, settings: InsurerSettings | None = None) -> Submission:
    """Submit a claim, and give the insurer's word that it has it; the same key never submits it twice.

    Raises:
        Unavailable: the insurer cannot be reached, is busy, or does not say what it did; trying again is safe.
        Refused: it will not take this claim, or no insurer is configured.
    """
    settings = settings or InsurerSettings()
    if not settings.insurer_url:
        raise Refused("no insurer can be reached: set REDRESS_INSURER_URL, or submit the papers by hand")
    try:
        answer = _connections().post(
            f"{settings.insurer_url.rstrip('/')}/claims",
            content=claim.model_dump_json(),
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": key,
                "X-API-Key": settings.insurer_api_key.get_secret_value(),
            },
            timeout=settings.insurer_timeout_seconds,
        )
    except httpx.TransportError as failure:
        raise Unavailable(f"the insurer cannot be reached: {type(failure).__name__}") from failure
    if answer.status_code in BUSY or answer.is_server_error:
        raise Unavailable(f"the insurer answered {answer.status_code}")
    return _submission_in(answer, claim.claim_no)


def _submission_in(answer: httpx.Response, claim_no: str) -> Submission:
    """Read what an insurer says of a claim; what does not name it says nothing."""
    try:
        said = Submission.model_validate_json(answer.content)
    except ValidationError as error:
        raise Unavailable(f"the insurer's answer ({answer.status_code}) cannot be read") from error
    if said.claim_no != claim_no:
        raise Unavailable(f"the insurer's answer ({answer.status_code}) is about another claim")
    if not said.received:
        raise Refused(f"the insurer does not take it: {said.reason[:200] or answer.status_code}")
    return said
