"""What a reader of the sample day must have counted: the day's own account, kept while it is made up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from deployments.sample_day.malformed import Malformation
from deployments.sample_day.pushes import LATE, TIMELY, Push
from deployments.sample_day.scans import Scan
from deployments.sample_day.stories import STORIES
from deployments.sample_day.telling import Telling

Key = TypeVar("Key")


@dataclass(frozen=True)
class Counts:
    """What one wave holds. Records are those of accepted posts; of refused posts nothing may be read."""

    posts: int
    refused_posts: Mapping[str, int]  # why -> posts
    resent_posts: int  # byte for byte like an earlier one
    records: int
    resent_records: int  # the records of the resent posts
    new_events: int  # told for the first time
    malformed: Mapping[Malformation, int]

    @property
    def malformed_records(self) -> int:
        """Records that cannot be used."""
        return sum(self.malformed.values())

    @property
    def repeated_records(self) -> int:
        """Records that tell an event which an earlier record told, in resent posts too."""
        return self.records - self.new_events - self.malformed_records

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            posts=self.posts + other.posts,
            refused_posts=_added(self.refused_posts, other.refused_posts),
            resent_posts=self.resent_posts + other.resent_posts,
            records=self.records + other.records,
            resent_records=self.resent_records + other.resent_records,
            new_events=self.new_events + other.new_events,
            malformed=_added(self.malformed, other.malformed),
        )


@dataclass(frozen=True)
class Expected:
    """The account of the whole day."""

    parcels: int
    carriers: Mapping[str, int]
    waybills: Mapping[str, tuple[str, ...]]  # story -> its parcels
    unknown_codes: int  # events whose code no mapping table has
    timely: Counts  # wave 1
    late: Counts  # wave 2

    @property
    def stories(self) -> Mapping[str, int]:
        """How many parcels each story has."""
        return {story: len(waybills) for story, waybills in self.waybills.items()}

    @property
    def troubled(self) -> int:
        """How many parcels have trouble."""
        return sum(count for story, count in self.stories.items() if STORIES[story].complaint)

    @property
    def total(self) -> Counts:
        """Both waves together."""
        return self.timely + self.late


def expected_of(
    tellings: Sequence[Telling], *, pushes: Iterable[Push], registration_posts: int, refused_posts: Sequence[str]
) -> Expected:
    """Account for a day; the pushes in the order of the waves, the refused posts all in the first."""
    by_wave: dict[int, list[Push]] = {TIMELY: [], LATE: []}
    for push in pushes:
        by_wave[push.wave].append(push)
    told: set[tuple[str, int]] = set()
    timely = _counts(by_wave[TIMELY], told, other_posts=registration_posts, refused_posts=Counter(refused_posts))
    return Expected(
        parcels=len(tellings),
        carriers=Counter(telling.parcel.carrier.code for telling in tellings),
        waybills=_waybills_by_story(tellings),
        unknown_codes=sum(event.scan is Scan.UNKNOWN_CODE for telling in tellings for event in telling.events),
        timely=timely,
        late=_counts(by_wave[LATE], told, other_posts=0, refused_posts=Counter()),
    )


def _counts(
    pushes: Sequence[Push], told: set[tuple[str, int]], *, other_posts: int, refused_posts: Mapping[str, int]
) -> Counts:
    records = [record for push in pushes for record in push.records]
    events = {record.event for record in records if record.event} - told
    told |= events
    return Counts(
        posts=len(pushes) + other_posts + sum(refused_posts.values()),
        refused_posts=refused_posts,
        resent_posts=sum(push.resent for push in pushes),
        records=len(records),
        resent_records=sum(len(push.records) for push in pushes if push.resent),
        new_events=len(events),
        malformed=Counter(record.malformation for record in records if record.malformation),
    )


def _waybills_by_story(tellings: Sequence[Telling]) -> Mapping[str, tuple[str, ...]]:
    by_story: dict[str, tuple[str, ...]] = {}
    for telling in tellings:
        by_story[telling.story.name] = (*by_story.get(telling.story.name, ()), telling.parcel.waybill)
    return by_story


def _added(counts: Mapping[Key, int], further: Mapping[Key, int]) -> Mapping[Key, int]:
    return {key: counts.get(key, 0) + further.get(key, 0) for key in (*counts, *further)}
