"""What the HTTP door does with an SF push: payload and acknowledgements."""

import json

import pytest
from defusedxml.ElementTree import fromstring

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.pushing import Pushed
from adapters.feeds.sf.push import PUSH, answer, payload


class TestPayload:
    @pytest.mark.parametrize("field", ["content", "msgData"])
    def test_is_the_document_of_the_form(self, field):
        assert payload(Pushed(body=b"...", form={"sign": "x", field: "<a>中</a>"})) == "<a>中</a>".encode()

    def test_is_the_body_where_there_is_no_form(self):
        assert payload(Pushed(body=b"<a/>")) == b"<a/>"

    def test_is_refused_when_the_form_has_none(self):
        with pytest.raises(UnreadableEnvelope, match="content or msgData"):
            payload(Pushed(body=b"sign=x", form={"sign": "x"}))


class TestAnswer:
    def test_says_accepted_in_json(self):
        said = answer(True, "成功", b'{"Body": {}}')

        assert json.loads(said.body) == {"return_code": "0000", "return_msg": "成功"}
        assert said.media_type == "application/json"

    def test_asks_for_the_push_again_in_json(self):
        assert json.loads(answer(False, "稍后", b"").body) == {"return_code": "1000", "return_msg": "稍后"}

    def test_says_accepted_in_xml_to_a_push_in_xml(self):
        said = answer(True, "成功", b"\xef\xbb\xbf \n<Request/>")

        assert said.body == b'<Response service="RoutePushService"><Head>OK</Head></Response>'
        assert said.media_type == "application/xml"

    def test_asks_for_the_push_again_in_xml(self):
        response = fromstring(answer(False, "a < b & c", b"<Request/>").body)

        assert (response.findtext("Head"), response.findtext("ERROR")) == ("ERR", "a < b & c")


class TestPush:
    def test_is_not_signed(self):
        assert PUSH.check is None
