"""Factories of invented Cainiao payloads, and a stand-in Cainiao over HTTP."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from standins import served

from adapters.feeds.cainiao.client import CainiaoClient, CainiaoSettings
from adapters.feeds.cainiao.fake import StandInCainiao, cainiao_app

EIGHT_O_CLOCK = 1_772_352_000_000  # 2026-03-01 08:00 UTC


@pytest.fixture
def scan() -> Callable[..., dict[str, Any]]:
    """Make one scan of a parcel."""

    def make(
        code: str | None = "SC_INBOUND_SUCCESS",
        text: str = "[Linjiang] At the sorting center",
        time: Any = EIGHT_O_CLOCK,
        **fields: Any,
    ) -> dict[str, Any]:
        plain = {"time": time, "timeStr": "2026-03-01 16:00:00", "timeZone": "GMT+8", "desc": "", "standerdDesc": text}
        return {**plain, "actionCode": code, **fields}

    return make


@pytest.fixture
def parcel() -> Callable[..., dict[str, Any]]:
    """Make one parcel's answer."""

    def make(*scans: Any, **fields: Any) -> dict[str, Any]:
        plain = {"mailNo": "LP00000000001", "originCountry": "Mainland China", "status": "TRANSPORT"}
        return {**plain, "detailList": list(scans), **fields}

    return make


@pytest.fixture
def answered() -> Callable[..., bytes]:
    """Make the body of an answer about parcels."""

    def make(*parcels: Any) -> bytes:
        return json.dumps({"module": list(parcels), "success": True}, ensure_ascii=False).encode()

    return make


@pytest.fixture
def cainiao() -> Iterator[StandInCainiao]:
    """Make a stand-in Cainiao, which lets go of whoever still waits for it at the end."""
    cainiao = StandInCainiao()
    yield cainiao
    cainiao.answers.set()


@pytest.fixture
def ask(cainiao: StandInCainiao) -> Iterator[Callable[..., CainiaoClient]]:
    """Serve the stand-in, and make clients for it."""
    with served(cainiao_app(cainiao)) as url:

        def make(**settings: Any) -> CainiaoClient:
            return CainiaoClient(CainiaoSettings(**{"url": f"{url}/global/detail.json", **settings}))

        yield make
        cainiao.answers.set()
