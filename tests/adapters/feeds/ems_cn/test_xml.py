"""China EMS's answers: parcels, times, identity, refusals, unknown numbers and malformed bodies."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import declared_format, recognise, translate
from schemas.tracking import Event, Reason

FORMAT = "ems_cn_xml"
REFUSAL = (
    "<response><version>international_eub_us_9.9</version><status>error</status><code>V09</code>"
    "<description>示例错误</description></response>"
)


class TestOneParcel:
    def test_keeps_everything_a_trace_says(self, kept, answered, trace, the_record):
        record = the_record(FORMAT, kept(answered(trace("邮件到达【临江处理中心】"))))

        assert record.where == "answer.traces.trace[0]"
        assert (record.namespace, record.source) == ("ems", FORMAT)
        assert (record.waybill, record.carrier) == ("LK000000001CN", "EMS")
        assert (record.occurred_text, record.occurred_at) == ("2026-03-01 08:00:00", datetime(2026, 3, 1, tzinfo=UTC))
        assert (record.event, record.reason, record.confidence) == (Event.ARRIVED_HUB, None, "text")
        assert (record.raw_code, record.raw_text) == ("", "邮件到达【临江处理中心】")
        assert (record.location, record.sequence) == ("LinJiangShi 99900000", "0000")
        assert record.raw["acceptTime"] == ["2026-03-01 08:00:00"]
        assert record.mapping_version.startswith("ems-")

    def test_may_come_bare_and_then_has_no_number(self, answered, trace, the_record):
        record = the_record(FORMAT, answered(trace()).encode())

        assert refusal_line(record) == {"refused": "waybill_missing", "at": "traces.trace[0]"}
        assert refusal_line(record, waybill_needed=declared_format(FORMAT).names_waybill) is None
        assert (record.waybill, record.event) == ("", Event.ARRIVED_HUB)

    def test_may_lack_its_fields(self, kept, the_record):
        record = the_record(FORMAT, kept("<traces><trace><remark>妥投</remark></trace></traces>"))

        assert (record.event, record.location) == (Event.DELIVERED, "")
        assert refusal_line(record) == {"refused": "time_missing", "at": "answer.traces.trace[0]"}

    def test_keeps_a_trace_that_has_nothing_in_it(self, kept, trace):
        records = translate(FORMAT, kept(f"<traces><trace/>{trace()}</traces>")).records

        assert [(record.unreadable, record.waybill) for record in records] == [
            ("not_an_object", "LK000000001CN"),
            ("", "LK000000001CN"),
        ]


class TestSeveralParcels:
    def test_of_several_answers_keep_their_own_numbers(self, kept, answered, trace):
        first, second = (json.loads(kept(answered(trace()), number)) for number in ("LK1", "LK2"))

        records = translate(FORMAT, json.dumps([first, second]).encode()).records

        assert [(record.where, record.waybill) for record in records] == [
            ("[0].answer.traces.trace[0]", "LK1"),
            ("[1].answer.traces.trace[0]", "LK2"),
        ]

    def test_do_not_hide_the_one_that_nobody_knows(self, kept, answered, trace):
        both = [json.loads(kept(answered(trace()))), json.loads(kept("null", "LK2"))]

        translation = translate(FORMAT, json.dumps(both).encode())

        assert len(translation.records) == 1
        assert translation.answer == "nothing is known of this number"


class TestTimes:
    def test_are_those_of_china_and_say_so(self, kept, answered, trace, the_record):
        assert the_record(FORMAT, kept(answered(trace()))).clock == "declared"

    def test_are_those_of_the_feed_where_it_has_a_zone(self, kept, answered, trace):
        (record,) = translate(FORMAT, kept(answered(trace())), zone="Europe/Berlin").records

        assert record.occurred_at == datetime(2026, 3, 1, 7, tzinfo=UTC)

    def test_that_cannot_be_read_are_kept(self, kept, answered, trace, the_record):
        record = the_record(FORMAT, kept(answered(trace(time="三月一日"))))

        assert refusal_line(record) == {"refused": "time_unreadable", "at": "answer.traces.trace[0]"}


class TestRemark:
    @pytest.mark.parametrize(
        ("remark", "event", "reason"),
        [
            ("收寄", Event.PICKED_UP, None),
            ("Posting", Event.PICKED_UP, None),
            ("离开处理中心，发往远山", Event.DEPARTED_HUB, None),
            ("Departure from outward office of exchange", Event.DEPARTED_HUB, None),
            ("Despatch from Sorting Center", Event.DEPARTED_HUB, None),
            ("送交出口海关", Event.CUSTOMS_PENDING, None),
            ("Item presented to import customs", Event.CUSTOMS_PENDING, None),
            ("出口海关/留存待验", Event.CUSTOMS_HELD, Reason.CUSTOMS_INSPECTION),
            ("等待清关资料", Event.CUSTOMS_HELD, Reason.CUSTOMS_DOCS),
            ("出口海关/放行", Event.CUSTOMS_RELEASED, None),
            ("Item returned from export customs", Event.CUSTOMS_RELEASED, None),
            ("【临江互换局】已出口直封", Event.IN_TRANSIT, None),
            ("航空公司接收", Event.IN_TRANSIT, None),
            ("Airline received", Event.IN_TRANSIT, None),
            ("邮件已乘机", Event.DEPARTED_HUB, None),
            ("飞机进港", Event.ARRIVED_HUB, None),
            ("Arrival at inward office of exchange", Event.ARRIVED_HUB, None),
            ("Arrival at delivery office", Event.ARRIVED_OUTLET, None),
            ("安排投递", Event.OUT_FOR_DELIVERY, None),
            ("未妥投，收件人不在家", Event.DELIVERY_FAILED, Reason.CONSIGNEE_ABSENT),
            ("Unsuccessful delivery", Event.DELIVERY_FAILED, Reason.UNKNOWN),
            ("妥投，", Event.DELIVERED, None),
            ("Final delivery", Event.DELIVERED, None),
            ("退回", Event.RETURNING, None),
        ],
    )
    def test_tells_the_event_in_either_language(self, kept, answered, trace, the_record, remark, event, reason):
        record = the_record(FORMAT, kept(answered(trace(remark))))

        assert (record.event, record.reason, record.confidence) == (event, reason, "text")

    @pytest.mark.parametrize("remark", ["", "邮件状态变更", "LinJiangShi"])
    def test_is_not_guessed_at(self, kept, answered, trace, the_record, remark):
        record = the_record(FORMAT, kept(answered(trace(remark))))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")

    def test_alone_is_read_and_never_the_address(self, kept, answered, trace, the_record):
        assert the_record(FORMAT, kept(answered(trace("???", address="已签收")))).confidence == "unknown"


class TestIdentity:
    def test_is_the_same_each_time_it_is_asked(self, kept, answered, trace):
        earlier = translate(FORMAT, kept(answered(trace()))).records
        later = translate(FORMAT, kept(answered(trace(), trace("妥投", "2026-03-02 09:00:00")))).records

        assert (earlier[0].occurred_at, earlier[0].identity, earlier[0].sequence) == (
            later[0].occurred_at,
            later[0].identity,
            later[0].sequence,
        )

    def test_tells_two_traces_of_one_minute_apart_and_keeps_their_order(self, kept, answered, trace):
        records = translate(FORMAT, kept(answered(trace("送交出口海关"), trace("出口海关/放行")))).records

        assert len({record.identity for record in records}) == 2
        assert [record.sequence for record in records] == ["0000", "0001"]


class TestUnknownNumber:
    @pytest.mark.parametrize("answer", ["null", " null\n", "", "<traces/>", "<traces></traces>"])
    def test_is_an_answer_without_records(self, kept, answer):
        assert translate(FORMAT, kept(answer)).model_dump(exclude={"claims", "insurances"}) == {
            "records": (),
            "promises": (),
            "answer": "nothing is known of this number",
        }

    @pytest.mark.parametrize("body", [b"null", b"<traces/>"])
    def test_may_come_bare(self, body):
        assert translate(FORMAT, body).answer == "nothing is known of this number"


class TestRefusal:
    def test_is_told_by_the_answer(self, kept):
        for body in (kept(REFUSAL), REFUSAL.encode()):
            assert translate(FORMAT, body).model_dump(exclude={"claims", "insurances"}) == {
                "records": (),
                "promises": (),
                "answer": "V09: 示例错误",
            }


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            (b"<traces><trace>", "not_xml"),
            (b"{", "not_json"),
            (b"<tracks/>", "no_envelope"),
            (b"{}", "no_envelope"),
            (b'{"mailnum": "LK1", "answer": 5}', "no_envelope"),
            (b'{"mailnum": "LK1", "answer": "<html>"}', "not_xml"),
            (b'{"mailnum": "LK1", "answer": "<html/>"}', "no_envelope"),
            (b'{"mailnum": "LK1", "answer": "later"}', "not_xml"),
            (b'<!DOCTYPE t SYSTEM "http://127.0.0.1:9/x"><traces/>', "xml_forbidden"),
            (b'{"mailnum": "LK1", "answer": "<!DOCTYPE t><traces/>"}', "xml_forbidden"),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_survives_fields_of_the_wrong_kind(self, kept, the_record):
        odd = "<trace><acceptTime><a/></acceptTime><remark x='1'>妥投</remark><acceptAddress/></trace>"

        record = the_record(FORMAT, kept(f"<traces>{odd}</traces>"))

        assert (record.occurred_text, record.raw_text, record.confidence) == ("", "", "unknown")


class TestRecognise:
    def test_knows_an_answer_bare_and_kept(self, kept, answered, trace):
        assert recognise(answered(trace()).encode()) == recognise(kept(answered(trace()))) == FORMAT
        assert recognise(kept("null")) == recognise(kept(REFUSAL)) == recognise(REFUSAL.encode()) == FORMAT

    @pytest.mark.parametrize(
        "body",
        [
            b"null",
            b"<traces/>",
            b"<traces><trace><time>1</time></trace></traces>",
            b"<response><status>error</status><code>V02</code></response>",
            b'{"mailnum": "LK1", "answer": "<html>"}',
            b'{"mailnum": "LK1", "answer": "{}"}',
        ],
    )
    def test_does_not_take_what_could_be_anybodys(self, body):
        assert recognise(body) is None
