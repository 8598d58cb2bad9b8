"""How runs stand, asked of a stand-in that counts what it is asked: thousands that wait cost a few questions."""

from uuid import uuid4

from standin_runs import StandInRuns

from adapters.runs.client import COUNTED_AT_ONCE, READ_AT_ONCE, Standing, standing_of


class TestStandingOf:
    def test_reads_none_of_those_that_all_wait(self, prefect: StandInRuns) -> None:
        ids = prefect.born(COUNTED_AT_ONCE * 2 + 1)

        assert set(standing_of(ids).values()) == {Standing.WAITING}
        assert (prefect.counted, prefect.read) == (3, 0)

    def test_finds_the_few_that_do_not(self, prefect: StandInRuns) -> None:
        waiting = prefect.born(COUNTED_AT_ONCE - 3)
        working, ended = prefect.born(1, "RUNNING"), prefect.born(1, "CANCELLED")
        gone = [str(uuid4())]
        ids = working + waiting + ended + gone

        found = standing_of(ids)

        assert [found.get(id_) for id_ in (*working, *ended, *gone)] == [Standing.WORKING, Standing.ENDED, None]
        assert {found[id_] for id_ in waiting} == {Standing.WAITING}
        assert prefect.read <= 2 * READ_AT_ONCE

    def test_asks_nothing_about_none(self, prefect: StandInRuns) -> None:
        assert standing_of([]) == {}
        assert prefect.counted == 0
