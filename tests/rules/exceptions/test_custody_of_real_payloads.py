"""The chains of custody of third parties' payloads, read where they lie beside the project; without them, nothing."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.feeds.registry import translate
from rules.exceptions.custody import chain_of_custody
from rules.exceptions.presumption import presumption
from rules.tracking.identity import event_id
from schemas.custody import Custody, CustodyEvent, GapKind, HolderKind, ResponsibleParty
from schemas.exceptions import ExceptionType
from schemas.tracking import TrackingRecord

FEEDS = Path(__file__).parents[4] / "shared" / "feeds"
FORMATS = (
    "kuaidi100_push", "kuaidi100_query", "kdniao_push", "kdniao_track", "sf_route_push", "sf_route_json",
    "sf_route_xml", "ems_cn_xml", "aftership", "17track_v1", "17track_v2", "easypost_event", "easypost_tracker",
)  # fmt: skip
PAYLOADS = sorted(
    f"{format_}/{path.name}"
    for format_ in FORMATS
    if (FEEDS / format_).is_dir()
    for path in (FEEDS / format_).iterdir()
)
DAYS_LATER = timedelta(days=4)
S, K, P = HolderKind.STATION, HolderKind.COURIER, HolderKind.PICKUP_POINT

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)


def logged(record: TrackingRecord) -> CustodyEvent | None:
    """Give the event that the log would hold of a record, or None where it would be refused."""
    named = event_id(record)
    if named is None or record.occurred_at is None:
        return None
    return CustodyEvent(
        event_id=str(named),
        occurred_at=record.occurred_at,
        sequence=record.sequence,
        event=record.event,
        reason=record.reason.value if record.reason else "",
        understood=record.confidence != "unknown",
        location=record.location,
        carrier=record.carrier,
        text=record.raw_text,
    )


def logs(path: str) -> dict[str, list[CustodyEvent]]:
    """Translate a payload into the logs of its waybills."""
    found: dict[str, list[CustodyEvent]] = {}
    for record in translate(Path(path).parent.name, (FEEDS / path).read_bytes()).records:
        event = logged(record)
        if event is not None:
            found.setdefault(record.waybill, []).append(event)
    return found


def custody_of(path: str, waybill: str) -> Custody:
    log = logs(path)[waybill]
    return chain_of_custody(log, now=max(event.occurred_at for event in log) + DAYS_LATER)


class TestAnyPayload:
    @pytest.mark.parametrize("path", PAYLOADS)
    def test_has_the_same_chain_told_backwards_and_twice(self, path):
        for log in logs(path).values():
            now = max(event.occurred_at for event in log) + DAYS_LATER

            assert chain_of_custody([*reversed(log), *log], now=now) == chain_of_custody(log, now=now)

    @pytest.mark.parametrize("path", PAYLOADS)
    def test_names_stations_and_no_telephone_numbers(self, path):
        for waybill in logs(path):
            custody = custody_of(path, waybill)
            said = custody.model_dump_json() + presumption(custody, type_=ExceptionType.LOST).model_dump_json()

            assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", said.replace(waybill, ""))

    def test_there_is_one(self):
        assert len(PAYLOADS) > 20


class TestKnownChain:
    @pytest.mark.parametrize(
        ("path", "waybill", "holders"),
        [
            pytest.param(
                "kuaidi100_query/slince_sf_ascending.json", "121231231231",
                [(S, "郑州市郑东新区晖达新领地营业点"), (S, "郑州新郑集散中心"), (S, "南京江宁集散中心"),
                 (S, "南京江宁金箔路营业部"), (K, "南京江宁金箔路营业部"), (HolderKind.CONSIGNEE, "")],
                id="brackets in the words",
            ),
            pytest.param(
                "kdniao_track/zto_wrapped_int_codes.json", "73190553102532",
                [(S, "外高桥北部"), (S, "上海浦东中心"), (S, "昆常转运中心"), (S, "常熟天下淘宝四"),
                 (K, "常熟天下淘宝四"),
                 (P, "丰巢的索特传动设备西门丰巢柜2号柜(丰巢智能快递柜)"),
                 (HolderKind.CONSIGNEE, "丰巢的索特传动设备西门丰巢柜2号柜(丰巢智能快递柜)")],
                id="a city in the place, the station in the words, and a locker",
            ),
            pytest.param(
                "kdniao_push/push_2_waybills_2015.json", "5042260943004",
                [(S, "深圳市横岗速递营销部"), (S, "广东速递物流公司广航中心处理中心"), (S, "北京黄村转运站处理中心"),
                 (S, "廊坊市处理中心")],
                id="no brackets and no place",
            ),
        ],
    )  # fmt: skip
    def test_is_read(self, path, waybill, holders):
        assert [(holding.kind, holding.place) for holding in custody_of(path, waybill).holdings] == holders

    @pytest.mark.parametrize(
        ("path", "waybill", "kind", "place"),
        [
            ("kdniao_push/push_2_waybills_2015.json", "5042260943004", GapKind.SENT_NOT_RECEIVED, "廊坊市处理中心"),
            (
                "kuaidi100_query/zto_out_for_delivery_state0.json",
                "434017443551",
                GapKind.OUT_NOT_SIGNED,
                "莆田秀屿二部",
            ),
            ("easypost_tracker/ez_in_transit.json", "EZ2000000002", GapKind.RECEIVED_NOT_SENT, "Radnor, PA, US"),
        ],
    )
    def test_that_ends_in_the_middle_has_its_open_gap_and_a_presumption(self, path, waybill, kind, place):
        custody = custody_of(path, waybill)
        found = presumption(custody, type_=ExceptionType.LOST)

        assert custody.open_gap is not None
        assert (custody.open_gap.kind, custody.open_gap.place) == (kind, place)
        assert found.holder is not None
        assert (found.party, found.holder.place) == (ResponsibleParty.CARRIER, place)

    @pytest.mark.parametrize(
        ("path", "waybill"),
        [
            ("kuaidi100_query/slince_sf_ascending.json", "121231231231"),
            ("sf_route_json/route_wrapped.json", "802498488925"),
            ("kdniao_track/zto_wrapped_int_codes.json", "73190553102532"),
        ],
    )
    def test_of_a_carrier_that_scans_everything_has_no_gap(self, path, waybill):
        assert custody_of(path, waybill).gaps == ()

    def test_that_is_at_two_cities_in_one_second_presumes_nothing(self):
        custody = custody_of("sf_route_push/route_push_doc.json", "SF7444400031887")

        assert [gap.kind for gap in custody.contradictions] == [GapKind.RECEIVED_TWICE]
        assert presumption(custody, type_=ExceptionType.LOST).party is ResponsibleParty.UNKNOWN

    def test_of_milestones_alone_does_not_doubt_the_signature(self):
        assert custody_of("sf_route_json/karrio_routeResps.json", "SF1011603494291").gaps == ()
