"""A mail becomes the complaint that it is, and what a machine wrote becomes none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mails import a_mail, with_a_photo
from samples import JPEG, MAIL

from adapters.mail.translate import Skipped, complaint_in
from schemas.complaint_doors import MailedComplaint
from schemas.complaints import Channel, ComplaintType
from schemas.evidence import EvidenceKind

OURS = frozenset({"complaints@carrier.example"})


def told(raw: bytes) -> MailedComplaint:
    found = complaint_in(raw, own_addresses=OURS)
    assert isinstance(found, MailedComplaint), found
    return found


class TestComplaint:
    def test_says_who_writes_what_happened_and_about_which_parcel(self) -> None:
        record = told(a_mail()).record

        assert (record.channel, record.type, record.waybill) == (Channel.EMAIL, ComplaintType.DELAY, "773000000001")
        assert (record.customer.name, record.customer.email, record.customer.language) == (
            "钱七", "qianqi@example.com", "zh",
        )  # fmt: skip
        assert record.occurrence.account.startswith("快件延误投诉\n你们好，\n\n运单号")
        assert (record.occurrence.at, record.demand.text, record.customer.phone) == (None, "", "")

    def test_in_english_is_read_too(self) -> None:
        record = told(
            a_mail("Tracking no. SF1234567890123 arrived broken.", subject="Damaged", sender="Ada Lee <a@example.com>")
        ).record

        assert (record.type, record.waybill) == (ComplaintType.DAMAGE, "SF1234567890123")
        assert (record.customer.name, record.customer.language) == ("Ada Lee", "en")

    @pytest.mark.parametrize(
        "raw",
        [
            b"From: =?gb18030?B?x67G3w==?= <qianqi@example.com>\r\nSubject: =?gbk?B?v+y8/tHTzvM=?=\r\n\r\n"
            + "一直没到".encode("gb18030"),
            "From: 钱七 <qianqi@example.com>\r\nSubject: 快件延误\r\n\r\n一直没到".encode(),
            "From: 钱七 <qianqi@example.com>\r\nSubject: 快件延误\r\n\r\n一直没到".encode("gb18030"),
            "From: =?utf-8?Q?=E9=92=B1?= =?utf-8?Q?=E4=B8=83?= <qianqi@example.com>\r\n"
            "Subject: =?utf-8?B?5b+r5Lu25bu26K+v?=\r\n"
            "Content-Type: text/plain; charset=no-such\r\n\r\n一直没到".encode(),
        ],
        ids=["GBK in words", "bare UTF-8", "bare GBK", "an unknown encoding"],
    )
    def test_is_read_in_every_encoding_that_is_used(self, raw: bytes) -> None:
        record = told(raw).record

        assert (record.customer.name, record.occurrence.account) == ("钱七", "快件延误\n一直没到")

    def test_of_a_page_is_its_words(self) -> None:
        page = (
            "<html><head><title>x</title><style>p {}</style></head><body><p>外箱&nbsp;破损<br>请处理</p></body></html>"
        )

        record = told(a_mail(" ", subject="投诉", page=page)).record

        assert record.occurrence.account == "投诉\n外箱\xa0破损\n请处理"

    def test_leaves_out_what_is_only_quoted(self) -> None:
        text = "还是没到。\n\n在 2026年11月19日 09:00，客服 写道：\n> 已签收\n> 破损"

        assert told(a_mail(text, subject="")).record.occurrence.account == "还是没到。"

    def test_is_kept_whole_where_it_only_quotes(self) -> None:
        text = "On Thu, 19 Nov 2026, Wu wrote:\n> It is broken."

        assert "It is broken." in told(a_mail(text, subject="")).record.occurrence.account

    def test_is_no_longer_than_a_record_may_be_and_the_mail_has_the_rest(self) -> None:
        found = told(a_mail("长" * 9_000, sender=f"{'钱' * 300} <qianqi@example.com>"))

        assert (len(found.record.occurrence.account), len(found.record.customer.name)) == (4000, 200)
        assert found.pieces[0].kind is EvidenceKind.MESSAGE_RECORD

    def test_names_the_complaint_that_it_answers(self) -> None:
        assert told(a_mail("补充", subject="Re: 投诉 CP-20261120-000001 已登记")).answers == "CP-20261120-000001"
        assert told(a_mail("补充", subject="XCP-20261120-000001")).answers == ""


class TestFiles:
    def test_come_with_the_mail_itself_first(self) -> None:
        raw = with_a_photo()

        [mail, photo] = told(raw).pieces

        assert (mail.content, mail.declared_type) == (raw, "message/rfc822")
        assert (photo.content, photo.file_name, photo.kind) == (JPEG, "破损.jpg", EvidenceKind.OTHER)

    def test_that_are_no_evidence_are_counted_and_stay_in_the_mail(self) -> None:
        found = told(a_mail(files=(("a.zip", "application/zip", b"PK\x03\x04"), ("b.jpg", "image/jpeg", JPEG))))

        assert ([piece.file_name for piece in found.pieces], found.left_out) == (["mail.eml", "b.jpg"], 1)

    def test_that_are_mails_are_kept_as_mails(self) -> None:
        raw = (
            b"From: a@example.com\r\nDate: Fri, 20 Nov 2026 12:00:00 +0800\r\n"
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee below\r\n"
            b"--b\r\nContent-Type: message/rfc822\r\n\r\n"
            + MAIL + b"\r\n--b--\r\n"
        )  # fmt: skip

        found = told(raw)

        assert found.record.occurrence.account == "see below"
        assert [piece.kind for piece in found.pieces] == [EvidenceKind.MESSAGE_RECORD] * 2

    def test_twice_in_a_mail_are_one(self) -> None:
        assert len(told(a_mail(files=(("a.jpg", "image/jpeg", JPEG),) * 2)).pieces) == 2


class TestIdentity:
    def test_is_the_message_id_by_whatever_way_the_mail_came(self) -> None:
        direct, relayed = told(a_mail()), told(a_mail(Received="from mx.example.com by mail.example.com"))

        assert (direct.key, direct.record) == (relayed.key, relayed.record)

    def test_is_all_of_the_mail_where_there_is_none(self) -> None:
        assert told(a_mail(number="")).key != told(a_mail("不同的内容", number="")).key


class TestNoComplaint:
    @pytest.mark.parametrize(
        ("raw", "reason"),
        [
            (a_mail(Auto_Submitted="auto-replied"), "automatic"),
            (a_mail(Auto_Submitted="auto-generated; x=y"), "automatic"),
            (a_mail(Precedence="bulk"), "automatic"),
            (a_mail(X_Autoreply="yes"), "automatic"),
            (a_mail(subject="自动回复：您的来信"), "automatic"),
            (a_mail(subject="Automatic reply: complaint"), "automatic"),
            (a_mail(subject="Out of Office"), "automatic"),
            (a_mail(sender="MAILER-DAEMON@mx.example.com"), "automatic"),
            (a_mail(sender="Shop <no-reply@shop.example>"), "automatic"),
            (a_mail(Return_Path="<>"), "bounce"),
            (a_mail(X_Failed_Recipients="x@example.com"), "bounce"),
            (a_mail(subject="Undelivered Mail Returned to Sender"), "bounce"),
            (a_mail(subject="系统退信"), "bounce"),
            (b"From: a@example.com\nContent-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b--\n", "bounce"),
            (a_mail(List_Id="<news.example.com>"), "list"),
            (a_mail(List_Unsubscribe="<https://example.com/u>"), "list"),
            (a_mail(sender="Complaints@Carrier.example"), "loop"),
            (b"".join([b"Received: from x\r\n" * 41, a_mail()]), "loop"),
            (a_mail(sender="nobody"), "no_sender"),
            (b"", "no_sender"),
            (a_mail(" ", subject=""), "empty"),
        ],
    )
    def test_is_what_a_machine_wrote_or_nobody(self, raw: bytes, reason: str) -> None:
        assert complaint_in(raw, own_addresses=OURS) == Skipped(reason)

    @pytest.mark.parametrize(
        "raw",
        [
            a_mail(Auto_Submitted="no"),
            a_mail(subject="Undelivered parcel 773000000001"),
            a_mail(subject="自动回复解决不了问题"),
            a_mail(subject="I only get an automatic reply"),
            a_mail(Return_Path="<qianqi@example.com>"),
        ],
    )
    def test_is_not_what_a_person_wrote_of_machines(self, raw: bytes) -> None:
        assert isinstance(complaint_in(raw, own_addresses=OURS), MailedComplaint)


class TestAnyBytes:
    @given(raw=st.binary(max_size=2_000))
    def test_are_a_complaint_or_none(self, raw: bytes) -> None:
        complaint_in(raw)

    @given(place=st.integers(0, 2_000), junk=st.binary(max_size=60), cut=st.integers(0, 200))
    def test_inside_a_mail_do_not_matter(self, place: int, junk: bytes, cut: int) -> None:
        raw = with_a_photo(page="<p>外箱破损</p>")

        complaint_in(raw[:place] + junk + raw[place + cut :])

    @pytest.mark.parametrize(
        "raw",
        [
            a_mail()[:-1] + b"\r\n" * 200_000,
            b"From: a@example.com\r\n" + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 5_000,
            b"From: a@example.com\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
            b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 5_000,
            b"From: " + b"=?utf-8?B?" * 20_000 + b" <a@example.com>\r\n\r\nx",
            b"From: a@example.com\r\nSubject: =?utf-8?B?!!!?= =?x?Q?=ZZ?=\r\n\r\n\x00x",
        ],
        ids=["long", "deep", "many marks", "many parts", "many words", "broken words"],
    )
    def test_that_are_too_much_end(self, raw: bytes) -> None:
        complaint_in(raw)
