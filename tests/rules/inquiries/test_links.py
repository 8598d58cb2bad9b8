"""A signed link: bound to its inquiry and its time, accepted with any key in use, and nothing else opens."""

from datetime import timedelta

import pytest
from factories import NOON, at
from hypothesis import given
from hypothesis import strategies as st

from rules.inquiries.links import BadLink, derived_key, inquiry_of, token_for

KEY, OLD = b"a key of sixteen+", b"the key before it"
NUMBER = "IQ-20261120-000001"


def token(inquiry_no: str = NUMBER, *, hours: float = 1, key: bytes = KEY) -> str:
    return token_for(inquiry_no, expires_at=at(hours), key=key)


class TestInquiryOf:
    def test_is_the_inquiry_that_was_signed(self) -> None:
        assert inquiry_of(token(), keys=[KEY], now=NOON) == NUMBER

    def test_is_read_with_any_key_in_use(self) -> None:
        assert inquiry_of(token(key=OLD), keys=[KEY, OLD], now=NOON) == NUMBER

    @pytest.mark.parametrize("keys", [[], [OLD]], ids=["no key", "another key"])
    def test_is_nothing_with_other_keys(self, keys: list[bytes]) -> None:
        with pytest.raises(BadLink, match="not valid") as told:
            inquiry_of(token(), keys=keys, now=NOON)

        assert not told.value.expired

    @pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False), (1, False)])
    def test_is_good_until_its_time(self, seconds: float, good: bool) -> None:
        now = at(1) + timedelta(seconds=seconds)

        if good:
            assert inquiry_of(token(), keys=[KEY], now=now) == NUMBER
        else:
            with pytest.raises(BadLink, match="expired"):
                inquiry_of(token(), keys=[KEY], now=now)

    def test_does_not_say_of_a_forged_link_that_it_expired(self) -> None:
        with pytest.raises(BadLink, match="not valid"):
            inquiry_of(token(hours=-1, key=OLD), keys=[KEY], now=NOON)

    def test_cannot_be_given_more_time(self) -> None:
        number, expires, signature = token().split(".")

        with pytest.raises(BadLink):
            inquiry_of(f"{number}.{int(expires) + 1}.{signature}", keys=[KEY], now=NOON)

    @given(forged=st.text(max_size=300) | st.integers(0, len(token()) - 1).flatmap(
        lambda place: st.characters().map(lambda sign: token()[:place] + sign + token()[place + 1 :])))  # fmt: skip
    def test_is_nothing_for_anything_else(self, forged: str) -> None:
        if forged != token():
            with pytest.raises(BadLink):
                inquiry_of(forged, keys=[KEY], now=NOON)

    def test_is_nothing_for_a_number_that_is_no_inquiry_s(self) -> None:
        with pytest.raises(BadLink):
            inquiry_of(token("EX-20261120-000001"), keys=[KEY], now=NOON)


class TestTokenFor:
    def test_needs_a_key_that_is_one(self) -> None:
        with pytest.raises(ValueError, match="16 bytes"):
            token(key=b"short")


class TestDerivedKey:
    def test_is_the_same_for_the_same_secret_and_tells_nothing_of_it(self) -> None:
        assert derived_key("secret") == derived_key("secret") != derived_key("other")
        assert b"secret" not in derived_key("secret")
