"""Requests that their sender named: done once, answered as before, and forgotten after a while."""

from collections.abc import Iterator

import pytest
from factories import NOON, at
from sqlalchemy import Connection

from store import requests
from store.requests import NamedRequest, OtherContent, answered_before, forget, once
from store.unit_of_work import unit_of_work

NAMED = NamedRequest("api EAST", "7f1", b"content")


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


class Work:
    """Counts how often it is done."""

    done = 0

    def __call__(self) -> dict[str, int]:
        self.done += 1
        return {"done": self.done}


class TestOnce:
    def test_does_a_named_request_once(self, connection: Connection) -> None:
        work = Work()

        assert [once(connection, NAMED, work, at=NOON) for _ in range(3)] == [{"done": 1}] * 3

    def test_does_one_without_a_name_each_time(self, connection: Connection) -> None:
        work = Work()

        assert [once(connection, None, work, at=NOON) for _ in range(2)] == [{"done": 1}, {"done": 2}]

    @pytest.mark.parametrize("change", [{"sender": "api WEST"}, {"key": "7f2"}], ids=["sender", "key"])
    def test_tells_requests_apart_by_their(self, connection: Connection, change: dict[str, str]) -> None:
        work = Work()
        once(connection, NAMED, work, at=NOON)

        assert once(connection, NAMED._replace(**change), work, at=NOON) == {"done": 2}

    def test_refuses_other_content_under_the_same_name(self, connection: Connection) -> None:
        once(connection, NAMED, Work(), at=NOON)

        with pytest.raises(OtherContent):
            once(connection, NAMED._replace(content=b"other"), Work(), at=NOON)

    def test_remembers_nothing_of_what_was_not_committed(self, database: str) -> None:
        class Failed(Exception):
            pass

        def fail() -> dict[str, int]:
            raise Failed

        with pytest.raises(Failed), unit_of_work() as connection:
            once(connection, NAMED, fail, at=NOON)
        with unit_of_work() as connection:
            assert answered_before(connection, NAMED) is None
            assert once(connection, NAMED, Work(), at=NOON) == {"done": 1}


class TestForget:
    def test_removes_what_is_old(self, connection: Connection) -> None:
        once(connection, NAMED, Work(), at=NOON)

        assert [forget(connection, before=at(hours)) for hours in (0, 1)] == [0, 1]
        assert requests.answered_before(connection, NAMED) is None
