"""Which command leads a change request where: every pair of state and command, and every guard."""

from itertools import product

import pytest
from factories import NOON, a_change_request, a_parcel, at

from rules.change_requests.lifecycle import CHANGES, TRIES_MAX, UNCHANGEABLE, ChangeFacts
from rules.transitions import Refusal
from schemas.change_requests import ENDED, ChangeCommand, ChangeState, Route
from schemas.exceptions import Role
from schemas.shipments import Phase

S, C = ChangeState, ChangeCommand
OPEN = set(S) - ENDED
ALLOWED = {
    (S.REQUESTED, C.SEND_CODE): S.CODE_SENT,
    (S.REQUESTED, C.VOUCH): S.VERIFIED,
    (S.CODE_SENT, C.NOTE_WRONG_CODE): S.CODE_SENT,
    (S.CODE_SENT, C.VERIFY): S.VERIFIED,
    (S.VERIFIED, C.ADOPT): S.APPROVED,
    (S.VERIFIED, C.APPROVE): S.APPROVED,
    (S.APPROVED, C.SEND): S.SENT_TO_CARRIER,
    (S.SENT_TO_CARRIER, C.CONFIRM): S.DONE,
    (S.SENT_TO_CARRIER, C.REPORT_DONE): S.DONE,
    **{(state, C.REFUSE): S.REFUSED for state in OPEN},
    **{(state, C.EXPIRE): S.EXPIRED for state in OPEN},
}
MAY = {
    C.SEND_CODE: {Role.SYSTEM},
    C.VOUCH: {Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR},
    C.NOTE_WRONG_CODE: {Role.CUSTOMER},
    C.VERIFY: {Role.CUSTOMER},
    C.ADOPT: {Role.SYSTEM},
    C.APPROVE: {Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR},
    C.SEND: {Role.SYSTEM},
    C.CONFIRM: {Role.SYSTEM},
    C.REPORT_DONE: {Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR},
    C.REFUSE: set(Role) - {Role.CUSTOMER},
    C.EXPIRE: {Role.SYSTEM},
}
PAIRS = [pytest.param(*pair, id=f"{pair[0]} {pair[1]}") for pair in product(S, C)]


def advanced(state, command, *, actor=None, now=NOON, **changes):
    facts = ChangeFacts(a_change_request(state=state, **changes), now)
    return CHANGES.advance(state, command, role=actor or min(MAY.get(command, {Role.SYSTEM})), facts=facts)


class TestTable:
    @pytest.mark.parametrize(("state", "command"), PAIRS)
    def test_allows_what_is_listed_and_refuses_the_rest(self, state, command):
        answer = advanced(state, command)

        if (state, command) in ALLOWED:
            assert answer.target is ALLOWED[state, command]
        else:
            assert isinstance(answer, Refusal)

    @pytest.mark.parametrize(
        ("state", "command", "actor"),
        [(*pair, actor) for pair in sorted(ALLOWED) for actor in sorted(set(Role) - MAY[pair[1]])],
    )
    def test_refuses_those_who_may_not(self, state, command, actor):
        assert isinstance(advanced(state, command, actor=actor), Refusal)


class TestGuard:
    @pytest.mark.parametrize("phase", sorted(UNCHANGEABLE))
    @pytest.mark.parametrize(
        ("state", "command"), [pair for pair in sorted(ALLOWED) if pair[1] not in {C.REFUSE, C.EXPIRE}]
    )
    def test_changes_nothing_of_a_parcel_that_was_delivered_or_goes_back(self, state, command, phase):
        assert isinstance(advanced(state, command, parcel=a_parcel(phase=phase)), Refusal)

    def test_still_ends_a_request_about_such_a_parcel(self):
        delivered = a_parcel(phase=Phase.DELIVERED)

        assert advanced(S.VERIFIED, C.EXPIRE, parcel=delivered).target is S.EXPIRED

    @pytest.mark.parametrize(
        "spoiled",
        [{"now": at(1 / 6)}, {"code_until": None}, {"tries": TRIES_MAX}],
        ids=["ten minutes later", "without one", "after the last try"],
    )
    def test_takes_no_code(self, spoiled):
        assert isinstance(advanced(S.CODE_SENT, C.VERIFY, **spoiled), Refusal)

    def test_leaves_what_needs_four_eyes_to_a_supervisor(self):
        assert isinstance(advanced(S.VERIFIED, C.ADOPT, four_eyes=True), Refusal)
        assert advanced(S.VERIFIED, C.APPROVE, four_eyes=True).target is S.APPROVED

    def test_does_not_take_the_desk_s_word_for_the_outlet_s(self):
        assert isinstance(advanced(S.SENT_TO_CARRIER, C.CONFIRM, route=Route.OUTLET.value), Refusal)
        assert advanced(S.SENT_TO_CARRIER, C.REPORT_DONE, route=Route.OUTLET.value).target is S.DONE
