"""What the HTTP door does with a Kuaidi100 push: signature, payload, acknowledgement."""

import hashlib
import json

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.kuaidi100.push import PUSH, answer, check, payload
from adapters.feeds.pushing import NotAllowed, Pushed, Signature

SALT = "a-salt"
PARAM = '{"status": "polling", "城": "临江"}'


def pushed(**form: str) -> Pushed:
    return Pushed(body=b"", form=form)


def signed(param: str = PARAM, salt: str = SALT, **changes: str) -> Pushed:
    sign = hashlib.md5((param + salt).encode()).hexdigest().upper()
    return pushed(**{"param": param, "sign": sign, **changes})


class TestCheck:
    def test_takes_the_upper_case_md5_of_param_and_salt(self):
        assert check(signed(), SALT) == Signature()

    def test_takes_a_signature_in_lower_case(self):
        assert check(signed(sign=signed().form["sign"].lower()), SALT) == Signature()

    @pytest.mark.parametrize(
        "push",
        [
            signed(salt="another"),
            signed(param=PARAM, sign="签名"),
            pushed(),
            pushed(param=PARAM),
            pushed(sign="AB"),
            pushed(param=PARAM, sign=""),
            pushed(param=PARAM + " ", sign=signed().form["sign"]),
        ],
        ids=["another salt", "no hexadecimal", "nothing", "no sign", "no param", "empty sign", "changed payload"],
    )
    def test_refuses_what_is_not_signed_with_the_salt(self, push):
        with pytest.raises(NotAllowed):
            check(push, SALT)

    def test_never_accepts_an_empty_salt(self):
        with pytest.raises(NotAllowed):
            check(signed(salt=""), "")

    def test_says_nothing_of_what_was_shown(self):
        with pytest.raises(NotAllowed) as refused:
            check(signed(sign="GUESSED"), SALT)

        assert "GUESSED" not in str(refused.value)


class TestPayload:
    def test_is_the_json_of_the_form(self):
        assert payload(signed()) == PARAM.encode()

    def test_is_refused_when_the_form_has_none(self):
        with pytest.raises(UnreadableEnvelope, match="form_field_missing"):
            payload(pushed(sign="AB"))


class TestAnswer:
    def test_says_accepted_in_the_providers_words(self):
        said = answer(True, "成功", b"")

        assert json.loads(said.body) == {"result": True, "returnCode": "200", "message": "成功"}
        assert (said.media_type, said.status) == ("application/json", 200)

    def test_asks_for_the_push_again_otherwise(self):
        assert json.loads(answer(False, "稍后", b"").body) == {"result": False, "returnCode": "500", "message": "稍后"}


class TestPush:
    def test_is_signed_for_no_moment(self):
        assert PUSH.check is check
        assert PUSH.replay_seconds_max is None
