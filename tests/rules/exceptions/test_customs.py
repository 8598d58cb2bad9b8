"""Which customs office a parcel is held by."""

import pytest
from custody_logs import scan

from rules.exceptions.customs import OFFICES, customs_office, office_holding
from schemas.custody import CustodyEvent
from schemas.tracking import Event


class TestCustomsOffice:
    @pytest.mark.parametrize(
        ("text", "office"),
        [
            ("快件已到达拱北海关查验", "拱北海关"),
            ("已送交上海浦东国际机场海关", "上海浦东国际机场海关"),
            ("待黄埔老港海关放行", "黄埔老港海关"),
            ("从上海送交广州海关", "广州海关"),
            ("快件在皇岗海关", "皇岗海关"),
            ("Held by Guangzhou Customs", "广州海关"),
            ("Presented to Xi'an customs", "西安海关"),
            ("Held by Memphis Customs", "Memphis Customs"),
            ("Held by the Customs of Shanghai Customs", "上海海关"),
        ],
    )
    def test_is_the_one_that_the_text_names(self, text, office):
        assert customs_office(location="示例市", text=text) == office

    @pytest.mark.parametrize(
        ("location", "office"),
        [
            ("上海市", "上海海关"),
            ("广东省广州市白云区", "广州海关"),
            ("Guangzhou, CN", "广州海关"),
            ("深圳宝安机场海关", "深圳宝安机场海关"),
        ],
    )
    @pytest.mark.parametrize(
        "text", ["", "快件清关异常", "海关扣留", "进口海关/留存待验", "Held at import customs", "At Import Customs"]
    )
    def test_is_that_of_the_place_where_the_text_names_none(self, location, office, text):
        assert customs_office(location=location, text=text) == office

    @pytest.mark.parametrize("place", ["珠海市", "MEMPHIS, TN"])
    def test_is_the_place_itself_where_no_office_has_its_name(self, place):
        assert customs_office(location=place, text="海关扣留") == place

    def test_is_nobody_where_nothing_is_known(self):
        assert customs_office(location=" ", text="清关异常") == ""

    @pytest.mark.parametrize(("chinese", "english"), OFFICES.items())
    def test_is_one_in_either_language(self, chinese, english):
        assert customs_office(location="", text=f"{chinese}海关") == customs_office(location=english, text="")


def told(event: Event, hours: float, location: str = "", text: str = "", **changes) -> CustodyEvent:
    return scan(event, hours, location=location, text=text, **changes)


class TestOfficeHolding:
    def test_is_that_of_the_newest_event_that_says_that_customs_has_it(self):
        log = [
            told(Event.CUSTOMS_PENDING, 1, "深圳市"),
            told(Event.CUSTOMS_HELD, 2, "广州市", "海关扣留"),
            told(Event.EXCEPTION, 3, "杭州市", "已通知收件人补充资料"),
        ]

        assert office_holding(log) == "广州海关"

    def test_is_that_of_the_last_scan_where_no_event_says_so(self):
        log = [told(Event.IN_TRANSIT, 1, "北京市"), told(Event.EXCEPTION, 2, "", "Held by Guangzhou Customs")]

        assert office_holding(log) == "广州海关"

    @pytest.mark.parametrize(
        "last",
        [
            told(Event.OVERDUE, 3, "北京市"),
            told(Event.CUSTOMS_HELD, 3, "北京市", understood=False),
            told(Event.CUSTOMS_HELD, 3, "北京市", voided=True),
        ],
        ids=["a provider's own signal", "an event that nobody understood", "one that was taken back"],
    )
    def test_is_not_told_by(self, last):
        assert office_holding([told(Event.CUSTOMS_HELD, 2, "广州市"), last]) == "广州海关"

    def test_is_nobody_of_an_empty_log(self):
        assert office_holding([]) == ""
