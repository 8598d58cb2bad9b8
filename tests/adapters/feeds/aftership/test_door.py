"""What the HTTP door does with an AfterShip webhook: signature, moment, acknowledgement."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.aftership.push import PUSH, REPLAY_SECONDS_MAX, RETRIES_END_SECONDS
from adapters.feeds.pushing import NotAllowed, Pushed

SECRET = "a-webhook-secret"


def check(pushed: Pushed, secret: str = SECRET):
    assert PUSH.check is not None
    return PUSH.check(pushed, secret)


class TestCheck:
    def test_takes_the_base64_hmac_of_the_body(self, signed, pushed):
        assert check(signed(pushed({}, ts=1772323200))).signed_at == datetime(2026, 3, 1, tzinfo=UTC)

    def test_takes_a_signature_that_was_made_elsewhere(self):
        headers = {"aftership-hmac-sha256": "vEvE//FzBoSFTygfFG+xxiDVDjiBRSrjJvsUAV9Y2QE="}

        assert check(Pushed(body=b'{"ts": 1772323200}', headers=headers)).signed_at

    def test_refuses_another_secret(self, signed, pushed):
        with pytest.raises(NotAllowed, match="does not match"):
            check(signed(pushed({}), "another"))

    def test_refuses_a_changed_body(self, signed, pushed):
        request = signed(pushed({}))

        with pytest.raises(NotAllowed):
            check(Pushed(body=request.body + b" ", headers=request.headers))

    @pytest.mark.parametrize("given", ["", "===", "签名", "AAAA", "not base64!"])
    def test_refuses_what_is_not_signed(self, pushed, given):
        with pytest.raises(NotAllowed):
            check(Pushed(body=pushed({}), headers={"aftership-hmac-sha256": given}))
        with pytest.raises(NotAllowed):
            check(Pushed(body=pushed({})))

    def test_never_accepts_an_empty_secret(self, signed, pushed):
        with pytest.raises(NotAllowed):
            check(signed(pushed({}), ""), "")

    def test_does_not_tell_the_secret_or_the_signature(self, signed, pushed):
        request = signed(pushed({}), "another")

        with pytest.raises(NotAllowed) as refused:
            check(request)
        assert SECRET not in str(refused.value)
        assert request.headers["aftership-hmac-sha256"] not in str(refused.value)

    @pytest.mark.parametrize("body", [b"{}", b"[]", b"no json", b'{"ts": "soon"}', b'{"ts": 1772323200000000}'])
    def test_names_no_moment_that_the_body_does_not_tell(self, signed, body):
        assert check(signed(body)).signed_at is None


class TestReplayWindow:
    def test_outlasts_the_providers_own_retries(self):
        assert PUSH.replay_seconds_max == REPLAY_SECONDS_MAX
        assert sum(30 * 2**retry for retry in range(13)) == RETRIES_END_SECONDS
        assert REPLAY_SECONDS_MAX > 2 * RETRIES_END_SECONDS


class TestPayload:
    def test_is_the_whole_body(self, signed, pushed):
        assert PUSH.payload(signed(pushed({}))) == pushed({})


class TestAnswer:
    def test_is_any_success(self):
        accepted = PUSH.answer(True, "kept", b"")

        assert (accepted.status, accepted.media_type) == (200, "application/json")
        assert json.loads(accepted.body) == {"accepted": True, "message": "kept"}
        assert json.loads(PUSH.answer(False, "later", b"").body)["accepted"] is False
