"""Asking Cainiao's public detail endpoint, the one behind its tracking page; it takes no key.

It is no documented API. It answers a visitor whom it takes for a robot with a page or with a demand to verify himself
(`rgv587_flag`, seen at Alibaba's gateways, not verified for this one): both mean to come back later. How much it bears
is not published; one request for ten numbers every five seconds is this project's choice.
"""

from collections.abc import Sequence

import httpx
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused, Unavailable
from adapters.feeds.asking import TIMEOUT_SECONDS, Limits, Number, exchange


class CainiaoSettings(BaseSettings):
    """Where Cainiao is, and the language of its texts."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_CAINIAO_", extra="ignore", env_ignore_empty=True)

    url: str = "https://global.cainiao.com/global/detail.json"
    language: str = "en-US"
    timeout_seconds: float = TIMEOUT_SECONDS


class CainiaoClient:
    """Cainiao, asked as its own page asks."""

    format_name = "cainiao_global"
    limits = Limits(numbers_max=10, requests_per_second=0.2)

    def __init__(self, settings: CainiaoSettings | None = None) -> None:
        self._settings = settings or CainiaoSettings()

    def ask(self, numbers: Sequence[Number]) -> bytes:
        """Ask about several numbers at once.

        Raises:
            Unavailable: Cainiao cannot be reached, is busy, or wants its visitor verified.
            Refused: Cainiao will not answer, or these are more numbers than it takes or none.

        """
        if not 0 < len(numbers) <= self.limits.numbers_max:
            raise Refused(f"Cainiao is asked about 1 to {self.limits.numbers_max} numbers at once, not {len(numbers)}")
        language = self._settings.language
        wanted = {"mailNos": ",".join(number.waybill for number in numbers), "lang": language, "language": language}
        with httpx.Client(timeout=self._settings.timeout_seconds) as connection:
            request = connection.build_request("GET", self._settings.url, params=wanted)
            answer = exchange(connection, request, provider="Cainiao")
        if answer.lstrip().startswith(b"<") or b'"rgv587_flag"' in answer:
            raise Unavailable("Cainiao wants its visitor verified")
        return answer
