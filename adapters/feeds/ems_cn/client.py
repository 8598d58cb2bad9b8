"""Asking China EMS for a parcel's traces.

The interface is that of the ePacket partners. Its address, over plain HTTP, and its two headers are taken from several
public connectors that agree; the provider's own document was not found, so they are not verified, nor is any limit.
Whoever has an address with HTTPS sets it, because the key travels in a header.
"""

import json
from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused
from adapters.feeds.asking import TIMEOUT_SECONDS, Limits, Number, exchange
from adapters.feeds.ems_cn.shapes import ANSWER, ASKED


class EmsCnSettings(BaseSettings):
    """Where China EMS is, the partner's key, and the language of the remarks."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_EMS_CN_", extra="ignore", env_ignore_empty=True)

    url: str = "http://shipping.ems.com.cn/partner/api/public/p/track/query"
    authenticate: SecretStr = SecretStr("")
    version: str = "international_eub_us_1.1"
    language: Literal["cn", "en"] = "cn"
    timeout_seconds: float = TIMEOUT_SECONDS


class EmsCnClient:
    """China EMS, which answers about one number at a time and does not name it."""

    format_name = "ems_cn_xml"
    limits = Limits()

    def __init__(self, settings: EmsCnSettings | None = None) -> None:
        self._settings = settings or EmsCnSettings()

    def ask(self, numbers: Sequence[Number]) -> bytes:
        """Ask about one number, and give the answer's text as it came, kept with the number in a JSON object.

        Raises:
            Unavailable: China EMS cannot be reached, is busy, or asks to come back later.
            Refused: China EMS will not answer, no key is configured, or it is not one number.

        """
        key = self._settings.authenticate.get_secret_value()
        if not key:
            raise Refused("China EMS is not asked without a key: set REDRESS_EMS_CN_AUTHENTICATE")
        if len(numbers) != self.limits.numbers_max:
            raise Refused(f"China EMS is asked about one number at a time, not {len(numbers)}")
        (number,) = numbers
        url = f"{self._settings.url.rstrip('/')}/{self._settings.language}/{quote(number.waybill, safe='')}"
        headers = {"version": self._settings.version, "authenticate": key}
        with httpx.Client(timeout=self._settings.timeout_seconds) as connection:
            answer = exchange(connection, connection.build_request("GET", url, headers=headers), provider="China EMS")
        return json.dumps({ASKED: number.waybill, ANSWER: _text(answer)}, ensure_ascii=False).encode()


def _text(answer: bytes) -> str:
    try:
        return answer.decode("utf-8-sig")
    except UnicodeDecodeError:
        return answer.decode("gbk", errors="replace")
