"""督促理赔员按时完成 (R84): whoever handles a claim hears before a clock of it runs out, once for each."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from claims import claim_of, filed, the_parcel_was_damaged
from complaint_factories import an_agent
from complaints import notices_of, the_desk_has
from sqlalchemy import text

from store.unit_of_work import unit_of_work
from tasks.claims import reminding
from tasks.claims.evidence import gather_evidence
from tasks.claims.letters import MANAGER
from tasks.claims.reminding import remind_claim_handlers

Stand = Callable[[datetime], None]
remind = remind_claim_handlers.fn
BEFORE = timedelta(hours=4)


@pytest.fixture
def due(stand_at: Stand) -> str:
    """Give a claim that an agent has, four hours before its next clock runs out."""
    the_parcel_was_damaged()
    the_desk_has(an_agent("ag-li"))
    number = filed().claim_no
    gather_evidence.fn()
    until = claim_of(number).next_due_at
    assert until is not None
    stand_at(until - BEFORE)
    return number


def reminders_of(number: str) -> list[dict[str, str]]:
    return [one for one in notices_of(number, "department") if one["purpose"] == "nearly-due"]


class TestRemindClaimHandlers:
    def test_tells_the_handler_what_is_due_when(self, due: str) -> None:
        [line] = remind()

        [told] = reminders_of(due)
        assert (line["claim"], line["told"], told["to"]) == (due, "ag-li", "ag-li")
        assert claim_of(due).due_kind in line["due"]
        assert "即将到期" in told["subject"]

    def test_tells_each_once(self, due: str) -> None:
        remind()

        assert remind() == []
        assert len(reminders_of(due)) == 1

    def test_tells_again_of_another_due_time(self, due: str) -> None:
        remind()
        with unit_of_work() as connection:
            connection.execute(text("UPDATE claim SET next_due_at = next_due_at + interval '1 hour'"))
            connection.execute(text("UPDATE claim SET next_due_at = next_due_at - interval '90 minutes'"))

        assert len(remind()) == 1
        assert len(reminders_of(due)) == 2

    def test_waits_until_it_is_soon(self, due: str, stand_at: Stand) -> None:
        until = claim_of(due).next_due_at
        assert until is not None
        stand_at(until - BEFORE - timedelta(seconds=1))

        assert remind() == []

    def test_leaves_what_is_overdue_to_escalation(self, due: str, stand_at: Stand) -> None:
        until = claim_of(due).next_due_at
        assert until is not None
        stand_at(until)

        assert remind() == []

    def test_says_nothing_of_the_time_in_which_the_claimant_thinks(self, due: str) -> None:
        del due
        with unit_of_work() as connection:
            connection.execute(text("UPDATE claim SET due_kind = 'claimant_answer'"))

        assert remind() == []

    @pytest.mark.parametrize(("assigned", "told"), [("示例城东网点", "示例城东网点"), ("", MANAGER)])
    def test_tells_the_department_of_what_nobody_handles(self, due: str, assigned: str, told: str) -> None:
        with unit_of_work() as connection:
            connection.execute(text("UPDATE claim SET handler = '', assigned_to = :to"), {"to": assigned})

        remind()

        assert [one["to"] for one in reminders_of(due)] == [told]

    def test_takes_many_in_batches(self, due: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reminding, "BATCH", 2)
        until = claim_of(due).next_due_at
        others = [filed(waybill=f"77300000010{turn}").claim_no for turn in range(4)]
        with unit_of_work() as connection:
            connection.execute(text("UPDATE claim SET next_due_at = :until"), {"until": until})

        assert sorted(line["claim"] for line in remind()) == sorted([due, *others])
        assert remind() == []
