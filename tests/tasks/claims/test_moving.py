"""A step that fails with one claim: that one goes to a person, or stays, and the others go on."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest
from claims import claim_of, filed, papers_come, the_parcel_was_damaged
from complaints import nothing_is_broken, notices_of
from recovering import EAST, paid_claim, share, state_of, unknown

from schemas.claims import Claim, Command, State
from store import claims as claim_store
from store.case_history import history_of
from store.case_moves import StaleCase
from store.claims import Chosen
from store.unit_of_work import Connection, unit_of_work
from tasks.claims import moving
from tasks.claims.evidence import complete_evidence, gather_evidence
from tasks.claims.liability import establish_liability, settle_liability
from tasks.claims.moving import Step, Work, step_of_one, step_of_ready
from tasks.claims.recovering import close_recovered_claims, recover_claims
from tasks.stepping import NotAllowed


@pytest.fixture(autouse=True)
def parcel() -> None:
    the_parcel_was_damaged()


def claims(count: int = 3) -> list[str]:
    return [filed(claimant={"phone": f"1990000{number:04}"}).claim_no for number in range(count)]


def breaks_with(*broken: str, error: type[Exception] = ZeroDivisionError) -> Work:
    """Assign every claim, but for those with which it breaks, in the midst of the others."""

    def work(_connection: Connection, found: list[Claim], _now: datetime) -> Iterator[Step]:
        for claim in found:
            if claim.case_no in broken:
                raise error("王小明 19900001234")
            yield Step(claim, Command.ASSIGN, reason="tested", updates={"handler": "ag-sun"})

    return work


def taken(work: Work, states: Iterable[State] = (State.ACKNOWLEDGED,)) -> list[str]:
    return step_of_one(None, states, work)


def entries(number: str) -> list[tuple[str, str, str]]:
    with unit_of_work() as connection:
        return [(entry["command"], entry["reason"], entry["note"]) for entry in history_of(connection, number)][2:]


class TestStepThatFailsUnforeseen:
    def test_hands_over_the_claim_with_which_it_fails_and_goes_on_with_the_others(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        first, second, third = claims()

        assert taken(breaks_with(second)) == [first, third]
        assert [claim_of(number).handler for number in (first, second, third)] == ["ag-sun", "", "ag-sun"]
        assert claim_of(second).state is State.NEEDS_OPERATOR
        assert entries(second) == [("hand_over", "unforeseen", "ZeroDivisionError")]
        assert "须人工处理" in str(notices_of(second, audience="department"))
        assert "王小明" not in caplog.text
        assert nothing_is_broken()

    def test_leaves_a_claim_that_may_not_be_handed_over_as_it_is_and_logs_it(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        first, second, third = claims()
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'AGREED'")

        assert taken(breaks_with(second), [State.AGREED]) == [first, third]
        assert (claim_of(second).state, entries(second)) == (State.AGREED, [])
        assert f"{second} could not be moved on: ZeroDivisionError at test_moving.py:" in caplog.text

    def test_goes_on_after_a_batch_with_the_next(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(moving, "BATCH", 2)
        first, second, third, fourth, fifth = claims(5)

        assert taken(breaks_with(second)) == [first, third, fourth, fifth]

    def test_is_broken_itself_where_it_fails_with_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(moving, "FAILING_MAX", 1)
        first, second, third = claims()

        with pytest.raises(ZeroDivisionError):
            taken(breaks_with(first, second))

        assert [claim_of(number).state for number in (first, second)] == [State.ACKNOWLEDGED] * 2
        assert claim_of(third).handler == "ag-sun"


class TestStepThatFailsAsForeseen:
    @pytest.mark.parametrize("error", [NotAllowed, StaleCase])
    def test_raises_and_hands_nothing_over(self, error: type[Exception]) -> None:
        first, second, third = claims()

        with pytest.raises(error):
            taken(breaks_with(second, error=error))

        assert [entries(number) for number in (first, second, third)] == [[], [], []]


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the means to read which claims were locked."""
    numbers: list[str] = []
    select = claim_store.select_claims

    def noting(connection: Connection, chosen: Chosen, *, lock: bool = False, **more: Any) -> list[Claim]:
        found = select(connection, chosen, lock=lock, **more)
        numbers.extend(claim.case_no for claim in found if lock)
        return found

    monkeypatch.setattr(claim_store, "select_claims", noting)
    return numbers


class TestSweep:
    def test_locks_of_those_that_wait_for_papers_only_those_that_go_on(self, locked: list[str]) -> None:
        _, second, _ = claims()
        gather_evidence.fn()
        papers_come(second)
        locked.clear()

        assert complete_evidence.fn() == locked == [second]
        locked.clear()
        assert complete_evidence.fn() == locked == []

    def test_locks_of_those_that_wait_for_a_person_only_those_that_go_on(self, locked: list[str]) -> None:
        _, second, _ = claims()
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'LIABILITY'")
        establish_liability.fn(second)
        locked.clear()

        assert settle_liability.fn() == locked == [second]

    def test_locks_of_those_that_are_recovered_only_those_that_nobody_owes_anything_for(
        self, locked: list[str]
    ) -> None:
        owed, settled = paid_claim(share(EAST, "100")), paid_claim(unknown("100"))
        recover_claims.fn()
        locked.clear()

        assert close_recovered_claims.fn() == locked == [settled]
        assert state_of(owed) is State.RECOVERING

    def test_passes_over_what_somebody_else_holds(self) -> None:
        first, second, third = claims()
        with unit_of_work() as connection:
            claim_store.one_claim(connection, second, lock=True)

            assert step_of_ready(None, [State.ACKNOWLEDGED], all_of_them, breaks_with()) == [first, third]

    def test_takes_all_for_ready_where_it_cannot_be_said(self) -> None:
        first, second, third = claims()

        def nobody_foresaw(*_: object) -> list[Claim]:
            raise ZeroDivisionError

        assert step_of_ready(None, [State.ACKNOWLEDGED], nobody_foresaw, breaks_with(second)) == [first, third]
        assert claim_of(second).state is State.NEEDS_OPERATOR


def all_of_them(_connection: Connection, found: list[Claim], _now: datetime) -> list[Claim]:
    return found
