"""How much of a person's data is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.privacy import mask_name, mask_phone


class TestMaskPhone:
    def test_shows_the_first_three_and_the_last_four_digits(self):
        assert mask_phone("19900001234") == "199****1234"

    @pytest.mark.parametrize("phone", ["55501234", "4005550123"])
    def test_shows_nothing_of_a_number_shorter_than_a_mobile_one(self, phone):
        assert mask_phone(phone) == "*" * len(phone)

    def test_has_nothing_to_show_without_a_number(self):
        assert mask_phone("") == ""

    @given(st.text("0123456789+- ", min_size=1, max_size=20))
    def test_hides_at_least_four_characters_or_all_and_keeps_the_length(self, phone):
        masked = mask_phone(phone)

        assert len(masked) == len(phone)
        assert masked.count("*") >= min(4, len(phone))


class TestMaskName:
    @pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("欧阳某某", "欧***"), ("王", "王"), ("", "")])
    def test_shows_the_first_character(self, name, shown):
        assert mask_name(name) == shown
