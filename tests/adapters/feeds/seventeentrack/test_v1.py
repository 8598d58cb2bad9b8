"""17TRACK's old shape: one parcel, several, refusals, unknown numbers and malformed bodies."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import recognise, translate
from rules.tracking.identity import event_id
from schemas.tracking import Event, Reason

FORMAT = "17track_v1"


def events(body: bytes) -> list[Event]:
    return [record.event for record in translate(FORMAT, body).records]


class TestOneParcel:
    def test_becomes_one_record_per_event(self, queried, old_parcel, scan):
        body = queried(old_parcel(scan("Out for delivery", "2026-03-02 08:00"), scan("Picked up")))

        assert events(body) == [Event.OUT_FOR_DELIVERY, Event.PICKED_UP]

    def test_keeps_everything_an_event_says(self, queried, old_parcel, scan, the_record):
        told = scan("Departed", "2026-03-01 08:00")

        record = the_record(FORMAT, queried(old_parcel(told)))

        assert record.where == "data.accepted[0].track.z1[0]"
        assert (record.namespace, record.source) == ("17track", FORMAT)
        assert (record.waybill, record.carrier) == ("TR0000000001", "190271")
        assert (record.occurred_text, record.occurred_at) == ("2026-03-01 08:00", datetime(2026, 3, 1, tzinfo=UTC))
        assert (record.clock, record.confidence) == ("declared", "text")
        assert (record.raw_code, record.raw_text) == ("10", "Departed")
        assert (record.location, record.identity, record.raw) == ("Linjiang, CN", "Departed", told)

    def test_has_the_events_of_both_its_carriers(self, queried, old_parcel, scan):
        told = old_parcel(scan("Delivered", "2026-03-04 08:00"), z2=[scan("Departed")], e=40)

        records = translate(FORMAT, queried(told)).records

        assert [(record.where[-5:], record.carrier) for record in records] == [("z1[0]", "190271"), ("z2[0]", "21051")]

    def test_may_be_told_by_its_newest_event_only(self, queried, old_parcel, scan, the_record):
        record = the_record(FORMAT, queried(old_parcel(z0=scan("Delivered"), e=40)))

        assert (record.where, record.event) == ("data.accepted[0].track.z0", Event.DELIVERED)

    def test_does_not_repeat_its_newest_event(self, queried, old_parcel, scan):
        assert len(events(queried(old_parcel(scan(), z0=scan())))) == 1

    def test_keeps_what_is_no_object(self, queried, old_parcel, scan):
        records = translate(FORMAT, queried(old_parcel(scan(), "delivered"), 5)).records

        assert [record.unreadable for record in records] == ["", "not_an_object", "not_an_object"]
        assert [record.raw for record in records[1:]] == ["delivered", 5]

    def test_tells_the_event_of_the_present_shape(self, queried, old_parcel, scan, parcel, event):
        (old,) = translate(FORMAT, queried(old_parcel(scan("Arrived", "2026-03-01 08:00")))).records
        (new,) = translate("17track_v2", queried(parcel([event("InTransit_Arrival", "Arrived")]))).records

        assert event_id(old) == event_id(new)


class TestSeveralParcels:
    def test_keep_their_own_numbers(self, queried, old_parcel, scan):
        records = translate(FORMAT, queried(*(old_parcel(scan(), number=number) for number in ("TR1", "TR2")))).records

        assert [record.waybill for record in records] == ["TR1", "TR2"]


class TestPush:
    def test_tells_the_events_of_the_query(self, queried, pushed, old_parcel, scan):
        told = old_parcel(scan("Delivered", "2026-03-02 08:00"), scan("Picked up"), e=40)

        queries, pushes = (translate(FORMAT, body).records for body in (queried(told), pushed(told, sign="00")))

        assert [record.where for record in pushes] == ["data.track.z1[0]", "data.track.z1[1]"]
        assert [(event_id(r), r.event, r.sequence) for r in queries] == [
            (event_id(r), r.event, r.sequence) for r in pushes
        ]

    def test_that_the_watching_stopped_is_said_by_the_answer(self, pushed):
        body = pushed({"number": "TR0000000001", "tag": None}, "TRACKING_STOPPED", sign="00")

        assert (translate(FORMAT, body).records, translate(FORMAT, body).answer) == (
            (),
            "TR0000000001: TRACKING_STOPPED",
        )
        assert recognise(body) == FORMAT


class TestTime:
    def test_is_in_the_feeds_zone(self, queried, old_parcel, scan):
        body = queried(old_parcel(scan(time="2026-03-01 08:00")))

        (record,) = translate(FORMAT, body, zone="Europe/Berlin").records

        assert (record.occurred_at, record.clock) == (datetime(2026, 3, 1, 7, tzinfo=UTC), "declared")

    @pytest.mark.parametrize(("time", "reason"), [(None, "time_missing"), ("soon", "time_unreadable")])
    def test_that_is_not_known_refuses_the_record(self, queried, old_parcel, scan, the_record, time, reason):
        record = the_record(FORMAT, queried(old_parcel(scan(time=time))))

        assert refusal_line(record) == {"refused": reason, "at": "data.accepted[0].track.z1[0]"}


class TestStateOfTheParcel:
    @pytest.mark.parametrize(
        ("e", "event", "reason"),
        [
            (10, Event.IN_TRANSIT, None),
            (30, Event.AT_PICKUP_POINT, None),
            (35, Event.DELIVERY_FAILED, Reason.UNKNOWN),
            (40, Event.DELIVERED, None),
            ("40", Event.DELIVERED, None),
            (50, Event.EXCEPTION, Reason.UNKNOWN),
        ],
    )
    def test_speaks_of_the_newest_event_only(self, queried, old_parcel, scan, e, event, reason):
        body = queried(old_parcel(scan("mmm", "2026-03-02 08:00"), scan("mmm"), e=e))

        newest, older = translate(FORMAT, body).records

        assert (newest.event, newest.reason, newest.raw_code, newest.confidence) == (event, reason, str(e), "code")
        assert (older.event, older.confidence, older.raw_code) == (Event.EXCEPTION, "unknown", "")

    @pytest.mark.parametrize(
        ("e", "text", "event", "reason"),
        [
            (10, "Released by customs", Event.CUSTOMS_RELEASED, None),
            (30, "Out for delivery", Event.OUT_FOR_DELIVERY, None),
            (35, "Attempted delivery, business closed", Event.DELIVERY_FAILED, Reason.CONSIGNEE_CLOSED),
            (40, "Left with a neighbour", Event.DELIVERED_PROXY, None),
            (50, "Returning to sender", Event.RETURNING, None),
            (50, "Found damaged", Event.EXCEPTION, Reason.CARRIER_DAMAGED),
        ],
    )
    def test_lets_the_text_say_more(self, queried, old_parcel, scan, the_record, e, text, event, reason):
        record = the_record(FORMAT, queried(old_parcel(scan(text), e=e)))

        assert (record.event, record.reason) == (event, reason)

    def test_is_no_delivery_under_a_state_of_trouble(self, queried, old_parcel, scan, the_record):
        assert the_record(FORMAT, queried(old_parcel(scan("Delivered"), e=50))).event is Event.EXCEPTION

    def test_is_flagged_when_nobody_declared_it(self, queried, old_parcel, scan, the_record):
        record = the_record(FORMAT, queried(old_parcel(scan("Delivered"), e=77)))

        assert (record.event, record.raw_code, record.confidence) == (Event.EXCEPTION, "77", "unknown")

    def test_leaves_the_text_alone_where_it_is_absent(self, queried, old_parcel, scan, the_record):
        record = the_record(FORMAT, queried(old_parcel(scan("快件已签收"), e=None)))

        assert (record.event, record.raw_code, record.confidence) == (Event.DELIVERED, "", "text")


class TestExpired:
    def test_stands_as_a_signal_beside_the_scans(self, queried, old_parcel, scan):
        told, signal = translate(FORMAT, queried(old_parcel(scan("Departed"), e=20))).records

        assert (told.event, told.raw_code) == (Event.DEPARTED_HUB, "")
        assert (signal.event, signal.where, signal.raw_code) == (Event.OVERDUE, "data.accepted[0].track.e", "20")
        assert signal.occurred_at == told.occurred_at
        assert "z1" not in signal.raw

    def test_is_the_same_signal_in_the_present_shape(self, queried, old_parcel, scan, parcel, event):
        old = translate(FORMAT, queried(old_parcel(scan("Departed"), e=20))).records[-1]
        new = translate("17track_v2", queried(parcel([event(None, "Departed")], sub_status="Expired_Other"))).records[
            -1
        ]

        assert event_id(old) == event_id(new)

    def test_without_a_scan_is_said_by_the_answer(self, queried, old_parcel):
        assert translate(FORMAT, queried(old_parcel(e=20))).answer == "TR0000000001: 20"


class TestUnknownNumber:
    def test_is_told_by_the_answer(self, queried, old_parcel):
        translation = translate(FORMAT, queried(old_parcel(e=0)))

        assert (translation.records, translation.answer) == ((), "TR0000000001: 0")

    def test_of_the_web_page_has_no_history(self):
        body = json.dumps({"ret": 1, "msg": "Ok", "dat": [{"no": "TR404", "delay": 0, "track": None}]}).encode()

        assert (translate(FORMAT, body).records, translate(FORMAT, body).answer) == ((), "TR404: no history")
        assert recognise(body) == FORMAT

    def test_that_was_never_registered_is_told_by_the_answer(self, queried):
        error = {"code": -18019902, "message": "Register it first."}

        assert translate(FORMAT, queried(rejected=({"number": "TR404", "error": error},))).answer.startswith(
            "TR404: -180"
        )


class TestRefusal:
    def test_is_told_by_the_answer(self):
        assert translate(FORMAT, b'{"code": -18010002, "message": "The key is invalid."}').answer.startswith(
            "-18010002"
        )


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            (b"{", "not_json"),
            (b"", "empty"),
            (b"<track/>", "not_json"),
            (b'{"number": "TR1", "track": {}}', "no_envelope"),
            (b'{"number": 5, "track": null}', "no_envelope"),
            (b'{"track": {"e": 40}}', "no_envelope"),
            (b"[]", "no_envelope"),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_survives_fields_of_the_wrong_kind(self, queried, old_parcel, the_record):
        told = old_parcel({"a": 5, "c": [], "d": {}, "z": ["x"]}, e={"x": 1}, z2="no list", z9={})

        records = translate(FORMAT, queried(told)).records

        assert [(r.occurred_text, r.raw_text, r.unreadable) for r in records] == [
            ("5", "", ""),
            ("", "", "not_an_object"),
            ("", "", ""),
        ]
