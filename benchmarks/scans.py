"""Made-up scans of a carrier's own scanners as NDJSON, in parts of the size that a dropped file is split into."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from random import Random

from adapters.drops.splitting import PART_BYTES

FORMAT = "ndjson"
UNREADABLE_TIME_EVERY = 100
"""Of so many records one has a time that cannot be read, so that quarantine has its share of the work."""
CARRIER_ZONE = timezone(timedelta(hours=8))

_JOURNEY = (
    ("PICKED_UP", "", "10", "【{start}】的张三已收取快件"),
    ("DEPARTED_HUB", "", "20", "快件离开【{start}】，已发往【{hub}】"),
    ("ARRIVED_HUB", "", "21", "快件到达【{hub}】"),
    ("DEPARTED_HUB", "", "20", "快件离开【{hub}】，已发往【{end}】"),
    ("ARRIVED_DEST_CITY", "", "22", "快件到达【{end}】"),
    ("ARRIVED_OUTLET", "", "23", "快件到达【{outlet}】"),
    ("OUT_FOR_DELIVERY", "", "30", "【{outlet}】的李四正在派件，请保持电话畅通"),
    ("DELIVERY_FAILED", "consignee.unreachable", "41", "【{outlet}】派件不成功，原因：电话无人接听，将再次派送"),
    ("OUT_FOR_DELIVERY", "", "30", "【{outlet}】的李四再次派件"),
    ("DELIVERED", "", "50", "快件已签收，签收人：本人"),
)
_TROUBLED_EVERY = 20
"""Of so many parcels one has the failed delivery; the others were delivered at once."""
_CITIES = ("广州", "杭州", "成都", "武汉", "西安", "郑州", "长沙", "青岛")


def parts(rows: int, *, seed: int, now: datetime) -> Iterator[bytes]:
    """Give so many scans in parts, ten of a parcel where it is troubled and eight where it is not."""
    part: list[bytes] = []
    size = 0
    for line in _lines(rows, seed=seed, now=now):
        part.append(line)
        size += len(line)
        if size >= PART_BYTES:
            yield b"".join(part)
            part, size = [], 0
    if part:
        yield b"".join(part)


def _lines(rows: int, *, seed: int, now: datetime) -> Iterator[bytes]:
    rng = Random(seed)
    made = parcel = 0
    while made < rows:
        start, hub, end = rng.sample(_CITIES, 3)
        places = {
            "start": f"{start}示例城东网点", "hub": f"{hub}转运中心", "end": f"{end}转运中心",
            "outlet": f"{end}示例城西网点",
        }  # fmt: skip
        troubled = parcel % _TROUBLED_EVERY == 0
        journey = _JOURNEY if troubled else (*_JOURNEY[:7], _JOURNEY[9])
        begun = now - timedelta(hours=len(journey) * 6)
        for place, (event, reason, code, said) in enumerate(journey[: rows - made]):
            at = begun + timedelta(hours=(place + 1) * 6, seconds=-rng.randrange(3600))
            written = at.astimezone(CARRIER_ZONE).isoformat("T", "seconds")
            scan = {
                "waybill": f"66{seed:02d}{parcel:011d}",
                "occurred_at": written if made % UNREADABLE_TIME_EVERY else "昨天",
                "event": event, "reason": reason, "raw_code": code, "raw_text": said.format(**places),
                "location": places["outlet" if place > 4 else "hub"],
            }  # fmt: skip
            yield json.dumps(scan, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            made += 1
        parcel += 1
