"""Dockets in PostgreSQL: which claims were gathered, what became of each, and which still wait (R87)."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from factories import NOON, at
from sqlalchemy import Connection

from schemas.claims import Docket, DocketClaim, DocketOutcome, DocketState
from store import dockets
from store.dockets import NoSuchDocket
from store.unit_of_work import unit_of_work

NUMBERS = ("CL-20261120-000001", "CL-20261120-000002", "CL-20261120-000003")


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def made(connection: Connection, *numbers: str) -> Docket:
    claims = [
        DocketClaim(case_no=number, plan_version=1, amount=Decimal("40.00"), currency="CNY")
        for number in numbers or NUMBERS
    ]
    return dockets.make(connection, claims, day="20261120", at=NOON)


def outcomes(connection: Connection, docket_no: str) -> dict[str, str]:
    return {one.case_no: one.outcome for one in dockets.one_docket(connection, docket_no).claims}


class TestMake:
    def test_gives_a_number_of_the_day_and_what_is_read_again(self, connection: Connection) -> None:
        docket = made(connection)

        assert docket.docket_no == "DK-20261120-000001"
        assert dockets.one_docket(connection, docket.docket_no) == docket
        assert docket.state is DocketState.WAITING

    def test_keeps_the_claims_in_the_order_of_their_numbers(self, connection: Connection) -> None:
        docket_no = made(connection, *reversed(NUMBERS)).docket_no

        assert [one.case_no for one in dockets.one_docket(connection, docket_no).claims] == list(NUMBERS)


class TestOneDocket:
    def test_is_refused_where_there_is_none(self, connection: Connection) -> None:
        with pytest.raises(NoSuchDocket, match="DK-20261120-000009"):
            dockets.one_docket(connection, "DK-20261120-000009")


class TestDecide:
    def test_says_what_became_of_each_and_by_whom(self, connection: Connection) -> None:
        docket_no = made(connection).docket_no
        became = dict(zip(NUMBERS, (DocketOutcome.APPROVED, DocketOutcome.EXCEPTED, DocketOutcome.BARRED), strict=True))

        dockets.decide(connection, docket_no, became, by="sup-zhang", at=at(1))

        docket = dockets.one_docket(connection, docket_no)
        assert (docket.state, docket.decided_by, docket.decided_at) == (DocketState.DECIDED, "sup-zhang", at(1))
        assert outcomes(connection, docket_no) == became

    def test_leaves_other_dockets_as_they_are(self, connection: Connection) -> None:
        first, second = made(connection).docket_no, made(connection, "CL-20261120-000004").docket_no

        dockets.decide(connection, first, dict.fromkeys(NUMBERS, DocketOutcome.APPROVED), by="sup-zhang", at=NOON)

        assert outcomes(connection, second) == {"CL-20261120-000004": ""}
        assert dockets.waiting(connection) == [second]


class TestTakeOut:
    def test_takes_only_the_claims_that_are_named(self, connection: Connection) -> None:
        docket_no = made(connection).docket_no

        dockets.take_out(connection, docket_no, [NUMBERS[1], "CL-20261120-000009"])

        assert list(outcomes(connection, docket_no)) == [NUMBERS[0], NUMBERS[2]]


class TestWaiting:
    def test_lists_those_that_nobody_decided_in_order(self, connection: Connection) -> None:
        numbers = [made(connection, f"CL-20261120-00001{place}").docket_no for place in range(3)]
        dockets.decide(connection, numbers[1], {}, by="", at=NOON, state=DocketState.DISSOLVED)

        assert dockets.waiting(connection) == [numbers[0], numbers[2]]
