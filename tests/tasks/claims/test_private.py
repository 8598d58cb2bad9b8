"""Matters that somebody settled himself: taken down by staff, and the claim about it ends with it (R83)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from factories import NOON, a_supervisor
from sqlalchemy import text

from rules.reporting.periods import NoSuchPeriod
from schemas.assessment import ClaimEvent
from schemas.claims import (
    Claim,
    ClaimChannel,
    ClaimForm,
    Command,
    DocketClaim,
    DocketState,
    Ending,
    OfferBy,
    PrivateParty,
    PrivateSettlement,
    State,
)
from schemas.ledger import Money
from store import approvals, claim_offers, dockets, staff
from store.case_history import Signature, broken_histories, history_of
from store.claim_offers import Named
from store.claims import NoSuchClaim, Opening, one_claim, open_claims
from store.unit_of_work import unit_of_work
from tasks.claims.private import NotTakenDown, private_settlements_of, settle_privately
from tasks.stepping import NotAllowed

PARCEL = "778000000001"
SIGN = Signature(who="redress", role="system", at=NOON, policy_version="test")


@pytest.fixture(autouse=True)
def _zhang_works_here(database: str) -> None:
    del database
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(), secret="x" * 32)


def a_claim(**columns: Any) -> str:
    """File a claim about the parcel, and give its number."""
    form = ClaimForm(channel=ClaimChannel.HOTLINE, event=ClaimEvent.LOSS, waybill=PARCEL, account="丢了")
    opening = Opening(form=form, missing=(), columns=lambda claim, details: columns, details={})
    with unit_of_work() as connection:
        [claim] = open_claims(connection, [opening], day="20261120", sign=SIGN)
    return claim.case_no


def settled(**changes: Any) -> PrivateSettlement:
    told: dict[str, Any] = {
        "party": PrivateParty.DRIVER, "name": "赵六", "money": Money(amount=Decimal("120.50")),
        "on": date(2026, 11, 20), "staff_id": "sup-zhang",
    }  # fmt: skip
    return settle_privately(**told | changes)


def standing(case_no: str) -> Claim:
    with unit_of_work() as connection:
        return one_claim(connection, case_no)


def on_file() -> list[PrivateSettlement]:
    return private_settlements_of("2026-11")


class TestSettlePrivately:
    def test_takes_down_what_was_told_and_by_whom(self) -> None:
        kept = settled(waybill=PARCEL, note="当面赔付")

        assert [kept] == on_file()
        assert (kept.party, kept.amount, kept.currency) == (PrivateParty.DRIVER, Decimal("120.50"), "CNY")
        assert (kept.told_by, kept.told_at, kept.waybill, kept.note) == ("sup-zhang", NOON, PARCEL, "当面赔付")

    def test_ends_the_open_claim_that_it_names(self) -> None:
        case_no = a_claim()

        kept = settled(claim_no=case_no)

        claim = standing(case_no)
        assert (claim.state, claim.ending, claim.closed_at) == (State.CLOSED, Ending.PRIVATELY_SETTLED, NOON)
        assert kept.waybill == PARCEL
        with unit_of_work() as connection:
            entry = history_of(connection, case_no)[-1]
            assert broken_histories(connection, case_no) == (1, [])
        assert (entry["command"], entry["who"], entry["role"]) == (
            Command.SETTLE_PRIVATELY, "sup-zhang", "supervisor",
        )  # fmt: skip
        assert entry["details"] == {
            "settlement": kept.settlement_id, "party": "driver", "amount": "120.50", "currency": "CNY",
        }  # fmt: skip

    def test_leaves_nobody_with_an_offer_or_a_decision_about_it(self) -> None:
        with unit_of_work() as connection:
            case_no = "CL-20261120-000001"
            gathered = DocketClaim(case_no=case_no, plan_version=1, amount=Decimal(5), currency="CNY")
            docket = dockets.make(connection, [gathered], day="20261120", at=NOON)
            approvals.open_gates(connection, [(case_no, 1, "amount")], at=NOON)
            claim_offers.name(connection, [Named(case_no, OfferBy.CARRIER, "x", Decimal(5), "CNY", 1)], at=NOON)
        assert a_claim(docket_no=docket.docket_no) == case_no

        settled(claim_no=case_no)

        with unit_of_work() as connection:
            assert approvals.open_gates_of(connection, [case_no]) == {}
            assert [offer.state for offer in claim_offers.offers_of(connection, case_no)] == ["recalled"]
            after = dockets.one_docket(connection, docket.docket_no)
        assert (after.state, after.claims) == (DocketState.WAITING, ())

    def test_is_only_written_down_of_a_claim_that_is_closed(self) -> None:
        case_no = a_claim()
        with unit_of_work() as connection:
            connection.execute(text("UPDATE claim SET state = 'CLOSED', closed_at = now(), ending = 'denied'"))

        assert settled(claim_no=case_no).claim_no == case_no
        assert standing(case_no).ending == Ending.DENIED

    def test_writes_nothing_when_the_claim_may_not_end_so(self) -> None:
        case_no = a_claim(paid_amount=Decimal(50))

        with pytest.raises(NotAllowed, match="money was paid for it"):
            settled(claim_no=case_no)

        assert on_file() == []
        assert standing(case_no).state is State.FILED

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"name": " "}, "say who settled it"),
            ({"waybill": ""}, "name the parcel or the claim"),
            ({"on": date(2026, 11, 21)}, "2026-11-21 has not come yet"),
            ({"money": Money(amount=Decimal("10000000000.00"))}, "more than the books hold"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, changes: dict[str, Any], why: str) -> None:
        with pytest.raises(NotTakenDown, match=why):
            settled(**{"waybill": PARCEL} | changes)
        assert on_file() == []

    def test_refuses_a_parcel_that_is_not_the_claims(self) -> None:
        with pytest.raises(NotTakenDown, match=f"is about {PARCEL}, not about 778999999999"):
            settled(claim_no=a_claim(), waybill="778999999999")

    def test_takes_one_claim_down_once(self) -> None:
        case_no = a_claim()
        settled(claim_no=case_no)

        with pytest.raises(NotTakenDown, match="on file already"):
            settled(claim_no=case_no)
        assert len(on_file()) == 1

    @pytest.mark.parametrize("staff_id", ["nobody", ""])
    def test_is_for_people_who_work_here(self, staff_id: str) -> None:
        with pytest.raises(NotAllowed, match="nobody who works here"):
            settled(waybill=PARCEL, staff_id=staff_id)

    def test_names_a_claim_that_there_is(self) -> None:
        with pytest.raises(NoSuchClaim):
            settled(claim_no="CL-20260101-999999")


class TestPrivateSettlementsOf:
    def test_are_those_of_the_month_the_oldest_first(self) -> None:
        for day in (date(2026, 11, 20), date(2026, 10, 31), date(2026, 11, 1)):
            settled(waybill=PARCEL, on=day)

        assert [one.settled_on.day for one in on_file()] == [1, 20]

    @pytest.mark.parametrize("month", ["2026-W47", "2026-13", "November"])
    def test_are_asked_for_by_a_month(self, month: str) -> None:
        with pytest.raises(NoSuchPeriod, match=month):
            private_settlements_of(month)
