"""The appeal-avoidance figure: what it counts, of what, and that its lists are what it counts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from factories import NOON, at
from sqlalchemy import Connection

from schemas.reporting import Span
from store.reporting.appeals import appeal_avoidance, counted_complaints
from store.unit_of_work import unit_of_work

SPAN = Span(at(-10 * 24), NOON)
COMPLAINT = (
    "INSERT INTO complaint (case_no, type, channel, state, version, told_at, opened_at, state_since, closed_at, "
    "history_head) VALUES (%(no)s, 'LOSS', 'hotline', 'CLOSED', 1, %(at)s, %(at)s, %(at)s, %(at)s, '')"
)
APPEAL = (
    "INSERT INTO appeal (case_no, state, version, regulator, regulator_no, about, jurisdiction, complaint_no, "
    "received_at, opened_at, state_since, history_head) VALUES (%(no)s, 'REGISTERED', 1, 'r', %(no)s, 'LOSS', 'CN', "
    "%(complaint)s, %(at)s, %(at)s, %(at)s, '')"
)


def closed(connection: Connection, number: str, days_ago: float) -> None:
    connection.exec_driver_sql(COMPLAINT, {"no": number, "at": at(-days_ago * 24)})


def appealed(connection: Connection, number: str, complaint: str, days_ago: float = 1) -> None:
    connection.exec_driver_sql(APPEAL, {"no": number, "complaint": complaint, "at": at(-days_ago * 24)})


@pytest.mark.usefixtures("database")
class TestAppealAvoidance:
    def test_is_the_share_of_the_closed_that_no_appeal_followed(self) -> None:
        with unit_of_work() as connection:
            for place in range(3):
                closed(connection, f"CP-{place}", 5)
            closed(connection, "CP-before", 11)
            closed(connection, "CP-after", -1)
            appealed(connection, "AP-1", "CP-1")
            appealed(connection, "AP-2", "CP-1")
            appealed(connection, "AP-3", "CP-before")
            appealed(connection, "AP-4", "")
            figure = appeal_avoidance(connection, SPAN, as_of=NOON)

            assert (figure.closed, figure.appealed, figure.avoided) == (3, 1, 2)
            assert figure.share == Decimal("0.6667")
            assert counted_complaints(connection, SPAN, as_of=NOON, appealed=True) == ["CP-1"]
            assert counted_complaints(connection, SPAN, as_of=NOON, appealed=False) == ["CP-0", "CP-2"]

    def test_counts_an_appeal_from_its_receipt_on(self) -> None:
        with unit_of_work() as connection:
            closed(connection, "CP-1", 5)
            appealed(connection, "AP-1", "CP-1", days_ago=1)

            assert appeal_avoidance(connection, SPAN, as_of=at(-25)).appealed == 0
            assert appeal_avoidance(connection, SPAN, as_of=at(-24)).appealed == 1

    def test_counts_what_ends_with_the_period_into_the_next(self) -> None:
        with unit_of_work() as connection:
            closed(connection, "CP-last", 0)
            closed(connection, "CP-first", 10)

            assert counted_complaints(connection, SPAN, as_of=NOON, appealed=False) == ["CP-first"]
            next_span = Span(NOON, NOON + timedelta(days=10))
            assert counted_complaints(connection, next_span, as_of=NOON, appealed=False) == ["CP-last"]

    def test_has_no_share_where_nothing_was_closed(self) -> None:
        with unit_of_work() as connection:
            assert appeal_avoidance(connection, SPAN, as_of=NOON).share is None

    def test_leaves_out_what_the_regulator_brought(self) -> None:
        with unit_of_work() as connection:
            closed(connection, "CP-1", 5)
            connection.exec_driver_sql("UPDATE complaint SET channel = 'regulator'")

            assert appeal_avoidance(connection, SPAN, as_of=NOON).closed == 0

    def test_lists_in_pieces(self) -> None:
        with unit_of_work() as connection:
            for place in range(3):
                closed(connection, f"CP-{place}", 5)
            listed = counted_complaints(connection, SPAN, as_of=NOON, appealed=False, after="CP-0", limit=1)

        assert listed == ["CP-1"]
