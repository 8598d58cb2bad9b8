"""Parts killed with -9 while claims are gathered, decided in dockets and paid: each is decided, paid and told once.

The stand-in provider lives in the test, so that it knows how often money left, whatever died. A few kills in the short
form, many under REDRESS_FAULTS=long. A payer killed between payment and commit: test_payout_killed.py; a claim
interrupted at every commit: tests/tasks/claims/test_claim_interrupted.py.
"""

import os
import time
from collections import Counter
from contextlib import suppress
from itertools import cycle, islice
from random import Random
from typing import Any

import httpx
import pytest
from decisions_under_test import Decision, DecisionsUnderTest
from engine_under_test import EngineUnderTest, wait_until

from adapters.payments.fake import StandInProvider

pytestmark = pytest.mark.faults

LONG = os.environ.get("REDRESS_FAULTS") == "long"
KILLS = 60 if LONG else 3
CLAIMS_A_KILL = 4
STUCK_SECONDS = 120
PARTS = ("worker", "postgres", "prefect")
PAID = {"PAID", "RECOVERING", "CLOSED"}
HISTORY = [
    "file", "acknowledge", "gather", "complete_evidence", "establish", "settle_liability", "assess", "request_approval",
    "docket", "approve", "agree_as_claimed", "pay", "confirm_paid",
]  # fmt: skip
"""The commands of a clear claim up to where it is paid; that it closes then is recovery's."""


class Docketed:
    """Claims that come in and are decided in dockets while parts of the engine die under them."""

    def __init__(self, engine: EngineUnderTest, decisions: DecisionsUnderTest) -> None:
        self.engine = engine
        self.decisions = decisions
        self.numbers: list[str] = []
        self.asked: dict[str, Decision] = {}
        self.killed: list[str] = []
        self._supervisor = decisions.put_on_file(docket="supervisor")["docket"]

    def come_in(self) -> None:
        """Have a few more claims filed, and decide what waits by then."""
        self.numbers += self.decisions.file_claims(CLAIMS_A_KILL)
        wait_until(self._decide, what="a docket to wait for its supervisor", seconds_max=STUCK_SECONDS)

    def kill(self, part: str) -> None:
        """Kill a part and wait until it is there again."""
        self.engine.kill(part)
        self.killed.append(part)

    def unpaid(self) -> list[str]:
        """Decide what waits, and give the claims whose claimant was not told that it is paid."""
        self._decide()
        found = self.decisions.settled_claims(self.numbers)
        return [number for number in self.numbers if found[number]["state"] not in PAID]

    def under_way(self) -> list[str]:
        """Give the dockets whose run has not ended."""
        return self.decisions.under_way(list(self.asked.values()))

    def _decide(self) -> bool:
        """Answer every docket that waits; a server that is not there yet is asked again later."""
        for decision in self.decisions.owed_dockets(self._supervisor):
            self.asked[decision.case_no] = decision
            with suppress(httpx.TransportError):
                self.decisions.resume(decision)
        return len(self.asked) > len(self.killed)


@pytest.fixture(scope="module")
def docketed(faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest, paid_by: StandInProvider) -> Docketed:
    """Kill the parts in turn, each a moment after a docket was answered; chance chooses how long."""
    del paid_by
    docketed = Docketed(faulty_engine, decisions)
    chance = Random(20261128)  # the same moments every time
    for part in islice(cycle(PARTS), KILLS):
        docketed.come_in()
        time.sleep(chance.uniform(0, 2))
        docketed.kill(part)
    with suppress(AssertionError):  # each test tells of its own
        wait_until(
            lambda: not docketed.unpaid() and not docketed.under_way(),
            what="every claim to be paid", seconds_max=STUCK_SECONDS,
        )  # fmt: skip
    return docketed


@pytest.fixture(scope="module")
def settled(docketed: Docketed) -> dict[str, dict[str, Any]]:
    return docketed.decisions.settled_claims(docketed.numbers)


class TestClaimsUnderWhichPartsDie:
    def test_are_paid_within_two_minutes_of_the_last_kill(self, docketed: Docketed) -> None:
        assert docketed.unpaid() == []
        assert docketed.under_way() == []
        assert len(docketed.killed) == KILLS
        assert len(docketed.numbers) == KILLS * CLAIMS_A_KILL

    def test_are_paid_once(self, settled: dict[str, dict[str, Any]], paid_by: StandInProvider) -> None:
        assert {number: found["payouts"] for number, found in settled.items()} == {
            number: ["paid"] for number in settled
        }
        moved = Counter(paid_by.moved)
        assert {number: moved[f"{number}-P1"] for number in settled} == dict.fromkeys(settled, 1)
        assert len(paid_by.moved) == len(set(paid_by.moved))

    def test_are_decided_once_with_a_whole_history(self, settled: dict[str, dict[str, Any]]) -> None:
        assert {found["decisions"] for found in settled.values()} == {1}
        for number, found in settled.items():
            assert found["commands"][: len(HISTORY)] == HISTORY, number
            assert len(found["commands"]) == len(set(found["commands"])), number
            assert found["broken"] == [], number

    def test_are_told_once_what_became_of_them(self, settled: dict[str, dict[str, Any]], docketed: Docketed) -> None:
        for number, found in settled.items():
            assert [purpose for purpose, *_ in found["letters"]] == ["acknowledged", "agreed", "paid"], number
            sent = Counter({body: times for (_, body), times in docketed.decisions.notices_about(number).items()})
            assert set(sent.values()) <= {1}, number
            for purpose, status, attempts, body in found["letters"]:
                assert attempts == 1, (number, purpose)
                assert sent[body] == 1 or status == "uncertain", (number, purpose)
