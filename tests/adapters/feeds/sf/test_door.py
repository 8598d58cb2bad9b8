"""What the HTTP door does with an SF push: payload and acknowledgements."""

import pytest
from defusedxml.ElementTree import fromstring

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.sf.push import acknowledgement, acknowledgement_xml, payload, wants_xml


class TestPayload:
    @pytest.mark.parametrize("field", ["content", "msgData"])
    def test_is_the_document_of_the_form(self, field):
        assert payload({"sign": "x", field: "<a>中</a>"}) == "<a>中</a>".encode()

    def test_is_refused_when_the_form_has_none(self):
        with pytest.raises(UnreadableEnvelope, match="content or msgData"):
            payload({"sign": "x"})


class TestWantsXml:
    def test_is_told_by_the_body(self):
        assert wants_xml(b"\xef\xbb\xbf \n<Request/>")
        assert not wants_xml(b'{"Body": {}}')


class TestAcknowledgement:
    def test_says_accepted_in_json(self):
        assert acknowledgement(True) == {"return_code": "0000", "return_msg": "成功"}

    def test_asks_for_the_push_again_in_json(self):
        assert acknowledgement(False, "稍后") == {"return_code": "1000", "return_msg": "稍后"}

    def test_says_accepted_in_xml(self):
        assert acknowledgement_xml(True) == '<Response service="RoutePushService"><Head>OK</Head></Response>'

    def test_asks_for_the_push_again_in_xml(self):
        response = fromstring(acknowledgement_xml(False, "a < b & c"))

        assert (response.findtext("Head"), response.findtext("ERROR")) == ("ERR", "a < b & c")
