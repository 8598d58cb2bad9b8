"""What the profiles of Redress are, beyond what is checked while they are read."""

import pytest

from rules.clocks.book import BOOK
from rules.clocks.profiles import Names
from schemas.clocks import ClockKind

CLOCKS = [
    pytest.param(profile, clock, id=f"{profile.name}: {clock.id}")
    for profile in BOOK.profiles
    for clock in profile.clocks
]
INTERNAL = [profile for profile in BOOK.profiles if profile.kind is ClockKind.INTERNAL]


class TestNames:
    def test_tell_facts_from_commands(self):
        names = Names.of("customer_told_at", "feed_back", "delivered_at", "close")

        assert (names.commands, names.facts) == (("feed_back", "close"), ("customer_told_at", "delivered_at"))
        assert [*names] == ["feed_back", "close", "customer_told_at", "delivered_at"]


class TestProfiles:
    @pytest.mark.parametrize(("profile", "clock"), CLOCKS)
    def test_have_titles_in_both_languages_for_every_clock(self, profile, clock):
        assert not clock.title_zh.isascii()
        assert clock.title_en.isascii()

    @pytest.mark.parametrize(("profile", "clock"), CLOCKS)
    def test_say_where_a_figure_comes_from_and_admit_their_own(self, profile, clock):
        assert clock.source
        assert ("ours" in clock.source) == (clock.verified == "assumption")

    def test_of_the_carrier_for_exceptions_have_the_same_clocks(self):
        of_exceptions = [profile for profile in INTERNAL if profile.name not in {"complaint", "claim"}]

        assert len({tuple(clock.id for clock in profile.clocks) for profile in of_exceptions}) == 1

    def test_of_law_count_from_facts_whatever_the_procedure(self):
        starts = {clock.starts_on for profile in BOOK.profiles if profile.jurisdiction for clock in profile.clocks}

        assert {*Names.of(*starts).facts} == starts

    def test_promise_what_the_outlet_promised(self):
        [outlet] = [profile for profile in INTERNAL if profile.name == "seed-outlet"]
        hours = {clock.id: f"{clock.value} {clock.unit}" for clock in outlet.clocks}

        assert hours["first_response"] == "2 calendar_hours"
        assert hours["resolution"] == "6 calendar_hours"
