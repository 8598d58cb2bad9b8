"""The day as a whole: the same for the same arguments, and true to its own account."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deployments.sample_day import Post, SampleDay, sample_day
from deployments.sample_day.malformed import Malformation
from deployments.sample_day.stories import STORIES


def a_day(**changes: Any) -> SampleDay:
    arguments = {"seed": 1, "parcels": 60, "now": datetime(2026, 11, 20, tzinfo=UTC), "salt": "pepper"}
    return sample_day(**arguments | changes)


def malformation_of(record: Any, *, now: datetime) -> Malformation | None:
    """Say what is wrong with a record, judged from the outside."""
    content = record.content
    if not isinstance(content, dict):
        return Malformation.NOT_AN_OBJECT
    if not record.waybill:
        return Malformation.EMPTY_WAYBILL
    at = content.get("time", content.get("acceptTime"))
    text = content.get("context", content.get("remark"))
    china = now + timedelta(hours=8)
    found = {
        Malformation.MISSING_TIME: at is None,
        Malformation.ZERO_TIME: at == "0000-00-00 00:00:00",
        Malformation.FUTURE_TIME: at is not None and at > f"{china:%Y-%m-%d %H:%M:%S}",
        Malformation.OVERLONG_TEXT: len(text) > 2000,
        Malformation.CONTROL_CHARACTERS: "\x00" in text,
    }
    return next((kind for kind, is_so in found.items() if is_so), None)


class TestSampleDay:
    def test_is_the_same_for_the_same_arguments(self) -> None:
        assert a_day() == a_day()

    @pytest.mark.parametrize(
        "change", [{"seed": 2}, {"parcels": 61}, {"now": datetime(2026, 11, 21, tzinfo=UTC)}, {"salt": "salt"}], ids=str
    )
    def test_is_another_one_for_other_arguments(self, change: dict[str, Any]) -> None:
        assert a_day(**change).posts != a_day().posts

    def test_is_the_same_in_every_process(self) -> None:
        assert {_digest_under(hash_seed) for hash_seed in ("0", "1")} == {_digest(a_day())}

    def test_shares_no_waybill_with_the_day_after(self) -> None:
        today, tomorrow = a_day(), a_day(now=datetime(2026, 11, 21, tzinfo=UTC))

        assert not _waybills(today) & _waybills(tomorrow)

    @pytest.mark.parametrize("parcels", [0, 49, 100_001])
    def test_refuses_a_number_of_parcels_that_it_cannot_show(self, parcels: int) -> None:
        with pytest.raises(ValueError, match=f"not {parcels}"):
            a_day(parcels=parcels)

    def test_refuses_an_end_without_a_zone(self) -> None:
        with pytest.raises(ValueError, match="has no zone"):
            a_day(now=datetime(2026, 11, 20))  # noqa: DTZ001  # the fault that is meant

    def test_has_every_kind_of_malformed_record_even_when_it_is_small(self) -> None:
        assert set(a_day().expected.total.malformed) == set(Malformation)

    def test_bounds_the_size_of_a_post(self, day: SampleDay) -> None:
        assert max(len(post.body) for post in day.posts) < 256 * 1024

    def test_sends_the_late_events_in_a_wave_of_their_own_after_the_day(self, day: SampleDay) -> None:
        waves = [post.wave for post in day.posts]

        assert waves == sorted(waves)
        assert set(waves) == {1, 2}

    def test_has_two_posts_that_the_gateway_must_refuse(self, day: SampleDay) -> None:
        assert Counter(post.refusal for post in day.posts if post.refusal) == {"no envelope": 1, "bad signature": 1}


class TestExpected:
    def test_counts_the_records_of_both_waves(self, day: SampleDay, records: list[Any]) -> None:
        waves = Counter(record.post.wave for record in records)

        assert (day.expected.timely.records, day.expected.late.records) == (waves[1], waves[2])

    def test_counts_the_posts(self, day: SampleDay) -> None:
        waves = Counter(post.wave for post in day.posts)

        assert (day.expected.timely.posts, day.expected.late.posts) == (waves[1], waves[2])

    def test_counts_the_malformed_records_by_kind(self, day: SampleDay, records: list[Any], now: datetime) -> None:
        found = Counter(malformation_of(record, now=now) for record in records)
        del found[None]

        assert found == day.expected.total.malformed

    def test_counts_seven_malformed_records_in_a_thousand(self, day: SampleDay) -> None:
        total = day.expected.total

        assert total.malformed_records / total.records == pytest.approx(0.007, abs=0.0005)

    def test_counts_the_events_that_are_told_for_the_first_time(
        self, day: SampleDay, records: list[Any], now: datetime
    ) -> None:
        good = [record for record in records if malformation_of(record, now=now) is None]
        timely = {_event(record) for record in good if record.post.wave == 1}
        late = {_event(record) for record in good if record.post.wave == 2} - timely

        assert (day.expected.timely.new_events, day.expected.late.new_events) == (len(timely), len(late))

    def test_divides_the_records_without_a_rest(self, day: SampleDay) -> None:
        total = day.expected.total

        assert total.records == total.new_events + total.repeated_records + total.malformed_records
        assert total.repeated_records > total.resent_records > 0

    def test_counts_the_posts_that_are_sent_again_byte_for_byte(self, day: SampleDay) -> None:
        bodies = Counter(post.body for post in day.posts)

        assert day.expected.total.resent_posts == bodies.total() - len(bodies)
        assert day.expected.total.resent_posts / len(day.posts) == pytest.approx(0.03, abs=0.005)

    def test_counts_every_parcel_under_its_story(self, day: SampleDay, registrations: list[dict[str, Any]]) -> None:
        waybills = [waybill for parcels in day.expected.waybills.values() for waybill in parcels]

        assert sorted(waybills) == sorted(row["waybill"] for row in registrations)
        assert set(day.expected.stories) == set(STORIES)
        assert sum(day.expected.stories.values()) == day.expected.parcels == 2000

    def test_counts_the_parcels_by_carrier(self, day: SampleDay, registrations: list[dict[str, Any]]) -> None:
        assert day.expected.carriers == Counter(row["carrier"] for row in registrations)

    def test_counts_the_troubled_parcels(self, day: SampleDay) -> None:
        assert day.expected.troubled == 440

    def test_tells_no_event_at_all_of_a_parcel_without_trace(self, day: SampleDay, records: list[Any]) -> None:
        silent = set(day.expected.waybills["no_trace"])

        assert silent
        assert not silent & {record.waybill for record in records}

    def test_tells_late_events_only_of_parcels_whose_story_has_them(self, day: SampleDay, records: list[Any]) -> None:
        stories = {waybill: story for story, parcels in day.expected.waybills.items() for waybill in parcels}
        late = {stories[record.waybill] for record in records if record.post.wave == 2}

        assert late == {name for name, story in STORIES.items() if any(step.late for step in story.steps)}


def _digest(day: SampleDay) -> str:
    return hashlib.sha256(b"".join(post.body for post in day.posts)).hexdigest()


def _digest_under(hash_seed: str) -> str:
    """The digest of the same day made by another process, whose sets and dicts are hashed in another order."""
    program = (
        "import hashlib, datetime\n"
        "from deployments.sample_day import sample_day\n"
        "now = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)\n"
        "day = sample_day(seed=1, parcels=60, now=now, salt='pepper')\n"
        "print(hashlib.sha256(b''.join(post.body for post in day.posts)).hexdigest())\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    return run.stdout.strip()


def _event(record: Any) -> tuple[str, str, str]:
    content = record.content
    return (
        record.waybill,
        content.get("time", content.get("acceptTime")),
        content.get("context", content.get("remark")),
    )


def _waybills(day: SampleDay) -> set[str]:
    return {waybill for parcels in day.expected.waybills.values() for waybill in parcels}


class TestPost:
    def test_says_how_many_parcels_it_tells_of(self, accepted: list[Post]) -> None:
        told = Counter(post.parcels for post in accepted if post.path == "/feeds/kuaidi100")

        assert set(told) == {0, 1}  # none where the waybill number was lost
