"""Two answers to one question at once: one decides, the other is told so, and no run is left waiting."""

import os
import subprocess

import pytest
from decisions_under_test import Decision, DecisionsUnderTest
from engine_under_test import EngineUnderTest, wait_until

pytestmark = pytest.mark.faults

REPETITIONS = 100 if os.environ.get("REDRESS_FAULTS") == "long" else 3


def told(command: subprocess.Popen[str]) -> str:
    """Give the one line that a command said, on whichever channel."""
    said, complained = command.communicate(timeout=120)
    return (said + complained).strip()


def approved(decision: Decision) -> str:
    return f"{decision.case_no} 已由 {decision.staff_id} 同意。 Approved by {decision.staff_id}."


def overtaken(decision: Decision) -> str:
    return f"redress: {decision.staff_id} 已决定。 Decided by {decision.staff_id}."


def assert_one_decision(decisions: DecisionsUnderTest, decision: Decision) -> None:
    """Look at everything that two answers could have done twice or left undone."""
    decisions.wait_until_told(decision)
    assert decisions.run_state(decision)["name"] in {"Completed", "Cancelled"}
    file = decisions.file_of(decision)
    assert len(file["decisions"]) == 1
    assert [entry["command"] for entry in file["history"]].count("approve") == 1
    assert decisions.orders_of(decision) == dict.fromkeys(file["measures"], 1)
    assert set(decisions.notices_of(decision).values()) == {1}
    assert (file["checked"], file["broken"]) == (1, [])


class TestTwoCommands:
    def test_at_once_make_one_decision(self, decisions: DecisionsUnderTest) -> None:
        for decision in decisions.take(REPETITIONS):
            commands = [decisions.approve(decision), decisions.approve(decision)]
            winner, loser = sorted((told(command), command.returncode) for command in commands)
            assert winner == (approved(decision), 0)
            assert loser == (overtaken(decision), 1)
            assert_one_decision(decisions, decision)
            assert "Decided by command" in decisions.run_state(decision)["message"]


class TestResumeAndCommand:
    def test_at_once_make_one_decision(self, decisions: DecisionsUnderTest) -> None:
        for decision in decisions.take(REPETITIONS):
            command = decisions.approve(decision)
            assert decisions.resume(decision) == "ACCEPT"
            said = told(command)
            assert_one_decision(decisions, decision)
            [taken] = decisions.file_of(decision)["decisions"]
            assert said == (approved(decision) if taken["via"] == "command" else overtaken(decision))


class TestCommand:
    def test_that_comes_before_the_runs_ruling_wins(
        self, faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest
    ) -> None:
        [decision] = decisions.take(1)

        with decisions.held({"after 2": decision}):  # the run has found the gate open
            said = told(decisions.approve(decision))
            wait_until(lambda: decisions.run_state(decision)["name"] == "Cancelled", what="the run to be cancelled")

        assert said == approved(decision)
        assert_one_decision(decisions, decision)
        assert [taken["via"] for taken in decisions.file_of(decision)["decisions"]] == ["command"]

    def test_that_comes_during_the_runs_ruling_waits_and_is_told(
        self, faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest
    ) -> None:
        [decision] = decisions.take(1)

        with decisions.held({"before 3": decision}):  # the ruling is not committed
            command = decisions.approve(decision)
            wait_until(decisions.is_waited_for, what="the command to wait for the gate")
        said = told(command)

        assert said == overtaken(decision)
        assert command.returncode == 1
        assert_one_decision(decisions, decision)
        assert [taken["via"] for taken in decisions.file_of(decision)["decisions"]] == ["run"]

    def test_on_a_waiting_run_carries_the_case_on_and_ends_the_run_with_the_reason(
        self, decisions: DecisionsUnderTest
    ) -> None:
        [decision] = decisions.take(1)

        command = decisions.approve(decision)

        assert told(command) == approved(decision)
        assert command.returncode == 0
        assert_one_decision(decisions, decision)
        state = decisions.run_state(decision)
        assert state["name"] == "Cancelled"
        assert decision.staff_id in state["message"]
        assert decisions.resume(decision) != "ACCEPT"
