"""A run that somebody suspends in the UI while it is under way: it stops at its next step, and Resume lets it go on."""

import inspect
import time

import prefect.flow_engine
import pytest
from decisions_under_test import DecisionsUnderTest
from engine_under_test import EngineUnderTest, wait_until
from prefect.workers.base import BaseWorker

from deployments import suspension
from deployments.worker import LOOK_EVERY_SECONDS, RedressWorker

RULED = "after 3"
"""The moment at which the ruling is committed and nothing is carried out."""
NEXT_STEP = "carry_out_plans"
"""What the run would do then; the case itself may be carried on meanwhile, by the next look at all cases."""


@pytest.mark.faults
class TestRunThatIsSuspendedUnderWay:
    def test_stops_at_its_next_step_and_goes_on_when_it_is_resumed(
        self,
        faulty_engine: EngineUnderTest,  # runs can be held there
        decisions: DecisionsUnderTest,
    ) -> None:
        [decision] = decisions.take(1)

        with decisions.held({RULED: decision}):
            decisions.suspend(decision)
            time.sleep(2 * LOOK_EVERY_SECONDS)  # the worker looks after its runs
        wait_until(
            lambda: decisions.task_runs(decision)["rule_on_answer"]["state_name"] == "Completed", what="the step"
        )
        time.sleep(LOOK_EVERY_SECONDS)

        assert decisions.run_state(decision)["name"] == "Suspended"
        assert NEXT_STEP not in decisions.task_runs(decision)

        resumed = decisions.prefect("POST", f"/flow_runs/{decision.flow_run_id}/resume", json={})
        assert resumed.json()["status"] == "ACCEPT"
        decisions.wait_until_told(decision)
        file = decisions.file_of(decision)
        assert len(file["decisions"]) == 1
        assert decisions.orders_of(decision) == dict.fromkeys(file["measures"], 1)
        assert (file["checked"], file["broken"]) == (1, [])


class TestWhatIsTakenOverFromPrefect:
    def test_is_there_in_this_version(self) -> None:
        theirs = inspect.signature(prefect.flow_engine.observe_flow_run_suspension)
        ours = inspect.signature(suspension._looked_after)

        assert list(ours.parameters) == list(theirs.parameters)
        assert RedressWorker._submit_run is not BaseWorker._submit_run
        assert list(inspect.signature(RedressWorker._submit_run).parameters) == list(
            inspect.signature(BaseWorker._submit_run).parameters
        )
