"""Asking ZTO's open platform about a parcel.

Two headers sign the request: x-appkey names the application, x-datadigest is Base64 of the MD5 (its sixteen bytes, not
their hexadecimal spelling) of the body and the application's secret, as several public connectors do it. The name of
the field for the phone number is from one connector only.
"""

import base64
import hashlib
import json
from collections.abc import Sequence

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused
from adapters.feeds.asking import TIMEOUT_SECONDS, Limits, Number, exchange
from adapters.feeds.documents import decoded, json_root
from adapters.feeds.envelope import UnreadableEnvelope, text_of

PROVIDER = "ZTO"
QUERY = "zto.merchant.waybill.track.query"


class ZtoSettings(BaseSettings):
    """Where ZTO's open platform is, and the application that asks it."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_ZTO_", extra="ignore", env_ignore_empty=True)

    url: str = "https://japi.zto.com"
    app_key: str = ""
    app_secret: SecretStr = SecretStr("")
    timeout_seconds: float = TIMEOUT_SECONDS


def digest(body: bytes, app_secret: str) -> str:
    """Give the signature of a request's body."""
    signed = hashlib.md5(body + app_secret.encode(), usedforsecurity=False)  # the provider's choice
    return base64.b64encode(signed.digest()).decode()


class ZtoClient:
    """ZTO, asked with one application, about one parcel at a time."""

    format_name = "zto_trace"
    limits = Limits()

    def __init__(self, settings: ZtoSettings | None = None, connection: httpx.Client | None = None) -> None:
        self._settings = settings or ZtoSettings()
        self._connection = connection or httpx.Client()

    def ask(self, numbers: Sequence[Number]) -> bytes:
        """Ask about one parcel.

        Raises:
            Unavailable: ZTO cannot be reached or is busy.
            Refused: it will not answer this application or this question, or no application is configured.

        """
        settings = self._settings
        secret = settings.app_secret.get_secret_value()
        if not settings.app_key or not secret:
            raise Refused("no ZTO application: set REDRESS_ZTO_APP_KEY and REDRESS_ZTO_APP_SECRET")
        if len(numbers) != self.limits.numbers_max:
            raise Refused(f"{PROVIDER} is asked about one parcel at a time, not {len(numbers)}")
        body = _question(numbers[0])
        request = self._connection.build_request(
            "POST",
            f"{settings.url.rstrip('/')}/{QUERY}",
            content=body,
            headers={
                "Content-Type": "application/json; charset=UTF-8",
                "x-appkey": settings.app_key,
                "x-datadigest": digest(body, secret),
            },
            timeout=settings.timeout_seconds,
        )
        answer = exchange(self._connection, request, provider=PROVIDER)
        _refuse(answer)
        return answer


def _question(number: Number) -> bytes:
    question = {"billCode": number.waybill}
    if number.phone:
        question["mobilePhone"] = number.phone[-4:]
    return json.dumps(question).encode()


def _refuse(answer: bytes) -> None:
    """Tell a refusal by the platform itself, whose codes begin with S, from an answer about the parcel."""
    try:
        root = json_root(decoded(answer))
    except UnreadableEnvelope:
        return  # whoever translates it says what is wrong with it
    if isinstance(root, dict) and root.get("status") is False and text_of(root.get("statusCode")).startswith("S"):
        raise Refused(f"{PROVIDER} refused: {text_of(root['statusCode'])} {text_of(root.get('message'))[:200]}")
