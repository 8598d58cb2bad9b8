"""Asking a provider about parcels over HTTP: what every provider's client offers, and the exchange they share.

A client knows how its provider wants to be asked and signed for; when to ask, and how often, is for the poll to say.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import httpx

from adapters import Refused, Unavailable

ANSWER_BYTES_MAX = 5_000_000
TIMEOUT_SECONDS = 15.0


class Number(NamedTuple):
    """One parcel to ask about; the carrier is spelt as the provider spells it."""

    waybill: str
    carrier: str = ""
    phone: str = ""  # some carriers answer only to who knows the last digits of sender's or consignee's number


class Limits(NamedTuple):
    """How often and how much a provider lets itself be asked."""

    numbers_max: int = 1  # in one request
    same_number_seconds: int = 1800  # between two questions about one parcel
    requests_per_second: float = 1.0


class Client(Protocol):
    """One provider that can be asked."""

    format_name: str  # of its answers
    limits: Limits

    def ask(self, numbers: Sequence[Number]) -> bytes:
        """Ask about parcels, at most as many as the limits say, and give the answer as it came.

        Raises:
            Unavailable: the provider cannot be reached, is busy, or asks to come back later.
            Refused: the provider will not answer this question, or no credentials are configured.
        """
        ...


def exchange(connection: httpx.Client, request: httpx.Request, *, provider: str) -> bytes:
    """Send one request and give the body of a 2xx answer. No message names a URL, which may hold a key.

    Raises:
        Unavailable: no connection, a timeout, 429 or a server error.
        Refused: any other status, an answer larger than ANSWER_BYTES_MAX, or one that cannot be decompressed.
    """
    try:
        answer = connection.send(request, stream=True)
        try:
            body = _bounded(answer, provider)
        finally:
            answer.close()
    except httpx.TransportError as error:
        raise Unavailable(f"{provider} cannot be reached: {type(error).__name__}") from error
    except httpx.DecodingError as error:
        raise Refused(f"{provider} answered what cannot be decompressed") from error
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        raise Unavailable(f"{provider} answered {answer.status_code}")
    if not answer.is_success:
        raise Refused(f"{provider} answered {answer.status_code}")
    return body


def _bounded(answer: httpx.Response, provider: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > ANSWER_BYTES_MAX:
            raise Refused(f"{provider} answered more than {ANSWER_BYTES_MAX} bytes")
        parts.append(part)
    return b"".join(parts)
