"""One city is one city, however it is written, and how far it is to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.tracking.divisions import CITIES_OF, PROVINCE_OF, provinces_by_city
from rules.tracking.places import Place, crosses_a_border, lane_between, place_of
from schemas.promises import Lane, LaneClass

CITIES = st.sampled_from(sorted(PROVINCE_OF))


class TestPlace:
    @pytest.mark.parametrize(
        "written",
        [
            "广州",
            "广州市",
            "广东省广州市",
            "广东广州",
            "广东,广州市",
            "广东省 广州市 天河区",
            "广州天河",
            " 广州市\u3000",
        ],
    )
    def test_is_the_same_in_every_way_of_writing(self, written):
        assert place_of(written) == Place("广东", "广州")

    @pytest.mark.parametrize(
        ("written", "place"),
        [
            ("吉林市", Place("吉林", "吉林")),
            ("吉林省吉林市", Place("吉林", "吉林")),
            ("吉林长春", Place("吉林", "长春")),
            ("吉林省", Place("吉林", "")),
            ("海南", Place("海南", "")),
            ("海南藏族自治州", Place("青海", "海南州")),
            ("北京市朝阳区", Place("北京", "北京")),
            ("上海县城", Place("上海", "上海")),
            ("朝阳市", Place("辽宁", "朝阳")),
            ("朝阳区", Place("", "朝阳区")),
            ("内蒙古自治区锡林郭勒盟", Place("内蒙古", "锡林郭勒")),
            ("延边朝鲜族自治州", Place("吉林", "延边")),
            ("香港特别行政区", Place("香港", "香港")),
            ("美国洛杉矶", Place("美国", "洛杉矶")),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_tells_provinces_and_cities_of_one_name_apart(self, written, place):
        assert place_of(written) == place

    def test_keeps_the_name_of_a_city_that_no_table_knows(self):
        assert place_of("示例市城东区") == Place("", "示例")
        assert place_of("江苏省示例市") == Place("江苏", "示例")

    def test_does_not_read_another_script(self):
        assert place_of("Los  Angeles ") == Place("", "los angeles")

    def test_is_nowhere_without_a_name(self):
        assert place_of("  ").name == ""

    @given(CITIES)
    def test_finds_every_city_of_the_table_in_its_province(self, city):
        province = PROVINCE_OF[city]

        assert {place_of(f"{city}市"), place_of(f"{province}省{city}"), place_of(city)} == {Place(province, city)}


class TestLane:
    @pytest.mark.parametrize(
        ("origin", "destination", "kind"),
        [
            ("广州", "广东省广州市", LaneClass.SAME_CITY),
            ("示例市", "示例", LaneClass.SAME_CITY),
            ("江苏省示例市", "示例市", LaneClass.SAME_CITY),
            ("乌鲁木齐", "乌鲁木齐市", LaneClass.SAME_CITY),
            ("shenzhen", "Shenzhen", LaneClass.SAME_CITY),
            ("广州", "深圳", LaneClass.SAME_PROVINCE),
            ("江苏省示例市", "苏州", LaneClass.SAME_PROVINCE),
            ("广东", "广州", LaneClass.SAME_PROVINCE),
            ("广州", "杭州", LaneClass.INTER_PROVINCE),
            ("江苏省示例市", "浙江省示例市", LaneClass.INTER_PROVINCE),
            ("示例市", "范例市", LaneClass.INTER_PROVINCE),
            ("示例市", "广州", LaneClass.INTER_PROVINCE),
            ("广州", "乌鲁木齐", LaneClass.REMOTE),
            ("新疆喀什", "新疆伊犁", LaneClass.REMOTE),
            ("深圳", "香港", LaneClass.INTERNATIONAL),
            ("新疆喀什", "台北", LaneClass.INTERNATIONAL),
            ("广州", "美国洛杉矶", LaneClass.INTERNATIONAL),
            ("", "广州", LaneClass.UNKNOWN),
            ("广州", "", LaneClass.UNKNOWN),
            ("广州", "Los Angeles", LaneClass.UNKNOWN),
        ],
    )
    def test_is_as_long_as_the_two_cities_are_apart(self, origin, destination, kind):
        assert lane_between(origin, destination).kind is kind

    @pytest.mark.parametrize(
        ("origin", "destination", "crosses"),
        [
            ("广州", "美国洛杉矶", True),
            ("日本", "浙江省示例市", True),
            ("香港", "美国洛杉矶", True),
            ("韩国首尔", "台北", True),
            ("日本东京", "韩国首尔", True),
            ("美国洛杉矶", "美国纽约", False),
            ("深圳", "香港", False),
            ("澳门", "香港", False),
            ("台北", "示例市", False),
            ("广州", "杭州", False),
            ("广州", "Los Angeles", False),
            ("", "", False),
        ],
    )
    def test_crosses_a_border_only_from_one_country_to_another(self, origin, destination, crosses):
        assert crosses_a_border(origin, destination) is crosses
        assert crosses_a_border(destination, origin) is crosses

    def test_is_named_by_its_cities(self):
        assert lane_between("广东省广州市", "杭州市") == Lane("广州", "杭州", LaneClass.INTER_PROVINCE)

    @given(CITIES, CITIES)
    def test_is_as_long_in_both_directions(self, one, other):
        assert lane_between(one, other).kind is lane_between(other, one).kind

    @given(st.text(max_size=30))
    def test_leads_from_anywhere_back_to_the_same_place(self, text):
        lane = lane_between(text, text)

        assert lane.origin == lane.destination


class TestDivisions:
    def test_know_every_prefecture(self):
        inside = [cities for province, cities in CITIES_OF.items() if province not in {"香港", "澳门", "台湾"}]

        assert sum(map(len, inside)) >= 333

    def test_are_refused_when_a_city_would_lie_in_two_provinces(self):
        with pytest.raises(ValueError, match="杭州 is said to lie in 浙江 and in 广东"):
            provinces_by_city({"浙江": ["杭州", "宁波"], "广东": ["广州", "杭州"]})
