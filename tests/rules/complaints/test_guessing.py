"""What a complaint in free text is about: guessed from its words, and left open where they do not say it."""

import pytest

from rules.complaints.guessing import WORDS, type_in, waybill_in
from schemas.complaints import ComplaintType as Type


class TestTypeIn:
    @pytest.mark.parametrize(
        ("text", "type_"),
        [
            ("显示签收了，可是我没收到", Type.FALSE_SIGN),
            ("我没有收到快递却被签收", Type.FALSE_SIGN),
            ("Tracking shows delivered but I have nothing", Type.FALSE_SIGN),
            ("送到别人家去了", Type.MISDELIVERY),
            ("It went to the wrong address", Type.MISDELIVERY),
            ("里面少了两个杯子", Type.SHORT),
            ("two items are missing from the box", Type.SHORT),
            ("外箱破损，杯子碎了", Type.DAMAGE),
            ("The vase arrived broken", Type.DAMAGE),
            ("快递弄丢了", Type.LOSS),
            ("You lost my parcel", Type.LOSS),
            ("快递员态度恶劣，还骂人", Type.ATTITUDE),
            ("The courier was rude", Type.ATTITUDE),
            ("多收了我二十元", Type.FEE),
            ("I was charged twice", Type.FEE),
            ("一直没到，物流没有更新", Type.DELAY),
            ("Still waiting, it is late", Type.DELAY),
            ("外箱没有破损，但是一直没到", Type.DELAY),
            ("It was not damaged, the courier was rude", Type.ATTITUDE),
            ("请回电", Type.OTHER),
            ("", Type.OTHER),
        ],
    )
    def test_follows_the_words_and_not_what_they_deny(self, text: str, type_: Type) -> None:
        assert type_in(text) is type_

    def test_has_words_for_every_type_but_other(self) -> None:
        assert {row[0] for row in WORDS} == set(Type) - {Type.OTHER}


class TestWaybillIn:
    @pytest.mark.parametrize(
        ("text", "waybill"),
        [
            ("运单号：773000000001", "773000000001"),
            ("快递单号是 sf1234567890123，电话 19900007777", "SF1234567890123"),
            ("Tracking number: EA123456789CN please", "EA123456789CN"),
            ("waybill no. 773000000001 and order 8812345678901", "773000000001"),
            ("关于 773000000001 的包裹", "773000000001"),
            ("773000000001，就是773000000001", "773000000001"),
            ("电话 13800138000", ""),
            ("电话 8613800138000", ""),
            ("773000000001 和 773000000002", ""),
            ("订单", ""),
        ],
    )
    def test_is_the_one_that_is_called_so_or_the_only_one(self, text: str, waybill: str) -> None:
        assert waybill_in(text) == waybill
