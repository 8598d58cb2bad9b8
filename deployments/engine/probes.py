"""Questions to a part of the engine over its own interface: is it there, is it ready.

Belongs here: asking on the network and reading the answer. No proxy is ever used, since the parts are on
this machine or next to it. Does not belong here: what follows from the answer.
"""

import base64
import json
import os
import socket
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from deployments.engine import EngineError
from deployments.settings import WORK_POOL

SECONDS_MAX = 2.0


class NoAnswer(EngineError):
    """The other side does not answer, or not with success; the message says how."""


def ask(url: str, *, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
    """Get (or, with a body, post) and read the JSON answer; None when the answer is empty or no JSON.

    Raises:
        NoAnswer: no connection, no HTTP, or a status other than 2xx.
    """
    target = urlsplit(url)
    kind = HTTPSConnection if target.scheme == "https" else HTTPConnection
    connection = kind(target.hostname or "", target.port, timeout=SECONDS_MAX)
    try:
        payload = None if body is None else json.dumps(body)
        connection.request(
            "GET" if payload is None else "POST",
            target.path or "/",
            payload,
            {"Content-Type": "application/json", **(headers or {})},
        )
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, HTTPException) as error:
        raise NoAnswer(f"{url} does not answer ({error or type(error).__name__})") from error
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        raise NoAnswer(f"{url} answers {answer.status} {answer.reason}")
    return _json_or_none(content)


def answers(url: str) -> bool:
    """Tell whether a GET succeeds."""
    try:
        ask(url)
    except NoAnswer:
        return False
    return True


def listens(port: int) -> bool:
    """Tell whether somebody accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(SECONDS_MAX)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def prefect(api_url: str, path: str, *, body: object = None, environ: Mapping[str, str] = os.environ) -> Any:
    """Ask Prefect's API, with the credentials that Prefect's own client would use.

    Raises:
        NoAnswer: see `ask`.
    """
    headers = {}
    if login := environ.get("PREFECT_API_AUTH_STRING"):
        headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
    elif key := environ.get("PREFECT_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    return ask(f"{api_url.rstrip('/')}{path}", body=body, headers=headers)


def latest_heartbeat(api_url: str, environ: Mapping[str, str] = os.environ) -> datetime | None:
    """Find when a worker of the work pool that counts as online was last heard of.

    Raises:
        NoAnswer: see `ask`; also when the work pool does not exist.
    """
    workers = prefect(api_url, f"/work_pools/{WORK_POOL}/workers/filter", body={}, environ=environ)
    if not isinstance(workers, list):
        raise NoAnswer(f"{api_url} does not answer as Prefect's server does")
    heard = [worker["last_heartbeat_time"] for worker in workers if worker["status"] == "ONLINE"]
    return max(map(datetime.fromisoformat, heard), default=None)


def worker_heard_since(api_url: str, since: datetime, environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a worker has reported to the work pool since a time."""
    try:
        heard = latest_heartbeat(api_url, environ)
    except NoAnswer:
        return False
    return heard is not None and heard >= since


def _json_or_none(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
