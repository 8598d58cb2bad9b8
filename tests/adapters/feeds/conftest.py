"""Factories of invented payloads: each gives a plain valid one, and a test names only what matters to it."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

import pytest

from adapters.feeds.registry import translate
from schemas.tracking import TrackingRecord


@pytest.fixture
def the_record() -> Callable[[str, bytes], TrackingRecord]:
    """Translate a body that holds exactly one record."""

    def only(format_name: str, body: bytes) -> TrackingRecord:
        (record,) = translate(format_name, body).records
        return record

    return only


@pytest.fixture
def scan() -> Callable[..., dict[str, Any]]:
    """Make one entry of a Kuaidi100 history."""

    def make(
        context: str = "【临江市公司】 已收入", time: str = "2026-03-01 08:00:00", **fields: Any
    ) -> dict[str, Any]:
        return {"time": time, "ftime": time, "context": context, **fields}

    return make


@pytest.fixture
def answer(scan: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Make a Kuaidi100 query answer about one parcel."""

    def make(*scans: Any, **fields: Any) -> dict[str, Any]:
        plain = {
            "message": "ok",
            "nu": "KD0000000001",
            "ischeck": "0",
            "com": "zhongtong",
            "status": "200",
            "state": "0",
        }
        return {**plain, "data": list(scans), **fields}

    return make


@pytest.fixture
def query(answer: Callable[..., dict[str, Any]]) -> Callable[..., bytes]:
    """Make the body of a Kuaidi100 query answer."""

    def make(*scans: Any, **fields: Any) -> bytes:
        return json.dumps(answer(*scans, **fields), ensure_ascii=False).encode()

    return make


@pytest.fixture
def push(answer: Callable[..., dict[str, Any]]) -> Callable[..., bytes]:
    """Make the JSON of a Kuaidi100 push."""

    def make(*scans: Any, status: str = "polling", message: str = "", dest: Any = None, **fields: Any) -> bytes:
        body = {"status": status, "billstatus": "got", "message": message, "autoCheck": "0", "comOld": "", "comNew": ""}
        body["lastResult"] = answer(*scans, **fields)
        if dest is not None:
            body["destResult"] = dest
        return json.dumps(body, ensure_ascii=False).encode()

    return make


@pytest.fixture
def route() -> Callable[..., dict[str, Any]]:
    """Make one entry of an SF push."""

    def make(op_code: str = "31", remark: str = "快件到达 【临江中转场】", **fields: Any) -> dict[str, Any]:
        plain = {"mailno": "SF0000000000001", "acceptTime": "2026-03-01 08:00:00", "acceptAddress": "临江市"}
        return {**plain, "opCode": op_code, "remark": remark, "id": "170000000000001", **fields}

    return make


@pytest.fixture
def routes_pushed() -> Callable[..., bytes]:
    """Make the JSON of an SF route push."""

    def make(*routes: Any) -> bytes:
        return json.dumps({"Body": {"WaybillRoute": list(routes)}}, ensure_ascii=False).encode()

    return make


@pytest.fixture
def routes_queried() -> Callable[..., bytes]:
    """Make an SF query answer: the routes of each waybill."""

    def make(**routes_by_waybill: list[Any]) -> bytes:
        responses = [{"mailNo": waybill, "routes": routes} for waybill, routes in routes_by_waybill.items()]
        body = {"success": True, "errorCode": "S0000", "errorMsg": None, "msgData": {"routeResps": responses}}
        return json.dumps(body, ensure_ascii=False).encode()

    return make


def _attributes(fields: dict[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in fields.items())


@pytest.fixture
def routes_in_xml() -> Callable[..., bytes]:
    """Make the XML of SF's old route service: the routes of each waybill."""

    def make(**routes_by_waybill: list[dict[str, str]]) -> bytes:
        responses = "".join(
            f'<RouteResponse mailno="{waybill}">'
            + "".join(f"<Route {_attributes(r)}/>" for r in routes)
            + "</RouteResponse>"
            for waybill, routes in routes_by_waybill.items()
        )
        return f'<Response service="RouteService"><Head>OK</Head><Body>{responses}</Body></Response>'.encode()

    return make


@pytest.fixture
def routes_pushed_in_xml() -> Callable[..., bytes]:
    """Make the XML of an SF route push."""

    def make(*routes: dict[str, str]) -> bytes:
        listed = "".join(f"<WaybillRoute {_attributes(route)}/>" for route in routes)
        return f'<Request service="RoutePushService" lang="zh-CN"><Body>{listed}</Body></Request>'.encode()

    return make


@pytest.fixture
def posted() -> Callable[..., bytes]:
    """Make the body of a posted form."""

    def make(**fields: str) -> bytes:
        return urlencode(fields).encode()

    return make
