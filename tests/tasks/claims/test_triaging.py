"""Triage: every proposal asks for its decision, by itself or in a docket (R56, R87)."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from claim_cases import assessed, at_its_gate, clear_claims, filed, gate_of, large_claim
from claims import claim_of
from complaints import nothing_is_broken, notices_of
from factories import at

from schemas.assessment import ClaimEvent
from schemas.claims import Route, State
from schemas.evidence import EvidenceKind
from store import outbox
from store.case_history import history_of
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.claims.evidence import gather_evidence
from tasks.claims.triaging import triage_claims

EMPLOYEE = {"name": "孙八", "phone": "19900003333", "relation": "employee"}
PICTURES = (EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL)
OTHER = {"claimant": {"name": "钱七", "phone": "19900007777", "relation": "sender"}}
DAMAGED = {"event": ClaimEvent.DAMAGE, "parcels": [{"id": "1", "value": "800", "lost_percent": "100"}]}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))


def runs_asked_for(number: str) -> list[str]:
    with unit_of_work() as connection:
        return [row["key"] for row in outbox.of_case(connection, number) if row["kind"] == Kind.START_RUN]


def why_alone(number: str) -> str:
    with unit_of_work() as connection:
        last = history_of(connection, number)[-1]
    assert last["command"] == "request_approval"
    return str(last["details"]["decided_by_itself_because"])


class TestTriage:
    def test_puts_a_clear_claim_on_its_way_to_a_docket_without_a_run_of_its_own(self) -> None:
        [number] = clear_claims(1)

        claim = claim_of(number)
        assert (claim.state, claim.route, claim.docket_no) == (State.AWAITING_APPROVAL, Route.DOCKET, "")
        assert (gate_of(number).owed_for, gate_of(number).decided) == ("clear", False)
        assert runs_asked_for(number) == []

    @pytest.mark.parametrize(
        ("amount", "told", "owed_for", "why"),
        [
            ("1500", {}, "money", "more than the 1000"),
            ("800", {"claimed": "900"}, "money", "less than what was asked for"),
            ("800", {"claimant": EMPLOYEE}, "employee", "an employee claims"),
        ],
        ids=["too large", "less than was asked for", "an employee's"],
    )
    def test_asks_about_any_other_in_a_run_of_its_own(
        self, amount: str, told: dict[str, object], owed_for: str, why: str
    ) -> None:
        papers = (EvidenceKind.VALUE_PROOF, EvidenceKind.ASSIGNMENT_OF_CLAIM)
        number = at_its_gate("773000000001", amount, *papers, **told)

        assert claim_of(number).route is Route.SINGLE
        assert gate_of(number).owed_for == owed_for
        assert runs_asked_for(number) == [f"{number}:plan-1:step-1:run-1"]
        assert why in why_alone(number)

    def test_hands_over_one_that_became_a_major_accident_since_and_goes_on_with_the_others(
        self,
    ) -> None:
        papers = (EvidenceKind.VALUE_PROOF, EvidenceKind.ASSIGNMENT_OF_CLAIM)
        major = assessed(filed("773000000001", "800"), *papers).case_no
        other = assessed(filed("773000000002", "800", **OTHER), *papers).case_no
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET is_major = true WHERE case_no = %s", (major,))

        assert triage_claims.fn() == [major, other]

        assert (claim_of(major).state, claim_of(other).state) == (State.NEEDS_OPERATOR, State.AWAITING_APPROVAL)
        assert "须先由人认定责任" in notices_of(major, "department")[-1]["subject"]
        assert runs_asked_for(major) == []

    def test_takes_a_damage_with_its_pictures_for_clear(self) -> None:
        number = at_its_gate("773000000001", "800", *PICTURES, **DAMAGED)

        assert claim_of(number).route is Route.DOCKET

    def test_asks_by_itself_about_one_whose_pictures_never_came(self, stand_at: Callable[[datetime], None]) -> None:
        number = filed(**DAMAGED)
        gather_evidence.fn(number)
        stand_at(at(8 * 24))
        assessed(number)

        triage_claims.fn()

        assert claim_of(number).route is Route.SINGLE
        assert why_alone(number) == "evidence is missing: photo_whole, photo_detail, photo_label."

    def test_does_nothing_twice(self) -> None:
        number = large_claim()

        assert triage_claims.fn() == []
        assert runs_asked_for(number) == [f"{number}:plan-1:step-1:run-1"]
        assert nothing_is_broken()

    def test_takes_only_those_that_are_named(self) -> None:
        first, second = [assessed(filed(f"77300000000{place}")).case_no for place in (1, 2)]

        assert triage_claims.fn([second]) == [second]
        assert claim_of(first).state is State.ASSESSED
