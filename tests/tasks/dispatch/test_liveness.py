"""Gates that nobody can answer are given what they lack, once, however many others wait as they should."""

import pytest
from factories import NOON, a_registration, an_event
from standin_runs import StandInRuns
from standins import register, tell

from schemas.approvals import Gate, gate_key
from schemas.tracking import Event, Reason
from store import approvals, outbox
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.dispatch import liveness
from tasks.dispatch.liveness import mend_gates
from tasks.exceptions.carrying import carry_to_orders
from tasks.exceptions.detection import find_exceptions

NOTHING = {"asked_again": 0, "forms": 0}

pytestmark = pytest.mark.usefixtures("stand_at")


def gates(how_many: int = 1) -> list[Gate]:
    """Bring so many damaged parcels' cases to their gates; their runs are asked for."""
    waybills = [f"77300000{number:04d}" for number in range(how_many)]
    register(*(a_registration(waybill=waybill) for waybill in waybills))
    for waybill in waybills:
        damaged = an_event(Event.EXCEPTION, -1, reason=Reason.CARRIER_DAMAGED.value)
        tell(an_event(Event.PICKED_UP, -9), damaged, waybill=waybill)
    find_exceptions.fn()
    carry_to_orders.fn()
    with unit_of_work() as connection:
        return approvals.undecided_after(connection, None, limit=1000)


def assigned(gate: Gate, flow_run_id: str) -> None:
    """Have the run asked for, and tell the gate which it is."""
    with unit_of_work() as connection:
        [item] = outbox.claim(connection, kinds=[Kind.START_RUN], now=NOON, limit=1, case_nos=[gate.case_no])
        outbox.settle_many(connection, [outbox.Settled(item.id, arrived=True)], at=NOON)
        approvals.assign_run(connection, gate.gate_id, flow_run_id)


def runs_asked_for(gate: Gate) -> list[tuple[str, str]]:
    with unit_of_work() as connection:
        rows = outbox.of_case(connection, gate.case_no)
    return [(row["key"].rpartition(":")[2], row["status"]) for row in rows if row["kind"] == Kind.START_RUN]


class TestMendGates:
    def test_leaves_those_whose_runs_wait(self, prefect: StandInRuns) -> None:
        for gate, run in zip(gates(3), prefect.born(3), strict=True):
            assigned(gate, run)

        assert mend_gates.fn() == NOTHING
        assert (prefect.counted, prefect.read) == (1, 0)

    def test_leaves_those_whose_run_is_on_its_way(self, prefect: StandInRuns) -> None:
        [gate] = gates()

        assert mend_gates.fn() == NOTHING
        assert runs_asked_for(gate) == [("run-1", "pending")]

    @pytest.mark.parametrize("state", ["CANCELLED", "CRASHED", "COMPLETED"])
    def test_asks_once_for_another_run_where_one_has_ended(self, prefect: StandInRuns, state: str) -> None:
        [gate] = gates()
        assigned(gate, *prefect.born(1, state))

        assert mend_gates.fn() == {**NOTHING, "asked_again": 1}
        assert mend_gates.fn() == NOTHING
        assert runs_asked_for(gate) == [("run-1", "done"), ("run-2", "pending")]

    def test_finds_the_one_among_many(self, prefect: StandInRuns, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(liveness, "GATES", 3)
        all_gates = gates(8)
        for gate, run in zip(all_gates, prefect.born(7) + prefect.born(1, "CRASHED"), strict=True):
            assigned(gate, run)

        assert mend_gates.fn() == {**NOTHING, "asked_again": 1}
        assert runs_asked_for(all_gates[-1])[-1] == ("run-2", "pending")

    def test_stores_a_form_that_a_crash_kept_from_being_stored_and_looks_at_it_no_more(
        self, prefect: StandInRuns
    ) -> None:
        [gate] = gates()
        [run] = prefect.born(1)
        assigned(gate, run)
        with unit_of_work() as connection:
            approvals.ask_again(
                connection, gate, staff_id="sup-zhang", code="x", sentence="no", via="run", answered_at=NOON
            )

        assert mend_gates.fn() == {**NOTHING, "forms": 1}
        assert {key for id_, key in prefect.forms if id_ == run and gate_key(2) in key} != set()
        prefect.forms.clear()
        assert mend_gates.fn() == NOTHING
        assert prefect.forms == {}
