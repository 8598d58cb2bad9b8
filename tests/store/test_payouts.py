"""Payouts in the store: accounts are sealed, lists are masked, and nothing becomes what it cannot."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from factories import NOON, at
from payouts import ACCOUNT, CLAIM, wanted
from sqlalchemy import Connection, text

from schemas.payments import Payout, PayoutMethod, PayoutState
from store import payouts
from store.payouts import NoSuchPayout, RequestedOtherwise, StalePayout, Turn
from store.unit_of_work import unit_of_work

KEY = f"{CLAIM}-P1"


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def added(connection: Connection, **changes: object) -> Payout:
    payout, is_new = payouts.add(connection, wanted(**changes), method=PayoutMethod.BANK_FILE, who="sup-wang", at=NOON)
    assert is_new
    return payout


class TestAdd:
    def test_seals_the_account(self, connection: Connection) -> None:
        added(connection)

        row = connection.execute(text("SELECT payout::text AS everything FROM payout")).one()
        assert ACCOUNT not in row.everything
        assert [one.account for one in payouts.addressed(connection, [KEY])] == [ACCOUNT]

    def test_gives_what_was_requested_before(self, connection: Connection) -> None:
        first = added(connection)

        again = payouts.add(connection, wanted(), method=PayoutMethod.PROVIDER, who="other", at=at(1))

        assert again == (first, False)

    @pytest.mark.parametrize(
        "other", [{"amount": Decimal("120.01")}, {"account": "6222020200112233446"}, {"payee": "王小红"}], ids=str
    )
    def test_refuses_something_else_under_the_same_number(
        self, connection: Connection, other: dict[str, object]
    ) -> None:
        added(connection)

        with pytest.raises(RequestedOtherwise):
            payouts.add(connection, wanted(**other), method=PayoutMethod.BANK_FILE, who="sup-wang", at=NOON)

    def test_shows_neither_account_nor_payee_when_it_is_printed(self, connection: Connection) -> None:
        added(connection)

        [found] = payouts.addressed(connection, [KEY])
        assert not [secret for secret in (ACCOUNT, "王小明") if secret in f"{found!r}{found.payout!r}"]


class TestListing:
    def test_masks_payee_and_account(self, connection: Connection) -> None:
        added(connection)

        [line] = payouts.listing(connection)
        assert (line.payee, line.account) == ("王**", "****3445")

    def test_is_of_a_claim_a_state_or_all(self, connection: Connection) -> None:
        added(connection)
        added(connection, claim_no="CL-20261128-000002")

        assert len(payouts.listing(connection)) == 2
        assert [line.key for line in payouts.listing(connection, claim_no=CLAIM)] == [KEY]
        assert payouts.listing(connection, states=[PayoutState.PAID]) == []
        assert payouts.listing(connection, uncertain=True) == []
        assert len(payouts.listing(connection, limit=1)) == 1


class TestMove:
    def test_changes_nothing_that_somebody_else_moved(self, connection: Connection) -> None:
        payout = added(connection)
        payouts.move_many(connection, [Turn(payout, PayoutState.PAID)], at=NOON)

        with pytest.raises(StalePayout):
            payouts.move_many(connection, [Turn(payout, PayoutState.REFUSED)], at=NOON)

    def test_makes_nothing_of_what_has_ended(self, connection: Connection) -> None:
        payouts.move_many(connection, [Turn(added(connection), PayoutState.WITHDRAWN, "why")], at=NOON)
        ended = payouts.one(connection, KEY)

        assert (ended.state, ended.reason) == (PayoutState.WITHDRAWN, "why")
        with pytest.raises(StalePayout, match=KEY):
            payouts.move_many(connection, [Turn(ended, PayoutState.PAID)], at=NOON)

    def test_keeps_the_first_time_of_payment(self, connection: Connection) -> None:
        added(connection)
        for state, hours in ((PayoutState.PAID, 1), (PayoutState.REVERSING, 2), (PayoutState.PAID, 3)):
            payouts.move_many(connection, [Turn(payouts.one(connection, KEY), state)], at=at(hours))

        assert payouts.one(connection, KEY).paid_at == at(1)


class TestOne:
    def test_is_missed_by_its_key(self, connection: Connection) -> None:
        with pytest.raises(NoSuchPayout, match=KEY):
            payouts.one(connection, KEY)

    def test_is_among_those_of_its_claim_in_order(self, connection: Connection) -> None:
        added(connection, number=2)
        added(connection, number=1)

        assert [one.key for one in payouts.of_claim(connection, CLAIM)] == [KEY, f"{CLAIM}-P2"]
