"""SF route pushes, as JSON, as XML and as a posted form: parcels, reasons, notes, refusals and malformed bodies."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import translate
from schemas.tracking import Event, Reason, Translation

FORMAT = "sf_route_push"


class TestOneParcel:
    def test_keeps_everything_a_route_says(self, routes_pushed, route, the_record):
        entry = route("31", acceptAddress="临江市\t", orderid="O1")

        record = the_record(FORMAT, routes_pushed(entry))

        assert record.where == "Body.WaybillRoute[0]"
        assert (record.namespace, record.source) == ("sf", FORMAT)
        assert (record.waybill, record.carrier) == ("SF0000000000001", "SF")
        assert record.occurred_at == datetime(2026, 3, 1, tzinfo=UTC)
        assert (record.event, record.confidence) == (Event.ARRIVED_HUB, "code")
        assert (record.raw_code, record.raw_text) == ("31", "快件到达 【临江中转场】")
        assert (record.location, record.sequence, record.raw) == ("临江市", "170000000000001", entry)
        assert record.mapping_version.startswith("sf-")

    def test_may_be_one_route_without_a_list(self, route, the_record):
        body = json.dumps({"Body": {"WaybillRoute": route("50")}}).encode()

        assert the_record(FORMAT, body).where == "Body.WaybillRoute"

    def test_says_the_same_in_xml(self, routes_pushed, routes_pushed_in_xml, route):
        def told(body: bytes) -> list[tuple[object, ...]]:
            return [
                (r.waybill, r.occurred_at, r.event, r.identity, r.sequence) for r in translate(FORMAT, body).records
            ]

        both = (route("50", remark="已收取"), route("31"))

        assert told(routes_pushed_in_xml(*both)) == told(routes_pushed(*both))

    def test_keeps_its_attributes_and_path_in_xml(self, routes_pushed_in_xml, route, the_record):
        record = the_record(FORMAT, routes_pushed_in_xml(route()))

        assert (record.where, record.raw) == ("Request.Body[0].WaybillRoute[0]", route())

    @pytest.mark.parametrize("field", ["content", "msgData"])
    def test_may_arrive_as_the_posted_form(self, routes_pushed_in_xml, routes_pushed, route, posted, field):
        for body in (routes_pushed_in_xml(route()), routes_pushed(route())):
            assert translate(FORMAT, posted(**{field: body.decode()})) == translate(FORMAT, body)

    def test_may_have_elements_instead_of_attributes(self, the_record):
        fields = "<mailno>SF1</mailno><acceptTime>2026-03-01 08:00:00</acceptTime><opCode>50</opCode>"
        body = f'<Request service="RoutePushService"><Body><WaybillRoute>{fields}</WaybillRoute></Body></Request>'

        record = the_record(FORMAT, body.encode())

        assert (record.waybill, record.event, record.occurred_at) == (
            "SF1",
            Event.PICKED_UP,
            datetime(2026, 3, 1, tzinfo=UTC),
        )


class TestSeveralParcels:
    def test_of_one_push_keep_their_own_waybills(self, routes_pushed, route):
        records = translate(FORMAT, routes_pushed(route(mailno="SF1"), route(mailno="SF2"))).records

        assert [record.waybill for record in records] == ["SF1", "SF2"]

    def test_two_events_of_one_second_keep_the_providers_order(self, routes_pushed, route):
        records = translate(FORMAT, routes_pushed(route("31", id="2"), route("50", id="1"))).records

        assert [record.sequence for record in records] == ["2", "1"]
        assert records[0].identity != records[1].identity


class TestWhatDecides:
    @pytest.mark.parametrize(
        ("code", "event"),
        [
            ("50", Event.PICKED_UP),
            ("54", Event.PICKED_UP),
            ("30", Event.DEPARTED_HUB),
            ("36", Event.DEPARTED_HUB),
            ("31", Event.ARRIVED_HUB),
            ("407", Event.IN_TRANSIT),
            ("501", Event.IN_TRANSIT),
            ("44", Event.OUT_FOR_DELIVERY),
            ("204", Event.OUT_FOR_DELIVERY),
            ("123", Event.OUT_FOR_DELIVERY),
            ("130", Event.AT_PICKUP_POINT),
            ("80", Event.DELIVERED),
            ("99", Event.FORWARDED),
            ("631", Event.RETURNING),
        ],
    )
    def test_is_the_code(self, routes_pushed, route, the_record, code, event):
        record = the_record(FORMAT, routes_pushed(route(code, remark="测试数据")))

        assert (record.event, record.reason, record.confidence) == (event, None, "code")

    def test_is_the_code_even_where_the_text_contradicts_it(self, routes_pushed, route, the_record):
        assert the_record(FORMAT, routes_pushed(route("50", remark="已派件"))).event is Event.PICKED_UP
        assert the_record(FORMAT, routes_pushed(route("80", remark="已经收件"))).event is Event.DELIVERED

    @pytest.mark.parametrize("code", ["648", "607", "9999"])
    def test_is_nothing_for_a_code_nobody_declared(self, routes_pushed, route, the_record, code):
        record = the_record(FORMAT, routes_pushed(route(code, remark="已签收")))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")
        assert (record.raw_code, record.raw_text) == (code, "已签收")

    def test_is_the_text_where_there_is_no_code_at_all(self, routes_pushed, route, the_record):
        record = the_record(FORMAT, routes_pushed(route("", remark="快件已签收")))

        assert (record.event, record.raw_code, record.confidence) == (Event.DELIVERED, "", "text")


class TestFailedDelivery:
    @pytest.mark.parametrize(
        ("remark", "reason"),
        [
            ("因收方客户拒收快件, 派件不成功", Reason.CONSIGNEE_REFUSED),
            ("因电话无人接听，暂无法联系到收方客户, 派件不成功", Reason.CONSIGNEE_UNREACHABLE),
            ("由于与客户约定更改派送时间, 派件不成功", Reason.CONSIGNEE_RESCHEDULE),
            ("因地址不详, 派件不成功", Reason.SENDER_WRONG_ADDRESS),
            ("外包装破损, 派件不成功", Reason.CARRIER_DAMAGED),
            ("派件不成功", Reason.UNKNOWN),
        ],
    )
    def test_takes_its_reason_from_the_remark(self, routes_pushed, route, the_record, remark, reason):
        record = the_record(FORMAT, routes_pushed(route("70", remark=remark)))

        assert (record.event, record.reason) == (Event.DELIVERY_FAILED, reason)

    def test_takes_its_reason_from_the_reasons_name(self, routes_pushed, route, the_record):
        record = the_record(
            FORMAT, routes_pushed(route("70", remark="派件不成功", reasonCode="29", reasonName="客户拒收"))
        )

        assert (record.reason, record.raw_text) == (Reason.CONSIGNEE_REFUSED, "派件不成功")


class TestSignature:
    def test_by_a_proxy_is_told_by_the_text(self, routes_pushed, route, the_record):
        assert (
            the_record(FORMAT, routes_pushed(route("80", remark="已签收，签收人：门卫"))).event is Event.DELIVERED_PROXY
        )

    def test_of_the_sender_ends_a_return(self, routes_pushed, route, the_record):
        assert the_record(FORMAT, routes_pushed(route("80", remark="退回件已由寄件人签收"))).event is Event.RETURNED

    def test_note_repeats_the_event_of_its_signature(self, routes_pushed, route):
        note = route("8000", remark="可查看签收图", acceptTime="2026-03-01 08:00:03")

        records = translate(FORMAT, routes_pushed(note, route("80", remark="已签收，签收人：门卫"))).records

        assert [record.event for record in records] == [Event.DELIVERED_PROXY, Event.DELIVERED_PROXY]

    def test_note_does_not_follow_another_parcels_signature(self, routes_pushed, route):
        signed = route("80", remark="已签收，签收人：门卫", mailno="SF2")

        assert translate(FORMAT, routes_pushed(route("8000"), signed)).records[0].event is Event.DELIVERED

    def test_note_alone_says_delivered(self, routes_pushed, route, the_record):
        assert the_record(FORMAT, routes_pushed(route("8000", remark="可查看签收图"))).event is Event.DELIVERED


class TestOrderStates:
    def test_are_kept_without_a_time_that_they_do_not_have(self, the_record):
        state = {"orderNo": "O1", "waybillNo": "SF1", "orderStateCode": "04-40001", "orderStateDesc": "已分配收派员"}
        body = json.dumps({"requestId": "R1", "timestamp": "1770000000000", "orderState": [state | {"lastTime": "x"}]})

        record = the_record(FORMAT, body.encode())

        assert (record.where, record.waybill, record.occurred_text) == ("orderState[0]", "SF1", "")
        assert (record.raw_code, record.event, record.confidence) == ("04-40001", Event.EXCEPTION, "unknown")


class TestUnknownNumber:
    def test_is_a_record_without_a_waybill(self, routes_pushed, route, the_record):
        assert the_record(FORMAT, routes_pushed(route(mailno=""))).waybill == ""


class TestEmptyPush:
    def test_is_an_answer_without_records(self, routes_pushed, routes_pushed_in_xml):
        assert translate(FORMAT, routes_pushed()) == Translation(records=(), answer="ok")
        assert translate(FORMAT, routes_pushed_in_xml()) == Translation(records=(), answer="ok")


class TestRefusal:
    def test_is_told_by_the_answer(self):
        body = b'<Response service="RoutePushService"><Head>ERR</Head><ERROR code="4001">later</ERROR></Response>'

        assert translate(FORMAT, body).answer == "4001: later"


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            (b'{"Body": ', "not_json"),
            (b"<Request><Body>", "not_xml"),
            (b"<!DOCTYPE r><Request/>", "xml_forbidden"),
            (b"other=1", "form_field_missing"),
            (b'{"Body": {}}', "no_envelope"),
            (b"<Request/>", "no_envelope"),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_keeps_an_entry_that_is_no_object(self, routes_pushed, route):
        records = translate(FORMAT, routes_pushed("x", route())).records

        assert [(record.unreadable, record.raw) for record in records] == [("not_an_object", "x"), ("", route())]
