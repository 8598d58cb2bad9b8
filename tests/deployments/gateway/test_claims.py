"""Claims over HTTP: filed whole or as drafts, once; completed and answered by who claims, with a code for money."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from claimants import TAIL, code_for
from claims import ACCOUNT, a_form, claim_of, filed, the_parcel_was_damaged
from complaints import commands_of
from samples import FILES, JPEG, a_photo
from standins import QuietHerald

from adapters.feeds.easypost.push import signature
from schemas.claims import ClaimChannel
from schemas.evidence import Door, Evidence, MediaType
from store import claims as claim_store
from store import evidence
from store.unit_of_work import unit_of_work
from tasks.claims.partners import take_in_partner_claims
from tasks.publishing import CLAIM_FILED
from tasks.tracking.ingest import take_in_payloads

Gateway = Callable[..., httpx.Client]
KEY = {"X-API-Key": "made-up-key"}
FORM: dict[str, Any] = a_form(channel="website", payee=None).model_dump(mode="json", exclude_defaults=True)
PICTURE = {"photo_detail": ("碎片.jpg", a_photo(7), "image/jpeg")}


@pytest.fixture(autouse=True)
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_at: object, database: str) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    the_parcel_was_damaged()
    return tmp_path / "evidence"


def told(**changes: Any) -> dict[str, Any]:
    """Write a claim as JSON; of the claimant only the fields that are given change, None leaves one out."""
    claimant = changes.get("claimant")
    merged = {**FORM, **changes}
    if isinstance(claimant, dict):
        merged["claimant"] = {**FORM["claimant"], **claimant}
    return {name: value for name, value in merged.items() if value is not None}


def as_form(**changes: Any) -> dict[str, tuple[None, str]]:
    """Write a claim as the fields of a form."""
    fields: dict[str, str] = {}
    for name, value in told(**changes).items():
        part = {"parcels": "parcel"}.get(name, name)
        inner = value[0] if name == "parcels" else value
        if isinstance(inner, dict):
            fields |= {f"{part}.{field}": str(said) for field, said in inner.items()}
        else:
            fields[name] = str(value)
    return {name: (None, value) for name, value in fields.items()}


def post(client: httpx.Client, claim: Any = None, *, draft: bool = False, name: str = "") -> httpx.Response:
    named = {"Idempotency-Key": name} if name else {}
    asked = {"draft": "true"} if draft else {}
    return client.post("/claims", params=asked, json=told() if claim is None else claim, headers={**KEY, **named})


def counted() -> dict[str, int]:
    with unit_of_work() as connection:
        return claim_store.standing(connection)


def pieces_of(number: str) -> list[Evidence]:
    with unit_of_work() as connection:
        return evidence.of_case(connection, number)


def add(client: httpx.Client, number: str, **told: Any) -> httpx.Response:
    return client.post(f"/claims/{number}", json=told, headers=TAIL)


class TestFiling:
    def test_is_acknowledged_with_its_number_and_what_is_wanted(
        self, client: httpx.Client, herald: QuietHerald
    ) -> None:
        reply = post(client)

        said = reply.json()
        assert (reply.status_code, said["claim_no"]) == (201, "CL-20261120-000001")
        assert said["papers"] == ["photo_whole", "photo_detail", "photo_label"]
        assert "CL-20261120-000001" in said["sentence"]
        assert herald.events == (CLAIM_FILED,)
        assert commands_of(said["claim_no"]) == ["file", "acknowledge"]

    def test_as_a_form_is_the_same_with_the_parcel_told_by_its_fields(self, client: httpx.Client) -> None:
        reply = client.post("/claims", files={**as_form(), **PICTURE}, headers=KEY)

        number = reply.json()["claim_no"]
        assert (reply.status_code, claim_of(number).claimed, claim_of(number).claimant_name) == (201, 40, "赵六")
        [piece] = pieces_of(number)
        assert (piece.door, piece.kind.value, piece.given_by) == (Door.CLAIMANT, "photo_detail", "gateway")
        assert reply.json()["papers"] == ["photo_whole", "photo_label"]

    def test_takes_files_in_json_too(self, client: httpx.Client) -> None:
        file = {"kind": "value_proof", "content": base64.b64encode(FILES[MediaType.PDF]).decode()}

        number = post(client, told(evidence=[file])).json()["claim_no"]

        assert [piece.kind.value for piece in pieces_of(number)] == ["value_proof"]

    def test_of_a_matter_that_is_known_is_added_to_it(self, client: httpx.Client) -> None:
        first = post(client).json()["claim_no"]

        reply = post(client, told(account="碎了三只"))

        assert (reply.status_code, reply.json()["claim_no"], reply.json()["known"]) == (200, first, True)
        assert claim_of(first).account == "碎了三只"

    def test_is_closed_to_who_has_no_key(self, client: httpx.Client) -> None:
        assert client.post("/claims", json=told()).status_code == 401
        assert client.post("/claims", json=told(), headers={"X-API-Key": "wrong"}).status_code == 401
        assert counted() == {}

    @pytest.mark.parametrize("channel", list(ClaimChannel))
    def test_takes_the_channels_that_come_over_http(self, client: httpx.Client, channel: ClaimChannel) -> None:
        of_http = {ClaimChannel.WEBSITE, ClaimChannel.HOTLINE, ClaimChannel.OUTLET, ClaimChannel.PARTNER}

        assert post(client, told(channel=channel.value)).status_code == (201 if channel in of_http else 403)

    def test_is_for_the_channels_of_the_key_where_they_are_named(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_API_KEY__SHOP", "key-of-the-shop")
        client = gateway(claim_channels={"SHOP": ["partner"]})

        statuses = [
            client.post("/claims", json=told(channel=channel), headers={"X-API-Key": "key-of-the-shop"}).status_code
            for channel in ("website", "partner")
        ]

        assert statuses == [403, 201]


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("changes", "at_", "chinese"),
        [
            ({"claimant": {"name": ""}}, "claimant.name", "索赔人姓名"),
            ({"claimant": {"phone": ""}}, "claimant.phone", "索赔人联系电话"),
            ({"claimant": {"relation": ""}}, "claimant.relation", "与快件的关系"),
            ({"waybill": ""}, "waybill", "运单号"),
            ({"account": ""}, "account", "事情经过"),
            ({"parcels": []}, "parcels", "损失部分"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_is_told_field_by_field_in_both_languages(
        self, client: httpx.Client, changes: dict[str, Any], at_: str, chinese: str
    ) -> None:
        reply = post(client, told(**changes))

        [fault] = reply.json()["detail"]
        assert (reply.status_code, fault["at"], fault["what_zh"]) == (422, at_, f"缺少：{chinese}")
        assert counted() == {}

    def test_keeps_no_file(self, client: httpx.Client, vault_folder: Path) -> None:
        reply = client.post("/claims", files={**as_form(account=""), **PICTURE}, headers=KEY)

        assert reply.status_code == 422
        assert not [path for path in vault_folder.rglob("*") if path.is_file()]

    def test_makes_a_draft_where_one_is_wanted_and_is_told_by_its_claimant(self, client: httpx.Client) -> None:
        draft = post(client, told(account=""), draft=True)
        number = draft.json()["claim_no"]

        reply = add(client, number, account="开箱发现两只瓷碗碎裂")

        assert (draft.status_code, draft.json()["state"]) == (202, "DRAFT")
        assert (reply.status_code, reply.json()["state"], reply.json()["missing"]) == (200, "ACKNOWLEDGED", [])
        assert commands_of(number) == ["file", "complete", "acknowledge"]

    def test_of_the_wish_for_a_draft_is_told(self, client: httpx.Client) -> None:
        reply = client.post("/claims?draft=perhaps", json=told(), headers=KEY)

        assert (reply.status_code, reply.json()["detail"][0]["at"]) == (422, "draft")


class TestFaults:
    @pytest.mark.parametrize(
        ("changes", "at_"),
        [
            ({"channel": "pigeon"}, "channel"),
            ({"channel": None}, "channel"),
            ({"event": "noise"}, "event"),
            ({"event": None}, "event"),
            ({"waybill": "12 34"}, "waybill"),
            ({"waybill": "'; DROP TABLE claim; --"}, "waybill"),
            ({"claimant": {"name": "x" * 201}}, "claimant.name"),
            ({"claimant": {"name": "a\0b"}}, "claimant.name"),
            ({"claimant": {"phone": "1" * 41}}, "claimant.phone"),
            ({"claimant": {"language": "fr"}}, "claimant.language"),
            ({"claimant": {"salary": 1}}, "claimant.salary"),
            ({"claimant": "赵六"}, "claimant"),
            ({"happened_on": "yesterday"}, "happened_on"),
            ({"happened_on": "0001-01-01"}, "happened_on"),
            ({"account": "x" * 4001}, "account"),
            ({"claimed": "-1"}, "claimed"),
            ({"claimed": "1.005"}, "claimed"),
            ({"claimed": "NaN"}, "claimed"),
            ({"claimed": "10000000"}, "claimed"),
            ({"currency": "元"}, "currency"),
            ({"parcels": [{"id": ""}]}, "parcels.0.id"),
            ({"parcels": [{"id": "a", "lost_percent": 101}]}, "parcels.0.lost_percent"),
            ({"parcels": [{"id": f"{n}"} for n in range(201)]}, "parcels"),
            ({"parcels": {"id": "a"}}, "parcels"),
            ({"payee": {"name": "赵六"}}, "payee.account"),
            ({"payee": {"name": "赵六", "account": ACCOUNT + "-"}}, "payee.account"),
            ({"payee": {"name": "a\u202eb", "account": ACCOUNT}}, "payee.name"),
            ({"taken_at": "2026-11-20"}, "taken_at"),
            ({"taken_at": "0001-01-01T00:00:00Z"}, "taken_at"),
            ({"surprise": 1}, "surprise"),
            ({"evidence": [{"kind": "photo_detail", "content": "?"}]}, "evidence.0.content"),
            ({"evidence": [{"kind": "tracking_snapshot", "content": "YQ=="}]}, "evidence.0.kind"),
        ],
        ids=str,
    )
    def test_are_told_with_where_and_never_with_what(
        self, client: httpx.Client, changes: dict[str, Any], at_: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        reply = post(client, told(**changes), draft=True)

        assert reply.status_code == 422
        assert {fault["at"] for fault in reply.json()["detail"]} == {at_}
        assert ACCOUNT not in reply.text + caplog.text
        assert counted() == {}

    @pytest.mark.parametrize(
        ("content", "kind", "status"),
        [
            (b"", "application/json", 422),
            (b"{", "application/json", 422),
            (b"[]", "application/json", 422),
            (b'{"channel": "\\ud800"}', "application/json", 422),
            (b"[" * 100_000, "application/json", 422),
            (b"channel=website", "application/x-www-form-urlencoded", 415),
            (b"<a/>", "application/xml", 415),
            (b"--x", "multipart/form-data; boundary=b", 400),
        ],
        ids=["empty", "cut off", "a list", "half a character", "deep", "another form", "XML", "no form"],
    )
    def test_of_a_body_are_told(self, client: httpx.Client, content: bytes, kind: str, status: int) -> None:
        reply = client.post("/claims", content=content, headers={**KEY, "Content-Type": kind})

        assert reply.status_code == status

    @pytest.mark.parametrize(("name", "value"), [("parcel", "碗"), ("claimant", "赵六")])
    def test_of_a_form_that_gives_a_part_as_a_whole_are_told(self, client: httpx.Client, name: str, value: str) -> None:
        fields = {field: said for field, said in as_form().items() if not field.startswith(f"{name}.")}

        [fault] = client.post("/claims", files={**fields, name: (None, value)}, headers=KEY).json()["detail"]

        assert fault["at"] == name

    @pytest.mark.parametrize(
        ("files", "status"),
        [
            ({"photo_detail": ("a.jpg", b"MZ\x90\0", "image/jpeg")}, 415),
            ({"photo_detail": ("a.png", JPEG, "image/png")}, 415),
            ({"secret": ("a.jpg", JPEG, "image/jpeg")}, 422),
        ],
        ids=["a program", "another type", "another kind"],
    )
    def test_of_a_file_refuse_the_whole(self, client: httpx.Client, files: Any, status: int) -> None:
        reply = client.post("/claims", files={**as_form(), **files}, headers=KEY)

        assert (reply.status_code, counted()) == (status, {})

    def test_of_size_are_told(self, gateway: Gateway) -> None:
        client = gateway(upload_bytes_max=5000)

        reply = client.post("/claims", content=b" " * 5001, headers={**KEY, "Content-Type": "application/json"})

        assert reply.status_code == 413

    def test_of_a_database_that_is_away_are_told(self, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        from store.unit_of_work import dispose

        dispose()
        monkeypatch.setenv("REDRESS_DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:9/none")

        reply = post(client)

        assert (reply.status_code, "Retry-After" in reply.headers) == (503, True)


class TestPushedByAPartner:
    def test_is_taken_with_its_signature_and_becomes_a_claim(self, client: httpx.Client) -> None:
        claim = {
            "id": "clm_example1", "object": "Claim", "tracking_code": "773000000001", "type": "loss",
            "status": "submitted", "contact_email": "shipper@example.com", "recipient_name": "JACK SPARROW",
            "description": "It never came", "requested_amount": "80.00", "updated_at": "2026-11-20T03:00:00Z",
        }  # fmt: skip
        body = json.dumps({"object": "Event", "description": "claim.created", "result": claim}).encode()

        forged = client.post("/feeds/easypost", content=body, headers={"X-Hmac-Signature": "hmac-sha256-hex=0"})
        signed = {"X-Hmac-Signature": signature(body, "made-up-salt-of-easypost")}
        taken = client.post("/feeds/easypost", content=body, headers=signed)
        take_in_payloads.fn()

        assert (forged.status_code, taken.status_code) == (401, 200)
        [number] = take_in_partner_claims.fn()
        assert (claim_of(number).reference, claim_of(number).event) == ("clm_example1", "loss")


class TestIdempotency:
    def test_answers_what_is_sent_again_as_the_first_time_and_does_nothing(self, client: httpx.Client) -> None:
        first, second = post(client, name="7f1"), post(client, name="7f1")

        assert (second.status_code, second.json()) == (201, first.json())
        assert commands_of(first.json()["claim_no"]) == ["file", "acknowledge"]

    def test_refuses_the_name_for_another_claim(self, client: httpx.Client) -> None:
        post(client, name="7f1")

        assert post(client, told(account="另一件事"), name="7f1").status_code == 422

    def test_holds_for_many_at_once(self, client: httpx.Client) -> None:
        with ThreadPoolExecutor(8) as together:
            replies = [*together.map(lambda _: post(client, name="7f1"), range(8))]

        assert {reply.status_code for reply in replies} == {201}
        assert counted() == {"ACKNOWLEDGED": 1}

    def test_holds_for_an_account_whose_code_is_used_up(self, client: httpx.Client) -> None:
        number = filed(payee=None).claim_no
        said = {"payee": {"name": "赵六", "account": ACCOUNT}, "code": code_for(client, number)}

        replies = [
            client.post(f"/claims/{number}", json=said, headers={**TAIL, "Idempotency-Key": "7f1"}) for _ in range(2)
        ]

        assert [reply.status_code for reply in replies] == [200, 200]
        assert commands_of(number).count("add") == 1
