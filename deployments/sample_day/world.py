"""Who sends what to whom by which carrier: carriers, invented people, and the parcels drawn from them.

What then happens to a parcel is in stories.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from random import Random
from typing import TypeVar

from deployments.sample_day.catalogue import (
    GOODS,
    PAYMENT_SHARES,
    PERISHABLE_PRODUCT_SHARES,
    PRODUCT_SHARES,
    PRODUCTS,
    SF_PRODUCT_SHARES,
    TIER_SHARES,
    Goods,
    Product,
    insured_share,
)
from deployments.sample_day.places import CITIES, PICKUP_POINTS, STREETS, City

Choice = TypeVar("Choice")

CENT = Decimal("0.01")
SAME_CITY_SHARE = 0.09
PARTLY_INSURED_SHARE = 0.2  # of the insured: for less than the goods are worth


@dataclass(frozen=True)
class Carrier:
    """A carrier by its Kuaidi100 code, and how it names its places and numbers its waybills."""

    code: str
    share: int
    outlet_suffix: str
    hub_suffix: str
    waybill_prefix: str


SF = "shunfeng"
CARRIERS = {
    carrier.code: carrier
    for carrier in (
        Carrier("zhongtong", 21, "网点", "中转部", "78"),
        Carrier("yuantong", 19, "公司", "转运中心", "YT8"),
        Carrier("yunda", 16, "公司", "分拨中心", "43"),
        Carrier("shentong", 16, "公司", "转运中心", "773"),
        Carrier("jtexpress", 11, "网点", "转运中心", "JT0"),
        Carrier(SF, 17, "营业点", "集散中心", "SF1"),
    )
}

CONSIGNEES = ("张三", "李四", "王五", "赵六", "钱七", "孙八", "周九", "吴十", "郑小一", "冯小二", "陈小三", "褚小四")
SHOPS = ("示例服饰店", "范例数码专营店", "样板书屋", "示例果园直销", "模范家居馆", "例证生活超市", "试样酒坊")
COURIERS = ("陈师傅", "林师傅", "何师傅", "罗师傅", "梁师傅", "宋师傅", "韩师傅", "唐师傅", "曹师傅", "邓师傅")

# Blocks of numbers that nobody has.
CONSIGNEE_PHONES, SENDER_PHONES, COURIER_PHONES, OUTLET_PHONES = "1990000", "1990001", "1990002", "1990003"


@dataclass(frozen=True)
class Parcel:
    """Everything about a parcel that is settled when it is handed in, except when that was."""

    index: int
    waybill: str
    carrier: Carrier
    product: Product
    goods: Goods
    weight_kg: Decimal
    freight: Decimal
    declared_value: Decimal
    insured_amount: Decimal | None
    customer_tier: str
    payment: str
    sender: str
    sender_phone: str
    consignee: str
    consignee_phone: str
    consignee_address: str
    origin: City
    destination: City
    transfer: City  # where a long way is broken
    stray: City  # where it lands when it is sent wrong
    origin_outlet: str
    destination_outlet: str
    pickup_point: str
    collector: str  # the courier at the origin
    collector_phone: str
    courier: str
    courier_phone: str
    outlet_phone: str

    @property
    def within_one_city(self) -> bool:
        """True when it never leaves the city."""
        return self.origin == self.destination

    @property
    def promised_hours(self) -> int:
        """Hours from acceptance to delivery as agreed."""
        return self.product.same_city_hours if self.within_one_city else self.product.intercity_hours

    @property
    def by_sf(self) -> bool:
        """True when it is tracked by SF's own push and not through Kuaidi100."""
        return self.carrier.code == SF

    def hub(self, city: City) -> str:
        """Name the carrier's hub in a city."""
        return f"{city.short_name}{self.carrier.hub_suffix}"


def draw(rng: Random, shares: Mapping[Choice, float]) -> Choice:
    """Pick a key by its share."""
    return rng.choices(tuple(shares), tuple(shares.values()))[0]


def invent_parcel(*, rng: Random, index: int, block: int, with_sf: bool = True) -> Parcel:
    """Invent parcel number `index` of a day; `block` keeps the waybills of two days apart."""
    carrier = CARRIERS[draw(rng, {c.code: c.share for c in CARRIERS.values() if with_sf or c.code != SF})]
    goods = draw(rng, {kind: kind.share for kind in GOODS})
    product = PRODUCTS[draw(rng, _product_shares(carrier, goods))]
    origin = draw(rng, {city: city.weight for city in CITIES})
    destination = origin if rng.random() < SAME_CITY_SHARE else _another_city(rng, origin)
    weight_kg = Decimal(str(round(rng.uniform(*goods.weight_kg), 2)))
    value = _value(rng, goods)
    street = rng.choice(STREETS)
    return Parcel(
        index=index,
        waybill=f"{carrier.waybill_prefix}{block:06d}{index:06d}",
        carrier=carrier,
        product=product,
        goods=goods,
        weight_kg=weight_kg,
        freight=_freight(product, weight_kg),
        declared_value=value,
        insured_amount=_insured_amount(rng, value),
        customer_tier=draw(rng, TIER_SHARES),
        payment=draw(rng, PAYMENT_SHARES),
        sender=rng.choice(SHOPS),
        sender_phone=_phone(rng, SENDER_PHONES),
        consignee=f"{rng.choice(CONSIGNEES)}{index:04d}",
        consignee_phone=_phone(rng, CONSIGNEE_PHONES),
        consignee_address=f"{destination.full_name}{street}{_house(rng)}",
        origin=origin,
        destination=destination,
        transfer=_another_city(rng, origin, destination),
        stray=_another_city(rng, origin, destination),
        origin_outlet=f"{origin.short_name}{rng.choice(STREETS)}{carrier.outlet_suffix}",
        destination_outlet=f"{destination.short_name}{street}{carrier.outlet_suffix}",
        pickup_point=rng.choice(PICKUP_POINTS),
        collector=rng.choice(COURIERS),
        collector_phone=_phone(rng, COURIER_PHONES),
        courier=rng.choice(COURIERS),
        courier_phone=_phone(rng, COURIER_PHONES),
        outlet_phone=_phone(rng, OUTLET_PHONES),
    )


def _product_shares(carrier: Carrier, goods: Goods) -> Mapping[str, float]:
    if goods.perishable:
        return PERISHABLE_PRODUCT_SHARES
    return SF_PRODUCT_SHARES if carrier.code == SF else PRODUCT_SHARES


def _another_city(rng: Random, *others: City) -> City:
    return draw(rng, {city: city.weight for city in CITIES if city not in others})


def _value(rng: Random, goods: Goods) -> Decimal:
    # Squaring leans towards the cheap end, as prices do; shops like to end on nine.
    least, most = goods.value
    whole = int(least + (most - least) * rng.random() ** 2)
    return Decimal(max(least, whole // 10 * 10 + 9)).quantize(CENT)


def _insured_amount(rng: Random, value: Decimal) -> Decimal | None:
    if rng.random() >= insured_share(int(value)):
        return None
    if rng.random() >= PARTLY_INSURED_SHARE:
        return value
    return (value * Decimal("0.6")).quantize(CENT, ROUND_HALF_UP)


def _freight(product: Product, weight_kg: Decimal) -> Decimal:
    further_kg = max(0, ceil(weight_kg) - 1)
    return Decimal(product.freight_first_kg + product.freight_further_kg * further_kg).quantize(CENT)


def _house(rng: Random) -> str:
    return f"{rng.randint(1, 299)}号{rng.randint(1, 28)}幢{rng.randint(1, 28)}0{rng.randint(1, 4)}室"


def _phone(rng: Random, block: str) -> str:
    return f"{block}{rng.randrange(10_000):04d}"
