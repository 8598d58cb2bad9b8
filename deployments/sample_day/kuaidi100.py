"""Kuaidi100's pushes: each the whole history of one parcel, newest first, signed with the agreed salt."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from urllib.parse import urlencode

from deployments.sample_day.clock import written
from deployments.sample_day.malformed import Fields
from deployments.sample_day.pushes import DAY, LATE, TIMELY, Push, Record, reported
from deployments.sample_day.scans import SCANS
from deployments.sample_day.telling import ScannedEvent, Telling

PATH = "/feeds/kuaidi100"
FORM = "application/x-www-form-urlencoded"
FIELDS = Fields(times=("time", "ftime"), text="context")
CODED_SHARE = 0.67  # of the parcels: subscribed with status codes; the rest has texts only
AREA_SHARE = 0.8
PUSHED_AT_ONCE_SHARE = 0.6  # of the day's scans; the others wait for the next push
PUSHES_PER_DAY_MAX = 4

STATUS_NAMES = {
    "0": "在途", "1": "揽收", "2": "疑难", "3": "签收", "4": "退签", "5": "派件", "6": "退回",
    "101": "已下单", "102": "待揽收", "103": "已揽收", "1001": "到达派件城市", "1002": "干线", "501": "投柜或驿站",
    "203": "拒收", "204": "派件异常", "205": "柜或驿站超时未取", "206": "无法联系", "207": "超区", "208": "滞留",
    "209": "破损", "301": "本人签收", "302": "派件异常后签收", "303": "代签", "304": "投柜或站签收",
}  # fmt: skip
UNKNOWN_STATUS_NAME = "其他"
UNDER_WAY, SIGNED, RETURNED = "0", "3", "4"


@dataclass(frozen=True)
class Kuaidi100Envelope:
    """A push about one parcel whose main state is known."""

    waybill: str
    carrier: str
    state: str
    salt: str
    path: str = PATH
    content_type: str = FORM
    fields: Fields = FIELDS

    def body(self, contents: Sequence[object]) -> bytes:
        """Render the signed form."""
        ended = self.state in {SIGNED, RETURNED}
        last_result = {
            "message": "ok",
            "nu": self.waybill,
            "ischeck": str(int(ended)),
            "com": self.carrier,
            "status": "200",
            "state": self.state,
            "condition": "F00" if ended else "00",
            "data": contents,
        }
        push = {
            "status": "shutdown" if ended else "polling",
            "billstatus": "check" if ended else "got",
            "message": "",
            "autoCheck": "0",
            "comOld": "",
            "comNew": "",
            "lastResult": last_result,
        }
        return signed_form(push, salt=self.salt)


def signed_form(push: object, *, salt: str, signed_with: str | None = None) -> bytes:
    """Render a push as Kuaidi100 posts it; `signed_with` is another salt than the agreed one."""
    param = json.dumps(push, ensure_ascii=False, separators=(",", ":"))
    told = (param + (salt if signed_with is None else signed_with)).encode()
    # MD5 is what Kuaidi100's interface asks for.
    sign = hashlib.md5(told, usedforsecurity=False).hexdigest().upper()
    return urlencode({"param": param, "sign": sign}).encode()


def kuaidi100_pushes(telling: Telling, *, now: datetime, salt: str, rng: Random) -> list[Push]:
    """Push a parcel's history several times as the day goes on, and once more for what came late."""
    coded = telling.story.name == "unknown_code" or rng.random() < CODED_SHARE
    codes = [rng.choice(SCANS[event.scan].kuaidi100_codes) for event in telling.events]
    records = [
        Record(_content(event, code if coded else None, rng), (event.waybill, event.number))
        for event, code in zip(telling.events, codes, strict=True)
    ]
    pushes = []
    for known in _pushed_lengths(telling.events, now=now, rng=rng):
        newest = telling.events[known - 1]
        envelope = Kuaidi100Envelope(
            telling.parcel.waybill, telling.parcel.carrier.code, main_state(codes[known - 1]), salt
        )
        pushes.append(
            Push(
                moment=min(now, reported(max(newest.at, now - DAY), rng)),
                wave=LATE if newest.late else TIMELY,
                envelope=envelope,
                records=tuple(reversed(records[:known])),
            )
        )
    return pushes


def main_state(code: str) -> str:
    """Find the parcel's main state from the code of its newest scan."""
    return code[0] if code in STATUS_NAMES and len(code) < 4 else UNDER_WAY


def _content(event: ScannedEvent, code: str | None, rng: Random) -> dict[str, object]:
    at = written(event.at)
    content: dict[str, object] = {"time": at, "ftime": at, "context": event.text}
    if code is None:
        return content
    with_area = rng.random() < AREA_SHARE
    return content | {
        "status": STATUS_NAMES.get(code, UNKNOWN_STATUS_NAME),
        "statusCode": code,
        "areaCode": event.city.area_code if with_area else None,
        "areaName": event.city.area_name if with_area else None,
    }


def _pushed_lengths(events: Sequence[ScannedEvent], *, now: datetime, rng: Random) -> list[int]:
    """Choose how much of the history each push tells: all of it by the end of each wave."""
    timely = sum(not event.late for event in events)
    today = [event.number + 1 for event in events if not event.late and event.at > now - DAY]
    told = [length for length in today[:-1] if rng.random() < PUSHED_AT_ONCE_SHARE][: PUSHES_PER_DAY_MAX - 1]
    lengths = [*told, timely] if timely else []
    return [*lengths, len(events)] if len(events) > timely else lengths
