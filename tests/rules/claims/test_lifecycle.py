"""What can be asked of a claim in which state, and who may ask it (R78 to R86); its guards: test_guards.py."""

from decimal import Decimal
from itertools import product

import pytest
from claim_factories import a_claim, a_denial, a_liability

from rules.claims.lifecycle import LIFECYCLE
from rules.clocks.book import BOOK
from rules.transitions import Move, Refusal
from schemas.claims import Claim, Command, Route, Stage, State
from schemas.exceptions import Role

READY = {"liability": a_liability(decided_by="ag-sun"), "offered": Decimal(700), "route": Route.DOCKET}
"""What meets the guards of nearly every command; the others need what GUARDED names."""
GUARDED = {Command.DENY: {"plan": a_denial()}}

WHILE_OPEN = {
    Command.ADD: None,
    Command.ESCALATE: None,
    Command.PAUSE: None,
    Command.RELEASE: None,
    Command.CHANGE_PROFILE: None,
}
TOLD = {**WHILE_OPEN, Command.TELL_CUSTOMER: None, Command.ASSIGN: None}
BEFORE_AGREEMENT = {**TOLD, Command.WITHDRAW: State.CLOSED, Command.SETTLE_PRIVATELY: State.CLOSED}
WITH_THE_SYSTEM = {**BEFORE_AGREEMENT, Command.HAND_OVER: State.NEEDS_OPERATOR}
BEFORE_PROPOSAL = {**WITH_THE_SYSTEM, Command.CONFIRM_LIABILITY: None}

COMES_BACK = {
    Command.REOPEN: State.LIABILITY,
    Command.PAYMENT_FAILED: State.AGREED,
    Command.TAKE_MONEY_BACK: State.NEEDS_OPERATOR,
}
"""What may become of a claim that was paid."""
ALLOWED: dict[State, dict[Command, State | None]] = {
    State.DRAFT: {
        **WHILE_OPEN,
        Command.COMPLETE: State.FILED,
        Command.ABANDON: State.CLOSED,
        Command.WITHDRAW: State.CLOSED,
    },
    State.FILED: {**BEFORE_PROPOSAL, Command.ACKNOWLEDGE: State.ACKNOWLEDGED, Command.STATE_FACTS: None},
    State.ACKNOWLEDGED: {
        **BEFORE_PROPOSAL,
        Command.GATHER: State.EVIDENCE,
        Command.DECIDE_LIABILITY: None,
        Command.STATE_FACTS: None,
    },
    State.EVIDENCE: {
        **BEFORE_PROPOSAL,
        Command.COMPLETE_EVIDENCE: State.LIABILITY,
        Command.DECIDE_LIABILITY: None,
        Command.STATE_FACTS: None,
    },
    State.LIABILITY: {
        **BEFORE_PROPOSAL,
        Command.CONTEST: None,
        Command.ESTABLISH: None,
        Command.DECIDE_LIABILITY: None,
        Command.SETTLE_LIABILITY: State.ASSESSMENT,
        Command.STATE_FACTS: None,
        Command.PROPOSE: State.ASSESSED,
    },
    State.ASSESSMENT: {
        **BEFORE_PROPOSAL,
        Command.CONTEST: State.LIABILITY,
        Command.DECIDE_LIABILITY: State.LIABILITY,
        Command.STATE_FACTS: None,
        Command.ASSESS: State.ASSESSED,
        Command.PROPOSE: State.ASSESSED,
    },
    State.ASSESSED: {
        **BEFORE_PROPOSAL,
        Command.CONTEST: State.LIABILITY,
        Command.DECIDE_LIABILITY: State.LIABILITY,
        Command.STATE_FACTS: State.LIABILITY,
        Command.PROPOSE: None,
        Command.REQUEST_APPROVAL: State.AWAITING_APPROVAL,
        Command.RECONSIDER: State.ASSESSMENT,
    },
    State.AWAITING_APPROVAL: {
        **WITH_THE_SYSTEM,
        Command.CONTEST: State.LIABILITY,
        Command.DECIDE_LIABILITY: State.LIABILITY,
        Command.STATE_FACTS: State.LIABILITY,
        Command.PROPOSE: State.ASSESSED,
        Command.DOCKET: None,
        Command.SINGLE_OUT: None,
        Command.ENDORSE: None,
        Command.APPROVE: State.APPROVED,
        Command.REFUSE: State.NEEDS_OPERATOR,
        Command.RECONSIDER: State.ASSESSMENT,
    },
    State.APPROVED: {
        **WITH_THE_SYSTEM,
        Command.OFFER: State.OFFERED,
        Command.AGREE_AS_CLAIMED: State.AGREED,
        Command.DENY: State.DENIED,
        Command.CLOSE: State.CLOSED,
    },
    State.OFFERED: {
        **WITH_THE_SYSTEM,
        Command.PROPOSE: State.ASSESSED,
        Command.COUNTER: State.NEGOTIATION,
        Command.ACCEPT: State.AGREED,
    },
    State.NEGOTIATION: {
        **WITH_THE_SYSTEM,
        Command.PROPOSE: State.ASSESSED,
        Command.COUNTER: None,
        Command.OFFER_AGAIN: State.OFFERED,
        Command.ACCEPT: State.AGREED,
    },
    State.AGREED: {**TOLD, Command.PAY: State.PAYING},
    State.PAYING: {
        **TOLD,
        Command.CONFIRM_PAID: State.PAID,
        Command.PAYMENT_FAILED: State.AGREED,
        Command.TAKE_MONEY_BACK: State.NEEDS_OPERATOR,
    },
    State.PAID: {
        **TOLD,
        Command.RECOVER: State.RECOVERING,
        Command.CLOSE: State.CLOSED,
        **COMES_BACK,
    },
    State.RECOVERING: {**TOLD, Command.CLOSE: State.CLOSED, **COMES_BACK},
    State.DENIED: {**WITH_THE_SYSTEM, Command.OBJECT: State.LIABILITY, Command.CLOSE: State.CLOSED},
    State.NEEDS_OPERATOR: {
        **BEFORE_AGREEMENT,
        Command.CONTEST: None,
        Command.DECIDE_LIABILITY: None,
        Command.CONFIRM_LIABILITY: None,
        Command.STATE_FACTS: State.LIABILITY,
        Command.PROPOSE: State.ASSESSED,
        Command.ACCEPT: State.AGREED,
        Command.TAKE_UP: State.LIABILITY,
    },
    State.CLOSED: COMES_BACK,
}
ALLOWED_PAIRS = [(state, command) for state, commands in ALLOWED.items() for command in commands]
REFUSED_PAIRS = [pair for pair in product(State, Command) if pair not in ALLOWED_PAIRS]

SYSTEM = {Role.SYSTEM}
STAFF = {Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR}
APPROVERS = {Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR}
WORD = STAFF | {Role.CUSTOMER}
ANYBODY = SYSTEM | STAFF
WHO_MAY: dict[Command, set[Role]] = {
    **dict.fromkeys((Command.COMPLETE, Command.ADD, Command.REOPEN), ANYBODY | WORD),
    **dict.fromkeys(
        (Command.ABANDON, Command.ACKNOWLEDGE, Command.COMPLETE_EVIDENCE, Command.CONTEST, Command.RECONSIDER,
         Command.TELL_CUSTOMER, Command.HAND_OVER, Command.ASSIGN, Command.PAUSE, Command.RELEASE),
        ANYBODY,
    ),
    **dict.fromkeys(
        (Command.DECIDE_LIABILITY, Command.CONFIRM_LIABILITY, Command.STATE_FACTS, Command.PROPOSE,
         Command.OFFER_AGAIN, Command.SETTLE_PRIVATELY, Command.TAKE_UP, Command.CHANGE_PROFILE),
        STAFF,
    ),
    **dict.fromkeys((Command.COUNTER, Command.ACCEPT, Command.OBJECT, Command.WITHDRAW), WORD),
    **dict.fromkeys((Command.ENDORSE, Command.APPROVE, Command.REFUSE), APPROVERS),
    Command.SINGLE_OUT: APPROVERS | SYSTEM,
    **dict.fromkeys(
        (Command.GATHER, Command.ESTABLISH, Command.SETTLE_LIABILITY, Command.ASSESS, Command.REQUEST_APPROVAL,
         Command.DOCKET, Command.OFFER, Command.AGREE_AS_CLAIMED, Command.DENY, Command.PAY, Command.CONFIRM_PAID,
         Command.PAYMENT_FAILED, Command.TAKE_MONEY_BACK, Command.RECOVER, Command.CLOSE, Command.ESCALATE),
        SYSTEM,
    ),
}  # fmt: skip
OF_THE_STAGE = {
    Stage.INTAKE: (Command.COMPLETE, Command.ABANDON, Command.ADD, Command.ACKNOWLEDGE),
    Stage.EVIDENCE: (
        Command.GATHER, Command.COMPLETE_EVIDENCE, Command.PAUSE, Command.RELEASE, Command.CHANGE_PROFILE,
    ),
    Stage.LIABILITY: (
        Command.ESTABLISH, Command.DECIDE_LIABILITY, Command.CONFIRM_LIABILITY, Command.CONTEST,
        Command.SETTLE_LIABILITY, Command.REOPEN,
    ),
    Stage.ASSESSMENT: (
        Command.STATE_FACTS, Command.ASSESS, Command.PROPOSE, Command.REQUEST_APPROVAL, Command.DOCKET,
        Command.SINGLE_OUT, Command.ENDORSE, Command.APPROVE, Command.REFUSE, Command.RECONSIDER, Command.ESCALATE,
        Command.HAND_OVER, Command.TAKE_UP, Command.ASSIGN,
    ),
    Stage.NEGOTIATION: (
        Command.OFFER, Command.AGREE_AS_CLAIMED, Command.DENY, Command.COUNTER, Command.OFFER_AGAIN, Command.ACCEPT,
        Command.OBJECT, Command.WITHDRAW, Command.SETTLE_PRIVATELY, Command.TELL_CUSTOMER,
    ),
    Stage.PAYMENT: (Command.PAY, Command.CONFIRM_PAID, Command.PAYMENT_FAILED, Command.TAKE_MONEY_BACK),
    Stage.RECOVERY: (Command.RECOVER, Command.CLOSE),
}  # fmt: skip
STAGE_OF = {command: stage for stage, commands in OF_THE_STAGE.items() for command in commands}
UNTIMED = {State.CLOSED: "it is over"}


def facts_for(command: Command) -> Claim:
    """Give a claim that meets the guard of a command."""
    return a_claim(**{**READY, **GUARDED.get(command, {})})


def one_who_may(command: Command) -> Role:
    return min(WHO_MAY.get(command, SYSTEM))


def ask(command: Command, role: Role) -> Move | Refusal:
    """Ask for a command in the first state that knows it."""
    state = next(state for state, commands in ALLOWED.items() if command in commands)
    return LIFECYCLE.advance(state, command, role=role, facts=facts_for(command))


class TestTransition:
    @pytest.mark.parametrize(("state", "command"), ALLOWED_PAIRS)
    def test_is_allowed_for(self, state, command):
        move = LIFECYCLE.advance(state, command, role=one_who_may(command), facts=facts_for(command))

        assert move == Move(
            origin=state, command=command, target=ALLOWED[state][command] or state, stage=STAGE_OF[command]
        )

    @pytest.mark.parametrize(("state", "command"), REFUSED_PAIRS)
    def test_is_refused_with_a_sentence_for(self, state, command):
        refusal = LIFECYCLE.advance(state, command, role=one_who_may(command), facts=facts_for(command))

        assert refusal == Refusal(f"claim: {command.value} is not possible in state {state.value}.")

    @pytest.mark.parametrize("state", sorted(set(State) - {State.CLOSED}))
    def test_by_transition_every_claim_can_come_to_its_end_from(self, state):
        reached = {state}
        for _ in State:
            reached |= {target for origin, _, target in LIFECYCLE.edges() if origin in reached}

        assert State.CLOSED in reached

    def test_to_money_is_by_a_decision_and_an_agreement_alone(self):
        """Nothing is told or paid before it was approved (R56), and nothing is paid that nobody agreed on (R79)."""
        into = {
            state: {(origin, command) for origin, command, target in LIFECYCLE.edges() if target is state != origin}
            for state in (State.APPROVED, State.PAYING, State.PAID, State.RECOVERING)
        }

        assert into == {
            State.APPROVED: {(State.AWAITING_APPROVAL, Command.APPROVE)},
            State.PAYING: {(State.AGREED, Command.PAY)},
            State.PAID: {(State.PAYING, Command.CONFIRM_PAID)},
            State.RECOVERING: {(State.PAID, Command.RECOVER)},
        }

    def test_from_where_money_is_owed_leads_to_no_end_without_it(self):
        ways = {(origin, command) for origin, command, target in LIFECYCLE.edges() if target is State.CLOSED}

        assert not {origin for origin, _ in ways} & {State.AGREED, State.PAYING}

    def test_has_a_stage_for_every_command(self):
        assert {*STAGE_OF, Command.FILE} == set(Command)


class TestClocks:
    @pytest.mark.parametrize("state", list(State))
    def test_run_in_every_state_or_there_is_a_reason_for_none(self, state):
        [profile] = [profile for profile in BOOK.profiles if profile.name == "claim"]
        running = [clock.id for clock in profile.clocks if state.value in clock.in_states]

        assert bool(running) != bool(UNTIMED.get(state))
        assert (state.value in profile.closed_states) == (state in UNTIMED)


class TestRole:
    @pytest.mark.parametrize(
        ("command", "role"), [(command, role) for command, roles in WHO_MAY.items() for role in sorted(roles)]
    )
    def test_may(self, command, role):
        assert isinstance(ask(command, role), Move)

    @pytest.mark.parametrize(
        ("command", "role"),
        [(command, role) for command, roles in WHO_MAY.items() for role in sorted(set(Role) - roles)],
    )
    def test_may_not(self, command, role):
        assert f"{role.value} may not {command.value}; only " in ask(command, role).sentence
