"""Archives on record: one of each number, what others lack, and what is read for one in a few statements."""

from datetime import timedelta

import pytest
from archives import accepted, resolved_at_once
from factories import NOON, at
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError

from schemas.archives import Archive, Lack, Part
from store import archives
from store.archive_contents import contents_of
from store.archives import NoSuchArchive
from store.unit_of_work import unit_of_work

NUMBER = "CP-20261120-000001"


@pytest.fixture(autouse=True)
def _at_noon(stand_at: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    del stand_at
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))


def an_archive(edition: int = 1) -> Archive:
    return Archive(
        archive_no=f"AR-20261120-000001-{edition}", case_no=NUMBER, edition=edition, made_at=NOON, sha256="ab" * 32,
        size_bytes=7, parts={Part.RECORD: 2}, retention_until=at(24), basis="retention",
    )  # fmt: skip


class TestAdd:
    def test_keeps_what_was_made(self):
        with unit_of_work() as connection:
            archives.add(connection, an_archive())

            assert archives.of_complaint(connection, NUMBER) == [an_archive()]

    def test_refuses_a_second_one_with_its_number(self):
        with unit_of_work() as connection:
            archives.add(connection, an_archive())

        with pytest.raises(IntegrityError), unit_of_work() as connection:
            archives.add(connection, an_archive())

    def test_ends_what_was_missing(self):
        with unit_of_work() as connection:
            archives.keep_gap(connection, NUMBER, [Lack.NO_PLAN], seen="", at=NOON)
            archives.add(connection, an_archive())

            assert archives.gap_of(connection, NUMBER) == []


class TestOne:
    def test_is_found_by_its_number_or_as_the_newest_of_its_complaint(self):
        with unit_of_work() as connection:
            archives.add(connection, an_archive())
            archives.add(connection, an_archive(2))

            assert archives.one(connection, "AR-20261120-000001-1").edition == 1
            assert archives.one(connection, NUMBER).edition == 2
            assert archives.editions(connection, [NUMBER, "CP-0"]) == {NUMBER: 2}

    def test_is_not_found_where_there_is_none(self):
        with unit_of_work() as connection, pytest.raises(NoSuchArchive, match="CP-0"):
            archives.one(connection, "CP-0")


class TestGap:
    def test_says_since_when_the_same_is_missing(self):
        with unit_of_work() as connection:
            for hours, lacks in ((0, [Lack.NO_PLAN]), (1, [Lack.NO_PLAN]), (2, [Lack.NOT_TOLD])):
                archives.keep_gap(connection, NUMBER, lacks, seen="", at=NOON + timedelta(hours=hours))
                since = connection.execute(text("SELECT since FROM archive_gap")).scalar_one()
                assert since == NOON + timedelta(hours=0 if hours < 2 else 2)

            assert archives.gap_of(connection, NUMBER) == [Lack.NOT_TOLD]


class TestContentsOf:
    def test_reads_many_complaints_with_as_many_statements_as_one(self):
        numbers = [resolved_at_once(waybill=f"77300000000{turn}") for turn in range(3)]
        statements: list[str] = []

        with unit_of_work() as connection:
            event.listen(connection, "before_cursor_execute", lambda *told: statements.append(told[2]))
            contents_of(connection, numbers[:1])
            one = len(statements)
            assert set(contents_of(connection, numbers)) == set(numbers)

        assert len(statements) == 2 * one
        assert one <= 14

    def test_keeps_apart_what_belongs_to_each(self):
        first, second = accepted(), resolved_at_once(waybill="773000000002")

        with unit_of_work() as connection:
            found = contents_of(connection, [first, second, "CP-0"])

        assert [len(found[number].plans) for number in (first, second)] == [1, 0]
        assert [len(found[number].tasks) for number in (first, second)] == [1, 0]
        assert {entry["case_no"] for entry in found[first].history} == {first}
        assert len(found) == 2


FILL = """
INSERT INTO archive (archive_no, case_no, edition, made_at, sha256, size_bytes, parts, retention_until, basis,
                     erased_at)
  SELECT 'A' || n, 'C' || n, 1, now(), '', 1, '{}', now() + (n - 20) * interval '1 minute', '',
         CASE WHEN n % 2 = 0 THEN now() END FROM generate_series(1, 20000) n;
ANALYZE archive;
"""


class TestIndexes:
    def test_find_the_archives_whose_time_is_over(self, database: str):
        query = "SELECT case_no FROM archive WHERE erased_at IS NULL AND retention_until <= now()"
        with create_engine(database).begin() as connection:
            connection.execute(text(FILL))
            plan = "\n".join(row[0] for row in connection.execute(text(f"EXPLAIN {query}")))

        assert "ix_archive_retention_until" in plan
