"""Inquiries in the store: the scan for reminders goes by its index, and reminding many is one statement."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from factories import NOON, at
from sqlalchemy import Connection, text

from rules.inquiries.reminders import waits
from store import evidence, inquiries
from store.inquiries import UNANSWERED, Chosen
from store.unit_of_work import unit_of_work

FILL = """
INSERT INTO inquiry (inquiry_no, case_no, waybill, node, department, contact, question, wanted, round, asked_by,
                     asked_at, due_at, next_reminder_at, state)
  SELECT 'IQ-20261120-' || lpad(n::text, 6, '0'), 'EX-' || n / 2, '773', 'outlet', 'd' || n % 2, 'c', 'q', '{}', 1, 'x',
         CAST(:noon AS timestamptz), CAST(:noon AS timestamptz) + n * interval '1 minute',
         CASE WHEN n % 2 = 0 THEN CAST(:noon AS timestamptz) + n * interval '1 minute' END,
         CASE WHEN n % 2 = 0 THEN 'open' ELSE 'answered' END
  FROM generate_series(1, 20000) n;
INSERT INTO inquiry_answer (inquiry_no, code, text, evidence_ids, answered_by, door, door_shown, answered_at, late)
  SELECT 'IQ-20261120-' || lpad(n::text, 6, '0'), 'other', '', '{}', 'x', 'link', '', :noon, false
  FROM generate_series(1, 20000) n;
INSERT INTO evidence (case_no, kind, sha256, edition, size_bytes, media_type, file_name, given_by, door, door_shown,
                      received_at, note)
  SELECT 'EX-' || n / 2, 'photo_detail', decode(lpad(n::text, 64, '0'), 'hex'), 0, 1, 'image/jpeg', 'a', 'x', 'api',
         '', :noon, ''
  FROM generate_series(1, 20000) n;
"""


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        for statement in FILL.split(";")[:-1]:
            connection.execute(text(statement), {"noon": NOON})
        connection.execute(text("ANALYZE"))
        yield connection


def plan(connection: Connection, query: str) -> str:
    return "\n".join(connection.execute(text(f"EXPLAIN {query}"), {"now": at(0.5), "no": "EX-7"}).scalars())


class TestScans:
    @pytest.mark.parametrize(
        ("query", "index"),
        [
            (f"{UNANSWERED} ORDER BY next_reminder_at LIMIT 500 FOR UPDATE SKIP LOCKED", "ix_inquiry_next_reminder_at"),
            ("SELECT * FROM inquiry WHERE due_at <= :now AND state IN ('open', 'reminded')", "ix_inquiry_due_at"),
            ("SELECT * FROM inquiry WHERE case_no = :no", "uq_inquiry_asked_once"),
            ("SELECT * FROM inquiry_answer WHERE inquiry_no = :no", "ix_inquiry_answer_inquiry_no"),
            ("SELECT * FROM evidence WHERE case_no = :no", "uq_evidence_case_no_sha256_edition"),
        ],
        ids=["unanswered", "overdue", "of a case", "answers", "evidence of a case"],
    )
    def test_go_by_their_indexes(self, connection: Connection, query: str, index: str) -> None:
        assert index in plan(connection, query)


class TestRemind:
    def test_takes_those_that_are_due_the_longest_due_first(self, connection: Connection) -> None:
        reminded = inquiries.remind(connection, now=at(0.5), waits=waits(), limit=10)

        assert [one.due_at for one in reminded] == [NOON + timedelta(minutes=minute) for minute in range(2, 22, 2)]
        assert {one.next_reminder_at for one in reminded} == {at(2.5)}

    def test_passes_over_one_that_is_being_answered(self, connection: Connection) -> None:
        connection.commit()
        with unit_of_work() as answering, unit_of_work() as reminding:
            inquiries.one(answering, "IQ-20261120-000002", lock=True)

            reminded = inquiries.remind(reminding, now=at(0.1), waits=waits(), limit=10)

        assert [one.inquiry_no for one in reminded] == ["IQ-20261120-000004", "IQ-20261120-000006"]

    def test_has_nothing_after_the_last_step(self, connection: Connection) -> None:
        [one] = inquiries.remind(connection, now=at(0.04), waits=[timedelta(0)], limit=10)

        assert (one.reminders, one.next_reminder_at) == (1, None)


class TestListing:
    def test_lists_what_is_due_first(self, connection: Connection) -> None:
        found = inquiries.listing(connection, Chosen(overdue_at=at(1)), limit=3)

        assert [one.inquiry_no[-2:] for one in found] == ["02", "04", "06"]


class TestStanding:
    def test_counts_by_case_and_state(self, connection: Connection) -> None:
        assert inquiries.standing(connection, ["EX-7", "EX-0"]) == {
            "EX-7": {"open": 1, "answered": 1}, "EX-0": {"answered": 1},
        }  # fmt: skip


class TestKindsThere:
    def test_reads_many_cases_at_once(self, connection: Connection) -> None:
        found = evidence.kinds_there(connection, [f"EX-{number}" for number in range(1000)])

        assert len(found) == 1000
