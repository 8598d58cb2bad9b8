"""Whatever order payloads come in, however often and in how many batches, the states they end in are the same."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from urllib.parse import parse_qs

import pytest
from factories import NOON
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.feeds.pushing import Pushed
from adapters.feeds.registry import FORMATS
from deployments.sample_day.posts import sample_day
from rules.tracking.fold import shipment_state
from store.tracking import events
from store.unit_of_work import unit_of_work
from tasks.tracking.ingest import receive, take_in_payloads

pytestmark = pytest.mark.usefixtures("database")

PARCELS = 2_000 if os.environ.get("REDRESS_FAULTS") == "long" else 300
"""Parcels of the sample day; `redress demo` has 2,000."""

Payload = tuple[str, bytes]

STATES = text(
    "SELECT waybill, carrier, phase, last_event, last_event_at, last_location, first_scan_at, picked_up_at, "
    'delivered_at, events, troubled FROM shipment ORDER BY waybill COLLATE "C"'
)


def states() -> bytes:
    """Write out what the log says of every shipment: its state, and the troubles that nothing cured."""
    with unit_of_work() as connection:
        rows = [tuple(row) for row in connection.execute(STATES)]
        told = events.of_waybills(connection, [row[0] for row in rows])
    folded = [shipment_state(told.get(row[0], ())).model_dump_json() for row in rows]
    return repr((rows, folded)).encode()


def forget_everything() -> None:
    with unit_of_work() as connection:
        connection.execute(text("TRUNCATE event_log, shipment, shipment_promise, inbox, quarantine, batch, feed_hour"))


def take_in(batches: Sequence[Sequence[Payload]]) -> None:
    for batch in batches:
        for name, body in batch:
            receive(feed=name, format_name=name, origin="http", body=body, received_at=NOON)
        take_in_payloads.fn()


def kuaidi100(*scans: tuple[str, str, str], state: str = "0") -> bytes:
    data = [{"time": time, "ftime": time, "context": said, **({"statusCode": code} if code else {})}
            for time, code, said in scans]  # fmt: skip
    return json.dumps(
        {"message": "ok", "nu": "KD0000000001", "com": "shentong", "status": "200", "state": state, "data": data}
    ).encode()


def pushed(*scans: tuple[str, str, str], state: str = "0") -> bytes:
    return json.dumps(
        {"status": "polling", "message": "", "lastResult": json.loads(kuaidi100(*scans, state=state))}
    ).encode()


def scanned(*rows: str) -> bytes:
    header = "waybill,occurred_at,event,reason,raw_code,raw_text,location,voids"
    return "\n".join((header, *rows, "")).encode()


COLLECTED = ("2026-11-18 08:00:00", "103", "【示例城东网点】张三已收取快件")
LEFT = ("2026-11-18 20:00:00", "", "快件离开【示例转运中心】，已发往【示例城西网点】")
ARRIVED = ("2026-11-19 06:00:00", "1001", "快件到达【示例城西网点】")
BROKEN = ("2026-11-19 06:00:00", "209", "快件在【示例城西网点】外包装破损")
DAY: tuple[Payload, ...] = (
    ("kuaidi100_push", pushed(COLLECTED)),
    ("kuaidi100_push", pushed(LEFT, ("2026-11-18 08:00:00", "", COLLECTED[2]))),  # the same without its code
    ("kuaidi100_query", kuaidi100(BROKEN, ARRIVED, LEFT, COLLECTED)),
    ("kuaidi100_push", pushed(("2026-11-19 06:00:00", "", BROKEN[2]), ARRIVED, LEFT, COLLECTED, state="2")),
    ("csv", scanned("YT0000001,2026-11-19T08:00:00+08:00,PICKED_UP,,10,收件,示例网点,",
                    "YT0000001,2026-11-19T09:00:00+08:00,DELIVERED,,50,签收,示例网点,")),
    ("csv", scanned("YT0000001,2026-11-19T09:00:00+08:00,DELIVERED,,50,签收,示例网点,2026-11-19T01:00:00Z")),
    ("ndjson", b'{"waybill": "YT0000001", "occurred_at": "2026-11-19 08:00:00", "event": "PICKED_UP", "reason": "", '
               + '"raw_code": "10", "raw_text": "收件", "location": "示例网点"}\n'.encode()),
    ("csv", scanned("YT0000002,昨天,DELIVERED,,50,签收,示例网点,", "YT0000002,2026-11-19,LOSTT,,,,,")),
)  # fmt: skip


@pytest.fixture(scope="module")
def in_order() -> dict[str, bytes]:
    """Keep what the day ends in when it comes in order, once it is known."""
    return {}


class TestAnyOrder:
    @settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_ends_in_the_same_states(self, in_order: dict[str, bytes], data: st.DataObject):
        if not in_order:
            take_in([DAY])
            in_order["states"] = states()
        again = data.draw(st.lists(st.sampled_from(DAY), max_size=3))
        stream = data.draw(st.permutations([*DAY, *again]))
        cuts = sorted(data.draw(st.sets(st.integers(1, len(stream) - 1), max_size=2)))
        batches = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

        forget_everything()
        take_in(batches)

        assert states() == in_order["states"]

    def test_takes_a_retracted_delivery_back(self):
        take_in([DAY])

        with unit_of_work() as connection:
            phase = connection.execute(text("SELECT phase FROM shipment WHERE waybill = 'YT0000001'")).scalar_one()
        assert phase == "in_transit"

    def test_holds_for_a_whole_sample_day(self):
        end = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
        posts = sample_day(seed=7, parcels=PARCELS, now=end, salt="test").posts
        day = [payload for post in posts if (payload := payload_of(post.path, post.content_type, post.body))]
        shuffled = [*day, *Random(3).sample(day, len(day) // 4)]
        Random(5).shuffle(shuffled)
        third = len(shuffled) // 3

        found = []
        for batches in ([day], [shuffled[:third], shuffled[third : 2 * third], shuffled[2 * third :]]):
            forget_everything()
            take_in(batches)
            found.append(states())

        assert found[0].count(b"waybill") == 0  # the rows are values
        assert len(found[0]) > 10_000
        assert found[0] == found[1]


FEEDS = {"/feeds/kuaidi100": "kuaidi100_push", "/feeds/sf": "sf_route_push"}


def payload_of(path: str, content_type: str, body: bytes) -> Payload | None:
    """Take the payload out of a post of the sample day as the gateway does; None for what is no push it can read."""
    name = FEEDS.get(path)
    if name is None:
        return None
    fields = parse_qs(body.decode()) if "form" in content_type else {}
    form = {field: values[0] for field, values in fields.items()}
    push = FORMATS[name].push
    assert push is not None
    return name, push.payload(Pushed(body=body, form=form))
