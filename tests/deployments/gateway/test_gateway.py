"""The gateway: an acknowledgement means that the payload is committed; a refusal says why and stores nothing."""

import gzip
import hashlib
import json
import logging
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import create_engine
from standins import QuietHerald

from deployments.gateway.herald import Herald
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


Kept = Callable[[], list[inbox.Payload]]
Gateway = Callable[..., httpx.Client]


def signed(payload: Any, salt: str = SALT) -> dict[str, str]:
    param = json.dumps(payload, ensure_ascii=False)
    return {"param": param, "sign": hashlib.md5((param + salt).encode()).hexdigest().upper()}


class TestKuaidi100Push:
    def test_is_acknowledged_as_the_provider_expects_once_it_is_kept(self, client: httpx.Client, kept: Kept) -> None:
        answer = client.post("/feeds/kuaidi100", data=signed(PUSH))

        assert answer.status_code == 200
        assert answer.json() == {"result": True, "returnCode": "200", "message": "成功"}
        [payload] = kept()
        assert json.loads(payload.body) == PUSH
        assert payload.format == "kuaidi100_push"

    def test_with_a_wrong_signature_is_refused(self, client: httpx.Client, kept: Kept, herald: QuietHerald) -> None:
        answer = client.post("/feeds/kuaidi100", data=signed(PUSH, salt="guessed"))

        assert (answer.status_code, answer.json()["result"]) == (401, False)
        assert (kept(), herald.told) == ([], 0)

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
        self, client: httpx.Client, kept: Kept, body: str, status: int
    ) -> None:
        answer = client.post("/feeds/kuaidi100", content=body, headers=FORM)

        assert answer.status_code == status
        assert answer.json()["message"]
        assert kept() == []

    def test_is_not_acknowledged_when_it_cannot_be_kept(self, client: httpx.Client, database: str) -> None:
        with create_engine(database).begin() as connection:
            connection.exec_driver_sql("ALTER TABLE inbox RENAME TO gone")

        assert client.post("/feeds/kuaidi100", data=signed(PUSH)).status_code == 500


class TestSfPush:
    def test_in_json_is_acknowledged_in_json(self, client: httpx.Client, kept: Kept) -> None:
        answer = client.post("/feeds/sf", json=SF_PUSH, headers=KEY)

        assert answer.json() == {"return_code": "0000", "return_msg": "成功"}
        assert len(kept()) == 1

    @pytest.mark.parametrize("as_form", [False, True], ids=["bare", "in a form"])
    def test_in_xml_is_acknowledged_in_xml(self, client: httpx.Client, kept: Kept, as_form: bool) -> None:
        body = urlencode({"content": SF_XML}) if as_form else SF_XML
        headers = {**KEY, **(FORM if as_form else {"Content-Type": "application/xml"})}

        answer = client.post("/feeds/sf", content=body.encode(), headers=headers)

        assert "<Head>OK</Head>" in answer.text
        assert len(kept()) == 1

    @pytest.mark.parametrize("key", [{}, {"X-API-Key": "guessed"}], ids=["none", "wrong"])
    def test_needs_the_api_key(self, client: httpx.Client, kept: Kept, key: dict[str, str]) -> None:
        answer = client.post("/feeds/sf", json=SF_PUSH, headers=key)

        assert answer.status_code == 401
        assert kept() == []

    def test_with_an_external_entity_is_refused(self, client: httpx.Client, kept: Kept) -> None:
        body = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>{SF_XML}'

        answer = client.post("/feeds/sf", content=body.encode(), headers={**KEY, "Content-Type": "application/xml"})

        assert answer.status_code == 400
        assert kept() == []

    def test_in_gbk_within_a_form_is_kept_in_utf8(self, client: httpx.Client, kept: Kept) -> None:
        body = urlencode({"content": SF_XML}, encoding="gbk")

        assert "<Head>OK</Head>" in client.post("/feeds/sf", content=body, headers=KEY | FORM).text
        assert [payload.body.decode() for payload in kept()] == [SF_XML]

    @pytest.mark.parametrize(
        "parts",
        [
            {"files": {"upload": ("push.xml", SF_XML)}},
            {"files": {"content": ("push.xml", SF_XML)}, "data": {"sender": "中"}},
            {"files": {"content": (None, SF_XML)}},
        ],
        ids=["only file", "file of the field's name", "field"],
    )
    def test_in_parts_is_kept_without_them(self, client: httpx.Client, kept: Kept, parts: dict[str, Any]) -> None:
        answer = client.post("/feeds/sf", headers=KEY, **parts)

        assert "<Head>OK</Head>" in answer.text
        assert [payload.body.decode() for payload in kept()] == [SF_XML]


class TestPlainFeed:
    LINE: dict[str, str] = {  # noqa: RUF012 - nobody changes it
        "waybill": "773000000001", "occurred_at": "2026-11-19T10:00:00+08:00",
                            "event": "IN_TRANSIT"}  # fmt: skip

    def test_is_acknowledged_with_the_number_of_what_is_kept(self, client: httpx.Client, kept: Kept) -> None:
        answer = client.post("/feeds/scanners", content=json.dumps(self.LINE), headers=KEY)

        [payload] = kept()
        assert answer.json() == {"accepted": True, "id": payload.id}
        assert (payload.feed, payload.format) == ("scanners", "ndjson")

    def test_that_cannot_be_read_is_refused_with_what_is_wrong(self, client: httpx.Client, kept: Kept) -> None:
        answer = client.post("/feeds/scanners-csv", content="no,such,columns\n1,2,3\n", headers=KEY)

        assert (answer.status_code, answer.json()["accepted"]) == (400, False)
        assert answer.json()["detail"]
        assert kept() == []

    def test_needs_the_api_key(self, client: httpx.Client) -> None:
        assert client.post("/feeds/scanners", json=self.LINE).status_code == 401

    def test_takes_a_second_key_while_one_follows_the_other(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setenv("REDRESS_API_KEY__WMS", "the-next-key")
        client = gateway()

        with caplog.at_level(logging.INFO, logger="deployments.gateway"):
            answers = [
                client.post("/feeds/scanners", json=self.LINE, headers=headers).status_code
                for headers in (KEY, {"X-API-Key": "the-next-key"})
            ]

        assert answers == [200, 200]
        assert "the key WMS" in caplog.text
        assert "the-next-key" not in caplog.text


class TestClosedFeed:
    def test_names_the_variable_that_is_not_set(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.delenv("REDRESS_KUAIDI100_SALT")
        client = gateway()

        answer = client.post("/feeds/kuaidi100", data=signed(PUSH))

        assert (answer.status_code, answer.json()["result"]) == (503, False)
        assert "REDRESS_KUAIDI100_SALT is not set" in answer.json()["message"]
        assert answer.headers["Retry-After"]
        assert [record.getMessage() for record in caplog.records].count(
            "Nobody can push: the feed kuaidi100 is closed: REDRESS_KUAIDI100_SALT is not set."
        ) == 1

    def test_closes_registration_too(self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("REDRESS_API_KEY")

        answer = gateway().post("/shipments", json=[])

        assert answer.status_code == 503
        assert "REDRESS_API_KEY is not set" in answer.json()["detail"]


class TestPackedBody:
    BODY = urlencode(signed(PUSH)).encode()

    @pytest.mark.parametrize(
        ("packing", "packed"),
        [
            ("gzip", gzip.compress(BODY)),
            ("x-gzip", gzip.compress(BODY)),
            ("GZIP", gzip.compress(BODY[:50]) + gzip.compress(BODY[50:])),
            ("deflate", zlib.compress(BODY)),
            ("deflate", zlib.compress(BODY, wbits=-15)),
            ("identity", BODY),
        ],
        ids=["gzip", "by its older name", "in two members", "deflate", "deflate without its frame", "not at all"],
    )
    def test_is_unpacked(self, client: httpx.Client, kept: Kept, packing: str, packed: bytes) -> None:
        answer = client.post("/feeds/kuaidi100", content=packed, headers=FORM | {"Content-Encoding": packing})

        assert answer.json()["result"] is True
        assert [json.loads(payload.body) for payload in kept()] == [PUSH]

    @pytest.mark.parametrize(
        ("packing", "packed", "status"),
        [
            ("gzip", gzip.compress(b"\0" * 50_000_000), 413),
            ("deflate", zlib.compress(b"\0" * 50_000_000), 413),
            ("gzip", gzip.compress(BODY)[:-20], 400),
            ("gzip", BODY, 400),
            ("gzip", gzip.compress(BODY) + b"more", 400),
            ("gzip", gzip.compress(b"") * 100, 400),
            ("deflate", b"", 400),
            ("br", BODY, 415),
            ("gzip, gzip", gzip.compress(gzip.compress(BODY)), 415),
        ],
        ids=["bomb", "bomb in deflate", "cut off", "not packed", "something after it", "many members", "nothing",
             "in another way", "twice"],
    )  # fmt: skip
    def test_that_cannot_be_unpacked_is_refused(
        self, client: httpx.Client, kept: Kept, packing: str, packed: bytes, status: int
    ) -> None:
        answer = client.post("/feeds/kuaidi100", content=packed, headers=FORM | {"Content-Encoding": packing})

        assert (answer.status_code, answer.json()["result"]) == (status, False)
        assert kept() == []


class TestTooMany:
    def test_of_one_client_are_told_when_to_come_back(self, gateway: Gateway, kept: Kept) -> None:
        client = gateway(client_requests_per_minute_max=2)

        answers = [client.post("/feeds/kuaidi100", data=signed(PUSH)) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[2].headers["Retry-After"]) <= 30
        assert answers[2].json()["result"] is False
        assert client.post("/shipments", json=[], headers=KEY).status_code == 429
        assert len(kept()) == 2

    def test_of_one_feed_do_not_close_the_others(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        feeds = tmp_path / "feeds.yaml"
        feeds.write_text(
            "feeds:\n"
            "  - {name: first, format: kuaidi100_push, secret: REDRESS_KUAIDI100_SALT, requests_per_minute_max: 1}\n"
            "  - {name: second, format: kuaidi100_push, secret: REDRESS_KUAIDI100_SALT}\n"
        )
        monkeypatch.setenv("REDRESS_FEEDS_FILE", str(feeds))
        client = gateway()

        forged = [client.post("/feeds/first", data=signed(PUSH, salt="guessed")) for _ in range(3)]
        answers = [client.post(f"/feeds/{name}", data=signed(PUSH)) for name in ("first", "first", "second")]

        assert {answer.status_code for answer in forged} == {401}  # who may not push uses nothing up
        assert [answer.status_code for answer in answers] == [200, 429, 200]


class TestAtOnce:
    def test_each_is_kept_once_and_answered_with_its_own_number(self, client: httpx.Client, kept: Kept) -> None:
        lines = [json.dumps(TestPlainFeed.LINE | {"waybill": f"77300000{number:04d}"}) for number in range(60)]

        with ThreadPoolExecutor(12) as senders:
            answers = list(senders.map(lambda line: client.post("/feeds/scanners", content=line, headers=KEY), lines))

        assert {answer.json()["id"]: line for answer, line in zip(answers, lines, strict=True)} == {
            payload.id: payload.body.decode() for payload in kept()
        }


class TestUnknownFeed:
    def test_is_refused_with_the_names_of_those_there_are(self, client: httpx.Client) -> None:
        answer = client.post("/feeds/nobody", json={})

        assert answer.status_code == 404
        assert "kuaidi100" in answer.json()["detail"]


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

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"[" * 100_000, 413),
            (b"[" * 10_000, 422),
            (b'[{"waybill": "773000000001", "carrier": "\xff"}]', 422),
            (b"", 422),
            (b"{}", 422),
            (b'[{"waybill": "773000000001", "carrier": "\\ud800"}]', 422),
            (b'[{"waybill": "773000000001", "carrier": "a\\u0000b"}]', 422),
            (b'[{"waybill": "773000000001", "carrier": "a", "weight_kg": 1e400}]', 422),
            (b'[{"waybill": "773000000001", "carrier": "a", "promised_at": "0001-01-01T00:00:00+14:00"}]', 422),
        ],
        ids=["too large", "deep", "no UTF-8", "nothing", "no list", "half a pair", "NUL", "endless", "no year"],
    )
    def test_that_cannot_be_stored_are_refused(self, client: httpx.Client, body: bytes, status: int) -> None:
        answer = client.post("/shipments", content=body, headers=KEY)

        assert answer.status_code == status
        assert answer.json()["detail"]

    def test_more_than_are_taken_at_once_are_refused(self, gateway: Gateway) -> None:
        answer = gateway(registrations_max=1).post("/shipments", json=[self.REGISTRATION] * 2, headers=KEY)

        assert (answer.status_code, answer.json()["detail"]) == (413, "2 registrations; at most 1 at once")

    def test_may_come_packed(self, client: httpx.Client) -> None:
        packed = gzip.compress(json.dumps([self.REGISTRATION]).encode())

        answer = client.post("/shipments", content=packed, headers=KEY | {"Content-Encoding": "gzip"})

        assert answer.json() == {"registered": 1}


class TestDatabaseAway:
    def test_asks_everybody_to_come_back(self, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:9/nowhere")

        push = client.post("/feeds/kuaidi100", data=signed(PUSH))
        registration = client.post("/shipments", json=[TestShipments.REGISTRATION], headers=KEY)

        assert (push.status_code, push.json()["result"]) == (503, False)
        assert registration.status_code == 503
        assert push.headers["Retry-After"] == registration.headers["Retry-After"] == "5"
        assert client.get("/healthz").status_code == 503


class TestHealth:
    def test_is_ok_while_the_database_answers(self, client: httpx.Client) -> None:
        assert client.get("/healthz").json() == {"status": "ok"}


class TestHerald:
    def test_announces_a_burst_once_and_what_comes_later_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        announced: Queue[str] = Queue()
        monkeypatch.setattr("deployments.gateway.herald.runs.announce", lambda event, **_: announced.put(event))
        herald = Herald(gather_seconds=0.2, pause_seconds=0.01)
        herald.start()

        for _ in range(2):
            for _ in range(50):
                herald.tell()
            assert announced.get(timeout=10) == "redress.payloads.received"

        herald.stop()
        assert announced.empty()
