"""A claim as a case, interrupted before and after every commit from its decision to its end: the end is the same.

The same automatic steps carry it on, from the first of them, as a run does that begins again. The bookings and the
payout by themselves: test_settlement.py.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from claim_cases import answer_of, decisions_of
from claims import claim_of, filed, offers_of, payouts_of, the_parcel_was_damaged
from claims_desk import BY_PHONE, to_the_gate, what_waits_leaves
from cloning import cloned
from complaints import commands_of, nothing_is_broken, notices_of, staff_called, the_network_is_on_file
from cryptography.fernet import Fernet
from factories import NOON, an_event
from interrupting import SIDES, Interrupted, interrupted_at
from payouts import is_balanced
from recovering import books_of, charges_of
from standins import tell

from adapters.notices.address import address_of
from adapters.payments.fake import StandInProvider
from deployments.engine import postgres
from schemas.approvals import Outcome, Via
from schemas.claims import Ending, OfferState, State
from schemas.exceptions import Role
from schemas.payments import PayoutState
from schemas.tracking import Event
from store import outbox
from store.outbox import LEASE, Kind
from store.unit_of_work import dispose, unit_of_work
from tasks import clock
from tasks.claims.charging import settle_charges
from tasks.claims.collecting import record_recovery
from tasks.claims.negotiating import accept_offer
from tasks.claims.offering import offer_claims
from tasks.claims.paying import settle_payouts
from tasks.claims.recovering import close_recovered_claims, recover_claims
from tasks.claims.settling import confirm_paid, pay_claims
from tasks.supervision.gate import rule_on

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
OUTLET = "示例城东网点"
OBJECTIONS_END = timedelta(days=8)
COMMITS = 40
"""How many commits lie between a claim's gate and its end."""


class Prepared(NamedTuple):
    """A database in which a claim waits for its supervisor."""

    database: str
    secret_key: str
    claim_no: str


@pytest.fixture(scope="module")
def prepared(cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """Bring a claim for 60 of which 40 are owed to its gate, once for all."""
    secret_key = Fernet.generate_key().decode()
    with cloned(cluster, "redress_template", secret_key=secret_key) as name, pytest.MonkeyPatch.context() as patched:
        home = tmp_path_factory.mktemp("home")
        patched.setenv("REDRESS_HOME", str(home))
        for audience in ("customer", "department"):
            patched.setenv(f"REDRESS_NOTICE_{audience.upper()}_URL", address_of(home / "told", audience=audience))
        patched.setattr(clock, "now", lambda: NOON)
        the_network_is_on_file()
        the_parcel_was_damaged()
        tell(an_event(Event.EXCEPTION, -25, reason="carrier.damaged", location=OUTLET))
        for staff_id, role in (("ag-sun", Role.AGENT), ("fin-li", Role.AGENT), ("sup-zhang", Role.SUPERVISOR)):
            staff_called(staff_id, role)
        number = filed(claimed=60).claim_no
        assert to_the_gate(number).state is State.AWAITING_APPROVAL
        dispose()  # nobody may be connected with what is cloned
        yield Prepared(name, secret_key, number)


@pytest.fixture
def database(cluster: postgres.Cluster, prepared: Prepared) -> Iterator[str]:
    """Clone that database, in place of an empty one."""
    with cloned(cluster, prepared.database, secret_key=prepared.secret_key) as name:
        yield cluster.url(name, driver="psycopg2")


class ClaimUnderWay:
    """The claim, carried on from its decision each time, at a later time each time."""

    def __init__(self, number: str, provider: StandInProvider, stand_at: Stand, notices: Notices) -> None:
        self.number = number
        self.provider = provider
        self.notices = notices
        self._stand_at = stand_at
        self._now = NOON
        self._answer = answer_of(number, "sup-zhang", NOON)

    def carry_on(self) -> None:
        """Take each step in its order, as whoever begins again does."""
        self._later(LEASE + timedelta(minutes=2))
        ruling = rule_on(self.number, 1, self._answer, via=Via.RUN, answered_at=NOON, attempt=1)
        assert ruling.outcome is Outcome.APPROVED, ruling.sentence
        offer_claims.fn()
        what_waits_leaves()
        if claim_of(self.number).state is State.OFFERED:
            accept_offer(self.number, **BY_PHONE)
        pay_claims.fn()
        what_waits_leaves()
        settle_payouts.fn()
        confirm_paid.fn()
        recover_claims.fn()
        what_waits_leaves()
        if claim_of(self.number).state is State.RECOVERING:
            self._later(OBJECTIONS_END)
        settle_charges.fn()
        if charges_of(self.number) == [(OUTLET, "40.00", "charged")]:
            record_recovery.fn(f"{self.number}-C1", reference="2026-11", staff_id="fin-li")
        close_recovered_claims.fn()
        what_waits_leaves()

    def _later(self, by: timedelta) -> None:
        self._now += by
        self._stand_at(self._now)


@pytest.fixture
def claim(prepared: Prepared, provider: StandInProvider, stand_at: Stand, notices: Notices) -> ClaimUnderWay:
    return ClaimUnderWay(prepared.claim_no, provider, stand_at, notices)


def assert_ended(claim: ClaimUnderWay) -> None:
    """The claim was decided, offered, agreed, paid, charged and closed, each once; nothing is left under way."""
    number = claim.number
    found = claim_of(number)
    assert (found.state, found.ending, found.paid_amount) == (State.CLOSED, Ending.SETTLED, Decimal("40.00"))
    assert commands_of(number)[-8:] == [
        "request_approval", "approve", "offer", "accept", "pay", "confirm_paid", "recover", "close",
    ]  # fmt: skip
    assert len(decisions_of(number)) == 1
    assert [(offer.amount, offer.state) for offer in offers_of(number)] == [(Decimal("40.00"), OfferState.ACCEPTED)]
    assert [(one.state, one.amount) for one in payouts_of(number)] == [(PayoutState.PAID, Decimal("40.00"))]
    assert claim.provider.moved == [f"{number}-P1"]
    assert charges_of(number) == [(OUTLET, "40.00", "recovered")]
    assert (books_of(number), is_balanced(), nothing_is_broken()) == ({}, True, True)
    assert_told_once(claim)


def assert_told_once(claim: ClaimUnderWay) -> None:
    """There is one letter of each kind; one whose sending was cut off is uncertain, and not repeated."""
    number = claim.number
    assert Counter(notice["purpose"] for notice in notices_of(number)) == dict.fromkeys(
        ("acknowledged", "offer", "agreed", "paid"), 1
    )
    assert set(Counter(str(notice) for notice in claim.notices()).values()) == {1}
    with unit_of_work() as connection:
        rows = [row for row in outbox.of_case(connection, number) if row["kind"] == Kind.NOTICE]
    assert {row["status"] for row in rows} <= {"done", "uncertain"}
    assert {row["attempts"] for row in rows} == {1}


class TestUndisturbed:
    def test_takes_so_many_commits(self, claim: ClaimUnderWay) -> None:
        with interrupted_at(0, "never") as counted:
            claim.carry_on()

        assert_ended(claim)
        assert counted[0] == COMMITS

    def test_does_nothing_more_when_it_is_carried_on_again(self, claim: ClaimUnderWay) -> None:
        for _ in range(3):
            claim.carry_on()

        assert_ended(claim)


class TestInterrupted:
    @pytest.mark.parametrize("side", SIDES)
    @pytest.mark.parametrize("number", range(1, COMMITS + 1))
    def test_comes_to_the_same_end(self, claim: ClaimUnderWay, number: int, side: str) -> None:
        with interrupted_at(number, side), pytest.raises(Interrupted):
            claim.carry_on()

        claim.carry_on()

        assert_ended(claim)
