"""EasyPost's trackers: parcels, order, times, promises, identity, refusals and malformed bodies."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import translate
from schemas.tracking import Event, Reason

FORMAT = "easypost_tracker"


class TestOneParcel:
    def test_keeps_everything_a_scan_says(self, queried, tracker, detail, the_record):
        entry = detail("Arrived at the Sampleton hub", status_detail="arrived_at_facility")

        record = the_record(FORMAT, queried(tracker(entry), alone=True))

        assert record.where == "tracking_details[0]"
        assert (record.namespace, record.source) == ("easypost", FORMAT)
        assert (record.waybill, record.carrier) == ("EP0000000001", "SamplePost")
        assert (record.occurred_text, record.occurred_at) == (
            "2026-03-01T08:00:00Z",
            datetime(2026, 3, 1, 8, tzinfo=UTC),
        )
        assert (record.event, record.reason, record.confidence) == (Event.ARRIVED_HUB, None, "code")
        assert (record.raw_code, record.raw_text) == ("in_transit/arrived_at_facility", "Arrived at the Sampleton hub")
        assert (record.location, record.raw) == ("Sampleton, XX", entry)
        assert record.mapping_version.startswith("easypost-")

    def test_may_have_no_place_and_no_message(self, queried, tracker, detail, the_record):
        record = the_record(FORMAT, queried(tracker(detail(None, description=None, tracking_location=None))))

        assert (record.location, record.raw_text, record.identity) == ("", "", "SamplePost in_transit")

    def test_takes_the_carriers_words_where_easypost_has_none(self, queried, tracker, detail, the_record):
        assert the_record(FORMAT, queried(tracker(detail("", description="Left town")))).raw_text == "Left town"

    def test_may_stand_in_an_envelope_of_somebody_else(self, tracker, detail, the_record):
        body = json.dumps({"code": 0, "data": {"shipment": tracker(detail())}}).encode()

        assert the_record(FORMAT, body).where == "data.shipment.tracking_details[0]"

    def test_keeps_a_scan_that_is_no_object(self, queried, tracker, detail):
        records = translate(FORMAT, queried(tracker(detail(), "lost", None))).records

        assert [(record.unreadable, record.waybill) for record in records] == [
            ("", "EP0000000001"),
            ("not_an_object", "EP0000000001"),
            ("not_an_object", "EP0000000001"),
        ]

    def test_without_a_number_is_kept_for_the_checks_to_refuse(self, queried, tracker, detail, the_record):
        record = the_record(FORMAT, queried(tracker(detail(), tracking_code=None)))

        assert refusal_line(record) == {"refused": "waybill_missing", "at": "trackers[0].tracking_details[0]"}


class TestSeveralParcels:
    def test_of_one_page_keep_their_own_numbers(self, queried, tracker, detail):
        body = queried(tracker(detail(), tracking_code="EP1"), tracker(detail(), tracking_code="EP2", carrier="Other"))

        records = translate(FORMAT, body).records

        assert [(record.where, record.waybill, record.carrier) for record in records] == [
            ("trackers[0].tracking_details[0]", "EP1", "SamplePost"),
            ("trackers[1].tracking_details[0]", "EP2", "Other"),
        ]

    def test_do_not_suffer_from_one_that_is_no_tracker(self, queried, tracker, detail):
        records = translate(FORMAT, queried("gone", tracker(detail()))).records

        assert [(record.where, record.unreadable) for record in records] == [
            ("trackers[0]", "not_an_object"),
            ("trackers[1].tracking_details[0]", ""),
        ]


class TestTimes:
    @pytest.mark.parametrize(
        ("written", "at"),
        [
            ("2026-03-01T08:00:00Z", datetime(2026, 3, 1, 8, tzinfo=UTC)),
            ("2026-03-01T08:00:00.000Z", datetime(2026, 3, 1, 8, tzinfo=UTC)),
            ("2026-03-01T08:00:00-05:00", datetime(2026, 3, 1, 13, tzinfo=UTC)),
        ],
    )
    def test_with_a_zone_are_told(self, queried, tracker, detail, the_record, written, at):
        record = the_record(FORMAT, queried(tracker(detail(time=written))))

        assert (record.occurred_at, record.clock) == (at, "told")

    def test_without_a_zone_are_utc_and_say_so(self, queried, tracker, detail, the_record):
        record = the_record(FORMAT, queried(tracker(detail(time="2026-03-01T08:00:00"))))

        assert (record.occurred_at, record.clock) == (datetime(2026, 3, 1, 8, tzinfo=UTC), "declared")

    def test_may_be_missing_which_is_refused_later(self, queried, tracker, detail, the_record):
        record = the_record(FORMAT, queried(tracker(detail(time=None))))

        assert (record.occurred_text, record.occurred_at) == ("", None)
        assert refusal_line(record) == {"refused": "time_missing", "at": "trackers[0].tracking_details[0]"}

    def test_that_cannot_be_read_are_kept(self, queried, tracker, detail, the_record):
        record = the_record(FORMAT, queried(tracker(detail(time="last Tuesday"))))

        assert refusal_line(record) == {"refused": "time_unreadable", "at": "trackers[0].tracking_details[0]"}


class TestPromise:
    def promised(self, queried, tracker, **fields):
        return translate(FORMAT, queried(tracker(**fields))).promises

    def test_is_the_moment_that_is_named(self, queried, tracker):
        (promise,) = self.promised(queried, tracker, est_delivery_date="2026-03-04T15:30:00Z")

        assert (promise.where, promise.namespace, promise.waybill) == (
            "trackers[0].est_delivery_date",
            "easypost",
            "EP0000000001",
        )
        assert (promise.promised_at, promise.clock) == (datetime(2026, 3, 4, 15, 30, tzinfo=UTC), "told")

    @pytest.mark.parametrize("written", ["2026-03-04T00:00:00Z", "2026-03-04T00:00:00.000Z", "2026-03-04"])
    def test_of_a_day_is_its_end(self, queried, tracker, written):
        (promise,) = self.promised(queried, tracker, est_delivery_date=written)

        assert (promise.promised_at, promise.clock) == (datetime(2026, 3, 4, 23, 59, 59, tzinfo=UTC), "declared")

    @pytest.mark.parametrize("written", [None, "", "soon", 5, {}])
    def test_is_none_where_nothing_can_be_read(self, queried, tracker, written):
        assert self.promised(queried, tracker, est_delivery_date=written) == ()

    def test_needs_a_parcel(self, queried, tracker):
        assert self.promised(queried, tracker, est_delivery_date="2026-03-04", tracking_code="") == ()


class TestIdentity:
    def told(self, body: bytes) -> list[tuple[object, ...]]:
        return [(record.waybill, record.occurred_at, record.identity) for record in translate(FORMAT, body).records]

    def test_keeps_two_equal_messages_at_two_times_apart(self, queried, tracker, detail):
        body = queried(tracker(detail("On the road"), detail("On the road", time="2026-03-01T20:00:00Z")))

        assert len(set(self.told(body))) == 2

    def test_is_one_for_a_number_that_was_registered_twice(self, queried, tracker, detail):
        assert self.told(queried(tracker(detail()))) == self.told(queried(tracker(detail(), id="trk_another")))

    def test_is_another_for_another_carriers_parcel_of_the_same_number(self, queried, tracker, detail):
        assert self.told(queried(tracker(detail()))) != self.told(queried(tracker(detail(), carrier="Other")))

    def test_does_not_change_when_easypost_learns_more(self, queried, tracker, detail):
        later = detail(status_detail="departed_facility", tracking_location=None)

        assert self.told(queried(tracker(detail()))) == self.told(queried(tracker(later)))

    def test_leaves_the_order_within_one_second_to_the_list(self, queried, tracker, detail):
        records = translate(FORMAT, queried(tracker(detail("Unloaded"), detail("Sorted")))).records

        assert [record.sequence for record in records] == ["0000", "0001"]


class TestUnknownNumber:
    def test_is_an_answer_without_records(self, queried):
        assert translate(FORMAT, queried()).model_dump() == {
            "records": (),
            "promises": (),
            "claims": (),
            "insurances": (),
            "answer": "nothing tracks this number",
        }

    def test_may_be_a_tracker_that_knows_nothing_yet(self, queried, tracker):
        assert translate(FORMAT, queried(tracker(status="unknown"))).answer == "unknown: no scan yet"


class TestRefusal:
    def test_is_told_by_the_answer(self):
        body = b'{"error": {"code": "TRACKER.NOT_FOUND", "message": "There is none.", "errors": []}}'

        translation = translate(FORMAT, body)

        assert (translation.records, translation.answer) == ((), "TRACKER.NOT_FOUND: There is none.")


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            (b'{"object": "Tracker"', "not_json"),
            (b"<trackers/>", "not_json"),
            (b"{}", "no_envelope"),
            (b'{"object": "tracker", "id": "trk_1"}', "no_envelope"),
            (b'{"error": "no"}', "no_envelope"),
            (b"", "empty"),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_is_refused_when_the_tracker_only_belongs_to_something_else(self, tracker, detail):
        body = json.dumps({"object": "Shipment", "id": "shp_example", "tracker": tracker(detail())}).encode()

        with pytest.raises(UnreadableEnvelope, match="no_envelope"):
            translate(FORMAT, body)

    def test_survives_fields_of_the_wrong_kind(self, queried, tracker):
        broken = {"message": {}, "status": [], "status_detail": 5, "datetime": True, "tracking_location": "here"}

        (record,) = translate(FORMAT, queried(tracker(broken, tracking_code=7, carrier=[]))).records

        assert (record.waybill, record.carrier, record.occurred_text, record.raw_text) == ("7", "", "", "")


class TestReason:
    def test_of_a_return_is_read_from_its_message(self, queried, tracker, detail, the_record):
        entry = detail("No such street - returning to the shop", "return_to_sender")

        record = the_record(FORMAT, queried(tracker(entry)))

        assert (record.event, record.reason) == (Event.RETURNING, Reason.SENDER_WRONG_ADDRESS)
        assert (record.raw_code, record.confidence) == ("return_to_sender", "code")
