"""The sample day as the feeds' adapters understand it: every record, and every scan as what its story means."""

from collections import defaultdict
from typing import Any

import pytest

from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import translate
from deployments.sample_day import SampleDay
from deployments.sample_day.scans import SCANS, Scan
from rules.exceptions.triggers import ARRIVED, type_opened_by
from rules.tracking.identity import event_id
from schemas.tracking import Event, TrackingRecord

# Stages of one way: a code for "under way" may leave open which of them it is.
UNDER_WAY = frozenset(
    {Event.IN_TRANSIT, Event.ARRIVED_HUB, Event.DEPARTED_HUB, Event.ARRIVED_DEST_CITY, Event.ARRIVED_OUTLET}
)

# Kuaidi100's state of a parcel without status codes: signed for, which leaves open by whom.
SIGNED_BY_ANYBODY = ("3", Event.DELIVERED)


@pytest.fixture(scope="module")
def by_scan(day: SampleDay, clean: list[Any]) -> dict[Scan, list[TrackingRecord]]:
    """The usable records under the scan that they tell of."""
    scans = {(event.waybill, event.at): event.scan for telling in day.tellings for event in telling.events}
    told = defaultdict(list)
    for record in (understood.record for understood in clean):
        told[scans[record.waybill, record.occurred_at]].append(record)
    return told


def opened_by(event: Event, reason: str | None) -> str | None:
    return type_opened_by(event, reason or "")


class TestTranslation:
    def test_finds_every_record(self, day: SampleDay, translated: list[Any]) -> None:
        assert len(translated) == day.expected.total.records

    def test_leaves_as_many_unusable_as_were_spoilt(
        self, day: SampleDay, translated: list[Any], clean: list[Any]
    ) -> None:
        assert len(translated) - len(clean) == day.expected.total.malformed_records

    def test_tells_as_many_events_apart_as_there_are(self, day: SampleDay, clean: list[Any]) -> None:
        assert len({event_id(understood.record) for understood in clean}) == day.expected.total.new_events

    def test_knows_every_code_and_text_except_the_unknown_codes(
        self, day: SampleDay, clean: list[Any], by_scan: dict[Scan, list[TrackingRecord]]
    ) -> None:
        records = [understood.record for understood in clean]
        unknown = {event_id(record) for record in records if record.confidence == "unknown"}

        assert unknown == {event_id(record) for record in by_scan[Scan.UNKNOWN_CODE]}
        assert len(unknown) == day.expected.unknown_codes

    def test_cannot_read_the_push_without_an_envelope(self, day: SampleDay) -> None:
        stray = next(post for post in day.posts if post.refusal == "no envelope")

        with pytest.raises(UnreadableEnvelope):
            translate("kuaidi100_push", stray.body)


class TestScans:
    @pytest.mark.parametrize("scan", [scan for scan in Scan if SCANS[scan].event not in UNDER_WAY], ids=str)
    def test_are_understood_as_what_they_mean(self, by_scan: dict[Scan, list[TrackingRecord]], scan: Scan) -> None:
        meant = SCANS[scan]
        wanted = opened_by(meant.event, meant.reason) or meant.event

        readings = {
            (opened_by(record.event, record.reason) or record.event, record.raw_code, record.raw_text)
            for record in by_scan[scan]
            if meant.event not in ARRIVED or (record.raw_code, record.event) != SIGNED_BY_ANYBODY
        }

        assert readings
        assert not [reading for reading in readings if reading[0] != wanted]

    @pytest.mark.parametrize("scan", [scan for scan in Scan if SCANS[scan].event in UNDER_WAY], ids=str)
    def test_on_the_way_are_understood_as_moving(self, by_scan: dict[Scan, list[TrackingRecord]], scan: Scan) -> None:
        readings = {(record.event, record.raw_code, record.raw_text) for record in by_scan[scan]}

        assert readings
        assert not [reading for reading in readings if reading[0] not in UNDER_WAY]
