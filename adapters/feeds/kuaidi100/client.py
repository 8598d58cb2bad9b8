"""Asking Kuaidi100 about one parcel: its real-time query (实时查询).

Kuaidi100 answers HTTP 200 whatever it has to say. What it says about the question as such, its returnCode, is judged
here; what it says about the parcel, unknown numbers included, is an answer like any other. That 503 means a wrong
signature, 601 an expired key and 408 a phone number that is owed is told by others who ask; the rest of the codes could
not be verified.
"""

import hashlib
import json
from collections.abc import Sequence

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused, Unavailable
from adapters.feeds.asking import TIMEOUT_SECONDS, Limits, Number, exchange

PROVIDER = "Kuaidi100"
BUSY = frozenset({"501", "502"})
REFUSED = frozenset({"400", "503", "601"})


class Kuaidi100Settings(BaseSettings):
    """The enterprise account that asks."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_KUAIDI100_", extra="ignore", env_ignore_empty=True)

    url: str = "https://poll.kuaidi100.com/poll/query.do"
    customer: str = ""
    key: SecretStr = SecretStr("")


class Kuaidi100Client:
    """Asks Kuaidi100. A number that is asked about more often than every half hour may be locked by it."""

    format_name = "kuaidi100_query"
    limits = Limits(numbers_max=1, same_number_seconds=1800)

    def __init__(self, settings: Kuaidi100Settings | None = None, connection: httpx.Client | None = None) -> None:
        self._settings = settings or Kuaidi100Settings()
        self._connection = connection or httpx.Client(timeout=TIMEOUT_SECONDS)

    def ask(self, numbers: Sequence[Number]) -> bytes:
        """Ask about one parcel and give the answer as it came.

        Raises:
            Unavailable: Kuaidi100 cannot be reached or is busy.
            Refused: it does not accept the question or its signature, or no account is configured.

        """
        settings = self._settings
        if not settings.customer or not settings.key.get_secret_value():
            raise Refused(
                "no Kuaidi100 account is configured: set REDRESS_KUAIDI100_CUSTOMER and REDRESS_KUAIDI100_KEY"
            )
        if len(numbers) != self.limits.numbers_max:
            raise Refused(f"{PROVIDER} is asked about one parcel at a time, not {len(numbers)}")
        param = _param(numbers[0])
        form = {"customer": settings.customer, "sign": signature(param, settings), "param": param}
        request = self._connection.build_request("POST", settings.url, data=form)
        body = exchange(self._connection, request, provider=PROVIDER)
        _judge(body)
        return body


def _param(number: Number) -> str:
    asked = {"com": number.carrier, "num": number.waybill, "phone": number.phone, "resultv2": "4", "order": "desc"}
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":"))


def signature(param: str, settings: Kuaidi100Settings) -> str:
    """Sign a question: the upper-case MD5 of param, key and customer."""
    signed = param + settings.key.get_secret_value() + settings.customer
    return hashlib.md5(signed.encode(), usedforsecurity=False).hexdigest().upper()  # the provider's choice


def _judge(body: bytes) -> None:
    try:
        said = json.loads(body)
    except ValueError:
        return  # whatever it is, it is kept, and translating it tells
    if not isinstance(said, dict) or said.get("result") is not False:
        return
    code, message = str(said.get("returnCode", "")), str(said.get("message", ""))[:200]
    if code in BUSY:
        raise Unavailable(f"{PROVIDER} answered {code}: {message}")
    if code in REFUSED:
        raise Refused(f"{PROVIDER} answered {code}: {message}")
