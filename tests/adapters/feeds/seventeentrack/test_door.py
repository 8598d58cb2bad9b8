"""What the HTTP door does with 17TRACK's pushes: two signatures, one acknowledgement."""

import json

import pytest

from adapters.feeds.pushing import NotAllowed, Pushed, Signature
from adapters.feeds.seventeentrack.push import PUSH_V1, PUSH_V2

KEY = "an-account-key"
DATA = '{"number":"TR0000000001","tag":null,"track":{"e":40,"z1":[{"a":"2026-03-01 08:00","z":"已签收 / done"}]}}'


def check_v1(pushed: Pushed, key: str = KEY) -> Signature:
    assert PUSH_V1.check is not None
    return PUSH_V1.check(pushed, key)


def check_v2(pushed: Pushed, key: str = KEY) -> Signature:
    assert PUSH_V2.check is not None
    return PUSH_V2.check(pushed, key)


class TestSignatureInTheHeader:
    def test_is_the_hexadecimal_sha256_of_body_slash_key(self, signed, pushed):
        assert check_v2(signed(pushed({}))) == Signature()

    def test_may_be_in_upper_case(self, signed, pushed):
        request = signed(pushed({}))

        assert check_v2(Pushed(body=request.body, headers={"sign": request.headers["sign"].upper()}))

    def test_that_was_made_elsewhere_is_taken(self):
        sign = "32edeff6f63cc20cafbc9c5ab3676ba89fe8b97d124c4548565640a6b9ca4449"

        assert check_v2(Pushed(body=b'{"event":"TRACKING_STOPPED","data":{}}', headers={"sign": sign}))

    def test_of_another_key_is_refused(self, signed, pushed):
        with pytest.raises(NotAllowed, match="does not match"):
            check_v2(signed(pushed({}), "another"))

    def test_of_another_body_is_refused(self, signed, pushed):
        request = signed(pushed({}))

        with pytest.raises(NotAllowed):
            check_v2(Pushed(body=request.body + b" ", headers=request.headers))

    @pytest.mark.parametrize("headers", [{}, {"sign": ""}, {"sign": "签名"}, {"sign": "00"}])
    def test_must_be_there(self, pushed, headers):
        with pytest.raises(NotAllowed):
            check_v2(Pushed(body=pushed({}), headers=headers))

    def test_with_an_empty_key_is_never_accepted(self, signed, pushed):
        with pytest.raises(NotAllowed):
            check_v2(signed(pushed({}), ""), "")


class TestSignatureInTheBody:
    def test_covers_event_data_and_key(self, signed_inside):
        assert check_v1(signed_inside(DATA)) == Signature()

    def test_covers_the_data_as_they_were_sent(self, signed_inside):
        assert check_v1(signed_inside('{ "number" : "TR1",\n "tag": "\\u4e34" }'))

    def test_may_cover_the_data_as_they_would_be_written_again(self, signed_inside):
        assert check_v1(
            signed_inside('{ "number": "TR1", "tag": "\\u4e34" }', signed_data='{"number":"TR1","tag":"临"}')
        )

    def test_that_was_made_elsewhere_is_taken(self):
        sign = "eb92ba24f3f1dd113ec0dfdee6d1d45f376489ced12c9dbca955ded1fb33ed3f"

        assert check_v1(Pushed(body=f'{{"event":"TRACKING_STOPPED","data":{{}},"sign":"{sign}"}}'.encode()))

    def test_of_another_key_is_refused(self, signed_inside):
        with pytest.raises(NotAllowed, match="does not match"):
            check_v1(signed_inside(DATA, key="another"))

    def test_of_other_data_is_refused(self, signed_inside):
        request = signed_inside(DATA)

        with pytest.raises(NotAllowed):
            check_v1(Pushed(body=request.body.replace(b"TR0000000001", b"TR0000000002")))

    def test_of_another_event_is_refused(self, signed_inside):
        request = signed_inside(DATA)

        with pytest.raises(NotAllowed):
            check_v1(Pushed(body=request.body.replace(b"TRACKING_UPDATED", b"TRACKING_STOPPED")))

    @pytest.mark.parametrize("field", ["data", "event", "sign"])
    def test_covers_nothing_that_stands_twice(self, signed_inside, field):
        body = signed_inside(DATA).body.replace(b"{", f'{{"{field}": "forged", '.encode(), 1)

        with pytest.raises(NotAllowed):
            check_v1(Pushed(body=body))

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b'"text"',
            b"{",
            b"\xff",
            b"{}",
            b'{"event": "TRACKING_UPDATED", "data": {}}',
            b'{"event": "TRACKING_UPDATED", "sign": "00"}',
            b'{"event": "order.paid", "data": {}, "sign": "00"}',
            b'{"event": 5, "data": {}, "sign": []}',
            b'{"event": "TRACKING_UPDATED", "data": ' + b"[" * 100_000 + b"]" * 100_000 + b', "sign": "00"}',
        ],
    )
    def test_must_be_there(self, body):
        with pytest.raises(NotAllowed):
            check_v1(Pushed(body=body))

    def test_with_an_empty_key_is_never_accepted(self, signed_inside):
        with pytest.raises(NotAllowed):
            check_v1(signed_inside(DATA, key=""), "")


class TestPayload:
    def test_is_the_whole_body(self, signed, pushed):
        assert PUSH_V2.payload(signed(pushed({}))) == PUSH_V1.payload(signed(pushed({}))) == pushed({})


class TestReplayWindow:
    def test_is_none_because_no_moment_is_signed(self):
        assert PUSH_V1.replay_seconds_max is PUSH_V2.replay_seconds_max is None


class TestAnswer:
    @pytest.mark.parametrize("push", [PUSH_V1, PUSH_V2])
    def test_is_a_plain_success(self, push):
        accepted = push.answer(True, "kept", b"")

        assert (accepted.status, json.loads(accepted.body)) == (200, {"code": 0, "message": "kept"})
        assert json.loads(push.answer(False, "later", b"").body)["code"] == -1
