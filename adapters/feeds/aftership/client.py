"""Asking AfterShip about parcels: its list of trackings, by number.

AfterShip knows only the numbers that were registered with it, which is also what makes it push them; a number it does
not know is simply not in the list. Its key goes into the header `as-api-key` (`aftership-api-key` in older versions).
"""

from collections.abc import Sequence

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused
from adapters.feeds.asking import TIMEOUT_SECONDS, Limits, Number, exchange

PROVIDER = "AfterShip"


class AftershipSettings(BaseSettings):
    """The account that asks, and the version of the interface."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_AFTERSHIP_", extra="ignore", env_ignore_empty=True)

    url: str = "https://api.aftership.com/tracking/2025-01"
    api_key: SecretStr = SecretStr("")
    timeout_seconds: float = TIMEOUT_SECONDS


class AftershipClient:
    """Asks AfterShip, which lets a list be asked for 6 times a second."""

    format_name = "aftership"
    limits = Limits(numbers_max=50, same_number_seconds=1800, requests_per_second=5.0)

    def __init__(self, settings: AftershipSettings | None = None, connection: httpx.Client | None = None) -> None:
        self._settings = settings or AftershipSettings()
        self._connection = connection or httpx.Client()

    def ask(self, numbers: Sequence[Number]) -> bytes:
        """Ask for the trackings of parcels and give the answer as it came.

        Raises:
            Unavailable: AfterShip cannot be reached or is busy.
            Refused: it does not accept the question or the key, or no key is configured.

        """
        settings = self._settings
        key = settings.api_key.get_secret_value()
        if not key:
            raise Refused("no AfterShip account is configured: set REDRESS_AFTERSHIP_API_KEY")
        if not 0 < len(numbers) <= self.limits.numbers_max:
            raise Refused(f"{PROVIDER} is asked about 1 to {self.limits.numbers_max} parcels, not {len(numbers)}")
        request = self._connection.build_request(
            "GET",
            f"{settings.url.rstrip('/')}/trackings",
            params=_question(numbers),
            headers={"as-api-key": key},
            timeout=settings.timeout_seconds,
        )
        return exchange(self._connection, request, provider=PROVIDER)


def _question(numbers: Sequence[Number]) -> dict[str, str]:
    asked = {"tracking_numbers": ",".join(number.waybill for number in numbers), "limit": "200"}
    carriers = {number.carrier for number in numbers}
    return asked if "" in carriers else {**asked, "slug": ",".join(sorted(carriers))}
