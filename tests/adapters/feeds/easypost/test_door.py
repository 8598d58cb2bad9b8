"""What the HTTP door does with an EasyPost push: signature, payload, acknowledgement."""

import hashlib
import hmac
import json

import pytest

from adapters.feeds.easypost.push import PUSH, check
from adapters.feeds.pushing import NotAllowed, Pushed, Signature

BODY = b'{"object": "Event", "weight": 12.0}'
SECRET = "s\u00e9same"  # the accent in one character; EasyPost signs with it in two


def signed(body: bytes = BODY, secret: str = "se\u0301same") -> Pushed:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Pushed(body=body, headers={"x-hmac-signature": f"hmac-sha256-hex={digest}"})


class TestCheck:
    def test_takes_the_hmac_of_the_raw_body_with_the_secret_in_nfkd(self):
        assert check(signed(), SECRET) == Signature()

    def test_refuses_another_secret(self):
        with pytest.raises(NotAllowed):
            check(signed(), "another")

    def test_refuses_a_changed_body(self):
        with pytest.raises(NotAllowed):
            check(Pushed(body=BODY + b" ", headers=signed().headers), SECRET)

    @pytest.mark.parametrize("given", ["", "hmac-sha256-hex=", "00", "签名", "sha256=ab"])
    def test_refuses_what_is_not_signed(self, given):
        with pytest.raises(NotAllowed):
            check(Pushed(body=BODY, headers={"x-hmac-signature": given}), SECRET)

    def test_refuses_a_request_without_the_header(self):
        with pytest.raises(NotAllowed):
            check(Pushed(body=BODY), SECRET)

    def test_never_accepts_an_empty_secret(self):
        with pytest.raises(NotAllowed):
            check(signed(secret=""), "")

    def test_does_not_tell_what_was_shown(self):
        with pytest.raises(NotAllowed) as refused:
            check(signed(), "another")

        assert signed().headers["x-hmac-signature"] not in str(refused.value)


class TestPayload:
    def test_is_the_whole_body(self):
        assert PUSH.payload(signed()) == BODY


class TestAnswer:
    def test_is_a_plain_200(self):
        answer = PUSH.answer(True, "kept", BODY)

        assert (answer.status, answer.media_type) == (200, "application/json")
        assert json.loads(answer.body) == {"accepted": True, "message": "kept"}

    def test_says_why_not(self):
        assert json.loads(PUSH.answer(False, "later", BODY).body) == {"accepted": False, "message": "later"}
