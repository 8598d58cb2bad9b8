"""Notices: through Apprise one by one, and to the demo's file together; both leave the same lines."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters import Refused, Unavailable
from adapters.notices.address import address_of, file_of
from adapters.notices.client import Notice, goes_to_file, send, send_to_file
from adapters.notices.settings import NoticeSettings

Notices = Callable[[], list[dict[str, str]]]


def a_notice(audience: str = "customer", body: str = "已安排加急派送") -> Notice:
    return Notice(audience=audience, to="19900001234", shown_to="199****1234", subject="关于您的快件", body=body)


class TestSendToFile:
    def test_leaves_the_lines_that_sending_one_by_one_leaves(self, notices: Notices) -> None:
        many = [a_notice(), a_notice("department", '含 "引号" & 100% 换行\n第二行')]
        for notice in many:
            send(notice)
        one_by_one = notices()

        send_to_file(many)

        assert notices() == one_by_one * 2

    def test_goes_to_each_audiences_own_file(self, tmp_path: Path) -> None:
        files = {audience: tmp_path / f"{audience}.log" for audience in ("customer", "department")}
        urls = {f"{name}_url": SecretStr(address_of(file, audience=name)) for name, file in files.items()}

        send_to_file([a_notice(), a_notice("department"), a_notice()], NoticeSettings(**urls))

        assert {name: len(file.read_text("utf-8").splitlines()) for name, file in files.items()} == {
            "customer": 2, "department": 1,
        }  # fmt: skip

    def test_is_tried_again_when_the_file_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        url = SecretStr(address_of(tmp_path / "file" / "notices.log", audience="customer"))

        with pytest.raises(Unavailable):
            send_to_file([a_notice()], NoticeSettings(customer_url=url))

    def test_refuses_another_channel(self) -> None:
        with pytest.raises(Refused):
            send_to_file([a_notice()], NoticeSettings(customer_url=SecretStr("mailto://x")))


class TestGoesToFile:
    @pytest.mark.parametrize("url", ["", "mailto://user:pass@example.com", "redressfile://localhost/?file=x"])
    def test_says_no_of_any_other_channel(self, url: str) -> None:
        assert not goes_to_file("customer", NoticeSettings(customer_url=SecretStr(url)))


class TestFileOf:
    @pytest.mark.parametrize("name", ["notices.log", "with blank & sign=1.log", "通知.log"])
    def test_reads_back_what_the_address_was_made_of(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name

        assert file_of(address_of(path, audience="customer")) == (path, "customer")
