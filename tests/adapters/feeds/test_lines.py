"""The lines that are printed for records, and for those that cannot be used."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.lines import canonical_line, refusal_line
from schemas.tracking import Event, Reason, TrackingRecord


def record(**fields: object) -> TrackingRecord:
    plain = {
        "where": "data[0]",
        "namespace": "kuaidi100",
        "source": "kuaidi100_query",
        "waybill": "KD1",
        "carrier": "zhongtong",
        "occurred_text": "2026-03-01 08:00:00",
        "occurred_at": datetime(2026, 3, 1, tzinfo=UTC),
        "event": Event.DELIVERY_FAILED,
        "reason": Reason.CONSIGNEE_REFUSED,
        "confidence": "code",
        "raw_code": "203",
        "raw_text": "收件人拒收",
        "location": "临江市",
    }
    return TrackingRecord(**(plain | fields))


class TestCanonicalLine:
    def test_says_all_of_a_usable_record_in_a_fixed_order(self):
        line = canonical_line(record())

        assert list(line.items()) == [
            ("waybill", "KD1"),
            ("source", "kuaidi100_query"),
            ("occurred_at", "2026-03-01T00:00:00Z"),
            ("event", "DELIVERY_FAILED"),
            ("reason", "consignee.refused"),
            ("raw_code", "203"),
            ("raw_text", "收件人拒收"),
            ("location", "临江市"),
            ("voids", None),
            ("carrier", "zhongtong"),
            ("confidence", "code"),
        ]

    def test_can_be_written_as_json(self):
        assert json.loads(json.dumps(canonical_line(record(reason=None))))["reason"] is None

    def test_keeps_fractions_of_a_second(self):
        line = canonical_line(record(occurred_at=datetime(2026, 3, 1, 0, 0, 0, 250_000, tzinfo=UTC)))

        assert line["occurred_at"] == "2026-03-01T00:00:00.250000Z"

    def test_refuses_to_print_a_null_for_a_time(self):
        with pytest.raises(ValueError, match=r"data\[0\] has no time"):
            canonical_line(record(occurred_at=None))


class TestRefusalLine:
    def test_is_none_for_a_usable_record(self):
        assert refusal_line(record()) is None

    @pytest.mark.parametrize(
        ("fields", "reason_code"),
        [
            ({"unreadable": "not_an_object"}, "not_an_object"),
            ({"waybill": ""}, "waybill_missing"),
            ({"occurred_at": None, "occurred_text": " "}, "time_missing"),
            ({"occurred_at": None, "occurred_text": "昨天"}, "time_unreadable"),
            ({"waybill": "", "occurred_at": None}, "waybill_missing"),
        ],
    )
    def test_gives_the_reason_and_the_place(self, fields, reason_code):
        assert refusal_line(record(**fields)) == {"refused": reason_code, "at": "data[0]"}

    def test_does_not_mind_a_missing_waybill_where_the_format_never_names_one(self):
        assert refusal_line(record(waybill=""), waybill_needed=False) is None

    def test_minds_everything_else_there_too(self):
        refusal = refusal_line(record(waybill="", occurred_at=None), waybill_needed=False)

        assert refusal == {"refused": "time_unreadable", "at": "data[0]"}
