"""Which city is meant, in whatever way it is written, and how far it is from one to another."""

import re
from functools import lru_cache
from typing import NamedTuple

from rules.tracking.divisions import BEYOND_CUSTOMS, CITIES_OF, COUNTRIES, MUNICIPALITIES, PROVINCE_OF
from schemas.promises import Lane, LaneClass

REMOTE = frozenset({"新疆", "西藏", "青海", "内蒙古", "甘肃", "宁夏", "海南"})
"""Provinces that carriers' price lists commonly call remote (偏远地区): an assumption, for the product's table only."""

_BETWEEN_PARTS = re.compile(r"[\s,，、/|_-]+")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_AFTER_PROVINCE = re.compile("(?:省|(?:壮族|回族|维吾尔)?自治区|特别行政区)?")
_AFTER_MUNICIPALITY = re.compile("市?")
_NO_CITY_BEFORE = ("省", "区", "县", "路", "街")  # 朝阳区 is no part of the city 朝阳
_OTHER_NAMES = {"海南藏族自治州": "海南州"}  # whose short name is a province's
_LENGTHS = sorted({len(city) for city in PROVINCE_OF}, reverse=True)


class Place(NamedTuple):
    """A city by its short name, and its province or country where that is known."""

    province: str = ""
    city: str = ""

    @property
    def name(self) -> str:
        """Give what the place is best known by; empty when nothing is known."""
        return self.city or self.province


@lru_cache(maxsize=16_384)  # the same few thousand places are asked for again and again
def place_of(text: str) -> Place:
    """Find the city that a text means: 广州, 广州市, 广东省广州市 and 广东,广州市天河区 are one.

    A city that no table knows keeps its own name, and its province when that is written before it.
    """
    written = _BETWEEN_PARTS.sub("", text)
    if not _CHINESE.search(written):
        return Place(city=" ".join(text.split()).casefold())
    for full, short in _OTHER_NAMES.items():
        written = written.replace(full, short)
    province, rest = _split(written)
    known = _known_city(rest, of=province) if province else ""
    if not known and (whole := _known_city(written)):
        return Place(PROVINCE_OF[whole], whole)
    if province in MUNICIPALITIES:
        return Place(province, province)
    return Place(province, known or rest.partition("市")[0])


def lane_between(origin: str, destination: str) -> Lane:
    """Say which lane leads from one city to the other, and how far that is by the product's table.

    Two cities whose provinces are not both known count as lying in different ones. Names in other scripts are not
    understood: only that both are the same.
    """
    start, end = place_of(origin), place_of(destination)
    return Lane(start.name, end.name, _kind(start, end))


def crosses_a_border(origin: str, destination: str) -> bool:
    """Say whether carriage from one city to the other is international: from one country to another.

    Hong Kong, Macao and Taiwan lie beyond customs and not abroad: only another country makes it international there.
    """
    start, end = place_of(origin).province, place_of(destination).province
    return start != end and (start in COUNTRIES or end in COUNTRIES)


def _kind(start: Place, end: Place) -> LaneClass:
    if not start.name or not end.name:
        return LaneClass.UNKNOWN
    if start.city and start.city == end.city and len({start.province, end.province} - {""}) < 2:
        return LaneClass.SAME_CITY
    if not _CHINESE.search(start.name) or not _CHINESE.search(end.name):
        return LaneClass.UNKNOWN
    provinces = {start.province, end.province}
    if any(province in BEYOND_CUSTOMS or province in COUNTRIES for province in provinces):
        return LaneClass.INTERNATIONAL
    if provinces & REMOTE:
        return LaneClass.REMOTE
    return LaneClass.SAME_PROVINCE if len(provinces) == 1 and "" not in provinces else LaneClass.INTER_PROVINCE


def _split(written: str) -> tuple[str, str]:
    """Part the province or country that a text begins with from the rest."""
    for country in COUNTRIES:
        if written.startswith(country):
            return country, written.removeprefix(country)
    for province in CITIES_OF:
        if written.startswith(province):
            ending = _AFTER_MUNICIPALITY if province in MUNICIPALITIES else _AFTER_PROVINCE
            return province, ending.sub("", written.removeprefix(province), count=1)
    return "", written


def _known_city(text: str, *, of: str = "") -> str:
    """Find the known city that a text begins with, in one province or in any."""
    for length in _LENGTHS:
        city, rest = text[:length], text[length:]
        if PROVINCE_OF.get(city) and of in {"", PROVINCE_OF[city]} and not rest.startswith(_NO_CITY_BEFORE):
            return city
    return ""
