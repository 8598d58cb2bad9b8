"""Penalties (R51, R89, R99): proposed by share, never before a person decided, and with time to clear oneself."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from complaint_factories import a_complaint, a_finding, a_party, a_penalty, shared
from factories import NOON, at
from hypothesis import given
from hypothesis import strategies as st

from rules.complaints.consequences import (
    amount_refused,
    by_person,
    contest_refused,
    no_longer_due,
    penalties,
    ruling_refused,
    tied_to_party,
)
from schemas.complaints import (
    OWN_PARTIES,
    ComplaintType,
    Consequence,
    ConsequenceKind,
    ConsequenceState,
    PartyKind,
    Validity,
)

INSTANT = timedelta(microseconds=1)


def proposed(**changes) -> list[Consequence]:
    return [*penalties(a_complaint(**changes), now=NOON)]


class TestPenalties:
    @pytest.mark.parametrize("validity", sorted(set(Validity) - {Validity.VALID}))
    def test_follow_from_no_complaint_but_a_valid_one(self, validity):
        assert proposed(finding=a_finding(validity)) == []

    @pytest.mark.parametrize("finding", [None, a_finding(decided=False)], ids=["nothing found", "only proposed"])
    def test_follow_from_nothing_before_a_person_decided(self, finding):
        assert proposed(finding=finding) == []

    @pytest.mark.parametrize("kind", list(PartyKind))
    def test_are_for_the_carriers_own_and_nobody_else(self, kind):
        found = proposed(finding=a_finding(parties=(a_party(kind=kind),)))

        assert bool(found) == (kind in OWN_PARTIES)

    def test_are_for_nobody_without_a_name(self):
        assert proposed(finding=a_finding(parties=(a_party(name=""),))) == []

    @pytest.mark.parametrize(
        ("changes", "amount"),
        [
            ({"type": ComplaintType.DELAY}, "50.00"),
            ({"type": ComplaintType.ATTITUDE}, "100.00"),
            ({"type": ComplaintType.FALSE_SIGN}, "200.00"),
            ({"type": ComplaintType.DELAY, "is_repeat": True}, "150.00"),
            ({"type": ComplaintType.FALSE_SIGN, "is_repeat": True}, "300.00"),
        ],
    )
    def test_are_as_high_as_the_rules_that_they_cite(self, changes, amount):
        [penalty] = proposed(**changes)

        assert str(penalty.amount) == amount
        assert ("penalty_of_repeat" in penalty.rule) == bool(changes.get("is_repeat"))
        assert "penalty[" in penalty.rule

    @pytest.mark.parametrize(
        ("shares", "amounts"),
        [
            (("60", "40"), ["30.00", "20.00"]),
            (("33.33", "33.33", "33.34"), ["16.67", "16.66", "16.67"]),
            (("0.01", "99.99"), ["0.01", "49.99"]),
        ],
    )
    def test_are_shared_as_the_fault_is(self, shares, amounts):
        found = proposed(finding=a_finding(parties=shared(*shares)))

        assert [str(penalty.amount) for penalty in found] == amounts

    @given(st.lists(st.integers(1, 9999), max_size=7, unique=True).map(sorted), st.sampled_from(list(ComplaintType)))
    def test_of_all_parties_together_are_the_whole(self, cuts, type_):
        bounds = [0, *cuts, 10_000]
        shares = [str(Decimal(upper - lower) / 100) for lower, upper in pairwise(bounds)]
        [whole] = proposed(type=type_)

        found = proposed(type=type_, finding=a_finding(parties=shared(*shares)))

        assert sum(penalty.amount for penalty in found) == whole.amount

    def test_leave_out_the_share_of_whoever_is_not_the_carriers_own(self):
        parties = (*shared("75"), a_party(kind=PartyKind.PARTNER, name="某航空", share=Decimal(25)))

        assert [str(penalty.amount) for penalty in proposed(finding=a_finding(parties=parties))] == ["37.50"]

    def test_are_in_the_carriers_own_currency_whatever_the_customer_demands(self):
        assert [penalty.currency for penalty in proposed(currency="USD")] == ["CNY"]

    def test_are_proposed_with_time_to_clear_oneself(self):
        [penalty] = proposed()

        assert (penalty.state, penalty.proposed_at, penalty.contest_until) == (ConsequenceState.PROPOSED, NOON, at(72))


class TestByPerson:
    def test_gives_the_reason_that_the_person_gave(self):
        reward = by_person(
            a_complaint(), kind=ConsequenceKind.REWARD, party="收派员小李", amount=Decimal(20), why="主动找回", now=NOON
        )

        assert (reward.kind, reward.party, reward.rule, reward.state) == (
            ConsequenceKind.REWARD, "收派员小李", "主动找回", ConsequenceState.PROPOSED,
        )  # fmt: skip


class TestContestRefused:
    @pytest.mark.parametrize(
        ("after", "why"),
        [
            (timedelta(0), None),
            (timedelta(hours=72), None),
            (timedelta(hours=72) + INSTANT, "the time to clear oneself is over."),
        ],
        ids=["at once", "at the last instant", "an instant too late"],
    )
    def test_by_the_time_that_has_passed(self, after, why):
        assert contest_refused(a_penalty(), now=NOON + after) == why

    @pytest.mark.parametrize("state", sorted(set(ConsequenceState) - {ConsequenceState.PROPOSED}))
    def test_once_it_is(self, state):
        assert contest_refused(a_penalty(state=state), now=NOON) == f"it is {state.value}."


class TestRulingRefused:
    @pytest.mark.parametrize(
        ("state", "after", "why"),
        [
            (ConsequenceState.PROPOSED, timedelta(0), "the party may still clear itself."),
            (ConsequenceState.PROPOSED, timedelta(hours=72), "the party may still clear itself."),
            (ConsequenceState.PROPOSED, timedelta(hours=72) + INSTANT, None),
            (ConsequenceState.CONTESTED, timedelta(0), None),
            (ConsequenceState.CONTESTED, timedelta(days=9), None),
            (ConsequenceState.CONFIRMED, timedelta(days=9), "sup-zhang ruled about it."),
            (ConsequenceState.LIFTED, timedelta(days=9), "sup-zhang ruled about it."),
        ],
        ids=str,
    )
    def test_until_the_party_could_clear_itself_and_once_somebody_ruled(self, state, after, why):
        ruled = a_penalty(state=state, ruled_by="sup-zhang")

        assert ruling_refused(ruled, now=NOON + after) == why

    def test_of_no_reward_which_nobody_need_clear_himself_of(self):
        assert ruling_refused(a_penalty(kind=ConsequenceKind.REWARD), now=NOON) is None

    @given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9)))
    def test_exactly_as_long_as_the_party_may_contest(self, after):
        contest, ruling = (ask(a_penalty(), now=NOON + after) for ask in (contest_refused, ruling_refused))

        assert (contest is None) == (ruling is not None)


class TestTiedToParty:
    NAMES = frozenset({"cou-li", "o-1", "示例城东网点"})

    @pytest.mark.parametrize(
        ("staff_id", "ties", "why"),
        [
            ("cou-li", (), "somebody else must rule about it."),
            (
                "sup-wang",
                ("o-1", "cou-li", "h-1"),
                "sup-wang is tied to cou-li, o-1: somebody else must rule about it.",
            ),
            ("sup-wang", ("h-1",), None),
        ],
        ids=["the party itself", "whoever is tied to it", "whoever is tied to another"],
    )
    def test_keeps_from_ruling(self, staff_id, ties, why):
        assert tied_to_party(staff_id, ties=ties, names=self.NAMES) == why


class TestNoLongerDue:
    def due_no_more(self, *kept: Consequence, **changes) -> list[Consequence]:
        return [*no_longer_due(kept, a_complaint(**changes), now=NOON)]

    @pytest.mark.parametrize("state", [ConsequenceState.PROPOSED, ConsequenceState.CONTESTED])
    def test_is_what_was_proposed_for_a_party_that_answers_no_longer(self, state):
        [before] = proposed()
        before = before.model_copy(update={"state": state})

        assert self.due_no_more(before, finding=a_finding(parties=(a_party(name="杭州转运中心"),))) == [before]
        assert self.due_no_more(before, finding=a_finding(Validity.UNPROVEN)) == [before]

    def test_is_nothing_of_a_party_that_answers_still(self):
        assert self.due_no_more(*proposed()) == []

    @pytest.mark.parametrize("state", [ConsequenceState.CONFIRMED, ConsequenceState.LIFTED])
    def test_is_nothing_about_which_somebody_ruled(self, state):
        assert self.due_no_more(*(one.model_copy(update={"state": state}) for one in proposed()), finding=None) == []

    @pytest.mark.parametrize(
        "changes", [{"rule": "主动找回"}, {"rule": "penalty[*]", "kind": ConsequenceKind.REWARD}], ids=str
    )
    def test_is_nothing_that_a_person_proposed_beside_the_rules(self, changes):
        assert self.due_no_more(a_penalty(**changes), finding=None) == []


class TestAmountRefused:
    @pytest.mark.parametrize("amount", ["0.01", "100", "9999999.99", "1E+2"])
    def test_lets_pass(self, amount):
        assert amount_refused(Decimal(amount)) is None

    @pytest.mark.parametrize("amount", ["0", "-5", "0.001", "10.005", "10000000", "NaN", "sNaN", "Infinity", "1E+99"])
    def test_refuses(self, amount):
        sentence = amount_refused(Decimal(amount))

        assert sentence is not None
        assert sentence.startswith("the amount should be from 0.01 to 9999999.99")
