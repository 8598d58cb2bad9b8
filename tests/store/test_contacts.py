"""Attempts to reach customers: what was begun, what came of it, and when each case is to be looked at."""

from collections.abc import Iterator

import pytest
from factories import at
from sqlalchemy import Connection

from schemas.channels import Channel, ContactAttempt, Contacted
from store import contacts
from store.contacts import BegunAttempt
from store.unit_of_work import unit_of_work

CASE = "EX-1"


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def begun(key: str = "k1", *, case_no: str = CASE, channel: Channel = Channel.SMS, hours: float = 0) -> BegunAttempt:
    outcome = Contacted.UNDER_WAY
    return BegunAttempt(
        case_no, key, ContactAttempt(channel=channel, at=at(hours), outcome=outcome, by="redress", purpose="severe")
    )


def told(outcome: Contacted, hours: float = 1, channel: Channel = Channel.VOICE_CALL) -> ContactAttempt:
    return ContactAttempt(channel=channel, at=at(hours), outcome=outcome, by="ag-sun", note="在上班")


def standing(connection: Connection, case_no: str = CASE) -> list[tuple[str, str]]:
    return [(one.channel.value, one.outcome.value) for one in contacts.of_cases(connection, [case_no]).get(case_no, [])]


def due(connection: Connection, hours: float) -> list[str]:
    return contacts.due(connection, now=at(hours), limit=10)


class TestBegin:
    def test_notes_what_is_under_way_and_that_the_case_is_looked_at(self, connection: Connection) -> None:
        contacts.begin(connection, [begun(), begun("k2", case_no="EX-2", hours=1)])

        assert standing(connection) == [("sms", "under_way")]
        assert (due(connection, 0), due(connection, 1)) == ([CASE], [CASE, "EX-2"])

    def test_notes_a_letter_once(self, connection: Connection) -> None:
        for _ in range(2):
            contacts.begin(connection, [begun()])

        assert standing(connection) == [("sms", "under_way")]

    def test_takes_two_attempts_of_one_case_at_once(self, connection: Connection) -> None:
        contacts.begin(connection, [begun("k1", hours=2), begun("k2", hours=1)])

        assert due(connection, 1) == [CASE]

    def test_does_nothing_with_nothing(self, connection: Connection) -> None:
        contacts.begin(connection, [])

        assert due(connection, 1) == []


class TestNoteSent:
    def test_says_what_came_of_what_was_under_way(self, connection: Connection) -> None:
        contacts.begin(connection, [begun(), begun("k2", channel=Channel.VOICE_MESSAGE)])

        contacts.note_sent(connection, {"k1": Contacted.NO_ANSWER, "k2": Contacted.UNDELIVERABLE}, at=at(1))

        assert standing(connection) == [("sms", "no_answer"), ("voice_message", "undeliverable")]

    def test_says_it_once(self, connection: Connection) -> None:
        contacts.begin(connection, [begun()])
        for hours in (1, 2):
            contacts.note_sent(connection, {"k1": Contacted.NO_ANSWER}, at=at(hours))

        assert [one.at for one in contacts.of_cases(connection, [CASE])[CASE]] == [at(1)]

    def test_knows_of_no_letter_that_was_not_noted(self, connection: Connection) -> None:
        contacts.note_sent(connection, {"k1": Contacted.NO_ANSWER}, at=at(1))

        assert standing(connection) == []

    def test_has_the_case_looked_at_again(self, connection: Connection) -> None:
        contacts.begin(connection, [begun()])
        contacts.put_off(connection, {CASE: None})

        contacts.note_sent(connection, {"k1": Contacted.NO_ANSWER}, at=at(1))

        assert due(connection, 1) == [CASE]


class TestTell:
    def test_says_what_came_of_the_oldest_call_that_was_asked_for(self, connection: Connection) -> None:
        contacts.begin(connection, [begun("k1", channel=Channel.VOICE_CALL), begun("k2", channel=Channel.VOICE_CALL)])

        contacts.tell(connection, CASE, told(Contacted.NO_ANSWER), look_at=at(1))

        assert standing(connection) == [("voice_call", "under_way"), ("voice_call", "no_answer")]
        [first] = [one for one in contacts.of_cases(connection, [CASE])[CASE] if one.by == "ag-sun"]
        assert (first.purpose, first.note) == ("severe", "在上班")

    def test_keeps_what_nobody_had_asked_for(self, connection: Connection) -> None:
        contacts.begin(connection, [begun()])

        contacts.tell(connection, CASE, told(Contacted.REACHED), look_at=at(1))

        assert standing(connection) == [("sms", "under_way"), ("voice_call", "reached")]

    def test_says_nothing_of_an_answered_call_twice(self, connection: Connection) -> None:
        contacts.begin(connection, [begun("k1", channel=Channel.VOICE_CALL)])

        for hours in (1, 2):
            contacts.tell(connection, CASE, told(Contacted.NO_ANSWER, hours), look_at=at(hours))

        assert standing(connection) == [("voice_call", "no_answer")] * 2

    def test_keeps_rows_and_changes_none(self, connection: Connection) -> None:
        contacts.begin(connection, [begun("k1", channel=Channel.VOICE_CALL)])
        contacts.tell(connection, CASE, told(Contacted.NO_ANSWER), look_at=at(1))

        kept = connection.exec_driver_sql("SELECT outcome, key FROM contact_attempt ORDER BY attempt_id").all()

        assert [tuple(row) for row in kept] == [("under_way", "k1"), ("no_answer", "k1")]


class TestDue:
    def test_names_the_longest_waiting_first_and_no_more_than_asked_for(self, connection: Connection) -> None:
        contacts.begin(connection, [begun("k1", hours=2), begun("k2", case_no="EX-2", hours=1)])

        assert contacts.due(connection, now=at(3), limit=1) == ["EX-2"]

    def test_puts_cases_off_or_lets_them_go(self, connection: Connection) -> None:
        contacts.begin(connection, [begun("k1"), begun("k2", case_no="EX-2")])

        contacts.put_off(connection, {CASE: at(5), "EX-2": None})

        assert (due(connection, 4.9), due(connection, 5)) == ([], [CASE])

    def test_puts_off_nothing_when_there_is_nothing(self, connection: Connection) -> None:
        contacts.put_off(connection, {})

        assert due(connection, 1) == []
