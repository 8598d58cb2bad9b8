"""How often a provider is asked: for every phase in which something can happen, slower as silence lasts."""

from datetime import timedelta
from itertools import groupby

import pytest

from rules.tracking import pace
from rules.tracking.pace import PACES, REST_MAX, Pace, PacesIncomplete, rest_of_number, rest_of_provider
from schemas.shipments import FINAL_PHASES, Phase

HOUR, DAY, NONE = timedelta(hours=1), timedelta(days=1), timedelta(0)


class TestPaces:
    def test_are_declared_for_exactly_the_phases_in_which_something_can_happen(self):
        assert {row.phase for row in PACES} == set(Phase) - FINAL_PHASES

    def test_ask_most_often_about_a_parcel_that_is_out_for_delivery(self):
        fastest = min(PACES, key=lambda row: row.ask_every)

        assert (fastest.phase, fastest.ask_every) == (Phase.OUT_FOR_DELIVERY, HOUR / 2)

    def test_ask_once_a_day_about_whatever_has_been_silent_longest(self):
        slowest = {phase: list(rows)[-1].ask_every for phase, rows in groupby(PACES, key=lambda row: row.phase)}

        assert set(slowest.values()) == {DAY}

    @pytest.mark.parametrize(
        ("changed", "complaint"),
        [
            (PACES[1:], "from the beginning"),
            ([row for row in PACES if row.phase is not Phase.ORDERED], "from the beginning"),
            ([*PACES, Pace(Phase.RETURNING, 8 * DAY, HOUR)], "slow down"),
            ([*PACES, Pace(Phase.RETURNING, 7 * DAY, 2 * DAY)], "slow down"),
            ([*PACES, Pace(Phase.DELIVERED, NONE, DAY)], "nobody asks"),
        ],
        ids=["no beginning", "a phase missing", "faster later", "one silence twice", "a final phase"],
    )
    def test_check_themselves(self, changed, complaint):
        with pytest.raises(PacesIncomplete, match=complaint):
            pace._paces(*changed)


class TestRestOfNumber:
    def test_grows_with_every_refusal_in_a_row_up_to_three_days(self):
        assert [rest_of_number(times) for times in (1, 2)] == [2 * HOUR, 4 * HOUR]
        assert rest_of_number(1000) == REST_MAX == 3 * DAY


class TestRestOfProvider:
    def test_grows_with_every_failed_poll_in_a_row_up_to_an_hour(self):
        rests = [rest_of_provider(failures) for failures in (1, 2, 3, 4, 50)]

        assert rests == [timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 60)]
