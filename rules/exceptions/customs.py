"""Which customs office holds a parcel (R6, R92): what cases are grouped by, to see one office's problems as one.

The names are those of the 42 offices directly under the General Administration of Customs. An office that is none of
them keeps the name that it was written with.
"""

import re
from collections.abc import Iterable

from rules.tracking.fold import standing
from rules.tracking.places import place_of
from schemas.custody import CustodyEvent
from schemas.tracking import SIGNALS, Event

OFFICES: dict[str, str] = {
    "北京": "Beijing", "天津": "Tianjin", "石家庄": "Shijiazhuang", "太原": "Taiyuan", "呼和浩特": "Hohhot",
    "满洲里": "Manzhouli", "大连": "Dalian", "沈阳": "Shenyang", "长春": "Changchun", "哈尔滨": "Harbin",
    "上海": "Shanghai", "南京": "Nanjing", "杭州": "Hangzhou", "宁波": "Ningbo", "合肥": "Hefei", "福州": "Fuzhou",
    "厦门": "Xiamen", "南昌": "Nanchang", "青岛": "Qingdao", "济南": "Jinan", "郑州": "Zhengzhou", "武汉": "Wuhan",
    "长沙": "Changsha", "广州": "Guangzhou", "深圳": "Shenzhen", "拱北": "Gongbei", "汕头": "Shantou",
    "黄埔": "Huangpu", "江门": "Jiangmen", "湛江": "Zhanjiang", "南宁": "Nanning", "海口": "Haikou",
    "重庆": "Chongqing", "成都": "Chengdu", "贵阳": "Guiyang", "昆明": "Kunming", "拉萨": "Lhasa", "西安": "Xi'an",
    "兰州": "Lanzhou", "西宁": "Xining", "银川": "Yinchuan", "乌鲁木齐": "Urumqi",
}  # fmt: skip

_CHINESE_OFFICE = re.compile(r"([\u4e00-\u9fff]{2,16}?)(?:进口|出口)?海关")
_LEADING_WORDS = re.compile(r"^.*(?:到达|抵达|送交|移交|提交|离开|已由|已被|现被|被|由|在|于|至|因|给)")
_ENGLISH_OFFICE = re.compile(r"\b((?:[A-Z][\w'’.-]* ){1,4})[Cc]ustoms\b")
_NO_NAME = frozenset(
    {
        "进口", "出口", "当地", "目的地", "目的国", "口岸", "快件", "中国", "进境", "出境", "等待", "正在",
        "the", "import", "export", "local", "by", "at", "in",
    }
)  # fmt: skip


def _plain(english: str) -> str:
    """Write an English name as it is looked for."""
    return english.replace("'", "").replace("’", "").casefold()


_BY_ENGLISH = {_plain(english): chinese for chinese, english in OFFICES.items()}


AT_CUSTOMS = frozenset({Event.CUSTOMS_PENDING, Event.CUSTOMS_HELD})


def office_holding(events: Iterable[CustodyEvent]) -> str:
    """Name the office by the newest event of a parcel's log that says that customs has it, else by the newest scan.

    Empty when the log tells of no place.
    """
    scans = [event for event in standing(events) if event.understood and event.event not in SIGNALS]
    at_customs = [event for event in scans if event.event in AT_CUSTOMS]
    for event in (at_customs or scans)[-1:]:
        return customs_office(location=event.location, text=event.text)
    return ""


def office_in_english(office: str) -> str:
    """Name an office to those who read English; one that no table knows keeps its name."""
    known = OFFICES.get(office.removesuffix("海关"))
    return f"{known} Customs" if known else office


def customs_office(*, location: str, text: str = "") -> str:
    """Name the office from what an event says of itself: as its text or place names it, else by the city of its place.

    A place whose city has no office of its name stands for itself; empty when nothing is known.
    """
    named = _named_in(text) or _named_in(location)
    if named:
        return named
    cities = (place_of(location).name, *(part.strip() for part in location.split(",")))
    known = next((office for city in cities if (office := _known(city))), "")
    return f"{known}海关" if known else location.strip()


def _named_in(text: str) -> str:
    """Read the name of an office that a text spells out, without the words that lead up to it."""
    for found in _CHINESE_OFFICE.finditer(text):
        name = _LEADING_WORDS.sub("", found[1])
        starts = [name.index(office) for office in OFFICES if office in name]
        name = name[min(starts, default=0) :]
        if name not in _NO_NAME:
            return f"{name}海关"
    for found in _ENGLISH_OFFICE.finditer(text):
        name = found[1].strip()
        if name.split()[-1].casefold() in _NO_NAME:
            continue
        known = _known(name)
        return f"{known}海关" if known else f"{name} Customs"
    return ""


def _known(city: str) -> str:
    """Give the Chinese name of a city that an office is called by."""
    return city if city in OFFICES else _BY_ENGLISH.get(_plain(city), "")
