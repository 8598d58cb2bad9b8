"""How often wrong digits may be given at a door that needs no key (R65)."""

from datetime import timedelta

import pytest
from factories import NOON, at

from rules.digits import CLOSED_FOR, WRONG_TRIES_MAX, Tries, closed_until


class TestClosedUntil:
    @pytest.mark.parametrize("tries", [None, Tries(0, NOON), Tries(WRONG_TRIES_MAX - 1, NOON)])
    def test_is_never_while_few_were_wrong(self, tries):
        assert closed_until(tries, now=NOON) is None

    @pytest.mark.parametrize("wrong", [WRONG_TRIES_MAX, WRONG_TRIES_MAX + 1])
    def test_is_a_day_after_the_last_of_too_many(self, wrong):
        tries = Tries(wrong, NOON)

        assert closed_until(tries, now=at(23.9)) == NOON + CLOSED_FOR
        assert closed_until(tries, now=NOON + timedelta(days=1)) is None

    def test_comes_sooner_where_fewer_may_be_wrong(self):
        assert closed_until(Tries(5, NOON), now=NOON, tries_max=5) == NOON + CLOSED_FOR
        assert closed_until(Tries(4, NOON), now=NOON, tries_max=5) is None
