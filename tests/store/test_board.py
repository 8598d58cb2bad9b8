"""What the board counts as still moving: what the engine moves by itself, and nothing that waits for somebody."""

import json

import pytest
from claim_cases import clear_claims, large_claim
from claims import filed as filed_claim
from complaints import complaint_of, filed, nodes_answer, the_desk_works, the_network_is_on_file
from factories import NOON, a_registration, an_event
from payouts import agreed, wanted
from standins import open_case, register, tell

from schemas import claims, complaints
from schemas.exceptions import State
from schemas.tracking import Event
from store import approvals
from store.board import board
from store.unit_of_work import unit_of_work
from tasks.claims.dockets import gather_dockets
from tasks.claims.paying import request_payout
from tasks.dispatch.sending import send_outbox
from tasks.exceptions.carrying import carry_to_feedback, carry_to_orders
from tasks.exceptions.detection import find_exceptions

BY_ITSELF = {
    State.DETECTED, State.RECORDED, State.INVESTIGATED, State.PLANNED, State.APPROVED, State.CARRYING_OUT,
    State.CARRIED_OUT,
}  # fmt: skip
"""States out of which the engine moves a case without anybody."""
CLAIMS_MOVING = {
    claims.State.FILED, claims.State.ACKNOWLEDGED, claims.State.ASSESSMENT, claims.State.ASSESSED,
    claims.State.APPROVED, claims.State.PAID,
}  # fmt: skip
"""States out of which it moves a claim."""
SHIPMENTS_OF_TWO = 2
"""Two parcels that were booked, and whose state nobody has folded."""

pytestmark = pytest.mark.usefixtures("stand_at")


def under_way() -> int:
    with unit_of_work() as connection:
        return board(connection).under_way


class TestUnderWay:
    @pytest.mark.parametrize("state", list(State))
    def test_counts_a_case_that_nobody_need_move(self, state: State) -> None:
        register(a_registration())
        tell(an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))
        find_exceptions.fn()
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE cases SET state = %s", (state.value,))

        assert under_way() == (state in BY_ITSELF)

    def test_is_nothing_when_the_customer_was_told(self, desk: object, notices: object) -> None:
        register(a_registration())
        tell(an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))
        find_exceptions.fn()
        assert under_way() == 1

        carry_to_orders.fn()
        send_outbox.fn()
        carry_to_feedback.fn()

        assert under_way() == 0


class TestComplaints:
    def test_rest_while_somebody_who_was_asked_has_not_answered(self, desk: object, notices: object) -> None:
        the_network_is_on_file()
        number = filed(subject="示例城东网点").complaint_no
        assert under_way() == 1

        the_desk_works()
        assert (complaint_of(number).state, under_way()) == (complaints.State.VERIFYING, 0)

        nodes_answer(number)
        assert under_way() == 1

    def test_are_counted_by_state(self) -> None:
        filed()

        with unit_of_work() as connection:
            assert board(connection).complaints == {"RECEIVED": 1}


class TestClaims:
    @pytest.mark.parametrize("state", list(claims.State))
    def test_count_where_the_engine_moves_them_whatever_is_known(self, state: claims.State) -> None:
        filed_claim()
        put_into(state)

        assert under_way() == (state in CLAIMS_MOVING | {claims.State.LIABILITY, claims.State.AGREED})

    def test_rest_once_somebody_must_say_who_answers(self) -> None:
        filed_claim()
        proposed = {"decided_by": "", "contested_by": "", "confirmed_by": ""}
        decided = {**proposed, "decided_by": "ag-sun"}
        put_into(claims.State.LIABILITY, is_major=True)

        found = {
            name: under_way_with(liability=json.dumps(liability))
            for name, liability in {
                "proposed": proposed,
                "decided": decided,
                "confirmed": {**decided, "confirmed_by": "ag-he"},
                "contested": {**decided, "confirmed_by": "ag-he", "contested_by": "示例网点"},
            }.items()
        }

        assert found == {"proposed": 0, "decided": 0, "confirmed": 1, "contested": 0}

    def test_rest_without_an_account(self) -> None:
        filed_claim(payee=None)
        put_into(claims.State.AGREED)

        assert under_way() == 0

    def test_move_once_it_is_known_what_became_of_their_money(self) -> None:
        number = filed_claim().claim_no
        agreed(number)
        request_payout.fn(wanted(number, number=1), who="x")
        put_into(claims.State.PAYING, payouts=1)
        assert under_way() == 0

        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE payout SET state = 'paid'")
        assert under_way() == 1

    def test_that_are_clear_move_until_they_are_gathered_and_ask_in_the_run_of_their_docket(self) -> None:
        clear_claims(2)
        assert under_way() == 2 + SHIPMENTS_OF_TWO

        [docket_no] = gather_dockets.fn()
        assert under_way() == 1 + SHIPMENTS_OF_TWO  # the docket's run is asked for

        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE gate SET flow_run_id = 'a run' WHERE case_no = %s", (docket_no,))
            now = board(connection)
        assert now.under_way == SHIPMENTS_OF_TWO
        assert [(run.case_no, run.type, run.amount) for run in now.waiting] == [(docket_no, "docket", "1600.00")]

    def test_are_shown_beside_graver_cases_of_other_procedures(self) -> None:
        number = large_claim("2400")
        cases = [open_case(f"7739000000{place:02d}") for place in range(7)]
        with unit_of_work() as connection:
            approvals.open_gates(connection, [(case, 1, "money") for case in cases], at=NOON)
            connection.exec_driver_sql("UPDATE cases SET severity = 4")
            connection.exec_driver_sql("UPDATE gate SET flow_run_id = 'a run'")
            now = board(connection)

        assert now.waiting_runs == 8
        assert [run.case_no for run in now.waiting] == [*cases[:5], number]

    def test_are_counted_by_state(self) -> None:
        filed_claim()

        with unit_of_work() as connection:
            assert board(connection).claims == {"ACKNOWLEDGED": 1}


def put_into(state: claims.State, **columns: object) -> None:
    """Let the claim be in a state without having come there."""
    with unit_of_work() as connection:
        for name, value in {"state": state.value, **columns}.items():
            connection.exec_driver_sql(f"UPDATE claim SET {name} = %s", (value,))
        connection.exec_driver_sql("UPDATE claim SET closed_at = now() WHERE state = 'CLOSED'")


def under_way_with(**columns: object) -> int:
    """Count once the claim is known to be so."""
    put_into(claims.State.LIABILITY, **columns)
    return under_way()
