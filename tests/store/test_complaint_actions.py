"""Tasks of plans, penalties and rewards in PostgreSQL: made once, settled once, and never removed."""

from collections.abc import Iterator
from typing import Any

import pytest
from complaint_factories import a_penalty, planned
from factories import NOON, at
from sqlalchemy import Connection

from schemas.complaints import Action, ActionState, ActionTask, Consequence, ConsequenceKind, ConsequenceState
from store import complaint_actions, consequences
from store.complaint_actions import NoSuchTask
from store.consequences import NoSuchConsequence
from store.unit_of_work import unit_of_work

CASE = "CP-20261120-000001"


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def ordered(connection: Connection, *actions: Action, version: int = 1, case_no: str = CASE) -> list[ActionTask]:
    complaint_actions.order(connection, case_no, version, planned(*(actions or (Action.RECTIFY,))))
    tasks = complaint_actions.tasks_of(connection, [case_no])[case_no]
    return [task for task in tasks if task.plan_version == version]


def settled(connection: Connection, task: ActionTask, state: ActionState = ActionState.DONE) -> int:
    return complaint_actions.settle(connection, [task.action_id], state=state, by="ag-sun", note="已办", at=at(1))


def proposed(connection: Connection, **changes: Any) -> Consequence:
    [one] = consequences.propose(connection, [a_penalty(**changes)])
    return one


class TestTasks:
    def test_are_made_of_each_action_with_its_owner_and_time(self, connection: Connection) -> None:
        tasks = ordered(connection, Action.SEARCH_PARCEL, Action.RECTIFY)

        assert [(task.action, task.owner, task.due_at, task.state) for task in tasks] == [
            (Action.SEARCH_PARCEL, "示例城东网点", at(24), ActionState.OPEN),
            (Action.RECTIFY, "示例城东网点", at(24), ActionState.OPEN),
        ]

    def test_are_made_once_however_often_a_plan_is_carried_out(self, connection: Connection) -> None:
        [task] = ordered(connection)
        settled(connection, task)

        [again] = ordered(connection)

        assert (again.action_id, again.state) == (task.action_id, ActionState.DONE)

    def test_are_others_for_another_plan(self, connection: Connection) -> None:
        [first], [second] = ordered(connection), ordered(connection, version=2)

        assert first.action_id != second.action_id

    def test_of_a_case_without_any_are_none(self, connection: Connection) -> None:
        assert complaint_actions.tasks_of(connection, [CASE]) == {}

    @pytest.mark.parametrize("state", [ActionState.DONE, ActionState.FAILED, ActionState.CALLED_OFF])
    def test_are_settled_once(self, connection: Connection, state: ActionState) -> None:
        [task] = ordered(connection)

        assert [settled(connection, task, state), settled(connection, task, ActionState.DONE)] == [1, 0]
        found = complaint_actions.one_task(connection, task.action_id)
        assert (found.state, found.done_by, found.done_at, found.note) == (state, "ag-sun", at(1), "已办")

    def test_are_verified_once_they_are_done_and_once(self, connection: Connection) -> None:
        [task] = ordered(connection)

        def verify() -> int:
            return complaint_actions.verify(connection, task.action_id, by="sup-wang", note="", at=at(2))

        assert verify() == 0
        settled(connection, task)
        assert [verify(), verify()] == [1, 0]
        found = complaint_actions.one_task(connection, task.action_id)
        assert (found.state, found.verified_by, found.note) == (ActionState.VERIFIED, "sup-wang", "已办")

    def test_are_refused_where_there_is_none(self, connection: Connection) -> None:
        with pytest.raises(NoSuchTask, match="there is no task 7"):
            complaint_actions.one_task(connection, 7)


class TestListing:
    def test_gives_those_in_a_state_that_are_due_and_no_more_than_asked(self, connection: Connection) -> None:
        tasks = [ordered(connection, case_no=f"CP-{number}")[0] for number in range(3)]
        settled(connection, tasks[0])

        def found(*states: ActionState, **asked: Any) -> int:
            return len(complaint_actions.listing(connection, states=states, **asked))

        assert found(ActionState.OPEN) == 2
        assert found(ActionState.DONE, ActionState.OPEN) == 3
        assert found(ActionState.OPEN, due_by=at(24)) == 2
        assert found(ActionState.OPEN, due_by=at(23.9)) == 0
        assert found(ActionState.OPEN, limit=1) == 1
        assert found(ActionState.OPEN, action=Action.APOLOGISE) == 0
        assert found(ActionState.OPEN, action=Action.RECTIFY, due_by=at(24)) == 2


class TestRemind:
    def test_gives_each_late_task_once(self, connection: Connection) -> None:
        [task] = ordered(connection)

        assert complaint_actions.remind(connection, now=at(23.9)) == []
        assert [one.action_id for one in complaint_actions.remind(connection, now=at(24))] == [task.action_id]
        assert complaint_actions.remind(connection, now=at(25)) == []

    def test_leaves_what_is_done(self, connection: Connection) -> None:
        [task] = ordered(connection)
        settled(connection, task)

        assert complaint_actions.remind(connection, now=at(99)) == []

    def test_passes_over_what_somebody_else_reminds_of(self, database: str) -> None:
        del database
        with unit_of_work() as connection:
            ordered(connection)

        with unit_of_work() as one, unit_of_work() as other:
            assert len(complaint_actions.remind(one, now=at(24))) == 1
            assert complaint_actions.remind(other, now=at(24)) == []


class TestConsequences:
    def test_are_numbered_and_read_back(self, connection: Connection) -> None:
        penalty = proposed(connection)

        assert consequences.of_case(connection, CASE) == [penalty]
        assert penalty == a_penalty(consequence_id=penalty.consequence_id)

    def test_are_proposed_once_for_a_party_and_a_kind(self, connection: Connection) -> None:
        proposed(connection)

        assert consequences.propose(connection, [a_penalty(amount="99")]) == []
        assert proposed(connection, kind=ConsequenceKind.REWARD)
        assert proposed(connection, party="杭州转运中心")

    def test_keep_what_the_party_says_and_what_was_ruled(self, connection: Connection) -> None:
        number = proposed(connection).consequence_id
        consequences.contest(connection, number, by="cou-li", words="录音可证")
        consequences.rule(connection, number, state=ConsequenceState.LIFTED, by="sup-wang", ruling="属实", at=at(1))

        found = consequences.one_consequence(connection, number)
        assert (found.state, found.contested_by, found.contest) == (ConsequenceState.LIFTED, "cou-li", "录音可证")
        assert (found.ruled_by, found.ruling, found.ruled_at) == ("sup-wang", "属实", at(1))

    def test_are_refused_where_there_is_none(self, connection: Connection) -> None:
        with pytest.raises(NoSuchConsequence, match="there is no penalty or reward 7"):
            consequences.one_consequence(connection, 7)

    def test_of_which_nobody_ruled_come_by_when_their_time_to_contest_ends(self, connection: Connection) -> None:
        late = proposed(connection, party="B", contest_until=at(9)).consequence_id
        soon = proposed(connection, party="A", contest_until=at(1)).consequence_id
        ruled = proposed(connection, party="C", contest_until=NOON).consequence_id
        consequences.contest(connection, soon, by="A", words="冤枉")
        consequences.rule(connection, ruled, state=ConsequenceState.CONFIRMED, by="x", ruling="y", at=NOON)

        assert [one.consequence_id for one in consequences.unruled(connection)] == [soon, late]
        assert len(consequences.unruled(connection, limit=1)) == 1
