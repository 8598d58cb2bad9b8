"""Parts killed with -9 at every step of the lifecycle: nothing is lost, nothing happens twice, nothing stays stuck.

First PostgreSQL and Prefect's server die with decisions standing at every commit that a decision makes (the worker's
own deaths there: test_worker_killed.py). Then worker, server and PostgreSQL die in turn, at moments nobody chose, while
cases come in, are decided and carried out.
"""

import os
import time
from contextlib import suppress
from itertools import cycle, islice
from random import Random

import httpx
import pytest
from decisions_under_test import Decision, DecisionsUnderTest
from engine_under_test import EngineUnderTest, wait_until
from moments import HISTORY, MOMENTS, named

pytestmark = pytest.mark.faults

LONG = os.environ.get("REDRESS_FAULTS") == "long"
AT_ONCE = 1 if LONG else 16  # decisions that stand still together: as many as the worker has threads
KILLS = 375 if LONG else 10  # while cases come in
CASES_A_KILL = 3
STUCK_SECONDS = 120
PARTS = ("worker", "prefect", "postgres")


@pytest.fixture(scope="module", params=["postgres", "prefect"])
def survived(
    request: pytest.FixtureRequest, faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest
) -> dict[str, Decision]:
    """Kill a part with decisions standing at every moment, let them go on, and wait as long as nobody may be stuck."""
    standing = dict(zip(MOMENTS, decisions.take(len(MOMENTS)), strict=True))
    moments = iter(MOMENTS)
    while together := list(islice(moments, AT_ONCE)):
        lot = {moment: standing[moment] for moment in together}
        with decisions.held(lot):
            faulty_engine.kill(request.param)
        with suppress(AssertionError):  # each test tells of its own decision
            for decision in lot.values():
                decisions.wait_until_told(decision, seconds_max=STUCK_SECONDS)
    return standing


class TestDecisionWhosePartWasKilled:
    @pytest.mark.parametrize("moment", MOMENTS, ids=named)
    def test_is_carried_out_once_with_a_whole_history(
        self, survived: dict[str, Decision], decisions: DecisionsUnderTest, moment: str
    ) -> None:
        assert_carried_out_once(decisions, survived[moment])

    @pytest.mark.parametrize("moment", MOMENTS, ids=named)
    def test_leaves_no_run_that_nobody_ends(
        self, survived: dict[str, Decision], decisions: DecisionsUnderTest, moment: str
    ) -> None:
        assert decisions.run_state(survived[moment])["type"] in {"COMPLETED", "CANCELLED", "FAILED"}


def assert_carried_out_once(decisions: DecisionsUnderTest, decision: Decision) -> None:
    file = decisions.file_of(decision)
    assert file["state"] == "FED_BACK"
    assert [entry["command"] for entry in file["history"]] == HISTORY
    assert len(file["decisions"]) == 1
    assert decisions.orders_of(decision) == dict.fromkeys(file["measures"], 1)
    assert set(decisions.notices_of(decision).values()) == {1}
    assert (file["checked"], file["broken"]) == (1, [])


class Stream:
    """Cases that come in and are decided while parts of the engine die under them."""

    def __init__(self, engine: EngineUnderTest, decisions: DecisionsUnderTest) -> None:
        self.engine = engine
        self.decisions = decisions
        self.sent: dict[str, str] = {}
        self.asked: dict[str, Decision] = {}
        self.killed: list[str] = []

    def go_on(self) -> None:
        """Have a few more parcels damaged, and decide what waits."""
        self.sent |= self.decisions.send(CASES_A_KILL)
        self.decide()

    def decide(self) -> None:
        """Answer every form that waits; a server that is not there yet is asked again later."""
        for decision in self.decisions.owed(self.sent):
            self.asked[decision.case_no] = decision
            with suppress(httpx.TransportError):
                self.decisions.resume(decision)

    def kill(self, part: str) -> None:
        """Kill a part and wait until it is there again."""
        self.engine.kill(part)
        self.killed.append(part)

    def unfinished(self) -> list[str]:
        """Decide what waits, and give the cases whose customer was not told of the result or whose run goes on."""
        self.decide()
        asked = list(self.asked.values())
        told = set(self.decisions.told_in_order(asked))
        not_told = [case.case_no for case in asked if case.case_no not in told]
        return ["not asked yet"] * (len(self.sent) - len(asked)) + not_told + self.decisions.under_way(asked)


@pytest.fixture(scope="module")
def stream(faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest) -> Stream:
    """Kill the parts in turn while cases come in, each after a while that chance chooses."""
    stream = Stream(faulty_engine, decisions)
    chance = Random(20261127)  # the same moments every time
    for part in islice(cycle(PARTS), KILLS):
        stream.go_on()
        time.sleep(chance.uniform(0, 4))
        stream.kill(part)
    return stream


class TestCasesUnderWhichPartsDie:
    def test_come_to_their_result_within_two_minutes_of_the_last_kill(self, stream: Stream) -> None:
        with suppress(AssertionError):
            wait_until(lambda: not stream.unfinished(), what="every customer to be told", seconds_max=STUCK_SECONDS)

        assert stream.unfinished() == []
        assert len(stream.killed) == KILLS
        assert len(stream.sent) == KILLS * CASES_A_KILL

    def test_are_carried_out_once_with_a_whole_history(self, stream: Stream) -> None:
        for decision in stream.asked.values():
            assert_carried_out_once(stream.decisions, decision)
