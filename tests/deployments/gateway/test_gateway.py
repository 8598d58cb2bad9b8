"""The gateway: an acknowledgement means that the payload is committed; a refusal says why and stores nothing."""

import hashlib
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import create_engine
from standins import served

from deployments.gateway.app import gateway_app
from deployments.gateway.herald import Herald
from deployments.gateway.settings import GatewaySettings
from store.tracking import inbox, shipments
from store.unit_of_work import unit_of_work

SALT = "made-up-salt"
KEY = {"X-API-Key": "made-up-key"}
PUSH = {
    "status": "polling",
    "lastResult": {
        "message": "ok", "nu": "773000000001", "com": "shentong", "status": "200", "state": "0",
        "data": [{"time": "2026-11-19 10:00:00", "context": "快件已到达示例转运中心", "status": "在途"}],
    },
}  # fmt: skip
ROUTE = {
    "mailno": "SF1000000000001",
    "acceptTime": "2026-11-19 10:00:00",
    "opCode": "50",
    "remark": "已收取快件",
    "id": "1",
}
SF_PUSH = {"Body": {"WaybillRoute": [ROUTE]}}
SF_XML = (
    '<Request service="RoutePushService" lang="zh-CN"><Body><WaybillRoute mailno="SF1000000000001" id="1" '
    'acceptTime="2026-11-19 10:00:00" opCode="50" remark="已收取快件"/></Body></Request>'
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class QuietHerald(Herald):
    """Counts what it is told instead of calling Prefect."""

    told = 0

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def tell(self) -> None:
        self.told += 1


@pytest.fixture
def herald() -> QuietHerald:
    return QuietHerald()


@pytest.fixture
def client(database: str, herald: QuietHerald) -> Iterator[httpx.Client]:
    del database
    settings = GatewaySettings(api_key=KEY["X-API-Key"], kuaidi100_salt=SALT, body_bytes_max=20_000)
    with served(gateway_app(settings, herald)) as address, httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def kept() -> int:
    with unit_of_work() as connection:
        return inbox.unprocessed(connection)


def signed(payload: Any, salt: str = SALT) -> dict[str, str]:
    param = json.dumps(payload, ensure_ascii=False)
    return {"param": param, "sign": hashlib.md5((param + salt).encode()).hexdigest().upper()}


class TestKuaidi100Push:
    def test_is_acknowledged_as_the_provider_expects_once_it_is_kept(self, client: httpx.Client) -> None:
        answer = client.post("/feeds/kuaidi100", data=signed(PUSH))

        assert answer.status_code == 200
        assert answer.json() == {"result": True, "returnCode": "200", "message": "成功"}
        with unit_of_work() as connection:
            [payload] = inbox.claim(connection, limit=10, bytes_max=10**6)
        assert json.loads(payload.body) == PUSH
        assert payload.format == "kuaidi100_push"

    def test_with_a_wrong_signature_is_refused(self, client: httpx.Client, herald: QuietHerald) -> None:
        answer = client.post("/feeds/kuaidi100", data=signed(PUSH, salt="guessed"))

        assert (answer.status_code, answer.json()["result"]) == (401, False)
        assert (kept(), herald.told) == (0, 0)

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (urlencode({"sign": "x"}), 400),
            (urlencode(signed({"hello": "world"})), 400),
            (urlencode(signed("text")), 400),
            ("%ff%fe=1", 400),
            ("&".join(f"a{number}=1" for number in range(60)), 400),
            ("x" * 30_000, 413),
        ],
        ids=["no param", "no envelope", "no object", "not UTF-8", "too many fields", "too large"],
    )
    def test_that_cannot_be_read_is_refused_with_what_is_wrong(
        self, client: httpx.Client, body: str, status: int
    ) -> None:
        answer = client.post("/feeds/kuaidi100", content=body, headers=FORM)

        assert answer.status_code == status
        assert answer.json()["message"]
        assert kept() == 0

    def test_is_not_acknowledged_when_it_cannot_be_kept(self, client: httpx.Client, database: str) -> None:
        with create_engine(database).begin() as connection:
            connection.exec_driver_sql("ALTER TABLE inbox RENAME TO gone")

        assert client.post("/feeds/kuaidi100", data=signed(PUSH)).status_code == 500


class TestSfPush:
    def test_in_json_is_acknowledged_in_json(self, client: httpx.Client) -> None:
        answer = client.post("/feeds/sf", json=SF_PUSH, headers=KEY)

        assert answer.json() == {"return_code": "0000", "return_msg": "成功"}
        assert kept() == 1

    @pytest.mark.parametrize("as_form", [False, True], ids=["bare", "in a form"])
    def test_in_xml_is_acknowledged_in_xml(self, client: httpx.Client, as_form: bool) -> None:
        body = urlencode({"content": SF_XML}) if as_form else SF_XML
        headers = {**KEY, **(FORM if as_form else {"Content-Type": "application/xml"})}

        answer = client.post("/feeds/sf", content=body.encode(), headers=headers)

        assert "<Head>OK</Head>" in answer.text
        assert kept() == 1

    @pytest.mark.parametrize("key", [{}, {"X-API-Key": "guessed"}], ids=["none", "wrong"])
    def test_needs_the_api_key(self, client: httpx.Client, key: dict[str, str]) -> None:
        answer = client.post("/feeds/sf", json=SF_PUSH, headers=key)

        assert answer.status_code == 401
        assert kept() == 0

    def test_with_an_external_entity_is_refused(self, client: httpx.Client) -> None:
        body = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>{SF_XML}'

        answer = client.post("/feeds/sf", content=body.encode(), headers={**KEY, "Content-Type": "application/xml"})

        assert answer.status_code == 400
        assert kept() == 0


class TestUnknownFeed:
    def test_is_refused_with_the_names_of_those_there_are(self, client: httpx.Client) -> None:
        answer = client.post("/feeds/nobody", json={})

        assert answer.status_code == 404
        assert "kuaidi100, sf" in answer.json()["detail"]


class TestShipments:
    REGISTRATION: dict[str, Any] = {  # noqa: RUF012 - nobody changes it
        "waybill": "773000000001", "carrier": "shentong", "declared_value": "199.00",
        "consignee": {"name": "王五", "phone": "19900001234"}, "promised_at": "2026-11-21T18:00:00+08:00",
    }  # fmt: skip

    def test_are_registered(self, client: httpx.Client) -> None:
        answer = client.post("/shipments", json=[self.REGISTRATION], headers=KEY)

        assert answer.json() == {"registered": 1}
        with unit_of_work() as connection:
            shipment = shipments.one(connection, "773000000001")
        assert shipment is not None
        assert shipment["consignee_name"] == "王五"

    @pytest.mark.parametrize(
        ("change", "at"),
        [
            ({"waybill": "x"}, "0.waybill"),
            ({"declared_value": "-1"}, "0.declared_value"),
            ({"promised_at": "2026-11-21T18:00:00"}, "0.promised_at"),
            ({"surprise": 1}, "0.surprise"),
        ],
        ids=["waybill", "negative value", "time without a zone", "unknown field"],
    )
    def test_that_are_wrong_are_refused_with_where(self, client: httpx.Client, change: dict[str, Any], at: str) -> None:
        answer = client.post("/shipments", json=[{**self.REGISTRATION, **change}], headers=KEY)

        assert answer.status_code == 422
        assert [fault["at"] for fault in answer.json()["detail"]] == [at]

    def test_need_the_api_key(self, client: httpx.Client) -> None:
        assert client.post("/shipments", json=[]).status_code == 401


class TestHealth:
    def test_is_ok_while_the_database_answers(self, client: httpx.Client) -> None:
        assert client.get("/healthz").json() == {"status": "ok"}


class TestHerald:
    def test_announces_a_burst_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        announced: list[str] = []
        done = threading.Event()

        def announce(event: str, **_: object) -> None:
            announced.append(event)
            done.set()

        monkeypatch.setattr("deployments.gateway.herald.runs.announce", announce)
        herald = Herald(gather_seconds=0.2)
        herald.start()
        for _ in range(50):
            herald.tell()

        assert done.wait(10)
        herald.stop()
        assert announced == ["redress.payloads.received"]
