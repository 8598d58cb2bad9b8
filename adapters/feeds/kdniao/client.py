"""Asking Kdniao about a parcel."""

import json
from collections.abc import Sequence
from typing import Literal

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused
from adapters.feeds.asking import TIMEOUT_SECONDS, Limits, Number, exchange
from adapters.feeds.documents import decoded, json_root
from adapters.feeds.envelope import UnreadableEnvelope, text_of
from adapters.feeds.kdniao.shapes import is_answer, is_refusal
from adapters.feeds.kdniao.signature import signature

PROVIDER = "Kdniao"


class KdniaoSettings(BaseSettings):
    """Where Kdniao is, and the account that asks it."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_KDNIAO_", extra="ignore", env_ignore_empty=True)

    url: str = "https://api.kdniao.com/Ebusiness/EbusinessOrderHandle.aspx"
    ebusiness_id: str = ""
    app_key: SecretStr = SecretStr("")
    request_type: Literal["1002", "8001", "8002"] = "1002"  # which query the account may use; 1002 has no actions
    timeout_seconds: float = TIMEOUT_SECONDS


class KdniaoClient:
    """Kdniao, asked with one account. It answers about one parcel at a time, with HTTP 200 even when it refuses."""

    format_name = "kdniao_track"
    limits = Limits()

    def __init__(self, settings: KdniaoSettings | None = None, connection: httpx.Client | None = None) -> None:
        self._settings = settings or KdniaoSettings()
        self._connection = connection or httpx.Client()

    def ask(self, numbers: Sequence[Number]) -> bytes:
        """Ask about one parcel; the carrier is Kdniao's code for it, such as ZTO.

        Raises:
            Unavailable: Kdniao cannot be reached or is busy.
            Refused: it will not answer this account or this question, or no account is configured.

        """
        settings = self._settings
        if not settings.ebusiness_id or not settings.app_key.get_secret_value():
            raise Refused("no Kdniao account: set REDRESS_KDNIAO_EBUSINESS_ID and REDRESS_KDNIAO_APP_KEY")
        if len(numbers) != self.limits.numbers_max:
            raise Refused(f"{PROVIDER} is asked about one parcel at a time, not {len(numbers)}")
        request = self._connection.build_request(
            "POST", settings.url, data=self._form(numbers[0]), timeout=settings.timeout_seconds
        )
        body = exchange(self._connection, request, provider=PROVIDER)
        _refuse(body)
        return body

    def _form(self, number: Number) -> dict[str, str]:
        question = {"OrderCode": "", "ShipperCode": number.carrier, "LogisticCode": number.waybill}
        if number.phone:
            question["CustomerName"] = number.phone[-4:]  # SF and ZTO answer only to who knows the last four digits
        document = json.dumps(question, ensure_ascii=False)
        return {
            "RequestData": document,
            "EBusinessID": self._settings.ebusiness_id,
            "RequestType": self._settings.request_type,
            "DataSign": signature(document.encode(), self._settings.app_key.get_secret_value()),
            "DataType": "2",  # JSON
        }


def _refuse(body: bytes) -> None:
    """Tell the refusal of a request, which names no parcel, from an answer, which does."""
    try:
        root = json_root(decoded(body))
    except UnreadableEnvelope:
        return  # whoever translates it says what is wrong with it
    if isinstance(root, dict) and is_refusal(root) and not is_answer(root):
        raise Refused(f"{PROVIDER} refused: {text_of(root['Reason'])[:200]}")
