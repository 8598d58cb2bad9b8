"""What the English book of wordings reads, row by row and by subject, and which book a text is read with."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.feeds.bilingual import CHINESE_OR_ENGLISH
from adapters.feeds.chinese import CHINESE
from adapters.feeds.english import ENGLISH
from adapters.feeds.wording import Wording
from schemas.tracking import SIGNALS, Event, Reason

ROWS = pytest.mark.parametrize("row", ENGLISH.rows, ids=[row.example for row in ENGLISH.rows])


def said(text: str) -> tuple[Event, Reason | None] | None:
    row = ENGLISH.reading(text)
    return None if row is None else (row.event, row.reason)


class TestEveryRow:
    @ROWS
    def test_reads_its_own_example_and_no_earlier_row_does(self, row: Wording):
        assert ENGLISH.reading(row.example) is row

    @ROWS
    def test_tells_of_a_scan(self, row: Wording):
        assert row.event not in SIGNALS

    @ROWS
    @given(data=st.data())
    @settings(suppress_health_check=list(HealthCheck))
    def test_has_a_word_in_everything_its_pattern_fits(self, row: Wording, data: st.DataObject):
        text = data.draw(st.from_regex(row.pattern))

        assert any(cue in text for cue in row.cues)

    def test_has_an_example_of_its_own(self):
        assert len({row.example for row in ENGLISH.rows}) == len(ENGLISH.rows)


class TestDelivery:
    @pytest.mark.parametrize(
        "text",
        ["DELIVERED", "Delivered - Left at front door", "Signed for by: ANNA", "Delivery was successful"],
    )
    def test_is_told_in_several_ways(self, text):
        assert said(text) == (Event.DELIVERED, None)

    @pytest.mark.parametrize(
        "text",
        [
            "Will be delivered tomorrow",
            "Expected delivery by Friday",
            "Estimated arrival 5 pm",
            "If delivered, rate us",
        ],
    )
    def test_is_not_told_by_a_forecast_or_a_condition(self, text):
        assert said(text) is None

    @pytest.mark.parametrize("text", ["Not delivered", "The item could not be delivered", "Undeliverable as addressed"])
    def test_is_not_told_when_negated(self, text):
        assert said(text) == (Event.DELIVERY_FAILED, Reason.UNKNOWN)

    def test_to_somebody_else_is_delivery_to_a_proxy(self):
        assert said("Delivered to the front desk") == said("Signed by neighbor") == (Event.DELIVERED_PROXY, None)

    def test_to_a_pickup_point_still_waits(self):
        assert said("Delivered to a parcel shop") == said("Awaiting collection") == (Event.AT_PICKUP_POINT, None)


class TestFailures:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("Delivery attempted, nobody at home", Reason.CONSIGNEE_ABSENT),
            ("Attempted delivery - business closed", Reason.CONSIGNEE_CLOSED),
            ("Delivery refused by consignee", Reason.CONSIGNEE_REFUSED),
            ("Delivery failed: insufficient address", Reason.SENDER_WRONG_ADDRESS),
            ("Unable to contact recipient", Reason.CONSIGNEE_UNREACHABLE),
            ("Failed delivery", Reason.UNKNOWN),
        ],
    )
    def test_are_told_with_their_reason(self, text, reason):
        assert said(text) == (Event.DELIVERY_FAILED, reason)


class TestReturns:
    @pytest.mark.parametrize(
        ("text", "event"),
        [
            ("Returning to sender", Event.RETURNING),
            ("The item will be returned to sender", Event.RETURNING),
            ("Returned to shipper", Event.RETURNED),
            ("Has already been returned to the sender", Event.RETURNED),
        ],
    )
    def test_are_under_way_or_done(self, text, event):
        assert said(text) == (event, None)

    def test_of_refused_parcels_keep_the_reason(self):
        assert said("Return to sender: refused") == (Event.RETURNING, Reason.CONSIGNEE_REFUSED)


class TestCustoms:
    @pytest.mark.parametrize(
        ("text", "event", "reason"),
        [
            ("Presented to import customs", Event.CUSTOMS_PENDING, None),
            ("Released by customs", Event.CUSTOMS_RELEASED, None),
            ("Held by customs", Event.CUSTOMS_HELD, Reason.UNKNOWN),
            ("Customs duties payment required", Event.CUSTOMS_HELD, Reason.CUSTOMS_DUTIES),
        ],
    )
    def test_tell_where_a_parcel_stands(self, text, event, reason):
        assert said(text) == (event, reason)


class TestGoods:
    def test_are_not_damaged_when_the_text_denies_it(self):
        assert said("Checked, no damage") is None


class TestWhatNoRowSays:
    @pytest.mark.parametrize("text", ["", "hello", "Thank you", "Livré au destinataire"])
    def test_is_not_guessed(self, text):
        assert said(text) is None


class TestTimeTaken:
    @pytest.mark.parametrize("text", ["delay " * 50_000, "at " * 100_000, "customs" * 50_000, "return to " * 50_000])
    def test_stays_small_for_hostile_texts(self, text):
        started = time.process_time()
        ENGLISH.reading(text)

        assert time.process_time() - started < 1


class TestEitherLanguage:
    def test_is_read_with_its_own_book(self):
        chinese, english = CHINESE_OR_ENGLISH.reading("快件已签收"), CHINESE_OR_ENGLISH.reading("Delivered")

        assert chinese is not None
        assert english is not None
        assert (chinese.event, english.event) == (Event.DELIVERED, Event.DELIVERED)

    def test_is_chinese_when_one_character_is(self):
        read = CHINESE_OR_ENGLISH.reading("Delivered? 派件中")

        assert read is not None
        assert read.event is Event.OUT_FOR_DELIVERY

    def test_has_the_rows_of_both(self):
        assert set(CHINESE_OR_ENGLISH.rows) == {*CHINESE.rows, *ENGLISH.rows}
