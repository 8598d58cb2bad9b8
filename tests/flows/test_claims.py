"""Claims carried on, and the decisions about a claim and about a docket, as the runs that take them go on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from claim_cases import (
    answer_of,
    answers,
    assessed,
    at_its_gate,
    decisions_of,
    docket_with,
    filed,
    gate_of,
    large_claim,
    states_of,
)
from claims import claim_of, papers_come
from complaints import notices_of, staff_called
from factories import NOON, at
from prefect.client.schemas.objects import State as RunState

from adapters.payments.fake import StandInProvider
from flows import exceptions
from flows.claims import handle_claims, settle_claim, settle_docket
from schemas.approvals import Gate
from schemas.claims import State
from schemas.evidence import EvidenceKind
from schemas.exceptions import Role
from store import outbox
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.supervision.gate import Answer

Notices = Callable[[], list[dict[str, str]]]
Fill = Callable[..., None]


@pytest.fixture(autouse=True)
def _desk(
    provider: StandInProvider, stand_at: object, notices: Notices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stand at noon, with a vault, a file for notices, and a provider who pays."""
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))


@pytest.fixture
def fill(monkeypatch: pytest.MonkeyPatch) -> Fill:
    """Fill in the form of a run: nothing is born suspended here, and the answers are those that come back from it."""
    given: list[dict[str, Any]] = []

    def answer(gate: Gate, _flow_run_id: str) -> Answer:
        return Answer(answer_of(gate.case_no, at=at(0), **given.pop(0)), NOON)

    def told(**answered: Any) -> None:
        given.append(answered)

    monkeypatch.setattr(exceptions, "wait_for_answer", answer)
    return told


def said(state: RunState[None]) -> str:
    return str(state.message)


def runs_asked_for(number: str) -> list[tuple[str, str]]:
    with unit_of_work() as connection:
        return [
            (row["key"].split(":", 1)[1], row["status"])
            for row in outbox.of_case(connection, number)
            if row["kind"] == Kind.START_RUN
        ]


class TestHandleClaims:
    def test_lets_only_what_is_to_be_assessed_wait_for_rule_packs_that_can_be_used(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        goes_on = assessed(filed("773000000001", "1500"), EvidenceKind.VALUE_PROOF)
        waits = filed("773000000002")
        papers_come(waits, EvidenceKind.VALUE_PROOF)
        monkeypatch.setenv("REDRESS_RULE_PACKS_FILES", str(tmp_path / "gone.toml"))

        ended = handle_claims(return_state=True)

        assert ended.is_failed()
        assert "gone.toml" in said(ended)
        assert claim_of(waits).state is State.ASSESSMENT
        assert claim_of(goes_on.case_no).state is State.AWAITING_APPROVAL


class TestSettleClaim:
    def test_takes_the_decision_and_pays_what_was_asked_for_in_full(self, fill: Fill) -> None:
        staff_called("sup-zhang", Role.SUPERVISOR)
        number = at_its_gate("773000000001", "1500", EvidenceKind.VALUE_PROOF)
        fill(staff_id="sup-zhang")

        ended = settle_claim(number, 1, return_state=True)

        assert said(ended) == f"{number} 已由 sup-zhang 同意。 Approved by sup-zhang."
        assert claim_of(number).state is State.PAID
        assert "1500" in notices_of(number)[-1]["body"]

    def test_offers_what_is_less_than_was_asked_for(self, fill: Fill) -> None:
        staff_called("sup-zhang", Role.SUPERVISOR)
        number = at_its_gate("773000000001", "1500", EvidenceKind.VALUE_PROOF, claimed="1800")
        fill(staff_id="sup-zhang")

        settle_claim(number, 1)

        assert claim_of(number).state is State.OFFERED

    def test_tells_nobody_anything_before_the_last_of_two_has_approved(self, fill: Fill) -> None:
        """No formal answer leaves before approval (R56)."""
        number = large_claim()
        for staff_id, role in (("sup-zhang", Role.SUPERVISOR), ("mgr-li", Role.MANAGER)):
            staff_called(staff_id, role, amount_limit="100000")
        before = len(notices_of(number))
        fill(staff_id="sup-zhang")

        ended = settle_claim(number, 1, return_state=True)

        assert "somebody else must approve too" in said(ended)
        assert len(notices_of(number)) == before
        assert claim_of(number).state is State.AWAITING_APPROVAL
        assert [key for key, _ in runs_asked_for(number)] == ["plan-1:step-1:run-1", "plan-1:step-2:run-1"]
        fill(staff_id="mgr-li")

        settle_claim(number, 1, 2)

        assert claim_of(number).state is State.PAID
        assert [row["staff_id"] for row in decisions_of(number)] == ["sup-zhang", "mgr-li"]

    def test_asks_again_until_an_answer_counts(self, fill: Fill) -> None:
        staff_called("sup-zhang", Role.SUPERVISOR)
        number = at_its_gate("773000000001", "1500", EvidenceKind.VALUE_PROOF)
        fill(staff_id="sup-zhang", passcode="000000")
        fill(staff_id="sup-zhang", decision="refuse", comment="核实价值")

        ended = settle_claim(number, 1, return_state=True)

        assert said(ended).endswith("Refused by sup-zhang.")
        assert gate_of(number).attempt == 2
        assert claim_of(number).state is State.NEEDS_OPERATOR

    def test_goes_on_from_a_decision_that_was_taken_before_it_was_killed(self) -> None:
        number = at_its_gate("773000000001", "1500", EvidenceKind.VALUE_PROOF)
        answers(number, at(0))

        ended = settle_claim(number, 1, return_state=True)

        assert said(ended) == "sup-zhang 已决定。 Decided by sup-zhang."
        assert claim_of(number).state is State.PAID


class TestSettleDocket:
    @pytest.fixture
    def docket(self) -> tuple[str, list[str]]:
        """Have three clear claims in a docket, and a supervisor who may decide it."""
        staff_called("sup-zhang", Role.SUPERVISOR)
        return docket_with(3)

    def test_pays_what_was_approved_and_asks_about_the_rest(self, docket: tuple[str, list[str]], fill: Fill) -> None:
        docket_no, numbers = docket
        fill(staff_id="sup-zhang", except_for=numbers[1][-3:])

        ended = settle_docket(docket_no, 1, return_state=True)

        became = f"同意 2/3 件 approved; 除外 excepted: {numbers[1]}."
        assert said(ended) == f"{docket_no} 已由 sup-zhang 同意。 Approved by sup-zhang. {became}"
        assert states_of(numbers) == [State.PAID, State.AWAITING_APPROVAL, State.PAID]
        assert runs_asked_for(numbers[1])[0][0] == "plan-1:step-1:run-1"
        assert [notices_of(number)[-1]["purpose"] for number in numbers] == ["paid", "acknowledged", "paid"]

    def test_goes_on_from_a_decision_that_was_taken_before_it_was_killed(self, docket: tuple[str, list[str]]) -> None:
        docket_no, numbers = docket
        answers(docket_no, at(0), except_for=numbers[0])

        ended = settle_docket(docket_no, 1, return_state=True)

        assert said(ended).endswith(f"除外 excepted: {numbers[0]}.")
        assert states_of(numbers) == [State.AWAITING_APPROVAL, State.PAID, State.PAID]

    def test_pays_nothing_of_one_that_was_refused(self, docket: tuple[str, list[str]], fill: Fill) -> None:
        docket_no, numbers = docket
        fill(staff_id="sup-zhang", decision="refuse", comment="逐件复核")

        settle_docket(docket_no, 1)

        assert states_of(numbers) == [State.AWAITING_APPROVAL] * 3
        assert all(runs_asked_for(number) for number in numbers)
