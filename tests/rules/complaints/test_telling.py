"""One matter told again (R60), and callers who complain often (R66)."""

from datetime import timedelta

import pytest
from factories import NOON, at
from hypothesis import given
from hypothesis import strategies as st

from rules.complaints.telling import LEVEL_MAX, caller_level, callers_since, is_repeat, same_matter_since, tier_for
from schemas.agents import TIER_MAX

INSTANT = timedelta(microseconds=1)
THREE_DAYS = timedelta(days=3)


class TestIsRepeat:
    @pytest.mark.parametrize(
        ("after", "repeat"),
        [
            pytest.param(timedelta(0), True, id="at the same moment"),
            pytest.param(THREE_DAYS - INSTANT, True, id="just within three days"),
            pytest.param(THREE_DAYS, True, id="after three days to the instant"),
            pytest.param(THREE_DAYS + INSTANT, False, id="an instant later"),
            pytest.param(-INSTANT, False, id="before it was told"),
        ],
    )
    def test_counts_three_times_24_hours_the_last_instant_included(self, after, repeat):
        assert is_repeat(NOON, now=NOON + after) is repeat

    @given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=10)))
    def test_agrees_with_what_is_looked_up_as_the_same_matter(self, after):
        now = NOON + after

        assert is_repeat(NOON, now=now) is (same_matter_since(now) <= NOON)


class TestCallerLevel:
    @pytest.mark.parametrize(
        ("tellings", "level"),
        [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (7, 2), (8, 3), (1000, 3)],
    )
    def test_rises_with_how_often_somebody_complains(self, tellings, level):
        assert caller_level(tellings, on=NOON) == level

    @given(st.integers(0, 100))
    def test_never_falls_as_the_calls_rise(self, tellings):
        assert 0 <= caller_level(tellings, on=NOON) <= caller_level(tellings + 1, on=NOON) <= LEVEL_MAX

    def test_counts_the_calls_of_thirty_days(self):
        assert callers_since(NOON) == at(-30 * 24)


class TestTierFor:
    @pytest.mark.parametrize(("level", "tier"), [(0, 1), (1, 2), (2, 2), (3, 3)])
    def test_asks_for_more_skill_the_more_often_somebody_complains(self, level, tier):
        assert tier_for(level, on=NOON) == tier

    def test_asks_for_a_skill_that_exists(self):
        assert {tier_for(level, on=NOON) for level in range(LEVEL_MAX + 1)} == {*range(1, TIER_MAX + 1)}
