"""Reading files of calls: every line is a row with its number, or refused with the reason."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from bounded_memory import peak_of_memory
from call_files import HEADER, a_row, write_calls

from adapters.calls.reading import LINE_BYTES_MAX, UnreadableCalls, read_calls

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.csv"


def read(path: Path, **options: int) -> pl.DataFrame:
    return pl.concat(read_calls(path, zone=SHANGHAI, **options))


class TestReadCalls:
    def test_gives_each_row_with_its_line_and_its_times(self, path: Path) -> None:
        write_calls(path, [a_row(1), a_row(2, started_at="2026-11-20T02:00:00Z", rings="")])

        rows = read(path)

        assert rows["line"].to_list() == [2, 3]
        assert rows["started_at"].to_list() == [datetime(2026, 11, 20, 2, tzinfo=UTC)] * 2
        assert rows["rings"].to_list() == [2, None]
        assert set(rows["unreadable"]) == {""}

    def test_keeps_the_text_of_what_it_cannot_read(self, path: Path) -> None:
        write_calls(path, [a_row(answered_at="at once", rings="three")])

        [row] = read(path).iter_rows(named=True)

        assert (row["answered_at"], row["answered_at_text"]) == (None, "at once")
        assert (row["rings"], row["rings_text"]) == (None, "three")

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (b"95000,C1,phone", "column_count"),
            (b'95000,"C1,phone,in,,,,,,,,', "quotes"),
            (b"\xff\xfe95000", "not_text"),
            (b"9" * (LINE_BYTES_MAX * 2 + 7), "line_too_long"),
        ],
        ids=["too short", "a quote that does not close", "no text", "too long"],
    )
    def test_refuses_a_bad_line_and_reads_the_next(self, path: Path, line: bytes, reason: str) -> None:
        path.write_bytes(b"\n".join([HEADER.encode(), line, a_row(2).encode()]))

        rows = read(path)

        assert rows.select("line", "unreadable").rows() == [(2, reason), (3, "")]

    def test_takes_quoted_fields_a_mark_at_the_beginning_and_columns_in_any_order(self, path: Path) -> None:
        names = HEADER.split(",")[::-1]
        row = ",".join(a_row(queue="投诉 一组").split(",")[::-1]).replace("投诉 一组", '"投诉, ""一组"""')
        path.write_bytes(b"\xef\xbb\xbf" + f"{','.join(names).upper()}\r\n\r\n{row}\r\n".encode())

        [told] = read(path).iter_rows(named=True)

        assert (told["line"], told["queue"], told["centre"]) == (3, '投诉, "一组"', "95000")

    @pytest.mark.parametrize(
        ("header", "why"),
        [
            ("", "the file holds nothing"),
            (HEADER.replace(",rings", ""), "has no column rings"),
            (HEADER + ",rings", "has twice the column rings"),
            (HEADER + ",mood", "'mood' that nobody knows"),
        ],
    )
    def test_refuses_a_file_without_its_columns(self, path: Path, header: str, why: str) -> None:
        path.write_text(header, "utf-8")

        with pytest.raises(UnreadableCalls, match=why):
            read(path)

    def test_refuses_a_file_that_is_no_text(self, path: Path) -> None:
        path.write_bytes(b"\x89PNG\xff\xff")

        with pytest.raises(UnreadableCalls, match="line 1 is not UTF-8"):
            read(path)

    def test_needs_no_more_memory_for_a_longer_file(self, path: Path) -> None:
        peaks = []
        for rows in (4_000, 16_000):
            write_calls(path, (a_row(number) for number in range(rows)))
            with peak_of_memory() as peak:
                assert sum(batch.height for batch in read_calls(path, zone=SHANGHAI, batch_rows=1_000)) == rows
            peaks.append(peak.bytes)

        assert peaks[1] < 1.5 * peaks[0]
