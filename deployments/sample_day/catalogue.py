"""What is sent: goods, what they weigh and are worth, and in which product they travel. No places and no people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goods:
    """A kind of goods; `value` is in CNY, `weight_kg` in kilograms, both as (least, most)."""

    name: str
    share: int
    value: tuple[int, int]
    weight_kg: tuple[float, float]
    perishable: bool = False


# Most parcels are worth 30 to 300 yuan, some thousands, few more than 5,000.
GOODS = (
    Goods("服装", 230, (45, 290), (0.3, 1.8)),
    Goods("日用百货", 190, (30, 160), (0.4, 4.0)),
    Goods("数码配件", 130, (35, 300), (0.1, 0.8)),
    Goods("图书", 90, (30, 130), (0.4, 3.5)),
    Goods("鲜花水果", 80, (49, 260), (1.0, 6.0), perishable=True),
    Goods("陶瓷餐具", 70, (60, 290), (1.2, 6.5)),
    Goods("母婴用品", 60, (70, 300), (0.5, 5.0)),
    Goods("冷冻海鲜", 20, (120, 480), (1.5, 5.0), perishable=True),
    Goods("化妆品", 45, (90, 680), (0.2, 1.2)),
    Goods("小家电", 35, (150, 900), (1.5, 8.0)),
    Goods("瓶装白酒", 20, (300, 2600), (1.5, 8.0)),
    Goods("手机", 17, (1200, 4800), (0.4, 0.8)),
    Goods("笔记本电脑", 8, (3200, 8800), (2.0, 3.5)),
    Goods("银饰摆件", 5, (900, 9600), (0.2, 2.0)),
)


@dataclass(frozen=True)
class Product:
    """How fast a parcel is to travel: the hours promised from acceptance, within one city and between cities."""

    name: str
    same_city_hours: int
    intercity_hours: int
    freight_first_kg: int  # CNY
    freight_further_kg: int


PRODUCTS = {
    "express": Product("express", 12, 36, 18, 8),
    "standard": Product("standard", 24, 72, 8, 4),
    "economy": Product("economy", 48, 120, 5, 2),
}

# Product -> share, by what the carrier and the goods allow.
PRODUCT_SHARES = {"standard": 70, "express": 14, "economy": 16}
SF_PRODUCT_SHARES = {"standard": 62, "express": 38}
PERISHABLE_PRODUCT_SHARES = {"express": 80, "standard": 20}

TIER_SHARES = {"standard": 74, "contract": 19, "vip": 7}
PAYMENT_SHARES = {"寄付": 62, "月结": 28, "到付": 10}

# (declared value up to, share of such parcels that are insured); the last has no upper end.
INSURED_SHARES = ((300, 0.10), (1000, 0.34), (None, 0.72))


def insured_share(declared_value: int) -> float:
    """Tell how many of the parcels of such a value, in CNY, are insured."""
    for up_to, share in INSURED_SHARES:
        if up_to is None or declared_value < up_to:
            return share
    raise AssertionError("the last row of INSURED_SHARES must have no upper end")
