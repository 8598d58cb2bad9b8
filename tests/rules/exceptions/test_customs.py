"""Which customs office a parcel is held by."""

import pytest

from rules.exceptions.customs import OFFICES, customs_office


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
