"""At which station a scan was made and where it says the parcel goes, read from its words and its place.

Carriers write the station into the text and give the city, the station or nothing as the place. Belongs here: naming
stations and telling two apart. Does not belong here: which city a text means (`places`), or what a scan proves.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rules.privacy import mask_phones
from rules.tracking.divisions import CITIES_OF, PROVINCE_OF
from rules.tracking.places import place_of

STATION_NAME_MAX = 60
WORDS_READ_MAX = 3  # where nothing stands in brackets: what follows the first words is courtesy, and names nobody
NAMES_KEPT = 20_000  # a carrier's stations are few beside its parcels

_HUBS = "转运中心|中转部|中转场|分拨中心|分拨点|集散中心|集散点|集配站|处理中心|枢纽"
_SUFFIX = (
    f"(?:{_HUBS}|分公司|公司|网点|营业点|营业部|营业所|营销部|揽投部|揽投站|投递部|寄存点|分部|仓库|驿站|"
    "[二三四五六七八九十0-9]部|北部|南部|东部|西部|中心|门市部|服务站|站点|代理点|站|部)"
)
_STATION = re.compile(f"[\u4e00-\u9fff0-9A-Za-z]+{_SUFFIX}")
_NAMELESS = re.compile(_SUFFIX)
_TOWARDS = re.compile(r"(?:发往|下一站|转运目的地|送往|运往|(?<!请)前往|寄往)[：:\s-]*")
_COMES_FROM = re.compile("上级站点.*")
_BRACKETED = re.compile(rf"[【\[]([^【】\[\]]{{2,{STATION_NAME_MAX}}})[】\]]")
_BETWEEN = re.compile(r"[\s，,。：:；;（）()\-—【】\[\]]+")
_BEFORE_NAME = re.compile(
    "^(?:您的)?(?:快件|包裹|邮件|货物)?(?:已经|已|将|正)?(?:到达|抵达|离开|送达|滞留|暂存|存放|留存|返回|退回|退至|由|在|从|至|到)*"
)
_NO_NAME = ("请", "如", "预计", "问题件", "派送不成功", "就近")
_DIGITS = re.compile(r"\d{5}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_HUB_ENDING = re.compile(rf"(?:{_HUBS})(?:公司)?$")
_PERSON_NAME_MAX = 3


class Stations(NamedTuple):
    """The station of a scan and the one it names as the next; empty where nothing says."""

    here: str
    towards: str = ""


def stations_of(*, location: str, text: str) -> Stations:
    """Read the two stations of a scan. A station in the text is exacter than a city in the place."""
    before, *after = _TOWARDS.split(_COMES_FROM.sub("", text))
    here = _named_in(before) or mask_phones(location.strip())
    return Stations(here, _named_in(after[-1]) if after else "")


@lru_cache(maxsize=NAMES_KEPT)
def is_station(name: str) -> bool:
    """Say whether a name is that of a station, and not only a city, a district or nothing.

    Names in other scripts count as stations: none is known to be coarser than another.
    """
    if not name:
        return False
    return not _CHINESE.search(name) or bool(_STATION.search(name)) or place_of(name).city not in PROVINCE_OF


def is_elsewhere(one: str, other: str) -> bool:
    """Say whether two names are certainly of two places. A city says nothing against a station in it."""
    if not one or not other or _key(one) == _key(other):
        return False
    return (is_station(one) and is_station(other)) or are_other_cities(one, other)


def are_other_cities(one: str, other: str) -> bool:
    """Say whether two places lie in two cities that are both known."""
    here, there = place_of(one).city, place_of(other).city
    return here != there and here in PROVINCE_OF and there in PROVINCE_OF


@lru_cache(maxsize=NAMES_KEPT)
def _key(name: str) -> str:
    """Spell a station in one way: 浙江临海中转部 and 临海转运中心公司 are one."""
    bare = _BETWEEN.sub("", name).casefold()
    province = next((province for province in CITIES_OF if bare.startswith(province) and bare != province), "")
    return _HUB_ENDING.sub("#", bare.removeprefix(province).removeprefix("省"))


def _named_in(words: str) -> str:
    """Find the station that a part of a text names: one in brackets, else a word that ends as stations do."""
    bracketed = [name.strip() for name in _BRACKETED.findall(words) if _may_be_place(name.strip())]
    found = bracketed or list(_unbracketed(words))
    return next((name for name in found if is_station(name)), found[0] if found else "")


def _may_be_place(name: str) -> bool:
    """Keep numbers to collect a parcel by, telephone numbers, and what may be a person's name out of it."""
    if _DIGITS.search(name) or not _CHINESE.search(name):
        return False
    return len(name) > _PERSON_NAME_MAX or bool(_STATION.search(name)) or place_of(name).city in PROVINCE_OF


def _unbracketed(words: str) -> Iterator[str]:
    city = ""
    for chunk in _BETWEEN.split(words)[:WORDS_READ_MAX]:
        word = _BEFORE_NAME.sub("", chunk, count=1)
        if word.startswith(_NO_NAME):
            continue
        if _NAMELESS.fullmatch(word) and city:
            yield f"{city}{word}"
        elif (found := _STATION.match(word)) and not _NAMELESS.fullmatch(found[0]) and _may_be_place(found[0]):
            yield found[0][:STATION_NAME_MAX]
        elif word.removesuffix("市") in PROVINCE_OF:
            city = word
            yield word
