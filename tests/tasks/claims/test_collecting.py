"""What parties pay back, what they do not, and the settlement of each month, which is what the ledger says."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from payouts import is_balanced
from recovering import EAST, HUB, books_of, charges_of, moment, on_file, paid_claim, share, unknown

from schemas.complaints import PartyKind
from schemas.exceptions import Role
from schemas.recovery import ChargeState, SettlementItem
from store.charges import NoSuchCharge
from store.ledger import BookedOtherwise
from store.unit_of_work import unit_of_work
from tasks.claims.charging import settle_charges
from tasks.claims.collecting import (
    NoMonth,
    record_recovery,
    settlement_of,
    undo_record_recovery,
    write_off_charge,
)
from tasks.claims.recovering import close_recovered_claims, recover_claims
from tasks.stepping import NotAllowed

Stand = Callable[[datetime], None]
OWED = f"receivable_from_party {EAST}"


@pytest.fixture
def charge(stand_at: Stand) -> str:
    """Have a final charge of 1,000 CNY, and those on file who deal with it."""
    for staff_id, role in (("fin-li", Role.AGENT), ("sup-wang", Role.SUPERVISOR)):
        on_file(staff_id, role)
    on_file("sup-east", Role.SUPERVISOR, ties=frozenset({EAST}))
    on_file("sup-small", Role.SUPERVISOR, limit="999.99")
    recover_claims.fn(paid_claim(share(EAST, "100")))
    stand_at(moment(8))
    [key] = settle_charges.fn()
    return key


def claim_of(key: str) -> str:
    return key.removesuffix("-C1")


class TestRecordRecovery:
    def test_books_all_that_is_owed(self, charge: str) -> None:
        one = record_recovery.fn(charge, reference="2026-11", staff_id="fin-li")

        assert (one.state, one.recovered, one.outstanding) == (ChargeState.RECOVERED, Decimal("1000.00"), 0)
        assert books_of(claim_of(charge)) == {}
        assert is_balanced()

    def test_books_part_of_it_until_all_is_paid(self, charge: str) -> None:
        one = record_recovery.fn(charge, reference="a", staff_id="fin-li", amount=Decimal(400))
        assert (one.state, one.outstanding) == (ChargeState.CHARGED, Decimal("600.00"))
        assert books_of(claim_of(charge)) == {OWED: "600.00"}

        assert record_recovery.fn(charge, reference="b", staff_id="fin-li").state is ChargeState.RECOVERED

    def test_books_a_reference_once(self, charge: str) -> None:
        for _ in range(2):
            record_recovery.fn(charge, reference="a", staff_id="fin-li", amount=Decimal(400))
        for _ in range(2):
            one = record_recovery.fn(charge, reference="b", staff_id="fin-li")

        assert one.recovered == Decimal("1000.00")
        assert books_of(claim_of(charge)) == {}

    def test_books_it_once_when_two_do_it_at_once(self, charge: str) -> None:
        def pay(_turn: int) -> Decimal:
            return record_recovery.fn(charge, reference="a", staff_id="fin-li", amount=Decimal(400)).recovered

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(pay, range(4))) == {Decimal("400.00")}
        assert books_of(claim_of(charge)) == {OWED: "600.00"}

    def test_refuses_another_amount_under_the_same_reference(self, charge: str) -> None:
        record_recovery.fn(charge, reference="a", staff_id="fin-li", amount=Decimal(400))

        with pytest.raises(BookedOtherwise):
            record_recovery.fn(charge, reference="a", staff_id="fin-li", amount=Decimal(500))

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"amount": Decimal("1000.01")}, "1000.00 CNY are owed, not 1000.01"),
            ({"amount": Decimal(0)}, "are owed, not 0"),
            ({"reference": " "}, "name the settlement"),
            ({"staff_id": "nobody"}, "nobody who works here"),
        ],
        ids=["more than is owed", "nothing", "without a reference", "by a stranger"],
    )
    def test_refuses(self, charge: str, changes: dict[str, object], said: str) -> None:
        with pytest.raises(NotAllowed, match=said):
            record_recovery.fn(charge, **{"reference": "a", "staff_id": "fin-li", **changes})  # type: ignore[arg-type]

    def test_refuses_what_is_not_final(self) -> None:
        on_file("fin-li")
        claim = paid_claim(share(EAST, "100"))
        recover_claims.fn(claim)

        with pytest.raises(NotAllowed, match="it is noticed, and nothing is owed for it"):
            record_recovery.fn(f"{claim}-C1", reference="a", staff_id="fin-li")
        with pytest.raises(NoSuchCharge):
            record_recovery.fn(f"{claim}-C9", reference="a", staff_id="fin-li")


class TestUndoRecordRecovery:
    def test_lets_the_party_owe_it_again_once(self, charge: str) -> None:
        record_recovery.fn(charge, reference="a", staff_id="fin-li")

        for _ in range(2):
            one = undo_record_recovery.fn(charge, reference="a", staff_id="fin-li", why="bounced")

        assert (one.state, one.outstanding) == (ChargeState.CHARGED, Decimal("1000.00"))
        assert books_of(claim_of(charge)) == {OWED: "1000.00"}

    def test_takes_another_reference_for_the_next_payment(self, charge: str) -> None:
        record_recovery.fn(charge, reference="a", staff_id="fin-li")
        undo_record_recovery.fn(charge, reference="a", staff_id="fin-li", why="bounced")

        with pytest.raises(NotAllowed, match="give another reference"):
            record_recovery.fn(charge, reference="a", staff_id="fin-li")
        assert record_recovery.fn(charge, reference="b", staff_id="fin-li").state is ChargeState.RECOVERED

    def test_is_refused_for_what_was_never_booked(self, charge: str) -> None:
        with pytest.raises(NotAllowed, match="nothing was booked for the payment a"):
            undo_record_recovery.fn(charge, reference="a", staff_id="fin-li", why="bounced")

    def test_is_refused_once_the_claim_is_closed(self, charge: str) -> None:
        record_recovery.fn(charge, reference="a", staff_id="fin-li")
        close_recovered_claims.fn()

        with pytest.raises(NotAllowed, match="is closed"):
            undo_record_recovery.fn(charge, reference="a", staff_id="fin-li", why="bounced")


class TestWriteOffCharge:
    def test_books_the_rest_as_a_loss_once_with_who_approved_it(self, charge: str) -> None:
        record_recovery.fn(charge, reference="a", staff_id="fin-li", amount=Decimal(400))

        for _ in range(2):
            one = write_off_charge.fn(charge, why="bankrupt", staff_id="fin-li", approved_by="sup-wang")

        assert (one.state, one.recovered) == (ChargeState.WRITTEN_OFF, Decimal("400.00"))
        assert books_of(claim_of(charge)) == {"loss": "600.00"}
        assert is_balanced()

    def test_approves_what_nobody_answers_for(self) -> None:
        on_file("fin-li")
        on_file("sup-wang", Role.SUPERVISOR)
        claim = paid_claim(share(EAST, "60"), unknown("40"), approved=False)
        recover_claims.fn(claim)

        write_off_charge.fn(f"{claim}-C2", why="nobody found", staff_id="fin-li", approved_by="sup-wang")

        assert charges_of(claim) == [(EAST, "600.00", "noticed"), ("", "400.00", "written_off")]
        assert books_of(claim) == {"to_allocate": "600.00", "loss": "400.00"}

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"approved_by": "fin-li"}, "fin-li asks for it: somebody else approves it"),
            ({"approved_by": "nobody"}, "must be on file"),
            ({"approved_by": "sup-east"}, f"tied to {EAST}"),
            ({"approved_by": "sup-small"}, "may approve 999.99 CNY at most"),
            ({"staff_id": "sup-wang", "approved_by": "fin-li"}, "fin-li is no supervisor"),
            ({"why": ""}, "say why"),
            ({"staff_id": "nobody"}, "nobody who works here"),
        ],
        ids=[
            "oneself", "a stranger", "somebody of the party", "above the limit", "an agent", "without a reason",
            "for a stranger",
        ],
    )  # fmt: skip
    def test_refuses_approval_by(self, charge: str, changes: dict[str, str], said: str) -> None:
        told = {"why": "bankrupt", "staff_id": "fin-li", "approved_by": "sup-wang", **changes}

        with pytest.raises(NotAllowed, match=said):
            write_off_charge.fn(charge, **told)
        assert books_of(claim_of(charge)) == {OWED: "1000.00"}

    def test_refuses_where_nothing_is_owed(self, charge: str) -> None:
        record_recovery.fn(charge, reference="a", staff_id="fin-li")

        with pytest.raises(NotAllowed, match="it is recovered, and nothing is owed for it"):
            write_off_charge.fn(charge, why="bankrupt", staff_id="fin-li", approved_by="sup-wang")


class TestSettlementOf:
    def test_says_what_a_month_brought_and_what_is_left(self, charge: str, stand_at: Stand) -> None:
        other = paid_claim(share(EAST, "50"), share(HUB, "50", PartyKind.SORTING_CENTRE), amount="200.00")
        recover_claims.fn(other)
        stand_at(moment(16))
        settle_charges.fn()
        record_recovery.fn(charge, reference="a", staff_id="fin-li", amount=Decimal(400))

        november, december = settlement_of("2026-11"), settlement_of("2026-12")

        assert [(one.party, one.opening, one.charged, one.recovered, one.closing) for one in november] == [
            (EAST, Decimal(0), Decimal(1000), Decimal(0), Decimal(1000)),
        ]
        assert [(one.party, one.opening, one.charged, one.recovered, one.closing) for one in december] == [
            (HUB, Decimal(0), Decimal(100), Decimal(0), Decimal(100)),
            (EAST, Decimal(1000), Decimal(100), Decimal(400), Decimal(700)),
        ]
        [east] = settlement_of("2026-12", party=EAST)
        assert east.items == (SettlementItem(party=EAST, claim_no=other, currency="CNY", charged=Decimal("100.00")),)

    def test_counts_a_payment_that_was_taken_back_as_none(self, charge: str) -> None:
        record_recovery.fn(charge, reference="a", staff_id="fin-li")
        undo_record_recovery.fn(charge, reference="a", staff_id="fin-li", why="bounced")
        write_off_charge.fn(charge, why="bankrupt", staff_id="fin-li", approved_by="sup-wang")

        [one] = settlement_of("2026-11")

        assert (one.charged, one.recovered, one.written_off, one.closing) == (1000, 0, 1000, 0)

    def test_goes_by_the_business_time_zone(self, stand_at: Stand) -> None:
        recover_claims.fn(paid_claim(share(EAST, "100")))
        stand_at(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))  # midnight in Shanghai
        settle_charges.fn()

        assert settlement_of("2026-11") == []
        assert [one.charged for one in settlement_of("2026-12")] == [1000]

    def test_of_nobody_is_empty(self) -> None:
        assert settlement_of("2026-11") == []

    @pytest.mark.parametrize("month", ["2026-13", "November", ""])
    def test_refuses_what_is_no_month(self, month: str) -> None:
        with pytest.raises(NoMonth, match="no month such as 2026-11"):
            settlement_of(month)

    def test_agrees_with_what_the_charges_say(self, charge: str) -> None:
        record_recovery.fn(charge, reference="a", staff_id="fin-li", amount=Decimal("1.00"))

        with unit_of_work() as connection:
            owed = connection.exec_driver_sql(
                "SELECT sum(amount - recovered) FROM charge WHERE state = 'charged'"
            ).scalar_one()
        assert settlement_of("2026-11")[0].closing == owed
