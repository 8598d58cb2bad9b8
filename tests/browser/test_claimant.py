"""Somebody whose parcel was damaged files his claim in the browser, with a picture, and asks how it stands."""

from pathlib import Path

import httpx
import pytest
from engine_under_test import EngineUnderTest
from playwright.sync_api import Page, expect
from samples import a_photo

pytestmark = pytest.mark.browser


class TestClaimant:
    def test_files_a_claim_after_putting_right_what_was_wrong(
        self, page: Page, engine: EngineUnderTest, tmp_path: Path
    ) -> None:
        picture = tmp_path / "碎片.jpg"
        picture.write_bytes(a_photo(41))

        page.goto(f"{engine.gateway_url}/claims/new")
        page.get_by_label("运单号 Waybill").fill("773090000001")
        page.get_by_label("损毁 damage").check()
        page.get_by_label("经过 In your words").fill("开箱发现两只瓷碗碎裂")
        page.get_by_label("物品价值（元）").fill("100")
        page.get_by_label("姓名 Name").fill("赵六")
        page.get_by_label("手机号 Phone").fill("199 0000 5678")
        page.get_by_label("寄件人 sender").check()
        page.get_by_label("破损细节照片").set_input_files(picture)
        page.get_by_role("button", name="提交 Submit").click()

        expect(page.get_by_role("alert")).to_contain_text("缺少：损失部分")
        expect(page.get_by_label("姓名 Name")).to_have_value("赵六")
        page.get_by_label("损失比例（%）").fill("40")
        page.get_by_label("破损细节照片").set_input_files(picture)
        page.get_by_role("button", name="提交 Submit").click()

        heading = page.get_by_role("heading")
        expect(heading).to_contain_text("CL-")
        expect(page.get_by_text("还需要：全景照片、面单照片")).to_be_visible()
        asked = f"{engine.gateway_url}/claims/{heading.inner_text()}/status"
        status = httpx.get(asked, headers={"X-Phone-Digits": "5678"}).raise_for_status().json()
        assert status["papers"]["zh"] == "全景照片、面单照片"
