"""What can be asked of an exception in which state, who may ask it, and what it takes."""

from itertools import product

import pytest
from factories import a_case, at

from rules.exceptions.lifecycle import LIFECYCLE
from rules.exceptions.remedies import ROUNDS_MAX
from rules.transitions import Move, Refusal
from schemas.exceptions import Command, ExceptionType, Origin, Role, Stage, State
from schemas.severity import Severity

READY = {"objections": 1, "follow_up_at": at(24), "type": ExceptionType.UNREACHABLE}
MEETS_EVERY_GUARD = a_case(**READY)

ALWAYS_WHILE_OPEN = {
    Command.REPORT_SEVERE: None,
    Command.ESCALATE: None,
    Command.PAUSE: None,
    Command.RELEASE: None,
    Command.CHANGE_PROFILE: None,
}
BEFORE_RESULT = {**ALWAYS_WHILE_OPEN, Command.TELL_CUSTOMER: None}
WITH_THE_SYSTEM = {**BEFORE_RESULT, Command.HAND_OVER: State.NEEDS_OPERATOR}
BEFORE_DECISION = {**WITH_THE_SYSTEM, Command.CURE: State.CLOSED}

ALLOWED: dict[State, dict[Command, State | None]] = {
    State.DETECTED: {**BEFORE_DECISION, Command.RECORD: State.RECORDED},
    State.RECORDED: {**BEFORE_DECISION, Command.INVESTIGATE: State.INVESTIGATED},
    State.INVESTIGATED: {**BEFORE_DECISION, Command.PLAN: State.PLANNED},
    State.PLANNED: {
        **BEFORE_DECISION,
        Command.REQUEST_APPROVAL: State.AWAITING_APPROVAL,
        Command.ADOPT: State.APPROVED,
        Command.RECONSIDER: State.INVESTIGATED,
    },
    State.AWAITING_APPROVAL: {
        **BEFORE_DECISION,
        Command.ENDORSE: None,
        Command.APPROVE: State.APPROVED,
        Command.REFUSE: State.INVESTIGATED,
        Command.RECONSIDER: State.INVESTIGATED,
    },
    State.APPROVED: {**WITH_THE_SYSTEM, Command.CARRY_OUT: State.CARRYING_OUT},
    State.CARRYING_OUT: {**WITH_THE_SYSTEM, Command.CONFIRM_CARRIED_OUT: State.CARRIED_OUT},
    State.CARRIED_OUT: {**WITH_THE_SYSTEM, Command.FEED_BACK: State.FED_BACK},
    State.FED_BACK: {
        **ALWAYS_WHILE_OPEN,
        Command.HAND_OVER: State.NEEDS_OPERATOR,
        Command.ACCEPT: State.CLOSED,
        Command.OBJECT: State.RECORDED,
        Command.REFER_UP: State.NEEDS_OPERATOR,
        Command.EXPLAIN: State.CLOSED,
        Command.DECLARE_UNREACHABLE: State.INVESTIGATED,
        Command.CLOSE: State.CLOSED,
    },
    State.NEEDS_OPERATOR: {
        **BEFORE_RESULT,
        Command.TAKE_UP: State.INVESTIGATED,
        Command.EXPLAIN: State.CLOSED,
        Command.CLOSE_BY_HAND: State.CLOSED,
    },
    State.CLOSED: {Command.REOPEN: State.RECORDED, Command.FOLLOW_UP: None},
}
ALLOWED_PAIRS = [(state, command) for state, commands in ALLOWED.items() for command in commands]
REFUSED_PAIRS = [pair for pair in product(State, Command) if pair not in ALLOWED_PAIRS]

SYSTEM = {Role.SYSTEM}
STAFF = {Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR}
WHO_MAY = {
    Command.RECORD: SYSTEM | STAFF,
    Command.INVESTIGATE: SYSTEM | STAFF,
    Command.REPORT_SEVERE: SYSTEM,
    Command.PLAN: SYSTEM | STAFF,
    Command.REQUEST_APPROVAL: SYSTEM,
    Command.ADOPT: SYSTEM,
    Command.ENDORSE: {Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR},
    Command.APPROVE: {Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR},
    Command.REFUSE: {Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR},
    Command.CARRY_OUT: SYSTEM,
    Command.CONFIRM_CARRIED_OUT: SYSTEM,
    Command.FEED_BACK: SYSTEM,
    Command.ACCEPT: STAFF | {Role.CUSTOMER},
    Command.OBJECT: STAFF | {Role.CUSTOMER},
    Command.REFER_UP: STAFF | {Role.CUSTOMER},
    Command.EXPLAIN: {Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR},
    Command.DECLARE_UNREACHABLE: SYSTEM,
    Command.CLOSE: SYSTEM,
    Command.RECONSIDER: SYSTEM | STAFF,
    Command.REOPEN: SYSTEM | STAFF | {Role.CUSTOMER},
    Command.FOLLOW_UP: SYSTEM,
    Command.TELL_CUSTOMER: SYSTEM | STAFF,
    Command.PAUSE: SYSTEM | STAFF,
    Command.RELEASE: SYSTEM | STAFF,
    Command.CHANGE_PROFILE: STAFF,
    Command.CURE: SYSTEM,
    Command.ESCALATE: SYSTEM,
    Command.HAND_OVER: SYSTEM | STAFF,
    Command.TAKE_UP: STAFF,
    Command.CLOSE_BY_HAND: STAFF,
}
STAGE_OF = {
    Command.RECORD: Stage.RECORD,
    Command.INVESTIGATE: Stage.INVESTIGATE,
    Command.REPORT_SEVERE: Stage.ESCALATE_IF_SEVERE,
    Command.PLAN: Stage.COORDINATE,
    Command.REQUEST_APPROVAL: Stage.COORDINATE,
    Command.ADOPT: Stage.COORDINATE,
    Command.ENDORSE: Stage.COORDINATE,
    Command.APPROVE: Stage.COORDINATE,
    Command.REFUSE: Stage.COORDINATE,
    Command.CARRY_OUT: Stage.RESOLVE,
    Command.CONFIRM_CARRIED_OUT: Stage.RESOLVE,
    Command.FEED_BACK: Stage.FEED_BACK,
    Command.ACCEPT: Stage.ANALYSE,
    Command.OBJECT: Stage.FEED_BACK,
    Command.REFER_UP: Stage.FEED_BACK,
    Command.EXPLAIN: Stage.ANALYSE,
    Command.DECLARE_UNREACHABLE: Stage.COORDINATE,
    Command.CLOSE: Stage.ANALYSE,
    Command.RECONSIDER: Stage.COORDINATE,
    Command.REOPEN: Stage.RECORD,
    Command.FOLLOW_UP: Stage.FEED_BACK,
    Command.TELL_CUSTOMER: Stage.FEED_BACK,
    Command.PAUSE: Stage.COORDINATE,
    Command.RELEASE: Stage.COORDINATE,
    Command.CHANGE_PROFILE: Stage.COORDINATE,
    Command.CURE: Stage.ANALYSE,
    Command.ESCALATE: Stage.ESCALATE_IF_SEVERE,
    Command.HAND_OVER: Stage.COORDINATE,
    Command.TAKE_UP: Stage.COORDINATE,
    Command.CLOSE_BY_HAND: Stage.ANALYSE,
}


def one_who_may(command: Command) -> Role:
    return min(WHO_MAY.get(command, SYSTEM))


def ask(command: Command, *, role: Role | None = None, **changes):
    """Ask for a command in the first state that knows it."""
    state = next(state for state, commands in ALLOWED.items() if command in commands)
    return LIFECYCLE.advance(state, command, role=role or one_who_may(command), facts=a_case(**{**READY, **changes}))


class TestTransition:
    @pytest.mark.parametrize(("state", "command"), ALLOWED_PAIRS)
    def test_is_allowed_for(self, state, command):
        move = LIFECYCLE.advance(state, command, role=one_who_may(command), facts=MEETS_EVERY_GUARD)

        assert move == Move(
            origin=state, command=command, target=ALLOWED[state][command] or state, stage=STAGE_OF[command]
        )

    @pytest.mark.parametrize(("state", "command"), REFUSED_PAIRS)
    def test_is_refused_with_a_sentence_for(self, state, command):
        refusal = LIFECYCLE.advance(state, command, role=one_who_may(command), facts=MEETS_EVERY_GUARD)

        assert refusal == Refusal(f"exception: {command.value} is not possible in state {state.value}.")

    def test_out_of_the_closed_state_is_only_by_opening_it_again(self):
        targets = {target for origin, _, target in LIFECYCLE.edges() if origin is State.CLOSED}

        assert targets == {State.CLOSED, State.RECORDED}

    @pytest.mark.parametrize("state", sorted(set(State) - {State.CLOSED}))
    def test_by_transition_every_case_can_come_to_its_end_from(self, state):
        reached = {state}
        for _ in State:
            reached |= {target for origin, _, target in LIFECYCLE.edges() if origin in reached}

        assert State.CLOSED in reached


class TestRole:
    @pytest.mark.parametrize(
        ("command", "role"), [(command, role) for command, roles in WHO_MAY.items() for role in sorted(roles)]
    )
    def test_may(self, command, role):
        assert isinstance(ask(command, role=role), Move)

    @pytest.mark.parametrize(
        ("command", "role"),
        [(command, role) for command, roles in WHO_MAY.items() for role in sorted(set(Role) - roles)],
    )
    def test_may_not(self, command, role):
        assert f"{role.value} may not {command.value}; only " in ask(command, role=role).sentence


class TestGuard:
    @pytest.mark.parametrize(
        ("command", "changes", "sentence"),
        [
            pytest.param(Command.RECORD, {"waybill": ""}, "waybill missing.", id="record without a waybill"),
            pytest.param(Command.RECORD, {"trigger": ""}, "trigger missing.", id="record without a trigger"),
            pytest.param(
                Command.RECORD, {"waybill": "", "trigger": ""}, "waybill, trigger missing.", id="record without both"
            ),
            pytest.param(
                Command.REPORT_SEVERE, {"severity": Severity.ORDINARY}, "the case is not severe.", id="report no severe"
            ),
            pytest.param(
                Command.REPORT_SEVERE, {"severe_reported": True}, "it was reported before.", id="report severe twice"
            ),
            pytest.param(
                Command.PLAN,
                {"rounds": ROUNDS_MAX},
                "3 plans were sent back; a person must plan.",
                id="plan a fourth time",
            ),
            pytest.param(Command.REQUEST_APPROVAL, {"plan": None}, "no plan was drafted.", id="ask about no plan"),
            pytest.param(Command.ADOPT, {"plan": None}, "no plan was drafted.", id="adopt no plan"),
            pytest.param(
                Command.EXPLAIN,
                {"objections": 0},
                "the customer has not objected; a bare refusal is no answer (R45).",
                id="explain before anybody objected",
            ),
            pytest.param(
                Command.FOLLOW_UP, {"follow_up_at": None}, "nothing is left to look after.", id="follow up nothing"
            ),
            pytest.param(
                Command.DECLARE_UNREACHABLE,
                {"type": ExceptionType.DAMAGED},
                "the case is not about a consignee nobody reaches.",
                id="leave a damaged parcel to its sender",
            ),
            pytest.param(Command.APPROVE, {"plan": None}, "no plan was drafted.", id="approve no plan"),
            pytest.param(
                Command.CURE,
                {"origin": Origin.STAFF},
                "a person opened this case and closes it.",
                id="cure what a person opened",
            ),
        ],
    )
    def test_refuses_to(self, command, changes, sentence):
        assert ask(command, **changes) == Refusal(f"exception: {command.value} is not possible yet: {sentence}")

    @pytest.mark.parametrize(
        ("command", "changes"),
        [
            pytest.param(Command.REPORT_SEVERE, {"severity": Severity.SEVERE}, id="report what is severe"),
            pytest.param(Command.REPORT_SEVERE, {"severity": Severity.CRITICAL}, id="report what is critical"),
            pytest.param(Command.PLAN, {"rounds": 0, "plan": None}, id="plan a first time"),
            pytest.param(Command.PLAN, {"rounds": ROUNDS_MAX - 1}, id="plan a third time"),
            pytest.param(Command.REFUSE, {"plan": None}, id="refuse a plan that is gone"),
            pytest.param(Command.CURE, {"origin": Origin.SILENCE}, id="cure silence"),
        ],
    )
    def test_lets_somebody(self, command, changes):
        assert isinstance(ask(command, **changes), Move)
