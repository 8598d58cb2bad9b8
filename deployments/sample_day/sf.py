"""SF's route pushes: up to ten routes of several parcels in one post, each node told once, as JSON or as XML."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

from deployments.sample_day.clock import written
from deployments.sample_day.malformed import JSON_ONLY, Fields
from deployments.sample_day.pushes import DAY, LATE, TIMELY, Push, Record, reported
from deployments.sample_day.scans import SCANS, Scan
from deployments.sample_day.telling import ScannedEvent, Telling

PATH = "/feeds/sf"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
FIELDS = Fields(times=("acceptTime",), text="remark", waybill="mailno", number="id")
ROUTES_PER_PUSH_MAX = 10
ROUTES_PER_PUSH_USUAL = (3, 10)
XML_SHARE = 0.25
SHUFFLED_SHARE = 0.1  # of the posts: their routes are in no order

REASON_NAMES = {
    Scan.REFUSED: "收件人拒收",
    Scan.WRONG_ADDRESS: "地址不详",
    Scan.UNREACHABLE: "无法联系收件人",
    Scan.DELIVERY_TROUBLE: "收件人不在",
    Scan.DAMAGED_AT_DELIVERY: "快件破损",
}


@dataclass(frozen=True)
class SfEnvelope:
    """A route push, in one of SF's two spellings."""

    as_xml: bool = False
    path: str = PATH
    fields: Fields = FIELDS

    @property
    def content_type(self) -> str:
        """A form when the push is XML, which travels in its field `content`."""
        return FORM if self.as_xml else JSON

    def body(self, contents: Sequence[object]) -> bytes:
        """Render the push."""
        if self.as_xml:
            return urlencode({"content": _xml(contents)}).encode()
        push = {"Body": {"WaybillRoute": contents}}
        return json.dumps(push, ensure_ascii=False, separators=(",", ":")).encode()


def sf_pushes(tellings: Sequence[Telling], *, now: datetime, rng: Random) -> list[Push]:
    """Push every route once, gathered into posts by the moment at which SF reports it."""
    routes = [(_moment(event, telling, now, rng), event) for telling in tellings for event in telling.events]
    routes.sort(key=lambda route: (route[0], route[1].waybill, route[1].number))
    pushes = []
    for wave, late in ((TIMELY, False), (LATE, True)):
        left = [(moment, event) for moment, event in routes if event.late is late]
        while left:
            count = rng.randint(*ROUTES_PER_PUSH_USUAL)
            taken, left = left[:count], left[count:]
            records = [Record(_content(event, rng), (event.waybill, event.number)) for _, event in taken]
            if rng.random() < SHUFFLED_SHARE:
                rng.shuffle(records)
            pushes.append(Push(moment=taken[-1][0], wave=wave, envelope=SfEnvelope(), records=tuple(records)))
    return pushes


def some_as_xml(pushes: Sequence[Push], *, rng: Random) -> list[Push]:
    """Spell some of the pushes as XML, where XML can carry what is in them."""
    return [
        replace(push, envelope=SfEnvelope(as_xml=True)) if _fits_xml(push) and rng.random() < XML_SHARE else push
        for push in pushes
    ]


def _fits_xml(push: Push) -> bool:
    kinds = {record.malformation for record in push.records}
    return isinstance(push.envelope, SfEnvelope) and not JSON_ONLY & kinds


def _moment(event: ScannedEvent, telling: Telling, now: datetime, rng: Random) -> datetime:
    """Say when SF reports a scan: what is older than the day comes with the day's first."""
    today = [other.at for other in telling.events if not other.late and other.at > now - DAY]
    first = min(today, default=now - DAY)
    return first if event.at <= first else min(now, reported(event.at, rng))


def _content(event: ScannedEvent, rng: Random) -> dict[str, object]:
    return {
        "mailno": event.waybill,
        "acceptAddress": event.city.name,
        "reasonName": REASON_NAMES.get(event.scan, ""),
        "orderid": f"OD{event.waybill[-12:]}",
        "acceptTime": written(event.at),
        "remark": event.text,
        "opCode": rng.choice(SCANS[event.scan].sf_codes),
        "id": f"{int(event.at.timestamp())}{event.waybill[-5:]}{event.number:02d}",
        "reasonCode": "",
    }


def _xml(contents: Sequence[object]) -> str:
    routes = "".join(f"<WaybillRoute {_attributes(content)}/>" for content in contents)
    return f'<Request service="RoutePushService" lang="zh-CN"><Body>{routes}</Body></Request>'


def _attributes(content: object) -> str:
    if not isinstance(content, dict):
        raise TypeError(f"XML has no place for a route that is {content!r}")
    return " ".join(f"{name}={quoteattr(value)}" for name, value in content.items())
