"""理赔 that comes from another case (R56): an exception or a complaint whose remedy is money.

By command somebody files it; where the carrier compensates by claims (REDRESS_COMPENSATE_BY=claim), the approved order
to pay becomes one on its way out: it is not placed at the carrier's desk, and the loss is paid once, by the claim.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from claim_cases import answers
from claims import claim_of
from claims_desk import at_the_gate, proposed, the_desk_passes, to_the_gate
from complaints import complaint_of, nothing_is_broken, notices_of, staff_called, supervisor_answers, the_parcel_is_late
from complaints import filed as complained
from complaints import the_desk_works as the_service_desk_works
from complaints import to_the_gate as to_the_complaints_gate
from factories import a_plan, a_registration, a_trouble, an_event, at
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from adapters.payments.fake import StandInProvider
from schemas.approvals import Outcome
from schemas.assessment import ClaimEvent
from schemas.claims import Claim, ClaimantTold, ClaimChannel, ClaimForm, ParcelTold, State
from schemas.complaints import ComplaintType, Validity
from schemas.complaints import State as ComplaintState
from schemas.exceptions import ExceptionCase, ExceptionType, Role
from schemas.exceptions import State as CaseState
from schemas.tracking import Event
from store import cases, claims, outbox, payments
from store.case_history import Signature
from store.cases import NewCase
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.claims.from_cases import claim_from_case
from tasks.claims.intake import add_to_claim
from tasks.claims.told import Incomplete, TakenIn
from tasks.complaints.by_hand import decide_finding
from tasks.dispatch.senders import alone
from tasks.dispatch.sending import send_due
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions, report_severe_exceptions
from tasks.exceptions.letters import work_orders
from tasks.exceptions.planning import plan_remedies, triage_plans
from tasks.exceptions.resolution import carry_out_plans, confirm_carried_out, feed_back_results
from tasks.stepping import NotAllowed

pytestmark = pytest.mark.usefixtures("claims_office")

Stand = Callable[[datetime], None]
WAYBILL = "773000000001"
DAMAGED_AT = "示例城东网点"


@pytest.fixture(autouse=True)
def as_claims(desk: StandInDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    del desk
    monkeypatch.setenv("REDRESS_COMPENSATE_BY", "claim")


def the_exceptions_pass() -> None:
    """Take every step of the automatic path of exceptions once."""
    find_exceptions.fn()
    for step in (record_exceptions, investigate_exceptions, report_severe_exceptions, plan_remedies, triage_plans):
        step.fn()
    carry_out_plans.fn()
    send_due(kinds=[Kind.NOTICE, Kind.WORK_ORDER])
    confirm_carried_out.fn()
    feed_back_results.fn()


def the_case() -> ExceptionCase:
    with unit_of_work() as connection:
        return cases.select_cases(connection)[0]


def orders_of(case_no: str) -> list[outbox.Item]:
    """Read the work orders of a case, as a dispatcher gets them."""
    with unit_of_work() as connection:
        return [
            outbox.Item(row["id"], Kind.WORK_ORDER, row["key"], case_no, row["payload"], row["attempts"])
            for row in outbox.of_case(connection, case_no)
            if row["kind"] == Kind.WORK_ORDER
        ]


def claims_about(origin: str) -> list[Claim]:
    with unit_of_work() as connection:
        return claims.select_claims(connection, claims.Chosen(origin_case=origin))


def counted_as_paid() -> dict[str, Decimal]:
    """Give by case what counts as paid for the parcel."""
    with unit_of_work() as connection:
        return {one.case_no: one.amount for one in payments.ordered_for(connection, [WAYBILL]).get(WAYBILL, ())}


@pytest.fixture
def exception() -> ExceptionCase:
    """Give an exception of a damaged parcel for which a supervisor approved that 800 are paid."""
    register(a_registration(declared_value="1200", insured_amount="1200", freight="20"), at=at(-72))
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.damaged", location=DAMAGED_AT))
    the_exceptions_pass()
    assert supervisor_answers(the_case().case_no, at(), amount="800").outcome is Outcome.APPROVED
    return the_case()


class TestAnExceptionsCompensation:
    def test_becomes_a_claim_and_no_order_to_the_carriers_desk(
        self, exception: ExceptionCase, desk: StandInDesk
    ) -> None:
        the_exceptions_pass()

        [claim] = claims_about(exception.case_no)
        assert (claim.channel, claim.event, claim.claimed) == (ClaimChannel.EXCEPTION, ClaimEvent.DAMAGE, Decimal(800))
        assert [order.measure for order in desk.orders.values()] == ["INSPECT_AND_PHOTOGRAPH"]
        assert the_case().state is CaseState.FED_BACK  # what was approved is under way

    def test_is_one_claim_however_often_the_order_is_sent(self, exception: ExceptionCase) -> None:
        """A dispatcher that was killed between the claim's commit and the order's sends it again."""
        the_exceptions_pass()
        [paid] = [item for item in orders_of(exception.case_no) if item.payload["measure"] == "COMPENSATE"]

        again = [alone(paid) for _ in range(3)]

        [claim] = claims_about(exception.case_no)
        assert again == [{"claim": claim.case_no}] * 3
        assert claim.version == claims_about(exception.case_no)[0].version

    def test_counts_once_while_it_is_under_way_and_not_against_its_own_claim(self, exception: ExceptionCase) -> None:
        assert counted_as_paid() == {exception.case_no: Decimal(800)}

        the_exceptions_pass()

        assert counted_as_paid() == {}  # it stands for a claim, of which nothing is approved yet

    def test_is_paid_by_the_claim_in_full_and_once(
        self, exception: ExceptionCase, provider: StandInProvider, desk: StandInDesk
    ) -> None:
        the_exceptions_pass()
        [draft] = claims_about(exception.case_no)
        assert (draft.state, draft.missing) == (State.DRAFT, ("parcels",))

        # How much of it is gone the case did not know; the consignee says so, with whose money it is.
        told = ClaimForm(
            channel=ClaimChannel.EXCEPTION, event=ClaimEvent.DAMAGE,
            payee={"name": "王五", "account": "6222020200112233445"},  # type: ignore[arg-type]  # as it is told
            claimant=ClaimantTold(), parcels=(ParcelTold(id=WAYBILL, lost_percent=Decimal("66.6667")),),
        )  # fmt: skip
        add_to_claim(draft.case_no, told, taken=TakenIn("ag-sun", Role.AGENT))
        to_the_gate(draft.case_no)
        assert proposed(draft.case_no).amount == Decimal("800.00")  # not reduced by the order that it stands for
        answers(draft.case_no, at(0.1))
        the_desk_passes()
        the_exceptions_pass()

        assert claim_of(draft.case_no).paid_amount == Decimal("800.00")
        assert provider.moved == [f"{draft.case_no}-P1"]
        assert counted_as_paid() == {draft.case_no: Decimal("800.00")}
        assert "COMPENSATE" not in {order.measure for order in desk.orders.values()}
        assert nothing_is_broken()

    def test_stays_an_order_where_the_carrier_pays_by_orders(
        self, exception: ExceptionCase, desk: StandInDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_COMPENSATE_BY", "work_order")
        the_exceptions_pass()

        assert claims_about(exception.case_no) == []
        assert {order.measure for order in desk.orders.values()} == {"INSPECT_AND_PHOTOGRAPH", "COMPENSATE"}
        assert counted_as_paid() == {exception.case_no: Decimal(800)}

    def test_that_was_ordered_keeps_the_loss_from_being_claimed_again(
        self, exception: ExceptionCase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_COMPENSATE_BY", "work_order")
        the_exceptions_pass()

        staff_called("ag-sun")
        number = claim_from_case(exception.case_no, staff_id="ag-sun", lost_percent=Decimal("66.6667")).claim_no
        to_the_gate(number)

        plan = proposed(number)
        assert plan.assessment is not None
        assert (plan.assessment.paid.amount, plan.assessment.due.amount) == (Decimal("800.00"), Decimal("0.00"))


class TestACompensationThatLeadsToNoClaim:
    """Nothing says what would be claimed for: the carrier's desk pays it by the order, and it keeps back no other."""

    @pytest.fixture
    def unclear(self) -> str:
        """Give an approved exception about an address, whose plan pays something all the same."""
        register(a_registration(waybill="773000000002"))
        trouble = a_trouble(type=ExceptionType.ADDRESS_ERROR, reason="sender.wrong_address")
        sign = Signature(who="redress", role="system", at=at(), policy_version="test")
        with unit_of_work() as connection:
            opened = cases.open_cases(connection, [NewCase("773000000002", trouble)], prefix="EX-20261120-", sign=sign)
            [case] = cases.select_cases(connection, case_nos=opened)
            outbox.put(connection, work_orders(case.model_copy(update={"plan": a_plan()}), now=at()))
        return case.case_no

    def test_stays_an_order_beside_one_that_becomes_a_claim(
        self, exception: ExceptionCase, unclear: str, desk: StandInDesk
    ) -> None:
        the_exceptions_pass()

        assert sorted((order.case_no, order.measure) for order in desk.orders.values()) == [
            (exception.case_no, "INSPECT_AND_PHOTOGRAPH"), (unclear, "COMPENSATE"), (unclear, "INSPECT_AND_PHOTOGRAPH"),
        ]  # fmt: skip
        assert len(claims_about(exception.case_no)) == 1
        assert claims_about(unclear) == []


class TestAComplaintsCompensation:
    @pytest.fixture
    def complaint(self) -> str:
        """Give a complaint about a lost parcel, in which a supervisor approved that 50 are paid."""
        the_parcel_is_late(declared_value="60", insured_amount="60", freight="12")
        number = complained(type=ComplaintType.LOSS, demand={"text": "照价赔偿", "amount": "50"}).complaint_no
        staff_called("sup-li", Role.SUPERVISOR)
        to_the_complaints_gate(number)
        decide_finding(number, validity=Validity.VALID, note="属实", staff_id="sup-li")
        the_service_desk_works()
        assert supervisor_answers(number, at()).outcome is Outcome.APPROVED
        return number

    def test_becomes_a_claim_in_which_the_complaint_is_named(self, complaint: str, desk: StandInDesk) -> None:
        the_service_desk_works()

        [claim] = claims_about(complaint)
        assert (claim.channel, claim.event, claim.claimed) == (ClaimChannel.COMPLAINT, ClaimEvent.LOSS, Decimal(50))
        assert "COMPENSATE" not in {order.measure for order in desk.orders.values()}
        assert complaint_of(complaint).state is ComplaintState.FED_BACK

    def test_is_not_paid_to_whoever_complained_without_an_assignment(
        self, complaint: str, provider: StandInProvider, stand_at: Stand
    ) -> None:
        """Who complained need not be the sender, whose contract it is (R86)."""
        the_service_desk_works()
        [claim] = claims_about(complaint)
        the_desk_passes()
        stand_at(at(24 * 7))
        the_desk_passes()
        refused = answers(claim.case_no, at(24 * 7))
        assert (refused.outcome, "证据" in refused.sentence) == (Outcome.ASK_AGAIN, True)

        stand_at(at(24 * 7 + 1))
        answers(claim.case_no, at(24 * 7 + 1), comment="寄件人已电话确认转让")
        the_desk_passes()

        assert claim_of(claim.case_no).agreed_amount == Decimal("50.00")
        assert "请提供收款账户" in notices_of(claim.case_no)[-1]["body"]
        assert provider.moved == []


class TestByCommand:
    def test_a_claim_is_opened_with_what_the_case_knows(self, exception: ExceptionCase) -> None:
        filed = claim_from_case(
            exception.case_no, staff_id=staff_called("ag-sun"), claimed=Decimal(700), lost_percent=Decimal(60)
        )

        claim = claim_of(filed.claim_no)
        assert (claim.waybill, claim.claimed, claim.origin_case) == (WAYBILL, Decimal(700), exception.case_no)
        assert claim.state is State.ACKNOWLEDGED

    def test_what_the_case_does_not_know_must_be_told(self, exception: ExceptionCase) -> None:
        with pytest.raises(Incomplete) as lacking:
            claim_from_case(exception.case_no, staff_id=staff_called("ag-sun"))

        assert [field.at for field in lacking.value.missing] == ["parcels"]

    def test_twice_is_one_claim(self, exception: ExceptionCase) -> None:
        first, second = [
            claim_from_case(exception.case_no, staff_id=staff_called("ag-sun"), lost_percent=Decimal(60))
            for _ in range(2)
        ]

        assert (second.claim_no, second.known) == (first.claim_no, True)

    def test_a_complaint_about_nothing_that_can_be_claimed_needs_an_event(self) -> None:
        the_parcel_is_late()
        number = complained(type=ComplaintType.ATTITUDE).complaint_no

        with pytest.raises(NotAllowed, match="say for what is claimed"):
            claim_from_case(number, staff_id=staff_called("ag-sun"))
        filed = claim_from_case(number, staff_id="ag-sun", event=ClaimEvent.DELAY)
        assert claim_of(filed.claim_no).event is ClaimEvent.DELAY

    def test_whoever_is_not_on_file_opens_none(self) -> None:
        at_the_gate()
        number = complained(type=ComplaintType.LOSS).complaint_no

        with pytest.raises(NotAllowed):
            claim_from_case(number, staff_id="nobody")
