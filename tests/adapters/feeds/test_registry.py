"""The list of formats, asking for one by name, and recognising one by its content."""

from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import FORMATS, DuplicateFormat, UnknownFormat, _declared, recognise, translate


class TestFormats:
    def test_are_listed_under_their_own_names(self):
        assert {name: declared.name for name, declared in FORMATS.items()} == {name: name for name in FORMATS}

    def test_share_a_namespace_by_provider(self):
        assert {name: declared.namespace for name, declared in FORMATS.items()} == {
            "kuaidi100_push": "kuaidi100",
            "kuaidi100_query": "kuaidi100",
            "sf_route_push": "sf",
            "sf_route_json": "sf",
            "sf_route_xml": "sf",
        }

    def test_refuse_a_name_that_is_taken(self):
        one = FORMATS["sf_route_xml"]

        with pytest.raises(DuplicateFormat, match="sf_route_xml"):
            _declared(one, one)


class TestTranslate:
    def test_refuses_a_format_nobody_wrote_and_lists_those_there_are(self):
        with pytest.raises(UnknownFormat, match=r"'telegram'; the formats are kuaidi100_push, .*, sf_route_xml"):
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


class TestRecognise:
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
