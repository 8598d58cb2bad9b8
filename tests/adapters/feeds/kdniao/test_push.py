"""Kdniao pushes: several parcels, what has no trace, refusals and malformed bodies."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Event

FORMAT = "kdniao_push"


class TestOneParcel:
    def test_becomes_one_record_per_trace(self, pushing, parcel, trace):
        body = pushing(parcel(trace("已揽收", Action="1"), trace("已签收", "2026-03-02 08:00:00"), StateEx="301"))

        records = translate(FORMAT, body).records

        assert [(record.where, record.event) for record in records] == [
            ("Data[0].Traces[0]", Event.PICKED_UP),
            ("Data[0].Traces[1]", Event.DELIVERED),
        ]

    def test_may_arrive_as_the_posted_form(self, pushing, parcel, trace, posted):
        body = pushing(parcel(trace()))
        form = posted(RequestData=body.decode(), EBusinessID="1000001", RequestType="101", DataSign="x")

        assert recognise(form) == FORMAT
        assert translate(FORMAT, form) == translate(FORMAT, body)

    def test_may_stand_as_text_in_the_forms_field_names(self, pushing, parcel, trace, the_record):
        body = json.dumps({"RequestType": "101", "RequestData": pushing(parcel(trace())).decode()}).encode()

        assert recognise(body) == FORMAT
        assert the_record(FORMAT, body).where == "RequestData.Data[0].Traces[0]"

    def test_is_recognised_as_a_push_and_not_as_what_it_holds(self, pushing, parcel, trace):
        assert recognise(pushing(parcel(trace()))) == FORMAT


class TestSeveralParcels:
    def test_of_one_push_keep_their_own_waybills_and_carriers(self, pushing, parcel, trace):
        body = pushing(parcel(trace(), LogisticCode="KN1"), parcel(trace(), LogisticCode="KN2", ShipperCode="YD"))

        records = translate(FORMAT, body).records

        assert [(record.waybill, record.carrier) for record in records] == [("KN1", "ZTO"), ("KN2", "YD")]

    def test_keep_their_promises_apart(self, pushing, parcel, trace):
        body = pushing(parcel(trace(), EstimatedDeliveryTime="2026-03-04"), parcel(trace(), LogisticCode="KN2"))

        (promise,) = translate(FORMAT, body).promises

        assert (promise.where, promise.waybill) == ("Data[0].EstimatedDeliveryTime", "KN0000000001")
        assert promise.promised_at == datetime(2026, 3, 4, 15, 59, 59, tzinfo=UTC)

    def test_are_not_spoilt_by_one_that_is_no_object(self, pushing, parcel, trace):
        records = translate(FORMAT, pushing("乱", parcel(trace()))).records

        assert [(record.where, record.unreadable) for record in records] == [
            ("Data[1].Traces[0]", ""),
            ("Data[0]", "not_an_object"),
        ]

    def test_may_be_none(self, pushing):
        assert translate(FORMAT, pushing()).records == ()


class TestUnknownNumber:
    def test_is_a_signal_at_the_time_of_the_push(self, pushing, parcel, the_record):
        record = the_record(FORMAT, pushing(parcel(State="0", Reason="暂无轨迹信息"), time="2026-3-2 9:05:00"))

        assert (record.event, record.where, record.raw_code) == (Event.NO_TRACE, "Data[0].State", "0")
        assert (record.occurred_text, record.occurred_at) == (
            "2026-3-2 9:05:00",
            datetime(2026, 3, 2, 1, 5, tzinfo=UTC),
        )
        assert (record.clock, record.confidence, record.raw_text) == ("declared", "code", "暂无轨迹信息")

    def test_is_the_same_signal_when_the_same_push_comes_again(self, pushing, parcel):
        first, second = (translate(FORMAT, pushing(parcel(StateEx="401"))).records for _ in range(2))

        assert first == second
        assert first[0].identity == "signal:NO_TRACE"

    @pytest.mark.parametrize("time", [None, "", "刚才"])
    def test_is_said_by_the_answer_where_the_push_has_no_time(self, pushing, parcel, time):
        translation = translate(FORMAT, pushing(parcel(State="0"), time=time))

        assert (translation.records, translation.answer) == ((), "0: 暂无轨迹信息")


class TestSignals:
    def test_of_a_parcel_with_scans_have_the_newest_ones_time(self, pushing, parcel, trace):
        first, second = (
            translate(FORMAT, pushing(parcel(trace("已揽收"), StateEx="403"), time=time)).records[-1]
            for time in ("2026-03-09 08:00:00", "2026-03-10 08:00:00")
        )

        assert first.event is Event.STALE
        assert (first.occurred_at, first.identity) == (second.occurred_at, second.identity)
        assert first.occurred_at == datetime(2026, 3, 1, tzinfo=UTC)


class TestRefusal:
    def test_of_one_parcel_is_told_by_the_answer_and_spoils_no_other(self, pushing, parcel, trace):
        body = pushing(parcel(Success=False, State="", Reason="单号不正确"), parcel(trace(), LogisticCode="KN2"))

        translation = translate(FORMAT, body)

        assert [record.waybill for record in translation.records] == ["KN2"]
        assert translation.answer == "单号不正确"


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            *((b"{", "not_json"), (b"", "empty"), (b"\xff\xff", "not_text"), (b"<push/>", "not_json")),
            *((b"DataSign=AB", "form_field_missing"), (b"null", "no_envelope")),
            *((b'{"PushTime": "2026-03-01 08:00:00"}', "no_envelope"), (b'{"RequestData": "{"}', "no_envelope")),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code
