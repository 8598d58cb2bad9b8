"""How bytes become documents, and what is refused."""

import pytest

from adapters.feeds.documents import decoded, read_document
from adapters.feeds.envelope import NESTING_MAX, UnreadableEnvelope


def refusal(body: bytes, **options: object) -> str:
    with pytest.raises(UnreadableEnvelope) as refused:
        read_document(body, **options)
    return refused.value.reason_code


class TestReadDocument:
    def test_reads_json(self):
        assert read_document('{"名": [1]}'.encode()) == ("json", {"名": [1]})

    def test_reads_xml_as_attributes_and_lists_of_children(self):
        body = b'<r a="1"><c b="2"/><c>text</c><d x="3">own</d></r>'

        assert read_document(body) == (
            "xml",
            {"r": {"a": "1", "c": [{"b": "2"}, "text"], "d": [{"x": "3", "#text": "own"}]}},
        )

    def test_ignores_xml_namespaces(self):
        assert read_document(b'<n:r xmlns:n="urn:x" n:a="1"/>').root == {"r": {"a": "1"}}

    def test_reads_gbk(self):
        assert read_document('{"城": "深圳市"}'.encode("gbk")).root == {"城": "深圳市"}

    def test_reads_xml_that_declares_gbk(self):
        body = '<?xml version="1.0" encoding="GBK"?><r 城="深圳市"/>'.encode("gbk")

        assert read_document(body).root == {"r": {"城": "深圳市"}}

    def test_reads_past_a_byte_order_mark_and_blank_lines(self):
        assert read_document(b"\xef\xbb\xbf\r\n {}").root == {}
        assert read_document(b'\n <?xml version="1.0"?><r/>').content == "xml"

    def test_takes_the_document_out_of_its_form_field(self):
        body = b"sign=AB&param=%7B%22k%22%3A+%22%E4%B8%AD%22%7D"

        assert read_document(body, form_fields=("param",)).root == {"k": "中"}

    def test_leaves_what_no_text_column_can_hold_for_the_quality_checks_to_tell_of(self):
        body = rb'{"k": "a\ud800b", "l": ["\ud83d\ude00\u0000"]}'

        assert read_document(body).root == {"k": "a\ud800b", "l": ["\U0001f600\x00"]}

    def test_leaves_an_escaped_backslash_before_such_digits_alone(self):
        assert read_document(rb'{"k": "a\\u0000"}').root == {"k": r"a\u0000"}

    def test_keeps_a_number_that_is_too_large_as_it_was_written(self):
        assert read_document(b'{"k": 1e999, "l": 1.5}').root == {"k": "1e999", "l": 1.5}


class TestDecoded:
    def test_reads_a_character_that_only_the_present_form_of_gbk_has(self):
        assert decoded("收件人：䶮某".encode("gb18030")) == "收件人：䶮某"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
    def test_reads_what_is_sent(self, encoding):
        assert decoded("快件已到达【临江】".encode(encoding)) == "快件已到达【临江】"

    @pytest.mark.parametrize("broken", [b"\xe6\xb7", b"\xb7", b"\xff", b"\xe6"])
    def test_does_not_take_broken_utf8_for_gbk(self, broken):
        with pytest.raises(UnreadableEnvelope, match=r"not_text at byte 12: the UTF-8 is broken"):
            decoded("快件已到".encode() + broken + "达【临江】".encode())


class TestWhatCannotBeRead:
    def test_refuses_bytes_that_are_no_text(self):
        assert refusal(b"\xff\xfe\x00{}") == "not_text"

    def test_refuses_nothing(self):
        assert refusal(b"") == refusal(b" \n ") == "empty"

    def test_refuses_broken_json_and_says_where(self):
        with pytest.raises(UnreadableEnvelope, match="not_json at line 1 column 6"):
            read_document(b'{"a":')

    @pytest.mark.parametrize("constant", [b"NaN", b"Infinity", b"-Infinity"])
    def test_refuses_what_is_no_json_value(self, constant):
        assert refusal(b'{"a": ' + constant + b"}") == "not_json"

    def test_refuses_a_number_of_absurd_length(self):
        assert refusal(b'{"a": ' + b"1" * 5000 + b"}") == "not_json"

    def test_refuses_json_nested_too_deeply(self):
        assert refusal(b"[" * (NESTING_MAX + 1) + b"]" * (NESTING_MAX + 1)) == "nested_too_deeply"
        assert refusal(b"[" * 100_000) == "nested_too_deeply"

    def test_reads_json_nested_as_deeply_as_is_allowed(self):
        read_document(b"[" * NESTING_MAX + b"]" * NESTING_MAX)

    def test_takes_brackets_within_a_text_for_no_nesting(self):
        assert read_document(b'{"k": "' + b"[{" * NESTING_MAX + b'"}').root == {"k": "[{" * NESTING_MAX}

    def test_refuses_xml_nested_too_deeply(self):
        assert refusal(b"<a>" * 5000 + b"</a>" * 5000) == "nested_too_deeply"

    def test_refuses_deep_xml_without_reading_on(self):
        assert refusal(b"<a>" * (NESTING_MAX + 1) + b"&no-xml") == "nested_too_deeply"

    def test_reads_xml_nested_as_deeply_as_is_allowed(self):
        assert read_document(b"<a>" * NESTING_MAX + b"</a>" * NESTING_MAX).content == "xml"

    def test_refuses_broken_xml_and_says_where(self):
        with pytest.raises(UnreadableEnvelope, match="not_xml at line 1 column"):
            read_document(b"<a><b></a>")

    @pytest.mark.parametrize(
        "body",
        [
            b'<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>',
            b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]><r>&e;</r>',
            b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd"><r/>',
            b"<!DOCTYPE r><r/>",
        ],
        ids=["entity", "external entity", "external definition", "bare doctype"],
    )
    def test_refuses_xml_that_declares_a_document_type(self, body):
        assert refusal(body) == "xml_forbidden"

    def test_refuses_a_form_without_the_field(self):
        assert refusal(b"sign=AB", form_fields=("param",)) == "form_field_missing"
