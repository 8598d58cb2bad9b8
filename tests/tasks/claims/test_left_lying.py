"""Claims that wait: their claimants hear of it, and the next level does (R16, R71, R84); and parcels that turn up."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from claims import (
    claim_of,
    filed,
    papers_come,
    proposals_of,
    the_desk_works,
    the_money_leaves,
    the_parcel_was_damaged,
    to_the_offer,
)
from complaints import nothing_is_broken, notices_of, staff_called, the_network_is_on_file
from factories import NOON, at

from adapters.payments.fake import StandInProvider
from schemas.assessment import FoundChoice
from schemas.claims import Resolution, State
from schemas.clocks import ClockStatus
from store.unit_of_work import unit_of_work
from tasks.claims.by_hand import NotAllowed, parcel_found
from tasks.claims.escalation import escalate_overdue_claims, refresh_claim_clocks
from tasks.claims.telling import tell_waiting_claimants
from tasks.claims.timing import readings

Stand = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def parcel() -> None:
    the_parcel_was_damaged()


def clocks_of(number: str) -> dict[str, ClockStatus]:
    return {reading.clock: reading.status for reading in readings(claim_of(number), now=NOON)}


class TestTheThreeClocksOfTheStandard:
    def test_run_beside_the_desks_own_from_different_events(self):
        number = filed().claim_no

        clocks = clocks_of(number)
        assert clocks["claim_answer"] is ClockStatus.MET
        assert clocks["compensation_proposal"] is ClockStatus.RUNNING
        assert "compensation_payment" not in clocks

    def test_of_the_payment_starts_with_the_agreement(self):
        number = filed().claim_no
        to_the_offer(number, NOON)

        clocks = clocks_of(number)
        assert clocks["compensation_proposal"] is ClockStatus.MET
        assert clocks["compensation_payment"] is ClockStatus.RUNNING


class TestAClaimant:
    def test_is_written_to_before_he_has_heard_nothing_for_three_days(self, stand_at: Stand):
        number = filed().claim_no
        papers_come(number)
        the_desk_works()
        assert tell_waiting_claimants.fn() == []

        stand_at(at(72))

        assert tell_waiting_claimants.fn() == [number]
        assert tell_waiting_claimants.fn() == []
        assert "赔偿方案已拟定" in notices_of(number)[-1]["body"]

    def test_whose_papers_are_wanted_is_told_which_and_until_when(self, stand_at: Stand):
        number = filed().claim_no
        the_desk_works()

        stand_at(at(72))
        tell_waiting_claimants.fn()

        told = notices_of(number)[-1]["body"]
        assert "全景照片、破损细节照片、面单照片" in told
        assert "2026-11-27 12:00 前提供" in told

    def test_whom_nobody_can_write_to_is_the_desks_to_reach(self, stand_at: Stand):
        number = filed().claim_no
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim_form SET content = content #- '{claimant,phone}'")

        stand_at(at(72))
        tell_waiting_claimants.fn()

        assert "无索赔人联系方式" in notices_of(number, "department")[-1]["subject"]


class TestALateClaim:
    def test_goes_one_level_up_at_a_time(self, stand_at: Stand):
        the_network_is_on_file()
        number = filed().claim_no
        papers_come(number)
        the_desk_works()

        stand_at(at(9))
        assert escalate_overdue_claims.fn(unheard_only=True).count == 1
        assert escalate_overdue_claims.fn(unheard_only=True).count == 0

        assert claim_of(number).escalation_level == 1
        assert "索赔超时升级" in notices_of(number, "department")[-1]["subject"]

    def test_is_listed_with_what_was_due(self, stand_at: Stand):
        number = filed().claim_no
        papers_come(number)
        the_desk_works()
        stand_at(at(9))

        [line] = escalate_overdue_claims.fn().lines

        assert (line["case"], line["clock"], line["type"]) == (number, "assessment", "damage")

    def test_is_not_late_while_the_claimant_thinks_about_an_offer(self, stand_at: Stand):
        number = filed(claimed=60).claim_no
        to_the_offer(number, NOON)
        stand_at(at(24 * 11))

        assert escalate_overdue_claims.fn().count == 0

    def test_is_seen_ahead_of_a_holiday(self):
        filed()
        the_desk_works()

        assert escalate_overdue_claims.fn(24 * 8).count == 1


def test_due_times_are_computed_anew_when_a_profile_changes() -> None:
    number = filed().claim_no
    with unit_of_work() as connection:
        connection.exec_driver_sql("UPDATE claim SET clock_profile = 'claim/2020.01#0', next_due_at = NULL")

    assert refresh_claim_clocks.fn() == 1
    assert claim_of(number).next_due_at is not None
    assert nothing_is_broken()


class TestAParcelThatTurnsUp:
    @pytest.fixture
    def closed(self, provider: StandInProvider) -> str:
        """Give a claim for a lost parcel that was paid and closed."""
        del provider
        staff_called("ag-sun")
        number = filed(event="loss", parcels=[], claimed=100).claim_no
        to_the_offer(number, NOON)
        the_money_leaves()
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'CLOSED', closed_at = now(), ending = 'settled'")
        assert claim_of(number).paid_amount == Decimal(100)
        return number

    @pytest.mark.parametrize("choice", [FoundChoice.PARCEL, FoundChoice.MONEY])
    def test_opens_its_claim_again_with_what_the_claimant_wants(self, closed: str, choice: FoundChoice):
        parcel_found(
            closed, parcel="773000000001", found_on=date(2026, 11, 20), choice=choice, still_lost_percent=Decimal(0),
            staff_id="ag-sun",
        )  # fmt: skip
        the_desk_works()

        plan = proposals_of(closed)[-1]
        assert plan.resolution is Resolution.NOTHING_MORE
        assert plan.assessment is not None
        assert plan.assessment.paid.amount == Decimal(100)
        assert plan.assessment.to_reclaim.amount == (
            Decimal(88) if choice is FoundChoice.PARCEL else Decimal(0)
        )  # the freight stays waived

    def test_is_entered_once_the_claim_is_closed(self, closed: str):
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'RECOVERING', closed_at = NULL, ending = ''")

        with pytest.raises(NotAllowed, match="once the claim is closed"):
            parcel_found(
                closed, parcel="773000000001", found_on=date(2026, 11, 20), choice=FoundChoice.PARCEL,
                still_lost_percent=Decimal(0), staff_id="ag-sun",
            )  # fmt: skip

    def test_is_one_of_the_claim(self, closed: str):
        with pytest.raises(NotAllowed, match="has no parcel"):
            parcel_found(
                closed, parcel="other", found_on=date(2026, 11, 20), choice=FoundChoice.PARCEL,
                still_lost_percent=Decimal(0), staff_id="ag-sun",
            )  # fmt: skip
        assert claim_of(closed).state is State.CLOSED
