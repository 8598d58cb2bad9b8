"""Made-up Kuaidi100 pushes in bulk, for the benches that measure how much can be taken in. Nothing is measured here."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from random import Random

FORMAT = "kuaidi100_push"
RECORDS = 10
"""Records in one push."""
UNREADABLE_TIME_EVERY = 100
"""Of so many records one has a time that cannot be read, so that quarantine has its share of the work."""
CARRIER_ZONE = timezone(timedelta(hours=8))

_JOURNEY = (
    ("103", "已揽收", "【{start}】的{courier}（{phone}）已收取快件"),
    ("0", "在途", "快件离开【{start}】，已发往【{hub}】"),
    ("1002", "干线", "快件到达【{hub}】"),
    ("0", "在途", "快件离开【{hub}】，已发往【{end}】"),
    ("1001", "到达派件城市", "快件到达【{end}】"),
    ("5", "派件", "【{outlet}】的{courier}（{phone}）正在派件，请保持电话畅通"),
    ("206", "无法联系", "【{outlet}】派件不成功，原因：电话无人接听，将再次派送"),
    ("5", "派件", "【{outlet}】的{courier}（{phone}）再次派件"),
    ("501", "投柜或驿站", "快件已存放至【{outlet}】门口的快递柜，请及时取件"),
    ("304", "投柜或站签收", "快件已从快递柜取出，签收完成"),
)  # fmt: skip
_CITIES = ("广州", "杭州", "成都", "武汉", "西安", "郑州", "长沙", "青岛")
_COURIERS = ("张三", "李四", "王五", "赵六")


def pushes(rows: int, *, seed: int, now: datetime) -> Iterator[bytes]:
    """Give pushes that hold so many records in all, each about a parcel of its own, newest record first."""
    rng = Random(seed)
    for number in range(0, rows, RECORDS):
        yield _push(number, min(RECORDS, rows - number), rng, now)


def _push(number: int, records: int, rng: Random, now: datetime) -> bytes:
    start, hub, end = rng.sample(_CITIES, 3)
    words = {
        "start": f"{start}示例城东网点",
        "hub": f"{hub}转运中心",
        "end": f"{end}转运中心",
        "outlet": f"{end}示例城西网点",
        "courier": rng.choice(_COURIERS),
        "phone": f"199{rng.randrange(10**8):08d}",
    }
    begun = now - timedelta(hours=records * 6, seconds=rng.randrange(36_000))
    told = [
        _record(place, words, begun + timedelta(hours=place * 6, seconds=rng.randrange(3600)), number + place)
        for place in range(records)
    ]
    answer = {"message": "ok", "nu": f"7730{number:010d}", "ischeck": "1", "com": "shentong", "status": "200",
              "state": "3", "condition": "F00", "data": told[::-1]}  # fmt: skip
    push = {"status": "shutdown", "billstatus": "check", "message": "", "lastResult": answer}
    return json.dumps(push, ensure_ascii=False, separators=(",", ":")).encode()


def _record(place: int, words: dict[str, str], at: datetime, number: int) -> dict[str, str]:
    code, name, text = _JOURNEY[place]
    written = "昨天" if number % UNREADABLE_TIME_EVERY == 0 else f"{at.astimezone(CARRIER_ZONE):%Y-%m-%d %H:%M:%S}"
    return {
        "time": written,
        "ftime": written,
        "context": text.format(**words),
        "status": name,
        "statusCode": code,
        "areaCode": "CN000000000000",
        "areaName": words["start" if place < 2 else "hub" if place < 4 else "end"][:2],
    }


def received_at() -> datetime:
    """Give the time at which all of them reach the inbox."""
    return datetime.now(UTC)
