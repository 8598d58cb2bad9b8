"""EasyPost's pushes: one parcel, the same events as a query's, what is no tracker, malformed bodies."""

import json

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Event

FORMAT = "easypost_event"


class TestOneParcel:
    def test_becomes_one_record_per_scan(self, pushed, tracker, detail):
        body = pushed(tracker(detail("Label made", "pre_transit"), detail("At the door", "delivered")))

        records = translate(FORMAT, body).records

        assert [(record.where, record.event, record.source) for record in records] == [
            ("result.tracking_details[0]", Event.ORDER_CREATED, FORMAT),
            ("result.tracking_details[1]", Event.DELIVERED, FORMAT),
        ]

    def test_tells_the_same_events_and_promise_as_the_query(self, pushed, queried, tracker, detail):
        one = tracker(detail(), detail("Sorted"), est_delivery_date="2026-03-04T15:00:00Z")

        push, query = translate(FORMAT, pushed(one)), translate("easypost_tracker", queried(one))

        def told(translation):
            return [(r.namespace, r.waybill, r.occurred_at, r.identity) for r in translation.records]

        assert told(push) == told(query)
        assert [promise.promised_at for promise in push.promises] == [promise.promised_at for promise in query.promises]


class TestSeveralParcels:
    def test_of_a_page_of_events_keep_their_own_numbers(self, pushed, tracker, detail):
        events = [json.loads(pushed(tracker(detail(), tracking_code=code))) for code in ("EP1", "EP2")]
        body = json.dumps({"events": events, "has_more": False}).encode()

        records = translate(FORMAT, body).records

        assert [(record.where, record.waybill) for record in records] == [
            ("events[0].result.tracking_details[0]", "EP1"),
            ("events[1].result.tracking_details[0]", "EP2"),
        ]


class TestEventOfAnotherKind:
    @pytest.mark.parametrize(
        ("description", "kind"),
        [("refund.successful", "Refund"), ("scan_form.created", "ScanForm"), ("batch.updated", "Batch")],
    )
    def test_has_no_records_and_says_what_it_is(self, pushed, description, kind):
        body = pushed({"object": kind, "id": "x", "tracking_code": "EP1"}, description)

        translation = translate(FORMAT, body)

        assert (translation.records, translation.answer) == ((), f"{description}: it holds no tracker")
        assert recognise(body) is None

    @pytest.mark.parametrize("result", [None, "trk_1", {"object": "Shipment"}])
    def test_may_lack_its_tracker(self, pushed, result):
        assert translate(FORMAT, pushed(result)).answer == "tracker.updated: it holds no tracker"

    def test_is_not_read_even_where_it_holds_one(self, pushed, tracker, detail):
        assert translate(FORMAT, pushed(tracker(detail()), "insurance.purchased")).records == ()


class TestUnknownNumber:
    def test_is_a_tracker_that_knows_nothing_yet(self, pushed, tracker):
        translation = translate(FORMAT, pushed(tracker(status="unknown"), "tracker.created"))

        assert (translation.records, translation.answer) == ((), "unknown: no scan yet")


class TestRefusal:
    def test_is_told_by_the_answer(self):
        body = b'{"error": {"code": "EVENT.NOT_FOUND", "message": "There is none.", "errors": []}}'

        assert translate(FORMAT, body).answer == "EVENT.NOT_FOUND: There is none."


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [(b"[", "not_json"), (b"<a/>", "not_json"), (b'{"object": "event"}', "no_envelope"), (b"[7]", "no_envelope")],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code


class TestRecognise:
    def test_tells_pushes_and_answers_apart(self, pushed, queried, tracker, detail):
        one = tracker(detail())

        assert recognise(pushed(one)) == FORMAT
        assert (
            recognise(queried(one, alone=True)) == recognise(queried(one)) == recognise(queried()) == "easypost_tracker"
        )

    def test_tells_the_refusals_apart(self):
        refusal = '{{"error": {{"code": "{}", "message": "", "errors": []}}}}'

        assert recognise(refusal.format("PAYLOAD.NOT_FOUND").encode()) == FORMAT
        assert recognise(refusal.format("TRACKER.NOT_FOUND").encode()) == "easypost_tracker"

    @pytest.mark.parametrize(
        "body",
        [
            b'{"error": {"code": "404", "message": "", "errors": []}}',
            b'{"error": {"code": "A.B", "message": ""}}',
            b'{"trackers": []}',
            b'{"object": "Shipment", "tracker": {"object": "Tracker", "tracking_code": "1"}}',
            b'{"refunds": [{"object": "Refund", "tracking_code": "1"}], "has_more": false}',
        ],
    )
    def test_does_not_guess(self, body):
        assert recognise(body) is None
