"""What the gateway does with a Kdniao push: signature, payload, acknowledgement."""

import json
from urllib.parse import quote_plus

import pytest

from adapters.feeds.configuration import configured_feeds
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.kdniao.push import PUSH
from adapters.feeds.kdniao.signature import signature
from adapters.feeds.pushing import NotAllowed, Pushed
from adapters.feeds.registry import FORMATS

KEY = "a-key"
DOCUMENT = '{"PushTime": "2026-3-1 9:05:00", "地": "临江"}'
SIGNED = "MzVkMDI1YjU1NWFkNTkxOTFhNGE5NWI1N2I4NmFhNGE="  # made with md5sum and base64


def form(**fields: str) -> Pushed:
    return Pushed(body=b"", form={"RequestData": DOCUMENT, "RequestType": "101", "DataSign": SIGNED} | fields)


def allowed(pushed: Pushed, key: str = KEY) -> bool:
    try:
        PUSH.check(pushed, key)
    except NotAllowed:
        return False
    return True


class TestSignature:
    def test_is_base64_of_the_hexadecimal_md5(self):
        assert signature(DOCUMENT.encode(), KEY) == SIGNED


class TestCheck:
    def test_takes_the_signed_form(self):
        assert allowed(form())

    def test_takes_a_form_whose_values_were_encoded_once_more(self):
        assert allowed(form(RequestData=quote_plus(DOCUMENT), DataSign=quote_plus(SIGNED)))
        assert quote_plus(SIGNED).endswith("%3D")

    def test_takes_the_document_alone_when_a_header_signs_it(self):
        assert allowed(Pushed(body=DOCUMENT.encode(), headers={"datasign": SIGNED}))

    def test_takes_the_forms_fields_in_json(self):
        fields = {"RequestData": DOCUMENT, "DataSign": SIGNED}

        assert allowed(Pushed(body=json.dumps(fields).encode(), headers={"datasign": "x"}))

    def test_refuses_another_key(self):
        assert not allowed(form(), "another")

    def test_refuses_a_changed_document(self):
        assert not allowed(form(RequestData=DOCUMENT + " "))

    @pytest.mark.parametrize(
        "pushed",
        [
            form(DataSign=""),
            form(DataSign="签名"),
            Pushed(body=b"", form={"RequestData": DOCUMENT}),
            Pushed(body=b"", form={"DataSign": SIGNED}),
            Pushed(body=DOCUMENT.encode()),
            Pushed(body=b'{"RequestData": ["x"], "DataSign": 5}'),
            Pushed(body=b"[" * 100_000 + b'"RequestData"'),
            Pushed(body=b"\xff"),
        ],
        ids=["empty", "no base64", "unsigned", "no document", "bare", "wrong kinds", "nested", "no text"],
    )
    def test_refuses_what_is_not_signed(self, pushed):
        assert not allowed(pushed)

    def test_never_accepts_an_empty_key(self):
        assert not allowed(form(DataSign=signature(DOCUMENT.encode(), "")), "")

    def test_never_repeats_what_was_shown(self):
        with pytest.raises(NotAllowed) as refused:
            PUSH.check(form(DataSign="shown"), KEY)

        assert "shown" not in str(refused.value)


class TestPayload:
    @pytest.mark.parametrize(
        "pushed",
        [
            form(),
            form(RequestData=quote_plus(DOCUMENT)),
            Pushed(body=DOCUMENT.encode()),
            Pushed(body=json.dumps({"RequestData": DOCUMENT}).encode()),
        ],
        ids=["form", "encoded twice", "bare", "in json"],
    )
    def test_is_the_document(self, pushed):
        assert PUSH.payload(pushed) == DOCUMENT.encode()

    def test_is_refused_when_the_form_has_none(self):
        with pytest.raises(UnreadableEnvelope, match="form_field_missing"):
            PUSH.payload(Pushed(body=b"", form={"DataSign": SIGNED}))


class TestAnswer:
    def test_says_accepted_in_the_providers_words(self):
        answer = PUSH.answer(True, "成功", b'{"EBusinessID": "1000001", "PushTime": ""}')

        said = json.loads(answer.body)
        assert list(said) == ["EBusinessID", "UpdateTime", "Success", "Reason"]
        assert (said["EBusinessID"], said["Success"], said["Reason"]) == ("1000001", True, "")
        assert (answer.media_type, answer.status) == ("application/json", 200)

    def test_asks_for_the_push_again_otherwise(self):
        said = json.loads(PUSH.answer(False, "稍后", b"").body)

        assert (said["EBusinessID"], said["Success"], said["Reason"]) == ("", False, "稍后")

    def test_names_an_account_that_was_written_as_a_number(self):
        assert json.loads(PUSH.answer(True, "", b'{"EBusinessID":1000001}').body)["EBusinessID"] == "1000001"


class TestFeed:
    def test_is_configured_with_the_applications_key(self):
        feed = configured_feeds()["kdniao"]

        assert (feed.format, feed.secret) == ("kdniao_push", "REDRESS_KDNIAO_APP_KEY")
        assert FORMATS[feed.format].push is PUSH
