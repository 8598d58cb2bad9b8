"""Forms as senders post them: in UTF-8 or GBK, with fields or files, and broken."""

import asyncio
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.pushing import Pushed
from deployments.gateway.forms import FIELDS_MAX, FILES_MAX, FORM, Part, as_pushed, form_of, parts_of

BOUNDARY = "b0undary"


def in_parts(*parts: tuple[str, bytes], ending: bytes = b"--") -> bytes:
    """Write parts with what stands in their Content-Disposition after `form-data; `."""
    lines = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {told}\r\n\r\n".encode() + content + b"\r\n"
        for told, content in parts
    ]
    return b"".join(lines) + f"--{BOUNDARY}".encode() + ending + b"\r\n"


def pushed(body: bytes, *, content_type: str = f"multipart/form-data; boundary={BOUNDARY}") -> Pushed:
    return asyncio.run(as_pushed(body, {"content-type": content_type}, ("content",)))


class TestFormOf:
    @given(form=st.dictionaries(st.text(min_size=1), st.text(), min_size=1, max_size=5))
    def test_reads_back_what_was_written(self, form: dict[str, str]) -> None:
        assert form_of(urlencode(form).encode()) == form

    @pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
    def test_reads_both_encodings(self, encoding: str) -> None:
        assert form_of(urlencode({"城": "深圳市 +%"}, encoding=encoding).encode()) == {"城": "深圳市 +%"}

    def test_reads_what_was_not_escaped(self) -> None:
        assert form_of('a="深圳市"\\x&b'.encode("gbk")) == {"a": '"深圳市"\\x', "b": ""}

    def test_leaves_what_only_looks_like_an_escape(self) -> None:
        assert form_of(b"a=100%&b=%zz%41") == {"a": "100%", "b": "%zzA"}

    def test_keeps_a_byte_order_mark_which_a_signature_may_count(self) -> None:
        assert form_of(b"a=%EF%BB%BF{}") == {"a": "\ufeff{}"}

    def test_takes_the_first_of_two(self) -> None:
        assert form_of(b"a=1&a=2") == {"a": "1"}

    def test_keeps_a_nul_for_the_payload_s_own_checks(self) -> None:
        assert form_of(b"a=%00") == {"a": "\0"}

    @pytest.mark.parametrize("body", [b"&" * FIELDS_MAX, b"%ff%fe=1"], ids=["too many fields", "no text"])
    def test_refuses_what_cannot_be_read(self, body: bytes) -> None:
        with pytest.raises(UnreadableEnvelope, match=r"form_unreadable|not_text"):
            form_of(body)


class TestAsPushed:
    def test_leaves_a_body_that_is_no_form(self) -> None:
        assert pushed(b"a=1", content_type="application/json").body == b"a=1"
        assert pushed(b"a=1", content_type="").form == {}

    def test_keeps_a_form_as_it_came_beside_its_fields(self) -> None:
        push = pushed(b"a=%31", content_type=f"{FORM.upper()}; charset=GBK")

        assert (push.body, push.form) == (b"a=%31", {"a": "1"})

    def test_takes_the_only_file_for_the_body(self) -> None:
        push = pushed(in_parts(('name="sender"', b"x"), ('name="upload"; filename="a.json"', b"\xff{}")))

        assert (push.body, push.form) == (b"\xff{}", {"sender": "x"})

    def test_takes_a_file_for_a_field_that_the_format_knows(self) -> None:
        push = pushed(in_parts(('name="content"; filename="a.xml"', "<深圳/>".encode("gbk"))))

        assert (push.body, push.form) == ("<深圳/>".encode("gbk"), {"content": "<深圳/>"})

    def test_reads_fields_in_gbk(self) -> None:
        assert pushed(in_parts(('name="a"', "深圳市".encode("gbk")))).form == {"a": "深圳市"}

    def test_reads_a_file_of_megabytes(self) -> None:
        assert len(pushed(in_parts(('name="a"; filename="b"', b"x" * 1_900_000))).body) == 1_900_000

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (in_parts(('name="a"', b"1")), "multipart/form-data"),
            (in_parts(("nothing", b"1")), f"multipart/form-data; boundary={BOUNDARY}"),
            (b"\r\n\r\n not in parts", f"multipart/form-data; boundary={BOUNDARY}"),
            (in_parts(('name="a"', b"1"), ending=b""), f"multipart/form-data; boundary={BOUNDARY}"),
            (in_parts(*[(f'name="a{number}"', b"") for number in range(FIELDS_MAX + 1)]),
             f"multipart/form-data; boundary={BOUNDARY}"),
            (in_parts(*[(f'name="a{number}"; filename="f"', b"") for number in range(FILES_MAX + 1)]),
             f"multipart/form-data; boundary={BOUNDARY}"),
            (in_parts(('name="a"', b"\xff\xfe")), f"multipart/form-data; boundary={BOUNDARY}"),
        ],
        ids=["no boundary", "no name", "no parts", "no end", "too many fields", "too many files", "no text"],
    )  # fmt: skip
    def test_refuses_parts_that_cannot_be_read(self, body: bytes, content_type: str) -> None:
        with pytest.raises(UnreadableEnvelope, match=r"form_unreadable|not_text"):
            pushed(body, content_type=content_type)


class TestPartsOf:
    def parts(self, *parts: tuple[str, bytes], files_max: int = FILES_MAX) -> list[Part]:
        content_type = f"multipart/form-data; boundary={BOUNDARY}"
        return asyncio.run(parts_of(in_parts(*parts), content_type, files_max=files_max))

    def test_gives_each_file_of_one_name_with_what_is_said_of_it(self) -> None:
        told = 'name="photo"; filename="破损.jpg"\r\nContent-Type: image/jpeg'

        assert self.parts((told, b"1"), ('name="text"', "好".encode()), (told, b"2")) == [
            Part("photo", b"1", "破损.jpg", "image/jpeg"),
            Part("text", "好".encode()),
            Part("photo", b"2", "破损.jpg", "image/jpeg"),
        ]

    def test_knows_a_file_that_nobody_chose_from_a_field(self) -> None:
        assert self.parts(('name="photo"; filename=""', b"")) == [Part("photo", b"", "")]

    def test_takes_as_many_files_as_it_is_told(self) -> None:
        files = [('name="a"; filename="f"', b"")] * (FILES_MAX + 1)

        assert len(self.parts(*files, files_max=FILES_MAX + 1)) == FILES_MAX + 1
        with pytest.raises(UnreadableEnvelope):
            self.parts(*files)
