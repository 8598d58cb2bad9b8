"""The scanners' fields as one JSON object a line: parcels, foreign files, values of every kind, broken lines."""

import json

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Event, Reason


def read(body: bytes):
    return translate("ndjson", body).records


def told(body: bytes):
    return [(record.where, record.waybill, record.unreadable) for record in read(body)]


class TestOneParcel:
    def test_says_what_the_same_row_of_a_csv_says(self, in_csv, in_ndjson, scan, the_record):
        row = scan(event="HELD", reason="customs.docs")

        in_a_line, in_a_row = the_record("ndjson", in_ndjson(row)), the_record("csv", in_csv(row))

        differs = {"where": "line 1", "source": "ndjson"}
        assert in_a_line == in_a_row.model_copy(update=differs)

    def test_keeps_fields_that_are_no_columns_only_as_they_stood(self, in_ndjson, scan, the_record):
        row = scan(scanner={"id": 7}, weights=[1.5])

        assert the_record("ndjson", in_ndjson(row)).raw == row

    def test_may_lack_fields(self, in_ndjson, the_record):
        record = the_record("ndjson", in_ndjson({"waybill": "SC1", "occurred_at": "2026-03-01 08:00:00"}))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")
        assert refusal_line(record) is None


class TestSeveralParcels:
    def test_keep_their_own_numbers_and_lines(self, in_ndjson, scan):
        assert told(in_ndjson(scan(waybill="SC1"), scan(waybill="SC2"))) == [
            ("line 1", "SC1", ""),
            ("line 2", "SC2", ""),
        ]


class TestForeignFile:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b"", "empty"),
            (b"\n \n", "empty"),
            (b"\x80\x81\xff\xfe\x00", "not_text"),
            (b'{"error": "access denied"}', "ndjson_fields"),
            (b'{"waybill": "SC1"}', "ndjson_fields"),
            (b"waybill,occurred_at\n", "ndjson_fields"),
            (b"[" * 5000, "ndjson_fields"),
        ],
        ids=["nothing", "blank", "bytes", "error", "half of the fields", "csv", "deep"],
    )
    def test_is_refused_as_a_whole(self, body, reason):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate("ndjson", body)

        assert refused.value.reason_code == reason


class TestValues:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            (773000000001, "773000000001"),
            (-5, "-5"),
            (0, "0"),
            (1.5, "1.5"),
            (1.0, "1.0"),
            (12345678901234567890123, "12345678901234567890123"),
            (True, "true"),
            ([1, "二"], '[1, "二"]'),
            ({"a": None}, '{"a": null}'),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("beside", [[], ["broken"]], ids=["at once", "line by line"])
    def test_of_every_kind_become_texts(self, in_ndjson, scan, value, text, beside):
        record = read(in_ndjson(scan(raw_code=value), *beside))[0]

        assert record.raw_code == text
        assert record.raw["raw_code"] == value

    @pytest.mark.parametrize("number", ["1e400", "-1e400"])
    def test_too_large_for_a_number_stay_as_written(self, in_ndjson, scan, the_record, number):
        body = in_ndjson(scan(raw_code=0)).replace(b'"raw_code": 0', f'"raw_code": {number}'.encode())

        assert the_record("ndjson", body).raw_code == number

    @pytest.mark.parametrize("beside", [[], ["broken"]], ids=["at once", "line by line"])
    def test_with_half_a_surrogate_pair_or_a_nul_are_left_to_the_quality_checks(self, in_ndjson, scan, beside):
        half, nul = (json.dumps(scan(raw_text=text)) for text in ("a\ud83d", "a\0"))

        records = read(in_ndjson(half, nul, *beside))[:2]

        assert [record.raw_text for record in records] == ["a\0", "a\0"]
        assert json.dumps(records[0].raw) == half

    def test_with_a_whole_pair_are_one_character(self, in_ndjson, scan, the_record):
        assert the_record("ndjson", in_ndjson(json.dumps(scan(raw_text="😀")))).raw_text == "😀"


class TestBrokenLine:
    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("{", "not_json"),
            ("{}{}", "not_json"),
            ('{"waybill": NaN}', "not_json"),
            ("null", "not_an_object"),
            ('["waybill"]', "not_an_object"),
            ("[" * 40 + "]" * 40, "nested_too_deeply"),
            ("[" * 5000, "nested_too_deeply"),
        ],
        ids=["cut off", "two in one", "no number", "null", "a list", "deep", "deeper"],
    )
    def test_is_named_and_kept_and_costs_no_other(self, in_ndjson, scan, line, reason):
        records = read(in_ndjson(scan(), line, scan()))

        assert [(record.where, record.unreadable) for record in records] == [
            ("line 1", ""),
            ("line 2", reason),
            ("line 3", ""),
        ]

    def test_is_kept_as_it_stood(self, in_ndjson, scan):
        cut_off, listed = read(in_ndjson(scan(), '{"waybill": "SC', "[1]"))[1:]

        assert (cut_off.raw, listed.raw) == ({"line": '{"waybill": "SC'}, [1])

    def test_may_be_the_first(self, in_ndjson, scan):
        assert told(in_ndjson('ybill": "SC1"}', scan())) == [("line 1", "", "not_json"), ("line 2", "SC0000000001", "")]

    def test_has_an_event_that_nobody_knows(self, in_ndjson, scan):
        records = read(in_ndjson(scan(event="LOST"), scan(event="HELD", reason="rain"), scan()))

        assert [record.unreadable for record in records] == ["event_unknown", "reason_unknown", ""]


class TestWhatToolsMakeOfIt:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
    def test_is_read_whatever_ends_its_lines_and_writes_its_characters(self, in_ndjson, scan, end, encoding):
        body = in_ndjson(scan(), scan(location="乗縘"), end=end, encoding=encoding)  # GBK with a backslash and a brace

        assert recognise(body) == "ndjson"
        assert [record.location for record in read(body)] == ["临江市", "乗縘"]

    def test_is_read_past_blank_lines(self, in_ndjson, scan):
        assert [record.where for record in read(in_ndjson("", scan(), " ", scan(), "", ""))] == ["line 2", "line 4"]

    def test_may_lack_the_last_line_end(self, in_ndjson, scan):
        assert len(read(in_ndjson(scan(), scan()).rstrip())) == 2

    def test_is_recognised_by_its_first_line_that_says_something(self, in_ndjson, scan):
        assert recognise(b"\n \n" + in_ndjson(scan())) == "ndjson"

    @pytest.mark.parametrize("body", [b'{"waybill": "SC1"}', b'{"occurred_at": 1}\n', b'["waybill", "occurred_at"]'])
    def test_is_not_guessed(self, body):
        assert recognise(body) is None
