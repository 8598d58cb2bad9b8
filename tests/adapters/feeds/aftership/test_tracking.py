"""AfterShip's trackings: one parcel, several, refusals, unknown numbers and malformed bodies."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Event, Reason

FORMAT = "aftership"


def events(body: bytes) -> list[Event]:
    return [record.event for record in translate(FORMAT, body).records]


class TestOneParcel:
    def test_becomes_one_record_per_checkpoint(self, queried, tracking, checkpoint):
        body = queried(tracking(checkpoint("InTransit_002"), checkpoint("InTransit_007", "Departed")))

        assert events(body) == [Event.PICKED_UP, Event.DEPARTED_HUB]

    def test_keeps_everything_a_checkpoint_says(self, queried, tracking, checkpoint, the_record):
        entry = checkpoint("InTransit_003", "Arrived", "2026-03-01T08:00:00+08:00", slug="other-express")

        record = the_record(FORMAT, queried(tracking(entry)))

        assert record.where == "data.tracking.checkpoints[0]"
        assert (record.namespace, record.source) == ("aftership", FORMAT)
        assert (record.waybill, record.carrier) == ("AS0000000001", "other-express")
        assert (record.occurred_text, record.occurred_at) == (
            "2026-03-01T08:00:00+08:00",
            datetime(2026, 3, 1, tzinfo=UTC),
        )
        assert (record.clock, record.confidence) == ("told", "code")
        assert (record.raw_code, record.raw_text) == ("InTransit_003", "Arrived")
        assert (record.location, record.identity, record.raw) == ("Linjiang", "Arrived", entry)
        assert record.mapping_version.startswith("aftership-")

    def test_names_its_place_by_parts_where_no_field_has_it_whole(self, queried, tracking, checkpoint, the_record):
        entry = checkpoint(location=None, city="Farhill", state=None, country_name="Sampleland")

        assert the_record(FORMAT, queried(tracking(entry))).location == "Farhill, Sampleland"

    def test_may_stand_in_an_envelope_of_somebody_else(self, queried, tracking, checkpoint, the_record):
        wrapped = json.dumps({"ok": True, "result": [json.loads(queried(tracking(checkpoint())))]}).encode()

        assert the_record(FORMAT, wrapped).where == "result[0].data.tracking.checkpoints[0]"

    def test_may_be_told_by_its_last_checkpoint_only(self, tracking, checkpoint, the_record):
        told = tracking(checkpoint=checkpoint("Delivered_001", "Delivered"))
        del told["checkpoints"]

        record = the_record(FORMAT, json.dumps({"meta": {"code": 200}, "data": told}).encode())

        assert (record.where, record.event, record.waybill) == ("data.checkpoint", Event.DELIVERED, "AS0000000001")

    def test_keeps_a_checkpoint_that_is_no_object(self, queried, tracking, checkpoint):
        records = translate(FORMAT, queried(tracking(checkpoint(), "delivered", None))).records

        assert [record.unreadable for record in records] == ["", "not_an_object", "not_an_object"]
        assert [record.raw for record in records[1:]] == ["delivered", None]
        assert {record.waybill for record in records} == {"AS0000000001"}

    def test_without_a_number_is_refused_checkpoint_by_checkpoint(self, queried, tracking, checkpoint, the_record):
        nameless = tracking(checkpoint())
        del nameless["tracking_number"]

        assert refusal_line(the_record(FORMAT, queried(nameless))) == {
            "refused": "waybill_missing",
            "at": "data.tracking.checkpoints[0]",
        }

    def test_makes_no_event_of_its_own_times(self, queried, tracking):
        told = tracking(
            shipment_pickup_date="2026-03-01T08:00:00",
            shipment_delivery_date="2026-03-04T08:00:00",
            first_attempted_at="2026-03-03T08:00:00+08:00",
        )

        assert events(queried(told)) == []


class TestSeveralParcels:
    def test_of_a_list_keep_their_own_numbers(self, queried, tracking, checkpoint):
        listed = [tracking(checkpoint(), tracking_number=number) for number in ("AS1", "AS2")]

        records = translate(FORMAT, queried(*listed, listed=True)).records

        assert [(record.where, record.waybill) for record in records] == [
            ("data.trackings[0].checkpoints[0]", "AS1"),
            ("data.trackings[1].checkpoints[0]", "AS2"),
        ]

    def test_are_not_spoilt_by_what_is_no_tracking(self, queried, tracking, checkpoint):
        records = translate(FORMAT, queried("AS1", {"hello": 1}, tracking(checkpoint()), listed=True)).records

        assert [(record.where, record.unreadable) for record in records] == [
            ("data.trackings[0]", "not_an_object"),
            ("data.trackings[1]", "not_a_tracking"),
            ("data.trackings[2].checkpoints[0]", ""),
        ]

    def test_that_have_nothing_yet_are_each_told_by_the_answer(self, queried, tracking, checkpoint):
        pending = tracking(tracking_number="AS2", tag="Pending", subtag="Pending_001")
        expired = tracking(tracking_number="AS3", tag="Expired", subtag="Expired_001")

        translation = translate(FORMAT, queried(tracking(checkpoint()), pending, expired, listed=True))

        assert len(translation.records) == 1
        assert translation.answer == "AS2: Pending_001; AS3: Expired_001"


class TestWebhook:
    def test_tells_the_events_of_the_query(self, queried, pushed, tracking, checkpoint):
        told = tracking(checkpoint("InTransit_002", "Picked up"), checkpoint("OutForDelivery_001", "On the van"))
        spaced = tracking(checkpoint("InTransit_002", " Picked  up "), checkpoint("OutForDelivery_001", "On the van"))

        queries, pushes = (translate(FORMAT, body).records for body in (queried(told), pushed(spaced)))

        assert [record.where for record in pushes] == ["msg.checkpoints[0]", "msg.checkpoints[1]"]
        assert [(r.waybill, r.occurred_at, r.identity, r.sequence, r.event) for r in queries] == [
            (r.waybill, r.occurred_at, r.identity, r.sequence, r.event) for r in pushes
        ]

    def test_of_a_parcel_that_is_still_pending_has_no_record(self, pushed, tracking):
        body = pushed(tracking(tag="Pending", subtag="Pending_001"), event="tracking_pending_time")

        assert translate(FORMAT, body).model_dump(exclude={"claims", "insurances"}) == {
            "records": (),
            "promises": (),
            "answer": "AS0000000001: Pending_001",
        }

    @pytest.mark.parametrize("msg", [{}, None, "AS1", {"id": "example1"}])
    def test_without_a_tracking_says_so(self, pushed, msg):
        translation = translate(FORMAT, pushed(msg))

        assert (translation.records, translation.answer) == ((), "tracking_update: no tracking")

    def test_is_recognised(self, pushed, tracking):
        assert recognise(pushed(tracking())) == recognise(pushed({})) == FORMAT


class TestTime:
    def test_is_the_same_moment_with_an_offset_and_without(self, queried, tracking, checkpoint, the_record):
        told, naive = (
            the_record(FORMAT, queried(tracking(checkpoint(time=time))))
            for time in ("2026-03-01T10:33:00-04:00", "2026-03-01T14:33:00")
        )

        assert (told.occurred_at, told.identity) == (naive.occurred_at, naive.identity)
        assert (told.clock, naive.clock) == ("told", "declared")

    def test_without_an_offset_is_in_the_feeds_zone_where_it_declares_one(self, queried, tracking, checkpoint):
        body = queried(tracking(checkpoint(time="2026-03-01T08:00:00")))

        (record,) = translate(FORMAT, body, zone="Asia/Shanghai").records

        assert record.occurred_at == datetime(2026, 3, 1, tzinfo=UTC)

    @pytest.mark.parametrize(("time", "reason"), [("yesterday", "time_unreadable"), (None, "time_missing")])
    def test_that_is_not_known_refuses_the_record(self, queried, tracking, checkpoint, the_record, time, reason):
        record = the_record(FORMAT, queried(tracking(checkpoint(time=time))))

        assert refusal_line(record) == {"refused": reason, "at": "data.tracking.checkpoints[0]"}


class TestOrderWithinOneSecond:
    def test_is_that_of_the_list(self, queried, tracking, checkpoint):
        pair = (checkpoint("InTransit_003", "Arrived"), checkpoint("InTransit_007", "Departed"))

        records = translate(FORMAT, queried(tracking(*pair))).records

        assert [record.sequence for record in records] == ["0000", "0001"]
        assert records[0].identity != records[1].identity


class TestWhatDecides:
    def test_is_the_subtag_before_the_tag(self, queried, tracking, checkpoint, the_record):
        record = the_record(FORMAT, queried(tracking(checkpoint("Exception_012", tag="Exception"))))

        assert (record.event, record.reason, record.raw_code) == (
            Event.EXCEPTION,
            Reason.CARRIER_DAMAGED,
            "Exception_012",
        )

    def test_is_the_tag_where_there_is_no_subtag(self, queried, tracking, checkpoint, the_record):
        record = the_record(FORMAT, queried(tracking(checkpoint(None, tag="OutForDelivery"))))

        assert (record.event, record.raw_code) == (Event.OUT_FOR_DELIVERY, "OutForDelivery")

    def test_is_the_text_where_a_code_names_only_a_stage(self, queried, tracking, checkpoint, the_record):
        record = the_record(FORMAT, queried(tracking(checkpoint("InTransit_001", "Held by customs"))))

        assert (record.event, record.raw_code, record.confidence) == (Event.CUSTOMS_HELD, "InTransit_001", "text")

    def test_may_be_a_chinese_text(self, queried, tracking, checkpoint, the_record):
        record = the_record(FORMAT, queried(tracking(checkpoint("AttemptFail_001", "收件人拒收"))))

        assert (record.event, record.reason) == (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED)

    def test_is_never_the_text_against_a_code_that_says_all(self, queried, tracking, checkpoint, the_record):
        record = the_record(FORMAT, queried(tracking(checkpoint("InTransit_007", "Delivered"))))

        assert (record.event, record.confidence) == (Event.DEPARTED_HUB, "code")

    def test_is_nothing_for_a_subtag_nobody_declared_whatever_tag_and_text(
        self, queried, tracking, checkpoint, the_record
    ):
        record = the_record(FORMAT, queried(tracking(checkpoint("Delivered_099", "Delivered"))))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")
        assert record.raw_code == "Delivered_099"

    def test_is_the_text_alone_where_the_tag_is_empty(self, queried, tracking, checkpoint, the_record):
        record = the_record(
            FORMAT, queried(tracking(checkpoint("", "Delivered to the front desk", tag=""), tag="", subtag=""))
        )

        assert (record.event, record.raw_code, record.confidence) == (Event.DELIVERED_PROXY, "", "text")


class TestTagOfTheWholeTracking:
    def test_speaks_only_of_the_newest_checkpoint_without_a_code(self, queried, tracking, checkpoint):
        bare = [checkpoint(None, text, f"2026-03-0{day}T08:00:00Z") for day, text in ((1, "mmm"), (2, "hmm"))]

        body = queried(tracking(*bare, tag="Delivered", subtag="Delivered_003"))

        assert events(body) == [Event.EXCEPTION, Event.DELIVERED]

    def test_does_not_overrule_a_checkpoints_own_code(self, queried, tracking, checkpoint):
        body = queried(tracking(checkpoint("OutForDelivery_001"), tag="Delivered", subtag="Delivered_001"))

        assert events(body) == [Event.OUT_FOR_DELIVERY]


class TestExpired:
    def test_stands_as_a_signal_beside_the_scans(self, queried, tracking, checkpoint):
        scans = [checkpoint("InTransit_002", time="2026-03-01T08:00:00Z"), checkpoint(time="2026-03-02T08:00:00Z")]

        *told, signal = translate(FORMAT, queried(tracking(*scans, tag="Expired", subtag="Expired_001"))).records

        assert [record.event for record in told] == [Event.PICKED_UP, Event.ARRIVED_HUB]
        assert (signal.event, signal.where, signal.raw_code) == (Event.STALE, "data.tracking.subtag", "Expired_001")
        assert (signal.occurred_at, signal.clock) == (datetime(2026, 3, 2, 8, tzinfo=UTC), "told")
        assert signal.identity not in {record.identity for record in told}

    def test_is_the_same_signal_in_the_webhook(self, queried, pushed, tracking, checkpoint):
        told = tracking(checkpoint(), tag="Expired", subtag=None)

        signals = [translate(FORMAT, body).records[-1] for body in (queried(told), pushed(told))]

        assert len({(signal.waybill, signal.occurred_at, signal.identity) for signal in signals}) == 1
        assert signals[0].where == "data.tracking.tag"

    def test_is_no_news_of_the_newest_checkpoint(self, queried, tracking, checkpoint):
        body = queried(tracking(checkpoint(None, "Departed"), tag="Expired", subtag="Expired_001"))

        assert events(body) == [Event.DEPARTED_HUB, Event.STALE]


class TestPromise:
    def only(self, body: bytes):
        (promise,) = translate(FORMAT, body).promises
        return promise

    def test_of_a_day_lasts_until_its_end(self, queried, tracking):
        promise = self.only(queried(tracking(expected_delivery="2026-03-05")))

        assert promise.promised_at == datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)
        assert (promise.where, promise.waybill) == ("data.tracking.expected_delivery", "AS0000000001")
        assert (promise.namespace, promise.clock) == ("aftership", "declared")

    def test_of_a_window_is_its_end(self, queried, tracking):
        window = {"estimated_delivery_date": "2026-03-04", "estimated_delivery_date_max": "2026-03-06T18:00:00+01:00"}

        promise = self.only(queried(tracking(courier_estimated_delivery_date=window)))

        assert (promise.promised_at, promise.clock) == (datetime(2026, 3, 6, 17, tzinfo=UTC), "told")

    def test_is_the_latest_one_where_it_is_the_carriers(self, queried, tracking):
        latest = {"type": "specific", "source": "Carrier EDD", "datetime": "2026-03-07T12:00:00Z", "datetime_max": None}

        promise = self.only(queried(tracking(latest_estimated_delivery=latest, expected_delivery="2026-03-05")))

        assert promise.promised_at == datetime(2026, 3, 7, 12, tzinfo=UTC)

    def test_is_not_what_aftership_foresees_or_the_shop_says(self, queried, tracking):
        told = tracking(
            latest_estimated_delivery={"source": "AfterShip EDD", "datetime": "2026-03-07T12:00:00Z"},
            aftership_estimated_delivery_date={"estimated_delivery_date": "2026-03-07"},
            order_promised_delivery_date="2026-03-08",
        )

        assert translate(FORMAT, queried(told)).promises == ()


class TestRefusal:
    def test_is_told_by_the_answer(self):
        meta = {"code": 401, "type": "Unauthorized", "message": "No such key."}
        body = json.dumps({"meta": meta, "data": {}}).encode()

        assert (translate(FORMAT, body).records, translate(FORMAT, body).answer) == ((), "401: No such key.")
        assert recognise(body) == FORMAT


class TestUnknownNumber:
    def test_is_told_by_the_answer(self):
        meta = {"code": 4004, "type": "NotFound", "message": "Tracking does not exist."}

        translation = translate(FORMAT, json.dumps({"meta": meta, "data": {}}).encode())

        assert translation.answer == "4004: Tracking does not exist."

    def test_is_not_in_a_list(self, queried):
        assert translate(FORMAT, queried(listed=True)).model_dump(exclude={"claims", "insurances"}) == {
            "records": (),
            "promises": (),
            "answer": "ok",
        }


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            (b"{", "not_json"),
            (b"", "empty"),
            (b"\xff\xff", "not_text"),
            (b"<tracking/>", "not_json"),
            (b'{"hello": "world"}', "no_envelope"),
            (b'{"meta": {"code": 200}, "data": {}}', "no_envelope"),
            (b'{"checkpoints": [], "tracking_number": "X"}', "no_envelope"),
            (b"[]", "no_envelope"),
            (b"null", "no_envelope"),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_survives_fields_of_the_wrong_kind(self, queried, tracking, checkpoint, the_record):
        entry = checkpoint(["x"], {"y": 1}, 5, tag={}, location=[1])

        record = the_record(FORMAT, queried(tracking(entry, tag=[], subtag={}, latest_estimated_delivery=[])))

        assert (record.occurred_text, record.raw_text, record.raw_code, record.location) == ("5", "", "", "")
