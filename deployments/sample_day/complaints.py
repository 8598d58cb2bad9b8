"""What the day's customers complain of: through every channel, some twice, some not in full, some about no parcel.

Who complains is the consignee of a parcel in trouble, as the State Post Bureau's mix of the day has it. How a complaint
is handled is nothing that is made up here.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from deployments.sample_day.clock import CHINA
from deployments.sample_day.plots import Complaint
from deployments.sample_day.telling import Telling

PATH = "/complaints"
COMPLAINING_SHARE = 0.12  # of the parcels in trouble
TOLD_AGAIN_EVERY = 9
"""Every so many complaints somebody tells the same once more, ..."""
INCOMPLETE_EVERY = 14
"""... leaves something out, ..."""
SENT_TWICE_EVERY = 11
"""... or is sent twice by the system that took it."""

CHANNELS = {
    "hotline": 30, "ivr": 5, "website": 8, "app": 14, "email": 5, "sms": 3, "wechat": 12, "online_chat": 8,
    "social_media": 3, "outlet": 5, "at_the_door": 3, "courier_note": 2, "platform": 2,
}  # fmt: skip
"""Channel -> share. The regulator's come with their appeals."""

TYPES: dict[Complaint, dict[str, int]] = {
    Complaint.LOST_OR_SHORT: {"LOSS": 3, "SHORT": 1},
    Complaint.DAMAGE: {"DAMAGE": 1},
    Complaint.DELAY: {"DELAY": 1},
    Complaint.DELIVERY_SERVICE: {"MISDELIVERY": 2, "FALSE_SIGN": 1, "ATTITUDE": 2},
}
WORDS: dict[str, tuple[str, str]] = {
    "LOSS": ("快件好几天没有消息，网点说找不到", "找到快件，找不到请赔偿"),
    "SHORT": ("打开后发现少了东西", "补寄或赔偿"),
    "DAMAGE": ("收到时外箱破了，里面的东西坏了", "赔偿损失"),
    "DELAY": ("说好的时间没有送到", "尽快送到并说明原因"),
    "MISDELIVERY": ("送到了别人家", "把快件追回来送给我"),
    "FALSE_SIGN": ("显示已签收，可是没有人给我送过", "把快件送来"),
    "ATTITUDE": ("派件员在电话里态度很差", "道歉"),
    "FEE": ("多收了我的包装费", "退还多收的费用"),
    "OTHER": ("包裹放在楼下没有通知我", "以后先打电话"),
}
"""Type -> what happened and what the customer wants."""
PAID_FOR = frozenset({"LOSS", "SHORT", "DAMAGE"})
"""Types of which half demand money."""


@dataclass(frozen=True)
class ComplaintPost:
    """One post to the complaints' door."""

    path: str
    key: str
    body: bytes
    answer: int  # the status that it must be answered with


def complaint_posts(tellings: Sequence[Telling], *, now: datetime, rng: Random) -> list[ComplaintPost]:
    """Make up what is complained of at the end of the day, in the order in which it comes in."""
    posts: list[ComplaintPost] = []
    for number, record in enumerate(_records(tellings, now=now, rng=rng), start=1):
        key = f"sample-{now:%Y%m%d%H%M%S}-{number}"
        incomplete = number % INCOMPLETE_EVERY == 0
        if incomplete:
            record["demand"] = {"text": ""}
        first = _post(record, key, draft=incomplete, answer=202 if incomplete else 201)
        posts.append(first)
        if number % SENT_TWICE_EVERY == 0:
            posts.append(first)
        if number % TOLD_AGAIN_EVERY == 0 and not incomplete:
            again = record | {
                "channel": "hotline",
                "occurrence": record["occurrence"] | {"account": "昨天说过，还没有处理"},
            }
            posts.append(_post(again, f"{key}-again", draft=False, answer=200))
    return posts


def _post(record: dict[str, Any], key: str, *, draft: bool, answer: int) -> ComplaintPost:
    body = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    return ComplaintPost(f"{PATH}?draft=true" if draft else PATH, key, body, answer)


def _records(tellings: Sequence[Telling], *, now: datetime, rng: Random) -> Iterator[dict[str, Any]]:
    troubled = [telling for telling in tellings if telling.story.complaint is not None]
    complaining = rng.sample(troubled, round(len(troubled) * COMPLAINING_SHARE))
    channels = [*CHANNELS]  # every channel once, then by their shares
    for number, telling in enumerate(complaining):
        channel = channels[number] if number < len(channels) else rng.choices(channels, [*CHANNELS.values()])[0]
        yield _about_parcel(telling, channel, now=now, rng=rng)
    for type_ in ("FEE", "OTHER"):  # about no parcel
        yield {**_told(type_, "outlet", "钱七", f"1990004{rng.randrange(10_000):04d}", now=now, rng=rng)}


def _about_parcel(telling: Telling, channel: str, *, now: datetime, rng: Random) -> dict[str, Any]:
    parcel = telling.parcel
    shares = TYPES[telling.story.complaint] if telling.story.complaint else {"OTHER": 1}
    type_ = rng.choices([*shares], [*shares.values()])[0]
    told = _told(type_, channel, parcel.consignee, parcel.consignee_phone, now=now, rng=rng)
    told["waybill"] = parcel.waybill
    told["occurrence"]["place"] = parcel.destination_outlet
    if type_ == "ATTITUDE":
        told["subject"] = parcel.destination_outlet
        told["person"] = parcel.courier
    if type_ in PAID_FOR and rng.random() < 0.5:
        told["demand"]["amount"] = str(parcel.declared_value)
    return told


def _told(type_: str, channel: str, name: str, phone: str, *, now: datetime, rng: Random) -> dict[str, Any]:
    account, demand = WORDS[type_]
    happened = now - timedelta(hours=rng.uniform(1, 20))
    return {
        "channel": channel,
        "type": type_,
        "customer": {"name": name, "phone": phone, "relation": "consignee"},
        "occurrence": {
            "at": happened.astimezone(CHINA).isoformat(timespec="minutes"),
            "place": "示例网点",
            "account": account,
        },
        "demand": {"text": demand},
    }
