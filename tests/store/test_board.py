"""What the board counts as still moving: what the engine moves by itself, and nothing that waits for somebody."""

from pathlib import Path

import pytest
from claim_cases import docket_with, large_claim
from claims import claim_of
from complaints import complaint_of, filed, nodes_answer, the_desk_works, the_network_is_on_file
from factories import a_registration, an_event
from standins import register, tell

from schemas import complaints
from schemas.exceptions import State
from schemas.tracking import Event
from store.board import board
from store.unit_of_work import unit_of_work
from tasks.dispatch.sending import send_outbox
from tasks.exceptions.carrying import carry_to_feedback, carry_to_orders
from tasks.exceptions.detection import find_exceptions

BY_ITSELF = {
    State.DETECTED, State.RECORDED, State.INVESTIGATED, State.PLANNED, State.APPROVED, State.CARRYING_OUT,
    State.CARRIED_OUT,
}  # fmt: skip
"""States out of which the engine moves a case without anybody."""

pytestmark = pytest.mark.usefixtures("stand_at")


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))


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


class TestRunsThatWait:
    def test_are_those_of_claims_and_dockets_too(self, vault: None) -> None:
        alone, (docket, _) = large_claim(waybill="773000000001"), docket_with(2)
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE gate SET flow_run_id = 'run-' || case_no")

            shown = {run.case_no: (run.type, run.amount) for run in board(connection).waiting}

        assert shown[alone] == ("loss", "12000.00")
        assert shown[docket] == ("docket", "1600.00")

    def test_count_claims_by_state(self, vault: None) -> None:
        number = large_claim()

        with unit_of_work() as connection:
            assert board(connection).claims == {claim_of(number).state: 1}
