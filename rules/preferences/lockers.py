"""Whether an event says that a parcel lies in a locker: the vocabulary knows pick-up points, words say more."""

import re

from schemas.preferences import ToldEvent

LOCKER_CODES = frozenset({("sf", "125"), ("sf", "128"), ("cainiao", "POSTMAN_POST")})
"""Codes that mean a locker and nothing else; those of other namespaces mean `locker or station`."""
LOCKER_WORDS = re.compile(
    r"快递柜|智能柜|快件箱|自提柜|储物柜|寄存柜|取件柜|柜机|丰巢|蜂巢|速递易|入柜|投柜|格口|柜中|柜内"
    r"|\b(?:parcel |smart )?lockers?\b|\bpackstation\b",
    re.IGNORECASE,
)
OTHER_WORDS = re.compile(
    r"驿站|代收点|代收处|代办点|便利店|超市|合作点|门卫|物业|前台|保安|(?:未|不|没有|无法|禁止)(?:投|入|放)柜|柜(?:子)?(?:已)?满"
    r"|\b(?:shop|store|station|post office|counter)\b",
    re.IGNORECASE,
)
"""Words that name another kind of point, or say that it did not come to a locker: then nobody knows."""


def is_in_locker(event: ToldEvent) -> bool:
    """Say whether the event proves a locker; what could be a station as well proves nothing."""
    if (event.namespace, event.raw_code) in LOCKER_CODES:
        return True
    return bool(LOCKER_WORDS.search(event.raw_text)) and not OTHER_WORDS.search(event.raw_text)
