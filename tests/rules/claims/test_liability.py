"""Who answers for a claim, and by which share: proposed, decided, confirmed, contested (R26, R40, R82)."""

from decimal import Decimal

import pytest
from claim_factories import a_claim, a_liability
from complaint_factories import a_presumption, shared
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st

from rules.claims.liability import BY_PACKAGING, Heard, confirmed, contested, decided, propose
from rules.claims.lifecycle import needs_a_person
from rules.complaints.finding import SharesWrong
from schemas.assessment import ClaimEvent
from schemas.claims import Liability
from schemas.complaints import PartyKind
from schemas.custody import Confidence, ResponsibleParty
from schemas.inquiries import AnswerCode

NOBODY = a_presumption(ResponsibleParty.UNKNOWN, by=None, confidence=Confidence.NONE)


def kinds(liability: Liability) -> list[PartyKind]:
    return [party.kind for party in liability.parties]


def codes(liability: Liability) -> list[str]:
    return [ground.code for ground in liability.grounds]


class TestPropose:
    def test_names_whoever_had_the_parcel(self):
        proposed = propose(ClaimEvent.LOSS, a_presumption(), Heard())

        [party] = proposed.parties
        assert (party.kind, party.name, party.share) == (PartyKind.OUTLET, "示例城东网点", Decimal(100))
        assert codes(proposed) == ["custody"]

    def test_has_the_carrier_bear_it_where_the_record_names_nobody(self):
        proposed = propose(ClaimEvent.LOSS, NOBODY, Heard())

        assert (kinds(proposed), codes(proposed)) == ([PartyKind.UNKNOWN], ["nobody_known"])
        assert needs_a_person(a_claim(liability=proposed)) is None

    @pytest.mark.parametrize("event", list(ClaimEvent))
    def test_names_the_sender_where_poor_packaging_can_have_caused_it(self, event):
        proposed = propose(event, a_presumption(), Heard({AnswerCode.PACKAGING_POOR}))

        assert (kinds(proposed) == [PartyKind.SENDER]) == (event in BY_PACKAGING)
        assert codes(proposed) == ["packaging" if event in BY_PACKAGING else "custody"]

    @pytest.mark.parametrize("code", [AnswerCode.DAMAGED_HERE, AnswerCode.CONTENTS_SHORT])
    def test_believes_no_word_about_packaging_where_a_node_says_that_it_happened_there(self, code):
        proposed = propose(ClaimEvent.DAMAGE, a_presumption(), Heard({AnswerCode.PACKAGING_POOR, code}))

        assert (kinds(proposed), codes(proposed)) == ([PartyKind.OUTLET], ["custody", "node_confirms"])

    def test_says_that_somebody_has_not_answered(self):
        assert codes(propose(ClaimEvent.LOSS, a_presumption(), Heard(unanswered=1))) == ["custody", "unanswered"]
        assert codes(propose(ClaimEvent.LOSS, NOBODY, Heard(unanswered=1))) == ["nobody_known", "unanswered"]

    @given(
        st.sampled_from(ClaimEvent),
        st.sampled_from(ResponsibleParty),
        st.sampled_from(Confidence),
        st.sets(st.sampled_from(AnswerCode)),
        st.integers(0, 3),
    )
    def test_always_names_who_bears_all_of_it_and_why_and_decides_nothing(self, event, party, confidence, said, silent):
        proposed = propose(event, a_presumption(party, confidence=confidence), Heard(said, silent))

        assert sum(one.share for one in proposed.parties) == 100
        assert proposed.grounds
        assert not proposed.is_decided
        assert all(ground.zh and ground.en for ground in proposed.grounds)


class TestDecided:
    def test_keeps_the_grounds_of_what_was_proposed_and_ends_what_was_contested(self):
        proposed = propose(ClaimEvent.LOSS, a_presumption(), Heard())
        contest = contested(proposed, by="示例城东网点", why="交接单无此件")

        settled = decided(contest, parties=shared("70", "30"), note="监控可见", by="ag-sun", at=NOON)

        assert [party.share for party in settled.parties] == [Decimal(70), Decimal(30)]
        assert (codes(settled), settled.note) == (["custody"], "监控可见")
        assert (settled.decided_by, settled.decided_at, settled.contested_by) == ("ag-sun", NOON, "")

    def test_needs_no_proposal(self):
        assert decided(None, parties=shared("100"), note="监控可见", by="ag-sun", at=NOON).grounds == ()

    @pytest.mark.parametrize("shares", [("70",), ("70", "40"), ("99.99",), ()])
    def test_refuses_shares_that_are_not_whole(self, shares):
        with pytest.raises(SharesWrong, match="together, not 100 %"):
            decided(None, parties=shared(*shares), note="监控可见", by="ag-sun", at=NOON)

    def test_ends_a_second_persons_word_about_what_was_decided_before(self):
        before = confirmed(a_liability(decided_by="ag-sun"), by="sup-li", at=NOON)

        assert decided(before, parties=shared("100"), note="新证据", by="ag-zhou", at=NOON).confirmed_by == ""


class TestConfirmed:
    def test_adds_the_second_person_and_changes_nothing_else(self):
        before = a_liability(decided_by="ag-sun")

        after = confirmed(before, by="sup-li", at=NOON)

        assert after == before.model_copy(update={"confirmed_by": "sup-li", "confirmed_at": NOON})


class TestContested:
    def test_takes_back_whoever_decided_and_confirmed_it(self):
        settled = confirmed(a_liability(decided_by="ag-sun"), by="sup-li", at=NOON)

        after = contested(settled, by="示例城东网点", why="交接单无此件")

        assert (after.contested_by, after.contest) == ("示例城东网点", "交接单无此件")
        assert (after.is_decided, after.decided_at, after.confirmed_by, after.confirmed_at) == (False, None, "", None)
        assert after.parties == settled.parties
