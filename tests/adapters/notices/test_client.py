"""Notices: through Apprise one by one, and to the demo's file together; both leave the same lines."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters import Refused, Unavailable
from adapters.notices.address import address_of, file_of
from adapters.notices.client import Notice, all_go_to_file, makes_calls, send, send_to_file
from adapters.notices.settings import NoticeSettings
from schemas.channels import Channel

Notices = Callable[[], list[dict[str, str]]]


def a_notice(audience: str = "customer", body: str = "已安排加急派送", channel: Channel | None = None) -> Notice:
    to, shown_to = "19900001234", "199****1234"
    return Notice(audience=audience, to=to, shown_to=shown_to, subject="关于您的快件", body=body, channel=channel)


def a_file(path: Path, audience: str = "customer") -> SecretStr:
    return SecretStr(address_of(path, audience=audience))


class TestSendToFile:
    def test_leaves_the_lines_that_sending_one_by_one_leaves(self, notices: Notices) -> None:
        many = [a_notice(channel=Channel.SMS), a_notice("department", '含 "引号" & 100% 换行\n第二行')]
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


class TestChannel:
    """A channel may go its own way; what has none goes the way of all notices to customers, but for calls (R113)."""

    @pytest.mark.parametrize("channel", [Channel.SMS, Channel.APP, Channel.VOICE_MESSAGE, Channel.EMAIL])
    @pytest.mark.parametrize("many", [True, False], ids=["together", "one by one"])
    def test_goes_its_own_way_where_it_has_one(self, tmp_path: Path, channel: Channel, many: bool) -> None:
        own, usual = tmp_path / "own.log", tmp_path / "usual.log"
        settings = NoticeSettings(customer_url=a_file(usual), **{f"{channel.value}_url": a_file(own)})
        other = Channel.SMS if channel is not Channel.SMS else Channel.APP

        notices = [a_notice(channel=channel), a_notice(channel=other), a_notice()]
        if many:
            send_to_file(notices, settings)
        else:
            for notice in notices:
                send(notice, settings)

        assert [len(file.read_text("utf-8").splitlines()) for file in (own, usual)] == [1, 2]
        assert f'"channel": "{channel.value}"' in own.read_text("utf-8")

    def test_of_calls_is_never_what_writes(self, tmp_path: Path) -> None:
        settings = NoticeSettings(customer_url=a_file(tmp_path / "usual.log"))

        assert not makes_calls(settings)
        with pytest.raises(Refused):
            send(a_notice(channel=Channel.VOICE_CALL), settings)

    def test_of_calls_is_a_gateway_that_makes_them(self, tmp_path: Path) -> None:
        settings = NoticeSettings(voice_call_url=a_file(tmp_path / "calls.log"))

        send(a_notice(channel=Channel.VOICE_CALL), settings)

        assert makes_calls(settings)
        assert '"channel": "voice_call"' in (tmp_path / "calls.log").read_text("utf-8")

    def test_to_a_department_is_the_departments(self, tmp_path: Path) -> None:
        settings = NoticeSettings(
            department_url=a_file(tmp_path / "department.log", "department"), voice_call_url=SecretStr("mailto://x")
        )

        send(a_notice("department", channel=Channel.VOICE_CALL), settings)

        assert (tmp_path / "department.log").exists()


class TestAllGoToFile:
    def test_says_yes_while_nothing_else_is_configured(self, notices: Notices) -> None:
        assert all_go_to_file()

    @pytest.mark.parametrize("url", ["mailto://user:pass@example.com", "redressfile://localhost/?file=x"])
    @pytest.mark.parametrize("name", ["customer_url", "department_url", "sms_url"])
    def test_says_no_when_one_goes_another_way(self, notices: Notices, name: str, url: str) -> None:
        assert not all_go_to_file(NoticeSettings(**{name: SecretStr(url)}))

    def test_says_no_when_nothing_is_configured(self) -> None:
        assert not all_go_to_file(NoticeSettings())


class TestFileOf:
    @pytest.mark.parametrize("name", ["notices.log", "with blank & sign=1.log", "通知.log"])
    def test_reads_back_what_the_address_was_made_of(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name

        assert file_of(address_of(path, audience="customer")) == (path, "customer")
