"""What a Chinese tracking text says besides what happened: standing phrases and the names of places.

"如有破损请拒收" says nothing about this parcel, and an outlet may be called "退货组". Rows of wording belong to the
other modules.
"""

import re

from adapters.feeds.chinese.clauses import GAP, PERSON, POINT

_CONSEQUENCE = f"(?:[，,]\\s*(?:请|可|敬请|务必|应|将){GAP}*)*"
_STANDING_PHRASES = tuple(
    (cue, re.compile(pattern))
    for cue, pattern in (
        ("消毒", f"{GAP}*消毒{GAP}*"),
        ("体温", f"{GAP}*体温{GAP}*"),
        ("如", f"如(?:果|有|需|您|遇|发现|未|对|包|外|收|签|无|非){GAP}*{_CONSEQUENCE}"),
        ("若", f"若(?:有|您|需|是|未|包|外|无|对|发现){GAP}*{_CONSEQUENCE}"),
        ("检查", f"(?:请|签收前){GAP}*检查[^。；;！!]*"),
        ("当面", f"请{GAP}*当面[^。；;！!]*"),
        ("费", f"(?:超时|逾期|超过){GAP}*(?:收费|费用|保管费){GAP}*"),
        ("感谢", f"感谢{GAP}*"),
        ("预计", f"预计{GAP}*"),
    )
)
_BRACKETED = re.compile(r"[【\[]([^】\]]*)[】\]]")
_WHO_RECEIVED = re.compile(f"{POINT}|{PERSON}|本人")


def essential(text: str) -> str:
    """Take out standing phrases, and from bracketed names all but what tells who or what received the parcel."""
    for cue, pattern in _STANDING_PHRASES:
        if cue in text:
            text = pattern.sub("", text)
    return _BRACKETED.sub(_essence_of_name, text) if "【" in text or "[" in text else text


def _essence_of_name(bracketed: re.Match[str]) -> str:
    name = bracketed[1]
    kept = name if len(name) <= 4 else "".join(_WHO_RECEIVED.findall(name))  # "[退回]" is a status, not a name
    return f"【{kept}】"
