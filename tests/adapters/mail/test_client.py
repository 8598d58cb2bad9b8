"""The mailbox over IMAP with TLS, against a small server on loopback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_under_test import free_port
from mails import a_mail

from adapters import Refused, Unavailable
from adapters.mail.client import Mailbox
from adapters.mail.fake import StandInMailbox, serving
from adapters.mail.settings import MailSettings

Settings = dict[str, Any]


@pytest.fixture
def mailbox() -> StandInMailbox:
    return StandInMailbox()


@pytest.fixture
def settings(mailbox: StandInMailbox, tmp_path: Path) -> Iterator[Settings]:
    with serving(mailbox, tmp_path) as port:
        yield {
            "host": "127.0.0.1", "port": port, "user": mailbox.user, "password": mailbox.password,
            "ca_file": tmp_path / "ca.pem", "timeout_seconds": 5,
        }  # fmt: skip


def opened(settings: Settings, **changes: Any) -> Mailbox:
    return Mailbox(MailSettings(**{**settings, **changes}))


def take_all(settings: Settings) -> None:
    with opened(settings) as box:
        for waiting in box.waiting():
            box.read(waiting.uid)
            box.settle(waiting.uid)


class TestMailbox:
    def test_gives_mails_as_they_came_and_leaves_no_mark(self, mailbox: StandInMailbox, settings: Settings) -> None:
        raw = a_mail()
        uid = mailbox.put(raw)

        with opened(settings) as box:
            [waiting] = box.waiting()
            content = box.read(uid)

        assert (waiting.uid, waiting.size, content) == (uid, len(raw), raw)
        assert mailbox.mails[1].flags == set()

    def test_gives_no_more_than_it_was_asked_for(self, mailbox: StandInMailbox, settings: Settings) -> None:
        for number in range(3):
            mailbox.put(a_mail(number=f"<{number}@example.com>"))

        with opened(settings, mails_max=2, mail_bytes_max=10) as box:
            assert [waiting.uid for waiting in box.waiting()] == ["1", "2"]
            assert len(box.read("1")) == 10

    def test_gives_nothing_where_nothing_waits(self, settings: Settings) -> None:
        with opened(settings) as box:
            assert box.waiting() == []

    def test_gives_no_mail_again_that_was_settled(self, mailbox: StandInMailbox, settings: Settings) -> None:
        seen, flagged = mailbox.put(a_mail()), mailbox.put(a_mail())

        with opened(settings) as box:
            box.settle(seen)
            box.settle(flagged, flagged=True)
            assert box.waiting() == []

        assert [mail.flags for mail in mailbox.mails.values()] == [{"\\Seen"}, {"\\Seen", "\\Flagged"}]

    @pytest.mark.parametrize(("moves", "folder"), [(True, "&W4xiEA-"), (False, "INBOX")])
    def test_moves_what_is_done_where_it_can(
        self, mailbox: StandInMailbox, settings: Settings, moves: bool, folder: str
    ) -> None:
        mailbox.moves = moves
        mailbox.put(a_mail())
        mailbox.put(a_mail())

        with opened(settings, done_folder="完成") as box:
            box.settle("1")
            box.settle("2", flagged=True)

        assert [mail.folder for mail in mailbox.mails.values()] == [folder, "INBOX"]


class TestTrouble:
    def test_with_the_password_is_none_that_passes(self, settings: Settings) -> None:
        with pytest.raises(Refused, match="user or password"), opened(settings, password="wrong"):
            pass

    def test_with_the_folder_is_none_that_passes(self, settings: Settings) -> None:
        with pytest.raises(Refused, match="no such folder"), opened(settings, folder="Nowhere"):
            pass

    def test_with_the_certificate_is_none_that_passes(self, settings: Settings) -> None:
        with pytest.raises(Refused, match="not trusted"), opened(settings, ca_file=None):
            pass

    def test_with_the_way_there_may_pass(self, settings: Settings) -> None:
        with pytest.raises(Unavailable), opened(settings, port=free_port()):
            pass

    @pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
    def test_with_a_server_that_hangs_up_may_pass(
        self, mailbox: StandInMailbox, settings: Settings, command: str
    ) -> None:
        mailbox.put(a_mail())
        mailbox.breaks_at = command

        with pytest.raises(Unavailable):
            take_all(settings)

    def test_with_a_mail_that_is_gone_is_told(self, settings: Settings) -> None:
        with pytest.raises(Refused, match="no mail 9"), opened(settings) as box:
            box.read("9")

    def test_tells_nothing_secret(self, mailbox: StandInMailbox, settings: Settings) -> None:
        with pytest.raises(Refused) as refused, opened(settings, password="a-secret"):
            pass

        assert "a-secret" not in str(refused.value)
        assert mailbox.user not in str(refused.value)
