"""One door for each configured feed: who may push there, what of the request is the payload, how it is answered.

A new push format is a new door here and a format in adapters/feeds; nothing else of the gateway changes.
"""

import hmac
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs

from fastapi import Response
from fastapi.responses import JSONResponse

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.kuaidi100 import push as kuaidi100
from adapters.feeds.sf import push as sf
from deployments.gateway.settings import GatewaySettings

FORM = "application/x-www-form-urlencoded"
FORM_FIELDS_MAX = 50


class NotAllowed(RuntimeError):
    """Whoever pushes did not show that he may."""


class Door(Protocol):
    """What the gateway asks of a feed."""

    format_name: str

    def open(self, *, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Check who knocks and give the payload as it is to be kept.

        Raises:
            NotAllowed: signature or key is missing or wrong.
            UnreadableEnvelope: the request holds no payload.
        """
        ...

    def answer(self, *, accepted: bool, message: str, payload: bytes) -> Response:
        """Answer in the provider's own words; the HTTP status is set by the gateway."""
        ...


def form_of(body: bytes) -> dict[str, str]:
    """Read a form body.

    Raises:
        UnreadableEnvelope: it is no UTF-8 form, or has too many fields.
    """
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX, errors="strict")
    except ValueError as error:
        raise UnreadableEnvelope("form_unreadable", "body", "the body is not a form in UTF-8") from error
    return {name: values[0] for name, values in fields.items()}


def check_api_key(headers: Mapping[str, str], settings: GatewaySettings) -> None:
    """Compare the X-API-Key header in constant time.

    Raises:
        NotAllowed: it is missing or wrong.
    """
    given = headers.get("x-api-key", "").encode()
    if not hmac.compare_digest(given, settings.api_key.get_secret_value().encode()):
        raise NotAllowed("the header X-API-Key is missing or wrong")


class Kuaidi100Door:
    """Kuaidi100 pushes: a signed form."""

    format_name = "kuaidi100_push"

    def __init__(self, settings: GatewaySettings) -> None:
        self._salt = settings.kuaidi100_salt.get_secret_value()

    def open(self, *, body: bytes, headers: Mapping[str, str]) -> bytes:  # noqa: ARG002  # the form is all it takes
        """Check the signature and give the pushed JSON."""
        form = form_of(body)
        payload = kuaidi100.payload(form)
        if not kuaidi100.verify(form, self._salt):
            raise NotAllowed("the signature does not match")
        return payload

    def answer(self, *, accepted: bool, message: str, payload: bytes) -> Response:  # noqa: ARG002
        """Answer with the body that stops Kuaidi100 from pushing again, or makes it."""
        return JSONResponse(kuaidi100.acknowledgement(accepted, message))


class SfDoor:
    """SF route pushes: JSON, XML, or a form that holds one of them; with an API key, because SF signs nothing."""

    format_name = "sf_route_push"

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings

    def open(self, *, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Check the key and give the pushed document."""
        check_api_key(headers, self._settings)
        if headers.get("content-type", "").split(";")[0].strip() == FORM:
            return sf.payload(form_of(body))
        return body

    def answer(self, *, accepted: bool, message: str, payload: bytes) -> Response:
        """Answer in the kind that was pushed."""
        if sf.wants_xml(payload):
            return Response(sf.acknowledgement_xml(accepted, message), media_type="application/xml")
        body: Any = sf.acknowledgement(accepted, message)
        return JSONResponse(body)


def doors(settings: GatewaySettings) -> dict[str, Door]:
    """List the feeds that may push, by the name in their address."""
    return {"kuaidi100": Kuaidi100Door(settings), "sf": SfDoor(settings)}
