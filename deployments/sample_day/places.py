"""Where parcels go: real cities, invented streets, outlets and parcel lockers. No carriers and no people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """A city, the province that it lies in (empty for a municipality) and its area code."""

    name: str
    province: str
    area_code: str
    weight: int  # how much of the parcel traffic it has

    @property
    def short_name(self) -> str:
        """The name as carriers write it in the names of hubs and outlets."""
        return self.name.removesuffix("市")

    @property
    def full_name(self) -> str:
        """The name as it begins an address."""
        return f"{self.province}{self.name}"

    @property
    def area_name(self) -> str:
        """The name as Kuaidi100 writes it in `areaName`."""
        return f"{self.province.removesuffix('省').removesuffix('维吾尔自治区')},{self.name}".strip(",")


CITIES = (
    City("杭州市", "浙江省", "CN330100000000", 9),
    City("宁波市", "浙江省", "CN330200000000", 4),
    City("温州市", "浙江省", "CN330300000000", 4),
    City("金华市", "浙江省", "CN330700000000", 9),
    City("广州市", "广东省", "CN440100000000", 10),
    City("深圳市", "广东省", "CN440300000000", 9),
    City("东莞市", "广东省", "CN441900000000", 5),
    City("南京市", "江苏省", "CN320100000000", 4),
    City("苏州市", "江苏省", "CN320500000000", 6),
    City("上海市", "", "CN310000000000", 9),
    City("北京市", "", "CN110000000000", 7),
    City("重庆市", "", "CN500000000000", 4),
    City("成都市", "四川省", "CN510100000000", 5),
    City("武汉市", "湖北省", "CN420100000000", 4),
    City("长沙市", "湖南省", "CN430100000000", 3),
    City("济南市", "山东省", "CN370100000000", 3),
    City("青岛市", "山东省", "CN370200000000", 3),
    City("郑州市", "河南省", "CN410100000000", 4),
    City("西安市", "陕西省", "CN610100000000", 3),
    City("合肥市", "安徽省", "CN340100000000", 3),
    City("厦门市", "福建省", "CN350200000000", 3),
    City("沈阳市", "辽宁省", "CN210100000000", 2),
    City("昆明市", "云南省", "CN530100000000", 2),
    City("乌鲁木齐市", "新疆维吾尔自治区", "CN650100000000", 1),
)

# Streets that say themselves that they are examples: an outlet is named after its street.
STREETS = ("示例路", "范例街", "样板大道", "示范新村", "样例桥", "例证广场", "模范里", "试样园区")

PICKUP_POINTS = ("示例小区东门驿站", "范例花园快递柜", "样板公寓便民驿站", "模范里南门智能柜", "示范新村代收点")
