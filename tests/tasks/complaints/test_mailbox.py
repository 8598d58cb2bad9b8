"""Mails become complaints once each, and are marked only when that is committed (R31)."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from complaints import CALLER, commands_of, complaint_of, filed, notices_of
from factories import a_registration, at
from mails import a_mail, with_a_photo
from samples import JPEG
from standins import register

from adapters.mail.fake import StandInMailbox, serving
from adapters.vault.fake import MemoryVault
from schemas.complaint_doors import MailKind, MailReport
from schemas.complaints import Channel, ComplaintType
from store import complaints as complaint_store
from store import evidence
from store.unit_of_work import DatabaseAway, unit_of_work
from tasks.complaints import mailbox as mailbox_tasks
from tasks.complaints.closing import abandon_drafts
from tasks.complaints.mailbox import fetch_mails, mail_rows, take_mail
from tasks.evidence import keeping

ADDRESS = {"phone": "", "email": "qianqi@example.com"}


@pytest.fixture(autouse=True)
def vault(stand_at: object, monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    vault = MemoryVault()
    monkeypatch.setattr(keeping, "FileVault", lambda: vault)
    return vault


@pytest.fixture
def mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    box = StandInMailbox()
    with serving(box, tmp_path) as port:
        told = {"HOST": "127.0.0.1", "PORT": str(port), "USER": box.user, "PASSWORD": box.password}
        for name, value in (told | {"CA_FILE": str(tmp_path / "ca.pem"), "DONE_FOLDER": "Done"}).items():
            monkeypatch.setenv(f"REDRESS_MAIL_{name}", value)
        yield box


def fetch() -> MailReport:
    report: MailReport = fetch_mails.fn()
    return report


def standing() -> dict[str, int]:
    with unit_of_work() as connection:
        return complaint_store.standing(connection)


class TestTaking:
    def test_makes_a_draft_whose_customer_is_asked_for_the_rest(self) -> None:
        outcome = take_mail(with_a_photo(), name="1")

        complaint = complaint_of(outcome.complaint_no)
        [notice] = notices_of(outcome.complaint_no)
        assert (outcome.kind, outcome.state, outcome.attachments) == (MailKind.FILED, "DRAFT", 2)
        assert (complaint.channel, complaint.type, complaint.waybill) == (
            Channel.EMAIL, ComplaintType.DELAY, "773000000001",
        )  # fmt: skip
        assert (notice["to"], notice["channel"]) == ("qianqi@example.com", "email")
        assert "客户诉求" in notice["body"]

    def test_twice_is_one_telling(self) -> None:
        first = take_mail(a_mail(), name="1")
        second = take_mail(a_mail(Received="from another way"), name="2")

        assert second.model_copy(update={"mail": "1"}) == first
        assert complaint_of(first.complaint_no).tellings == 1

    def test_of_a_matter_that_is_known_joins_it(self) -> None:
        number = filed().complaint_no

        outcome = take_mail(a_mail(), name="1")

        assert (outcome.kind, outcome.complaint_no) == (MailKind.JOINED, number)

    def test_that_answers_a_complaint_of_its_sender_joins_it_and_leaves_its_type(self) -> None:
        number = filed(keep_draft=True, customer=ADDRESS, demand={"text": ""}, waybill="").complaint_no

        outcome = take_mail(a_mail("请回电。", subject=f"Re: {number}"), name="1")

        assert (outcome.kind, outcome.complaint_no) == (MailKind.JOINED, number)
        assert (complaint_of(number).type, commands_of(number)) == (ComplaintType.DELAY, ["receive", "tell_again"])

    def test_that_answers_a_complaint_under_way_is_kept_with_it_and_read_by_a_person(self) -> None:
        number = filed(customer=ADDRESS).complaint_no
        mail = a_mail("谢谢", subject=f"Re: {number}")

        outcomes = [take_mail(mail, name="1") for _ in range(2)]

        assert outcomes[0] == outcomes[1]
        assert (outcomes[0].kind, outcomes[0].complaint_no, outcomes[0].state) == (MailKind.JOINED, number, "RECEIVED")
        assert (complaint_of(number).tellings, complaint_of(number).is_repeat) == (1, False)
        assert [notice["subject"] for notice in notices_of(number, "department")] == [
            f"[{number}] 客户来信，请查看 DELAY 严重度 1"
        ]
        with unit_of_work() as connection:
            assert len(evidence.of_case(connection, number)) == 1

    def test_that_answers_one_and_cannot_be_kept_is_for_a_person(self) -> None:
        number = filed(customer=ADDRESS).complaint_no
        raw = f"From: qianqi@example.com\r\nSubject: Re: {number}\r\n\r\n".encode() + b"thanks \x07"

        assert take_mail(raw, name="1").reason == "no_evidence"

    def test_that_answers_a_draft_that_was_given_up_is_one_of_its_own(self, stand_at: Any) -> None:
        number = take_mail(a_mail(), name="1").complaint_no
        stand_at(at(73))
        assert abandon_drafts.fn() == [number]

        outcome = take_mail(a_mail(subject=f"Re: {number}", number="<2@example.com>"), name="2")

        assert (outcome.kind, outcome.complaint_no == number) == (MailKind.FILED, False)
        assert complaint_of(outcome.complaint_no).earlier_case == number

    def test_that_names_a_complaint_of_somebody_else_is_one_of_its_own(self) -> None:
        number = filed(customer=CALLER).complaint_no

        assert take_mail(a_mail("请回电。", subject=f"Re: {number}"), name="1").complaint_no != number
        assert (
            take_mail(a_mail("?", subject="Re: CP-20200101-000001", number="<2@x>"), name="2").kind is MailKind.JOINED
        )

    def test_of_a_parcel_that_is_on_file_asks_for_less(self) -> None:
        register(a_registration())

        assert complaint_of(take_mail(a_mail(), name="1").complaint_no).missing == (
            "occurrence.at", "occurrence.place", "demand.text",
        )  # fmt: skip

    def test_leaves_machines_alone(self) -> None:
        outcome = take_mail(a_mail(Auto_Submitted="auto-replied"), name="1")

        assert (outcome.kind, outcome.reason, standing()) == (MailKind.SKIPPED, "automatic", {})

    def test_gives_to_a_person_what_comes_under_a_name_that_was_used(self) -> None:
        take_mail(a_mail(), name="1")

        outcome = take_mail(a_mail("别的事情"), name="2")

        assert (outcome.kind, outcome.reason) == (MailKind.FLAGGED, "same_message_id")

    def test_gives_to_a_person_what_has_too_many_files(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keeping, "PIECES_MAX", 1)

        assert take_mail(with_a_photo(), name="1").reason == "too_much_evidence"
        assert standing() == {}

    def test_waits_for_a_vault_that_is_away(self, vault: MemoryVault) -> None:
        vault.is_away = True

        assert take_mail(a_mail(), name="1").kind is MailKind.LEFT
        assert standing() == {}


class TestFetching:
    def test_does_nothing_without_a_mailbox(self) -> None:
        assert fetch() == MailReport()

    def test_takes_what_waits_and_puts_it_away(self, mailbox: StandInMailbox) -> None:
        mailbox.put(with_a_photo())
        mailbox.put(a_mail("态度恶劣", subject="投诉", number="<2@example.com>"))
        mailbox.put(a_mail(Precedence="bulk"))

        report = fetch()

        assert [(mail.kind, mail.state) for mail in report.mails] == [
            (MailKind.FILED, "DRAFT"), (MailKind.FILED, "DRAFT"), (MailKind.SKIPPED, ""),
        ]  # fmt: skip
        assert {mail.folder for mail in mailbox.mails.values()} == {"Done"}
        assert (standing(), fetch()) == ({"DRAFT": 2}, MailReport())

    def test_flags_what_is_too_large_for_a_person(
        self, mailbox: StandInMailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_MAIL_MAIL_BYTES_MAX", "500")
        mailbox.put(a_mail(files=(("a.jpg", "image/jpeg", JPEG * 50),)))

        [mail] = fetch().mails

        assert (mail.kind, mail.reason) == (MailKind.FLAGGED, "too_large")
        assert (mailbox.mails[1].folder, "\\Flagged" in mailbox.mails[1].flags) == ("INBOX", True)
        assert not [command for command in mailbox.commands if "BODY" in command]

    def test_goes_on_after_one_that_nobody_foresaw(
        self, mailbox: StandInMailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        first = mailbox_tasks.complaint_in

        def stumbles(raw: bytes, **told: Any) -> Any:
            if b"<1@example.com>" in raw:
                raise ValueError("钱七 19900007777")
            return first(raw, **told)

        monkeypatch.setattr(mailbox_tasks, "complaint_in", stumbles)
        mailbox.put(a_mail())
        mailbox.put(a_mail(number="<2@example.com>"))

        with caplog.at_level(logging.ERROR):
            report = fetch()

        assert [mail.kind for mail in report.mails] == [MailKind.FLAGGED, MailKind.FILED]
        assert "ValueError" in caplog.text
        assert "19900007777" not in caplog.text

    def test_leaves_a_mail_as_it_is_until_it_is_committed(
        self, mailbox: StandInMailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mailbox.put(a_mail())

        def away(*_: object, **__: object) -> None:
            raise DatabaseAway("the database is away")

        with monkeypatch.context() as patched:
            patched.setattr(mailbox_tasks, "_filed", away)
            report = fetch()

        assert (report.mails, report.stopped) == ((), "the database is away")
        assert mailbox.mails[1].flags == set()
        assert [mail.kind for mail in fetch().mails] == [MailKind.FILED]

    def test_leaves_a_mail_for_later_whose_files_cannot_be_kept(
        self, mailbox: StandInMailbox, vault: MemoryVault
    ) -> None:
        mailbox.put(a_mail())
        vault.is_away = True

        assert [mail.kind for mail in fetch().mails] == [MailKind.LEFT]
        assert mailbox.mails[1].flags == set()

    def test_takes_a_mail_once_whose_mark_was_lost(self, mailbox: StandInMailbox) -> None:
        mailbox.put(a_mail())
        mailbox.breaks_at = "UID STORE"
        assert fetch().stopped.startswith("the mailbox cannot be marked")
        mailbox.breaks_at = ""

        [mail] = fetch().mails

        assert (mail.kind, standing(), complaint_of(mail.complaint_no).tellings) == (MailKind.FILED, {"DRAFT": 1}, 1)

    def test_tells_why_it_stopped(self, mailbox: StandInMailbox) -> None:
        mailbox.password = "another"

        report = fetch()

        assert report.stopped == "the mailbox refuses its user or password"
        assert mail_rows(report)[-1]["kind"] == "stopped"

    def test_shows_nothing_of_what_mails_say(self, mailbox: StandInMailbox) -> None:
        mailbox.put(with_a_photo())

        shown = str(mail_rows(fetch()))

        assert not [secret for secret in ("钱七", "qianqi", "773000000001", "没到") if secret in shown]


class TestFlow:
    def test_wakes_whoever_handles_complaints(self, mailbox: StandInMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
        from flows import complaints_intake

        published: list[object] = []
        announced: list[str] = []
        monkeypatch.setattr(complaints_intake, "fetch_mails", fetch_mails.fn)
        monkeypatch.setattr(complaints_intake, "announce", announced.append)
        monkeypatch.setattr(complaints_intake, "publish_rows", lambda *told, **_: published.append(told))
        run: Callable[[], MailReport] = complaints_intake.fetch_complaint_mail.fn

        run()
        assert (published, announced) == ([], [])
        mailbox.put(a_mail())
        run()

        assert len(published) == 1
        assert announced == ["redress.complaint.filed"]
