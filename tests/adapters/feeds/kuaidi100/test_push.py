"""Kuaidi100 pushes: one parcel, two legs, the provider's signals, refusals and malformed bodies."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import translate
from schemas.tracking import Event, Reason, Translation

FORMAT = "kuaidi100_push"


def events(body: bytes) -> list[Event]:
    return [record.event for record in translate(FORMAT, body).records]


class TestOneParcel:
    def test_becomes_one_record_per_scan(self, push, scan):
        body = push(
            scan("【远山市公司】 派件中", "2026-03-02 09:00:00", statusCode="5"),
            scan("【临江市公司】 已揽收", "2026-03-01 08:00:00", statusCode="103"),
        )

        assert events(body) == [Event.OUT_FOR_DELIVERY, Event.PICKED_UP]

    def test_keeps_everything_a_scan_says(self, push, scan, the_record):
        entry = scan("快件到达【临江市公司】", statusCode="1001", status="到达派件城市", areaName="江南,临江市")

        record = the_record(FORMAT, push(entry, state="1001"))

        assert record.where == "lastResult.data[0]"
        assert (record.namespace, record.source) == ("kuaidi100", FORMAT)
        assert (record.waybill, record.carrier) == ("KD0000000001", "zhongtong")
        assert (record.occurred_text, record.occurred_at) == ("2026-03-01 08:00:00", datetime(2026, 3, 1, tzinfo=UTC))
        assert (record.raw_code, record.raw_text) == ("1001", "快件到达【临江市公司】")
        assert (record.location, record.raw) == ("江南,临江市", entry)
        assert record.mapping_version.startswith("kuaidi100-")

    def test_may_arrive_as_the_posted_form(self, push, scan, posted):
        form = posted(param=push(scan()).decode(), sign="00")

        assert translate(FORMAT, form) == translate(FORMAT, push(scan()))

    def test_may_stand_in_an_envelope_of_somebody_else(self, push, scan, the_record):
        wrapped = json.dumps({"code": 0, "data": [{"push": json.loads(push(scan()))}]}).encode()

        assert the_record(FORMAT, wrapped).where == "data[0].push.lastResult.data[0]"

    def test_falls_back_on_the_carriers_own_time(self, push, scan, the_record):
        record = the_record(FORMAT, push(scan(ftime="", time="2026-03-01 08:00:00")))

        assert record.occurred_at == datetime(2026, 3, 1, tzinfo=UTC)

    def test_keeps_a_time_it_cannot_read(self, push, scan, the_record):
        record = the_record(FORMAT, push(scan(time="昨天下午")))

        assert (record.occurred_text, record.occurred_at) == ("昨天下午", None)

    def test_keeps_an_entry_that_is_no_object(self, push, scan):
        records = translate(FORMAT, push(scan(), "签收", None)).records

        assert [record.unreadable for record in records] == ["", "not_an_object", "not_an_object"]
        assert [record.raw for record in records[1:]] == ["签收", None]


class TestSeveralParcels:
    def test_of_one_body_keep_their_own_waybills(self, push, scan):
        first, second = (json.loads(push(scan(), nu=waybill)) for waybill in ("KD1", "KD2"))

        records = translate(FORMAT, json.dumps([first, second]).encode()).records

        assert [(record.where, record.waybill) for record in records] == [
            ("[0].lastResult.data[0]", "KD1"),
            ("[1].lastResult.data[0]", "KD2"),
        ]

    def test_legs_at_home_and_abroad_are_one_waybill(self, push, scan):
        abroad = {"nu": "", "com": "usps", "status": "200", "state": "0", "data": [scan(time="2026-03-05 08:00:00")]}

        records = translate(FORMAT, push(scan(), dest=abroad)).records

        assert [(record.where, record.waybill, record.carrier) for record in records] == [
            ("lastResult.data[0]", "KD0000000001", "zhongtong"),
            ("destResult.data[0]", "KD0000000001", "usps"),
        ]

    def test_a_leg_abroad_that_has_nothing_yet_is_no_trouble(self, push, scan):
        nothing = {"nu": "", "com": "", "status": "201", "message": "无", "state": "0", "data": []}

        assert translate(FORMAT, push(scan(), dest=nothing)).answer == "ok"


class TestWhatDecides:
    def test_is_the_scans_own_code_before_its_name(self, push, scan, the_record):
        record = the_record(FORMAT, push(scan(statusCode="206", status="在途")))

        assert (record.event, record.reason) == (Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE)
        assert (record.raw_code, record.confidence) == ("206", "code")

    def test_is_the_name_where_there_is_no_code(self, push, scan, the_record):
        record = the_record(FORMAT, push(scan(status="投柜或驿站")))

        assert (record.event, record.raw_code, record.confidence) == (Event.AT_PICKUP_POINT, "投柜或驿站", "code")

    def test_may_be_a_code_written_as_a_number(self, push, scan, the_record):
        assert the_record(FORMAT, push(scan(statusCode=501))).event is Event.AT_PICKUP_POINT

    def test_is_the_text_where_a_code_names_only_a_stage(self, push, scan, the_record):
        record = the_record(FORMAT, push(scan("快件离开【临江】", statusCode="0")))

        assert (record.event, record.raw_code, record.confidence) == (Event.DEPARTED_HUB, "0", "text")

    def test_is_the_stage_where_the_text_says_nothing(self, push, scan, the_record):
        record = the_record(FORMAT, push(scan("。。。", statusCode="0")))

        assert (record.event, record.confidence) == (Event.IN_TRANSIT, "code")

    def test_is_never_the_text_against_a_code_that_says_all(self, push, scan, the_record):
        assert the_record(FORMAT, push(scan("快件已签收", statusCode="1002"))).event is Event.IN_TRANSIT

    def test_is_not_a_delivery_under_a_code_of_trouble(self, push, scan, the_record):
        record = the_record(FORMAT, push(scan("快件已签收", statusCode="2")))

        assert (record.event, record.reason) == (Event.EXCEPTION, Reason.UNKNOWN)

    @pytest.mark.parametrize(
        ("text", "event", "reason"),
        [
            ("外包装破损", Event.EXCEPTION, Reason.CARRIER_DAMAGED),
            ("收件人拒收", Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
            ("快件已退回", Event.RETURNING, None),
            ("客户要求更改地址", Event.EXCEPTION, Reason.SENDER_WRONG_ADDRESS),
        ],
    )
    def test_is_the_text_for_the_kind_of_trouble(self, push, scan, the_record, text, event, reason):
        record = the_record(FORMAT, push(scan(text, statusCode="2")))

        assert (record.event, record.reason) == (event, reason)

    def test_gives_a_failed_delivery_the_reason_of_its_text(self, push, scan, the_record):
        record = the_record(FORMAT, push(scan("地址不详", statusCode="204")))

        assert (record.event, record.reason) == (Event.DELIVERY_FAILED, Reason.SENDER_WRONG_ADDRESS)

    @pytest.mark.parametrize(
        "fields", [{"statusCode": "999"}, {"statusCode": "999", "status": "签收"}, {"status": "奇遇"}]
    )
    def test_is_nothing_for_a_code_nobody_declared(self, push, scan, the_record, fields):
        record = the_record(FORMAT, push(scan("快件已签收", **fields)))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")
        assert record.raw_code in fields.values()

    def test_is_nothing_for_a_text_nobody_declared(self, push, scan):
        records = translate(FORMAT, push(scan(time="2026-03-02 08:00:00"), scan("hello"))).records

        assert (records[1].event, records[1].reason, records[1].confidence) == (
            Event.EXCEPTION,
            Reason.UNKNOWN,
            "unknown",
        )


class TestStateOfTheWholeAnswer:
    def test_speaks_only_of_the_newest_scan(self, push, scan):
        body = push(scan("。", "2026-03-02 08:00:00"), scan("。", "2026-03-01 08:00:00"), state="3")

        assert events(body) == [Event.DELIVERED, Event.EXCEPTION]

    def test_finds_the_newest_in_an_ascending_list(self, push, scan):
        body = push(scan("。", "2026-03-01 08:00:00"), scan("。", "2026-03-02 08:00:00"), state="3")

        assert events(body) == [Event.EXCEPTION, Event.DELIVERED]

    def test_does_not_overrule_a_scans_own_code(self, push, scan):
        assert events(push(scan(statusCode="5"), state="3")) == [Event.OUT_FOR_DELIVERY]

    def test_gives_way_to_the_text_when_it_lags_behind(self, push, scan, the_record):
        record = the_record(FORMAT, push(scan("张三正在第1次派件"), state="0"))

        assert (record.event, record.raw_code) == (Event.OUT_FOR_DELIVERY, "0")

    def test_is_flagged_when_nobody_declared_it(self, push, scan, the_record):
        record = the_record(FORMAT, push(scan("快件已签收"), state="77"))

        assert (record.event, record.raw_code, record.confidence) == (Event.EXCEPTION, "77", "unknown")


class TestSignals:
    @pytest.mark.parametrize(("state", "event"), [("201", Event.OVERDUE), ("202", Event.STALE)])
    def test_stand_beside_the_scans(self, push, scan, state, event):
        body = push(scan("快件到达【临江】", "2026-03-02 08:00:00"), scan("已揽收"), state=state)

        scans, signal = (records := translate(FORMAT, body).records)[:2], records[2]

        assert [record.event for record in scans] == [Event.ARRIVED_HUB, Event.PICKED_UP]
        assert (signal.event, signal.where, signal.raw_code) == (event, "lastResult.state", state)
        assert signal.occurred_at == datetime(2026, 3, 2, tzinfo=UTC)
        assert signal.identity not in {record.identity for record in scans}

    def test_are_the_same_signal_when_pushed_again(self, push, scan):
        first, second = (translate(FORMAT, push(scan("已揽收"), state="202")).records[-1] for _ in range(2))

        assert (first.occurred_at, first.identity) == (second.occurred_at, second.identity)

    def test_without_a_scan_have_no_time_and_are_said_by_the_answer(self, push):
        translation = translate(FORMAT, push(state="202"))

        assert (translation.records, translation.answer) == ((), "202: 超时未更新")

    def test_of_a_watch_given_up_for_lack_of_change_is_stale(self, push, scan):
        translation = translate(FORMAT, push(scan("已揽收"), status="abort", message="60天无变化时"))

        scan_record, signal = translation.records
        assert (signal.event, signal.where, signal.raw_text) == (Event.STALE, "message", "60天无变化时")
        assert signal.occurred_at == scan_record.occurred_at
        assert translation.answer == "abort: 60天无变化时"

    def test_of_a_watch_given_up_for_a_corrected_carrier_is_none(self, push, scan):
        assert len(translate(FORMAT, push(scan(), status="abort", message="")).records) == 1


class TestUnknownNumber:
    def test_is_told_by_the_answer(self, push):
        body = push(status="abort", message="3天查询无记录", nu="KD404")

        assert translate(FORMAT, body) == Translation(records=(), answer="abort: 3天查询无记录")


class TestRefusal:
    def test_inside_a_push_is_told_by_the_answer(self, answer):
        refused = answer(message="单号不存在", status="201", nu="")
        body = json.dumps({"status": "polling", "lastResult": refused}).encode()

        assert translate(FORMAT, body).answer == "201: 单号不存在"

    def test_without_any_result_is_told_by_the_answer(self):
        body = json.dumps({"status": "abort", "message": "3天查询无记录", "autoCheck": "0"}).encode()

        assert translate(FORMAT, body).answer == "abort: 3天查询无记录"


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            (b"{", "not_json"),
            (b"", "empty"),
            (b"\xff\xff", "not_text"),
            (b"<push/>", "not_json"),
            (b"sign=AB", "form_field_missing"),
            (b'{"hello": "world"}', "no_envelope"),
            (b"[]", "no_envelope"),
            (b"null", "no_envelope"),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code
