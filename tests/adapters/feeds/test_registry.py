"""The list of formats, asking for one by name, and recognising one by its content."""

from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.format import TableFormat
from adapters.feeds.registry import (
    BEGINNING_BYTES,
    FORMATS,
    DuplicateFormat,
    UnknownFormat,
    _declared,
    check_envelope,
    declared_format,
    described,
    recognise,
    recognise_table,
    tabulate,
    translate,
)

NAMESPACES = {
    "17track_v1": "17track",
    "17track_v2": "17track",
    "aftership": "aftership",
    "cainiao_global": "cainiao",
    "csv": "scanners",
    "easypost_claim": "easypost",
    "easypost_event": "easypost",
    "easypost_insurance": "easypost",
    "easypost_tracker": "easypost",
    "ems_cn_xml": "ems",
    "kdniao_push": "kdniao",
    "kdniao_track": "kdniao",
    "kuaidi100_push": "kuaidi100",
    "kuaidi100_query": "kuaidi100",
    "ndjson": "scanners",
    "sf_route_json": "sf",
    "sf_route_push": "sf",
    "sf_route_xml": "sf",
    "zto_trace": "zto",
}
TABLES = {"csv", "ndjson"}
SCANS = b"waybill,occurred_at,event,reason,raw_code,raw_text,location\nSC1,2026-03-01 08:00:00,ARRIVED_HUB,,,,\n"


class TestFormats:
    def test_are_listed_under_their_own_names(self):
        assert {name: declared.name for name, declared in FORMATS.items()} == {name: name for name in FORMATS}

    def test_share_a_namespace_by_provider(self):
        assert {name: declared.namespace for name, declared in FORMATS.items()} == NAMESPACES

    def test_are_documents_or_tables(self):
        assert {name for name, declared in FORMATS.items() if isinstance(declared, TableFormat)} == TABLES

    def test_name_the_parcel_but_for_china_ems(self):
        assert [name for name, declared in FORMATS.items() if not declared.names_waybill] == ["ems_cn_xml"]

    def test_refuse_a_name_that_is_taken(self):
        one = FORMATS["sf_route_xml"]

        with pytest.raises(DuplicateFormat, match="sf_route_xml"):
            _declared([one], [one])

    def test_are_found_by_name(self):
        assert declared_format("csv") is FORMATS["csv"]

    def test_cannot_be_changed(self):
        with pytest.raises(TypeError):
            FORMATS["telegram"] = FORMATS["csv"]


class TestTranslate:
    def test_refuses_a_format_nobody_wrote_and_lists_those_there_are(self):
        with pytest.raises(UnknownFormat, match=r"'telegram'; the formats are 17track_v1, .*, zto_trace$"):
            translate("telegram", b"{}")

    def test_refuses_a_zone_that_does_not_exist(self, query, scan):
        with pytest.raises(KeyError):
            translate("kuaidi100_query", query(scan()), zone="Mars/Olympus")

    def test_reads_times_in_the_formats_zone_unless_the_feed_names_another(self, query, scan):
        body = query(scan(time="2026-03-01 08:00:00"))

        (shanghai,), (berlin,) = (
            translate("kuaidi100_query", body, zone=zone).records for zone in (None, "Europe/Berlin")
        )

        assert shanghai.occurred_at == datetime(2026, 3, 1, 0, tzinfo=UTC)
        assert berlin.occurred_at == datetime(2026, 3, 1, 7, tzinfo=UTC)

    def test_names_the_kind_of_document_that_it_wanted(self):
        with pytest.raises(UnreadableEnvelope, match="not_xml at body: sf_route_xml is XML, this is JSON"):
            translate("sf_route_xml", b"{}")

    def test_reads_a_table_record_by_record(self):
        (record,) = translate("csv", SCANS).records

        assert (record.waybill, record.source) == ("SC1", "csv")


class TestTabulate:
    def test_gives_the_columns_of_a_table(self):
        assert tabulate("csv", SCANS).columns["waybill"].to_list() == ["SC1"]

    def test_gives_nothing_of_a_document(self, query, scan):
        assert tabulate("kuaidi100_query", query(scan())) is None

    def test_refuses_a_format_nobody_wrote(self):
        with pytest.raises(UnknownFormat):
            tabulate("telegram", SCANS)


class TestCheckEnvelope:
    def test_lets_pass_what_can_be_read(self, query, push, scan):
        check_envelope("csv", SCANS)
        check_envelope("kuaidi100_query", query(scan()))
        check_envelope("kuaidi100_query", push(scan()))  # a relative, which its translator reads too

    @pytest.mark.parametrize("name", FORMATS)
    def test_refuses_what_translation_would_refuse(self, name):
        for body in (b"", b'{"hello": 1}', b"<a/>", b"a,b\n1,2"):
            with pytest.raises(UnreadableEnvelope) as translated:
                translate(name, body)
            with pytest.raises(UnreadableEnvelope) as checked:
                check_envelope(name, body)
            assert str(checked.value) == str(translated.value)


class TestDescribed:
    @pytest.mark.parametrize(
        ("body", "said"),
        [
            (b'{"status": "ok", "nu": "SECRET"}', "JSON of no known provider (status, nu)"),
            (b'[{"nu": "SECRET"}, {"x": 1}]', "JSON of no known provider (nu)"),
            (b'["SECRET"]', "JSON of no known provider (str)"),
            (b'"SECRET"', "JSON of no known provider (str)"),
            (b"{}", "JSON of no known provider (with nothing in it)"),
            (b"[]", "JSON of no known provider (list)"),
            (b"<soap><nu>SECRET</nu></soap>", "XML of no known provider (soap)"),
            (b"UNB+SECRET'", "it is neither JSON nor XML nor a table of scans (not_json at line 1 column 1)"),
            (b"<a>SECRET", "it is neither JSON nor XML nor a table of scans (not_xml at line 1 column 10)"),
            (b" ", "it is neither JSON nor XML nor a table of scans (empty at body)"),
        ],
    )
    def test_says_what_a_body_looks_like_without_its_values(self, body, said):
        assert described(body) == said

    def test_does_not_list_every_field(self):
        assert described(b'{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7}').endswith("(a, b, c, d, e, f)")

    def test_shortens_long_names(self):
        assert len(described(b'{"' + b"x" * 5000 + b'": 1}')) < 100


class TestRecogniseTable:
    def test_needs_only_the_beginning(self):
        body = SCANS + SCANS.partition(b"\n")[2] * 1000

        assert recognise_table(body[:BEGINNING_BYTES]) == recognise_table(body[:100]) == "csv"

    @pytest.mark.parametrize(
        "beginning", [b"", b"\n\n", b"\xff", b"\xef\xbb\xbf", b"waybill,occurred", b'{"waybill": "S']
    )
    def test_does_not_guess(self, beginning):
        assert recognise_table(beginning) is None


class TestRecognise:
    def test_knows_scanner_files(self):
        assert recognise(SCANS) == "csv"
        assert recognise(b'{"waybill": "SC1", "occurred_at": "2026-03-01 08:00:00"}') == "ndjson"

    def test_knows_a_kuaidi100_push(self, push, scan, posted):
        assert recognise(push(scan())) == "kuaidi100_push"
        assert recognise(posted(param=push(scan()).decode(), sign="AB")) == "kuaidi100_push"
        assert recognise(b'{"status": "abort", "message": "x", "autoCheck": "0"}') == "kuaidi100_push"

    def test_knows_a_kuaidi100_query_answer(self, query, scan):
        assert recognise(query(scan())) == recognise(query(status="201", nu="")) == "kuaidi100_query"

    def test_knows_an_sf_push_in_every_dress(self, routes_pushed, routes_pushed_in_xml, route, posted):
        in_json, in_xml = routes_pushed(route()), routes_pushed_in_xml(route())

        for body in (in_json, in_xml, posted(content=in_xml.decode()), posted(msgData=in_json.decode())):
            assert recognise(body) == "sf_route_push"

    def test_knows_an_sf_query_answer(self, routes_queried):
        assert recognise(routes_queried(SF1=[])) == "sf_route_json"
        assert recognise(b'{"route": [{"acceptTime": "", "opcode": "50"}]}') == "sf_route_json"

    def test_knows_sfs_xml_route_service(self, routes_in_xml):
        assert recognise(routes_in_xml(SF1=[])) == "sf_route_xml"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"\xff",
            b"{}",
            b"[]",
            b"<a/>",
            b'{"code": 0, "msg": "ok"}',
            b'{"data": [{"status": "x"}]}',
            b"a,b\n1,2",
        ],
    )
    def test_does_not_guess(self, body):
        assert recognise(body) is None
