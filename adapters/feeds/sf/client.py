"""Asking SF about parcels: the route query EXP_RECE_SEARCH_ROUTES of its open platform (丰桥).

The platform answers HTTP 200 whatever it has to say. What it says about the question as such, its apiResultCode, is
judged here; what the route service says about the parcels is an answer like any other.
"""

import base64
import hashlib
import json
import time
from collections.abc import Sequence
from urllib.parse import quote_plus
from uuid import uuid4

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused, Unavailable
from adapters.feeds.asking import TIMEOUT_SECONDS, Limits, Number, exchange

PROVIDER = "SF"
SERVICE = "EXP_RECE_SEARCH_ROUTES"
ACCEPTED = "A1000"
BUSY = frozenset({"A1005", "A1009", "A1099"})  # over the rate, the service behind is down, the platform is


class SfSettings(BaseSettings):
    """The account that asks.

    `ask_with_phone` is for parcels that were not booked under this account: SF then wants the last four digits of
    sender's or consignee's number, and takes one parcel a question, since all parcels of one share the number.
    """

    model_config = SettingsConfigDict(env_prefix="REDRESS_SF_", extra="ignore", env_ignore_empty=True)

    url: str = "https://bspgw.sf-express.com/std/service"
    partner_id: str = ""
    checkword: SecretStr = SecretStr("")
    ask_with_phone: bool = False


class SfClient:
    """Asks SF. Its platform takes ten numbers a question and thirty questions a second; half of that is asked."""

    format_name = "sf_route_json"

    def __init__(self, settings: SfSettings | None = None, connection: httpx.Client | None = None) -> None:
        self._settings = settings or SfSettings()
        self.limits = Limits(numbers_max=1 if self._settings.ask_with_phone else 10, requests_per_second=15.0)
        self._connection = connection or httpx.Client(timeout=TIMEOUT_SECONDS)

    def ask(self, numbers: Sequence[Number]) -> bytes:
        """Ask about parcels and give the answer as it came.

        Raises:
            Unavailable: SF cannot be reached, is busy, or controls the traffic.
            Refused: it does not accept the question or its signature, or no account is configured.

        """
        settings = self._settings
        if not settings.partner_id or not settings.checkword.get_secret_value():
            raise Refused("no SF account is configured: set REDRESS_SF_PARTNER_ID and REDRESS_SF_CHECKWORD")
        if not 0 < len(numbers) <= self.limits.numbers_max:
            raise Refused(f"{PROVIDER} is asked about 1 to {self.limits.numbers_max} parcels, not {len(numbers)}")
        form = _signed(self._message(numbers), settings, timestamp=str(time.time_ns() // 1_000_000))
        request = self._connection.build_request("POST", settings.url, data=form)
        body = exchange(self._connection, request, provider=PROVIDER)
        _judge(body)
        return body

    def _message(self, numbers: Sequence[Number]) -> str:
        asked: dict[str, object] = {
            "language": "zh-CN",
            "trackingType": "1",  # by waybill
            "trackingNumber": [number.waybill for number in numbers],
            "methodType": "1",  # the standard routes
        }
        if self._settings.ask_with_phone and numbers[0].phone:
            asked["checkPhoneNo"] = numbers[0].phone
        return json.dumps(asked, ensure_ascii=False, separators=(",", ":"))


def _signed(message: str, settings: SfSettings, *, timestamp: str) -> dict[str, str]:
    return {
        "partnerID": settings.partner_id,
        "requestID": str(uuid4()),
        "serviceCode": SERVICE,
        "timestamp": timestamp,
        "msgDigest": digest(message, timestamp, settings.checkword.get_secret_value()),
        "msgData": message,
    }


def digest(message: str, timestamp: str, checkword: str) -> str:
    """Sign a message: the Base64 of the MD5 of message, timestamp and checkword, escaped as Java escapes a form."""
    escaped = quote_plus(message + timestamp + checkword, safe="*").replace("~", "%7E")
    return base64.b64encode(hashlib.md5(escaped.encode(), usedforsecurity=False).digest()).decode()


def _judge(body: bytes) -> None:
    try:
        said = json.loads(body)
    except ValueError:
        return  # whatever it is, it is kept, and translating it tells
    code = said.get("apiResultCode") if isinstance(said, dict) else None
    if not isinstance(code, str) or code == ACCEPTED:
        return
    sentence = f"{PROVIDER} answered {code}: {str(said.get('apiErrorMsg', ''))[:200]}"
    raise Unavailable(sentence) if code in BUSY else Refused(sentence)
