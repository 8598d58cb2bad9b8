"""Appeals in the store: one row each, papers that are only added, and a history that verification covers."""

from collections.abc import Iterator

import pytest
from appeals import a_forwarded_appeal, a_report
from factories import NOON, a_registration, at
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from rules.appeals.clocks import AppealClocks
from rules.appeals.preconditions import Admissible, preconditions
from schemas.appeals import Appeal, AppealState
from store import appeal_links, appeal_papers, appeals
from store.appeal_papers import PaperKind
from store.appeals import Chosen, NoSuchAppeal, Opening
from store.case_history import Signature, broken_histories
from store.tracking import shipments
from store.unit_of_work import unit_of_work

SIGN = Signature(who="ag-sun", role="agent", at=NOON, policy_version="test")
FOUND = preconditions(Admissible(jurisdiction="CN", appealed_at=NOON), clocks=AppealClocks())


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def registered(connection: Connection, **changes: object) -> Appeal:
    told = a_forwarded_appeal(**changes)
    opening = Opening(
        told, {"jurisdiction": "CN", "waybill": told.waybill}, FOUND, lambda _: {"tell_due_at": at(2), "due_kind": "x"}
    )
    return appeals.register(connection, opening, prefix="AP-20261120-", sign=SIGN)


class TestRegister:
    def test_gives_consecutive_numbers_and_whole_histories(self, connection: Connection) -> None:
        numbers = [registered(connection, regulator_no=str(place)).case_no for place in range(2)]

        assert numbers == ["AP-20261120-000001", "AP-20261120-000002"]
        assert broken_histories(connection) == (2, [])

    def test_refuses_a_second_one_with_the_regulator_s_number(self, connection: Connection) -> None:
        registered(connection)

        with pytest.raises(IntegrityError):
            registered(connection)

    def test_keeps_no_name_in_the_history(self, connection: Connection) -> None:
        registered(connection)
        kept = connection.exec_driver_sql("SELECT string_agg(h::text, '') FROM case_history h").scalar_one()

        assert not [secret for secret in ("钱七", "19900007777", "未收到") if secret in kept]


class TestTampering:
    @pytest.mark.parametrize(
        ("statement", "found"),
        [
            ("UPDATE appeal SET regulator = 'another'", "the case's regulator is 'another'"),
            ("UPDATE appeal SET received_at = received_at + interval '1 day'", "the case's received_at is"),
            ("UPDATE appeal SET state = 'CLOSED'", "the case's state is 'CLOSED'"),
            ("DELETE FROM case_history", "the whole history is missing"),
        ],
    )
    def test_is_found(self, connection: Connection, statement: str, found: str) -> None:
        registered(connection)
        connection.exec_driver_sql(statement)

        [fault] = broken_histories(connection)[1]
        assert found in fault


class TestSelect:
    def test_reads_what_is_chosen(self, connection: Connection) -> None:
        one = registered(connection)
        other = registered(connection, regulator_no="2", waybill="773000000002")

        def numbers(chosen: Chosen) -> list[str]:
            return [found.case_no for found in appeals.select_appeals(connection, chosen, lock=True)]

        both = [one.case_no, other.case_no]
        assert numbers(Chosen()) == numbers(Chosen(open_only=True)) == numbers(Chosen(tell_by=at(2))) == both
        assert numbers(Chosen(tell_by=at(1))) == numbers(Chosen(states=[AppealState.CLOSED])) == []
        assert numbers(Chosen(waybill="773000000002")) == numbers(Chosen(case_nos=[other.case_no])) == [other.case_no]
        assert numbers(Chosen(complaint_no="CP-20261101-000001")) == []

    def test_says_when_there_is_none(self, connection: Connection) -> None:
        with pytest.raises(NoSuchAppeal, match="there is no appeal AP-1"):
            appeals.one_appeal(connection, "AP-1")


class TestPapers:
    def test_come_back_as_they_were_told_under_a_hash(self, connection: Connection) -> None:
        appeal = registered(connection)
        digest = appeal_papers.add_paper(
            connection, appeal.case_no, PaperKind.PROGRESS, a_report(), place=1, sign=SIGN, document="正文"
        )
        forwarded, report = appeal_papers.papers_of(connection, appeal.case_no)

        assert appeal_papers.told_of(connection, appeal.case_no) == a_forwarded_appeal()
        assert forwarded.kind is PaperKind.FORWARDED
        assert (report.document, report.sha256, report.who) == ("正文", digest, "ag-sun")

    def test_are_never_written_over(self, connection: Connection) -> None:
        appeal = registered(connection)

        with pytest.raises(IntegrityError):
            appeal_papers.add_paper(
                connection, appeal.case_no, PaperKind.FORWARDED, a_forwarded_appeal(), place=1, sign=SIGN
            )

    def test_have_the_conditions_as_they_were_looked_at_last(self, connection: Connection) -> None:
        appeal = registered(connection)
        anew = preconditions(Admissible(jurisdiction="CN", appealed_at=NOON, relation="sender"), clocks=AppealClocks())
        appeal_papers.add_preconditions(connection, appeal.case_no, anew, assessment=2)

        assert appeal_papers.preconditions_of(connection, appeal.case_no) == anew


class TestLinks:
    def test_say_when_a_parcel_was_posted(self, connection: Connection) -> None:
        assert appeal_links.posted_at(connection, "773000000001") is None
        shipments.register(connection, [a_registration()], at=NOON)
        assert appeal_links.posted_at(connection, "773000000001") == NOON

        connection.exec_driver_sql("UPDATE shipment SET picked_up_at = registered_at - interval '1 hour'")
        assert appeal_links.posted_at(connection, "773000000001") == at(-1)

    def test_know_whose_numbers_are_whose(self, connection: Connection) -> None:
        shipments.register(connection, [a_registration(waybill=f"77300000000{place}") for place in (1, 2)], at=NOON)
        own = registered(connection)
        other = registered(connection, regulator_no="2", waybill="773000000002")
        words = {"773000000001", "773000000002", own.case_no, other.case_no, "2026-11-20"}

        assert appeal_links.numbers_of_others(connection, words, own={"773000000001"}, waybill="773000000001") == [
            "773000000002",
            other.case_no,
        ]
