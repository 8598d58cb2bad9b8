"""Asking EasyPost for a parcel's tracker.

Only numbers that are tracked already are asked for: registering one costs money and is a decision of its own. What is
not tracked gives an empty page. EasyPost publishes no figure for its rate limit and answers 429 above it; two requests
a second is this project's choice.
"""

from collections.abc import Sequence

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused
from adapters.feeds.asking import TIMEOUT_SECONDS, Limits, Number, exchange


class EasyPostSettings(BaseSettings):
    """Where EasyPost is, and the key of the account that asks."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_EASYPOST_", extra="ignore", env_ignore_empty=True)

    url: str = "https://api.easypost.com/v2"
    api_key: SecretStr = SecretStr("")
    timeout_seconds: float = TIMEOUT_SECONDS


class EasyPostClient:
    """EasyPost, asked with the key as the user name of basic authentication."""

    format_name = "easypost_tracker"
    limits = Limits(requests_per_second=2.0)

    def __init__(self, settings: EasyPostSettings | None = None) -> None:
        self._settings = settings or EasyPostSettings()

    def ask(self, numbers: Sequence[Number]) -> bytes:
        """Ask for the trackers of one number.

        Raises:
            Unavailable: EasyPost cannot be reached, is busy, or asks to come back later.
            Refused: EasyPost will not answer, no key is configured, or it is not one number.

        """
        key = self._settings.api_key.get_secret_value()
        if not key:
            raise Refused("EasyPost is not asked without a key: set REDRESS_EASYPOST_API_KEY")
        if len(numbers) != self.limits.numbers_max:
            raise Refused(f"EasyPost is asked about one number at a time, not {len(numbers)}")
        (number,) = numbers
        wanted = {"tracking_code": number.waybill} | ({"carrier": number.carrier} if number.carrier else {})
        with httpx.Client(auth=(key, ""), timeout=self._settings.timeout_seconds) as connection:
            url = f"{self._settings.url.rstrip('/')}/trackers"
            return exchange(connection, connection.build_request("GET", url, params=wanted), provider="EasyPost")
