"""Factories of invented Kdniao payloads: each gives a plain valid one, and a test names only what matters to it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from standins import served

from adapters.feeds.kdniao.client import KdniaoClient, KdniaoSettings
from adapters.feeds.kdniao.fake import PATH, StandInKdniao, kdniao_app


@pytest.fixture
def trace() -> Callable[..., dict[str, Any]]:
    """Make one entry of a Kdniao history."""

    def make(
        station: str = "快件到达【临江转运中心】", time: str = "2026-03-01 08:00:00", **fields: Any
    ) -> dict[str, Any]:
        return {"AcceptTime": time, "AcceptStation": station, **fields}

    return make


@pytest.fixture
def parcel() -> Callable[..., dict[str, Any]]:
    """Make one parcel's answer, as it stands in a query answer and in a push."""

    def make(*traces: Any, **fields: Any) -> dict[str, Any]:
        plain = {"EBusinessID": "1000001", "OrderCode": "", "ShipperCode": "ZTO", "LogisticCode": "KN0000000001"}
        return {**plain, "Success": True, "State": "2", "Traces": list(traces), **fields}

    return make


@pytest.fixture
def track(parcel: Callable[..., dict[str, Any]]) -> Callable[..., bytes]:
    """Make the body of a query answer."""

    def make(*traces: Any, **fields: Any) -> bytes:
        return json.dumps(parcel(*traces, **fields), ensure_ascii=False).encode()

    return make


@pytest.fixture
def pushing() -> Callable[..., bytes]:
    """Make the JSON of a push of several parcels."""

    def make(*parcels: Any, time: Any = "2026-3-2 9:05:00") -> bytes:
        body = {"EBusinessID": "1000001", "Count": str(len(parcels)), "PushTime": time, "Data": list(parcels)}
        return json.dumps(body, ensure_ascii=False).encode()

    return make


@pytest.fixture
def kdniao() -> StandInKdniao:
    """Make a Kdniao that knows one parcel."""
    history = [{"AcceptTime": "2026-03-01 08:00:00", "AcceptStation": "快件到达【临江转运中心】"}]
    return StandInKdniao(account="1000001", app_key="a-key", histories={"KN1": history})


@pytest.fixture
def client(kdniao: StandInKdniao) -> Iterator[Callable[..., KdniaoClient]]:
    """Serve that Kdniao, and give the means to make clients of it."""
    with served(kdniao_app(kdniao)) as url, httpx.Client() as connection:

        def make(**settings: Any) -> KdniaoClient:
            plain = {"url": url + PATH, "ebusiness_id": "1000001", "app_key": "a-key"}
            return KdniaoClient(KdniaoSettings(**(plain | settings)), connection)

        yield make
