"""Amounts that carrier and claimant named: at most one of a claim is open, and none is ever edited (R79)."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from factories import NOON, at
from sqlalchemy import Connection
from statements import statements

from schemas.claims import OfferBy, OfferState
from store import claim_offers
from store.claim_offers import Named
from store.unit_of_work import unit_of_work

FIRST, SECOND = "CL-20261120-000001", "CL-20261120-000002"


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def an_offer(claim_no: str = FIRST, amount: str = "40", by: OfferBy = OfferBy.CARRIER) -> Named:
    return Named(claim_no, by, "ag-sun", Decimal(amount), "CNY", 1, at(240), "说明")


def states(connection: Connection, claim_no: str = FIRST) -> list[tuple[int, str, OfferState]]:
    return [(one.number, str(one.amount), one.state) for one in claim_offers.offers_of(connection, claim_no)]


class TestName:
    def test_numbers_what_is_named_and_counters_what_was_open(self, connection: Connection) -> None:
        for amount, by in (("40", OfferBy.CARRIER), ("55", OfferBy.CLAIMANT), ("45", OfferBy.CARRIER)):
            claim_offers.name(connection, [an_offer(amount=amount, by=by)], at=NOON)

        assert states(connection) == [
            (1, "40.00", OfferState.COUNTERED), (2, "55.00", OfferState.COUNTERED), (3, "45.00", OfferState.OPEN),
        ]  # fmt: skip

    def test_keeps_who_when_until_when_and_why(self, connection: Connection) -> None:
        claim_offers.name(connection, [an_offer()], at=NOON)

        [offer] = claim_offers.offers_of(connection, FIRST)
        assert (offer.by, offer.who, offer.made_at, offer.until, offer.note, offer.settled_at) == (
            OfferBy.CARRIER, "ag-sun", NOON, at(240), "说明", None,
        )  # fmt: skip

    def test_takes_many_claims_in_as_few_statements_as_one(self, connection: Connection) -> None:
        with statements() as of_one:
            claim_offers.name(connection, [an_offer("CL-1")], at=NOON)
        with statements() as of_many:
            claim_offers.name(connection, [an_offer(f"CL-{number}") for number in range(2, 60)], at=NOON)

        assert len(of_many) == len(of_one)
        assert states(connection, "CL-59") == [(1, "40.00", OfferState.OPEN)]

    def test_of_nothing_does_nothing(self, connection: Connection) -> None:
        claim_offers.name(connection, [], at=NOON)

        assert states(connection) == []


class TestSettle:
    @pytest.mark.parametrize("became", [OfferState.ACCEPTED, OfferState.LAPSED, OfferState.RECALLED])
    def test_says_what_became_of_what_is_open_and_of_nothing_else(
        self, connection: Connection, became: OfferState
    ) -> None:
        for amount in ("40", "45"):
            claim_offers.name(connection, [an_offer(amount=amount)], at=NOON)
        claim_offers.name(connection, [an_offer(SECOND)], at=NOON)

        claim_offers.settle(connection, [FIRST], became, at=at(1))

        assert states(connection) == [(1, "40.00", OfferState.COUNTERED), (2, "45.00", became)]
        assert claim_offers.offers_of(connection, FIRST)[-1].settled_at == at(1)
        assert states(connection, SECOND) == [(1, "40.00", OfferState.OPEN)]

    def test_changes_nothing_twice(self, connection: Connection) -> None:
        claim_offers.name(connection, [an_offer()], at=NOON)
        claim_offers.settle(connection, [FIRST], OfferState.ACCEPTED, at=at(1))

        claim_offers.settle(connection, [FIRST], OfferState.RECALLED, at=at(2))

        assert states(connection) == [(1, "40.00", OfferState.ACCEPTED)]
