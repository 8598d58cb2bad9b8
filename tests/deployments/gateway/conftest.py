"""A gateway over HTTP, with made-up secrets and a herald that tells nobody."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from standins import QuietHerald, served

from adapters.feeds.configuration import configured_feeds
from deployments.gateway.app import gateway_app
from deployments.gateway.settings import GatewaySettings
from store.tracking import inbox
from store.unit_of_work import unit_of_work

KEY = "made-up-key"
SALT = "made-up-salt"


@pytest.fixture
def herald() -> QuietHerald:
    return QuietHerald()


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a made-up secret for each feed."""
    for feed in configured_feeds().values():
        monkeypatch.setenv(feed.secret, f"{SALT}-of-{feed.name}")
    monkeypatch.setenv("REDRESS_API_KEY", KEY)
    monkeypatch.setenv("REDRESS_KUAIDI100_SALT", SALT)


@pytest.fixture
def gateway(database: str, herald: QuietHerald, secrets: None) -> Iterator[Callable[..., httpx.Client]]:
    """Give the means to serve a gateway with some settings changed, and a client of it."""
    with ExitStack() as stack:

        def start(**changes: object) -> httpx.Client:
            settings = GatewaySettings.model_validate({"body_bytes_max": 20_000, **changes})
            address = stack.enter_context(served(gateway_app(settings, herald)))
            return stack.enter_context(httpx.Client(base_url=address, trust_env=False, timeout=30))

        yield start


@pytest.fixture
def client(gateway: Callable[..., httpx.Client]) -> httpx.Client:
    """Give a client of a gateway."""
    return gateway()


@pytest.fixture
def kept() -> Callable[[], list[inbox.Payload]]:
    """Give the means to see what is in the inbox."""

    def look() -> list[inbox.Payload]:
        with unit_of_work() as connection:
            return inbox.claim(connection, limit=1000, bytes_max=10**9)

    return look
