"""Factories of invented ZTO payloads: each gives a plain valid one, and a test names only what matters to it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from standins import served

from adapters.feeds.zto.client import ZtoClient, ZtoSettings
from adapters.feeds.zto.fake import StandInZto, zto_app


@pytest.fixture
def zto_scan() -> Callable[..., dict[str, Any]]:
    """Make one scan, as the older interface lists it."""

    def make(
        scan_type: str = "到件", desc: str = "快件已到达 临江转运中心", time: Any = "2026-03-01 08:00:00", **fields: Any
    ) -> dict[str, Any]:
        plain = {"scanSite": "", "scanCity": "", "signMan": "", "remark": "", "dispOrRecMan": ""}
        return {**plain, "scanType": scan_type, "scanDate": time, "desc": desc, **fields}

    return make


@pytest.fixture
def traces() -> Callable[..., bytes]:
    """Make an answer of the older interface: the scans of each waybill."""

    def make(**scans_by_waybill: Any) -> bytes:
        data = [{"billCode": waybill, "traces": scans} for waybill, scans in scans_by_waybill.items()]
        return json.dumps({"data": data, "msg": "", "status": True}, ensure_ascii=False).encode()

    return make


@pytest.fixture
def result() -> Callable[..., bytes]:
    """Make an answer of the newer interface, whose scans name their waybill."""

    def make(*scans: Any, **fields: Any) -> bytes:
        body = {"status": True, "statusCode": "0000", "message": "success", "result": list(scans), **fields}
        return json.dumps(body, ensure_ascii=False).encode()

    return make


@pytest.fixture
def zto() -> StandInZto:
    """Make a ZTO that knows one parcel."""
    scan = {"scanType": "收件", "scanDate": 1772323200000, "desc": "张三已揽收", "scanSite": {"name": "临江青山"}}
    return StandInZto(app_key="an-app", app_secret="a-secret", scans={"ZT1": [scan]})


@pytest.fixture
def client(zto: StandInZto) -> Iterator[Callable[..., ZtoClient]]:
    """Serve that ZTO, and give the means to make clients of it."""
    with served(zto_app(zto)) as url, httpx.Client() as connection:

        def make(**settings: Any) -> ZtoClient:
            return ZtoClient(
                ZtoSettings(**({"url": url, "app_key": "an-app", "app_secret": "a-secret"} | settings)), connection
            )

        yield make
