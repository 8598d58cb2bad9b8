"""Scans that are taken back: `voids` holds their time, and all else is as it was told."""

import pytest

from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import translate
from rules.tracking.identity import event_id

FIRST, LATER = "2026-03-01T08:00:00+08:00", "2026-03-01T09:30:00+08:00"


@pytest.fixture(params=["csv", "ndjson"])
def records(request, in_csv, in_ndjson):
    """Read scans from either form of file."""
    make = in_csv if request.param == "csv" else in_ndjson
    return lambda *rows: translate(request.param, make(*rows)).records


class TestVoids:
    def test_is_the_id_of_the_scan_that_is_taken_back(self, records, scan):
        wrong, taken_back = records(scan(occurred_at=FIRST), scan(occurred_at=LATER, voids=FIRST))

        assert taken_back.voids == event_id(wrong).hex
        assert wrong.voids is None

    @pytest.mark.parametrize("written", ["2026-03-01 08:00:00", "2026-03-01T00:00:00Z", " 2026-3-1 8:00 "])
    def test_finds_the_scan_however_its_time_is_written(self, records, scan, written):
        wrong, taken_back = records(scan(occurred_at=FIRST), scan(occurred_at=LATER, voids=written))

        assert taken_back.voids == event_id(wrong).hex

    @pytest.mark.parametrize("field", ["waybill", "event", "raw_code", "raw_text", "location"])
    def test_takes_no_scan_back_that_says_something_else(self, records, scan, field):
        other = {"event": "HELD"}.get(field, "另外")

        wrong, taken_back = records(scan(occurred_at=FIRST), scan(voids=FIRST, **{field: other}))

        assert taken_back.voids != event_id(wrong).hex

    def test_makes_a_record_another_one_than_the_scan_itself(self, records, scan):
        wrong, taken_back = records(scan(occurred_at=FIRST), scan(occurred_at=FIRST, voids=FIRST))

        assert event_id(taken_back) != event_id(wrong)

    def test_takes_back_the_same_scan_each_time_it_is_told(self, records, scan):
        one, again = records(scan(occurred_at=LATER, voids=FIRST), scan(occurred_at=LATER, voids=FIRST))

        assert event_id(one) == event_id(again)

    @pytest.mark.parametrize("written", ["yes", "SC1", "2026-02-30 08:00:00"])
    def test_that_is_no_time_makes_the_record_unusable(self, records, scan, written):
        unusable, other = records(scan(voids=written), scan())

        assert refusal_line(unusable)["refused"] == "voids_unreadable"
        assert (unusable.voids, unusable.raw["voids"], other.unreadable) == (None, written, "")

    def test_does_not_hide_that_a_line_is_broken(self, in_ndjson, scan):
        broken = translate("ndjson", in_ndjson(scan(voids=FIRST), "{")).records[1]

        assert (broken.unreadable, broken.voids) == ("not_json", None)
