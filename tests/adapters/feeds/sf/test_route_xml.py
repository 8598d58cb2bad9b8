"""SF's XML route service: parcels, spelling, refusals, malformed bodies, and that nothing external is fetched."""

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import translate
from schemas.tracking import Event, Reason, Translation

FORMAT = "sf_route_xml"


def listed(op_code: str = "31", remark: str = "快件到达", **fields: str) -> dict[str, str]:
    return {
        "remark": remark,
        "accept_time": "2026-03-01 08:00:00",
        "accept_address": "临江市",
        "opcode": op_code,
        **fields,
    }


class TestOneParcel:
    def test_becomes_one_record_per_route(self, routes_in_xml):
        records = translate(FORMAT, routes_in_xml(SF1=[listed("50"), listed("80")])).records

        assert [(record.where, record.waybill, record.event, record.sequence) for record in records] == [
            ("Response.Body[0].RouteResponse[0].Route[0]", "SF1", Event.PICKED_UP, "0000"),
            ("Response.Body[0].RouteResponse[0].Route[1]", "SF1", Event.DELIVERED, "0001"),
        ]

    def test_keeps_the_attributes(self, routes_in_xml, the_record):
        record = the_record(FORMAT, routes_in_xml(SF1=[listed(accept_address="临江市\t")]))

        assert (record.raw, record.location) == (listed(accept_address="临江市\t"), "临江市")

    def test_may_have_no_address(self, routes_in_xml, the_record):
        route = listed("70", "因地址不详, 派件不成功")
        del route["accept_address"]

        record = the_record(FORMAT, routes_in_xml(SF1=[route]))

        assert (record.location, record.reason) == ("", Reason.SENDER_WRONG_ADDRESS)

    def test_tells_two_failed_attempts_apart_by_their_time(self, routes_in_xml):
        attempts = [listed("70"), listed("70", accept_time="2026-03-01 08:01:23")]

        first, second = translate(FORMAT, routes_in_xml(SF1=attempts)).records

        assert first.identity == second.identity
        assert first.occurred_at != second.occurred_at

    def test_may_be_the_xml_of_a_push(self, routes_pushed_in_xml, route, the_record):
        assert the_record(FORMAT, routes_pushed_in_xml(route())).source == FORMAT

    def test_may_be_in_gbk(self, routes_in_xml):
        body = routes_in_xml(SF1=[listed()])
        declared = b'<?xml version="1.0" encoding="GBK"?>' + body.decode().encode("gbk")

        assert translate(FORMAT, declared) == translate(FORMAT, body)


class TestSeveralParcels:
    def test_of_one_answer_keep_their_own_waybills(self, routes_in_xml):
        records = translate(FORMAT, routes_in_xml(SF1=[listed()], SF2=[listed()])).records

        assert [(record.where, record.waybill) for record in records] == [
            ("Response.Body[0].RouteResponse[0].Route[0]", "SF1"),
            ("Response.Body[0].RouteResponse[1].Route[0]", "SF2"),
        ]


class TestUnknownNumber:
    def test_is_an_answer_without_records(self, routes_in_xml):
        for body in (routes_in_xml(), routes_in_xml(SF404=[])):
            assert translate(FORMAT, body) == Translation(records=(), answer="ok")


class TestRefusal:
    def test_is_told_by_the_answer(self):
        body = '<Response service="RouteService"><Head>ERR</Head><ERROR code="8014">校验码错误</ERROR></Response>'

        assert translate(FORMAT, body.encode()) == Translation(records=(), answer="8014: 校验码错误")

    def test_without_a_code_is_told_too(self):
        body = '<Response service="RouteService"><Head>ERR</Head><ERROR>停机维护</ERROR></Response>'

        assert translate(FORMAT, body.encode()).answer == "ERR: 停机维护"


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            (b"<Response>", "not_xml"),
            (b"{}", "not_xml"),
            (b"<other/>", "no_envelope"),
            (b'<!DOCTYPE r [<!ENTITY a "x">]><Response service="RouteService">&a;</Response>', "xml_forbidden"),
            (b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x"><Response service="RouteService"/>', "xml_forbidden"),
        ],
        ids=["cut off", "json", "another document", "entity", "external"],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_keeps_a_route_that_has_nothing_in_it(self, routes_in_xml):
        body = routes_in_xml(SF1=[listed()]).replace(b"</RouteResponse>", b"<Route/></RouteResponse>")

        assert [record.unreadable for record in translate(FORMAT, body).records] == ["", "not_an_object"]
