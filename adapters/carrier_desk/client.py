"""Handing work orders to the carrier's desk over HTTP."""

import atexit
from functools import cache

import httpx
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused, Unavailable
from adapters.carrier_desk.translate import Acceptance, WorkOrder


class CarrierDeskSettings(BaseSettings):
    """Where the desk is."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_CARRIER_DESK_", extra="ignore")

    url: str = ""
    api_key: SecretStr = SecretStr("")
    timeout_seconds: float = 10.0


@cache
def _connections() -> httpx.Client:
    """Keep connections open between orders: setting a client up costs more than an order."""
    client = httpx.Client()
    atexit.register(client.close)
    return client


def place(order: WorkOrder, *, key: str, settings: CarrierDeskSettings | None = None) -> Acceptance:
    """Hand over one work order; the same key never makes a second one.

    Raises:
        Unavailable: the desk cannot be reached or asks to come back later.
        Refused: the desk will not take this order, or no desk is configured.
    """
    settings = settings or CarrierDeskSettings()
    if not settings.url:
        raise Refused("no carrier desk is configured: set REDRESS_CARRIER_DESK_URL")
    try:
        answer = _connections().post(
            f"{settings.url.rstrip('/')}/work-orders",
            json=order.model_dump(),
            headers={"Idempotency-Key": key, "X-API-Key": settings.api_key.get_secret_value()},
            timeout=settings.timeout_seconds,
        )
    except httpx.TransportError as error:
        raise Unavailable(f"the carrier desk cannot be reached: {type(error).__name__}") from error
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        raise Unavailable(f"the carrier desk answered {answer.status_code}")
    if answer.is_error:
        raise Refused(f"the carrier desk answered {answer.status_code}: {answer.text[:200]}")
    try:
        return Acceptance.model_validate_json(answer.content)
    except ValidationError as error:
        raise Unavailable(f"the carrier desk's answer cannot be read: {answer.text[:200]}") from error
