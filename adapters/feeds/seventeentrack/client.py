"""Asking 17TRACK about parcels: its `gettrackinfo`, in the present version.

17TRACK answers only for numbers that were registered with it, which costs the account's quota and is also what makes
it push them; so nothing is registered here, and a number that is not is told by the answer. HTTP 200 may hold an error
of the question as such: that is judged here. What it says about a number is an answer like any other.
"""

import json
from collections.abc import Sequence

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused, Unavailable
from adapters.feeds.asking import TIMEOUT_SECONDS, Limits, Number, exchange

PROVIDER = "17TRACK"
BUSY = frozenset({-18010003})  # "internal service error, try again later"


class SeventeentrackSettings(BaseSettings):
    """The account that asks, and the version of the interface. The key is also the one that signs pushes."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_17TRACK_", extra="ignore", env_ignore_empty=True)

    url: str = "https://api.17track.net/track/v2.2"
    key: SecretStr = SecretStr("")
    timeout_seconds: float = TIMEOUT_SECONDS


class SeventeentrackClient:
    """Asks 17TRACK, about at most 40 numbers at once. It allows 3 questions a second, as those who use it say."""

    format_name = "17track_v2"
    limits = Limits(numbers_max=40, same_number_seconds=1800, requests_per_second=2.0)

    def __init__(self, settings: SeventeentrackSettings | None = None, connection: httpx.Client | None = None) -> None:
        self._settings = settings or SeventeentrackSettings()
        self._connection = connection or httpx.Client()

    def ask(self, numbers: Sequence[Number]) -> bytes:
        """Ask for the histories of parcels and give the answer as it came.

        Raises:
            Unavailable: 17TRACK cannot be reached or is busy.
            Refused: it does not accept the question or the key, or no key is configured.

        """
        settings = self._settings
        key = settings.key.get_secret_value()
        if not key:
            raise Refused("no 17TRACK account is configured: set REDRESS_17TRACK_KEY")
        if not 0 < len(numbers) <= self.limits.numbers_max:
            raise Refused(f"{PROVIDER} is asked about 1 to {self.limits.numbers_max} parcels, not {len(numbers)}")
        request = self._connection.build_request(
            "POST",
            f"{settings.url.rstrip('/')}/gettrackinfo",
            json=[_asked(number) for number in numbers],
            headers={"17token": key},
            timeout=settings.timeout_seconds,
        )
        body = exchange(self._connection, request, provider=PROVIDER)
        _judge(body)
        return body


def _asked(number: Number) -> dict[str, str | int]:
    carrier = number.carrier  # 17TRACK spells carriers as numbers, and finds out by itself where none is given
    known = carrier.isascii() and carrier.isdigit()
    return {"number": number.waybill, "carrier": int(carrier)} if known else {"number": number.waybill}


def _judge(body: bytes) -> None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return  # whatever it is, it is kept, and translating it tells
    if not isinstance(said, dict) or not isinstance(said.get("code"), int) or said["code"] == 0:
        return
    message = f"{PROVIDER} answered {said['code']}: {str(said.get('message', ''))[:200]}"
    raise Unavailable(message) if said["code"] in BUSY else Refused(message)
