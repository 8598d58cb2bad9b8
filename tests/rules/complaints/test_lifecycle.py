"""What can be asked of a complaint in which state, who may ask it, and what it takes (R49)."""

from decimal import Decimal
from itertools import product

import pytest
from complaint_factories import a_complaint, a_complaint_plan, a_finding
from factories import at

from rules.clocks.book import BOOK
from rules.complaints.lifecycle import LIFECYCLE, ROUNDS_MAX
from rules.transitions import Move, Refusal
from schemas.clocks import Anchors, Mark
from schemas.complaints import Action, Command, Complaint, Stage, State, Validity
from schemas.exceptions import Role
from schemas.severity import Severity

TOLD_A_RESULT = Anchors(profile="complaint", marks={"feed_back": (Mark(at(0), 9),)})
READY = {
    "clock_anchors": TOLD_A_RESULT,
    "objections": 1,
    "follow_up_at": at(24),
    "transferred_to": "杭州转运中心",
    "archive_no": "AR-1",
}
BEFORE_ANY_PLAN = {Command.CORRECT}
"""Commands whose guard asks that there is no plan yet; every other one meets its guard with one."""

ALWAYS_WHILE_OPEN = {
    Command.TELL_AGAIN: None,
    Command.ESCALATE: None,
    Command.PAUSE: None,
    Command.RELEASE: None,
    Command.CHANGE_PROFILE: None,
}
TOLD = {**ALWAYS_WHILE_OPEN, Command.CONFIRM_TRANSFER: None}
BEFORE_END = {**TOLD, Command.ASSIGN: None}
BEFORE_RESULT = {
    **BEFORE_END,
    Command.TRANSFER: None,
    Command.TELL_CUSTOMER: None,
    Command.WITHDRAW: State.CONCLUDED,
}
WITH_THE_SYSTEM = {**BEFORE_RESULT, Command.HAND_OVER: State.NEEDS_OPERATOR}
BEFORE_DECISION = {**WITH_THE_SYSTEM, Command.DECIDE_FINDING: None}
BEFORE_PLAN = {
    **BEFORE_DECISION,
    Command.RESOLVE_AT_ONCE: State.CONCLUDED,
    Command.CORRECT: State.HANDED_OFF,
}

ALLOWED: dict[State, dict[Command, State | None]] = {
    State.DRAFT: {**ALWAYS_WHILE_OPEN, Command.COMPLETE: State.RECEIVED, Command.ABANDON: State.CLOSED},
    State.RECEIVED: {**BEFORE_PLAN, Command.CORRECT: None, Command.HAND_OFF: State.HANDED_OFF},
    State.HANDED_OFF: {**BEFORE_PLAN, Command.VERIFY: State.VERIFYING},
    State.VERIFYING: {**BEFORE_PLAN, Command.ESTABLISH: State.VERIFIED},
    State.VERIFIED: {**BEFORE_PLAN, Command.PLAN: State.PLANNED},
    State.PLANNED: {
        **BEFORE_DECISION,
        Command.REQUEST_APPROVAL: State.AWAITING_APPROVAL,
        Command.ADOPT: State.APPROVED,
        Command.RECONSIDER: State.VERIFIED,
    },
    State.AWAITING_APPROVAL: {
        **BEFORE_DECISION,
        Command.ENDORSE: None,
        Command.APPROVE: State.APPROVED,
        Command.REFUSE: State.VERIFIED,
        Command.RECONSIDER: State.VERIFIED,
    },
    State.APPROVED: {**WITH_THE_SYSTEM, Command.CARRY_OUT: State.ACTING},
    State.ACTING: {**WITH_THE_SYSTEM, Command.CONFIRM_CARRIED_OUT: State.ACTED},
    State.ACTED: {**WITH_THE_SYSTEM, Command.FEED_BACK: State.FED_BACK},
    State.FED_BACK: {
        **BEFORE_END,
        Command.HAND_OVER: State.NEEDS_OPERATOR,
        Command.ACCEPT: State.CONCLUDED,
        Command.OBJECT: State.HANDED_OFF,
        Command.REFER_UP: State.NEEDS_OPERATOR,
        Command.EXPLAIN: State.CONCLUDED,
        Command.CONCLUDE: State.CONCLUDED,
        Command.WITHDRAW: State.CONCLUDED,
    },
    State.NEEDS_OPERATOR: {
        **BEFORE_RESULT,
        Command.DECIDE_FINDING: None,
        Command.ACCEPT: State.CONCLUDED,
        Command.OBJECT: State.HANDED_OFF,
        Command.REFER_UP: None,
        Command.EXPLAIN: State.CONCLUDED,
        Command.CONCLUDE_BY_HAND: State.CONCLUDED,
        Command.TAKE_UP: State.VERIFIED,
    },
    State.CONCLUDED: {
        **TOLD,
        Command.RATE: None,
        Command.ARCHIVE: State.CLOSED,
        Command.REOPEN: State.RECEIVED,
    },
    State.CLOSED: {Command.RATE: None, Command.REOPEN: State.RECEIVED, Command.FOLLOW_UP: None},
}
ALLOWED_PAIRS = [(state, command) for state, commands in ALLOWED.items() for command in commands]
REFUSED_PAIRS = [pair for pair in product(State, Command) if pair not in ALLOWED_PAIRS]

SYSTEM = {Role.SYSTEM}
STAFF = {Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR}
ANYBODY = SYSTEM | STAFF
WORD = STAFF | {Role.CUSTOMER}
APPROVERS = {Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR}
WHO_MAY: dict[Command, set[Role]] = {
    **dict.fromkeys(
        (Command.ABANDON, Command.HAND_OFF, Command.VERIFY, Command.ESTABLISH, Command.CONFIRM_TRANSFER, Command.PLAN,
         Command.RECONSIDER, Command.TELL_CUSTOMER, Command.ARCHIVE, Command.HAND_OVER, Command.PAUSE,
         Command.RELEASE, Command.ASSIGN),
        ANYBODY,
    ),
    **dict.fromkeys((Command.COMPLETE, Command.TELL_AGAIN, Command.REOPEN), ANYBODY | WORD),
    **dict.fromkeys((Command.ACCEPT, Command.OBJECT, Command.REFER_UP, Command.WITHDRAW, Command.RATE), WORD),
    **dict.fromkeys(
        (Command.DECIDE_FINDING, Command.TRANSFER, Command.RESOLVE_AT_ONCE, Command.TAKE_UP, Command.CHANGE_PROFILE,
         Command.CORRECT),
        STAFF,
    ),
    **dict.fromkeys(
        (Command.ENDORSE, Command.APPROVE, Command.REFUSE, Command.EXPLAIN, Command.CONCLUDE_BY_HAND), APPROVERS
    ),
    **dict.fromkeys(
        (Command.REQUEST_APPROVAL, Command.ADOPT, Command.CARRY_OUT, Command.CONFIRM_CARRIED_OUT, Command.FEED_BACK,
         Command.CONCLUDE, Command.FOLLOW_UP, Command.ESCALATE),
        SYSTEM,
    ),
}  # fmt: skip
OF_THE_STAGE = {
    Stage.INTAKE: (
        Command.COMPLETE, Command.ABANDON, Command.TELL_AGAIN, Command.HAND_OFF, Command.REOPEN, Command.CORRECT,
    ),
    Stage.INVESTIGATE: (
        Command.VERIFY, Command.ESTABLISH, Command.DECIDE_FINDING, Command.TRANSFER, Command.CONFIRM_TRANSFER,
        Command.ESCALATE,
    ),
    Stage.HANDLE: (
        Command.RESOLVE_AT_ONCE, Command.PLAN, Command.REQUEST_APPROVAL, Command.ADOPT, Command.ENDORSE,
        Command.APPROVE, Command.REFUSE, Command.RECONSIDER, Command.CARRY_OUT, Command.CONFIRM_CARRIED_OUT,
        Command.HAND_OVER, Command.ASSIGN, Command.TAKE_UP, Command.PAUSE, Command.RELEASE, Command.CHANGE_PROFILE,
    ),
    Stage.FEED_BACK: (
        Command.FEED_BACK, Command.ACCEPT, Command.OBJECT, Command.REFER_UP, Command.EXPLAIN, Command.CONCLUDE,
        Command.CONCLUDE_BY_HAND, Command.WITHDRAW, Command.TELL_CUSTOMER, Command.RATE, Command.FOLLOW_UP,
    ),
    Stage.ARCHIVE: (Command.ARCHIVE,),
}  # fmt: skip
STAGE_OF = {command: stage for stage, commands in OF_THE_STAGE.items() for command in commands}
UNTIMED = {State.CLOSED: "what is archived is done"}


def facts_for(command: Command, **changes) -> Complaint:
    """Give a complaint that meets the guard of a command."""
    return a_complaint(**{**READY, **({"plan": None} if command in BEFORE_ANY_PLAN else {}), **changes})


def one_who_may(command: Command) -> Role:
    return min(WHO_MAY.get(command, SYSTEM))


def ask(command: Command, *, role: Role | None = None, **changes) -> Move | Refusal:
    """Ask for a command in the first state that knows it."""
    state = next(state for state, commands in ALLOWED.items() if command in commands)
    return LIFECYCLE.advance(state, command, role=role or one_who_may(command), facts=facts_for(command, **changes))


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

        assert refusal == Refusal(f"complaint: {command.value} is not possible in state {state.value}.")

    @pytest.mark.parametrize("state", sorted(set(State) - {State.CLOSED}))
    def test_by_transition_every_complaint_can_come_to_its_end_from(self, state):
        reached = {state}
        for _ in State:
            reached |= {target for origin, _, target in LIFECYCLE.edges() if origin in reached}

        assert State.CLOSED in reached

    def test_into_the_closed_state_is_by_the_archive_or_of_a_draft_alone(self):
        ways = {(origin, command) for origin, command, target in LIFECYCLE.edges() if target is State.CLOSED}

        assert {way for way in ways if way[0] is not State.CLOSED} == {
            (State.CONCLUDED, Command.ARCHIVE), (State.DRAFT, Command.ABANDON),
        }  # fmt: skip

    def test_to_a_result_is_by_a_decision_and_what_it_orders_alone(self):
        """No result is told, and nothing is paid, before the plan was approved or adopted (R56)."""
        into = {
            state: {(origin, command) for origin, command, target in LIFECYCLE.edges() if target is state != origin}
            for state in (State.FED_BACK, State.ACTED, State.ACTING, State.APPROVED)
        }

        assert into == {
            State.FED_BACK: {(State.ACTED, Command.FEED_BACK)},
            State.ACTED: {(State.ACTING, Command.CONFIRM_CARRIED_OUT)},
            State.ACTING: {(State.APPROVED, Command.CARRY_OUT)},
            State.APPROVED: {(State.PLANNED, Command.ADOPT), (State.AWAITING_APPROVAL, Command.APPROVE)},
        }

    def test_has_a_stage_of_the_closed_loop_for_every_command(self):
        assert {*STAGE_OF, Command.RECEIVE} == set(Command)


class TestClocks:
    @pytest.mark.parametrize("state", list(State))
    def test_run_in_every_state_or_there_is_a_reason_for_none(self, state):
        [profile] = [profile for profile in BOOK.profiles if profile.name == "complaint"]
        running = [clock.id for clock in profile.clocks if state.value in clock.in_states]

        assert bool(running) != bool(UNTIMED.get(state))
        assert (state.value in profile.closed_states) == (state in UNTIMED)


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


MONEY = {"demanded": Decimal(1)}
UNDECIDED = {"finding": a_finding(decided=False)}


class TestGuard:
    @pytest.mark.parametrize(
        ("command", "changes", "sentence"),
        [
            pytest.param(
                Command.COMPLETE,
                {"missing": ("demand.text",)},
                "demand.text missing.",
                id="receive what lacks something",
            ),
            pytest.param(
                Command.HAND_OFF,
                {"missing": ("customer.name", "demand.text")},
                "customer.name, demand.text missing.",
                id="hand on what lacks something",
            ),
            pytest.param(
                Command.CORRECT,
                {"plan": a_complaint_plan()},
                "somebody has planned it.",
                id="put right what is planned",
            ),
            pytest.param(
                Command.CONFIRM_TRANSFER, {"transferred_to": ""}, "nobody else works on it.", id="confirm no transfer"
            ),
            pytest.param(
                Command.RESOLVE_AT_ONCE,
                MONEY,
                "money is demanded: it needs an approval (R56).",
                id="pay within a call",
            ),
            pytest.param(
                Command.RESOLVE_AT_ONCE,
                {"severity": Severity.SEVERE},
                "the complaint is severe.",
                id="settle a severe matter within a call",
            ),
            pytest.param(
                Command.RESOLVE_AT_ONCE,
                {"finding": a_finding(Validity.MALICIOUS)},
                "whether a complaint is malicious is nothing for one call (R55).",
                id="call somebody malicious within a call",
            ),
            pytest.param(
                Command.RESOLVE_AT_ONCE,
                UNDECIDED,
                "nobody has decided what was found.",
                id="settle within a call what nobody has decided",
            ),
            pytest.param(Command.PLAN, {"finding": None}, "nothing was found yet.", id="plan before it was verified"),
            pytest.param(
                Command.PLAN,
                {"rounds": ROUNDS_MAX},
                "5 plans were sent back; a person must plan.",
                id="plan a sixth time",
            ),
            pytest.param(Command.REQUEST_APPROVAL, {"plan": None}, "no plan was drafted.", id="ask about no plan"),
            pytest.param(Command.ADOPT, {"plan": None}, "no plan was drafted.", id="adopt no plan"),
            pytest.param(
                Command.ADOPT,
                {"plan": a_complaint_plan(Action.COMPENSATE)},
                "money is paid only with an approval (R56).",
                id="pay without an approval",
            ),
            pytest.param(
                Command.ADOPT, UNDECIDED, "nobody has decided what was found.", id="adopt what a rule proposed"
            ),
            pytest.param(
                Command.ADOPT, {"finding": None}, "nobody has decided what was found.", id="adopt what nobody found"
            ),
            pytest.param(Command.APPROVE, {"plan": None}, "no plan was drafted.", id="approve no plan"),
            pytest.param(Command.ENDORSE, {"plan": None}, "no plan was drafted.", id="endorse no plan"),
            pytest.param(
                Command.EXPLAIN,
                {"objections": 0},
                "the customer has not objected; a bare refusal is no answer (R45).",
                id="refuse before anybody objected",
            ),
            pytest.param(
                Command.REFER_UP,
                {"objections": 0},
                "the customer has not objected; a bare refusal is no answer (R45).",
                id="refer up before it was verified again",
            ),
            pytest.param(
                Command.CONCLUDE_BY_HAND,
                {"clock_anchors": None},
                "no result was told yet.",
                id="end by hand what nobody was told the result of",
            ),
            *(
                pytest.param(
                    command, UNDECIDED, "nobody has decided what was found.", id=f"{command} what nobody decided"
                )
                for command in (Command.ACCEPT, Command.EXPLAIN, Command.CONCLUDE_BY_HAND)
            ),
            pytest.param(
                Command.ARCHIVE, {"archive_no": ""}, "the archive is not complete.", id="close without an archive (R47)"
            ),
            pytest.param(
                Command.FOLLOW_UP, {"follow_up_at": None}, "nothing is left to look after.", id="follow up nothing"
            ),
            pytest.param(
                Command.TAKE_UP, {"finding": None}, "nothing was found yet.", id="take up what nobody verified"
            ),
        ],
    )
    def test_refuses_to(self, command, changes, sentence):
        assert ask(command, **changes) == Refusal(f"complaint: {command.value} is not possible yet: {sentence}")

    @pytest.mark.parametrize(
        ("command", "changes"),
        [
            pytest.param(Command.PLAN, {"rounds": 0, "plan": None, **UNDECIDED}, id="plan a first time"),
            pytest.param(Command.PLAN, {"rounds": ROUNDS_MAX - 1}, id="plan a fifth time"),
            pytest.param(
                Command.RESOLVE_AT_ONCE, {"demanded": Decimal(0)}, id="settle within a call what costs nothing"
            ),
            pytest.param(
                Command.RESOLVE_AT_ONCE, {"finding": a_finding(Validity.CUSTOMER_CAUSED)}, id="explain within a call"
            ),
            pytest.param(Command.REFUSE, {"plan": None}, id="refuse a plan that is gone"),
            pytest.param(Command.VERIFY, {"finding": None, "plan": None}, id="verify what nobody has looked at"),
        ],
    )
    def test_lets_somebody(self, command, changes):
        assert isinstance(ask(command, **changes), Move)

    @pytest.mark.parametrize("anchors", [None, Anchors(profile="complaint")], ids=["none kept", "none of a result"])
    def test_takes_no_agreement_before_a_result_was_told(self, anchors):
        asked = LIFECYCLE.advance(
            State.NEEDS_OPERATOR, Command.ACCEPT, role=Role.AGENT, facts=a_complaint(
                state=State.NEEDS_OPERATOR, clock_anchors=anchors
            ),
        )  # fmt: skip

        assert asked == Refusal("complaint: accept is not possible yet: no result was told yet.")

    def test_never_asks_a_complaint_to_be_valid_to_be_explained(self):
        complaint: Complaint = a_complaint(objections=1, finding=a_finding(Validity.UNPROVEN))

        assert isinstance(
            LIFECYCLE.advance(State.FED_BACK, Command.EXPLAIN, role=Role.SUPERVISOR, facts=complaint), Move
        )
