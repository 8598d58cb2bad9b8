"""Two steps that meet in the middle, one moment of each held on purpose: neither stops the other or leaves anything."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import inside_engine
import pytest
from engine_under_test import wait_until
from factories import NOON, a_registration, a_supervisor, an_answer, an_event
from standins import register, tell

from adapters import Unavailable
from adapters.runs import client as runs
from schemas.approvals import Outcome, Ruling, Via
from schemas.exceptions import State
from schemas.tracking import Event, Reason
from store import approvals, cases, outbox, staff
from store.case_history import broken_histories, history_of
from store.outbox import Kind, Letter
from store.unit_of_work import unit_of_work
from tasks.dispatch.sending import send_due
from tasks.exceptions.carrying import carry_to_orders
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions
from tasks.exceptions.planning import plan_remedies, triage_plans
from tasks.supervision.gate import rule_on
from tasks.supervision.passcodes import new_secret, passcode_at

SECRET = new_secret()
APPROVERS = ("sup-one", "sup-two")
TWO_AT_ONCE = 200
"""How often two approvers answer at the same moment."""


@pytest.fixture
def case_no(stand_at: object) -> str:
    """Bring a lost parcel's case to its gate."""
    del stand_at
    register(a_registration())
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason=Reason.CARRIER_LOST.value))
    find_exceptions.fn()
    for step in (record_exceptions, investigate_exceptions, plan_remedies, triage_plans):
        step.fn()
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(), secret=SECRET)
        [case] = cases.select_cases(connection)
    return case.case_no


def decide(case_no: str) -> Ruling:
    """Approve by command."""
    right = an_answer(passcode=passcode_at(SECRET, NOON))
    return rule_on(case_no, 1, right, via=Via.COMMAND, answered_at=NOON)


class TestAnswerDuringCure:
    def test_waits_for_the_cure_and_is_told(self, case_no: str, monkeypatch: pytest.MonkeyPatch) -> None:
        tell(an_event(Event.ARRIVED_HUB, 0))
        close_gates: Callable[..., Any] = approvals.close_gates
        rulings = []

        with ThreadPoolExecutor() as threads:

            def close_gates_while_answered(*arguments: Any) -> Any:
                rulings.append(threads.submit(decide, case_no))
                wait_until(inside_engine.locks_waited_for, what="the answer to wait for the cure")
                return close_gates(*arguments)

            monkeypatch.setattr(approvals, "close_gates", close_gates_while_answered)
            find_exceptions.fn()

        assert [ruling.result().outcome for ruling in rulings] == [Outcome.OVERTAKEN]
        with unit_of_work() as connection:
            assert cases.one_case(connection, case_no).state is State.CLOSED


class TestTwoApproversAtOnce:
    def test_make_one_decision_each_of_two_hundred_times(self, stand_at: object) -> None:
        del stand_at
        waybills = [f"7730000{number:05d}" for number in range(TWO_AT_ONCE)]
        register(*(a_registration(waybill=waybill) for waybill in waybills))
        for waybill in waybills:
            tell(an_event(Event.EXCEPTION, -1, reason=Reason.CARRIER_LOST.value), waybill=waybill)
        find_exceptions.fn()
        carry_to_orders.fn()
        with unit_of_work() as connection:
            for staff_id in APPROVERS:
                staff.add(connection, a_supervisor(staff_id=staff_id), secret=SECRET)
            case_nos = [case.case_no for case in cases.select_cases(connection, limit=TWO_AT_ONCE)]
        start = Barrier(len(APPROVERS))

        def answer(case_no: str, staff_id: str) -> Ruling:
            right = an_answer(staff_id=staff_id, passcode=passcode_at(SECRET, NOON))
            start.wait(timeout=60)
            return rule_on(case_no, 1, right, via=Via.COMMAND, answered_at=NOON)

        with ThreadPoolExecutor(len(APPROVERS)) as threads:
            rulings = {
                case_no: list(threads.map(answer, [case_no] * len(APPROVERS), APPROVERS)) for case_no in case_nos
            }

        assert len(rulings) == TWO_AT_ONCE
        for case_no, answers in rulings.items():
            assert {ruling.outcome for ruling in answers} == {Outcome.APPROVED}
            assert sorted(ruling.decided_before for ruling in answers) == [False, True]
            with unit_of_work() as connection:
                [taken] = approvals.decisions_of(connection, case_no)
                commands = [entry["command"] for entry in history_of(connection, case_no)]
            assert taken["staff_id"] in APPROVERS
            assert commands.count("approve") == 1
        with unit_of_work() as connection:
            assert broken_histories(connection) == (TWO_AT_ONCE, [])


class TestDecisionWhileItsRunIsCreated:
    def test_leaves_no_run_waiting(self, case_no: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_HOME", str(tmp_path))

        def start_suspended_while_decided(**_asked: Any) -> str:
            assert decide(case_no).outcome is Outcome.APPROVED
            return "run-1"

        monkeypatch.setattr(runs, "start_suspended", start_suspended_while_decided)
        monkeypatch.setattr(runs, "attach_markdown", lambda *_asked, **_named: None)

        send_due(kinds=[Kind.START_RUN])

        with unit_of_work() as connection:
            [cancel] = [row for row in outbox.of_case(connection, case_no) if row["kind"] == "cancel_run"]
        assert cancel["payload"]["flow_run_id"] == "run-1"
        assert "Decided elsewhere" in cancel["payload"]["reason"]


class TestOrderThatASweepIsSending:
    def test_makes_the_decisions_own_run_come_back_for_it(self, stand_at: object) -> None:
        order = Letter(Kind.WORK_ORDER, "EX-1:order", "EX-1", {}, NOON)
        with unit_of_work() as connection:
            outbox.put(connection, [order])
            outbox.claim(connection, kinds=[Kind.WORK_ORDER], now=NOON, limit=1, flow_run_id="the-sweep")

        with pytest.raises(Unavailable, match="another run is sending for EX-1"):
            send_due(kinds=[Kind.WORK_ORDER], case_no="EX-1", patient=False)

    def test_is_sent_again_as_soon_as_the_sweep_is_known_to_be_dead(self, stand_at: object) -> None:
        letters = [Letter(kind, f"EX-1:{kind}", "EX-1", {}, NOON) for kind in (Kind.WORK_ORDER, Kind.NOTICE)]
        with unit_of_work() as connection:
            outbox.put(connection, letters)
            outbox.claim(connection, kinds=list(Kind), now=NOON, limit=2, flow_run_id="the-sweep")
            outbox.recover_cut_off(connection, now=NOON, flow_run_ids=["another-run"])
            before = [row["status"] for row in outbox.of_case(connection, "EX-1")]
            outbox.recover_cut_off(connection, now=NOON, flow_run_ids=["the-sweep"])
            after = [row["status"] for row in outbox.of_case(connection, "EX-1")]

        assert before == ["sending", "sending"]
        assert after == ["pending", "uncertain"]
