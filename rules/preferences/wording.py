"""What the outlet is told before it delivers: what this customer asks for, without who he is (R65, R111, R114)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rules.exceptions.wording import Message
from rules.preferences.goods import LOCKER_RULES
from rules.privacy import mask_name, mask_phones
from schemas.preferences import (
    CallFirst,
    DeclaredPreference,
    InspectFaceToFace,
    LearnedTimes,
    NeverLocker,
    Place,
    PreferenceKind,
    TimeWindow,
    TimeWindows,
    Weekday,
)  # fmt: skip

DAYS: dict[Weekday, str] = dict(zip(Weekday, "一二三四五六日", strict=True))
OWED_FOR = {"fresh": ("生鲜", "fresh"), "valuable": ("贵重物品", "valuable")}
Line = tuple[str, str]
"""The same in Chinese and in English."""


def dispatch_advice(
    waybill: str,
    standing: Mapping[PreferenceKind, DeclaredPreference],
    *,
    owed_for: str = "",
    learned: Sequence[LearnedTimes] = (),
    consignee_name: str = "",
) -> Message:
    """Tell the outlet what is asked for; the consignee's name and any phone number in his words are masked.

    Learned times are named only where none are declared.
    """
    lines = [line for entry in standing.values() for line in _asked(entry, consignee_name)]
    lines += [_goods_line(owed_for)] if owed_for else []
    lines += [] if PreferenceKind.TIME_WINDOW in standing else [_learned_line(times) for times in learned]
    numbered = list(enumerate(lines, start=1))
    chinese = "".join(f"\n{number}. {line[0]}" for number, line in numbered)
    english = "".join(f"\n{number}. {line[1]}" for number, line in numbered)
    return Message(
        subject=f"运单 {waybill} 派送要求 / how to deliver {waybill}",
        body=f"运单 {waybill} 派送前请注意：{chinese}\nBefore you deliver {waybill}, please note:{english}",
    )


def withdrawn_advice(waybill: str) -> Message:
    """Tell the outlet that what it was told of a parcel no longer holds."""
    return Message(
        subject=f"运单 {waybill} 派送要求已取消 / wishes withdrawn",
        body=f"运单 {waybill} 此前告知的客户派送要求已取消，请按常规派送。\n"
        f"What you were told of {waybill} no longer holds: deliver it as usual.",
    )


def _asked(entry: DeclaredPreference, consignee_name: str) -> Iterator[Line]:
    match entry.preference:
        case Place(place=place):
            where = _without_names(place, consignee_name)
            yield f"放置地点：{where}", f"leave it at: {where}"
        case TimeWindows(windows=windows):
            yield (
                f"派送时间：{'；'.join(map(_window_zh, windows))}",
                f"deliver between: {'; '.join(map(_window_en, windows))}",
            )
        case CallFirst():
            yield "派送前先打电话", "call before you come"
        case NeverLocker():
            yield "不要放快递柜", "never put it into a locker"
        case InspectFaceToFace():
            yield "须等客户当面拆开检查", "wait while the customer opens and inspects it"


def _without_names(text: str, consignee_name: str) -> str:
    masked = mask_phones(" ".join(text.split()))
    return masked.replace(consignee_name, mask_name(consignee_name)) if consignee_name else masked


def _window_zh(window: TimeWindow) -> str:
    return f"周{''.join(DAYS[day] for day in Weekday if day in window.days)} {_clock(window)}"


def _window_en(window: TimeWindow) -> str:
    return f"{_days_en(window.days)} {_clock(window)}"


def _days_en(days: Iterable[Weekday]) -> str:
    named = set(days)
    return ", ".join(day.value.capitalize() for day in Weekday if day in named)


def _clock(window: TimeWindow | LearnedTimes) -> str:
    return f"{window.start:%H:%M}–{window.until:%H:%M}"


def _goods_line(owed_for: str) -> Line:
    chinese, english = OWED_FOR[owed_for]
    return (
        f"{chinese}：须等客户当面拆开检查，不得投快递柜（{LOCKER_RULES}）",
        f"{english} goods: wait while the customer opens and inspects them; no locker",
    )


def _learned_line(times: LearnedTimes) -> Line:
    """Write a learned time as what it is: a hint from so many deliveries."""
    days = "".join(DAYS[day] for day in times.days)
    return (
        f"参考（由 {times.deliveries} 次签收推算，非客户要求）：周{days} 多在 {_clock(times)} 签收",
        f"learned from {times.deliveries} deliveries, not asked for: {_days_en(times.days)} mostly {_clock(times)}",
    )
