"""Kuaidi100 query answers: one parcel, shop envelopes, refusals, and that a query and a push tell the same event."""

import json

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import translate
from schemas.tracking import Event, Translation

FORMAT = "kuaidi100_query"


class TestOneParcel:
    def test_becomes_one_record_per_scan(self, query, scan):
        body = query(scan("已揽收"), scan("快件到达【临江】", "2026-03-02 08:00:00"))

        records = translate(FORMAT, body).records

        assert [(record.where, record.event) for record in records] == [
            ("data[0]", Event.PICKED_UP),
            ("data[1]", Event.ARRIVED_HUB),
        ]

    def test_of_the_old_interface_has_neither_formatted_times_nor_status_200(self, answer, scan):
        entry = scan("已签收")
        del entry["ftime"]

        translation = translate(FORMAT, json.dumps(answer(entry, status="1", state="3")).encode())

        assert (translation.records[0].event, translation.answer) == (Event.DELIVERED, "ok")

    def test_takes_the_place_from_the_text_where_no_field_has_it(self, query, scan, the_record):
        assert (
            the_record(FORMAT, query(scan("【临江市公司】 已收入", location="", areaName=None))).location
            == "临江市公司"
        )
        assert the_record(FORMAT, query(scan("【临江市公司】 已收入", location=" 远山 "))).location == "远山"


class TestSeveralParcels:
    def test_in_a_shops_envelope_are_all_found(self, answer, scan):
        shop = {"status": 1, "msg": "ok", "result": [{"id": n, "list": answer(scan(), nu=f"KD{n}")} for n in (1, 2)]}

        records = translate(FORMAT, json.dumps(shop).encode()).records

        assert [(record.where, record.waybill) for record in records] == [
            ("result[0].list.data[0]", "KD1"),
            ("result[1].list.data[0]", "KD2"),
        ]

    def test_in_an_envelope_with_codes_of_its_own_are_found(self, answer, scan):
        inner = answer(scan(), returnCode=None, result=False)
        shop = {"returnCode": 1000, "message": "成功", "info": {"map": inner}}

        assert translate(FORMAT, json.dumps(shop).encode()).records[0].where == "info.map.data[0]"


class TestOrderWithinOneSecond:
    def test_is_kept_from_a_list_that_begins_with_the_newest(self, query, scan):
        body = query(scan("快件离开【临江】"), scan("快件到达【临江】"), scan("已揽收", "2026-03-01 07:00:00"))

        assert [record.sequence for record in translate(FORMAT, body).records] == ["0001", "0000", "0000"]

    def test_is_the_same_in_a_longer_answer(self, query, scan):
        pair = (scan("快件离开【临江】"), scan("快件到达【临江】"))
        newer = scan("已签收", "2026-03-03 08:00:00")

        short, long = (translate(FORMAT, query(*scans)).records for scans in (pair, (newer, *pair)))

        assert [record.sequence for record in long[1:]] == [record.sequence for record in short]


class TestIdentity:
    def test_is_one_for_a_query_and_a_push_of_one_event(self, query, push, scan):
        queried = translate(FORMAT, query(scan("快件到达 【临江】", statusCode="1002", status="干线"))).records[0]
        pushed = translate("kuaidi100_push", push(scan(" 快件到达  【临江】 "))).records[0]

        told = [(r.namespace, r.waybill, r.occurred_at, r.identity, r.sequence) for r in (queried, pushed)]
        assert told[0] == told[1]

    def test_differs_for_two_events_of_one_second(self, query, scan):
        records = translate(FORMAT, query(scan("快件离开【临江】"), scan("快件到达【临江】"))).records

        assert records[0].identity != records[1].identity


class TestUnknownNumber:
    def test_is_told_by_the_answer(self, query):
        translation = translate(FORMAT, query(message="单号不存在或者已经过期", status="201", nu="", com=""))

        assert (translation.records, translation.answer) == ((), "201: 单号不存在或者已经过期")

    def test_without_any_complaint_is_an_answer_without_records(self, query):
        assert translate(FORMAT, query()) == Translation(records=(), answer="ok")


class TestRefusal:
    def test_is_told_by_the_answer(self, query):
        assert translate(FORMAT, query(message="验证失败", status="404", nu="", com="")).answer == "404: 验证失败"

    def test_in_the_providers_other_shape_is_told_too(self):
        body = json.dumps({"result": False, "returnCode": "503", "message": "验证签名失败"}).encode()

        assert translate(FORMAT, body).answer == "503: 验证签名失败"

    def test_without_a_list_of_scans_is_told_too(self):
        body = json.dumps({"nu": "", "ischeck": "0", "status": "400", "message": "参数错误", "data": None}).encode()

        assert translate(FORMAT, body).answer == "400: 参数错误"


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [(b"[1,", "not_json"), (b"<a/>", "not_json"), (b'{"data": []}', "no_envelope"), (b'"text"', "no_envelope")],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_keeps_scans_without_any_known_field(self, query):
        (record,) = translate(FORMAT, query({"hello": 1})).records

        assert (record.occurred_text, record.occurred_at, record.raw) == ("", None, {"hello": 1})

    def test_keeps_one_scan_that_was_sent_without_its_list(self, answer, scan, the_record):
        assert the_record(FORMAT, json.dumps(answer() | {"data": scan("已签收")}).encode()).where == "data"

    def test_survives_fields_of_the_wrong_kind(self, query):
        (record,) = translate(FORMAT, query({"time": 5, "ftime": [], "context": {}, "statusCode": [1]})).records

        assert (record.occurred_text, record.raw_text, record.raw_code) == ("5", "", "0")
