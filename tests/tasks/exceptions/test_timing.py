"""A case's clocks: kept with every step, the same as its whole history folded, and current when figures change."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from factories import a_registration, an_event, at
from standins import register, tell

from schemas.clocks import Anchors, ClockStatus, PauseReason
from schemas.exceptions import ExceptionCase, Role
from schemas.tracking import Event
from store import case_history, cases, outbox
from store.unit_of_work import unit_of_work
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions
from tasks.exceptions.planning import plan_remedies, triage_plans
from tasks.exceptions.refreshing import refresh_clocks
from tasks.exceptions.telling import tell_waiting_customers
from tasks.exceptions.timing import anchors_of, readings, refolded
from tasks.stepping import NotAllowed
from tasks.supervision.pausing import change_profile, pause, release

Stand = Callable[[datetime], None]
BY = {"who": "ag-sun", "role": Role.AGENT}


def the_case() -> ExceptionCase:
    with unit_of_work() as connection:
        return cases.select_cases(connection)[0]


def waiting_case(**registration: Any) -> str:
    """Bring a lost parcel's case to where a supervisor owes a decision."""
    register(a_registration(**registration))
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.lost"))
    find_exceptions.fn()
    for step in (record_exceptions, investigate_exceptions, plan_remedies, triage_plans):
        step.fn()
    return the_case().case_no


def due(clock: str, *, now: datetime) -> datetime | None:
    [reading] = [reading for reading in readings(the_case(), now=now) if reading.clock == clock]
    return reading.due_at


class TestAnchors:
    def test_are_those_of_the_whole_history_after_every_step(self, stand_at: Stand) -> None:
        number = waiting_case()
        stand_at(at(0.5))
        pause(number, reason=PauseReason.WAITING_CUSTOMER, **BY)
        stand_at(at(1))
        release(number, **BY)
        change_profile(number, profile="standard", **BY)

        with unit_of_work() as connection:
            history = case_history.history_of(connection, number)
        assert anchors_of(the_case()) == refolded(the_case(), history)
        assert anchors_of(the_case()) != Anchors()


class TestBeginning:
    """A case begins under the profile that its playbook names, else under that of the installation."""

    @pytest.fixture
    def own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "own.toml"
        file.write_text('[LOST]\nclock_profile = "standard"', "utf-8")
        monkeypatch.setenv("REDRESS_PLAYBOOKS_FILE", str(file))

    @pytest.mark.usefixtures("own")
    def test_follows_the_playbook_whatever_the_installation_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_CLOCK_PROFILE", "seed-outlet")

        waiting_case()

        assert (anchors_of(the_case()).profile, due("first_response", now=at(0))) == ("standard", at(24))

    @pytest.mark.usefixtures("own")
    def test_is_left_behind_by_a_change_of_the_profile(self) -> None:
        number = waiting_case()

        change_profile(number, profile="seed-outlet", **BY)

        assert (anchors_of(the_case()).profile, due("first_response", now=at(0))) == ("seed-outlet", at(2))

    def test_follows_the_installation_where_the_playbook_names_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_CLOCK_PROFILE", "standard")

        waiting_case()

        assert anchors_of(the_case()).profile == "standard"


class TestPause:
    def test_moves_the_resolution_by_as_long_as_it_lasts_and_nothing_the_law_sets(self, stand_at: Stand) -> None:
        number = waiting_case(promised_at=at(24))
        lawful = due("complete_delay", now=at(0))

        stand_at(at(1))
        pause(number, reason=PauseReason.WAITING_CUSTOMER, **BY)
        stopped = [r.clock for r in readings(the_case(), now=at(2)) if r.status is ClockStatus.STOPPED]
        stand_at(at(4))
        release(number, **BY)

        assert "resolution" in stopped
        assert due("resolution", now=at(4)) == at(6 + 3)
        assert due("complete_delay", now=at(4)) == lawful

    def test_is_not_begun_twice_for_one_reason_or_ended_where_there_is_none(self) -> None:
        number = waiting_case()
        with pytest.raises(NotAllowed, match="is not paused"):
            release(number, **BY)

        pause(number, reason=PauseReason.WAITING_CUSTOMS, **BY)
        with pytest.raises(NotAllowed, match="is paused for waiting_customs already"):
            pause(number, reason=PauseReason.WAITING_CUSTOMS, **BY)


class TestChangeProfile:
    def test_counts_from_the_original_start(self, stand_at: Stand) -> None:
        number = waiting_case()
        stand_at(at(3))
        change_profile(number, profile="standard", **BY)

        [reading] = [r for r in readings(the_case(), now=at(3)) if r.clock == "resolution"]
        assert reading.started_at == at(0)
        assert reading.rule.startswith("standard/")

    def test_refuses_a_profile_that_there_is_not(self) -> None:
        with pytest.raises(NotAllowed, match="there is no profile fast for exceptions; there are "):
            change_profile(waiting_case(), profile="fast", **BY)


class TestRefreshClocks:
    def test_finds_nothing_to_do_while_the_figures_are_the_same(self) -> None:
        waiting_case()

        assert refresh_clocks.fn() == 0

    @pytest.mark.parametrize(
        "former",
        [
            "clock_calendars = 'older'",
            "clock_profile = 'seed-outlet/1999.1@2012-05-01#0000'",
            "clock_anchors = '{}', clock_profile = '', clock_calendars = ''",
        ],
        ids=["other calendars", "other profile", "a case of an earlier build"],
    )
    def test_computes_anew_what_rests_on(self, former: str) -> None:
        waiting_case()
        before = the_case()
        with unit_of_work() as connection:
            connection.exec_driver_sql(f"UPDATE cases SET next_due_at = NULL, {former}")

        assert refresh_clocks.fn() == 1
        assert the_case() == before


class TestPromiseThatChanges:
    def test_changes_what_is_due(self) -> None:
        number = waiting_case(promised_at=at(24))
        register(a_registration(promised_at=at(24 * 5)), at=at(1))
        find_exceptions.fn()

        assert number == the_case().case_no
        assert due("complete_delay", now=at(0)) == at(24 * 5 + 7 * 24)


class TestTellWaitingCustomers:
    def test_answers_before_the_first_response_is_due_and_once(self, stand_at: Stand) -> None:
        number = waiting_case()
        assert tell_waiting_customers.fn() == []

        stand_at(at(1.8))
        assert tell_waiting_customers.fn() == [number]
        assert tell_waiting_customers.fn() == []

    def test_says_how_it_stands_again_before_the_silence_is_too_long(self, stand_at: Stand) -> None:
        waiting_case()
        told = []
        for quarter in range(4 * 30):
            stand_at(at(quarter / 4))
            told += [quarter / 4] * len(tell_waiting_customers.fn())

        assert told[0] < 2
        assert all(later - earlier <= 24 for earlier, later in pairwise(told))
        assert len(told) >= 2

    def test_asks_the_outlet_for_a_way_to_reach_a_customer_of_whom_there_is_none(self, stand_at: Stand) -> None:
        number = waiting_case(consignee={"name": "王五"})
        stand_at(at(1.8))
        tell_waiting_customers.fn()

        with unit_of_work() as connection:
            sent = [row["payload"] for row in outbox.of_case(connection, number) if row["kind"] == "notice"]
        told = [notice for notice in sent if notice["purpose"] != "inquiry-question"]
        assert [notice["audience"] for notice in told] == ["department"]
        assert "无客户联系方式" in told[0]["subject"]
