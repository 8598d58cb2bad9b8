"""A parcel that was claimed as lost is delivered: before it is decided it is assessed anew, and the desk is told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from claim_cases import answers, at_its_gate, docket_with, gate_of
from claim_cases import filed as lost
from claims import claim_of, proposals_of, the_money_leaves
from complaints import commands_of, nothing_is_broken, notices_of
from factories import NOON, an_event
from sqlalchemy import text
from standins import tell

from adapters.payments.fake import StandInProvider
from schemas.approvals import Outcome
from schemas.assessment import ClaimEvent
from schemas.claims import Command, State
from schemas.tracking import Event
from store import outbox
from store.unit_of_work import unit_of_work
from tasks.claims import found
from tasks.claims.assessing import assess_claims
from tasks.claims.found import tell_of_found_parcels

Stand = Callable[[datetime], None]
look = tell_of_found_parcels.fn


@pytest.fixture(autouse=True)
def _engine(provider: StandInProvider, stand_at: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del provider, stand_at
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))


def the_parcel_is_delivered(waybill: str = "773000000001", hours: float = 1) -> None:
    tell(an_event(Event.DELIVERED, hours, location="示例城东网点"), waybill=waybill)


def told_of(number: str) -> list[dict[str, str]]:
    return [one for one in notices_of(number, "department") if one["purpose"] == "parcel-found"]


def paid() -> str:
    number = at_its_gate()
    assert answers(number, NOON).outcome is Outcome.APPROVED
    the_money_leaves()
    assert claim_of(number).state is State.PAID
    return number


class TestBeforeItIsDecided:
    def test_is_assessed_anew_and_the_desk_is_told(self) -> None:
        number = at_its_gate()
        before = claim_of(number).plan
        the_parcel_is_delivered()

        assert look() == [number]
        assert (claim_of(number).state, commands_of(number)[-1]) == (State.ASSESSMENT, Command.RECONSIDER)
        assert "已送达" in told_of(number)[0]["subject"]
        assess_claims.fn(number)
        after = proposals_of(number)[-1]
        assert before is not None
        assert after.version == before.version + 1
        assert nothing_is_broken()

    def test_takes_the_question_back_so_that_nobody_approves_the_loss(self) -> None:
        number = at_its_gate()
        the_parcel_is_delivered()

        look()

        assert gate_of(number).decided
        with unit_of_work() as connection:
            assert {one["status"] for one in outbox.of_case(connection, number) if one["kind"] == "start_run"} <= {
                "withdrawn"
            }

    def test_leaves_its_docket_to_those_whose_parcels_are_still_lost(self) -> None:
        _, [number, other] = docket_with(2)
        the_parcel_is_delivered(claim_of(number).waybill)

        assert look() == [number]
        assert (claim_of(number).docket_no, claim_of(other).state) == ("", State.AWAITING_APPROVAL)

    def test_only_tells_the_desk_where_nothing_is_proposed_yet(self) -> None:
        number = lost()
        state = claim_of(number).state
        the_parcel_is_delivered()

        assert look() == [number]
        assert claim_of(number).state is state
        assert len(told_of(number)) == 1

    def test_tells_whoever_handles_it(self) -> None:
        number = lost()
        with unit_of_work() as connection:
            connection.execute(text("UPDATE claim SET handler = 'ag-li'"))
        the_parcel_is_delivered()

        look()

        assert [one["to"] for one in told_of(number)] == ["ag-li"]

    def test_is_told_once(self) -> None:
        number = at_its_gate()
        the_parcel_is_delivered()
        look()
        assess_claims.fn(number)

        assert look() == []
        assert claim_of(number).state is State.ASSESSED
        assert len(told_of(number)) == 1


class TestAfterItIsPaid:
    def test_the_desk_is_told_and_what_was_paid_and_decided_stays(self) -> None:
        number = paid()
        before = (claim_of(number).plan, commands_of(number))
        the_parcel_is_delivered()

        assert look() == [number]
        assert "loss paid and parcel found later" in told_of(number)[0]["subject"]
        assert (claim_of(number).plan, commands_of(number)) == before

    def test_the_desk_is_told_of_a_closed_claim_for_a_year(self, stand_at: Stand) -> None:
        number = paid()
        with unit_of_work() as connection:
            connection.execute(text("UPDATE claim SET state = 'CLOSED', closed_at = :at"), {"at": NOON})
        the_parcel_is_delivered(hours=24)
        stand_at(NOON + timedelta(days=365))
        assert look() == []
        stand_at(NOON + timedelta(days=364))

        assert look() == [number]


class TestNothing:
    def test_is_told_of_a_parcel_that_was_delivered_before_the_claim(self) -> None:
        the_parcel_is_delivered(hours=-1)
        lost()

        assert look() == []

    def test_is_told_of_another_claim_than_of_a_loss(self) -> None:
        lost(event=ClaimEvent.DELAY)
        the_parcel_is_delivered()

        assert look() == []

    def test_is_told_of_a_closed_claim_that_nothing_was_paid_for(self) -> None:
        lost()
        with unit_of_work() as connection:
            connection.execute(text("UPDATE claim SET state = 'CLOSED', closed_at = :at"), {"at": NOON})
        the_parcel_is_delivered()

        assert look() == []


def test_many_are_looked_at_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found, "BATCH", 2)
    waybills = [f"77320000000{turn}" for turn in range(5)]
    numbers = [lost(waybill) for waybill in waybills]
    for waybill in waybills:
        the_parcel_is_delivered(waybill)

    assert sorted(look()) == sorted(numbers)
