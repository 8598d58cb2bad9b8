"""A worker killed with -9 at every commit of a decision: the decision goes on, and every effect happens once.

No sweep runs meanwhile, so what goes on does so because the worker that starts again puts it right. In the short form
several decisions stand at a moment each when the worker dies; under REDRESS_FAULTS=long it dies for each alone.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from decisions_under_test import Decision, DecisionsUnderTest
from engine_under_test import EngineUnderTest, wait_until
from moments import COMMITS, HISTORY, MOMENTS, named

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("without_sweeps")]

AT_ONCE = 1 if os.environ.get("REDRESS_FAULTS") == "long" else 13  # fewer than the worker has threads

NOTICE_UNDER_WAY = {"after 10", "before 11", "after 12", "before 13"}
ORDERS_UNDER_WAY = {"after 5", "before 6"}


def let_die(
    engine: EngineUnderTest, decisions: DecisionsUnderTest, standing: Sequence[tuple[Decision, str]], **answer: str
) -> None:
    """Answer the decisions and let the worker die when each stands at its moment."""
    lines = [f"{decision.case_no} {moment}\n" for decision, moment in standing]
    (engine.home / "die-at").write_text("".join(lines), encoding="utf-8")
    for decision, _ in standing:
        assert decisions.resume(decision, **answer) == "ACCEPT"
    wait_until(lambda: not (engine.home / "die-at").exists(), what=f"the worker to die at {lines}")


def commits_of(engine: EngineUnderTest, decision: Decision) -> list[str]:
    """Read by step which commits a decision has made."""
    told = (line.split() for line in (engine.home / "commits").read_text("utf-8").splitlines())
    return [step for case_no, _, step in told if case_no == decision.case_no]


class TestUndisturbedDecision:
    def test_makes_these_commits(self, faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest) -> None:
        [decision] = decisions.take(1)

        decisions.resume(decision)
        decisions.wait_until_told(decision)

        wait_until(lambda: len(commits_of(faulty_engine, decision)) >= len(COMMITS), what="the last commit")
        assert commits_of(faulty_engine, decision) == list(COMMITS)


@pytest.fixture(scope="module")
def killed(faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest, without_sweeps: None) -> dict[str, Decision]:
    """Let the worker die with a decision at every moment, and wait as long as a revival may take."""
    standing = list(zip(decisions.take(len(MOMENTS)), MOMENTS, strict=True))
    for start in range(0, len(standing), AT_ONCE):
        together = standing[start : start + AT_ONCE]
        let_die(faulty_engine, decisions, together)
        with suppress(AssertionError):  # each test tells of its own decision
            for decision, _ in together:
                decisions.wait_until_told(decision)
    return {moment: decision for decision, moment in standing}


def as_told(row: dict[str, Any]) -> tuple[str, str]:
    """Give a notice of the outbox as the notices file has it."""
    return row["payload"]["subject"], row["payload"]["body"]


class TestDecisionWhoseWorkerWasKilled:
    @pytest.mark.parametrize("moment", MOMENTS, ids=named)
    def test_is_carried_out_once(self, killed: dict[str, Decision], decisions: DecisionsUnderTest, moment: str) -> None:
        file = decisions.file_of(killed[moment])

        assert file["state"] == "FED_BACK"
        assert len(file["decisions"]) == 1
        assert decisions.orders_of(killed[moment]) == dict.fromkeys(file["measures"], 1)
        assert [row["status"] for row in file["outbox"] if row["kind"] == "work_order"] == ["done", "done"]
        assert decisions.run_state(killed[moment])["name"] == "Completed"

    @pytest.mark.parametrize("moment", MOMENTS, ids=named)
    def test_has_a_whole_history_in_order(
        self, killed: dict[str, Decision], decisions: DecisionsUnderTest, moment: str
    ) -> None:
        file = decisions.file_of(killed[moment])

        assert [entry["command"] for entry in file["history"]] == HISTORY
        assert all(after["from_state"] == before["to_state"] for before, after in pairwise(file["history"]))
        assert (file["checked"], file["broken"]) == (1, [])

    @pytest.mark.parametrize("moment", MOMENTS, ids=named)
    def test_tells_nobody_twice(self, killed: dict[str, Decision], decisions: DecisionsUnderTest, moment: str) -> None:
        sent = decisions.file_of(killed[moment])["outbox"]
        notices = [row for row in sent if row["kind"] == "notice" and row["payload"]["purpose"] != "inquiry-question"]
        lines = decisions.notices_of(killed[moment])

        assert [row["attempts"] for row in notices] == [1, 1]
        assert set(lines.values()) <= {1}
        assert {as_told(row) for row in notices if row["status"] == "done"} <= set(lines)
        assert [row["status"] for row in notices].count("uncertain") == (moment in NOTICE_UNDER_WAY)

    @pytest.mark.parametrize("moment", sorted(ORDERS_UNDER_WAY), ids=named)
    def test_repeats_the_orders_that_were_cut_off_under_their_keys(
        self, killed: dict[str, Decision], decisions: DecisionsUnderTest, moment: str
    ) -> None:
        orders = [row for row in decisions.file_of(killed[moment])["outbox"] if row["kind"] == "work_order"]

        assert [row["attempts"] for row in orders] == [2, 2]

    def test_leaves_every_history_whole(self, killed: dict[str, Decision], faulty_engine: EngineUnderTest) -> None:
        verified = faulty_engine.json("verify-history")

        assert verified["checked"] >= len(killed)
        assert verified["wrong"] == []


COMMITS_AFTER_REFUSAL = (
    "lease",
    "open_gate",
    "rule_on_answer.rule_on",
    "open_gate",
    "wait_for_answer",
    "lease",
)
"""The commits of a run whose answer has a wrong passcode; it is suspended anew before the last."""

MOMENTS_OF_REFUSAL = [
    *(f"{side} {number}" for number in (3, 4, 5) for side in ("before", "after")),
    "before form-schema",
    "before form-description",
    "before 6",
    "after 6",
]
FORM_UNFINISHED = {"before form-schema", "before form-description"}


class Refusals(NamedTuple):
    """Decisions whose run asks again after a death, by moment of the death."""

    decisions: dict[str, Decision]
    without_form: set[str]  # the moments after which the run waited without a form, until a sweep


@pytest.fixture(scope="module")
def refusals(faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest, without_sweeps: None) -> Refusals:
    """Give wrong passcodes and let the worker die on the way from each refusal to the form that asks again."""
    standing = list(zip(decisions.take(len(MOMENTS_OF_REFUSAL)), MOMENTS_OF_REFUSAL, strict=True))
    for start in range(0, len(standing), AT_ONCE):
        together = standing[start : start + AT_ONCE]
        let_die(faulty_engine, decisions, together, passcode=decisions.wrong_passcode())
        for decision, moment in together:
            decisions.wait_until_asked(decision, attempt=2, with_form=moment not in FORM_UNFINISHED)
    without_form = {moment for decision, moment in standing if not decisions.is_asked(decision, attempt=2)}
    decisions.sweep("dispatch_outbox")
    return Refusals({moment: decision for decision, moment in standing}, without_form)


class TestRefusalWhoseWorkerWasKilled:
    def test_makes_these_commits(self, faulty_engine: EngineUnderTest, decisions: DecisionsUnderTest) -> None:
        [decision] = decisions.take(1)

        decisions.resume(decision, passcode=decisions.wrong_passcode())

        wait_until(lambda: len(commits_of(faulty_engine, decision)) >= len(COMMITS_AFTER_REFUSAL), what="the end")
        assert commits_of(faulty_engine, decision) == list(COMMITS_AFTER_REFUSAL)
        assert decisions.is_asked(decision, attempt=2)

    def test_lacks_its_form_only_when_that_was_being_stored(self, refusals: Refusals) -> None:
        assert refusals.without_form == FORM_UNFINISHED

    @pytest.mark.parametrize("moment", MOMENTS_OF_REFUSAL)
    def test_is_recorded_once(self, refusals: Refusals, decisions: DecisionsUnderTest, moment: str) -> None:
        file = decisions.file_of(refusals.decisions[moment])

        assert [row["code"] for row in file["refused"]] == ["identity"]
        assert file["gate"]["refusal"]

    @pytest.mark.parametrize("moment", MOMENTS_OF_REFUSAL)
    def test_asks_again_and_can_be_answered(
        self, refusals: Refusals, decisions: DecisionsUnderTest, moment: str
    ) -> None:
        decision = refusals.decisions[moment]

        assert decisions.is_asked(decision, attempt=2)
        assert decisions.resume(decision) == "ACCEPT"

        decisions.wait_until_told(decision)
        assert decisions.run_state(decision)["name"] == "Completed"
        assert [entry["command"] for entry in decisions.file_of(decision)["history"]] == HISTORY
