"""What makes two scans one event, and that both ways of reading a file give the same table."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.registry import tabulate, translate
from adapters.feeds.scanners import translate as scanners
from adapters.feeds.scanners.columns import COLUMNS
from rules.tracking.identity import event_id

TEXTS = st.sampled_from(["", "SC1", "HELD", "2026-03-01 08:00:00", "2026-03-01T08:00:00+08:00", "拒收"]) | st.text(
    alphabet=st.characters(codec="utf-8") | st.sampled_from('",\n\r\t \\|'), max_size=12
)
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, TEXTS)), min_size=1, max_size=6)
VALUES = TEXTS | st.none() | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
OBJECTS = st.lists(
    st.fixed_dictionaries(
        {"waybill": VALUES, "occurred_at": VALUES},
        optional=dict.fromkeys([*COLUMNS[2:], "extra"], VALUES | st.lists(VALUES, max_size=2)),
    ),
    min_size=1,
    max_size=6,
)
ENDS = st.sampled_from(["\n", "\r\n"])


def written_as_csv(rows, end: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def in_both_ways(format_name: str, body: bytes):
    """Read a file as it comes, and row by row whatever it holds."""
    at_once = tabulate(format_name, body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanners, "_csv_at_once", lambda text, header: None)
        patch.setattr(scanners, "_ndjson_at_once", lambda text: None)
        row_by_row = tabulate(format_name, body)
    return at_once, row_by_row


def raws(table):
    return [table.raw_of(row) for row in range(table.columns.height)]


class TestIdentity:
    def test_is_the_same_for_repeats_in_either_form(self, in_csv, in_ndjson, scan):
        row = scan()

        (one,), (other,) = translate("csv", in_csv(row)).records, translate("ndjson", in_ndjson(row)).records

        assert event_id(one) == event_id(other)

    def test_is_the_same_for_both_clocks_of_one_scan(self, in_csv, scan):
        told = [scan(occurred_at=text) for text in ("2026-03-01 08:00:00", "2026-03-01T00:00:00Z")]

        declared, offset = translate("csv", in_csv(*told)).records

        assert event_id(declared) == event_id(offset)
        assert (declared.clock, offset.clock) == ("declared", "told")

    @pytest.mark.parametrize("field", ["waybill", "event", "reason", "raw_code", "raw_text", "location"])
    def test_tells_scans_of_one_second_apart_by_all_that_they_say(self, in_csv, scan, field):
        other = {"event": "HELD", "reason": "customs.docs"}.get(field, "另外")

        one, two = translate("csv", in_csv(scan(), scan(**{field: other}))).records

        assert event_id(one) != event_id(two)


class TestBothWaysOfReading:
    @given(rows=ROWS, end=ENDS)
    def test_give_the_same_table_of_any_csv(self, rows, end):
        body = written_as_csv(rows, end)

        at_once, row_by_row = in_both_ways("csv", body)

        assert at_once.columns.equals(row_by_row.columns)
        assert raws(at_once) == raws(row_by_row)

    @given(rows=ROWS.map(lambda rows: [{name: text.replace("\r", "") for name, text in row.items()} for row in rows]))
    def test_read_back_what_was_written_as_csv(self, rows):
        at_once, row_by_row = in_both_ways("csv", written_as_csv(rows, "\n"))

        assert raws(at_once) == raws(row_by_row) == rows

    @given(objects=OBJECTS, ascii_only=st.booleans(), end=ENDS)
    def test_read_back_what_was_written_as_ndjson(self, objects, ascii_only, end):
        body = end.join(json.dumps(one, ensure_ascii=ascii_only) for one in objects).encode()

        at_once, row_by_row = in_both_ways("ndjson", body)

        assert at_once.columns.equals(row_by_row.columns)
        assert raws(at_once) == raws(row_by_row) == objects

    @given(lines=st.lists(st.text(alphabet='a,"\r \n|', max_size=16), max_size=6))
    def test_give_the_same_table_of_any_mess(self, lines):
        body = "\n".join([",".join(COLUMNS[:7]), *lines, "a,,,,,,"]).encode()

        at_once, row_by_row = in_both_ways("csv", body)

        assert at_once.columns.equals(row_by_row.columns)
        assert raws(at_once) == raws(row_by_row)

    @given(text=st.text(alphabet=st.characters(categories=["Cs", "Cc", "Lo", "So"]), max_size=6))
    def test_give_the_same_table_of_half_surrogates_and_control_characters(self, text):
        body = json.dumps({"waybill": "SC1", "occurred_at": "x", "raw_text": text}).encode()

        at_once, row_by_row = in_both_ways("ndjson", body)

        assert at_once.columns.equals(row_by_row.columns)
