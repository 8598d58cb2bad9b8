"""What the HTTP door does with a Kuaidi100 push: signature, payload, acknowledgement."""

import hashlib

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.kuaidi100.push import acknowledgement, payload, verify

SALT = "a-salt"
PARAM = '{"status": "polling", "城": "临江"}'


def signed(param: str = PARAM, salt: str = SALT) -> dict[str, str]:
    return {"param": param, "sign": hashlib.md5((param + salt).encode()).hexdigest().upper()}


class TestVerify:
    def test_takes_the_upper_case_md5_of_param_and_salt(self):
        assert verify(signed(), SALT)

    def test_refuses_another_salt(self):
        assert not verify(signed(), "another")

    def test_refuses_a_changed_payload(self):
        assert not verify(signed() | {"param": PARAM + " "}, SALT)

    @pytest.mark.parametrize("form", [{}, {"param": PARAM}, {"sign": "AB"}, {"param": PARAM, "sign": ""}])
    def test_refuses_what_is_not_signed(self, form):
        assert not verify(form, SALT)

    def test_refuses_a_signature_that_is_no_hexadecimal(self):
        assert not verify({"param": PARAM, "sign": "签名"}, SALT)

    def test_never_accepts_an_empty_salt(self):
        assert not verify(signed(salt=""), "")


class TestPayload:
    def test_is_the_json_of_the_form(self):
        assert payload(signed()) == PARAM.encode()

    def test_is_refused_when_the_form_has_none(self):
        with pytest.raises(UnreadableEnvelope, match="form_field_missing"):
            payload({"sign": "AB"})


class TestAcknowledgement:
    def test_says_accepted_in_the_providers_words(self):
        assert acknowledgement(True, "成功") == {"result": True, "returnCode": "200", "message": "成功"}

    def test_asks_for_the_push_again_otherwise(self):
        assert acknowledgement(False, "稍后") == {"result": False, "returnCode": "500", "message": "稍后"}
