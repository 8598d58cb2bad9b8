"""A step that fails with one claim: that one goes to a person, or stays, and the others go on."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import pytest
from claims import claim_of, filed, the_parcel_was_damaged
from complaints import nothing_is_broken, notices_of

from schemas.claims import Claim, Command, State
from store.case_history import history_of
from store.case_moves import StaleCase
from store.unit_of_work import Connection, unit_of_work
from tasks.claims import moving
from tasks.claims.moving import Step, Work, step_of_one
from tasks.exceptions.moving import NotAllowed


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
