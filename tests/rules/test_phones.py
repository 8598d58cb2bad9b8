"""One spelling for each phone number, however people write it."""

import pytest

from rules.phones import normalised_phone, phone_tail


class TestNormalisedPhone:
    @pytest.mark.parametrize(
        "spelling",
        ["19900001234", "+8619900001234", "008619900001234", "8619900001234", "+86 199 0000 1234", "0086-199-0000-1234",
         "199-0000-1234", "(+86) 199 0000 1234", "１９９００００１２３４", "  19900001234\t", "199 0000 1234",
         "199–0000–1234"],
    )  # fmt: skip
    def test_is_the_same_for_every_spelling_of_a_mobile_number(self, spelling):
        assert normalised_phone(spelling) == "19900001234"

    @pytest.mark.parametrize(
        "spelling", ["0755-12345678", "(0755) 1234 5678", "+86 755 1234 5678", "0086 0755 12345678"]
    )
    def test_keeps_the_nought_before_an_area(self, spelling):
        assert normalised_phone(spelling) == "075512345678"

    @pytest.mark.parametrize("spelling", ["400-800-1234", "+86 400 800 1234"])
    def test_puts_no_nought_before_a_number_without_an_area(self, spelling):
        assert normalised_phone(spelling) == "4008001234"

    @pytest.mark.parametrize("spelling", ["+852 1234 5678", "00852-12345678"])
    def test_keeps_the_code_of_another_country(self, spelling):
        assert normalised_phone(spelling) == "+85212345678"

    @pytest.mark.parametrize(
        "spelling",
        ["19900001234-8001", "19900001234转8001", "199 0000 1234，转 8001", "19900001234 ext. 8001", "19900001234,8001",
         "+86 19900001234 x8001", "19900001234#8001", "199000012348001"],
    )  # fmt: skip
    def test_keeps_the_extension_of_a_privacy_number_which_is_another_person(self, spelling):
        assert normalised_phone(spelling) == "19900001234,8001"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "199****1234",
            "王五",
            "95543",
            "123",
            "19900001234/19900005678",
            "1" * 21,
            "٠١٢٣٤٥٦٧٨٩",
            "+",
            "199O0001234",
        ],
    )
    def test_is_empty_for_what_is_no_number(self, text):
        assert normalised_phone(text) == ""


class TestPhoneTail:
    @pytest.mark.parametrize(
        ("phone", "tail"), [("+86 199 0000 5678", "5678"), ("19900005678,8001", "5678"), ("199****5678", ""), ("", "")]
    )
    def test_is_the_last_four_digits_without_an_extension(self, phone, tail):
        assert phone_tail(phone) == tail
