"""Agents of the service desk in PostgreSQL, with what each has at the moment."""

from collections.abc import Iterator

import pytest
from complaint_factories import an_agent
from factories import NOON
from sqlalchemy import Connection, text

from store import agents
from store.unit_of_work import unit_of_work

COMPLAINT = text(
    "INSERT INTO complaint (case_no, type, channel, state, version, handler, told_at, opened_at, state_since, "
    "closed_at, history_head) VALUES (:no, 'LOSS', 'app', 'RECEIVED', 1, :handler, now(), now(), now(), :closed_at, '')"
)

CLAIM = text(
    "INSERT INTO claim (case_no, event, channel, state, version, handler, opened_at, state_since, closed_at, "
    "history_head) VALUES (:no, 'loss', 'hotline', 'EVIDENCE', 1, :handler, now(), now(), :closed_at, '')"
)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


class TestAgents:
    def test_are_read_as_they_were_put_on_file_in_the_order_of_their_ids(self, connection: Connection) -> None:
        sun = an_agent("ag-sun", department="示例城东网点", tier=3, languages=("zh", "en"), cases_max=5, on_duty=False)
        for agent in (sun, an_agent("ag-li")):
            agents.put(connection, agent, at=NOON)

        assert [*agents.listing(connection)] == [an_agent("ag-li"), sun]

    def test_are_changed_and_not_doubled(self, connection: Connection) -> None:
        agents.put(connection, an_agent(), at=NOON)
        agents.put(connection, an_agent(tier=2), at=NOON)

        assert [agent.tier for agent in agents.listing(connection)] == [2]

    def test_have_as_many_cases_as_are_open_and_theirs(self, connection: Connection) -> None:
        for agent in (an_agent("ag-sun"), an_agent("ag-li")):
            agents.put(connection, agent, at=NOON)
        for number, handler, closed_at in (
            ("CP-1", "ag-sun", None), ("CP-2", "ag-sun", None), ("CP-3", "ag-sun", NOON), ("CP-4", "", None),
        ):  # fmt: skip
            connection.execute(COMPLAINT, {"no": number, "handler": handler, "closed_at": closed_at})

        assert {agent.staff_id: agent.cases for agent in agents.listing(connection)} == {"ag-sun": 2, "ag-li": 0}

    def test_have_their_open_claims_beside_their_complaints(self, connection: Connection) -> None:
        agents.put(connection, an_agent("ag-sun"), at=NOON)
        connection.execute(COMPLAINT, {"no": "CP-1", "handler": "ag-sun", "closed_at": None})
        for number, handler, closed_at in (("CL-1", "ag-sun", None), ("CL-2", "ag-sun", NOON), ("CL-3", "", None)):
            connection.execute(CLAIM, {"no": number, "handler": handler, "closed_at": closed_at})

        sun = agents.one(connection, "ag-sun")

        assert sun is not None
        assert sun.cases == 2
