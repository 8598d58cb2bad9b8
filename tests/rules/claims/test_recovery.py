"""Who is charged for a claim and who rules about it: shares to the cent, and nobody judges in his own matter."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.claims.bookings import Place
from rules.claims.recovery import (
    CHARGEABLE,
    MAY_BECOME,
    Loss,
    after_payment,
    approver_refused,
    charge_key,
    free_to_allocate,
    is_settled,
    object_until,
    objection_refused,
    parts_of,
    recovery_refused,
    ruler_refused,
    ruling_refused,
)
from rules.claims.recovery_texts import BOOK
from rules.claims.recovery_wording import RULED, basis_of, notice, ruling
from schemas.approvals import Staff
from schemas.assessment import ClaimEvent, InternalShare
from schemas.claims import Claim, ClaimChannel, ClaimPlan, Liability, Resolution, State
from schemas.complaints import LiableParty, PartyKind
from schemas.exceptions import Role
from schemas.ledger import Account
from schemas.money import Money
from schemas.recovery import PENDING, Charge, ChargeState

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
EAST = "城东网点"
CLAIM_NO = "CL-20261120-000001"
S = ChargeState


def a_share(name: str = EAST, percent: str = "100", kind: PartyKind = PartyKind.OUTLET) -> InternalShare:
    return InternalShare(kind=kind, name=name, share=Decimal(percent), amount=Money(amount=Decimal(0), currency="CNY"))


def a_charge(**changes: Any) -> Charge:
    values = {
        "key": f"{CLAIM_NO}-C1", "claim_no": CLAIM_NO, "number": 1, "kind": PartyKind.OUTLET, "party": EAST,
        "share": Decimal(60), "amount": Decimal("600.00"), "currency": "CNY", "basis": "方案 plan 1",
        "state": S.NOTICED, "noticed_at": NOW, "object_until": NOW + timedelta(days=7),
    }  # fmt: skip
    return Charge(**{**values, **changes})


def a_paid_claim(**changes: Any) -> Claim:
    values = {
        "case_no": CLAIM_NO, "event": ClaimEvent.LOSS, "channel": ClaimChannel.WEBSITE, "state": State.RECOVERING,
        "version": 9, "waybill": "773000000001", "opened_at": NOW, "state_since": NOW, "handler": "ag-sun",
    }  # fmt: skip
    return Claim(**{**values, **changes})


class TestPartsOf:
    def test_gives_each_party_its_share_and_the_carrier_what_is_left(self) -> None:
        split = [a_share(EAST, "50"), a_share("", "20", PartyKind.UNKNOWN), a_share("华东分拨", "30")]

        parts = parts_of(Decimal("1000.00"), split)

        assert [(part.name, part.share, part.amount) for part in parts] == [
            (EAST, 50, Decimal("500.00")), ("华东分拨", 30, Decimal("300.00")), ("", 20, Decimal("200.00")),
        ]  # fmt: skip

    @pytest.mark.parametrize("kind", PartyKind)
    def test_charges_only_whoever_can_be_charged(self, kind: PartyKind) -> None:
        [part] = parts_of(Decimal("10.00"), [a_share("somebody", kind=kind)])

        assert part.name == ("somebody" if kind in CHARGEABLE else "")

    def test_charges_nobody_without_a_name_or_a_split(self) -> None:
        for split in ([a_share("")], []):
            [part] = parts_of(Decimal("10.00"), split)
            assert (part.kind, part.name, part.amount) == (PartyKind.UNKNOWN, "", Decimal("10.00"))

    def test_leaves_out_a_part_that_comes_to_nothing(self) -> None:
        assert [part.name for part in parts_of(Decimal("0.01"), [a_share("a", "70"), a_share("b", "30")])] == ["a"]

    @given(
        st.decimals("0.01", "99999.99", places=2),
        st.lists(st.tuples(st.sampled_from(PartyKind), st.sampled_from(["", "a", "b"])), max_size=6),
    )
    def test_sums_to_the_amount_whatever_the_split(self, amount: Decimal, split: list[tuple[PartyKind, str]]) -> None:
        parts = parts_of(amount, [a_share(name, "12.5", kind) for kind, name in split])

        assert sum(part.amount for part in parts) == amount
        assert all(part.amount > 0 for part in parts)


class TestObjectUntil:
    def test_is_a_week_for_the_carriers_own_parties_and_two_for_a_partner(self) -> None:
        assert object_until(PartyKind.OUTLET, now=NOW) == NOW + timedelta(days=7)
        assert object_until(PartyKind.PARTNER, now=NOW) == NOW + timedelta(days=15)


class TestFreeToAllocate:
    def test_is_what_stands_there_less_what_parties_were_told_of(self) -> None:
        standing = {
            Place(Account.TO_ALLOCATE, "", "CNY"): Decimal("1000.00"),
            Place(Account.RECEIVABLE_FROM_PARTY, EAST, "CNY"): Decimal("50.00"),
        }
        charges = [a_charge(state=state, amount=Decimal("100.00")) for state in S]

        assert free_to_allocate(standing, charges) == {"CNY": Decimal("1000.00") - 100 * len(PENDING)}

    def test_is_nothing_where_all_is_told(self) -> None:
        standing = {Place(Account.TO_ALLOCATE, "", "CNY"): Decimal("600.00")}

        assert free_to_allocate(standing, [a_charge()]) == {}
        assert free_to_allocate({}, [a_charge()]) == {}

    def test_is_kept_apart_by_currency(self) -> None:
        standing = {Place(Account.TO_ALLOCATE, "", currency): Decimal("700.00") for currency in ("CNY", "USD")}

        assert free_to_allocate(standing, [a_charge()]) == {"CNY": Decimal("100.00"), "USD": Decimal("700.00")}


class TestIsSettled:
    @pytest.mark.parametrize("account", Account)
    def test_is_so_unless_somebody_is_to_answer_for_something(self, account: Account) -> None:
        open_accounts = set(Account) - {Account.CASH, Account.LOSS}

        assert is_settled({Place(account, "", "CNY"): Decimal(1)}) is (account not in open_accounts)


ALLOWED = {
    (S.NOTICED, S.OBJECTED), (S.NOTICED, S.CHARGED), (S.OBJECTED, S.CHARGED), (S.OBJECTED, S.LIFTED),
    (S.CHARGED, S.CHARGED), (S.CHARGED, S.RECOVERED), (S.CHARGED, S.WRITTEN_OFF), (S.RECOVERED, S.CHARGED),
    (S.UNAPPROVED, S.WRITTEN_OFF),
    *((origin, S.TAKEN_BACK) for origin in (S.NOTICED, S.OBJECTED, S.CHARGED, S.WRITTEN_OFF, S.UNAPPROVED)),
}  # fmt: skip


class TestMayBecome:
    @pytest.mark.parametrize(("origin", "target"), list(product(S, S)), ids=lambda state: state.value)
    def test_allows_exactly(self, origin: ChargeState, target: ChargeState) -> None:
        assert (target in MAY_BECOME[origin]) is ((origin, target) in ALLOWED)


class TestObjectionRefused:
    def test_is_heard_until_the_last_moment(self) -> None:
        assert objection_refused(a_charge(), now=NOW + timedelta(days=7)) is None
        assert objection_refused(a_charge(), now=NOW + timedelta(days=7, seconds=1)) == "the time to object is over"

    @pytest.mark.parametrize("state", sorted(set(S) - {S.NOTICED}))
    def test_is_refused_once_it_is(self, state: ChargeState) -> None:
        assert objection_refused(a_charge(state=state), now=NOW) == f"it is {state.value}"


class TestRulingRefused:
    @pytest.mark.parametrize("state", S)
    def test_unless_an_objection_waits(self, state: ChargeState) -> None:
        assert (ruling_refused(a_charge(state=state)) is None) is (state is S.OBJECTED)


class TestRulerRefused:
    def test_lets_somebody_rule_who_has_no_part_in_it(self) -> None:
        liability = Liability(decided_by="sup-li", confirmed_by="mgr-zhao")

        assert ruler_refused("sup-wang", a_paid_claim(liability=liability), ties=(), names={EAST}) is None
        assert ruler_refused("sup-wang", a_paid_claim(), ties={"城西网点"}, names={EAST}) is None

    @pytest.mark.parametrize("staff_id", ["ag-sun", "sup-li", "mgr-zhao"])
    def test_refuses_whoever_investigated_or_said_who_answers(self, staff_id: str) -> None:
        liability = Liability(decided_by="sup-li", confirmed_by="mgr-zhao")

        refused = ruler_refused(staff_id, a_paid_claim(liability=liability), ties=(), names={EAST})

        assert refused == f"{staff_id} investigated it: somebody else rules"

    def test_refuses_whoever_it_is_about(self) -> None:
        courier = LiableParty(kind=PartyKind.COURIER, name="ag-wu", share=Decimal(100))
        claim = a_paid_claim(liability=Liability(parties=(courier,)))

        assert "it is about ag-wu" in str(ruler_refused("ag-wu", claim, ties=(), names={EAST}))
        assert "it is about ag-he" in str(ruler_refused("ag-he", claim, ties=(), names={"ag-he"}))

    def test_refuses_whoever_is_of_the_party(self) -> None:
        refused = ruler_refused("sup-wang", a_paid_claim(), ties={EAST, "x"}, names={EAST})

        assert refused == f"sup-wang is tied to {EAST}: somebody else rules"


class TestRecoveryRefused:
    @pytest.mark.parametrize("amount", ["0.01", "500.00"])
    def test_takes_what_is_owed(self, amount: str) -> None:
        charge = a_charge(state=S.CHARGED, recovered=Decimal("100.00"))

        assert recovery_refused(charge, Decimal(amount)) is None

    @pytest.mark.parametrize("amount", ["0", "-1", "500.01"])
    def test_refuses_nothing_and_more(self, amount: str) -> None:
        charge = a_charge(state=S.CHARGED, recovered=Decimal("100.00"))

        assert recovery_refused(charge, Decimal(amount)) == f"500.00 CNY are owed, not {amount}"

    def test_refuses_what_is_not_owed(self) -> None:
        assert recovery_refused(a_charge(), Decimal(1)) == "it is noticed, and nothing is owed for it"


class TestAfterPayment:
    def test_is_recovered_when_all_is_paid(self) -> None:
        charge = a_charge(state=S.CHARGED, recovered=Decimal("100.00"))

        assert after_payment(charge, Decimal("500.00")) is S.RECOVERED
        assert after_payment(charge, Decimal("499.99")) is S.CHARGED


class TestLosable:
    @pytest.mark.parametrize("state", S)
    def test_is_what_is_owed_or_waits_for_approval(self, state: ChargeState) -> None:
        charge = a_charge(state=state, recovered=Decimal("0.00"))

        assert bool(charge.losable) is (state in {S.CHARGED, S.UNAPPROVED})
        assert bool(charge.outstanding) is (state is S.CHARGED)


def an_approver(**changes: Any) -> Staff:
    values = {
        "staff_id": "sup-wang", "name": "王", "roles": frozenset({Role.SUPERVISOR}), "amount_limit": Decimal(600),
    }  # fmt: skip
    return Staff(**{**values, **changes})


class TestApproverRefused:
    def test_takes_a_supervisor_within_his_limit(self) -> None:
        loss = Loss(Decimal(600), "CNY")

        assert approver_refused(an_approver(), loss, asked_by="fin-li", names={EAST}) is None

    @pytest.mark.parametrize(
        ("approver", "said"),
        [
            (None, "must be on file"),
            (an_approver(active=False), "must be on file"),
            (an_approver(staff_id="fin-li"), "somebody else approves it"),
            (an_approver(roles=frozenset({Role.AGENT})), "is no supervisor"),
            (an_approver(ties=frozenset({EAST})), f"tied to {EAST}"),
            (an_approver(staff_id=EAST), f"tied to {EAST}"),
            (an_approver(amount_limit=Decimal("599.99")), "may approve 599.99 CNY at most, not 600 CNY"),
            (an_approver(currency="USD"), "may approve 600 USD at most, not 600 CNY"),
        ],
        ids=["nobody", "who left", "who asks", "an agent", "of the party", "the party", "too small", "other money"],
    )
    def test_refuses(self, approver: Staff | None, said: str) -> None:
        refused = approver_refused(approver, Loss(Decimal(600), "CNY"), asked_by="fin-li", names={EAST})

        assert said in str(refused)


class TestTexts:
    def test_tell_amount_basis_and_until_when(self) -> None:
        for language, said in (("zh", "应承担 600.00 CNY"), ("en", "600.00 CNY of it are yours to bear")):
            message = notice(a_charge(), a_paid_claim(), language, due_at="2026-11-27 12:00")  # type: ignore[arg-type]
            assert said in message.body
            assert all(told in message.body for told in ("2026-11-27 12:00", "方案 plan 1，60%", "773000000001"))

    @pytest.mark.parametrize("state", RULED)
    def test_tell_what_was_ruled_and_why(self, state: ChargeState) -> None:
        for place, language in enumerate(("zh", "en")):
            message = ruling(a_charge(state=state, ruling="封签完好"), a_paid_claim(), language)  # type: ignore[arg-type]
            assert RULED[state][place] in message.body
            assert "封签完好" in message.body

    def test_leave_out_a_parcel_that_nobody_named(self) -> None:
        assert "运单" not in notice(a_charge(), a_paid_claim(waybill=""), "zh", due_at="").body

    def test_are_read_inside_the_carrier(self) -> None:
        assert set(BOOK.reader.values()) == {"department"}


class TestBasisOf:
    def test_names_the_plan_and_why_something_is_shared_out(self) -> None:
        plan = ClaimPlan(version=2, resolution=Resolution.PAY)

        assert basis_of(a_paid_claim(plan=plan)) == "方案 plan 2"
        assert basis_of(a_paid_claim(), why="rest") == "方案 plan —；rest"


class TestChargeKey:
    def test_names_claim_and_number(self) -> None:
        assert charge_key(CLAIM_NO, 2) == f"{CLAIM_NO}-C2"
