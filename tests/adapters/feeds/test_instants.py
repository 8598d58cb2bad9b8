"""A whole column of times is read as each of them would be read alone."""

from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.instants import instants
from adapters.feeds.times import moment

ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]).map(ZoneInfo)

COMMON = "2026-03-01T08:00:00+08:00"
ODD = [
    *(
        "",
        " ",
        "昨天",
        "2026-03-01 08:00:00",
        "2026-3-1 8:00",
        "2026-03-01T00:00:00Z",
        "2026-03-01T08:00:00.123456789Z",
    ),
    *(f"{COMMON}\n", f" {COMMON}", "２０２６-03-01T08:00:00+08:00", "٢٠٢٦-03-01T08:00:00+08:00"),
    *("2026-03-01T23:59:60+08:00", "2026-03-01T24:00:00+08:00", "2026-02-30T08:00:00+08:00"),
    *("2026-03-01T08:60:00+08:00", "2026-03-01T08:00:00+24:00", "2026-03-01T08:00:00+99:59"),
    *("2026-03-01T08:00:00-23:59", "2026-03-01T08:00:00+08:60", "2026-03-01T08:00:00-00:00"),
    *("0001-01-01T00:00:00+08:00", "0001-01-01T00:00:00-08:00", "0000-12-31T00:00:00+00:00"),
    *("0999-01-01T00:00:00+00:00", "1000-01-01T00:00:00+23:59", "2999-12-31T23:59:59-23:59"),
    *("9999-12-31T23:59:59-08:00", "9999-12-31T23:59:59+08:00", "1986-05-04 02:30:00"),
    *("2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-03-08 02:30:00", "2026-11-01 01:30:00"),
]

WRITTEN = st.builds(
    "{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}".format,
    st.integers(0, 9999),
    st.integers(0, 13),
    st.integers(0, 32),
    st.sampled_from("T "),
    st.integers(0, 25),
    st.integers(0, 61),
    st.integers(0, 61),
    st.sampled_from(["", "Z", "+08:00", "+0800", "-03:30", "+24:00", "-23:59", "+14:00", "+00:60", ".5", ".25+08:00"]),
)
TEXTS = st.sampled_from([COMMON, *ODD]) | WRITTEN | st.text(max_size=30)


def read_one_by_one(texts, zone):
    return [(read.at, read.clock) if (read := moment(text, zone)) else None for text in texts]


def read_at_once(texts, zone):
    read = instants(pl.Series(texts, dtype=pl.String), zone)
    return [(at, clock) if at is not None else None for at, clock in zip(read.at, read.clock, strict=True)]


class TestInstants:
    @pytest.mark.parametrize("text", [COMMON, *ODD])
    @pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
    def test_reads_one_text_as_it_is_read_alone(self, text, zone):
        assert read_at_once([text], ZoneInfo(zone)) == read_one_by_one([text], ZoneInfo(zone))

    @given(texts=st.lists(TEXTS, max_size=8), zone=ZONES)
    def test_reads_any_column_as_its_texts_are_read_alone(self, texts, zone):
        assert read_at_once(texts, zone) == read_one_by_one(texts, zone)

    def test_says_of_each_time_how_its_zone_is_known(self):
        read = instants(pl.Series([COMMON, "2026-03-01 08:00:00", "2026-03-01T00:00:00Z"]), ZoneInfo("Asia/Shanghai"))

        assert read.at.n_unique() == 1
        assert read.clock.to_list() == ["told", "declared", "told"]
