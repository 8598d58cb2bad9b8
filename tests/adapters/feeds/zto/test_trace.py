"""ZTO's traces: one parcel, several, both interfaces, refusals, unknown numbers and malformed bodies."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Event, Reason

FORMAT = "zto_trace"


class TestOneParcel:
    def test_becomes_one_record_per_scan(self, traces, zto_scan):
        body = traces(ZT1=[zto_scan("收件", "张三已揽收"), zto_scan("派件", "李四派件", "2026-03-02 09:00:00")])

        records = translate(FORMAT, body).records

        assert [(record.where, record.event) for record in records] == [
            ("data[0].traces[0]", Event.PICKED_UP),
            ("data[0].traces[1]", Event.OUT_FOR_DELIVERY),
        ]

    def test_keeps_everything_a_scan_says(self, traces, zto_scan, the_record):
        scan = zto_scan(scanSite="临江转运中心", scanCity="临江市")

        record = the_record(FORMAT, traces(ZT1=[scan]))

        assert (record.namespace, record.source, record.waybill, record.carrier) == ("zto", FORMAT, "ZT1", "ZTO")
        assert (record.occurred_text, record.occurred_at) == ("2026-03-01 08:00:00", datetime(2026, 3, 1, tzinfo=UTC))
        assert (record.raw_code, record.raw_text, record.raw) == ("到件", "快件已到达 临江转运中心", scan)
        assert (record.location, record.clock, record.confidence) == ("临江转运中心", "declared", "code")
        assert record.mapping_version.startswith("zto-")

    @pytest.mark.parametrize(
        ("fields", "place"),
        [
            ({"scanCity": "临江市"}, "临江市"),
            ({"scanSite": {"name": "临江青山", "city": "临江市"}}, "临江青山"),
            ({"scanSite": {"name": "", "city": "临江市"}}, "临江市"),
            ({"desc": "【远山市】 快件已到达"}, "远山市"),
        ],
        ids=["city", "site", "site without a name", "text"],
    )
    def test_takes_the_place_from_where_it_stands(self, traces, zto_scan, the_record, fields, place):
        assert the_record(FORMAT, traces(ZT1=[zto_scan(**fields)])).location == place

    def test_of_the_newer_interface_names_itself_in_each_scan(self, result, zto_scan, the_record):
        record = the_record(FORMAT, result(zto_scan(billCode="ZT1")))

        assert (record.where, record.waybill) == ("result[0]", "ZT1")


class TestSeveralParcels:
    def test_keep_their_own_waybills(self, traces, zto_scan):
        records = translate(FORMAT, traces(ZT1=[zto_scan()], ZT2=[zto_scan()])).records

        assert [(record.where, record.waybill) for record in records] == [
            ("data[0].traces[0]", "ZT1"),
            ("data[1].traces[0]", "ZT2"),
        ]

    def test_of_one_list_are_ordered_each_for_itself(self, result, zto_scan):
        waybills = ("ZT1", "ZT2", "ZT1")

        records = translate(FORMAT, result(*(zto_scan(billCode=waybill) for waybill in waybills))).records

        assert sorted((record.waybill, record.sequence) for record in records) == [
            ("ZT1", "0000"),
            ("ZT1", "0001"),
            ("ZT2", "0000"),
        ]


class TestTimes:
    @pytest.mark.parametrize("written", [1772323200000, "1772323200000", 1772323200999])
    def test_counted_since_1970_are_told_to_the_second(self, result, zto_scan, the_record, written):
        record = the_record(FORMAT, result(zto_scan(billCode="ZT1", time=written)))

        assert (record.occurred_at, record.clock) == (datetime(2026, 3, 1, tzinfo=UTC), "told")
        assert record.occurred_text == str(written)

    @pytest.mark.parametrize("written", ["", None, "昨天", [1], True])
    def test_that_cannot_be_read_spoil_no_other(self, traces, zto_scan, written):
        records = translate(FORMAT, traces(ZT1=[zto_scan(time=written), zto_scan()])).records

        assert [record.occurred_at for record in records] == [None, datetime(2026, 3, 1, tzinfo=UTC)]


class TestIdentity:
    def test_is_one_for_both_interfaces_and_their_two_clocks(self, traces, result, zto_scan):
        older = translate(FORMAT, traces(ZT1=[zto_scan(desc="快件离开 【临江】", time="2026-03-01 08:00:00")])).records
        newer = translate(
            FORMAT, result(zto_scan(desc=" 快件离开  【临江】", time=1772323200000, billCode="ZT1"))
        ).records

        told = [(r.namespace, r.waybill, r.occurred_at, r.identity, r.sequence) for r in (*older, *newer)]
        assert told[0] == told[1]
        assert (older[0].clock, newer[0].clock) == ("declared", "told")

    def test_differs_for_two_scans_of_one_second_and_one_text(self, traces, zto_scan):
        records = translate(FORMAT, traces(ZT1=[zto_scan("到件", "扫描"), zto_scan("发件", "扫描")])).records

        assert records[0].identity != records[1].identity
        assert [record.sequence for record in records] == ["0000", "0001"]


class TestWhatDecides:
    def test_is_the_scan_type_against_the_text(self, traces, zto_scan, the_record):
        assert the_record(FORMAT, traces(ZT1=[zto_scan("发件", "快件已签收")])).event is Event.DEPARTED_HUB

    def test_is_nothing_for_a_type_nobody_declared(self, traces, zto_scan, the_record):
        record = the_record(FORMAT, traces(ZT1=[zto_scan("奇遇", "快件已签收")]))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")
        assert record.raw_code == "奇遇"

    def test_is_the_text_where_there_is_no_type(self, traces, zto_scan, the_record):
        record = the_record(FORMAT, traces(ZT1=[zto_scan("", "快件离开 【临江】")]))

        assert (record.event, record.raw_code, record.confidence) == (Event.DEPARTED_HUB, "", "text")

    @pytest.mark.parametrize(
        ("text", "event", "reason"),
        [
            ("【临江青山】 的张三已登记异常，原因：收件人要求修改地址", Event.EXCEPTION, Reason.SENDER_WRONG_ADDRESS),
            ("收件人电话无人接听", Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE),
            ("外包装破损", Event.EXCEPTION, Reason.CARRIER_DAMAGED),
            ("受台风影响，快件延误", Event.HELD, Reason.EXTERNAL_WEATHER),
            ("。", Event.EXCEPTION, Reason.UNKNOWN),
            ("快件已签收", Event.EXCEPTION, Reason.UNKNOWN),
        ],
    )
    def test_is_the_text_for_the_kind_of_problem(self, traces, zto_scan, the_record, text, event, reason):
        record = the_record(FORMAT, traces(ZT1=[zto_scan("问题件", text)]))

        assert (record.event, record.reason) == (event, reason)

    def test_is_the_remark_too_for_the_kind_of_problem(self, traces, zto_scan, the_record):
        record = the_record(FORMAT, traces(ZT1=[zto_scan("问题件", "张三已登记异常", remark="收件人拒收")]))

        assert (record.event, record.reason) == (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED)

    @pytest.mark.parametrize(
        ("signer", "event"),
        [("本人", Event.DELIVERED), ("", Event.DELIVERED), ("门卫", Event.DELIVERED_PROXY)],
    )
    def test_is_the_signer_for_who_took_a_signed_parcel(self, traces, zto_scan, the_record, signer, event):
        assert the_record(FORMAT, traces(ZT1=[zto_scan("签收", "快件已签收", signMan=signer)])).event is event

    @pytest.mark.parametrize(
        ("text", "fields", "event", "reason"),
        [
            ("快件已被临江青山退回", {}, Event.RETURNING, None),
            ("收件人拒收，快件已退回", {}, Event.RETURNING, Reason.CONSIGNEE_REFUSED),
            ("快件改寄", {}, Event.FORWARDED, None),
            ("快件已被临江青山退回或发往新的地址", {"returnType": "3"}, Event.FORWARDED, None),
            ("快件已被临江青山退回或发往新的地址", {"returnType": 2}, Event.RETURNING, None),
        ],
    )
    def test_is_text_and_kind_for_where_a_return_goes(self, traces, zto_scan, the_record, text, fields, event, reason):
        record = the_record(FORMAT, traces(ZT1=[zto_scan("退件", text, **fields)]))

        assert (record.event, record.reason) == (event, reason)


class TestUnknownNumber:
    def test_is_told_by_the_answer(self, result):
        translation = translate(FORMAT, result(statusCode="1001", message="查询结果为空"))

        assert (translation.records, translation.answer) == ((), "1001: 查询结果为空")

    def test_without_any_complaint_is_an_answer_without_records(self, traces, result):
        for body in (traces(ZT1=[]), result()):
            translation = translate(FORMAT, body)
            assert (translation.records, translation.answer) == ((), "ok")


class TestRefusal:
    def test_is_told_by_the_answer(self):
        body = json.dumps({"status": False, "statusCode": "S02", "message": "不合法的签名", "result": None}).encode()

        assert translate(FORMAT, body).answer == "S02: 不合法的签名"

    def test_of_the_older_interface_is_told_too(self):
        assert translate(FORMAT, b'{"data": null, "msg": "no such company", "status": false}').answer == (
            "no such company"
        )

    def test_without_a_word_is_told_too(self):
        assert translate(FORMAT, b'{"status": false, "message": null}').answer == "refused without a reason"

    def test_could_be_anybodys_and_is_recognised_by_nobody(self):
        assert recognise(b'{"status": false, "statusCode": "S02", "message": "x", "result": null}') is None


class TestRecognise:
    def test_knows_both_interfaces(self, traces, result, zto_scan):
        assert recognise(traces(ZT1=[])) == recognise(traces(ZT1=[zto_scan()])) == FORMAT
        assert recognise(result(zto_scan(billCode="ZT1"))) == FORMAT

    def test_does_not_guess_from_an_empty_answer(self, result):
        assert recognise(result()) is None


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            *((b"{", "not_json"), (b"", "empty"), (b"<a/>", "not_json"), (b"[]", "no_envelope")),
            *((b'{"billCode": "ZT1"}', "no_envelope"), (b'{"status": "ok", "message": "x"}', "no_envelope")),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_keeps_an_entry_that_is_no_object(self, traces, zto_scan):
        records = translate(FORMAT, traces(ZT1=[zto_scan(), "签收", None])).records

        assert [record.unreadable for record in records] == ["", "not_an_object", "not_an_object"]
        assert {record.waybill for record in records} == {"ZT1"}

    def test_keeps_an_entry_of_the_newer_interface_that_is_no_scan(self, result, zto_scan):
        nameless = {"billCode": "ZT1", "desc": "快件已到达"}

        records = translate(FORMAT, result(7, zto_scan(billCode="ZT1"), nameless)).records

        assert {record.where: (record.waybill, record.unreadable) for record in records} == {
            "result[0]": ("", "not_an_object"),
            "result[1]": ("ZT1", ""),
            "result[2]": ("ZT1", ""),
        }

    def test_survives_fields_of_the_wrong_kind(self, traces):
        scan = {"scanType": [1], "scanDate": {}, "desc": 5, "scanSite": ["x"], "signMan": {}, "remark": None}

        (record,) = translate(FORMAT, traces(ZT1=[scan])).records

        assert (record.occurred_text, record.occurred_at, record.raw_text, record.raw_code) == ("", None, "5", "")
