"""Which preferences are in force, and what a declaration changes."""

import pytest
from factories import NOON, a_declaration, an_entry, at

from rules.preferences.standing import changes, contact_profile, dispatch_version, in_force, version_of
from schemas.channels import Segment
from schemas.preferences import (
    CallFirst,
    ChannelSegment,
    NeverLocker,
    Place,
    PreferenceKind,
    PreferredLanguage,
)

LOCKER = PreferenceKind.NEVER_LOCKER


class TestInForce:
    def test_is_what_was_said_last_of_each_kind(self):
        entries = [
            an_entry(Place(place="前台"), version=1),
            an_entry(Place(place="一楼保安室"), version=2),
            an_entry(CallFirst(), version=1),
        ]

        standing = in_force(entries, at=NOON)

        assert [entry.version for entry in standing.values()] == [2, 1]
        assert list(standing) == [PreferenceKind.PLACE, PreferenceKind.CALL_FIRST]

    def test_is_not_what_was_taken_down_later(self):
        assert in_force([an_entry(hours=1)], at=NOON) == {}

    def test_is_not_what_was_withdrawn_by_then(self):
        entries = [an_entry(version=1), an_entry(kind=LOCKER, version=2, hours=-1)]

        assert in_force(entries, at=NOON) == {}
        assert LOCKER in in_force(entries, at=at(-2))

    @pytest.mark.parametrize(
        ("times", "holds"),
        [
            ({"valid_from": at(0)}, True),
            ({"valid_from": at(0.1)}, False),
            ({"valid_to": at(0)}, False),
            ({"valid_to": at(0.1)}, True),
            ({"valid_from": at(-1), "valid_to": at(1)}, True),
        ],
        ids=["begins now", "begins later", "ends now", "ends later", "between"],
    )
    def test_holds_from_its_first_moment_until_before_its_last(self, times, holds):
        assert (LOCKER in in_force([an_entry(NeverLocker(**times))], at=NOON)) is holds

    def test_is_decided_by_the_newest_entry_alone_even_where_that_holds_later(self):
        entries = [an_entry(version=1), an_entry(NeverLocker(valid_from=at(5)), version=2, hours=-1)]

        assert in_force(entries, at=NOON) == {}


class TestVersion:
    def test_is_nought_where_nothing_was_said(self):
        assert (version_of([]), dispatch_version([])) == (0, 0)

    def test_for_the_outlet_does_not_move_with_what_it_need_not_know(self):
        entries = [an_entry(version=1), an_entry(PreferredLanguage(language="en"), version=2)]

        assert (version_of(entries), dispatch_version(entries)) == (2, 1)


class TestChanges:
    def test_are_what_is_not_on_file_already(self):
        told = a_declaration(NeverLocker(), CallFirst())

        assert changes(told, [an_entry()]) == [(PreferenceKind.CALL_FIRST, CallFirst())]

    def test_are_none_when_the_same_is_said_again(self):
        assert changes(a_declaration(), [an_entry()]) == []

    def test_take_a_kind_back(self):
        assert changes(a_declaration(withdrawn=(LOCKER,)), [an_entry()]) == [(LOCKER, None)]

    def test_are_none_when_there_is_nothing_to_take_back(self):
        withdrawn = [an_entry(version=1), an_entry(kind=LOCKER, version=2)]

        assert changes(a_declaration(withdrawn=(LOCKER,)), []) == []
        assert changes(a_declaration(withdrawn=(LOCKER,)), withdrawn) == []


class TestContactProfile:
    def test_says_segment_and_language_as_far_as_they_are_known(self):
        entries = [
            an_entry(ChannelSegment(segment=Segment.ELDERLY)),
            an_entry(PreferredLanguage(language="en")),
            an_entry(),
        ]

        profile = contact_profile(entries, at=NOON)

        assert (profile.segment, profile.language) == (Segment.ELDERLY, "en")

    def test_says_nothing_of_somebody_who_said_nothing(self):
        profile = contact_profile([], at=NOON)

        assert (profile.segment, profile.language) == (None, None)
