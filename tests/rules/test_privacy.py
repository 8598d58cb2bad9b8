"""How much of a person's data is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.privacy import mask_address, mask_name, mask_phone, mask_phones, mask_record


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


class TestMaskPhones:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("派送员张师傅，电话：19900001234，请放心", "派送员张师傅，电话：199****1234，请放心"),
            ("(19900001234)", "(199****1234)"),
            ("199-0000-1234", "199******1234"),
            ("+8619900001234", "+86199****1234"),
            ("86-199 0000 1234", "86-199******1234"),
            ("网点 020-55501234", "网点 020*****1234"),
            ("19900001234,19900005678", "199****1234,199****5678"),
        ],
    )
    def test_hides_each_number_in_a_text(self, text, shown):
        assert mask_phones(text) == shown

    @pytest.mark.parametrize(
        "text",
        ["773000000001", "YT19900001234", "SF1990000123456", "2026-11-20 12:00:00", "客服热线 95543", "1990000123"],
    )
    def test_leaves_what_is_no_phone_number(self, text):
        assert mask_phones(text) == text


class TestMaskRecord:
    def test_hides_the_numbers_wherever_they_are(self):
        record = {"tel": 19900001234, "data": [{"text": "电话19900001234"}, None, True, 1.5, 17]}

        assert mask_record(record) == {
            "tel": "199****1234", "data": [{"text": "电话199****1234"}, None, True, 1.5, 17],
        }  # fmt: skip

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
    def test_changes_nothing_more_the_second_time(self, record):
        assert mask_record(mask_record(record)) == mask_record(record)


class TestMaskAddress:
    @pytest.mark.parametrize(
        ("address", "shown"), [("示例市示例区示例路 1 号", "示例市示例区*******"), ("前台", "前*"), ("", "")]
    )
    def test_shows_the_city_and_at_most_half(self, address, shown):
        assert mask_address(address) == shown
