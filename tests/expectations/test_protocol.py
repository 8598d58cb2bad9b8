"""The messages between the worker and the process of the checks."""

import io
import struct

import polars as pl
import pytest

from expectations.frame import as_stream, checked_columns, record_frame
from expectations.judge import read_columns
from expectations.protocol import pack_request, read_message, unpack_request, write_message
from schemas.quality import BatchBounds, Subject


class TestMessage:
    def test_arrives_as_it_was_sent_and_apart_from_the_next(self):
        stream = io.BytesIO()
        for message in (b"first", b"", b"third\n\0"):
            write_message(stream, message)
        stream.seek(0)

        assert [read_message(stream) for _ in range(4)] == [b"first", b"", b"third\n\0", None]

    @pytest.mark.parametrize("length", [3, 8, 10])
    def test_that_was_cut_off_is_no_message(self, length):
        stream = io.BytesIO()
        write_message(stream, b"verdict")

        with pytest.raises(EOFError, match="middle of a message"):
            read_message(io.BytesIO(stream.getvalue()[:length]))

    def test_of_an_absurd_length_is_refused_before_it_is_awaited(self):
        with pytest.raises(ValueError, match="no message"):
            read_message(io.BytesIO(struct.pack(">Q", 2**60)))


class TestRequest:
    def test_carries_the_batch_and_its_bounds(self, make_record, received):
        columns = checked_columns(record_frame([make_record(), make_record(1, waybill="")], received_at=[received] * 2))
        bounds = BatchBounds(rows_min=1, rows_max=9, unknown_share_max=0.125)

        arrived = unpack_request(pack_request(as_stream(columns), parameters=bounds, subject=Subject.CALLS))

        assert pl.from_arrow(read_columns(arrived.columns)).equals(columns)
        assert (arrived.bounds, arrived.subject) == (bounds, Subject.CALLS)

    def test_that_is_none_is_refused(self):
        with pytest.raises(ValueError, match="no request: 3 bytes"):
            unpack_request(b"abc")
