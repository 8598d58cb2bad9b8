"""Splitting: no byte is lost or changed, and no record is cut in two."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.drops import splitting
from adapters.drops.splitting import Unsplittable, payloads_of

HEADER = b"waybill,event,raw_text\r\n"


def parts(body: bytes, format_name: str = "csv", part_bytes: int = 60) -> list[bytes]:
    return list(payloads_of(io.BytesIO(body), format_name, part_bytes=part_bytes))


def rows(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


class TestCsv:
    def test_repeats_its_header_at_the_head_of_each_part(self):
        body = HEADER + b"".join(b"CSV000000000%d,PICKED_UP,x\r\n" % n for n in range(5))

        split = parts(body)

        assert len(split) > 1
        assert all(part.startswith(HEADER) for part in split)
        assert HEADER + b"".join(part.removeprefix(HEADER) for part in split) == body

    def test_stays_whole_when_it_is_small(self):
        body = HEADER + b"CSV0000000001,PICKED_UP,x"

        assert parts(body, part_bytes=1000) == [body]

    def test_is_never_cut_inside_a_quoted_line_end(self):
        record = b'CSV0000000001,EXCEPTION,"first line\r\nsecond, line\r\nand ""third"""\r\n'

        split = parts(HEADER + record * 3)

        assert [part.removeprefix(HEADER) for part in split] == [record] * 3

    def test_takes_a_quote_inside_a_plain_field_for_itself(self):
        record = b'CSV0000000001,EXCEPTION,5" screen\r\n'

        assert [part.removeprefix(HEADER) for part in parts(HEADER + record * 2)] == [record] * 2

    def test_may_begin_with_a_byte_order_mark_and_quoted_names(self):
        header = b'\xef\xbb\xbf"way\nbill","event"\n'

        assert parts(header + b"CSV0000000001,X\n" * 2, part_bytes=40) == [header + b"CSV0000000001,X\n"] * 2

    def test_may_end_its_lines_with_carriage_returns_alone(self):
        body = b"waybill,event\r" + b"CSV0000000001,X\r" * 2

        assert parts(body, part_bytes=30) == [b"waybill,event\rCSV0000000001,X\r"] * 2

    def test_is_one_part_when_it_has_a_header_only(self):
        assert parts(HEADER) == [HEADER]

    def test_is_refused_when_nothing_closes_a_quote(self):
        with pytest.raises(Unsplittable, match="quote_not_closed"):
            parts(HEADER + b'CSV0000000001,EXCEPTION,"never ends\r\n' + b"CSV0000000002,PICKED_UP,x\r\n")

    def test_is_refused_when_a_record_never_ends(self, monkeypatch):
        monkeypatch.setattr(splitting, "RECORD_BYTES_MAX", 200)

        with pytest.raises(Unsplittable, match="record_too_long"):
            parts(HEADER + b'CSV0000000001,EXCEPTION,"' + b"never ends\r\n" * 100)

    @given(
        st.lists(
            st.lists(st.text(alphabet='ab,"\r\n 临江', max_size=8), min_size=2, max_size=3), min_size=1, max_size=12
        ),
        st.integers(20, 80),
        st.sampled_from(["\n", "\r\n"]),
    )
    def test_holds_the_same_rows_however_it_is_split(self, table, part_bytes, end):
        written = io.StringIO(newline="")
        csv.writer(written, lineterminator=end).writerows([["waybill", "text"], *table])
        body = written.getvalue().encode()

        split = [rows(part) for part in parts(body, part_bytes=part_bytes)]

        assert all(part[0] == ["waybill", "text"] for part in split)
        assert [row for part in split for row in part[1:]] == rows(body)[1:]

    @given(st.binary(max_size=400).filter(lambda body: b'"' not in body), st.integers(1, 50))
    def test_loses_no_byte_of_anything_without_quotes(self, body, part_bytes):
        end = b"\r" if b"\n" not in body and b"\r" in body else b"\n"
        header = body[: body.index(end) + 1] if end in body else body

        split = parts(body, part_bytes=part_bytes)

        assert header + b"".join(part.removeprefix(header) for part in split) == body


class TestNdjson:
    def test_is_split_between_lines(self):
        body = b"".join(b'{"waybill": "CSV000000000%d"}\n' % n for n in range(4)) + b'{"waybill": "last"}'

        split = parts(body, "ndjson")

        assert len(split) > 1
        assert b"".join(split) == body
        assert all(part.endswith((b"\n", b"}")) for part in split)

    def test_is_refused_when_a_line_never_ends(self, monkeypatch):
        monkeypatch.setattr(splitting, "RECORD_BYTES_MAX", 50)

        with pytest.raises(Unsplittable, match="record_too_long"):
            parts(b'{"waybill": "' + b"x" * 100, "ndjson")


class TestAnythingElse:
    def test_is_one_payload(self):
        assert parts(b'{"a":\n1}', "sf_route_push") == [b'{"a":\n1}']

    def test_is_refused_when_it_is_too_large(self, monkeypatch):
        monkeypatch.setattr(splitting, "WHOLE_BYTES_MAX", 10)

        assert parts(b"x" * 10, "sf_route_push") == [b"x" * 10]
        with pytest.raises(Unsplittable, match="file_too_large"):
            parts(b"x" * 11, "sf_route_push")
