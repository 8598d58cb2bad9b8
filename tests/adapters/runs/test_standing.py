"""How runs stand, asked of a stand-in that counts what it is asked: thousands that wait cost a few questions."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import Body, FastAPI
from prefect.settings import PREFECT_API_URL, temporary_settings
from standins import served

from adapters.runs.client import COUNTED_AT_ONCE, READ_AT_ONCE, Standing, standing_of
from adapters.runs.connections import close_all


class StandInRuns:
    """Runs by id with the type of their state, as Prefect's API tells of them."""

    def __init__(self) -> None:
        self.types: dict[str, str] = {}
        self.counted = 0
        self.read = 0

    def born(self, how_many: int, type_: str = "PAUSED") -> list[str]:
        """Have so many runs in a state of this type."""
        ids = [str(uuid4()) for _ in range(how_many)]
        self.types |= dict.fromkeys(ids, type_)
        return ids

    def app(self) -> FastAPI:
        """Make the HTTP face."""
        app = FastAPI()

        @app.post("/flow_runs/count")
        def count(flow_runs: dict[str, Any] = Body(embed=True)) -> int:  # noqa: B008  # as FastAPI has it
            self.counted += 1
            types = flow_runs["state"]["type"]["any_"]
            return sum(self.types.get(id_) in types for id_ in flow_runs["id"]["any_"])

        @app.post("/flow_runs/filter")
        def filter_(flow_runs: dict[str, Any] = Body(embed=True)) -> list[dict[str, Any]]:  # noqa: B008
            found = [id_ for id_ in flow_runs["id"]["any_"] if id_ in self.types]
            self.read += len(found)
            return [
                {
                    "id": id_, "name": "run", "flow_id": str(UUID(int=1)),
                    "state": {"id": str(uuid4()), "type": self.types[id_], "name": "x",
                              "timestamp": "2026-11-20T04:00:00Z", "state_details": {}},
                }
                for id_ in found
            ]  # fmt: skip

        return app


@pytest.fixture
def prefect() -> Iterator[StandInRuns]:
    """Serve a stand-in for the runs of Prefect's API."""
    standing_in = StandInRuns()
    with served(standing_in.app()) as url, temporary_settings({PREFECT_API_URL: url}):
        yield standing_in
    close_all()


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
