"""Complaints over HTTP: taken whole or as drafts, once, with what came with them; how they stand; who calls."""

import base64
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from complaints import a_record, commands_of, complaint_of, filed
from factories import NOON, a_registration, at
from samples import FILES, JPEG, a_photo
from standins import QuietHerald, register

from adapters.vault.fake import MemoryVault
from rules.digits import WRONG_TRIES_MAX
from schemas.complaints import Channel, ComplaintType
from schemas.evidence import Door, Evidence, EvidenceKind, MediaType
from store import complaint_records, evidence
from store import complaints as complaint_store
from store.unit_of_work import unit_of_work
from tasks.evidence import keeping
from tasks.publishing import COMPLAINT_FILED

Gateway = Callable[..., httpx.Client]
KEY = {"X-API-Key": "made-up-key"}
RECORD: dict[str, Any] = a_record().model_dump(mode="json", exclude_defaults=True)
WAV = FILES[MediaType.WAV]
RECORDING = {"call_record": ("来电.wav", WAV, "audio/wav")}


@pytest.fixture(autouse=True)
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_at: object) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    return tmp_path / "evidence"


def told(**changes: Any) -> dict[str, Any]:
    """Write a record as JSON; a part that is given replaces only the fields it names, None leaves one out."""
    parts = {name: {**RECORD.get(name, {}), **given} for name, given in changes.items() if isinstance(given, dict)}
    merged = {**RECORD, **changes, **parts}
    return {name: value for name, value in merged.items() if value is not None}


def as_form(**changes: Any) -> dict[str, str]:
    """Write a record as the fields of a form."""
    fields: dict[str, str] = {}
    for name, value in told(**changes).items():
        if isinstance(value, dict):
            fields |= {f"{name}.{part}": str(said) for part, said in value.items()}
        else:
            fields[name] = str(value)
    return fields


def post(client: httpx.Client, record: Any = RECORD, *, draft: bool = False, **named: str) -> httpx.Response:
    return client.post(
        "/complaints", params={"draft": "true"} if draft else {}, json=record, headers={**KEY, **headers(**named)}
    )


def headers(*, key: str = "") -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def counted() -> dict[str, int]:
    with unit_of_work() as connection:
        return complaint_store.standing(connection)


def pieces_of(number: str) -> list[Evidence]:
    with unit_of_work() as connection:
        return evidence.of_case(connection, number)


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


class TestFiling:
    def test_is_acknowledged_with_its_number_and_both_promised_times(
        self, client: httpx.Client, herald: QuietHerald
    ) -> None:
        answer = post(client)

        said = answer.json()
        assert (answer.status_code, said["complaint_no"]) == (201, "CP-20261120-000001")
        assert (said["first_answer_by"], said["result_by"]) == ("2026-11-20T06:00:00Z", "2026-11-22T04:00:00Z")
        assert said["sentence"].startswith("很抱歉")
        assert "责任" not in said["sentence"]
        assert herald.events == (COMPLAINT_FILED,)

    def test_names_the_key_as_who_took_it_in_where_nobody_is_named(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_API_KEY__IVR", "key-of-the-ivr")
        client = gateway()

        answer = client.post("/complaints", json=told(), headers={"X-API-Key": "key-of-the-ivr"})

        with unit_of_work() as connection:
            [record] = complaint_records.records_of(connection, answer.json()["complaint_no"])
        assert record.taken_by == "IVR"

    def test_as_a_form_is_the_same(self, client: httpx.Client) -> None:
        form = {name: (None, value) for name, value in as_form(demand={"amount": "12.50"}).items()}

        answer = client.post("/complaints", files={**form, "subject": (None, "")}, headers=KEY)

        complaint = complaint_of(answer.json()["complaint_no"])
        assert (answer.status_code, complaint.customer_name, str(complaint.demanded)) == (201, "钱七", "12.50")

    def test_of_a_matter_that_is_known_is_added_to_it(self, client: httpx.Client) -> None:
        first = post(client).json()

        answer = post(client, told(customer={"name": "孙八", "phone": "19900008888"}, channel="wechat"))

        assert (answer.status_code, answer.json()["joined"]) == (200, True)
        assert answer.json()["complaint_no"] == first["complaint_no"]

    def test_is_closed_to_who_has_no_key(self, client: httpx.Client) -> None:
        assert client.post("/complaints", json=told()).status_code == 401
        assert client.post("/complaints", json=told(), headers={"X-API-Key": "wrong"}).status_code == 401
        assert counted() == {}

    def test_is_for_the_channels_of_the_key_where_they_are_named(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_API_KEY__IVR", "key-of-the-ivr")
        client = gateway(complaint_channels={"IVR": ["ivr"]})

        statuses = {
            (key, channel): client.post(
                "/complaints", json=told(channel=channel), headers={"X-API-Key": key}
            ).status_code
            for key in ("key-of-the-ivr", "made-up-key")
            for channel in ("hotline", "ivr")
        }  # fmt: skip

        assert statuses == {
            ("key-of-the-ivr", "hotline"): 403, ("key-of-the-ivr", "ivr"): 201,
            ("made-up-key", "hotline"): 200, ("made-up-key", "ivr"): 200,
        }  # fmt: skip

    @pytest.mark.parametrize("channel", list(Channel))
    def test_takes_every_channel(self, client: httpx.Client, channel: Channel) -> None:
        answer = post(client, told(channel=channel.value))

        assert (answer.status_code, complaint_of(answer.json()["complaint_no"]).channel) == (201, channel)


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("changes", "at_", "rule", "chinese"),
        [
            ({"customer": {"name": ""}}, "customer.name", "R32", "客户姓名"),
            ({"customer": {"phone": ""}}, "customer.phone", "R32", "客户联系电话"),
            ({"sender": {"name": ""}}, "sender.name", "R33", "寄件人信息"),
            ({"consignee": {"name": ""}}, "consignee.name", "R33", "收件人信息"),
            ({"item": {"description": ""}}, "item.description", "R33", "物品信息"),
            ({"occurrence": {"at": None}}, "occurrence.at", "R34", "事发时间"),
            ({"occurrence": {"place": "  "}}, "occurrence.place", "R34", "事发地点"),
            ({"occurrence": {"account": ""}}, "occurrence.account", "R34", "事情经过"),
            ({"demand": None}, "demand.text", "R35", "客户诉求"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_is_told_field_by_field_with_its_rule_in_both_languages(
        self, client: httpx.Client, changes: dict[str, Any], at_: str, rule: str, chinese: str
    ) -> None:
        answer = post(client, told(**changes))

        assert answer.status_code == 422
        [fault] = answer.json()["detail"]
        assert (fault["at"], fault["rule"], fault["what_zh"]) == (at_, rule, f"缺少：{chinese}")
        assert fault["what"].startswith("missing: ")
        assert counted() == {}

    def test_is_told_all_at_once(self, client: httpx.Client) -> None:
        answer = post(client, {"channel": "ivr", "type": "DELAY"})

        assert len(answer.json()["detail"]) == 9

    def test_is_asked_of_nobody_whose_parcel_is_on_file(self, client: httpx.Client) -> None:
        register(a_registration())

        assert post(client, told(sender=None, consignee=None, item=None)).status_code == 201

    def test_keeps_no_file(self, client: httpx.Client, vault_folder: Path) -> None:
        answer = client.post("/complaints", data=as_form(demand={"text": ""}), files=RECORDING, headers=KEY)

        assert (answer.status_code, files_in(vault_folder)) == (422, [])


class TestFaults:
    @pytest.mark.parametrize(
        ("changes", "at_"),
        [
            ({"channel": "pigeon"}, "channel"),
            ({"channel": None}, "channel"),
            ({"type": "NOISE"}, "type"),
            ({"waybill": "12 34"}, "waybill"),
            ({"waybill": "'; DROP TABLE complaint; --"}, "waybill"),
            ({"customer": {"name": "x" * 201}}, "customer.name"),
            ({"customer": {"name": "a\0b"}}, "customer.name"),
            ({"customer": {"phone": "1" * 41}}, "customer.phone"),
            ({"customer": {"language": "fr"}}, "customer.language"),
            ({"customer": {"relation": "neighbour"}}, "customer.relation"),
            ({"customer": {"salary": 1}}, "customer.salary"),
            ({"customer": "钱七"}, "customer"),
            ({"occurrence": {"at": "2026-11-20T12:00:00"}}, "occurrence.at"),
            ({"occurrence": {"at": "yesterday"}}, "occurrence.at"),
            ({"occurrence": {"at": "0001-01-01T00:00:00Z"}}, "occurrence.at"),
            ({"occurrence": {"account": "x" * 4001}}, "occurrence.account"),
            ({"demand": {"amount": "-1"}}, "demand.amount"),
            ({"demand": {"amount": "1.005"}}, "demand.amount"),
            ({"demand": {"amount": "NaN"}}, "demand.amount"),
            ({"demand": {"amount": "10000000"}}, "demand.amount"),
            ({"demand": {"currency": "元"}}, "demand.currency"),
            ({"taken_at": "2026-11-20"}, "taken_at"),
            ({"surprise": 1}, "surprise"),
            ({"evidence": [{"kind": "call_record", "content": "?"}]}, "evidence.0.content"),
            ({"evidence": [{"kind": "tracking_snapshot", "content": "YQ=="}]}, "evidence.0.kind"),
        ],
        ids=str,
    )
    def test_are_told_with_where_and_nothing_is_kept(
        self, client: httpx.Client, changes: dict[str, Any], at_: str
    ) -> None:
        answer = post(client, told(**changes), draft=True)

        assert answer.status_code == 422
        assert {fault["at"] for fault in answer.json()["detail"]} == {at_}
        assert counted() == {}

    @pytest.mark.parametrize(
        ("content", "kind", "status"),
        [
            (b"", "application/json", 422),
            (b"{", "application/json", 422),
            (b"[]", "application/json", 422),
            (b'{"channel": "\\ud800"}', "application/json", 422),
            (b"[" * 100_000, "application/json", 422),
            (b"channel=ivr", "application/x-www-form-urlencoded", 415),
            (b"<a/>", "application/xml", 415),
            (b"--x", "multipart/form-data; boundary=b", 400),
        ],
        ids=["empty", "cut off", "a list", "half a character", "deep", "another form", "XML", "no form"],
    )
    def test_of_a_body_are_told(self, client: httpx.Client, content: bytes, kind: str, status: int) -> None:
        answer = client.post("/complaints", content=content, headers={**KEY, "Content-Type": kind})

        assert answer.status_code == status

    def test_of_a_form_that_gives_a_part_twice_are_told(self, client: httpx.Client) -> None:
        fields = {name: (None, value) for name, value in (as_form() | {"customer": "钱七"}).items()}
        fields = {"customer": fields.pop("customer"), **fields}

        [fault] = client.post("/complaints", files=fields, headers=KEY).json()["detail"]

        assert fault["at"] == "customer"

    def test_of_the_wish_for_a_draft_are_told(self, client: httpx.Client) -> None:
        answer = client.post("/complaints?draft=perhaps", json=told(), headers=KEY)

        assert (answer.status_code, answer.json()["detail"][0]["at"]) == (422, "draft")

    def test_of_size_are_told(self, gateway: Gateway) -> None:
        client = gateway(upload_bytes_max=5000)

        answer = client.post("/complaints", content=b" " * 5001, headers={**KEY, "Content-Type": "application/json"})

        assert answer.status_code == 413

    def test_of_a_database_that_is_away_are_told(self, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        from store.unit_of_work import dispose

        dispose()
        monkeypatch.setenv("REDRESS_DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:9/none")

        answer = post(client)

        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


class TestIdempotency:
    def test_answers_what_is_sent_again_as_the_first_time_and_does_nothing(self, client: httpx.Client) -> None:
        first, second = post(client, key="7f1"), post(client, key="7f1")

        assert (second.status_code, second.json()) == (201, first.json())
        assert complaint_of(first.json()["complaint_no"]).tellings == 1

    def test_holds_for_files_too(self, client: httpx.Client) -> None:
        answers = [
            client.post("/complaints", data=as_form(), files=RECORDING, headers={**KEY, **headers(key="7f1")})
            for _ in range(2)
        ]

        number = answers[0].json()["complaint_no"]
        assert answers[0].json() == answers[1].json()
        assert (len(pieces_of(number)), complaint_of(number).tellings) == (1, 1)

    def test_refuses_the_same_name_for_something_else(self, client: httpx.Client) -> None:
        post(client, key="7f1")

        assert post(client, told(type="ATTITUDE"), key="7f1").status_code == 422
        assert counted() == {"RECEIVED": 1}

    def test_is_each_sender_s_own(self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_API_KEY__IVR", "key-of-the-ivr")
        client = gateway()
        post(client, key="7f1")

        answer = client.post(
            "/complaints", json=told(type="FEE"), headers={"X-API-Key": "key-of-the-ivr", "Idempotency-Key": "7f1"}
        )

        assert answer.status_code == 201

    def test_leaves_a_name_free_whose_request_was_refused(self, client: httpx.Client) -> None:
        assert post(client, told(demand=None), key="7f1").status_code == 422
        assert post(client, key="7f1").status_code == 201

    def test_asks_for_a_name_that_is_one(self, client: httpx.Client) -> None:
        assert post(client, key="a b").status_code == 400

    def test_holds_for_what_completes_a_draft(self, client: httpx.Client) -> None:
        number = filed(keep_draft=True, demand={"text": ""}).complaint_no

        answers = [
            client.put(f"/complaints/{number}/record", json=told(), headers={**KEY, **headers(key="rest")})
            for _ in range(2)
        ]

        assert answers[0].json() == answers[1].json()
        assert commands_of(number) == ["receive", "complete"]


class TestDrafts:
    def test_are_kept_on_request_and_say_what_they_lack(self, client: httpx.Client) -> None:
        answer = post(client, told(demand=None), draft=True)

        said = answer.json()
        assert (answer.status_code, said["state"], said["result_by"]) == (202, "DRAFT", None)
        assert [(field["at"], field["rule"]) for field in said["missing"]] == [("demand.text", "R35")]
        assert complaint_of(said["complaint_no"]).next_due_at == at(4)

    def test_that_lack_nothing_are_complaints(self, client: httpx.Client) -> None:
        assert post(client, draft=True).status_code == 201

    def test_are_received_once_the_rest_is_told(self, client: httpx.Client, herald: QuietHerald) -> None:
        number = post(client, told(demand=None), draft=True).json()["complaint_no"]

        answer = client.put(f"/complaints/{number}/record", json=told(occurrence=None), headers=KEY)

        assert (answer.status_code, answer.json()["state"]) == (200, "RECEIVED")
        assert herald.events == (COMPLAINT_FILED, COMPLAINT_FILED)

    def test_are_drafts_as_long_as_something_is_missing(self, client: httpx.Client) -> None:
        number = post(client, told(demand=None, customer={"name": ""}), draft=True).json()["complaint_no"]

        answer = client.put(f"/complaints/{number}/record", json=told(demand=None), headers=KEY)

        assert (answer.status_code, [field["at"] for field in answer.json()["missing"]]) == (202, ["demand.text"])

    def test_become_what_the_rest_says_they_are(self, client: httpx.Client) -> None:
        number = post(client, told(type="OTHER", waybill=None, demand=None), draft=True).json()["complaint_no"]

        client.put(f"/complaints/{number}/record", json=told(type="DAMAGE"), headers=KEY)

        complaint = complaint_of(number)
        assert (complaint.type, complaint.waybill) == (ComplaintType.DAMAGE, RECORD["waybill"])

    def test_that_nobody_opened_cannot_be_completed(self, client: httpx.Client) -> None:
        for number in ("CP-20261120-000099", "EX-20261120-000001", "x"):
            assert client.put(f"/complaints/{number}/record", json=told(), headers=KEY).status_code == 404


class TestAttachments:
    def test_come_with_the_complaint_and_are_acknowledged_with_their_hash(
        self, client: httpx.Client, vault_folder: Path
    ) -> None:
        files = {**RECORDING, "photo_detail": ("破损.jpg", JPEG, "image/jpeg")}

        answer = client.post("/complaints", data=as_form(), files=files, headers=KEY)

        kept = pieces_of(answer.json()["complaint_no"])
        assert answer.status_code == 201
        assert {piece["sha256"] for piece in answer.json()["attachments"]} == {piece.sha256 for piece in kept}
        assert {(piece.kind, piece.media_type, piece.door) for piece in kept} == {
            (EvidenceKind.CALL_RECORD, MediaType.WAV, Door.API), (EvidenceKind.PHOTO_DETAIL, MediaType.JPEG, Door.API),
        }  # fmt: skip
        assert sorted(files_in(vault_folder)) == sorted(piece.sha256 for piece in kept)

    def test_may_come_as_json(self, client: httpx.Client) -> None:
        piece = {"kind": "call_record", "content": base64.b64encode(WAV).decode(), "note": "打给 13800138000"}

        answer = post(client, told(evidence=[piece]))

        [kept] = pieces_of(answer.json()["complaint_no"])
        assert (kept.media_type, kept.note) == (MediaType.WAV, "打给 138****8000")

    def test_of_a_matter_that_is_known_are_added_to_it(self, client: httpx.Client) -> None:
        number = post(client).json()["complaint_no"]

        answer = client.post("/complaints", data=as_form(channel="app"), files=RECORDING, headers=KEY)

        assert (answer.status_code, len(pieces_of(number))) == (200, 1)

    @pytest.mark.parametrize(
        ("files", "status"),
        [
            ({"photo_detail": ("a.jpg", b"MZ\x90\0", "image/jpeg")}, 415),
            ({"photo_detail": ("a.png", JPEG, "image/png")}, 415),
            ({"secret": ("a.jpg", JPEG, "image/jpeg")}, 422),
            ({"call_record": ("a.wav", b"", "audio/wav")}, 415),
        ],
        ids=["a program", "another type", "another kind", "empty"],
    )
    def test_that_are_no_evidence_refuse_the_whole(
        self, client: httpx.Client, vault_folder: Path, files: Any, status: int
    ) -> None:
        answer = client.post("/complaints", data=as_form(), files=files, headers=KEY)

        assert (answer.status_code, counted(), files_in(vault_folder)) == (status, {}, [])

    def test_wait_for_a_vault_that_is_away(self, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        vault = MemoryVault()
        vault.is_away = True
        monkeypatch.setattr(keeping, "FileVault", lambda: vault)

        answer = client.post("/complaints", data=as_form(), files=RECORDING, headers=KEY)

        assert (answer.status_code, counted()) == (503, {})

    def test_may_follow(self, client: httpx.Client, herald: QuietHerald) -> None:
        number = filed().complaint_no

        answers = [
            client.post(
                f"/complaints/{number}/attachments", data={"given_by": "ag-sun", "note": "录音"}, files=RECORDING,
                headers=KEY,
            )
            for _ in range(2)
        ]  # fmt: skip

        [kept] = pieces_of(number)
        assert [answer.status_code for answer in answers] == [201, 200]
        assert (kept.given_by, kept.note) == ("ag-sun", "录音")
        assert [piece["evidence_id"] for piece in answers[1].json()] == [kept.evidence_id]
        assert COMPLAINT_FILED in herald.events

    def test_may_follow_as_json_under_a_name(self, client: httpx.Client) -> None:
        number = filed().complaint_no
        body = {"given_by": "ag-sun", "evidence": [{"kind": "other", "content": base64.b64encode(a_photo(1)).decode()}]}

        answers = [
            client.post(f"/complaints/{number}/attachments", json=body, headers={**KEY, **headers(key="7f1")})
            for _ in range(2)
        ]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert len(pieces_of(number)) == 1

    @pytest.mark.parametrize(
        ("number", "fields", "files", "status"),
        [
            ("CP-20261120-000099", {"given_by": "ag-sun"}, RECORDING, 404),
            ("EX-20261120-000001", {"given_by": "ag-sun"}, RECORDING, 404),
            ("CP-20261120-000001", {"given_by": "ag-sun"}, {}, 422),
            ("CP-20261120-000001", {}, RECORDING, 422),
        ],
        ids=["nobody's", "an exception's", "none", "from nobody"],
    )
    def test_that_cannot_follow_are_refused(
        self, client: httpx.Client, number: str, fields: Any, files: Any, status: int
    ) -> None:
        filed()
        form = {**{name: (None, value) for name, value in fields.items()}, **files} or {"note": (None, "x")}

        assert client.post(f"/complaints/{number}/attachments", files=form, headers=KEY).status_code == status

    def test_are_no_more_than_a_case_may_have(self, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keeping, "PIECES_MAX", 0)

        answer = client.post("/complaints", data=as_form(), files=RECORDING, headers=KEY)

        assert (answer.status_code, counted()) == (409, {})


def ask(client: httpx.Client, number: str, digits: str = "7777") -> httpx.Response:
    return client.get(f"/complaints/{number}", headers={"X-Phone-Digits": digits.encode()})


class TestStatus:
    def test_is_told_in_words_to_who_complained(self, client: httpx.Client) -> None:
        number = filed().complaint_no

        answer = ask(client, number)

        assert answer.status_code == 200
        assert answer.json() == {
            "complaint_no": number,
            "received_at": "2026-11-20T04:00:00Z",
            "status": {"zh": "已受理，正在移交", "en": "it was received and is being handed on"},
            "first_answer_by": "2026-11-20T06:00:00Z",
            "result_by": "2026-11-22T04:00:00Z",
            "wanted": None,
            "result": None,
        }

    def test_of_a_draft_says_what_is_still_to_be_told(self, client: httpx.Client) -> None:
        number = filed(keep_draft=True, demand={"text": ""}).complaint_no

        assert ask(client, number).json()["wanted"] == {"zh": "客户诉求", "en": "what the customer wants"}

    def test_tells_nobody_whether_the_number_or_the_digits_are_wrong(self, client: httpx.Client) -> None:
        number = filed().complaint_no

        answers = [ask(client, *asked) for asked in (
            (number, "7778"), (number, ""), (number, "77777"), (number, "٧٧٧٧"),
            ("CP-20261120-000099", "7777"), ("CP-1", "7777"), ("EX-20261120-000001", "7777"),
        )]  # fmt: skip

        assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}

    def test_is_told_to_who_joined_the_matter_too(self, client: httpx.Client) -> None:
        number = filed().complaint_no
        filed(customer={"name": "孙八", "phone": "19900008888"})

        assert [ask(client, number, digits).status_code for digits in ("7777", "8888")] == [200, 200]

    def test_is_told_to_nobody_who_left_no_number(self, client: httpx.Client) -> None:
        number = filed(customer={"phone": "", "email": "qianqi@example.com"}).complaint_no

        assert [ask(client, number, digits).status_code for digits in ("7777", "0000")] == [404, 404]

    def test_holds_no_name_and_no_number_of_anybody(self, client: httpx.Client) -> None:
        number = filed(person="ag-sun 0231").complaint_no

        said = ask(client, number).text

        assert not [
            secret for secret in ("钱七", "19900007777", "赵六", "王五", "ag-sun", "agent-li") if secret in said
        ]

    @pytest.mark.parametrize("known", [True, False], ids=["a number that there is", "a number that nobody has"])
    def test_is_closed_for_a_day_after_so_many_wrong_digits(
        self, client: httpx.Client, stand_at: Callable[[datetime], None], *, known: bool
    ) -> None:
        number = filed().complaint_no if known else "CP-20261120-000099"

        tried = [ask(client, number, f"{digits:04}").status_code for digits in range(WRONG_TRIES_MAX)]
        closed = ask(client, number)

        assert tried == [404] * WRONG_TRIES_MAX
        assert (closed.status_code, closed.headers["Retry-After"]) == (429, str(24 * 3600))
        stand_at(at(23.99))
        assert ask(client, number).status_code == 429
        stand_at(at(24))
        assert ask(client, number).status_code == (200 if known else 404)

    def test_is_held_up_by_nobody_who_knows_the_digits(self, client: httpx.Client) -> None:
        number = filed().complaint_no

        assert {ask(client, number).status_code for _ in range(WRONG_TRIES_MAX + 5)} == {200}

    def test_is_tried_by_many_at_once_no_more_often_than_by_one(self, client: httpx.Client) -> None:
        number = filed().complaint_no

        with ThreadPoolExecutor(8) as together:
            answers = [*together.map(lambda digits: ask(client, number, f"{digits:04}").status_code, range(40))]

        assert Counter(answers) == {404: WRONG_TRIES_MAX, 429: 40 - WRONG_TRIES_MAX}


class TestCallers:
    def test_are_shown_masked_with_what_is_open(self, client: httpx.Client) -> None:
        numbers = [filed(waybill=f"77300000010{number}").complaint_no for number in range(4)]

        answer = client.post("/callers", json={"phone": "+86 199-0000-7777"}, headers=KEY)

        said = answer.json()
        assert (said["known"], said["name"], said["complaints"], said["tellings"]) == (True, "钱*", 4, 4)
        assert (said["level"], said["tier"]) == (2, 2)
        assert [one["complaint_no"] for one in said["open"]] == numbers
        assert {one["state"] for one in said["open"]} == {"RECEIVED"}
        assert "19900007777" not in answer.text

    def test_who_never_complained_are_new(self, client: httpx.Client) -> None:
        said = client.post("/callers", json={"phone": "19900001111"}, headers=KEY).json()

        assert (said["known"], said["phone"], said["complaints"], said["open"]) == (False, "199****1111", 0, [])

    def test_are_known_beyond_the_window_and_count_within_it(self, client: httpx.Client, stand_at: Any) -> None:
        filed()
        stand_at(NOON + timedelta(days=31))

        said = client.post("/callers", json={"phone": "19900007777"}, headers=KEY).json()

        assert (said["known"], said["complaints"], said["tellings"], said["level"]) == (True, 1, 0, 0)

    @pytest.mark.parametrize(
        "body", [{"phone": ""}, {"phone": "call me"}, {"phone": 1}, {}, {"phone": "1", "x": 1}, []]
    )
    def test_need_a_number(self, client: httpx.Client, body: Any) -> None:
        assert client.post("/callers", json=body, headers=KEY).status_code == 422

    def test_are_nobody_s_business_without_the_key(self, client: httpx.Client) -> None:
        assert client.post("/callers", json={"phone": "19900007777"}).status_code == 401
