"""Made-up Kuaidi100 pushes: in bulk for what can be taken in, and of parcels in trouble. Nothing is measured here."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, NamedTuple

FORMAT = "kuaidi100_push"
RECORDS = 10
"""Records in one push."""
UNREADABLE_TIME_EVERY = 100
"""Of so many records one has a time that cannot be read, so that quarantine has its share of the work."""
UNREADABLE_TIME = "昨天"
CARRIER = "shentong"
CARRIER_ZONE = timezone(timedelta(hours=8))


class Scan(NamedTuple):
    """One record of a push."""

    code: str
    name: str
    text: str


COLLECTED = Scan("103", "已揽收", "【{start}】的{courier}（{phone}）已收取快件")
DAMAGED = Scan("209", "破损", "快件在【{hub}】外包装破损，已登记")
UNREACHABLE = Scan("206", "无法联系", "【{outlet}】派件不成功，原因：电话无人接听，将再次派送")
_JOURNEY = (
    COLLECTED,
    Scan("0", "在途", "快件离开【{start}】，已发往【{hub}】"),
    Scan("1002", "干线", "快件到达【{hub}】"),
    Scan("0", "在途", "快件离开【{hub}】，已发往【{end}】"),
    Scan("1001", "到达派件城市", "快件到达【{end}】"),
    Scan("5", "派件", "【{outlet}】的{courier}（{phone}）正在派件，请保持电话畅通"),
    UNREACHABLE,
    Scan("5", "派件", "【{outlet}】的{courier}（{phone}）再次派件"),
    Scan("501", "投柜或驿站", "快件已存放至【{outlet}】门口的快递柜，请及时取件"),
    Scan("304", "投柜或站签收", "快件已从快递柜取出，签收完成"),
)
_CITIES = ("广州", "杭州", "成都", "武汉", "西安", "郑州", "长沙", "青岛")
_COURIERS = ("张三", "李四", "王五", "赵六")


def waybill(number: int) -> str:
    """Give the number of a made-up parcel."""
    return f"7730{number:010d}"


def pushes(rows: int, *, seed: int, now: datetime) -> Iterator[bytes]:
    """Give pushes that hold so many records in all, each about a parcel of its own; another seed, other parcels."""
    rng = Random(seed)
    for start in range(0, rows, RECORDS):
        scans = _JOURNEY[: min(RECORDS, rows - start)]
        unreadable = start % UNREADABLE_TIME_EVERY == 0
        content = push(waybill(seed * 10**8 + start), scans, rng=rng, now=now, unreadable=unreadable)
        yield json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def push(number: str, scans: Sequence[Scan], *, rng: Random, now: datetime, unreadable: bool = False) -> dict[str, Any]:
    """Make a push that tells what has happened to one parcel, the newest first, the last of it within the hour."""
    words = _words(rng)
    begun = now - timedelta(hours=len(scans) * 6)
    told = [
        _record(scan, words, begun + timedelta(hours=(place + 1) * 6, seconds=-rng.randrange(3600)))
        for place, scan in enumerate(scans)
    ]
    if unreadable:
        told[0] |= {"time": UNREADABLE_TIME, "ftime": UNREADABLE_TIME}
    answer = {"message": "ok", "nu": number, "ischeck": "0", "com": CARRIER, "status": "200", "state": "0",
              "condition": "00", "data": told[::-1]}  # fmt: skip
    return {"status": "polling", "billstatus": "got", "message": "", "lastResult": answer}


def _words(rng: Random) -> dict[str, str]:
    start, hub, end = rng.sample(_CITIES, 3)
    return {
        "start": f"{start}示例城东网点",
        "hub": f"{hub}转运中心",
        "end": f"{end}转运中心",
        "outlet": f"{end}示例城西网点",
        "courier": rng.choice(_COURIERS),
        "phone": f"199{rng.randrange(10**8):08d}",
    }


def _record(scan: Scan, words: dict[str, str], at: datetime) -> dict[str, str]:
    written = f"{at.astimezone(CARRIER_ZONE):%Y-%m-%d %H:%M:%S}"
    return {
        "time": written,
        "ftime": written,
        "context": scan.text.format(**words),
        "status": scan.name,
        "statusCode": scan.code,
        "areaCode": "CN000000000000",
        "areaName": words["hub"][:2],
    }
