"""Which command leads an appeal where: every pair of state and command, and every guard."""

from itertools import product

import pytest
from appeals import an_appeal
from factories import NOON

from rules.appeals.contents import MANDATORY
from rules.appeals.lifecycle import APPEALS, AppealFacts
from rules.transitions import Refusal
from schemas.appeals import AppealCommand, AppealState
from schemas.exceptions import Role

S, C = AppealState, AppealCommand
OPEN = set(S) - {S.CLOSED}
UNANSWERED = {S.REGISTERED, S.INVESTIGATING}
ALLOWED = {
    **{(state, C.LINK): state for state in OPEN},
    **{(state, C.EXTEND): state for state in OPEN},
    **{(state, C.TAKE_UP): S.INVESTIGATING for state in UNANSWERED},
    (S.INVESTIGATING, C.REPORT_PROGRESS): S.INVESTIGATING,
    (S.INVESTIGATING, C.ANSWER): S.ANSWERED,
    (S.ANSWERED, C.RETURN_ANSWER): S.INVESTIGATING,
    (S.MEDIATING, C.RETURN_ANSWER): S.INVESTIGATING,
    (S.INVESTIGATING, C.MEDIATE): S.INVESTIGATING,
    (S.ANSWERED, C.MEDIATE): S.MEDIATING,
    (S.MEDIATING, C.MEDIATE): S.MEDIATING,
    (S.ANSWERED, C.GIVE_OPINION): S.OPINION_GIVEN,
    (S.MEDIATING, C.GIVE_OPINION): S.OPINION_GIVEN,
    (S.OPINION_GIVEN, C.RESPOND): S.OPINION_GIVEN,
    **{(state, C.ACCEPT): S.CLOSED for state in OPEN - UNANSWERED},
    **{(state, C.CONCLUDE): S.CLOSED for state in OPEN - UNANSWERED},
    **{(state, C.DISMISS): S.CLOSED for state in UNANSWERED},
    **{(state, C.WITHDRAW): S.CLOSED for state in OPEN},
}
STAFF = {Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR}
PAIRS = [pytest.param(*pair, id=f"{pair[0]} {pair[1]}") for pair in product(S, C)]


def advanced(state, command, *, role=Role.AGENT, missing=(), why_no_extension="", **changes):
    if command is C.CONCLUDE:
        changes = {"response": "agrees", **changes}
    facts = AppealFacts(an_appeal(state=state, **changes), missing=missing, why_no_extension=why_no_extension)
    return APPEALS.advance(state, command, role=role, facts=facts)


class TestTable:
    @pytest.mark.parametrize(("state", "command"), PAIRS)
    def test_allows_what_is_listed_and_refuses_the_rest(self, state, command):
        answer = advanced(state, command)

        if (state, command) in ALLOWED:
            assert answer.target is ALLOWED[state, command]
        else:
            assert isinstance(answer, Refusal)

    @pytest.mark.parametrize("pair", sorted(ALLOWED), ids=" ".join)
    @pytest.mark.parametrize("role", sorted(set(Role) - STAFF))
    def test_lets_only_staff_act_but_for_the_system_that_links(self, pair, role):
        allowed = pair[1] is C.LINK and role is Role.SYSTEM

        assert isinstance(advanced(*pair, role=role), Refusal) is not allowed


class TestAnswer:
    def test_is_refused_with_the_list_of_what_it_lacks(self):
        refusal = advanced(S.INVESTIGATING, C.ANSWER, missing=MANDATORY[:2])

        assert refusal.sentence == (
            "appeal: answer is not possible yet: the answer lacks 事情经过 (happened); 调查核实情况 (verification)."
        )


class TestExtension:
    def test_is_refused_where_no_text_knows_of_it(self):
        refusal = advanced(S.REGISTERED, C.EXTEND, why_no_extension="no text of CN knows of it.")

        assert "no text of CN knows of it" in refusal.sentence

    def test_is_refused_a_second_time(self):
        assert "prolonged before" in advanced(S.ANSWERED, C.EXTEND, extended_at=NOON).sentence


class TestOpinion:
    def test_is_responded_to_once(self):
        assert "has responded" in advanced(S.OPINION_GIVEN, C.RESPOND, response="agrees").sentence

    def test_is_responded_to_before_the_regulator_concludes(self):
        assert "not responded" in advanced(S.OPINION_GIVEN, C.CONCLUDE, response="").sentence

    def test_need_not_be_responded_to_once_the_user_accepts(self):
        assert advanced(S.OPINION_GIVEN, C.ACCEPT, response="").target is S.CLOSED
