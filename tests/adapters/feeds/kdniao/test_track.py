"""Kdniao query answers: one parcel, other people's spellings, refusals, and that a query and a push tell one event."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Event, Reason

FORMAT = "kdniao_track"


def events(body: bytes) -> list[Event]:
    return [record.event for record in translate(FORMAT, body).records]


class TestOneParcel:
    def test_becomes_one_record_per_trace(self, track, trace):
        body = track(trace("张三已揽收", Action="1"), trace("派件中", "2026-03-02 09:00:00", Action="202"))

        assert events(body) == [Event.PICKED_UP, Event.OUT_FOR_DELIVERY]

    def test_keeps_everything_a_trace_says(self, track, trace, the_record):
        entry = trace("快件到达【临江转运中心】", Action="204", Location="临江市", Remark="")

        record = the_record(FORMAT, track(entry))

        assert (record.where, record.namespace, record.source) == ("Traces[0]", "kdniao", FORMAT)
        assert (record.waybill, record.carrier) == ("KN0000000001", "ZTO")
        assert (record.occurred_text, record.occurred_at) == ("2026-03-01 08:00:00", datetime(2026, 3, 1, tzinfo=UTC))
        assert (record.raw_code, record.raw_text, record.raw) == ("204", "快件到达【临江转运中心】", entry)
        assert (record.location, record.clock) == ("临江市", "declared")
        assert record.mapping_version.startswith("kdniao-")

    def test_takes_the_place_from_the_text_where_no_field_has_it(self, track, trace, the_record):
        assert the_record(FORMAT, track(trace())).location == "临江转运中心"

    def test_falls_back_on_the_remark_where_there_is_no_text(self, track, trace, the_record):
        assert the_record(FORMAT, track(trace(" ", Remark="收件人拒收", Action="405"))).reason is (
            Reason.CONSIGNEE_REFUSED
        )

    def test_promises_what_the_carrier_estimates(self, track, trace):
        (promise,) = translate(FORMAT, track(trace(), EstimatedDeliveryTime="2026-03-04 18:00:00")).promises

        assert (promise.where, promise.waybill) == ("EstimatedDeliveryTime", "KN0000000001")
        assert promise.promised_at == datetime(2026, 3, 4, 10, tzinfo=UTC)

    @pytest.mark.parametrize("estimate", [None, "", "三天内"])
    def test_promises_nothing_that_cannot_be_read(self, track, trace, estimate):
        assert translate(FORMAT, track(trace(), EstimatedDeliveryTime=estimate)).promises == ()


class TestSeveralParcels:
    def test_in_somebody_elses_envelope_are_all_found(self, parcel, trace):
        shop = {"code": 0, "data": [parcel(trace(), LogisticCode=waybill) for waybill in ("KN1", "KN2")]}

        records = translate(FORMAT, json.dumps(shop).encode()).records

        assert [(record.where, record.waybill) for record in records] == [
            ("data[0].Traces[0]", "KN1"),
            ("data[1].Traces[0]", "KN2"),
        ]


class TestTimes:
    @pytest.mark.parametrize("written", ["2026-3-1 8:00:00", "2026/03/01 08:00:00", " 2026-03-01 08:00 "])
    def test_are_read_however_they_are_written(self, track, trace, the_record, written):
        record = the_record(FORMAT, track(trace(time=written)))

        assert (record.occurred_at, record.clock) == (datetime(2026, 3, 1, tzinfo=UTC), "declared")

    def test_that_tell_their_zone_are_told(self, track, trace, the_record):
        record = the_record(FORMAT, track(trace(time="2026-03-01T08:00:00+08:00")))

        assert (record.occurred_at, record.clock) == (datetime(2026, 3, 1, tzinfo=UTC), "told")

    def test_that_cannot_be_read_are_kept_and_spoil_no_other(self, track, trace):
        records = translate(FORMAT, track(trace(time="昨天"), trace())).records

        assert [(record.occurred_text, record.occurred_at is None) for record in records] == [
            ("昨天", True),
            ("2026-03-01 08:00:00", False),
        ]


class TestOrderWithinOneSecond:
    def test_is_that_of_an_ascending_list(self, track, trace):
        records = translate(FORMAT, track(trace("快件到达【临江】"), trace("快件离开【临江】"))).records

        assert [record.sequence for record in records] == ["0000", "0001"]

    def test_is_kept_from_a_list_that_begins_with_the_newest(self, track, trace):
        body = track(trace("快件离开【临江】"), trace("快件到达【临江】"), trace("已揽收", "2026-03-01 07:00:00"))

        assert [record.sequence for record in translate(FORMAT, body).records] == ["0001", "0000", "0000"]


class TestIdentity:
    def test_is_one_for_a_free_query_and_a_paid_push_of_one_event(self, track, pushing, parcel, trace):
        queried = translate(FORMAT, track(trace("快件到达 【临江】"))).records[0]
        pushed = translate("kdniao_push", pushing(parcel(trace(" 快件到达  【临江】 ", Action="204")))).records[0]

        told = [(r.namespace, r.waybill, r.occurred_at, r.identity, r.sequence) for r in (queried, pushed)]
        assert told[0] == told[1]

    def test_differs_for_two_events_of_one_second(self, track, trace):
        records = translate(FORMAT, track(trace("快件到达【临江】"), trace("快件离开【临江】"))).records

        assert records[0].identity != records[1].identity


class TestWhatDecides:
    def test_is_the_traces_own_action(self, track, trace, the_record):
        record = the_record(FORMAT, track(trace("快件已签收", Action="416"), State="3", StateEx="301"))

        assert (record.event, record.reason) == (Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE)
        assert (record.raw_code, record.confidence) == ("416", "code")

    def test_may_be_an_action_written_as_a_number(self, track, trace, the_record):
        assert the_record(FORMAT, track(trace(Action=211))).event is Event.AT_PICKUP_POINT

    def test_is_the_text_where_the_action_names_only_a_stage(self, track, trace, the_record):
        record = the_record(FORMAT, track(trace("快件离开【临江】", Action="2")))

        assert (record.event, record.raw_code, record.confidence) == (Event.DEPARTED_HUB, "2", "text")

    def test_is_the_text_for_the_kind_of_trouble(self, track, trace, the_record):
        record = the_record(FORMAT, track(trace("收件人拒收，快件退回中", Action="4")))

        assert (record.event, record.reason) == (Event.RETURNING, Reason.CONSIGNEE_REFUSED)

    def test_gives_a_failed_delivery_the_reason_of_its_text(self, track, trace, the_record):
        record = the_record(FORMAT, track(trace("收件人不在家", Action="405")))

        assert (record.event, record.reason) == (Event.DELIVERY_FAILED, Reason.CONSIGNEE_ABSENT)

    def test_is_never_the_text_against_an_action_nobody_declared(self, track, trace, the_record):
        record = the_record(FORMAT, track(trace("快件已签收", Action="499")))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")
        assert record.raw_code == "499"

    def test_is_a_delivery_for_one_that_came_after_an_anomaly(self, track, trace, the_record):
        assert the_record(FORMAT, track(trace("派送不成功", Action="302"))).event is Event.DELIVERED

    @pytest.mark.parametrize("action", ["", "0", None])
    def test_is_the_text_where_no_action_says_anything(self, track, trace, action):
        body = track(trace("已揽收", Action=action), trace(time="2026-03-02 08:00:00"))

        assert events(body) == [Event.PICKED_UP, Event.ARRIVED_HUB]


class TestStateOfTheWholeAnswer:
    def test_speaks_only_of_the_newest_trace(self, track, trace):
        assert events(track(trace("。"), trace("。", "2026-03-02 08:00:00"), State="3")) == [
            Event.EXCEPTION,
            Event.DELIVERED,
        ]

    def test_is_the_paid_one_where_there_is_one(self, track, trace, the_record):
        record = the_record(FORMAT, track(trace("。"), State="3", StateEx="304"))

        assert (record.event, record.raw_code) == (Event.DELIVERED_PROXY, "304")

    def test_makes_no_delivery_of_a_trace_with_another_action(self, track, trace):
        assert events(track(trace("已收件", Action="1"), State="3", StateEx="304")) == [Event.PICKED_UP]

    def test_gives_way_to_the_text_when_it_lags_behind(self, track, trace, the_record):
        record = the_record(FORMAT, track(trace("张三正在派件"), State="1"))

        assert (record.event, record.raw_code) == (Event.OUT_FOR_DELIVERY, "1")

    def test_five_is_a_parcel_that_was_forwarded(self, track, trace):
        assert events(track(trace("。"), State="5")) == [Event.FORWARDED]

    def test_is_flagged_when_nobody_declared_it(self, track, trace, the_record):
        record = the_record(FORMAT, track(trace("快件已签收"), State="77"))

        assert (record.event, record.raw_code, record.confidence) == (Event.EXCEPTION, "77", "unknown")


class TestSpellingsOfOthers:
    def test_in_camel_case_are_read(self, parcel, trace):
        def small(node: dict) -> dict:
            return {name[0].lower() + name[1:]: value for name, value in node.items()}

        answer = small(parcel(small(trace(Action=202)), State=2, EstimatedDeliveryTime="2026-03-04"))
        translation = translate(FORMAT, json.dumps({"data": answer}).encode())

        (record,), (promise,) = translation.records, translation.promises
        assert (record.where, record.waybill, record.carrier) == ("data.traces[0]", "KN0000000001", "ZTO")
        assert (record.event, promise.where) == (Event.OUT_FOR_DELIVERY, "data.estimatedDeliveryTime")

    def test_beside_the_originals_are_passed_over(self, track, trace):
        assert len(translate(FORMAT, track(trace(), traces=[trace(), trace()], state="3")).records) == 1

    def test_that_number_the_states_anew_are_believed_only_in_their_actions(self, the_record):
        entry = {"acceptTime": "2026-03-01 08:00:00", "acceptStation": "张三正在派件", "state": 5, "action": 202}
        body = {"outWaybillNo": "KN9", "carrierCode": "ZTO001", "state": 5, "action": 202, "traces": [entry]}

        record = the_record(FORMAT, json.dumps(body).encode())

        assert (record.waybill, record.carrier, record.event) == ("KN9", "ZTO001", Event.OUT_FOR_DELIVERY)

    def test_that_keep_no_actions_are_read_by_the_text(self, the_record):
        entry = {"acceptTime": "2026-03-01 08:00:00", "acceptStation": "快件已签收", "state": 5}
        body = {"outWaybillNo": "KN9", "state": 5, "traces": [entry]}

        record = the_record(FORMAT, json.dumps(body).encode())

        assert (record.event, record.raw_code, record.confidence) == (Event.DELIVERED, "", "text")


class TestSignals:
    @pytest.mark.parametrize(("state", "event"), [("401", "NO_TRACE"), ("402", "OVERDUE"), ("403", "STALE")])
    def test_stand_beside_the_scans(self, track, trace, state, event):
        body = track(trace("已揽收"), trace(time="2026-03-02 08:00:00"), State="4", StateEx=state)

        *scans, signal = translate(FORMAT, body).records

        assert [record.event for record in scans] == [Event.PICKED_UP, Event.ARRIVED_HUB]
        assert (signal.event, signal.where, signal.raw_code) == (event, "StateEx", state)
        assert signal.occurred_at == datetime(2026, 3, 2, tzinfo=UTC)
        assert signal.identity not in {record.identity for record in scans}
        assert "Traces" not in signal.raw

    def test_are_one_whether_the_newest_trace_or_the_answer_tells_them(self, track, trace):
        told_by_trace = translate(FORMAT, track(trace(Action="402"), StateEx="402")).records
        told_by_answer = translate(FORMAT, track(trace(), StateEx="402")).records

        assert [record.event for record in told_by_trace] == [Event.OVERDUE]
        assert told_by_trace[0].identity == told_by_answer[1].identity

    def test_do_not_call_a_parcel_without_trace_that_has_one(self, track, trace):
        assert events(track(trace("已揽收"), State="0")) == [Event.PICKED_UP]

    def test_without_a_scan_have_no_time_and_are_said_by_the_answer(self, track):
        translation = translate(FORMAT, track(StateEx="403"))

        assert (translation.records, translation.answer) == ((), "403: 超时未更新")


class TestUnknownNumber:
    def test_is_told_by_the_answer(self, track):
        translation = translate(FORMAT, track(State="0", Reason="暂无轨迹信息"))

        assert (translation.records, translation.answer) == ((), "0: 暂无轨迹信息")

    def test_without_any_complaint_is_an_answer_without_records(self, track):
        translation = translate(FORMAT, track(State="2"))

        assert (translation.records, translation.answer) == ((), "ok")


class TestRefusal:
    def test_is_told_by_the_answer(self):
        body = json.dumps({"EBusinessID": "1000001", "Success": False, "Reason": "业务错误[套餐已到期]"}).encode()

        assert recognise(body) == FORMAT
        assert translate(FORMAT, body).answer == "业务错误[套餐已到期]"

    def test_that_names_no_account_is_recognised_by_nobody_but_can_be_read(self):
        body = json.dumps({"Success": False, "Reason": "非法参数"}).encode()

        assert recognise(body) is None
        assert translate(FORMAT, body).answer == "非法参数"

    def test_of_one_parcel_is_told_too(self, track):
        assert translate(FORMAT, track(Success=False, State="", Reason="")).answer == "no reason given"


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            *((b"{", "not_json"), (b"", "empty"), (b"<a/>", "not_json"), (b'{"a": []}', "no_envelope")),
            *((b"[]", "no_envelope"), (b'{"EBusinessID": "1", "Success": true, "Reason": ""}', "no_envelope")),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_keeps_an_entry_that_is_no_object(self, track, trace):
        records = translate(FORMAT, track(trace(), "签收", None)).records

        assert [record.unreadable for record in records] == ["", "not_an_object", "not_an_object"]
        assert [record.raw for record in records[1:]] == ["签收", None]

    def test_survives_fields_of_the_wrong_kind(self, track):
        (record,) = translate(FORMAT, track({"AcceptTime": 5, "AcceptStation": {}, "Action": [1]})).records

        assert (record.occurred_text, record.occurred_at, record.raw_text, record.raw_code) == ("5", None, "", "2")

    def test_keeps_one_trace_that_was_sent_without_its_list(self, parcel, trace, the_record):
        assert the_record(FORMAT, json.dumps(parcel() | {"Traces": trace()}).encode()).where == "Traces"
