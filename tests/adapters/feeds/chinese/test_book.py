"""What the Chinese book of wordings reads, row by row and by subject."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.feeds.chinese import CHINESE
from adapters.feeds.wording import Wording
from schemas.tracking import SIGNALS, Event, Reason

ROWS = pytest.mark.parametrize("row", CHINESE.rows, ids=[row.example for row in CHINESE.rows])


def said(text: str) -> tuple[Event, Reason | None] | None:
    row = CHINESE.reading(text)
    return None if row is None else (row.event, row.reason)


class TestEveryRow:
    @ROWS
    def test_reads_its_own_example_and_no_earlier_row_does(self, row: Wording):
        assert CHINESE.reading(row.example) is row

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
        assert len({row.example for row in CHINESE.rows}) == len(CHINESE.rows)


class TestSigning:
    @pytest.mark.parametrize(
        "text", ["已签收", "快件正常签收，签收人本人", "快件异常签收", "该邮件已妥投", "订单已由本人签收"]
    )
    def test_is_delivery(self, text):
        assert said(text) == (Event.DELIVERED, None)

    @pytest.mark.parametrize("text", ["超时未签收", "已反签收", "收件人没签收", "待签收"])
    def test_is_not_delivery_when_negated(self, text):
        assert said(text) is None

    @pytest.mark.parametrize("text", ["请您准备签收", "正在派送途中,请您准备签收(派件人:张三)", "即将送达，请注意查收"])
    def test_that_is_still_asked_for_is_out_for_delivery(self, text):
        assert said(text) == (Event.OUT_FOR_DELIVERY, None)

    @pytest.mark.parametrize("text", ["未能签收", "无法签收", "签收失败"])
    def test_that_failed_is_a_failed_delivery(self, text):
        assert said(text) == (Event.DELIVERY_FAILED, Reason.UNKNOWN)

    def test_by_somebody_else_is_delivery_to_a_proxy(self):
        assert said("投递并签收，签收人：他人收") == said("前台签收-已签收") == (Event.DELIVERED_PROXY, None)

    def test_of_a_return_is_the_end_of_the_return(self):
        assert said("退回件，签收人：寄件人") == (Event.RETURNED, None)


class TestPickupPoints:
    @pytest.mark.parametrize(
        "text",
        [
            "快件已由青山路二店代收，请及时取件，如有疑问请联系13800000000",
            "包裹已放入智能柜，取件码123456，超过24小时将收费",
            "已到驿站，待领取",
            "请凭取件码签收",
        ],
    )
    def test_hold_what_was_not_yet_taken(self, text):
        assert said(text) == (Event.AT_PICKUP_POINT, None)

    @pytest.mark.parametrize(
        "text", ["已签收，签收人凭取货码签收。", "签收人在【丰巢的青山路柜】领取", "快件已从自提柜取出"]
    )
    def test_have_handed_over_what_was_taken(self, text):
        assert said(text) == (Event.DELIVERED_PICKUP_POINT, None)

    def test_are_not_meant_by_collecting_cash(self):
        assert said("代收货款100元，正在派件") == (Event.OUT_FOR_DELIVERY, None)


class TestFailures:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("派件不成功", Reason.UNKNOWN),
            ("快件未能妥投", Reason.UNKNOWN),
            ("快件派送不成功(因收方客户拒收快件),待进一步处理", Reason.CONSIGNEE_REFUSED),
            ("由于与客户约定更改派送时间, 派件不成功", Reason.CONSIGNEE_RESCHEDULE),
            ("派送不成功，企事业单位，工作日续送", Reason.CONSIGNEE_CLOSED),
            ("未妥投：收件人不在指定地址", Reason.CONSIGNEE_ABSENT),
            ("您的快件因地址不详无法派送", Reason.SENDER_WRONG_ADDRESS),
            ("收件人电话无法接通，延迟派送", Reason.CONSIGNEE_UNREACHABLE),
            ("号码有误，派送失败", Reason.SENDER_WRONG_PHONE),
        ],
    )
    def test_are_told_with_their_reason(self, text, reason):
        assert said(text) == (Event.DELIVERY_FAILED, reason)


class TestGoods:
    def test_are_damaged_when_the_text_says_so(self):
        assert said("快件外包装破损，待处理") == (Event.EXCEPTION, Reason.CARRIER_DAMAGED)

    @pytest.mark.parametrize("text", ["检查包装未见破损", "外包装无破损"])
    def test_are_not_damaged_when_the_text_denies_it(self, text):
        assert said(text) is None


class TestBoilerplate:
    @pytest.mark.parametrize(
        "text",
        [
            "已签收。疫情期间网点每天多次消毒，快递小哥每天测量体温，佩戴口罩",
            "已签收，如有破损请联系我们，可当面拒收",
            "已签收，感谢使用驿站服务",
            "已签收，若未收到快件，请联系客服退回",
        ],
    )
    def test_does_not_change_a_delivery(self, text):
        assert said(text) == (Event.DELIVERED, None)

    @pytest.mark.parametrize("text", ["正在派件，签收前请检查包裹是否破损", "正在派件，请当面验货，破损可拒收"])
    def test_does_not_make_a_claim_of_advice(self, text):
        assert said(text) == (Event.OUT_FOR_DELIVERY, None)

    def test_does_not_take_a_forecast_for_an_arrival(self):
        assert said("运输途中，预计明日到达") == (Event.IN_TRANSIT, None)

    def test_does_not_take_an_outlets_name_for_an_event(self):
        assert said("快件到达 【临江退货处理中心】") == (Event.ARRIVED_HUB, None)

    def test_does_not_swallow_places_that_begin_like_a_condition(self):
        assert said("如皋市公司 已发出") == (Event.DEPARTED_HUB, None)


class TestReturns:
    def test_of_refused_parcels_keep_the_reason(self):
        assert said("收件人拒收，快件退回中") == (Event.RETURNING, Reason.CONSIGNEE_REFUSED)

    def test_are_told_without_a_reason_where_none_is_given(self):
        assert said("快件已退回") == (Event.RETURNING, None)


class TestWhatNoRowSays:
    @pytest.mark.parametrize(
        "text", ["", "暂无轨迹信息", "客户取消派送", "签收前请检查包裹是否破损，破损请拒收", "hello"]
    )
    def test_is_not_guessed(self, text):
        assert said(text) is None
