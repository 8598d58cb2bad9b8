"""Factories of invented AfterShip payloads, and a stand-in AfterShip over HTTP."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from standins import served

from adapters.feeds.aftership.client import AftershipClient, AftershipSettings
from adapters.feeds.aftership.fake import StandInAftership, aftership_app
from adapters.feeds.pushing import Pushed

SECRET = "a-webhook-secret"


@pytest.fixture
def checkpoint() -> Callable[..., dict[str, Any]]:
    """Make one checkpoint; its tag is that of its subtag unless another is named."""

    def make(
        subtag: Any = "InTransit_003",
        message: Any = "Arrived at the hub",
        time: Any = "2026-03-01T08:00:00+08:00",
        **fields: Any,
    ) -> dict[str, Any]:
        tag = subtag.partition("_")[0] if isinstance(subtag, str) else subtag
        plain = {"slug": "sample-express", "checkpoint_time": time, "message": message, "tag": tag, "subtag": subtag}
        return {**plain, "location": "Linjiang", "city": None, "state": None, "country_name": None, **fields}

    return make


@pytest.fixture
def tracking() -> Callable[..., dict[str, Any]]:
    """Make a tracking with its checkpoints."""

    def make(*checkpoints: Any, **fields: Any) -> dict[str, Any]:
        plain = {"id": "example1", "tracking_number": "AS0000000001", "slug": "sample-express", "tag": "InTransit"}
        told = {"subtag": "InTransit_001", "subtag_message": "In Transit", "checkpoints": list(checkpoints)}
        return {**plain, **told, **fields}

    return make


@pytest.fixture
def queried() -> Callable[..., bytes]:
    """Make the body of an answer about one tracking, or about a list of them."""

    def make(*trackings: Any, listed: bool = False) -> bytes:
        page = {"page": 1, "slug": "", "tag": "", "trackings": list(trackings)}
        data = page if listed else {"tracking": trackings[0]}
        return json.dumps({"meta": {"code": 200}, "data": data}).encode()

    return make


@pytest.fixture
def pushed() -> Callable[..., bytes]:
    """Make the body of a webhook."""

    def make(msg: Any, **fields: Any) -> bytes:
        plain = {"ts": 1772323200, "event": "tracking_update", "event_id": "6f0c1b0e-0000-4000-8000-000000000001"}
        return json.dumps({**plain, "is_tracking_first_tag": True, "msg": msg, **fields}).encode()

    return make


@pytest.fixture
def signed() -> Callable[..., Pushed]:
    """Make the request of a webhook, signed as AfterShip signs."""

    def make(body: bytes, secret: str = SECRET) -> Pushed:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        return Pushed(body=body, headers={"aftership-hmac-sha256": base64.b64encode(digest).decode()})

    return make


@pytest.fixture
def aftership() -> StandInAftership:
    """Make a stand-in that `client` asks."""
    return StandInAftership()


@pytest.fixture
def client(aftership: StandInAftership) -> Iterator[Callable[..., AftershipClient]]:
    """Serve the stand-in over HTTP and make clients that ask it."""
    with served(aftership_app(aftership)) as url, httpx.Client() as connection:

        def make(**settings: Any) -> AftershipClient:
            plain = {"url": url, "api_key": aftership.api_key}
            return AftershipClient(AftershipSettings(**(plain | settings)), connection)

        yield make
