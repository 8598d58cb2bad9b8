"""What a transition table answers, on a small one: a door."""

from dataclasses import replace
from enum import StrEnum

import pytest

from rules.transitions import Move, Refusal, Transition, TransitionTable


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


class Act(StrEnum):
    SHUT = "shut"
    LOCK = "lock"
    KNOCK = "knock"


class Part(StrEnum):
    DAY = "day"
    NIGHT = "night"


class Who(StrEnum):
    GUEST = "guest"
    PORTER = "porter"


def nobody_is_inside(people: int) -> str | None:
    return f"{people} people are inside." if people else None


PORTER = frozenset({Who.PORTER})
SHUTTING = Transition(frozenset({Door.OPEN}), Act.SHUT, Door.SHUT, Part.DAY, frozenset(Who))
LOCKING = Transition(frozenset({Door.SHUT}), Act.LOCK, Door.LOCKED, Part.NIGHT, PORTER, nobody_is_inside)
KNOCKING = Transition(frozenset({Door.SHUT, Door.LOCKED}), Act.KNOCK, None, Part.DAY, frozenset(Who))
DOOR = TransitionTable("door", (SHUTTING, LOCKING, KNOCKING))


class TestTable:
    def test_is_refused_when_two_rows_answer_for_one_state_and_command(self):
        with pytest.raises(ValueError, match="door: two rows for knock from shut"):
            TransitionTable("door", (KNOCKING, replace(KNOCKING, origins=frozenset({Door.SHUT}))))

    def test_may_have_one_command_from_several_states(self):
        assert DOOR.origins_of(Act.KNOCK) == {Door.SHUT, Door.LOCKED}

    def test_lists_what_can_be_asked_in_a_state(self):
        assert DOOR.commands_from(Door.SHUT) == {Act.LOCK, Act.KNOCK}

    def test_lists_nothing_in_a_state_that_nothing_leaves(self):
        assert TransitionTable("door", (SHUTTING,)).commands_from(Door.LOCKED) == frozenset()

    def test_yields_every_edge_for_the_diagram(self):
        assert set(DOOR.edges()) == {
            (Door.OPEN, Act.SHUT, Door.SHUT),
            (Door.SHUT, Act.LOCK, Door.LOCKED),
            (Door.SHUT, Act.KNOCK, Door.SHUT),
            (Door.LOCKED, Act.KNOCK, Door.LOCKED),
        }


class TestAdvance:
    def test_leads_to_the_target_of_the_row(self):
        move = DOOR.advance(Door.SHUT, Act.LOCK, role=Who.PORTER, facts=0)

        assert move == Move(origin=Door.SHUT, command=Act.LOCK, target=Door.LOCKED, stage=Part.NIGHT)

    def test_stays_where_it_is_when_the_row_names_no_target(self):
        move = DOOR.advance(Door.LOCKED, Act.KNOCK, role=Who.GUEST, facts=0)

        assert isinstance(move, Move)
        assert move.target is Door.LOCKED

    def test_refuses_what_is_not_in_the_table(self):
        refusal = DOOR.advance(Door.OPEN, Act.LOCK, role=Who.PORTER, facts=0)

        assert refusal == Refusal("door: lock is not possible in state open.")

    def test_refuses_a_role_that_may_not_and_names_those_that_may(self):
        refusal = DOOR.advance(Door.SHUT, Act.LOCK, role=Who.GUEST, facts=0)

        assert refusal == Refusal("door: guest may not lock; only porter may.")

    def test_refuses_with_the_guards_own_sentence(self):
        refusal = DOOR.advance(Door.SHUT, Act.LOCK, role=Who.PORTER, facts=2)

        assert refusal == Refusal("door: lock is not possible yet: 2 people are inside.")

    def test_asks_the_guard_only_of_those_who_may(self):
        refusal = DOOR.advance(Door.SHUT, Act.LOCK, role=Who.GUEST, facts=2)

        assert "may not" in refusal.sentence
