"""Inquiries over HTTP: a form at a signed link for people, JSON with an API key for their systems."""

import base64
import gzip
import json
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from factories import NOON, a_question, at
from samples import FILES, JPEG, PNG, a_photo
from standins import QuietHerald, open_case

from adapters.vault.fake import MemoryVault
from rules.inquiries.links import token_for
from schemas.evidence import Door, Evidence, EvidenceKind, MediaType
from schemas.inquiries import Answer, Inquiry, InquiryState
from store import evidence, inquiries
from store.unit_of_work import unit_of_work
from tasks.evidence import keeping
from tasks.inquiries.asking import ask, withdraw
from tasks.inquiries.links import link_keys
from tasks.publishing import CASE_INFORMED

Gateway = Callable[..., httpx.Client]
KEY = {"X-API-Key": "made-up-key"}
BROWSER = {"Accept": "text/html,application/xhtml+xml"}
SAID = {"code": "came_damaged", "text": "到件时外箱已破", "answered_by": "李四 0231"}
PHOTO = {"photo_detail": ("破损.jpg", JPEG, "image/jpeg")}


@pytest.fixture(autouse=True)
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_at: object) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    return tmp_path / "evidence"


@pytest.fixture
def asked(database: str) -> Inquiry:
    """Ask an outlet about a case."""
    question = a_question(case_no=open_case(), question="请核实破损，收件人 19900001234", contact="13800138000")
    with unit_of_work() as connection:
        [new] = ask(connection, [question], asked_by="ag-sun", now=NOON)
    return new


def link(inquiry: Inquiry, *, days: float = 30, key: bytes | None = None) -> str:
    return "/inquiries/" + token_for(inquiry.inquiry_no, expires_at=at(24 * days), key=key or link_keys()[0])


def as_a_browser(fields: dict[str, str], files: list[tuple[str, str, bytes]]) -> dict[str, Any]:
    """Write a form as a browser does, with an empty part for each field of files that nobody filled in."""
    parts = [
        *((f'name="{name}"', value.encode()) for name, value in fields.items()),
        *(
            (f'name="{name}"; filename="{file}"\r\nContent-Type: application/octet-stream', content)
            for name, file, content in files
        ),
    ]
    body = b"".join(
        f"--b\r\nContent-Disposition: form-data; {told}\r\n\r\n".encode() + content + b"\r\n" for told, content in parts
    )
    return {"content": body + b"--b--\r\n", "headers": {**BROWSER, "Content-Type": "multipart/form-data; boundary=b"}}


def standing(inquiry: Inquiry) -> tuple[InquiryState, list[Answer], list[Evidence]]:
    with unit_of_work() as connection:
        return (
            inquiries.one(connection, inquiry.inquiry_no).state,
            inquiries.answers_to(connection, [inquiry.inquiry_no]).get(inquiry.inquiry_no, []),
            evidence.of_case(connection, inquiry.case_no),
        )


def nothing_taken(inquiry: Inquiry) -> bool:
    return standing(inquiry) == (InquiryState.OPEN, [], [])


class TestForm:
    def test_asks_in_chinese_and_english_for_what_is_wanted(self, client: httpx.Client, asked: Inquiry) -> None:
        page = client.get(link(asked))

        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        for told in (
            *(asked.inquiry_no, asked.waybill, "请核实破损", "2026-11-20 14:00", "破损细节照片", "width=device-width"),
            *("到达时已破损", "It was damaged when it came", 'name="photo_detail"', 'name="other"'),
        ):
            assert told in page.text

    def test_shows_nothing_of_a_customer_nor_of_who_asks(self, client: httpx.Client, asked: Inquiry) -> None:
        page = client.get(link(asked)).text

        for hidden in ("19900001234", "王五", "13800138000", "ag-sun", "示例路"):
            assert hidden not in page

    def test_loads_nothing_and_runs_nothing(self, client: httpx.Client, asked: Inquiry) -> None:
        page = client.get(link(asked))

        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert "script" not in page.text
        assert not re.search(r"(src|href|action)=", page.text)
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Content-Type-Options"] == "nosniff"

    def test_has_the_style_that_its_policy_allows(self, client: httpx.Client, asked: Inquiry) -> None:
        from hashlib import sha256

        page = client.get(link(asked))

        [style] = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
        assert base64.b64encode(sha256(style.encode()).digest()).decode() in page.headers["Content-Security-Policy"]

    def test_changes_nothing_by_being_looked_at(self, client: httpx.Client, asked: Inquiry) -> None:
        for _ in range(3):
            client.get(link(asked))

        assert nothing_taken(asked)

    def test_escapes_what_people_wrote(self, client: httpx.Client, database: str) -> None:
        question = a_question(case_no=open_case("773000000002"), question="<script>alert(1)</script>")
        with unit_of_work() as connection:
            [new] = ask(connection, [question], asked_by="x", now=NOON)

        page = client.get(link(new)).text

        assert "<script>" not in page
        assert "&lt;script&gt;" in page


class TestLink:
    @pytest.mark.parametrize(
        ("days", "status"), [(30, 200), (1 / 24 / 3600, 200), (0, 410), (-1, 410)],
        ids=["good", "good for a second", "over just now", "over"],
    )  # fmt: skip
    def test_is_good_for_its_time(self, client: httpx.Client, asked: Inquiry, days: float, status: int) -> None:
        page = client.get(link(asked, days=days))

        assert page.status_code == status
        assert ("链接已过期" in page.text) == (status == 410)

    def test_is_good_for_its_inquiry_only(self, client: httpx.Client, asked: Inquiry) -> None:
        with unit_of_work() as connection:
            [other] = ask(connection, [a_question(case_no=asked.case_no, round=2)], asked_by="x", now=NOON)

        moved = link(asked).replace(asked.inquiry_no, other.inquiry_no)

        assert client.get(moved).status_code == 404
        assert client.post(moved, json=SAID).status_code == 404

    @pytest.mark.parametrize(
        "token", ["x", "IQ-20261120-000001", "IQ-20261120-000001.99999999999.", "..", "%00", "a" * 5000, "IQ.1.签"]
    )
    def test_that_nobody_signed_opens_nothing(self, client: httpx.Client, asked: Inquiry, token: str) -> None:
        assert client.get(f"/inquiries/{token}").status_code == 404
        assert nothing_taken(asked)

    @pytest.mark.parametrize("place", range(0, 80, 9))
    def test_is_not_good_with_one_character_changed(self, client: httpx.Client, asked: Inquiry, place: int) -> None:
        good = link(asked)
        place = min(len("/inquiries/") + place, len(good) - 2)
        changed = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]

        assert client.get(changed).status_code == 404

    def test_is_accepted_with_the_key_before_while_one_follows_the_other(
        self, client: httpx.Client, asked: Inquiry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = link(asked)
        monkeypatch.setenv("REDRESS_LINK_KEY", "the new key of links")
        assert client.get(old).status_code == 404

        monkeypatch.setenv("REDRESS_LINK_KEY__OLD", "the old key of links")
        by_old = link(asked, key=b"the old key of links")

        assert [client.get(address).status_code for address in (by_old, link(asked))] == [200, 200]

    def test_opens_nothing_while_there_is_no_key(
        self, client: httpx.Client, asked: Inquiry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = link(asked)
        monkeypatch.delenv("REDRESS_SECRET_KEY")

        page = client.get(good)

        assert page.status_code == 503
        assert page.headers["Retry-After"]

    def test_stands_in_no_log_and_on_no_page(
        self, client: httpx.Client, asked: Inquiry, caplog: pytest.LogCaptureFixture
    ) -> None:
        address = link(asked)
        secret = address.rpartition(".")[2]

        with caplog.at_level(logging.DEBUG):
            pages = [
                client.get(address).text,
                client.post(address, data=SAID, files=PHOTO, headers=BROWSER).text,
                client.post(address, content=b"x", headers=BROWSER).text,
                client.get(address[:-1] + "_").text,
                client.get(link(asked, days=-1)).text,
            ]

        own = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("deployments"))
        assert own
        assert secret not in own
        assert not [page for page in pages if secret in page]

    def test_may_be_used_so_often_in_a_minute(self, gateway: Gateway, asked: Inquiry) -> None:
        client = gateway(link_requests_per_minute_max=2)

        answers = [client.get(link(asked)) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].headers["Retry-After"]

    def test_counts_for_the_limit_of_its_client(self, gateway: Gateway, asked: Inquiry) -> None:
        client = gateway(client_requests_per_minute_max=1)

        assert [client.get("/inquiries/x").status_code for _ in range(2)] == [404, 429]


class TestAnswerAtLink:
    def test_is_thanked_for_on_a_page_once_it_is_committed(
        self, client: httpx.Client, asked: Inquiry, herald: QuietHerald
    ) -> None:
        page = client.post(link(asked), data=SAID, files=PHOTO, headers=BROWSER)

        assert page.status_code == 201
        assert "已收到您的回复" in page.text
        state, [answer], [piece] = standing(asked)
        assert state is InquiryState.ANSWERED
        assert (answer.code, answer.text, answer.answered_by) == tuple(SAID.values())
        assert (answer.door, answer.door_shown) == (Door.LINK, asked.inquiry_no)
        assert answer.evidence_ids == (piece.evidence_id,)
        assert (piece.kind, piece.file_name, piece.given_by) == (EvidenceKind.PHOTO_DETAIL, "破损.jpg", "李四 0231")
        assert herald.events == (CASE_INFORMED,)

    def test_is_acknowledged_in_json_to_a_program(self, client: httpx.Client, asked: Inquiry) -> None:
        content = base64.b64encode(PNG).decode()
        piece = {"kind": "photo_label", "content": content, "file_name": "a.png", "media_type": "image/png"}

        answer = client.post(link(asked), json={**SAID, "evidence": [piece]})

        _, [kept], [photo] = standing(asked)
        assert answer.status_code == 201
        assert answer.json() == {
            "inquiry_no": asked.inquiry_no, "case_no": asked.case_no, "answer_id": kept.answer_id,
            "evidence_ids": [photo.evidence_id], "first": True,
        }  # fmt: skip
        assert photo.media_type is MediaType.PNG

    def test_takes_several_files_of_one_kind_and_passes_over_empty_fields(
        self, client: httpx.Client, asked: Inquiry
    ) -> None:
        files = [("photo_detail", f"{number}.jpg", a_photo(number)) for number in range(3)]

        page = client.post(link(asked), **as_a_browser(SAID, [*files, ("other", "", b"")]))

        assert page.status_code == 201
        assert len(standing(asked)[2]) == 3

    @pytest.mark.parametrize("kind", FILES, ids=[kind.name for kind in FILES])
    def test_takes_each_kind_of_file(self, client: httpx.Client, asked: Inquiry, kind: MediaType) -> None:
        files = {
            "statement": ("file", FILES[kind], "application/octet-stream" if kind.value[:4] != "text" else kind.value)
        }

        assert client.post(link(asked), data=SAID, files=files, headers=BROWSER).status_code == 201
        assert [piece.size_bytes for piece in standing(asked)[2]] == [len(FILES[kind])]

    def test_is_kept_beside_an_earlier_one(self, client: httpx.Client, asked: Inquiry) -> None:
        client.post(link(asked), data=SAID, files=PHOTO, headers=BROWSER)

        assert "本协查已有回复" in client.get(link(asked)).text
        second = client.post(link(asked), data={**SAID, "code": "have_it"}, files=PHOTO, headers=BROWSER)

        assert "与此前的回复一并保留" in second.text
        _, answers, pieces = standing(asked)
        assert [answer.code for answer in answers] == ["came_damaged", "have_it"]
        assert len(pieces) == 1

    def test_is_refused_kindly_once_the_inquiry_was_withdrawn(self, client: httpx.Client, asked: Inquiry) -> None:
        with unit_of_work() as connection:
            withdraw(connection, inquiry_nos=[asked.inquiry_no], who="redress", why="cured", now=at(1))

        pages = [client.get(link(asked)), client.post(link(asked), data=SAID, files=PHOTO, headers=BROWSER)]
        document = client.post(link(asked), json=SAID)

        assert [page.status_code for page in [*pages, document]] == [410] * 3
        assert all("无需再回复，谢谢" in page.text for page in pages)
        assert "谢谢" in document.json()["detail_zh"]
        assert standing(asked)[1:] == ([], [])

    @pytest.mark.parametrize(
        ("change", "at_field"),
        [
            ({"code": "perhaps"}, "code"),
            ({"answered_by": " "}, "answered_by"),
            ({"answered_by": "a\0b"}, "answered_by"),
            ({"text": "a\0b"}, "text"),
            ({"text": "长" * 2001}, "text"),
            ({"surprise": "1"}, "surprise"),
            ({"evidence_ids": "x"}, "evidence_ids.0"),
        ],
        ids=["unknown code", "nobody", "nul in the name", "nul", "too long", "unknown field", "no number"],
    )
    def test_that_is_wrong_is_refused_with_where(
        self, client: httpx.Client, asked: Inquiry, change: dict[str, str], at_field: str
    ) -> None:
        page = client.post(link(asked), data={**SAID, **change}, files=PHOTO, headers=BROWSER)
        document = client.post(link(asked), json={**SAID, **change} if at_field != "evidence_ids.0" else
                               {**SAID, "evidence_ids": ["x"]})  # fmt: skip

        assert (page.status_code, document.status_code) == (422, 422)
        assert f"<li>{at_field}: " in page.text
        assert [fault["at"] for fault in document.json()["detail"]] == [at_field]
        assert nothing_taken(asked)

    def test_that_is_wrong_is_shown_again_with_what_was_said(self, client: httpx.Client, asked: Inquiry) -> None:
        page = client.post(link(asked), data={**SAID, "answered_by": ""}, files=PHOTO, headers=BROWSER).text

        assert "到件时外箱已破" in page
        assert 'value="came_damaged" required checked' in page
        assert "文件需重新选择" in page

    @pytest.mark.parametrize(
        ("name", "content", "declared"),
        [
            ("a.svg", b"<svg onload='x'/>", "image/svg+xml"),
            ("a.jpg", b"<html><script>x</script>", "image/jpeg"),
            ("a.exe", b"MZ\x90\x00\x03", "application/octet-stream"),
            ("a.jpg", PNG, "image/jpeg"),
            ("a.pdf", JPEG, "image/jpeg"),
            ("a.jpg", b"", "image/jpeg"),
            ("../../a.zip", b"PK\x03\x04\x00\x00", "application/zip"),
        ],
        ids=["svg", "html", "program", "other type", "other name", "empty", "archive"],
    )
    def test_with_a_file_that_is_not_taken_is_refused(
        self, client: httpx.Client, asked: Inquiry, vault_folder: Path, name: str, content: bytes, declared: str
    ) -> None:
        files = {"photo_detail": (name, content, declared)}

        page = client.post(link(asked), data=SAID, files=files, headers=BROWSER)

        assert page.status_code == 415
        assert 'role="alert"' in page.text
        assert nothing_taken(asked)
        assert not vault_folder.exists()

    @pytest.mark.parametrize("field", ["tracking_snapshot", "photo", "file"])
    def test_with_a_file_of_an_unknown_kind_is_refused(self, client: httpx.Client, asked: Inquiry, field: str) -> None:
        answer = client.post(link(asked), data=SAID, files={field: PHOTO["photo_detail"]})

        assert (answer.status_code, answer.json()["detail"][0]["at"]) == (422, field)
        assert nothing_taken(asked)

    @pytest.mark.parametrize(
        ("body", "content_type", "status"),
        [
            (b"code=have_it", "application/x-www-form-urlencoded", 415),
            (b"code=have_it", "text/plain", 415),
            (b"x", "", 415),
            (b"not in parts", "multipart/form-data; boundary=b", 400),
            (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n', "multipart/form-data; boundary=b", 400),
            (b"--b", "multipart/form-data", 400),
            (b"{", "application/json", 422),
            (b"[]", "application/json", 422),
            (b'{"code": "have_it", "answered_by": "\\ud800"}', "application/json", 422),
            (b"[" * 100_000, "application/json", 422),
            (b"", "application/json", 422),
        ],
        ids=["form of one part", "text", "no type", "no parts", "no end", "no boundary", "no end of json", "a list",
             "half a pair", "deep", "nothing"],
    )  # fmt: skip
    def test_that_cannot_be_read_is_refused(
        self, client: httpx.Client, asked: Inquiry, body: bytes, content_type: str, status: int
    ) -> None:
        answer = client.post(link(asked), content=body, headers={"Content-Type": content_type})

        assert answer.status_code == status
        assert answer.json()["detail"]
        assert nothing_taken(asked)

    def test_that_is_too_large_is_refused(self, gateway: Gateway, asked: Inquiry) -> None:
        client = gateway(upload_bytes_max=5000)
        large = {"photo_detail": ("a.jpg", JPEG + b"x" * 6000, "image/jpeg")}
        packed = gzip.compress(json.dumps({**SAID, "text": "x" * 6000}).encode())

        assert client.post(link(asked), data=SAID, files=large, headers=BROWSER).status_code == 413
        assert client.post(
            link(asked), content=packed, headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}
        ).status_code == 413  # fmt: skip
        assert nothing_taken(asked)

    def test_counts_as_held_until_it_is_kept(
        self, gateway: Gateway, asked: Inquiry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        writing, written = Event(), Event()

        class Slow(MemoryVault):
            def keep(self, content: bytes) -> str:
                writing.set()
                written.wait(20)
                return super().keep(content)

        monkeypatch.setattr(keeping, "FileVault", Slow)
        client = gateway(bytes_held_max=5000)
        large = {"photo_detail": ("a.jpg", JPEG + b"x" * 3000, "image/jpeg")}

        with ThreadPoolExecutor(1) as sender:
            first = sender.submit(client.post, link(asked), data=SAID, files=large)
            writing.wait(20)
            second = client.post(link(asked), data=SAID, files=large)
            written.set()

        assert (first.result().status_code, second.status_code) == (201, 503)
        assert client.post(link(asked), data=SAID, files=large).status_code == 201

    def test_may_be_larger_than_a_push(self, client: httpx.Client, asked: Inquiry) -> None:
        large = {"photo_detail": ("a.jpg", JPEG + b"x" * 1_000_000, "image/jpeg")}

        assert client.post(link(asked), data=SAID, files=large, headers=BROWSER).status_code == 201

    def test_with_one_file_that_is_too_large_is_refused(
        self, client: httpx.Client, asked: Inquiry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_EVIDENCE_BYTES_MAX", "10")

        assert client.post(link(asked), data=SAID, files=PHOTO).status_code == 413
        assert nothing_taken(asked)

    def test_with_too_many_files_is_refused(self, client: httpx.Client, asked: Inquiry) -> None:
        files = [("other", (f"{number}.jpg", a_photo(number), "image/jpeg")) for number in range(31)]

        assert client.post(link(asked), data=SAID, files=files).status_code == 400
        assert nothing_taken(asked)

    def test_is_not_acknowledged_while_the_vault_is_away(
        self, client: httpx.Client, asked: Inquiry, monkeypatch: pytest.MonkeyPatch, herald: QuietHerald
    ) -> None:
        vault = MemoryVault()
        vault.is_away = True
        monkeypatch.setattr(keeping, "FileVault", lambda: vault)

        answer = client.post(link(asked), data=SAID, files=PHOTO)

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert nothing_taken(asked)
        assert herald.told == 0

    def test_is_not_acknowledged_while_the_database_is_away(
        self, client: httpx.Client, asked: Inquiry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        address = link(asked)
        monkeypatch.setenv("REDRESS_DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:9/nowhere")

        answers = [
            client.post(address, json=SAID),
            client.post(address, json=SAID, headers=BROWSER),
            client.get(address),
        ]

        assert [answer.status_code for answer in answers] == [503] * 3
        assert {answer.headers["Retry-After"] for answer in answers} == {"5"}

    def test_that_refers_to_another_case_s_evidence_is_refused(self, client: httpx.Client, asked: Inquiry) -> None:
        other = open_case("773000000002")
        foreign = client.post("/evidence", json=_piece(other), headers=KEY).json()["evidence_id"]

        answer = client.post(link(asked), json={**SAID, "evidence_ids": [foreign]})

        assert answer.status_code == 422
        assert standing(asked)[0] is InquiryState.OPEN


class TestSentAgain:
    def test_a_form_is_taken_once(self, client: httpx.Client, asked: Inquiry) -> None:
        [key] = re.findall(r'name="idempotency_key" value="([^"]+)"', client.get(link(asked)).text)
        said = {**SAID, "idempotency_key": key}

        pages = [client.post(link(asked), data=said, files=PHOTO, headers=BROWSER) for _ in range(3)]

        assert [page.status_code for page in pages] == [201] * 3
        assert all("已收到您的回复" in page.text for page in pages)
        assert len(standing(asked)[1]) == 1

    def test_a_request_is_answered_as_before_by_its_key(self, client: httpx.Client, asked: Inquiry) -> None:
        headers = {"Idempotency-Key": "7f1"}

        with ThreadPoolExecutor(6) as senders:
            answers = list(
                senders.map(lambda _: client.post(link(asked), data=SAID, files=PHOTO, headers=headers), range(12))
            )

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == len(standing(asked)[1]) == 1

    def test_another_request_under_the_same_key_is_refused(self, client: httpx.Client, asked: Inquiry) -> None:
        headers = {"Idempotency-Key": "7f1"}
        client.post(link(asked), json=SAID, headers=headers)

        other = client.post(link(asked), json={**SAID, "code": "not_here"}, headers=headers)

        assert other.status_code == 422
        assert "Idempotency-Key" in other.json()["detail"]
        assert len(standing(asked)[1]) == 1

    @pytest.mark.parametrize("key", ["a b", "x" * 201, "\x7f"])
    def test_a_key_that_is_none_is_refused(self, client: httpx.Client, asked: Inquiry, key: str) -> None:
        assert client.post(link(asked), json=SAID, headers={"Idempotency-Key": key}).status_code == 400
        assert nothing_taken(asked)


class TestAnswerWithKey:
    def address(self, asked: Inquiry) -> str:
        return f"/inquiries/{asked.inquiry_no}/answer"

    def test_is_acknowledged_once_it_is_committed(
        self, gateway: Gateway, asked: Inquiry, monkeypatch: pytest.MonkeyPatch, herald: QuietHerald
    ) -> None:
        monkeypatch.setenv("REDRESS_API_KEY__EAST", "the key of the east")

        answer = gateway().post(self.address(asked), json=SAID, headers={"X-API-Key": "the key of the east"})

        assert (answer.status_code, answer.json()["first"]) == (201, True)
        _, [kept], _ = standing(asked)
        assert (kept.door, kept.door_shown) == (Door.API, "EAST")
        assert herald.events == (CASE_INFORMED,)

    def test_may_name_evidence_that_was_given_before(self, client: httpx.Client, asked: Inquiry) -> None:
        given = client.post("/evidence", json=_piece(asked.case_no), headers=KEY).json()

        answer = client.post(self.address(asked), json={**SAID, "evidence_ids": [given["evidence_id"]]}, headers=KEY)

        assert answer.json()["evidence_ids"] == [given["evidence_id"]]

    @pytest.mark.parametrize("key", [{}, {"X-API-Key": "guessed"}], ids=["none", "wrong"])
    def test_needs_the_api_key(self, client: httpx.Client, asked: Inquiry, key: dict[str, str]) -> None:
        assert client.post(self.address(asked), json=SAID, headers=key).status_code == 401
        assert nothing_taken(asked)

    def test_is_closed_while_no_key_is_set(
        self, gateway: Gateway, asked: Inquiry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REDRESS_API_KEY")

        assert gateway().post(self.address(asked), json=SAID, headers=KEY).status_code == 503

    def test_needs_an_inquiry(self, client: httpx.Client) -> None:
        answer = client.post("/inquiries/IQ-20261120-999999/answer", json=SAID, headers=KEY)

        assert (answer.status_code, answer.json()["detail"]) == (404, "there is no inquiry IQ-20261120-999999")

    def test_is_refused_kindly_once_the_inquiry_was_withdrawn(self, client: httpx.Client, asked: Inquiry) -> None:
        with unit_of_work() as connection:
            withdraw(connection, inquiry_nos=[asked.inquiry_no], who="redress", why="cured", now=at(1))

        answer = client.post(self.address(asked), json=SAID, headers=KEY)

        assert answer.status_code == 410
        assert "Thank you" in answer.json()["detail"]


def _piece(case_no: str, **changes: Any) -> dict[str, Any]:
    content = base64.b64encode(a_photo()).decode()
    return {"case_no": case_no, "kind": "photo_detail", "given_by": "李四", "content": content, **changes}


class TestEvidence:
    def test_is_acknowledged_with_its_number_and_hash(
        self, client: httpx.Client, asked: Inquiry, herald: QuietHerald
    ) -> None:
        told = {
            "taken_at": "2026-11-20T11:00:00+08:00",
            "note": "外箱",
            "file_name": "a.jpg",
            "media_type": "image/jpeg",
        }

        answer = client.post("/evidence", json=_piece(asked.case_no, **told), headers=KEY)

        [piece] = standing(asked)[2]
        assert answer.status_code == 201
        assert (answer.json()["evidence_id"], answer.json()["sha256"]) == (piece.evidence_id, piece.sha256)
        assert (piece.taken_at, piece.note, piece.given_by) == (NOON - timedelta(hours=1), "外箱", "李四")
        assert herald.events == (CASE_INFORMED,)

    def test_may_come_in_parts(self, client: httpx.Client, asked: Inquiry) -> None:
        said = {"case_no": asked.case_no, "kind": "photo_label", "given_by": "李四", "taken_at": "", "note": "面单"}

        answer = client.post("/evidence", data=said, files={"file": ("面单.png", PNG, "image/png")}, headers=KEY)

        assert answer.status_code == 201
        [piece] = standing(asked)[2]
        assert (piece.kind, piece.file_name, piece.note) == (EvidenceKind.PHOTO_LABEL, "面单.png", "面单")

    def test_is_one_piece_however_often_it_is_given(self, client: httpx.Client, asked: Inquiry) -> None:
        answers = [client.post("/evidence", json=_piece(asked.case_no), headers=KEY) for _ in range(2)]

        assert [(answer.status_code, answer.json()["repeated"]) for answer in answers] == [(201, False), (200, True)]
        assert len(standing(asked)[2]) == 1

    def test_is_answered_as_before_by_its_key(self, client: httpx.Client, asked: Inquiry) -> None:
        headers = {**KEY, "Idempotency-Key": "photo-1"}

        answers = [client.post("/evidence", json=_piece(asked.case_no), headers=headers) for _ in range(2)]
        other = client.post("/evidence", json=_piece(asked.case_no, note="another"), headers=headers)

        assert [(answer.status_code, answer.json()["repeated"]) for answer in answers] == [(201, False)] * 2
        assert other.status_code == 422

    @pytest.mark.parametrize("key", [{}, {"X-API-Key": "guessed"}], ids=["none", "wrong"])
    def test_needs_the_api_key(self, client: httpx.Client, asked: Inquiry, key: dict[str, str]) -> None:
        assert client.post("/evidence", json=_piece(asked.case_no), headers=key).status_code == 401
        assert nothing_taken(asked)

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"case_no": "EX-0"}, 404),
            ({"kind": "tracking_snapshot"}, 422),
            ({"kind": "photo"}, 422),
            ({"given_by": ""}, 422),
            ({"taken_at": "2026-11-20T11:00:00"}, 422),
            ({"taken_at": "0001-01-01T00:00:00Z"}, 422),
            ({"content": "%%%"}, 422),
            ({"content": base64.b64encode(b"<svg/>").decode()}, 415),
            ({"media_type": "text/html"}, 415),
            ({"note": "a\0b"}, 422),
            ({"surprise": 1}, 422),
        ],
        ids=["no case", "frozen by nobody else", "unknown kind", "nobody", "no zone", "no year", "no base64", "svg",
             "declared html", "nul", "unknown field"],
    )  # fmt: skip
    def test_that_is_wrong_is_refused(
        self, client: httpx.Client, asked: Inquiry, change: dict[str, Any], status: int
    ) -> None:
        answer = client.post("/evidence", json={**_piece(asked.case_no), **change}, headers=KEY)

        assert answer.status_code == status
        assert answer.json()["detail"]
        assert nothing_taken(asked)

    @pytest.mark.parametrize("count", [0, 2])
    def test_is_one_file_at_a_time(self, client: httpx.Client, asked: Inquiry, count: int) -> None:
        said = {"case_no": asked.case_no, "kind": "photo_label", "given_by": "李四"}
        files = [("file", f"{number}.jpg", a_photo(number)) for number in range(count)]
        body = as_a_browser(said, files or [("file", "", b"")])

        answer = client.post("/evidence", content=body["content"], headers={**body["headers"], **KEY})

        assert answer.status_code == 422
        assert answer.json()["detail"] == [{"at": "file", "what": f"there should be one file, not {count}"}]

    def test_of_a_full_case_is_refused(
        self, client: httpx.Client, asked: Inquiry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keeping, "PIECES_MAX", 0)

        assert client.post("/evidence", json=_piece(asked.case_no), headers=KEY).status_code == 409
