"""Cainiao's answers: parcels, times, promises, identity, refusals and malformed bodies."""

import json
from datetime import UTC, datetime

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Event, Reason

FORMAT = "cainiao_global"
EIGHT = datetime(2026, 3, 1, 8, tzinfo=UTC)


class TestOneParcel:
    def test_keeps_everything_a_scan_says(self, answered, parcel, scan, the_record):
        entry = scan(desc="3 pieces")

        record = the_record(FORMAT, answered(parcel(entry)))

        assert record.where == "module[0].detailList[0]"
        assert (record.namespace, record.source) == ("cainiao", FORMAT)
        assert (record.waybill, record.carrier) == ("LP00000000001", "CAINIAO")
        assert (record.occurred_text, record.occurred_at, record.clock) == ("1772352000000", EIGHT, "told")
        assert (record.event, record.reason, record.confidence) == (Event.ARRIVED_HUB, None, "code")
        assert (record.raw_code, record.location) == ("SC_INBOUND_SUCCESS", "Linjiang")
        assert record.raw_text == "[Linjiang] At the sorting center - 3 pieces"
        assert record.raw == entry
        assert record.mapping_version.startswith("cainiao-")

    def test_may_stand_without_its_envelope(self, parcel, scan, the_record):
        assert the_record(FORMAT, json.dumps(parcel(scan())).encode()).where == "detailList[0]"

    def test_keeps_a_scan_that_is_no_object(self, answered, parcel, scan):
        records = translate(FORMAT, answered(parcel("signed", scan(), None))).records

        assert [(record.unreadable, record.waybill) for record in records] == [
            ("not_an_object", "LP00000000001"),
            ("", "LP00000000001"),
            ("not_an_object", "LP00000000001"),
        ]


class TestSeveralParcels:
    def test_of_one_answer_keep_their_own_numbers(self, answered, parcel, scan):
        records = translate(FORMAT, answered(parcel(scan(), mailNo="LP1"), parcel(scan(), mailNo="LP2"))).records

        assert [(record.where, record.waybill) for record in records] == [
            ("module[0].detailList[0]", "LP1"),
            ("module[1].detailList[0]", "LP2"),
        ]

    def test_do_not_hide_the_one_that_nobody_knows(self, answered, parcel, scan):
        translation = translate(FORMAT, answered(parcel(scan()), {"mailNo": "LP2", "detailList": []}))

        assert len(translation.records) == 1
        assert translation.answer == "nothing is known of this number"


class TestTimes:
    def test_are_the_epoch_whatever_is_written_beside_it(self, answered, parcel, scan, the_record):
        record = the_record(FORMAT, answered(parcel(scan(timeStr="2026-02-28 23:00:00", timeZone="GMT-3"))))

        assert (record.occurred_at, record.raw["timeStr"]) == (EIGHT, "2026-02-28 23:00:00")

    def test_may_be_the_epochs_digits(self, answered, parcel, scan, the_record):
        assert the_record(FORMAT, answered(parcel(scan(time="1772352000000")))).occurred_at == EIGHT

    def test_keep_their_milliseconds(self, answered, parcel, scan, the_record):
        record = the_record(FORMAT, answered(parcel(scan(time=1_772_352_000_123))))

        assert record.occurred_at == EIGHT.replace(microsecond=123_000)

    def test_are_never_read_from_the_local_text(self, answered, parcel, scan, the_record):
        record = the_record(FORMAT, answered(parcel(scan(time=None))))

        assert refusal_line(record) == {"refused": "time_missing", "at": "module[0].detailList[0]"}

    @pytest.mark.parametrize("time", ["yesterday", 10**20, 1.5])
    def test_that_are_none_are_kept(self, answered, parcel, scan, the_record, time):
        record = the_record(FORMAT, answered(parcel(scan(time=time))))

        assert refusal_line(record) == {"refused": "time_unreadable", "at": "module[0].detailList[0]"}

    def test_do_not_depend_on_the_feeds_zone(self, answered, parcel, scan):
        body = answered(parcel(scan()))

        assert translate(FORMAT, body) == translate(FORMAT, body, zone="America/Sao_Paulo")


class TestPromise:
    def test_is_the_end_of_the_window(self, answered, parcel):
        eta = {"deliveryMinTime": 1_772_438_400_000, "deliveryMaxTime": 1_772_611_200_000}

        (promise,) = translate(FORMAT, answered(parcel(globalEtaInfo=eta))).promises

        assert (promise.where, promise.waybill) == ("module[0].globalEtaInfo.deliveryMaxTime", "LP00000000001")
        assert (promise.promised_at, promise.clock) == (datetime(2026, 3, 4, 8, tzinfo=UTC), "told")

    @pytest.mark.parametrize("eta", [None, {}, "soon", {"deliveryMinTime": 1_772_438_400_000}, {"deliveryMaxTime": ""}])
    def test_is_none_where_no_end_is_told(self, answered, parcel, eta):
        assert translate(FORMAT, answered(parcel(globalEtaInfo=eta))).promises == ()

    def test_needs_a_parcel(self, answered, parcel):
        assert translate(FORMAT, answered(parcel(mailNo="", globalEtaInfo={"deliveryMaxTime": 1}))).promises == ()


class TestIdentity:
    def told(self, body: bytes) -> list[tuple[object, ...]]:
        return [(record.waybill, record.occurred_at, record.identity) for record in translate(FORMAT, body).records]

    def test_is_the_same_in_every_language(self, answered, parcel, scan):
        english, chinese = (answered(parcel(scan(text=text))) for text in ("At the sorting center", "到达分拨中心"))

        assert self.told(english) == self.told(chinese)

    def test_is_the_same_however_the_code_is_written(self, answered, parcel, scan):
        told = [self.told(answered(parcel(scan(code)))) for code in ("GTMS_SIGNED", "gtms_signed", "GTMS SIGNED")]

        assert told[0] == told[1] == told[2]

    def test_is_the_text_where_there_is_no_code(self, answered, parcel, scan):
        body = answered(parcel(scan(None, "Arrived at the hub"), scan(None, "Departed from the hub")))

        assert len(set(self.told(body))) == 2

    def test_leaves_the_order_within_one_moment_to_the_list(self, answered, parcel, scan):
        records = translate(FORMAT, answered(parcel(scan("SC_OUTBOUND_SUCCESS"), scan("SC_INBOUND_SUCCESS")))).records

        assert [record.sequence for record in records] == ["0001", "0000"]  # newest first


class TestWhatDecides:
    def test_is_the_code_and_not_the_text(self, answered, parcel, scan, the_record):
        assert the_record(FORMAT, answered(parcel(scan("LH_DEPART", "Delivered")))).event is Event.DEPARTED_HUB

    def test_is_the_text_where_there_is_no_code(self, answered, parcel, scan, the_record):
        record = the_record(FORMAT, answered(parcel(scan(None, "派送途中"))))

        assert (record.event, record.raw_code, record.confidence) == (Event.OUT_FOR_DELIVERY, "", "text")

    @pytest.mark.parametrize("code", ["TELEPORTED", "AE_GWMS_EXCEPTION", "AE_TELEPORTED", "GTMS"])
    def test_is_nothing_for_a_code_nobody_declared(self, answered, parcel, scan, the_record, code):
        record = the_record(FORMAT, answered(parcel(scan(code, "Delivered"))))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")
        assert record.raw_code == code

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("Recipient refused the parcel", Reason.CONSIGNEE_REFUSED),
            ("收件人拒收", Reason.CONSIGNEE_REFUSED),
            ("电话无人接听", Reason.CONSIGNEE_UNREACHABLE),
            ("Try again later", Reason.UNKNOWN),
        ],
    )
    def test_gives_a_failure_the_reason_of_its_text(self, answered, parcel, scan, the_record, text, reason):
        record = the_record(FORMAT, answered(parcel(scan("GTMS_SIGN_FAILURE", "Delivery attempt", desc=text))))

        assert (record.event, record.reason, record.confidence) == (Event.DELIVERY_FAILED, reason, "code")


class TestUnknownNumber:
    def test_is_a_success_without_scans(self, answered):
        body = answered({"mailNo": "LP00000000000", "mailNoSource": "EXTERNAL", "detailList": []})

        assert translate(FORMAT, body).model_dump(exclude={"claims", "insurances"}) == {
            "records": (),
            "promises": (),
            "answer": "nothing is known of this number",
        }

    def test_differs_from_a_parcel_that_was_not_scanned_yet(self, answered, parcel):
        assert translate(FORMAT, answered(parcel())).answer == "TRANSPORT: no scan yet"

    def test_may_be_no_parcel_at_all(self, answered):
        assert translate(FORMAT, answered()).model_dump(exclude={"claims", "insurances"}) == {
            "records": (),
            "promises": (),
            "answer": "ok",
        }


class TestRefusal:
    def test_is_told_by_the_answer(self):
        body = b'{"success": false, "errorCode": "SYSTEM_BUSY", "errorMsg": "try later"}'

        translation = translate(FORMAT, body)

        assert (translation.records, translation.answer) == ((), "SYSTEM_BUSY: try later")


class TestMalformedBody:
    @pytest.mark.parametrize(
        ("body", "reason_code"),
        [
            (b'{"module": [', "not_json"),
            (b"<module/>", "not_json"),
            (b'{"mailNo": "LP1"}', "no_envelope"),
            (b'{"module": "LP1", "success": true}', "no_envelope"),
            (b'{"success": true}', "no_envelope"),
        ],
    )
    def test_is_refused_with_its_reason(self, body, reason_code):
        with pytest.raises(UnreadableEnvelope) as refused:
            translate(FORMAT, body)

        assert refused.value.reason_code == reason_code

    def test_survives_fields_of_the_wrong_kind(self, answered, parcel):
        broken = {"time": [], "actionCode": {}, "standerdDesc": 5, "desc": None}

        (record,) = translate(FORMAT, answered(parcel(broken, mailNo=12, globalEtaInfo=[]))).records

        assert (record.waybill, record.raw_code, record.raw_text, record.confidence) == ("12", "", "", "unknown")


class TestRecognise:
    def test_knows_a_parcel_with_scans_and_without(self, answered, parcel, scan):
        assert recognise(answered(parcel(scan()))) == recognise(answered(parcel())) == FORMAT

    @pytest.mark.parametrize(
        "body",
        [b'{"module": [], "success": true}', b'{"success": false, "errorCode": "1"}', b'{"mailNo": "1"}'],
    )
    def test_does_not_take_what_could_be_anybodys(self, body):
        assert recognise(body) is None
