"""An engine that is stopped, or loses a part: who waits goes on waiting, and nothing that was acknowledged is lost."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest
from decisions_under_test import UNDER_WAY, DecisionsUnderTest, Push
from engine_under_test import EngineUnderTest, wait_until

pytestmark = pytest.mark.faults

SENDERS = 4
PUSHES_MIN = 50


class TestWaitingRun:
    def test_waits_on_after_down_and_up(self, faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest) -> None:
        waiting = decisions.take(2)

        faulty_engine.down()
        faulty_engine.up()

        assert all(decisions.is_asked(decision) for decision in waiting)
        for decision in waiting:
            assert decisions.resume(decision) == "ACCEPT"
        for decision in waiting:
            decisions.wait_until_told(decision)
            assert decisions.run_state(decision)["name"] == "Completed"

    def test_waits_on_when_prefects_server_is_killed(
        self, faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest
    ) -> None:
        [decision] = decisions.take(1)

        faulty_engine.kill("prefect")

        assert decisions.is_asked(decision)
        assert decisions.resume(decision) == "ACCEPT"
        decisions.wait_until_told(decision)
        assert decisions.run_state(decision)["name"] == "Completed"


class TestAcknowledgedPush:
    def test_is_kept_when_postgresql_is_killed(
        self, faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest
    ) -> None:
        [decision] = decisions.take(1)
        pushed: list[Push] = []
        stop = Event()

        with ThreadPoolExecutor(SENDERS) as senders:
            for sender in range(SENDERS):
                senders.submit(push_until, stop, decisions, pushed, prefix=f"7731{sender}")
            try:
                wait_until(lambda: acknowledged(pushed) >= PUSHES_MIN, what="pushes before the kill")
                faulty_engine.kill("postgres")
                before = acknowledged(pushed)
                wait_until(lambda: acknowledged(pushed) >= before + PUSHES_MIN, what="pushes after the kill")
            finally:
                stop.set()

        assert acknowledged(pushed) < len(pushed)  # the kill fell among them
        kept = set(decisions.kept_payloads())
        assert [push for push in pushed if push.acknowledged and push.payload_hash not in kept] == []
        wait_until(lambda: decisions.resume(decision) == "ACCEPT", what="Prefect to take the answer")
        decisions.wait_until_told(decision)


def push_until(stop: Event, decisions: DecisionsUnderTest, pushed: list[Push], *, prefix: str) -> None:
    """Push about one parcel after the other until told to stop."""
    for number in count():
        if stop.is_set():
            return
        pushed.append(decisions.push(f"{prefix}{number:07d}", UNDER_WAY))


def acknowledged(pushed: list[Push]) -> int:
    return sum(push.acknowledged for push in pushed)
