"""Wrong digits at the doors of complaints: counted for each number, and forgotten after a day without any."""

from collections.abc import Iterator

import pytest
from factories import at
from sqlalchemy import Connection, text

from rules.digits import Tries
from store import status_tries
from store.unit_of_work import unit_of_work

NUMBER = "CP-20261120-000001"


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def tried(connection: Connection, *hours: float, number: str = NUMBER) -> Tries | None:
    for hour in hours:
        status_tries.count(connection, number, at=at(hour))
    return status_tries.locked(connection, number)


class TestCount:
    def test_counts_each_number_by_itself(self, connection: Connection) -> None:
        tried(connection, 0, number="CP-20261120-000002")

        assert tried(connection) is None
        assert tried(connection, 0, 1, 24) == Tries(3, at(24))

    def test_begins_anew_after_a_day_without_any(self, connection: Connection) -> None:
        assert tried(connection, 0, 1, 25) == Tries(1, at(25))

    def test_forgets_what_is_older(self, connection: Connection) -> None:
        for number in range(status_tries.FORGOTTEN_AT_ONCE + 2):
            tried(connection, 0, number=f"CP-20261120-{number:06}")

        tried(connection, 24, number="CP-20261121-000001")

        assert connection.execute(text("SELECT count(*) FROM status_try")).scalar_one() == 3
