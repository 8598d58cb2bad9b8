"""The settlement of a claim: failed at each commit, each step twice, each undo twice, and a clean slate after."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories import NOON
from interrupting import SIDES, Interrupted, interrupted_at
from payouts import CLAIM, balances, is_balanced, money, wanted

from adapters.payments.fake import StandInProvider
from rules.claims.settlement import SETTLEMENT
from schemas.ledger import Account
from schemas.payments import PayoutState, ReversalReason
from store import ledger, outbox, payouts
from store.outbox import LEASE, Kind
from store.unit_of_work import unit_of_work
from tasks.claims import booking, paying
from tasks.claims.booking import book_agreement, charge_party, undo_book_agreement, undo_charge_party
from tasks.claims.paying import (
    PayoutRefused,
    request_payout,
    reverse_payout,
    settle_payouts,
    undo_request_payout,
)
from tasks.dispatch.sending import send_outbox

KEY = f"{CLAIM}-P1"
PARTY = "城东网点"
SETTLED = {Account.CASH: Decimal("-120.00"), Account.RECEIVABLE_FROM_PARTY: Decimal("120.00")}
BOOKINGS = 4
COMMITS = 12
"""How many commits a settlement takes; each is a moment at which it can fail."""
TAKING_BACK_COMMITS = 14


class Settlement:
    """One claim's settlement, taken from its first step on each time, at a later time each time."""

    def __init__(self, provider: StandInProvider, stand_at: Callable[[datetime], None]) -> None:
        self.provider = provider
        self._stand_at = stand_at
        self._now = NOON

    def settle(self) -> None:
        """Take each step in its order, as a run does that begins again."""
        self._later()
        book_agreement.fn(CLAIM, money(), who="sup-wang")
        request_payout.fn(wanted(), who="sup-wang")
        send_outbox.fn()
        settle_payouts.fn()
        charge_party.fn(CLAIM, money(), PARTY, who="sup-wang")

    def take_back(self) -> None:
        """Take each undo in the opposite order; an order that has left is waited for."""
        self._later()
        undo_charge_party.fn(CLAIM, who="mgr-zhao", reason="objection")
        try:
            undo_request_payout.fn(KEY, who="mgr-zhao", reason="objection")
        except PayoutRefused:
            self._bring_back()
        undo_book_agreement.fn(CLAIM, who="mgr-zhao", reason="objection")

    def _bring_back(self) -> None:
        self._wait_for_the_provider()
        with suppress(PayoutRefused):
            reverse_payout.fn(KEY, why=ReversalReason.WRONG_PAYEE, who="mgr-zhao")
        self._wait_for_the_provider()

    def _wait_for_the_provider(self) -> None:
        for _ in range(3):
            with unit_of_work() as connection:
                if payouts.one(connection, KEY).state not in {PayoutState.REQUESTED, PayoutState.REVERSING}:
                    return
            send_outbox.fn()
            settle_payouts.fn()
            self._later()

    def _later(self) -> None:
        self._now += LEASE + timedelta(minutes=2)
        self._stand_at(self._now)


@pytest.fixture
def settlement(provider: StandInProvider, stand_at: Callable[[datetime], None]) -> Settlement:
    return Settlement(provider, stand_at)


def assert_settled(settlement: Settlement) -> None:
    """Everything was done once."""
    with unit_of_work() as connection:
        made = ledger.of_claim(connection, CLAIM)
        assert payouts.one(connection, KEY).state is PayoutState.PAID
        assert outbox.waiting(connection) == {}
    assert balances() == SETTLED
    assert len(made) == BOOKINGS
    assert settlement.provider.moved == [KEY]
    assert is_balanced()


def assert_clean_slate(settlement: Settlement) -> None:
    """Nothing is owed, ordered, charged or paid, and nothing is on its way; what was booked is all there, twice."""
    with unit_of_work() as connection:
        made = ledger.of_claim(connection, CLAIM)
        states = {one.state for one in payouts.of_claim(connection, CLAIM)}
        on_their_way = set(outbox.waiting(connection)) - {"withdrawn"}
        assert outbox.statuses(connection, [CLAIM], kind=Kind.PAYOUT).get(CLAIM, {}).keys() <= {"done"}
    assert balances() == {}
    assert states <= {PayoutState.WITHDRAWN, PayoutState.REVERSED}
    assert on_their_way == set()
    assert Counter(settlement.provider.moved) == Counter(settlement.provider.brought_back)
    assert {one.reverses for one in made if one.reverses} == {one.key for one in made if not one.reverses}
    assert is_balanced()


class TestTable:
    @pytest.mark.parametrize("step", SETTLEMENT, ids=lambda step: step.name)
    def test_names_tasks_with_their_undo(self, step: Any) -> None:
        tasks = {**vars(booking), **vars(paying)}

        assert tasks[step.name].name == step.name
        assert tasks[step.undo].name == step.undo


class TestSettled:
    def test_takes_so_many_commits(self, settlement: Settlement) -> None:
        with interrupted_at(0, "never") as counted:
            settlement.settle()
        assert_settled(settlement)
        assert counted[0] == COMMITS

        with interrupted_at(0, "never") as counted:
            settlement.take_back()
        assert_clean_slate(settlement)
        assert counted[0] == TAKING_BACK_COMMITS


class TestFailedAtEachCommit:
    @pytest.mark.parametrize("side", SIDES)
    @pytest.mark.parametrize("number", range(1, COMMITS + 1))
    def test_goes_on_to_its_end(self, settlement: Settlement, number: int, side: str) -> None:
        with interrupted_at(number, side), pytest.raises(Interrupted):
            settlement.settle()

        settlement.settle()

        assert_settled(settlement)

    @pytest.mark.parametrize("side", SIDES)
    @pytest.mark.parametrize("number", range(1, COMMITS + 1))
    def test_is_taken_back_to_a_clean_slate(self, settlement: Settlement, number: int, side: str) -> None:
        with interrupted_at(number, side), pytest.raises(Interrupted):
            settlement.settle()

        settlement.take_back()

        assert_clean_slate(settlement)


class TestEachStepTwice:
    def test_does_it_once(self, settlement: Settlement) -> None:
        for _ in range(2):
            settlement.settle()

        assert_settled(settlement)


class TestEachUndoTwice:
    def test_undoes_it_once(self, settlement: Settlement) -> None:
        settlement.settle()

        for _ in range(2):
            settlement.take_back()

        assert_clean_slate(settlement)

    @pytest.mark.parametrize("side", SIDES)
    @pytest.mark.parametrize("number", range(1, TAKING_BACK_COMMITS + 1))
    def test_goes_on_where_an_undo_failed(self, settlement: Settlement, number: int, side: str) -> None:
        settlement.settle()
        with interrupted_at(number, side), pytest.raises(Interrupted):
            settlement.take_back()

        settlement.take_back()

        assert_clean_slate(settlement)

    def test_is_nothing_where_nothing_was_done(self, settlement: Settlement) -> None:
        settlement.take_back()

        assert_clean_slate(settlement)
