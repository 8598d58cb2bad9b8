"""What the outlet is told: what was asked for in both languages, and nothing of who asked."""

from datetime import time
from decimal import Decimal

from factories import an_entry

from rules.preferences.wording import dispatch_advice, withdrawn_advice
from schemas.channels import Segment
from schemas.preferences import (
    CallFirst,
    ChannelSegment,
    InspectFaceToFace,
    LearnedTimes,
    NeverLocker,
    Place,
    TimeWindow,
    TimeWindows,
    Weekday,
)

WAYBILL = "773000000001"
MORNING = TimeWindows(windows=(TimeWindow(days=(Weekday.TUE, Weekday.MON), start=time(8), until=time(10)),))
EVENING = LearnedTimes(
    days=(Weekday.SAT, Weekday.SUN), start=time(18), until=time(20), deliveries=12, share=Decimal("0.9"),
    confidence=Decimal("0.6"),
)  # fmt: skip


def advice(*preferences, **told):
    entries = [an_entry(preference) for preference in preferences]
    return dispatch_advice(WAYBILL, {entry.kind: entry for entry in entries}, **told).body


class TestDispatchAdvice:
    def test_says_each_wish_in_chinese_and_in_english(self):
        body = advice(Place(place="一楼保安室"), MORNING, CallFirst(), NeverLocker(), InspectFaceToFace())

        for words in (
            "放置地点：一楼保安室", "派送时间：周一二 08:00–10:00", "派送前先打电话", "不要放快递柜", "当面拆开检查",
            "leave it at: 一楼保安室", "between: Mon, Tue 08:00–10:00", "call before", "never put it into a locker",
            "inspects it",
        ):  # fmt: skip
            assert words in body

    def test_masks_a_phone_number_and_the_consignee_s_name_in_his_own_words(self):
        body = advice(Place(place="王小五家门口，\n不在打 19900001234"), consignee_name="王小五")

        assert "王小五" not in body
        assert "19900001234" not in body
        assert "王**家门口， 不在打 199****1234" in body

    def test_says_what_the_goods_ask_for(self):
        assert "生鲜：须等客户当面拆开检查" in advice(owed_for="fresh")
        assert "valuable goods" in advice(owed_for="valuable")

    def test_tells_learned_times_as_learned(self):
        body = advice(CallFirst(), learned=[EVENING])

        assert "参考（由 12 次签收推算，非客户要求）：周六日 多在 18:00–20:00 签收" in body
        assert "learned from 12 deliveries, not asked for: Sat, Sun mostly 18:00–20:00" in body

    def test_never_puts_learned_times_beside_declared_ones(self):
        assert "learned" not in advice(MORNING, learned=[EVENING])

    def test_says_nothing_of_how_the_consignee_is_written_to(self):
        assert "1." not in advice(ChannelSegment(segment=Segment.ELDERLY))


class TestWithdrawnAdvice:
    def test_says_that_what_was_told_no_longer_holds(self):
        message = withdrawn_advice(WAYBILL)

        assert "已取消" in message.body
        assert "no longer holds" in message.body
