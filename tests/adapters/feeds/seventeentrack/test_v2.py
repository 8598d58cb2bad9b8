"""17TRACK's present shape: one parcel, several, refusals, unknown numbers and malformed bodies."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import recognise, translate
from rules.tracking.identity import event_id
from schemas.tracking import Event, Reason

FORMAT = "17track_v2"


def events(body: bytes) -> list[Event]:
    return [record.event for record in translate(FORMAT, body).records]


class TestOneParcel:
    def test_becomes_one_record_per_event(self, queried, parcel, event):
        body = queried(
            parcel([event("OutForDelivery_Other", local="2026-03-02T08:00:00Z"), event("InTransit_PickedUp")])
        )

        assert events(body) == [Event.OUT_FOR_DELIVERY, Event.PICKED_UP]

    def test_keeps_everything_an_event_says(self, queried, parcel, event, the_record):
        told = event("InTransit_Arrival", "Arrived", stage="Arrival")

        record = the_record(FORMAT, queried(parcel([told])))

        assert record.where == "data.accepted[0].track_info.tracking.providers[0].events[0]"
        assert (record.namespace, record.source) == ("17track", FORMAT)
        assert (record.waybill, record.carrier) == ("TR0000000001", "190000")
        assert (record.occurred_text, record.occurred_at) == (
            "2026-03-01T08:00:00+08:00",
            datetime(2026, 3, 1, tzinfo=UTC),
        )
        assert (record.clock, record.confidence) == ("told", "code")
        assert (record.raw_code, record.raw_text) == ("InTransit_Arrival", "Arrived")
        assert (record.location, record.identity, record.raw) == ("Linjiang", "Arrived", told)
        assert record.mapping_version.startswith("17track-")

    def test_names_its_place_by_the_address_where_no_field_has_it_whole(self, queried, parcel, event, the_record):
        address = {"country": "XX", "state": None, "city": "Farhill", "street": None}

        assert the_record(FORMAT, queried(parcel([event(location=None, address=address)]))).location == "Farhill, XX"

    def test_may_be_told_by_its_latest_event_only(self, pushed, parcel, event, the_record):
        record = the_record(FORMAT, pushed(parcel(latest_event=event("Delivered_Other", "Delivered"))))

        assert (record.where, record.event) == ("data.track_info.latest_event", Event.DELIVERED)
        assert record.carrier == "190271"

    def test_does_not_repeat_its_latest_event(self, queried, parcel, event):
        assert len(translate(FORMAT, queried(parcel([event()], latest_event=event()))).records) == 1

    def test_makes_no_event_of_a_milestone(self, queried, parcel, event):
        milestone = [{"key_stage": "PickedUp", "time_iso": "2026-03-01T08:00:00+08:00", "time_utc": None}]

        assert len(events(queried(parcel([event()], milestone=milestone)))) == 1

    def test_may_stand_in_an_envelope_of_somebody_else(self, queried, parcel, event, the_record):
        wrapped = json.dumps({"ok": True, "result": [json.loads(queried(parcel([event()])))]}).encode()

        assert the_record(FORMAT, wrapped).where.startswith("result[0].data.accepted[0].track_info")

    def test_keeps_what_is_no_object(self, queried, parcel, event):
        told = parcel([event(), "delivered", None])
        told["track_info"]["tracking"]["providers"].append("a carrier")

        records = translate(FORMAT, queried(told, "TR2")).records

        assert [record.unreadable for record in records] == ["", *["not_an_object"] * 4]
        assert [record.raw for record in records[1:]] == ["delivered", None, "a carrier", "TR2"]


class TestSeveralParcels:
    def test_keep_their_own_numbers(self, queried, parcel, event):
        records = translate(FORMAT, queried(*({**parcel([event()]), "number": n} for n in ("TR1", "TR2")))).records

        assert [record.waybill for record in records] == ["TR1", "TR2"]

    def test_may_be_pushed_in_a_list(self, pushed, parcel, event):
        records = translate(FORMAT, pushed([parcel([event()]), "x", {**parcel([event()]), "number": "TR2"}])).records

        assert [(record.waybill, record.unreadable) for record in records] == [
            ("TR0000000001", ""),
            ("", "not_an_object"),
            ("TR2", ""),
        ]


class TestSeveralCarriersOfOneParcel:
    def test_that_list_one_event_tell_one_event(self, queried, parcel, event):
        first = event("InTransit_Arrival", "Arrived in Farhill", "2026-03-02T08:00:00+08:00")
        again = event(None, " Arrived  in Farhill", "2026-03-02T00:00:00Z", location="FARHILL, XX")
        older = event("InTransit_PickedUp", "Picked up")

        records = translate(FORMAT, queried(parcel([first, older], [again]))).records

        assert len(records) == 3
        assert event_id(records[0]) == event_id(records[2]) != event_id(records[1])
        assert [record.carrier for record in records] == ["190000", "190000", "190001"]

    def test_count_their_places_apart(self, queried, parcel, event):
        pair = [event(None, "Departed"), event(None, "Arrived")]

        records = translate(FORMAT, queried(parcel(pair, pair))).records

        assert [record.sequence for record in records] == ["0001", "0000", "0001", "0000"]


class TestPush:
    def test_tells_the_events_of_the_query(self, queried, pushed, parcel, event):
        told = parcel([event("OutForDelivery_Other", "On the van"), event("InTransit_PickedUp", "Picked up")])

        queries, pushes = (translate(FORMAT, body).records for body in (queried(told), pushed(told)))

        assert [(event_id(r), r.event, r.sequence) for r in queries] == [
            (event_id(r), r.event, r.sequence) for r in pushes
        ]

    def test_that_the_watching_stopped_is_no_event_of_the_parcel(self, pushed):
        data = {"number": "TR0000000001", "carrier": 190271, "param": None, "tag": None}

        assert translate(FORMAT, pushed(data, "TRACKING_STOPPED")).model_dump(exclude={"claims", "insurances"}) == {
            "records": (),
            "promises": (),
            "answer": "TR0000000001: TRACKING_STOPPED",
        }
        assert recognise(pushed(data, "TRACKING_STOPPED")) == FORMAT

    def test_that_the_watching_stopped_is_said_beside_a_history(self, pushed, parcel, event):
        translation = translate(FORMAT, pushed(parcel([event()]), "TRACKING_STOPPED"))

        assert len(translation.records) == 1
        assert translation.answer == "TR0000000001: TRACKING_STOPPED"


class TestTime:
    def at(self, queried, parcel, event, the_record, **times):
        return the_record(FORMAT, queried(parcel([event(**times)])))

    @pytest.mark.parametrize(
        "times",
        [
            {"local": "2026-03-01T08:00:00+08:00", "time_utc": "2026-03-01T00:00:00Z"},
            {"local": "2026-03-01T08:00:00+08:00", "time_utc": None},
            {"local": "", "time_utc": "2026-03-01T00:00:00Z"},
            {"local": "", "time_utc": "2026-03-01T00:00:00"},
            {"local": "2026-03-01T08:00:00", "time_utc": "2026-03-01T00:00:00Z"},
        ],
    )
    def test_is_one_moment_however_it_is_told(self, queried, parcel, event, the_record, times):
        record = self.at(queried, parcel, event, the_record, **times)

        assert (record.occurred_at, record.clock) == (datetime(2026, 3, 1, tzinfo=UTC), "told")

    def test_without_any_zone_is_the_feeds(self, queried, parcel, event, the_record):
        record = self.at(queried, parcel, event, the_record, local="2026-03-01T08:00:00")

        assert (record.occurred_at, record.clock) == (datetime(2026, 3, 1, tzinfo=UTC), "declared")

    @pytest.mark.parametrize(("local", "reason"), [("", "time_missing"), ("soon", "time_unreadable")])
    def test_that_is_not_known_refuses_the_record(self, queried, parcel, event, the_record, local, reason):
        line = refusal_line(self.at(queried, parcel, event, the_record, local=local))

        assert line is not None
        assert line["refused"] == reason


class TestWhatDecides:
    def test_is_the_sub_status_before_the_stage(self, queried, parcel, event, the_record):
        record = the_record(FORMAT, queried(parcel([event("Exception_Damage", stage="Arrival")])))

        assert (record.event, record.reason, record.raw_code) == (
            Event.EXCEPTION,
            Reason.CARRIER_DAMAGED,
            "Exception_Damage",
        )

    def test_is_the_stage_where_there_is_no_sub_status(self, queried, parcel, event, the_record):
        record = the_record(FORMAT, queried(parcel([event(None, stage="PickedUp")])))

        assert (record.event, record.raw_code) == (Event.PICKED_UP, "PickedUp")

    @pytest.mark.parametrize(
        ("text", "said"), [("Departed from the hub", Event.DEPARTED_HUB), ("快件离开【示例中心】", Event.DEPARTED_HUB)]
    )
    def test_is_the_text_of_either_language_where_a_code_names_only_a_stage(
        self, queried, parcel, event, the_record, text, said
    ):
        record = the_record(FORMAT, queried(parcel([event("InTransit_Other", text)])))

        assert (record.event, record.raw_code, record.confidence) == (said, "InTransit_Other", "text")

    def test_is_never_the_text_against_a_code_that_says_all(self, queried, parcel, event, the_record):
        assert the_record(FORMAT, queried(parcel([event("InTransit_Departure", "Delivered")]))).event == "DEPARTED_HUB"

    def test_is_nothing_for_a_code_nobody_declared(self, queried, parcel, event, the_record):
        record = the_record(FORMAT, queried(parcel([event("InTransit_Teleported", "Delivered", stage="Delivered")])))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")
        assert record.raw_code == "InTransit_Teleported"

    def test_is_nothing_for_a_text_nobody_declared(self, queried, parcel, event):
        newer = event(None, "Delivered", "2026-03-02T08:00:00Z")

        records = translate(FORMAT, queried(parcel([newer, event(None, "Livré")], status="Delivered"))).records

        assert (records[1].event, records[1].confidence, records[1].raw_code) == (Event.EXCEPTION, "unknown", "")


class TestLatestStatus:
    def test_speaks_only_of_the_newest_event_without_a_code(self, queried, parcel, event):
        older, newer = (event(None, "mmm", f"2026-03-0{day}T08:00:00Z") for day in (1, 2))

        body = queried(parcel([older], [newer], status="DeliveryFailure", sub_status="DeliveryFailure_Rejected"))

        assert events(body) == [Event.EXCEPTION, Event.DELIVERY_FAILED]

    def test_is_the_status_where_there_is_no_sub_status(self, queried, parcel, event, the_record):
        record = the_record(FORMAT, queried(parcel([event(None, "mmm")], status="Delivered", sub_status=None)))

        assert (record.event, record.raw_code) == (Event.DELIVERED, "Delivered")

    def test_does_not_overrule_an_events_own_code(self, queried, parcel, event):
        body = queried(parcel([event("OutForDelivery_Other")], status="Delivered", sub_status="Delivered_Other"))

        assert events(body) == [Event.OUT_FOR_DELIVERY]


class TestExpired:
    def test_stands_as_a_signal_beside_the_scans(self, queried, parcel, event):
        scans = [event(None, "Departed", "2026-03-02T08:00:00Z"), event("InTransit_PickedUp")]

        *told, signal = translate(FORMAT, queried(parcel(scans, status="Expired", sub_status="Expired_Other"))).records

        assert [record.event for record in told] == [Event.DEPARTED_HUB, Event.PICKED_UP]
        assert (signal.event, signal.raw_code) == (Event.OVERDUE, "Expired_Other")
        assert signal.where == "data.accepted[0].track_info.latest_status.sub_status"
        assert (signal.occurred_at, signal.clock) == (datetime(2026, 3, 2, 8, tzinfo=UTC), "told")
        assert signal.identity not in {record.identity for record in told}

    def test_without_a_scan_is_said_by_the_answer(self, queried, parcel):
        translation = translate(FORMAT, queried(parcel(status="Expired", sub_status="Expired_Other")))

        assert (translation.records, translation.answer) == ((), "TR0000000001: Expired_Other")


class TestPromise:
    def promises(self, queried, parcel, **window):
        return translate(FORMAT, queried(parcel(time_metrics={"estimated_delivery_date": window}))).promises

    def test_is_the_end_of_the_window(self, queried, parcel):
        (promise,) = self.promises(
            queried,
            parcel,
            source="Official",
            **{"from": "2026-03-04T09:00:00+01:00", "to": "2026-03-04T18:00:00+01:00"},
        )

        assert (promise.promised_at, promise.clock) == (datetime(2026, 3, 4, 17, tzinfo=UTC), "told")
        assert (promise.namespace, promise.waybill) == ("17track", "TR0000000001")
        assert promise.where == "data.accepted[0].track_info.time_metrics.estimated_delivery_date.to"

    @pytest.mark.parametrize("day", ["2026-03-05", "2026-03-05T00:00:00+01:00"])
    def test_of_a_day_lasts_until_its_end(self, queried, parcel, day):
        (promise,) = self.promises(queried, parcel, source="Official", **{"from": day, "to": None})

        assert (promise.promised_at, promise.clock) == (datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC), "declared")

    @pytest.mark.parametrize("window", [{}, {"to": None}, {"to": "soon"}, {"to": "2026-03-05", "source": "17TRACK"}])
    def test_is_none_where_no_carrier_gives_one(self, queried, parcel, window):
        assert self.promises(queried, parcel, **window) == ()


class TestUnknownNumber:
    def test_is_told_by_the_answer(self, queried, parcel):
        body = queried(parcel(status="NotFound", sub_status="NotFound_Other"))

        assert translate(FORMAT, body).model_dump(exclude={"claims", "insurances"}) == {
            "records": (),
            "promises": (),
            "answer": "TR0000000001: NotFound_Other",
        }

    def test_that_was_never_registered_is_told_by_the_answer(self, queried):
        error = {"code": -18019902, "message": "Register it first."}

        body = queried(rejected=({"number": "TR404", "error": error},))

        assert translate(FORMAT, body).answer == "TR404: -18019902 Register it first."
        assert recognise(body) == FORMAT

    def test_that_was_not_looked_up_yet_has_no_history(self, queried):
        body = queried({"number": "TR0000000001", "carrier": 1, "track_info": None})

        assert translate(FORMAT, body).answer == "TR0000000001: no history"


class TestRefusal:
    @pytest.mark.parametrize(
        "said",
        [
            {"code": -18010002, "message": "The key is invalid."},
            {"code": 0, "data": {"errors": [{"code": -18010002, "message": "The key is invalid."}]}},
        ],
    )
    def test_is_told_by_the_answer(self, said):
        body = json.dumps(said).encode()

        assert translate(FORMAT, body).answer == "-18010002 The key is invalid."
        assert recognise(body) == FORMAT

    def test_of_nothing_is_an_answer_without_records(self, queried):
        assert translate(FORMAT, queried()).answer == "ok"


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            (b"{", "not_json"),
            (b"", "empty"),
            (b"\xff\xff", "not_text"),
            (b"<track/>", "not_json"),
            (b'{"hello": "world"}', "no_envelope"),
            (b'{"code": 0, "message": "ok"}', "no_envelope"),
            (b'{"event": "order.paid", "data": {}}', "no_envelope"),
            (b'{"number": "TR1"}', "no_envelope"),
            (b"[]", "no_envelope"),
            (b"null", "no_envelope"),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_survives_fields_of_the_wrong_kind(self, queried, parcel, event, the_record):
        told = event(["x"], {"y": 1}, 5, stage={}, location=[1], address="here")

        record = the_record(FORMAT, queried(parcel([told], status=[], sub_status={}, time_metrics=7, latest_event=[])))

        assert (record.occurred_text, record.raw_text, record.raw_code, record.location) == ("5", "", "", "")
