"""A gateway in this process, with its own inbox, at which one knocks after the other."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from fastapi import FastAPI
from fuzzing.knocks import Knock
from sqlalchemy import text
from standins import QuietHerald

from deployments.gateway.app import gateway_app
from deployments.gateway.settings import GatewaySettings
from store.unit_of_work import unit_of_work

BODY_BYTES_MAX = 250_000
ANSWER_SECONDS_MAX = 60
"""After which nobody waits any longer; it says nothing of how long an answer may take."""


class Answered(NamedTuple):
    """What came back, and how much processor time of this process it took."""

    status: int
    body: bytes
    seconds: float


class Kept(NamedTuple):
    """One payload that the inbox holds."""

    id: int
    feed: str
    format: str
    body: bytes


class Gateway:
    """Asks the app directly, so that also what no HTTP library would send can arrive."""

    def __init__(self, app: FastAPI, runner: asyncio.Runner) -> None:
        """Ask this app, in this loop."""
        self._app = app
        self._runner = runner

    def answer(self, knock: Knock) -> Answered:
        """Send one request and give the answer; what the app does not catch is raised."""
        begun = time.process_time()
        status, body = self._runner.run(asyncio.wait_for(self._ask(knock), ANSWER_SECONDS_MAX))
        return Answered(status, body, time.process_time() - begun)

    async def _ask(self, knock: Knock) -> tuple[int, bytes]:
        events: list[dict[str, Any]] = [
            {"type": "http.request", "body": chunk, "more_body": place < len(knock.chunks) - 1}
            for place, chunk in enumerate(knock.chunks)
        ]
        if knock.goes_away:
            events[-1] = {"type": "http.disconnect"}
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return events.pop(0) if events else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._app(_scope(knock), receive, send)
        status = next(message["status"] for message in sent if message["type"] == "http.response.start")
        return status, b"".join(message.get("body", b"") for message in sent)


def _scope(knock: Knock) -> dict[str, Any]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": knock.method, "scheme": "http",
        "path": unquote_to_bytes(knock.path).decode("utf-8", "replace"), "raw_path": knock.path.encode(),
        "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in knock.headers.items()],
    }  # fmt: skip


@contextmanager
def open_gateway() -> Iterator[Gateway]:
    """Open the doors."""
    settings = GatewaySettings(body_bytes_max=BODY_BYTES_MAX, client_requests_per_minute_max=10**9)
    app = gateway_app(settings, QuietHerald())
    with asyncio.Runner() as runner:
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        try:
            yield Gateway(app, runner)
        finally:
            runner.run(lifespan.__aexit__(None, None, None))


def kept_since(last: int) -> list[Kept]:
    """Read what has come into the inbox since."""
    query = text("SELECT id, feed, format, body FROM inbox WHERE id > :last ORDER BY id")
    with unit_of_work() as connection:
        return [Kept(*row[:3], bytes(row.body)) for row in connection.execute(query, {"last": last})]
