"""The CSV of a carrier's own scanners: parcels, foreign files, codes and words, broken rows, what tools make of it."""

from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Event, Reason

HEADER = "waybill,occurred_at,event,reason,raw_code,raw_text,location"
GOOD = "SC1,2026-03-01 08:00:00,ARRIVED_HUB,,12,,临江市"


def read(body: bytes):
    return translate("csv", body).records


def told(body: bytes):
    return [(record.where, record.waybill, record.unreadable) for record in read(body)]


class TestOneParcel:
    def test_keeps_everything_a_row_says(self, in_csv, scan, the_record):
        row = scan(event="DELIVERY_FAILED", reason="consignee.refused")

        record = the_record("csv", in_csv(row))

        assert (record.where, record.namespace, record.source) == ("line 2", "scanners", "csv")
        assert (record.waybill, record.carrier, record.sequence) == ("SC0000000001", "", "")
        assert (record.occurred_text, record.clock) == ("2026-03-01T08:00:00+08:00", "told")
        assert record.occurred_at == datetime(2026, 3, 1, tzinfo=UTC)
        assert (record.event, record.reason, record.confidence) == (
            Event.DELIVERY_FAILED,
            Reason.CONSIGNEE_REFUSED,
            "code",
        )
        assert (record.raw_code, record.raw_text, record.location) == ("12", "快件到达【临江转运中心】", "临江市")
        assert (record.voids, record.raw) == (None, row)
        assert record.mapping_version.startswith("scanners-")

    def test_may_have_its_columns_in_any_order(self, the_record):
        body = "location,raw_text,waybill,event,occurred_at,reason,raw_code\n临江市,,SC1,HELD,2026-03-01 08:00:00,,\n"

        record = the_record("csv", body.encode())

        assert (record.waybill, record.event, record.location) == ("SC1", Event.HELD, "临江市")

    def test_is_read_without_the_blanks_around_its_fields(self, in_csv, the_record):
        record = the_record("csv", in_csv(" SC1 ,2026-03-01 08:00:00\t, HELD , , 12 , 快件 滞留 , 临江市 "))

        assert (record.waybill, record.event, record.raw_code, record.location) == ("SC1", Event.HELD, "12", "临江市")
        assert record.raw_text == " 快件 滞留 "
        assert record.occurred_at is not None


class TestTimes:
    def test_without_a_zone_are_those_of_the_feed(self, in_csv, scan):
        body = in_csv(scan(occurred_at="2026-03-01 08:00:00"))

        (shanghai,), (berlin,) = (translate("csv", body, zone=zone).records for zone in (None, "Europe/Berlin"))

        assert (shanghai.occurred_at.hour, berlin.occurred_at.hour) == (0, 7)
        assert shanghai.clock == berlin.clock == "declared"

    @pytest.mark.parametrize("text", ["2026-03-01T08:00:00+08:00", "2026-03-01T00:00:00Z", "2026-02-28T16:00:00-0800"])
    def test_with_an_offset_are_told(self, in_csv, scan, the_record, text):
        record = the_record("csv", in_csv(scan(occurred_at=text)))

        assert (record.occurred_at, record.clock) == (datetime(2026, 3, 1, tzinfo=UTC), "told")

    @pytest.mark.parametrize(("text", "reason"), [("", "time_missing"), ("昨天", "time_unreadable")])
    def test_that_cannot_be_read_are_kept(self, in_csv, scan, the_record, text, reason):
        record = the_record("csv", in_csv(scan(occurred_at=text)))

        assert record.occurred_text == text
        assert refusal_line(record) == {"refused": reason, "at": "line 2"}


class TestSeveralParcels:
    def test_keep_their_own_numbers_and_lines(self, in_csv, scan):
        body = in_csv(scan(waybill="SC1"), scan(waybill="SC2"), scan(waybill="SC1", event="DELIVERED"))

        assert told(body) == [("line 2", "SC1", ""), ("line 3", "SC2", ""), ("line 4", "SC1", "")]

    def test_may_be_none(self, in_csv):
        assert read(in_csv()) == read(in_csv().rstrip()) == ()


class TestForeignFile:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b"", "empty"),
            (b" \r\n\r\n ", "empty"),
            (b"\x80\x81\xff\xfe\x00", "not_text"),
            (b"order_id,status\n1,ok\n", "csv_header"),
            (b'{"error": "access denied"}', "csv_header"),
            (b"<html><body>502 Bad Gateway</body></html>", "csv_header"),
            (b"a\rb\nc", "csv_header"),
            (b"x" * 200_000, "csv_header"),
        ],
        ids=["nothing", "blank", "bytes", "another table", "json", "html", "stray return", "endless"],
    )
    def test_is_refused_as_a_whole(self, body, reason):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate("csv", body)

        assert refused.value.reason_code == reason


class TestCodesAndWords:
    @pytest.mark.parametrize(("event", "reason"), [("ARRIVED", "event_unknown"), ("delivered", "event_unknown")])
    def test_outside_the_vocabulary_make_a_record_unusable(self, in_csv, scan, the_record, event, reason):
        record = the_record("csv", in_csv(scan(event=event)))

        assert refusal_line(record) == {"refused": reason, "at": "line 2"}
        assert record.raw["event"] == event

    def test_outside_the_reasons_make_a_record_unusable(self, in_csv, scan, the_record):
        record = the_record("csv", in_csv(scan(event="HELD", reason="rain")))

        assert refusal_line(record) == {"refused": "reason_unknown", "at": "line 2"}

    @pytest.mark.parametrize("event", Event)
    def test_of_the_vocabulary_are_taken_as_they_are(self, in_csv, scan, the_record, event):
        assert the_record("csv", in_csv(scan(event=event.value))).event is event

    @pytest.mark.parametrize("reason", Reason)
    def test_of_the_reasons_are_taken_as_they_are(self, in_csv, scan, the_record, reason):
        assert the_record("csv", in_csv(scan(event="EXCEPTION", reason=reason.value))).reason is reason

    def test_without_an_event_are_unknown_whatever_the_text_says(self, in_csv, scan, the_record):
        record = the_record(
            "csv", in_csv(scan(event="", reason="consignee.refused", raw_code="77", raw_text="收件人拒收"))
        )

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")
        assert (record.raw_code, record.unreadable) == ("77", "")

    def test_that_are_both_missing_leave_it_to_the_text(self, in_csv, scan, the_record):
        record = the_record("csv", in_csv(scan(event="", raw_code="", raw_text="收件人拒收")))

        assert (record.event, record.reason) == (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED)
        assert record.confidence == "text"

    @pytest.mark.parametrize("text", ["", "一切照旧"])
    def test_that_are_both_missing_are_unknown_where_the_text_says_nothing(self, in_csv, scan, the_record, text):
        record = the_record("csv", in_csv(scan(event="", raw_code="", raw_text=text)))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")

    def test_that_are_there_keep_the_text_from_being_read(self, in_csv, scan, the_record):
        record = the_record("csv", in_csv(scan(event="HELD", raw_code="", raw_text="收件人拒收")))

        assert (record.event, record.reason, record.confidence) == (Event.HELD, None, "code")


class TestBrokenRow:
    @pytest.mark.parametrize(
        "row",
        [
            "SC2",
            "SC2,2026-03-01 08:00:00,HELD,,,",
            f"{GOOD},more",
            'SC2,x,"HELD" now,,,,',
            'SC2,x,"HELD,,,,',
            "a\rb,,,,,,",
        ],
        ids=["one field", "too short", "too long", "after a quote", "unclosed", "stray return"],
    )
    def test_is_named_and_kept_and_costs_no_other(self, in_csv, row):
        records = read(in_csv(GOOD, row, GOOD))

        assert [(record.where, record.unreadable) for record in records] == [
            ("line 2", ""),
            ("line 3", "row_broken"),
            ("line 4", ""),
        ]
        assert records[1].raw == {"row": row}
        assert refusal_line(records[1]) == {"refused": "row_broken", "at": "line 3"}

    def test_with_an_unclosed_quote_takes_no_later_quoted_field_with_it(self, in_csv):
        quoted = 'SC3,2026-03-01 08:00:00,HELD,,,"a, b",'

        assert told(in_csv('SC2,x,HELD,,,"open,', quoted, quoted, GOOD)) == [
            ("line 2", "", "row_broken"),
            ("line 3", "SC3", ""),
            ("line 4", "SC3", ""),
            ("line 5", "SC1", ""),
        ]

    def test_is_not_one_whose_text_has_quotes_inside(self, in_csv):
        inches = 'SC2,2026-03-01 08:00:00,HELD,,,5" pipe,'

        assert told(in_csv(inches, GOOD, inches)) == [
            ("line 2", "SC2", ""),
            ("line 3", "SC1", ""),
            ("line 4", "SC2", ""),
        ]

    def test_with_a_quote_that_goes_on_too_long_costs_its_own_line(self, in_csv):
        long = 'SC2,x,HELD,,,"' + "\n" * 20 + '",'

        assert told(in_csv(GOOD, long, GOOD))[:2] == [("line 2", "SC1", ""), ("line 3", "", "row_broken")]


class TestWhatToolsMakeOfIt:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
    def test_is_read_whatever_ends_its_lines_and_writes_its_characters(self, in_csv, scan, end, encoding):
        body = in_csv(scan(), scan(raw_text='说 "好"，a, b'), end=end, encoding=encoding)

        first, second = read(body)

        assert recognise(body) == "csv"
        assert (first.location, second.raw_text, second.where) == ("临江市", '说 "好"，a, b', "line 3")

    def test_is_read_where_a_text_goes_over_lines(self, in_csv, scan):
        records = read(in_csv(scan(raw_text="第一行\n\n第三行"), scan(waybill="SC2")))

        assert [(record.where, record.raw_text[:3]) for record in records] == [
            ("line 2", "第一行"),
            ("line 5", "快件到"),
        ]

    def test_is_read_past_blank_lines(self, in_csv):
        assert told(b"\n\r\n" + in_csv("", GOOD, "  ", GOOD, "", "")) == [("line 5", "SC1", ""), ("line 7", "SC1", "")]

    def test_keeps_a_nul_for_the_quality_checks(self, in_csv, scan, the_record):
        assert the_record("csv", in_csv(scan(raw_text="a\0b"))).raw_text == "a\0b"

    def test_gives_each_row_as_it_stood(self, in_csv, scan, table):
        whole, broken = in_csv(scan(location=" x ")), in_csv(scan(location=" x "), "broken")

        assert table("csv", whole).raw_of(0) == table("csv", broken).raw_of(0) == scan(location=" x ")
