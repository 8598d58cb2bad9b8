"""What a complaint in free text is about: its type from the words, and the number of its parcel (R4, R33).

A guess is where a person begins, never what he decides: what no word tells is OTHER, and what says the opposite is no
word at all (没有破损).
"""

import re

from schemas.complaints import ComplaintType

WORDS: tuple[tuple[ComplaintType, str, str], ...] = (
    (
        ComplaintType.FALSE_SIGN,
        "虚假签收|未收到.{0,12}签收|没收到.{0,12}签收|没有收到.{0,12}签收|签收.{0,12}(?:没收到|未收到|没有收到)|被签收|冒签|未经.{0,6}签收",
        r"false(?:ly)? sign|marked (?:as )?delivered|shows? (?:as )?(?:delivered|signed)|signed for by (?:some|no)",
    ),
    (
        ComplaintType.MISDELIVERY,
        "送错|投错|错投|错送|错发|错派|发错|送到别人|别人家",
        r"misdeliver\w*|wrong (?:address|house|person|city|parcel|item)",
    ),
    (
        ComplaintType.SHORT,
        "短少|少件|缺件|少了|少发|内件不符|空包|数量不对",
        r"(?:contents?|items?|pieces?)\b.{0,20}\bmissing|missing (?:contents?|items?|pieces?)|incomplete|empty box",
    ),
    (
        ComplaintType.DAMAGE,
        "破损|损坏|摔坏|摔碎|碎了|压坏|压扁|变形|漏液|泡水|受潮|打湿",
        r"damag\w*|broken|smashed|crushed|leak\w*|cracked",
    ),
    (
        ComplaintType.LOSS,
        "丢失|丢件|遗失|弄丢|找不到|下落不明|不见了",
        r"\blost\b|went missing|disappeared|cannot be found|stolen",
    ),
    (
        ComplaintType.ATTITUDE,
        "态度|辱骂|骂人|骂我|威胁|恶劣|不耐烦|挂断电话|挂我电话",
        r"rude\w*|attitude|insult\w*|shout\w*|impolite|threat\w*|swore",
    ),
    (
        ComplaintType.FEE,
        "乱收费|多收|收费|运费|加价|额外.{0,4}费|保管费|到付",
        r"overcharg\w*|\bfees?\b|\bcharged?\b|surcharge|invoice",
    ),
    (
        ComplaintType.DELAY,
        "延误|迟迟|太慢|晚到|超时|还没到|一直没到|没有送到|未送达|不派送|没派送|催件|没有更新|未收到|没收到|没有收到",
        r"delay\w*|\blate\b|not (?:yet )?(?:arrived|delivered|received)|overdue|still waiting|no update",
    ),
)
"""The words of each type, Chinese and English; the row that stands first holds where several say something."""

_WORDED = tuple((type_, re.compile(chinese), re.compile(english, re.IGNORECASE)) for type_, chinese, english in WORDS)
_NOT_BEFORE = re.compile(
    r"(?:没有|没|未|并无|无|不是|并非|\bnot|\bno|\bnever|\bwithout|n't)(?:\s*(?:any|been|been any))?\s*$"
)
_NOT_SPAN = 12

_LABELLED = re.compile(
    r"(?:运单号?|快递单号?|面单号?|单号|waybill|tracking|parcel|shipment)"
    r"(?:\s*(?:number|no\.?|id))?\s*(?:是|为|is)?\s*[:：#]?\s*"
    r"([A-Z]{0,4}[0-9]{8,20}[A-Z]{0,2})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![A-Za-z0-9])([A-Z]{0,4}[0-9]{10,20}[A-Z]{0,2})(?![A-Za-z0-9])")
_MOBILE = re.compile(r"(?:0{0,2}86)?1[3-9][0-9]{9}")


def type_in(text: str) -> ComplaintType:
    """Guess what is complained of; OTHER where no word says it."""
    for type_, *patterns in _WORDED:
        for pattern in patterns:
            if any(not _is_denied(text, found.start()) for found in pattern.finditer(text)):
                return type_
    return ComplaintType.OTHER


def _is_denied(text: str, start: int) -> bool:
    """Say whether what stands there is said not to be: 没有破损, not damaged."""
    return _NOT_BEFORE.search(text[max(0, start - _NOT_SPAN) : start].lower()) is not None


def waybill_in(text: str) -> str:
    """Find the number of the parcel: one that is called so, else the only one that can be one; else none."""
    if labelled := _LABELLED.search(text):
        return labelled[1].upper()
    bare = {number for number in _BARE.findall(text) if not _MOBILE.fullmatch(number)}
    return bare.pop() if len(bare) == 1 else ""
