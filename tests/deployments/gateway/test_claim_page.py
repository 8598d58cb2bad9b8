"""The page on which anybody files a claim: what it takes, what it shows again, and what it lets nobody do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from claims import ACCOUNT, claim_of, filed, the_parcel_was_damaged
from complaints import commands_of
from samples import a_photo

from store import claims as claim_store
from store import evidence
from store.unit_of_work import unit_of_work

Gateway = Callable[..., httpx.Client]
SAID = {
    "waybill": "773000000001",
    "event": "damage",
    "account": "开箱发现两只瓷碗碎裂",
    "parcel.value": "100",
    "parcel.lost_percent": "40",
    "claimed": "",
    "claimant.name": "赵六",
    "claimant.phone": "199 0000 5678",
    "claimant.relation": "sender",
    "claimant.language": "zh",
    "happened_on": "",
}
PICTURE = {"photo_detail": ("碎片.jpg", a_photo(3), "image/jpeg")}
NOTHING = {"photo_whole": ("", b"", "application/octet-stream")}


@pytest.fixture(autouse=True)
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_at: object, database: str) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    the_parcel_was_damaged()


def send(client: httpx.Client, **changes: Any) -> httpx.Response:
    fields = {name: (None, value) for name, value in {**SAID, **changes}.items()}
    return client.post("/claims/new", files={**fields, **PICTURE, **NOTHING})


def filed_claims() -> int:
    with unit_of_work() as connection:
        return sum(claim_store.standing(connection).values())


class TestPage:
    def test_is_in_both_languages_and_asks_nobody_else_for_anything(self, client: httpx.Client) -> None:
        page = client.get("/claims/new")

        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "理赔申请" in page.text
        assert "File a claim" in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "http://" not in page.text
        assert "https://" not in page.text

    def test_names_no_account(self, client: httpx.Client) -> None:
        assert "payee" not in client.get("/claims/new").text


class TestFiling:
    def test_opens_a_claim_and_says_its_number_and_what_is_wanted(self, client: httpx.Client) -> None:
        page = send(client)

        claim = claim_of("CL-20261120-000001")
        assert page.status_code == 201
        assert "CL-20261120-000001" in page.text
        assert "还需要：全景照片、面单照片" in page.text
        assert (claim.channel, claim.claimant_name, claim.payee_tail) == ("website", "赵六", "")
        with unit_of_work() as connection:
            assert [piece.kind for piece in evidence.of_case(connection, claim.case_no)] == ["photo_detail"]

    def test_twice_with_one_key_is_one_claim_and_one_answer(self, client: httpx.Client) -> None:
        first, second = send(client, idempotency_key="abc"), send(client, idempotency_key="abc")

        assert (first.text, second.status_code) == (second.text, 201)
        assert filed_claims() == 1
        assert commands_of("CL-20261120-000001") == ["file", "acknowledge"]

    def test_of_a_known_matter_changes_nothing(self, client: httpx.Client) -> None:
        number = filed(payee=None).claim_no

        page = send(client, account="别的说法")

        assert (page.status_code, "该索赔已登记" in page.text, number in page.text) == (409, True, False)
        assert claim_of(number).account == "开箱发现两只瓷碗碎裂"

    @pytest.mark.parametrize("field", ["payee.name", "payee.account", "origin_case", "taken_by"])
    def test_names_no_account_and_no_other_case(self, client: httpx.Client, field: str) -> None:
        page = send(client, **{field: ACCOUNT})

        assert (page.status_code, filed_claims()) == (422, 0)
        assert field in page.text
        assert ACCOUNT not in page.text

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"account": ""}, "account: 缺少：事情经过"),
            ({"claimant.phone": "call me"}, "claimant.phone: 缺少：索赔人联系电话"),
            ({"parcel.lost_percent": ""}, "parcels: 缺少：损失部分"),
            ({"parcel.lost_percent": "all"}, "parcels.0.lost_percent"),
            ({"claimed": "-1"}, "claimed"),
            ({"waybill": "<script>"}, "waybill"),
        ],
        ids=str,
    )
    def test_with_something_wrong_shows_what_and_the_form_again(
        self, client: httpx.Client, changes: dict[str, str], told: str
    ) -> None:
        page = send(client, **changes)

        assert (page.status_code, filed_claims()) == (422, 0)
        assert told in page.text
        assert 'value="赵六"' in page.text
        assert "<script>" not in page.text

    def test_too_often_is_refused(self, gateway: Gateway) -> None:
        client = gateway(claim_pages_per_minute_max=1)
        send(client)

        page = send(client, waybill="773000000002")

        assert (page.status_code, "Retry-After" in page.headers, filed_claims()) == (429, True, 1)

    def test_of_another_kind_of_body_is_refused(self, client: httpx.Client) -> None:
        page = client.post("/claims/new", content=b"x", headers={"Content-Type": "text/plain"})

        assert (page.status_code, "暂时无法处理" in page.text) == (415, True)
