"""Cainiao's callback of a signature: its flag decides, then its text, and where neither tells nobody guesses."""

import pytest

from adapters.feeds.registry import translate
from schemas.tracking import Event, Reason

FORMAT = "cainiao_global"


class TestSignedCallback:
    CODE = "LAST_MILE_GTMS_SIGNED_CALLBACK"

    @pytest.mark.parametrize("code", [CODE, f"AE_{CODE}"])
    @pytest.mark.parametrize(("flag", "event"), [("0", Event.DELIVERED), ("1", Event.DELIVERY_FAILED)])
    def test_is_what_its_flag_says(self, answered, parcel, scan, the_record, code, flag, event):
        record = the_record(FORMAT, answered(parcel(scan(code, "Signed", statusCode=flag))))

        assert (record.event, record.confidence) == (event, "code")

    def test_fails_for_the_reason_it_gives(self, answered, parcel, scan, the_record):
        record = the_record(FORMAT, answered(parcel(scan(self.CODE, "", statusCode=1, reason="收件人拒收"))))

        assert (record.event, record.reason) == (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED)

    @pytest.mark.parametrize(("flag", "event"), [(True, Event.DELIVERED), (False, Event.DELIVERY_FAILED)])
    def test_may_have_a_plain_flag(self, answered, parcel, scan, the_record, flag, event):
        assert the_record(FORMAT, answered(parcel(scan(self.CODE, "", success=flag)))).event is event

    @pytest.mark.parametrize(
        ("text", "event"),
        [
            ("派送失败", Event.DELIVERY_FAILED),
            ("已签收", Event.DELIVERED),
            ("Delivery attempt unsuccessful", Event.DELIVERY_FAILED),
        ],
    )
    def test_without_a_flag_is_what_its_text_says(self, answered, parcel, scan, the_record, text, event):
        record = the_record(FORMAT, answered(parcel(scan(self.CODE, text))))

        assert (record.event, record.confidence) == (event, "text")

    @pytest.mark.parametrize("fields", [{}, {"statusCode": "7"}, {"text": "Arrived at the hub"}])
    def test_is_unknown_where_neither_tells(self, answered, parcel, scan, the_record, fields):
        record = the_record(FORMAT, answered(parcel(scan(self.CODE, **{"text": "", **fields}))))

        assert (record.event, record.reason, record.confidence) == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")

    def test_is_one_event_with_itself_asked_in_another_language(self, answered, parcel, scan):
        english, chinese = (
            translate(FORMAT, answered(parcel(scan(self.CODE, text, statusCode="1")))).records[0]
            for text in ("Delivery failed", "派送失败")
        )

        assert (english.occurred_at, english.identity) == (chinese.occurred_at, chinese.identity)
