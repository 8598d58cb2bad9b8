"""Charges: a party may object in time, a person who has no part in it rules, and only what is final is booked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from networks import HEAD, PROVINCE, a_department
from payouts import is_balanced
from recovering import (
    EAST,
    HUB,
    PARTNER,
    books_of,
    charges_of,
    moment,
    on_file,
    paid_claim,
    paid_claims,
    share,
    unknown,
)

from schemas.complaints import PartyKind
from schemas.exceptions import Role
from schemas.ledger import BookingEvent
from schemas.recovery import Charge, ChargeState
from store import charges, ledger, outbox
from store import network as network_store
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.charging import Instead, object_to_charge, rule_charge, settle_charges, waiting_charges
from tasks.claims.recovering import recover_claims
from tasks.stepping import NotAllowed

Stand = Callable[[datetime], None]


def charged(*split: object, **changes: object) -> str:
    """Have a claim in recovery, and give the key of its first charge."""
    claim = paid_claim(*(split or (share(EAST, "100"),)), **changes)  # type: ignore[arg-type]
    recover_claims.fn(claim)
    return f"{claim}-C1"


def read(key: str) -> Charge:
    with unit_of_work() as connection:
        return charges.one_charge(connection, key)


def letters(claim_no: str) -> list[dict[str, str]]:
    with unit_of_work() as connection:
        return [item["payload"] for item in outbox.of_case(connection, claim_no)]


class TestNotice:
    def test_tells_the_party_amount_basis_and_until_when_it_may_object(self) -> None:
        key = charged(share(EAST, "60"), unknown("40"))

        [letter] = letters(read(key).claim_no)

        assert (letter["audience"], letter["to"], letter["purpose"]) == ("department", EAST, "charge")
        for said in ("600.00 CNY", "方案 plan 1，60%", "2026-11-27 12:00", key, "773000000001", "丢失"):
            assert said in letter["body"]
        assert "王小明" not in str(letter)
        assert "13912345678" not in str(letter)

    def test_is_in_english_where_the_business_writes_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_LANGUAGE", "en")

        [letter] = letters(read(charged()).claim_no)

        assert "1000.00 CNY of it are yours to bear" in letter["body"]

    def test_goes_where_the_network_says(self) -> None:
        with unit_of_work() as connection:
            east = a_department("E1", EAST, contact="east@example.test")
            network_store.replace(connection, [HEAD, PROVINCE, east], at=clock.now())

        [letter] = letters(read(charged()).claim_no)

        assert letter["to"] == "east@example.test"

    def test_gives_a_partner_more_time(self) -> None:
        key = charged(share(PARTNER, "100", PartyKind.PARTNER))

        assert read(key).object_until == clock.now() + timedelta(days=15)


class TestSettleCharges:
    def test_books_what_nobody_objected_to_once_the_time_is_over(self, stand_at: Stand) -> None:
        key = charged()
        stand_at(moment(7))
        assert settle_charges.fn() == []
        stand_at(moment(7) + timedelta(seconds=1))

        assert [settle_charges.fn(), settle_charges.fn()] == [[key], []]

        assert read(key).state is ChargeState.CHARGED
        assert books_of(read(key).claim_no) == {f"receivable_from_party {EAST}": "1000.00"}
        assert is_balanced()

    def test_books_each_once_when_two_do_it_at_once(self, stand_at: Stand) -> None:
        numbers = paid_claims(30, share(EAST, "60"), share(HUB, "40"))
        recover_claims.fn()
        stand_at(moment(8))

        with ThreadPoolExecutor(2) as pool:
            done = [key for keys in pool.map(lambda _turn: settle_charges.fn(), range(2)) for key in keys]

        assert sorted(done) == sorted(f"{number}-C{place}" for number in numbers for place in (1, 2))
        assert all("to_allocate" not in books_of(number) for number in numbers)

    def test_leaves_a_claim_whose_payment_failed(self, stand_at: Stand) -> None:
        charged()
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'AGREED'")
        stand_at(moment(8))

        assert settle_charges.fn() == []

    def test_leaves_what_somebody_objected_to(self, stand_at: Stand) -> None:
        key = charged()
        object_to_charge(key, by=EAST, words="封签完好")
        stand_at(moment(30))

        assert settle_charges.fn() == []


class TestObjectToCharge:
    def test_keeps_who_said_what_when(self) -> None:
        key = charged()

        one = object_to_charge(key, by=EAST, words="交接时封签完好")

        assert (one.state, one.objected_by, one.objection, one.objected_at) == (
            ChargeState.OBJECTED, EAST, "交接时封签完好", clock.now(),
        )  # fmt: skip
        assert [item.key for item in waiting_charges.fn()] == [key]

    def test_is_possible_for_staff_on_file(self) -> None:
        assert object_to_charge(charged(), by=on_file("ag-wu"), words="told by telephone").objected_by == "ag-wu"

    @pytest.mark.parametrize(
        ("by", "words", "days", "said"),
        [
            (EAST, " ", 0, "say why"),
            ("城西网点", "x", 0, "城西网点 is neither the party, nor on file"),
            (EAST, "x", 7.01, "the time to object is over"),
        ],
        ids=["without a reason", "by somebody else", "too late"],
    )
    def test_is_refused(self, stand_at: Stand, by: str, words: str, days: float, said: str) -> None:
        key = charged()
        stand_at(moment(days))

        with pytest.raises(NotAllowed, match=said):
            object_to_charge(key, by=by, words=words)
        assert read(key).state is ChargeState.NOTICED

    def test_is_heard_once(self) -> None:
        key = charged()
        object_to_charge(key, by=EAST, words="first")

        with pytest.raises(NotAllowed, match="it is objected"):
            object_to_charge(key, by=EAST, words="second")


@pytest.fixture
def objected() -> str:
    key = charged(share(EAST, "60"), share(HUB, "40", PartyKind.SORTING_CENTRE))
    object_to_charge(key, by=EAST, words="交接时封签完好")
    for staff_id in ("sup-li", "sup-wang", "sup-small"):
        on_file(staff_id, Role.SUPERVISOR, limit="50" if staff_id == "sup-small" else "5000")
    on_file("sup-east", Role.SUPERVISOR, ties=frozenset({EAST}))
    on_file("ag-wu")
    on_file("ag-sun", Role.MANAGER)
    return key


class TestRuleCharge:
    def test_upholds_it_and_books_it_at_once(self, objected: str) -> None:
        one = rule_charge(objected, upheld=True, ruling="监控显示破损", staff_id="sup-wang")

        assert (one.state, one.ruled_by, one.ruling) == (ChargeState.CHARGED, "sup-wang", "监控显示破损")
        assert books_of(one.claim_no) == {"to_allocate": "400.00", f"receivable_from_party {EAST}": "600.00"}

    def test_lifts_it_to_the_carriers_own_loss_which_the_ruler_approves(self, objected: str) -> None:
        one = rule_charge(objected, upheld=False, ruling="封签完好", staff_id="sup-wang")

        assert one.state is ChargeState.LIFTED
        assert books_of(one.claim_no) == {"to_allocate": "400.00", "loss": "600.00"}
        with unit_of_work() as connection:
            booked = ledger.of_claim(connection, one.claim_no)
        [loss] = [made for made in booked if made.event is BookingEvent.WRITTEN_OFF]
        assert (loss.noted.who, loss.noted.approved_by, loss.noted.reason) == ("redress", "sup-wang", "封签完好")

    def test_tells_it_to_whoever_answers_instead(self, objected: str) -> None:
        one = rule_charge(
            objected, upheld=False, ruling="途中破损", staff_id="sup-wang", instead=Instead(PartyKind.PARTNER, PARTNER)
        )

        assert charges_of(one.claim_no) == [
            (EAST, "600.00", "lifted"), (HUB, "400.00", "noticed"), (PARTNER, "600.00", "noticed"),
        ]  # fmt: skip
        assert books_of(one.claim_no) == {"to_allocate": "1000.00"}
        assert f"instead of {objected}" in read(f"{one.claim_no}-C3").basis

    def test_tells_the_party_what_was_ruled(self, objected: str) -> None:
        one = rule_charge(objected, upheld=False, ruling="封签完好", staff_id="sup-wang")

        told = letters(one.claim_no)[-1]
        assert told["to"] == EAST
        assert "免予追偿" in told["body"]
        assert "封签完好" in told["body"]

    @pytest.mark.parametrize(
        ("staff_id", "said"),
        [
            ("ag-wu", "is no supervisor"),
            ("ag-sun", "ag-sun investigated it"),
            ("sup-li", "sup-li investigated it"),
            ("sup-east", f"tied to {EAST}"),
            ("nobody", "nobody who works here"),
        ],
        ids=["an agent", "the handler", "whoever decided the liability", "somebody of the party", "a stranger"],
    )
    def test_is_refused_to(self, objected: str, staff_id: str, said: str) -> None:
        with pytest.raises(NotAllowed, match=said):
            rule_charge(objected, upheld=True, ruling="x", staff_id=staff_id)
        assert read(objected).state is ChargeState.OBJECTED

    def test_is_refused_to_lift_more_than_the_ruler_may_approve(self, objected: str) -> None:
        with pytest.raises(NotAllowed, match=r"may approve 50\.00 CNY at most, not 600\.00 CNY"):
            rule_charge(objected, upheld=False, ruling="x", staff_id="sup-small")
        assert read(objected).state is ChargeState.OBJECTED

    @pytest.mark.parametrize(
        ("instead", "said"),
        [
            (Instead(PartyKind.FORCE_MAJEURE, "台风"), "cannot be charged"),
            (Instead(PartyKind.OUTLET, " "), "cannot be charged"),
            (Instead(PartyKind.OUTLET, EAST), "is the party that objected"),
        ],
        ids=["force majeure", "nobody", "the same party"],
    )
    def test_is_refused_where_nobody_can_be_charged_so(self, objected: str, instead: Instead, said: str) -> None:
        with pytest.raises(NotAllowed, match=said):
            rule_charge(objected, upheld=False, ruling="x", staff_id="sup-wang", instead=instead)
        assert read(objected).state is ChargeState.OBJECTED

    def test_is_refused_without_a_reason(self, objected: str) -> None:
        with pytest.raises(NotAllowed, match="say why"):
            rule_charge(objected, upheld=True, ruling="", staff_id="sup-wang")

    def test_is_refused_twice_and_where_nobody_objected(self, objected: str) -> None:
        rule_charge(objected, upheld=True, ruling="x", staff_id="sup-wang")

        with pytest.raises(NotAllowed, match="it is charged, and no objection waits"):
            rule_charge(objected, upheld=False, ruling="x", staff_id="sup-wang")
        with pytest.raises(NotAllowed, match="it is noticed"):
            rule_charge(objected.replace("C1", "C2"), upheld=False, ruling="x", staff_id="sup-wang")
