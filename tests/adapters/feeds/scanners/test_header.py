"""The header of a scanner CSV: which column is wrong, where it stands, and what was meant."""

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import recognise, translate

NAMES = ("waybill", "occurred_at", "event", "reason", "raw_code", "raw_text", "location")
LISTED = "The columns are waybill, occurred_at, event, reason, raw_code, raw_text, location, voids"


def header(**wrong: str) -> bytes:
    return ",".join(wrong.get(name, name) for name in NAMES).encode() + b"\n"


def fault(body: bytes) -> UnreadableEnvelope:
    with pytest.raises(UnreadableEnvelope) as refused:
        translate("csv", body)
    return refused.value


class TestWrongColumn:
    @pytest.mark.parametrize(
        ("right", "written"),
        [("occurred_at", "occured_at"), ("event", "Event"), ("raw_text", "rawtext"), ("waybill", "way_bill")],
    )
    def test_is_named_with_its_place_and_what_was_meant(self, right, written):
        place = NAMES.index(right) + 1

        refused = fault(header(**{right: written}))

        assert (refused.reason_code, refused.where) == ("csv_header", f"line 1 column {place}")
        assert refused.detail == f"column {place} is {written!r}; did you mean {right}? {LISTED}"

    def test_that_resembles_none_is_named_with_those_there_are(self):
        assert fault(header(location="网点")).detail == f"column 7 is '网点'. {LISTED}"

    def test_is_the_first_of_several(self):
        assert fault(header(event="e", location="l")).where == "line 1 column 3"

    def test_may_be_one_too_many(self):
        assert fault(header().rstrip() + b",\n").detail == f"column 8 is ''. {LISTED}"

    def test_may_stand_there_twice(self):
        assert fault(header(reason="event")).detail == "column 4 is event for a second time"

    def test_that_is_very_long_is_not_repeated_in_full(self):
        assert len(fault(header(event="e" * 500)).detail) < 250

    def test_is_found_below_blank_lines(self):
        assert fault(b"\n\n" + header(event="e")).where == "line 3 column 3"


class TestMissingColumn:
    def test_is_named(self):
        refused = fault(b"waybill,occurred_at,event,reason,raw_code\n")

        assert (refused.where, refused.detail) == ("line 1", "there is no column raw_text, location")

    def test_may_be_the_one_that_takes_scans_back(self):
        assert translate("csv", header()).records == ()


class TestRecognise:
    @pytest.mark.parametrize(
        "body",
        [
            header(),
            header(event="Ereignis"),
            header(waybill="way_bill"),
            header().upper(),
            b'"waybill",' + header()[8:],
        ],
        ids=["right", "a wrong column", "a wrong waybill", "upper case", "quoted"],
    )
    def test_knows_a_scanner_file_by_most_of_its_columns(self, body):
        assert recognise(body) == "csv"

    @pytest.mark.parametrize(
        "body", [b"waybill,event\n", b"waybill;occurred_at;event;reason;raw_code;raw_text;location"]
    )
    def test_does_not_guess(self, body):
        assert recognise(body) is None
