"""SF's JSON query answers: parcels, wrappers, order, refusals, and that a query and a push tell the same event."""

import json

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import translate
from schemas.tracking import Event, Translation

FORMAT = "sf_route_json"


def queried(op_code: str = "31", remark: str = "快件到达 【临江中转场】", **fields: str) -> dict[str, str]:
    return {
        "acceptTime": "2026-03-01 08:00:00",
        "acceptAddress": "临江市",
        "opCode": op_code,
        "remark": remark,
        **fields,
    }


class TestOneParcel:
    def test_becomes_one_record_per_route(self, routes_queried):
        records = translate(FORMAT, routes_queried(SF1=[queried("50"), queried("80")])).records

        assert [(record.where, record.waybill, record.event) for record in records] == [
            ("msgData.routeResps[0].routes[0]", "SF1", Event.PICKED_UP),
            ("msgData.routeResps[0].routes[1]", "SF1", Event.DELIVERED),
        ]

    def test_may_stand_as_text_in_the_gateways_envelope(self, routes_queried):
        body = {"apiErrorMsg": "", "apiResultCode": "A1000", "apiResultData": routes_queried(SF1=[queried()]).decode()}

        translation = translate(FORMAT, json.dumps(body).encode())

        assert translation.records[0].where == "apiResultData.msgData.routeResps[0].routes[0]"

    def test_may_be_spelt_in_snake_case_under_another_key(self, the_record):
        route = {"acceptTime": "2026-03-01 08:00:00", "accept_address": "临江市", "opcode": "50", "remark": "已收取"}
        body = {"code": "0", "msg": "SUCCESS", "result": {"head": "OK", "route": [route], "wayBillNo": "802"}}

        record = the_record(FORMAT, json.dumps(body).encode())

        assert (record.where, record.waybill, record.location) == ("result.route[0]", "802", "临江市")
        assert record.event is Event.PICKED_UP

    def test_without_a_waybill_number_is_kept_for_the_checks_to_refuse(self, the_record):
        body = {"code": "0", "msg": "SUCCESS", "result": {"route": [queried()]}}

        assert the_record(FORMAT, json.dumps(body).encode()).waybill == ""


class TestSeveralParcels:
    def test_of_one_answer_keep_their_own_waybills(self, routes_queried):
        records = translate(FORMAT, routes_queried(SF1=[queried()], SF2=[queried()])).records

        assert [(record.where, record.waybill) for record in records] == [
            ("msgData.routeResps[0].routes[0]", "SF1"),
            ("msgData.routeResps[1].routes[0]", "SF2"),
        ]

    def test_of_the_open_interface_name_their_waybill_in_each_route(self):
        routes = [queried("50", mailNo="SF1"), queried("31", mailNo="SF2")]
        body = {"head": {"code": "EX_CODE_OPENAPI_0200", "message": "ok"}, "body": routes}

        records = translate(FORMAT, json.dumps(body).encode()).records

        assert [(record.where, record.waybill, record.sequence) for record in records] == [
            ("body[0]", "SF1", "0000"),
            ("body[1]", "SF2", "0001"),
        ]


class TestOrderWithinOneSecond:
    def test_is_that_of_the_list(self, routes_queried):
        records = translate(FORMAT, routes_queried(SF1=[queried("50"), queried("80")])).records

        assert [record.sequence for record in records] == ["0000", "0001"]

    def test_is_turned_where_the_list_begins_with_the_newest(self, routes_queried):
        newest_first = [queried("80"), queried("44"), queried("50", acceptTime="2026-02-28 08:00:00")]

        records = translate(FORMAT, routes_queried(SF1=newest_first)).records

        assert [record.sequence for record in records] == ["0001", "0000", "0000"]


class TestIdentity:
    def test_is_one_for_a_query_and_a_push_of_one_event(self, routes_queried, routes_pushed, route):
        pushed = translate(
            "sf_route_push", routes_pushed(route("31", mailno="SF1", remark="快件到达  【临江】"))
        ).records[0]
        asked = translate(FORMAT, routes_queried(SF1=[queried("31", "快件到达 【临江】 ")])).records[0]

        told = [(r.namespace, r.waybill, r.occurred_at, r.identity) for r in (pushed, asked)]
        assert told[0] == told[1]

    def test_differs_where_only_the_code_differs(self, routes_queried):
        records = translate(FORMAT, routes_queried(SF1=[queried("50", "同"), queried("80", "同")])).records

        assert records[0].identity != records[1].identity


class TestUnknownNumber:
    def test_is_an_answer_without_records(self, routes_queried):
        assert translate(FORMAT, routes_queried(SF404=[])) == Translation(records=(), answer="ok")


class TestRefusal:
    @pytest.mark.parametrize(
        ("body", "answer"),
        [
            ({"success": False, "errorCode": "8016", "errorMsg": "重复", "msgData": None}, "8016: 重复"),
            ({"apiErrorMsg": "签名", "apiResultCode": "A1006", "apiResultData": None}, "A1006: 签名"),
            (
                {"head": {"code": "EX_CODE_OPENAPI_0444", "message": "不存在"}, "body": None},
                "EX_CODE_OPENAPI_0444: 不存在",
            ),
            ({"code": "1", "msg": "FAIL", "result": None}, "1: FAIL"),
            ({"apiResultCode": "A1006"}, "A1006"),
            ({"success": False, "errorCode": "8016", "msgData": None}, "8016"),
        ],
        ids=["service", "gateway", "open interface", "wrapper", "gateway without words", "service without words"],
    )
    def test_is_told_by_the_answer(self, body, answer):
        assert translate(FORMAT, json.dumps(body).encode()) == Translation(records=(), answer=answer)

    def test_inside_a_content_gateway_is_told_too(self):
        inner = json.dumps({"success": False, "errorCode": "8037", "errorMsg": "已消单", "msgData": None})
        body = json.dumps({"apiErrorMsg": "", "apiResultCode": "A1000", "apiResultData": inner})

        assert translate(FORMAT, body.encode()).answer == "8037: 已消单"


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [(b"{]", "not_json"), (b"<Response/>", "not_json"), (b'{"a": 1}', "no_envelope"), (b"7", "no_envelope")],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_survives_fields_of_the_wrong_kind(self, routes_queried):
        body = routes_queried(SF1=[{"acceptTime": {}, "opCode": [], "remark": 5, "id": None}])

        (record,) = translate(FORMAT, body).records

        assert (record.occurred_text, record.raw_code, record.raw_text) == ("", "", "5")
