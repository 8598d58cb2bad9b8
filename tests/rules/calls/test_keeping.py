"""What is kept of a row that cannot be used: enough to find it, and no caller's number."""

import re

from hypothesis import given
from hypothesis import strategies as st

from rules.calls.keeping import LINE_CHARACTERS_MAX, kept_fields, kept_line


class TestKeptFields:
    def test_leave_the_caller_out_and_mask_numbers_elsewhere(self) -> None:
        told = {"call_id": "77", "caller": "13900001234", "queue": "回拨 13900001234"}

        assert kept_fields(told) == {"call_id": "77", "queue": "回拨 139****1234"}


class TestKeptLine:
    def test_hides_long_numbers_and_stays_as_long(self) -> None:
        assert kept_line('A,1001,"13900001234,in') == 'A,1001,"***********,in'

    @given(st.text(st.characters(categories=["Nd", "L", "P"]), max_size=3000))
    def test_never_keeps_five_digits_in_a_row(self, line: str) -> None:
        kept = kept_line(line)

        assert not re.search("[0-9]{5}", kept)
        assert len(kept) == min(len(line), LINE_CHARACTERS_MAX)
