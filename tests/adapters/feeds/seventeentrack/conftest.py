"""Factories of invented 17TRACK payloads of both versions, and a stand-in 17TRACK over HTTP."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from standins import served

from adapters.feeds.pushing import Pushed
from adapters.feeds.seventeentrack.client import SeventeentrackClient, SeventeentrackSettings
from adapters.feeds.seventeentrack.fake import StandInSeventeentrack, seventeentrack_app

KEY = "an-account-key"


@pytest.fixture
def event() -> Callable[..., dict[str, Any]]:
    """Make one event of v2."""

    def make(
        sub_status: Any = "InTransit_Other", description: Any = "Arrived at the hub", local: Any = None, **fields: Any
    ) -> dict[str, Any]:
        local = "2026-03-01T08:00:00+08:00" if local is None else local
        plain = {"time_iso": local, "time_utc": None, "description": description, "location": "Linjiang"}
        return {**plain, "stage": None, "sub_status": sub_status, "address": None, **fields}

    return make


@pytest.fixture
def parcel() -> Callable[..., dict[str, Any]]:
    """Make one parcel of v2, with a list of events for each of its carriers."""

    def make(
        *lists: Any, status: Any = "InTransit", sub_status: Any = "InTransit_Other", **info: Any
    ) -> dict[str, Any]:
        providers = [{"provider": {"key": 190000 + n, "name": "X"}, "events": told} for n, told in enumerate(lists)]
        told = {"latest_status": {"status": status, "sub_status": sub_status}, "tracking": {"providers": providers}}
        return {"number": "TR0000000001", "carrier": 190271, "tag": None, "track_info": {**told, **info}}

    return make


@pytest.fixture
def scan() -> Callable[..., dict[str, Any]]:
    """Make one event of v1."""

    def make(text: Any = "Arrived at the hub", time: Any = "2026-03-01 08:00", **fields: Any) -> dict[str, Any]:
        return {"a": time, "b": None, "c": "CN", "d": "Linjiang", "z": text, **fields}

    return make


@pytest.fixture
def old_parcel() -> Callable[..., dict[str, Any]]:
    """Make one parcel of v1."""

    def make(*scans: Any, e: Any = 10, number: Any = "TR0000000001", **track: Any) -> dict[str, Any]:
        told = {"w1": 190271, "w2": 21051, "b": 301, "c": 840, "e": e, "z1": list(scans), "z2": [], **track}
        return {"number": number, "tag": None, "track": told}

    return make


@pytest.fixture
def queried() -> Callable[..., bytes]:
    """Make the body of an answer, of either version."""

    def make(*accepted: Any, rejected: tuple[Any, ...] = ()) -> bytes:
        data = {"accepted": list(accepted), "rejected": list(rejected)}
        return json.dumps({"code": 0, "data": data}, ensure_ascii=False).encode()

    return make


@pytest.fixture
def pushed() -> Callable[..., bytes]:
    """Make the body of a push, of either version."""

    def make(data: Any, event: str = "TRACKING_UPDATED", **fields: Any) -> bytes:
        return json.dumps({"event": event, "data": data, **fields}, ensure_ascii=False).encode()

    return make


@pytest.fixture
def signed() -> Callable[..., Pushed]:
    """Make the request of a push of v2, signed as 17TRACK signs."""

    def make(body: bytes, key: str = KEY) -> Pushed:
        return Pushed(body=body, headers={"sign": hashlib.sha256(body + b"/" + key.encode()).hexdigest()})

    return make


@pytest.fixture
def signed_inside() -> Callable[..., Pushed]:
    """Make the request of a push of v1, signed as 17TRACK signs; `data` is written as it is given."""

    def make(data: str, event: str = "TRACKING_UPDATED", key: str = KEY, signed_data: str | None = None) -> Pushed:
        sign = hashlib.sha256(f"{event}/{signed_data or data}/{key}".encode()).hexdigest()
        return Pushed(body=f'{{"sign": "{sign}", "event": "{event}", "data": {data} }}'.encode())

    return make


@pytest.fixture
def seventeentrack() -> StandInSeventeentrack:
    """Make a stand-in that `client` asks."""
    return StandInSeventeentrack()


@pytest.fixture
def client(seventeentrack: StandInSeventeentrack) -> Iterator[Callable[..., SeventeentrackClient]]:
    """Serve the stand-in over HTTP and make clients that ask it."""
    with served(seventeentrack_app(seventeentrack)) as url, httpx.Client() as connection:

        def make(**settings: Any) -> SeventeentrackClient:
            plain = {"url": url, "key": seventeentrack.key}
            return SeventeentrackClient(SeventeentrackSettings(**(plain | settings)), connection)

        yield make
