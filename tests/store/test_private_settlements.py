"""The register of what was settled privately (R83): by days, the oldest first, and by claim."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from factories import NOON
from sqlalchemy import Connection

from schemas.claims import PrivateParty, PrivateSettlement
from store import private_settlements
from store.unit_of_work import unit_of_work

CLAIM = "CL-20261120-000001"


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def added(connection: Connection, day: str = "2026-11-20", **told: Any) -> PrivateSettlement:
    values = {"party": PrivateParty.DRIVER, "name": "孙师傅", "amount": Decimal("300.00"), "currency": "CNY", **told}
    return private_settlements.add(connection, settled_on=date.fromisoformat(day), told_by="ag-sun", at=NOON, **values)


def days(connection: Connection, since: str, until: str) -> list[str]:
    found = private_settlements.listing(connection, since=date.fromisoformat(since), until=date.fromisoformat(until))
    return [str(one.settled_on) for one in found]


class TestAdd:
    def test_gives_what_is_on_file(self, connection: Connection) -> None:
        kept = added(connection, claim_no=CLAIM, waybill="773000000001", note="当面赔付")

        assert (kept.name, kept.amount, kept.told_by, kept.told_at) == ("孙师傅", Decimal(300), "ag-sun", NOON)
        assert private_settlements.listing(connection, since=NOON.date(), until=date(2026, 11, 21)) == [kept]

    @pytest.mark.parametrize("party", PrivateParty)
    def test_keeps_each_class_of_party(self, connection: Connection, party: PrivateParty) -> None:
        assert added(connection, party=party).party is party


class TestListing:
    def test_reads_from_the_first_day_until_before_the_last_the_oldest_first(self, connection: Connection) -> None:
        for day in ("2026-12-01", "2026-11-30", "2026-10-31", "2026-11-01"):
            added(connection, day)

        assert days(connection, "2026-11-01", "2026-12-01") == ["2026-11-01", "2026-11-30"]

    def test_reads_those_of_one_day_as_they_were_told(self, connection: Connection) -> None:
        first, second = added(connection), added(connection, name="李师傅")

        assert first.settlement_id < second.settlement_id
        assert days(connection, "2026-11-20", "2026-11-21") == ["2026-11-20", "2026-11-20"]


class TestIsOnFile:
    def test_knows_the_claims_that_were_settled(self, connection: Connection) -> None:
        added(connection, claim_no=CLAIM)
        added(connection, waybill="773000000001")

        assert private_settlements.is_on_file(connection, CLAIM)
        assert not private_settlements.is_on_file(connection, "CL-20261120-000002")
