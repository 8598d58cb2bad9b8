"""What kind of file evidence is: told from the bytes; what its sender says must agree."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import FILES, JPEG, MAIL, PNG

from adapters import Refused
from adapters.vault.media import DECLARED, EXTENSION, NOT_TAKEN, Unacceptable, ending_of, media_type_of
from schemas.evidence import MediaType

OFFERED = [pytest.param(kind, content, id=EXTENSION[kind][0]) for kind, content in FILES.items()]
BINARY = set(MediaType) - {MediaType.TEXT, MediaType.CSV, MediaType.MAIL, MediaType.JSON}


class TestMediaTypeOf:
    @pytest.mark.parametrize(("kind", "content"), OFFERED)
    def test_knows_each_kind_that_is_taken(self, kind: MediaType, content: bytes) -> None:
        assert media_type_of(content, declared=kind.value, file_name=f"现场.{EXTENSION[kind][0]}") is kind

    def test_has_a_sample_of_each(self) -> None:
        assert set(FILES) == set(MediaType) - {MediaType.JSON}

    @pytest.mark.parametrize(("kind", "content"), [sample for sample in OFFERED if sample.values[0] in BINARY])
    def test_needs_no_word_of_the_sender(self, kind: MediaType, content: bytes) -> None:
        assert media_type_of(content) is kind
        assert media_type_of(content, declared="application/octet-stream", file_name="IMG_0001") is kind

    @pytest.mark.parametrize("content", ["交接正常", "交接正常".encode("gb18030"), b"BM 1 was here", b"\xef\xbb\xbfok"])
    def test_takes_text_in_the_encodings_of_the_trade(self, content: bytes | str) -> None:
        assert media_type_of(content if isinstance(content, bytes) else content.encode()) is MediaType.TEXT

    @pytest.mark.parametrize("declared", ["image/png", "image/jpg; charset=x", "IMAGE/JPEG", "image/webp"])
    def test_believes_a_declared_type_only_where_the_bytes_agree(self, declared: str) -> None:
        if DECLARED[declared.partition(";")[0].lower()] is MediaType.JPEG:
            assert media_type_of(JPEG, declared=declared) is MediaType.JPEG
        else:
            with pytest.raises(Unacceptable, match="said to be") as told:
                media_type_of(JPEG, declared=declared)
            assert told.value.reason_code == "type_disagrees"

    def test_takes_plain_text_for_the_table_that_its_name_says(self) -> None:
        assert media_type_of(FILES[MediaType.CSV], declared="text/plain", file_name="a.csv") is MediaType.CSV

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("a.png", "name_disagrees"), ("a.pdf", "name_disagrees"), ("a.jpg.exe", "name_not_taken"),
         ("a.SVG", "name_not_taken"), ("a.html ", "name_not_taken")],
    )  # fmt: skip
    def test_refuses_a_name_that_says_something_else(self, name: str, reason: str) -> None:
        with pytest.raises(Unacceptable) as told:
            media_type_of(JPEG, file_name=name)

        assert told.value.reason_code == reason

    @pytest.mark.parametrize(
        ("content", "what"),
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG"),
            (b"\xef\xbb\xbf \n<!DOCTYPE html><p>x", "HTML"),
            (b"<?xml version='1.0'?><svg/>", "XML"),
            (b"<script>alert(1)</script>", "HTML"),
            (b"MZ\x90\x00\x03\x00", "a program"),
            (b"\x7fELF\x02\x01", "a program"),
            (b"#!/bin/sh\nrm -rf /\n", "a script"),
            (b"PK\x03\x04\x14\x00", "an archive"),
            (b"\x1f\x8b\x08\x00", "an archive"),
            (b"GIF89a\x01\x00", "a GIF"),
            (b"\x00\x00\x00\x18ftypqt  \x00\x00\x00\x00qt  ", "none of"),
            (b"RIFF\x00\x00\x00\x00AVI LIST\x00", "none of"),
            (b"text with a \x00 in it", "none of"),
            (b"\x00" * 100, "none of"),
            (b"\xff\xfb\xf0\x00" + b"\x00" * 100, "none of"),
            (b"\n%PDF-1.7\x00", "none of"),
            (b"\xff\xd8\xff", "none of"),
        ],
        ids=["svg", "html", "xml", "a tag", "program", "linux program", "script", "zip", "gzip", "gif", "quicktime",
             "avi", "nul", "nothing but nul", "no mp3 frame", "pdf with something before it", "three bytes"],
    )  # fmt: skip
    def test_refuses_what_is_not_on_the_list(self, content: bytes, what: str) -> None:
        with pytest.raises(Unacceptable, match=what) as told:
            media_type_of(content)

        assert told.value.reason_code == "type_not_taken"

    @pytest.mark.parametrize("declared", ["text/html", "image/svg+xml", "application/x-msdownload", "application/json"])
    def test_refuses_a_declared_type_that_is_not_on_the_list(self, declared: str) -> None:
        with pytest.raises(Unacceptable, match="are not taken"):
            media_type_of(FILES[MediaType.TEXT], declared=declared)

    @pytest.mark.parametrize(
        ("content", "name"), [(b"no headers", "a.eml"), (MAIL.split(b"\r\n", 1)[1], "a.eml"), (b"one column", "a.csv")]
    )
    def test_refuses_text_that_is_not_what_its_name_says(self, content: bytes, name: str) -> None:
        with pytest.raises(Unacceptable, match="said to be"):
            media_type_of(content, file_name=name)

    def test_refuses_nothing_at_all(self) -> None:
        with pytest.raises(Unacceptable, match="empty"):
            media_type_of(b"")

    @given(content=st.binary(max_size=300) | st.sampled_from(sorted(FILES.values())).flatmap(
        lambda whole: st.integers(0, len(whole)).map(lambda size: whole[:size])),
        declared=st.sampled_from(["", "image/jpeg", "text/plain", "x"]) | st.text(max_size=20),
        name=st.text(max_size=20))  # fmt: skip
    def test_answers_any_bytes_with_a_kind_or_a_refusal(self, content: bytes, declared: str, name: str) -> None:
        with suppress(Refused):
            assert media_type_of(content, declared=declared, file_name=name) in MediaType


class TestEndingOf:
    @pytest.mark.parametrize(
        ("name", "ending"), [("a.JPG", "jpg"), ("a", ""), (".jpg", ""), ("a.b.c", "c"), ("照片 2026.11.20", "20")]
    )
    def test_is_what_stands_behind_the_last_dot(self, name: str, ending: str) -> None:
        assert ending_of(name) == ending


class TestTables:
    def test_give_each_ending_one_meaning(self) -> None:
        endings = [ending for known in EXTENSION.values() for ending in known]

        assert len(endings) == len(set(endings))
        assert not set(endings) & NOT_TAKEN

    def test_take_no_json_from_outside(self) -> None:
        assert MediaType.JSON not in DECLARED.values()

    def test_call_a_png_one_whatever_it_is_called(self) -> None:
        assert media_type_of(PNG, file_name="report.v2") is MediaType.PNG
