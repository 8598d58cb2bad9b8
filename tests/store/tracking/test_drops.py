"""What is remembered of dropped files: each is settled once, and the same name may come again."""

from collections.abc import Iterator

import pytest
from factories import NOON, at
from sqlalchemy import Connection

from store.tracking import drops
from store.tracking.drops import Lying
from store.unit_of_work import unit_of_work

A, B = ("a.csv", 5, "mark-1"), ("b.csv", 5, "mark-1")


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def looked(connection: Connection, *files: tuple[str, int, str], hours: float = 0) -> dict[str, Lying]:
    return {file[0]: lying for file, lying in drops.look(connection, feed="f", files=files, at=at(hours)).items()}


def statuses(connection: Connection) -> list[tuple[str, str, bool]]:
    return [(row["name"], row["status"], row["moved_at"] is not None) for row in drops.of_feed(connection, "f")]


class TestLook:
    def test_remembers_since_when_a_file_looks_as_it_does(self, connection: Connection) -> None:
        looked(connection, A)

        assert looked(connection, A, hours=1)["a.csv"].seen_at == NOON

    def test_begins_anew_once_a_file_has_changed(self, connection: Connection) -> None:
        looked(connection, A)

        assert looked(connection, ("a.csv", 6, "mark-2"), hours=1)["a.csv"].seen_at == at(1)
        assert statuses(connection) == [("a.csv", "seen", False)]

    def test_forgets_a_file_that_went_away_by_itself(self, connection: Connection) -> None:
        looked(connection, A, B)
        looked(connection, B)

        assert statuses(connection) == [("b.csv", "seen", False)]

    def test_counts_a_settled_file_that_went_away_as_moved(self, connection: Connection) -> None:
        drops.settle(connection, looked(connection, A)["a.csv"].id, status="taken", at=NOON, sha256=b"1")
        looked(connection)

        assert statuses(connection) == [("a.csv", "taken", True)]

    def test_takes_the_same_name_for_a_new_file_once_the_old_one_was_moved(self, connection: Connection) -> None:
        first = looked(connection, A)["a.csv"]
        drops.settle(connection, first.id, status="taken", at=NOON, sha256=b"1")
        drops.mark_moved(connection, first.id, at=NOON)

        second = looked(connection, A, hours=1)["a.csv"]
        assert (second.status, second.id > first.id) == ("seen", True)

    def test_keeps_a_name_that_no_text_column_holds(self, connection: Connection) -> None:
        name = "broken-\udcff.csv"

        found = drops.look(connection, feed="f", files=[(name, 5, "m")], at=NOON)

        assert found[(name, 5, "m")].name == "broken-\ufffd.csv"

    def test_keeps_feeds_apart(self, connection: Connection) -> None:
        looked(connection, A)
        drops.look(connection, feed="another", files=[], at=NOON)

        assert statuses(connection) == [("a.csv", "seen", False)]


class TestLock:
    def test_gives_a_file_to_one_only(self, database: str) -> None:
        with unit_of_work() as connection:
            file = looked(connection, A)["a.csv"]

        with unit_of_work() as first, unit_of_work() as second:
            assert [drops.lock(first, file.id), drops.lock(second, file.id)] == [True, False]

    def test_gives_no_file_that_is_settled(self, connection: Connection) -> None:
        file = looked(connection, A)["a.csv"]
        drops.settle(connection, file.id, status="refused", at=NOON, reason="not_csv")

        assert not drops.lock(connection, file.id)


class TestWasTaken:
    def test_knows_content_whatever_its_name(self, connection: Connection) -> None:
        drops.settle(connection, looked(connection, A)["a.csv"].id, status="taken", at=NOON, sha256=b"1")

        assert drops.was_taken(connection, feed="f", sha256=b"1")
        assert not drops.was_taken(connection, feed="f", sha256=b"2")
        assert not drops.was_taken(connection, feed="another", sha256=b"1")
