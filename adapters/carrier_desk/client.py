"""Handing work orders to the carrier's desk over HTTP."""

import atexit
from collections.abc import Sequence
from functools import cache
from typing import Any

import httpx
from pydantic import Field, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters import Refused, Unavailable
from adapters.carrier_desk.translate import Acceptance, KeyedOrder, OrderAnswer, WorkOrder


class CarrierDeskSettings(BaseSettings):
    """Where the desk is."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_CARRIER_DESK_", extra="ignore")

    url: str = ""
    api_key: SecretStr = SecretStr("")
    timeout_seconds: float = 10.0
    orders_at_once: int = Field(default=200, ge=1)  # how many go in one list; with 1 each goes by itself


@cache
def _connections() -> httpx.Client:
    """Keep connections open between orders: setting a client up costs more than an order."""
    client = httpx.Client()
    atexit.register(client.close)
    return client


Said = Acceptance | Unavailable | Refused
"""What became of one order of several: nothing is raised for it, because the others are not concerned."""

_ANSWERS = TypeAdapter(list[OrderAnswer])


def place(order: WorkOrder, *, key: str, settings: CarrierDeskSettings | None = None) -> Acceptance:
    """Hand over one work order; the same key never makes a second one.

    Raises:
        Unavailable: the desk cannot be reached or asks to come back later.
        Refused: the desk will not take this order, or no desk is configured.
    """
    answer = _post(order.model_dump(), settings or CarrierDeskSettings(), {"Idempotency-Key": key})
    _raise_for(answer.status_code, answer.text)
    try:
        return Acceptance.model_validate_json(answer.content)
    except ValidationError as error:
        raise _unreadable(answer) from error


def place_many(orders: Sequence[KeyedOrder], settings: CarrierDeskSettings | None = None) -> list[Said]:
    """Hand over many work orders in few calls, and say of each in turn what `place` would have given or raised."""
    settings = settings or CarrierDeskSettings()
    said: list[Said] = []
    for start in range(0, len(orders), settings.orders_at_once):
        some = orders[start : start + settings.orders_at_once]
        try:
            said += _place_list(some, settings) if len(some) > 1 else [_placed_alone(some[0], settings)]
        except (Unavailable, Refused) as failure:
            said += [failure] * len(some)
    return said


def _place_list(orders: Sequence[KeyedOrder], settings: CarrierDeskSettings) -> list[Said]:
    answer = _post([keyed.model_dump() for keyed in orders], settings, {})
    if answer.is_client_error and answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
        return [_placed_alone(keyed, settings) for keyed in orders]
    _raise_for(answer.status_code, answer.text)
    try:
        answers = {item.key: item for item in _ANSWERS.validate_json(answer.content)}
    except ValidationError as error:
        raise _unreadable(answer) from error
    return [_said(answers.get(keyed.key)) for keyed in orders]


def _placed_alone(keyed: KeyedOrder, settings: CarrierDeskSettings) -> Said:
    try:
        return place(keyed.order, key=keyed.key, settings=settings)
    except (Unavailable, Refused) as failure:
        return failure


def _said(answer: OrderAnswer | None) -> Said:
    if answer is None:
        return Unavailable("the carrier desk did not answer to this order of a list")
    try:
        _raise_for(answer.status, answer.error)
    except (Unavailable, Refused) as failure:
        return failure
    return Acceptance(reference=answer.reference)


def _post(body: Any, settings: CarrierDeskSettings, headers: dict[str, str]) -> httpx.Response:
    if not settings.url:
        raise Refused("no carrier desk is configured: set REDRESS_CARRIER_DESK_URL")
    try:
        return _connections().post(
            f"{settings.url.rstrip('/')}/work-orders",
            json=body,
            headers={**headers, "X-API-Key": settings.api_key.get_secret_value()},
            timeout=settings.timeout_seconds,
        )
    except httpx.TransportError as error:
        raise Unavailable(f"the carrier desk cannot be reached: {type(error).__name__}") from error


def _raise_for(status: int, text: str) -> None:
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unavailable(f"the carrier desk answered {status}")
    if status >= httpx.codes.BAD_REQUEST:
        raise Refused(f"the carrier desk answered {status}: {text[:200]}")


def _unreadable(answer: httpx.Response) -> Unavailable:
    return Unavailable(f"the carrier desk's answer cannot be read: {answer.text[:200]}")
