"""At which station a scan was made, where the parcel goes, and when two names are of two places."""

import pytest

from rules.tracking.divisions import PROVINCE_OF
from rules.tracking.stations import Stations, are_other_cities, is_elsewhere, is_station, stations_of


class TestStationsOf:
    @pytest.mark.parametrize(
        ("text", "location", "expected"),
        [
            ("【杭州市】快件离开【杭州转运中心】，已发往【广州转运中心】", "杭州市", ("杭州转运中心", "广州转运中心")),
            ("【上海市】【示例北部】（021-00000000）的某某（19900000000）已揽收", "上海市", ("示例北部", "")),
            ("广州市【广州示例十九部】，【陈某某/19900000000】已揽收", "", ("广州示例十九部", "")),
            ("【天津转运中心】 已发出 下一站 【济南转运中心公司】", "天津", ("天津转运中心", "济南转运中心公司")),
            ("快件在【哈尔滨示例集散中心】已装车,准备发往下一站", "哈尔滨市", ("哈尔滨示例集散中心", "")),
            ("浙江临海转运中心-已装袋发往-浙江温岭公司", "", ("浙江临海转运中心", "浙江温岭公司")),
            ("示例营业点-陈某某(19900000000)-已收件", "", ("示例营业点", "")),
            ("离开深圳市 发往广州市", "", ("深圳市", "广州市")),
            ("到达  呼和浩特市 处理中心", "", ("呼和浩特市处理中心", "")),
            ("到达：广东深圳公司 上级站点：广东广州分拨中心", "", ("广东深圳公司", "")),
            ("[莆田] [莆田市] 快件到达 [莆田]", "", ("莆田", "")),
            ("快件已发车", "深圳市", ("深圳市", "")),
            ("Arrived at Sort Facility", "Chicago, IL, US", ("Chicago, IL, US", "")),
            ("", "", ("", "")),
        ],
        ids=str,
    )
    def test_reads(self, text, location, expected):
        assert stations_of(location=location, text=text) == Stations(*expected)

    @pytest.mark.parametrize(
        "text",
        [
            "快件已由【王某】代收",
            "请凭取件码【12345678】取件",
            "派件员【陈某某/19900000000】正在派件",
            "已签收，感谢使用，如有疑问请联系网点",
            "因派件量积压，快件滞留网点，预计近日安排派送",
        ],
    )
    def test_takes_neither_people_nor_numbers_nor_courtesy_for_a_station(self, text):
        assert stations_of(location="", text=text).here == ""

    def test_masks_a_telephone_number_in_the_place(self):
        assert "19900001234" not in stations_of(location="示例网点 19900001234", text="").here


class TestIsStation:
    @pytest.mark.parametrize("name", ["杭州转运中心", "示例花园快递柜", "DAYTON, NJ"])
    def test_is_true_of(self, name):
        assert is_station(name)

    @pytest.mark.parametrize("name", ["", "杭州", "厦门市", "广东省深圳市", "山东,济南市,历城区"])
    def test_is_false_of(self, name):
        assert not is_station(name)

    @pytest.mark.parametrize("ending", ["", "市"])
    def test_is_false_of_every_city_of_the_table(self, ending):
        assert [city for city in PROVINCE_OF if is_station(city + ending)] == []


class TestIsElsewhere:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("杭州转运中心", "广州转运中心"),
            ("杭州市", "广州示例网点"),
            ("杭州示例网点", "杭州范例网点"),
            ("A, NJ", "B, NJ"),
        ],
    )
    def test_is_true_of_two_stations_or_two_cities(self, one, other):
        assert is_elsewhere(one, other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            pytest.param("", "杭州转运中心", id="nothing is said"),
            pytest.param("杭州市", "杭州转运中心", id="a city and a station in it"),
            pytest.param("天津转运中心公司", "天津转运中心", id="two spellings"),
            pytest.param("浙江临海中转部", "临海转运中心", id="two words for a hub, and the province"),
            pytest.param("苏州市", "昆常转运中心", id="a station whose city nobody knows"),
        ],
    )
    def test_is_false_where_they_may_be_one(self, one, other):
        assert not is_elsewhere(one, other)


class TestAreOtherCities:
    def test_needs_two_cities_that_are_known(self):
        assert are_other_cities("杭州转运中心", "广州市")
        assert not are_other_cities("杭州转运中心", "昆常转运中心")
        assert not are_other_cities("杭州转运中心", "杭州市")
