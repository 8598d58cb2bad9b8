"""What verification proposes (R39, R40, R55), and that what a person decides is whole."""

from decimal import Decimal
from itertools import pairwise, product

import pytest
from complaint_factories import a_complaint, a_finding, a_party, a_presumption, shared
from factories import NOON, at
from hypothesis import given
from hypothesis import strategies as st

from rules.complaints.finding import (
    EXCEPTION_OF,
    MALICIOUS_FROM,
    WHOLE,
    Seen,
    SharesWrong,
    after_verification,
    decided,
    looked_at_again,
    propose,
)  # fmt: skip
from schemas.complaints import ComplaintType, Finding, PartyKind, Validity
from schemas.custody import Confidence, HolderKind, ResponsibleParty
from schemas.inquiries import AnswerCode

T, A, V = ComplaintType, AnswerCode, Validity
ABOUT_PARCELS = sorted(EXCEPTION_OF)
SHOWN_BY_A_CASE = [type_ for type_ in ABOUT_PARCELS if type_ is not T.DELAY]


def proposed(type_: ComplaintType = T.DAMAGE, *answers: AnswerCode, told: dict | None = None, **seen) -> Finding:
    complaint = a_complaint(type=type_, finding=None, **(told or {}))
    return propose(complaint, Seen(answers=answers, **seen), now=NOON)


def codes(finding: Finding) -> list[str]:
    return [ground.code for ground in finding.grounds]


class TestPropose:
    @pytest.mark.parametrize("type_", SHOWN_BY_A_CASE)
    def test_a_complaint_that_the_parcels_own_exception_shows_as_valid(self, type_):
        finding = proposed(type_, related_type=EXCEPTION_OF[type_])

        assert (finding.validity, codes(finding)) == (V.VALID, ["case_open"])

    @pytest.mark.parametrize(("type_", "related"), [*product(SHOWN_BY_A_CASE, EXCEPTION_OF.values())])
    def test_nothing_by_an_exception_of_another_kind(self, type_, related):
        finding = proposed(type_, related_type=related)

        assert (finding.validity is V.VALID) == (related is EXCEPTION_OF[type_])

    @pytest.mark.parametrize("type_", list(T))
    @pytest.mark.parametrize("answer", list(A))
    def test_what_the_nodes_answered(self, type_, answer):
        confirmed = {
            (T.DAMAGE, A.DAMAGED_HERE): V.VALID,
            (T.DAMAGE, A.CAME_DAMAGED): V.VALID,
            (T.SHORT, A.CONTENTS_SHORT): V.VALID,
            (T.DAMAGE, A.PACKAGING_POOR): V.CUSTOMER_CAUSED,
            (T.SHORT, A.PACKAGING_POOR): V.CUSTOMER_CAUSED,
        }
        told = {"promised_at": None}

        assert proposed(type_, answer, told=told).validity is confirmed.get((type_, answer), V.UNPROVEN)

    def test_no_fault_of_the_packaging_where_a_node_broke_the_parcel_itself(self):
        finding = proposed(T.DAMAGE, A.PACKAGING_POOR, A.DAMAGED_HERE, presumption=a_presumption())

        assert (finding.validity, [party.kind for party in finding.parties]) == (V.VALID, [PartyKind.OUTLET])

    @pytest.mark.parametrize(
        ("told", "validity", "code"),
        [
            pytest.param({"promised_at": at(-1)}, V.VALID, "late", id="not there though promised"),
            pytest.param({"promised_at": at(0)}, V.UNPROVEN, "in_time", id="promised for this moment"),
            pytest.param({"promised_at": at(-9), "delivered_at": at(-8)}, V.VALID, "late", id="delivered late"),
            pytest.param(
                {"promised_at": at(-9), "delivered_at": at(-9)}, V.UNPROVEN, "in_time", id="delivered in time"
            ),
            pytest.param({"promised_at": None}, V.UNPROVEN, "no_promise", id="nothing promised"),
        ],
    )
    def test_of_a_late_parcel_what_the_promised_time_says(self, told, validity, code):
        finding = proposed(T.DELAY, told=told)

        assert (finding.validity, codes(finding)) == (validity, [code])

    @pytest.mark.parametrize("type_", sorted(set(T) - set(ABOUT_PARCELS)))
    def test_nothing_about_how_somebody_behaved_which_a_person_finds_out(self, type_):
        finding = proposed(type_, *A, presumption=a_presumption())

        assert (finding.validity, codes(finding), finding.parties) == (V.UNPROVEN, ["person_decides"], ())

    @pytest.mark.parametrize(("delivered_at", "code"), [(at(-1), "signed_for"), (None, "nothing_shown")])
    def test_what_speaks_against_it_where_nothing_speaks_for_it(self, delivered_at, code):
        assert codes(proposed(T.LOSS, told={"delivered_at": delivered_at})) == [code]

    def test_that_somebody_did_not_answer(self):
        assert codes(proposed(T.LOSS, unanswered=1)) == ["nothing_shown", "nobody_answered"]

    @given(
        st.sampled_from(list(T)), st.lists(st.sampled_from(list(A)), max_size=3), st.integers(0, 3),
        st.integers(0, 4), st.booleans(),
    )  # fmt: skip
    def test_always_with_reasons_in_both_languages_and_undecided(self, type_, answers, unanswered, malicious, late):
        told = {"promised_at": at(-1) if late else at(1)}

        finding = proposed(type_, *answers, told=told, unanswered=unanswered, malicious_before=malicious)

        assert finding.grounds
        assert not finding.is_decided
        assert all(not ground.zh.isascii() and ground.en.isascii() for ground in finding.grounds)


class TestMalice:
    def test_is_proposed_only_where_people_found_it_before_and_the_log_contradicts(self):
        finding = proposed(T.LOSS, told={"delivered_at": at(-1)}, malicious_before=MALICIOUS_FROM)

        assert (finding.validity, codes(finding)) == (V.MALICIOUS, ["signed_for", "malicious_before"])

    @pytest.mark.parametrize(
        ("type_", "told", "before"),
        [
            pytest.param(T.LOSS, {"delivered_at": at(-1)}, MALICIOUS_FROM - 1, id="found malicious once"),
            pytest.param(T.LOSS, {"delivered_at": None}, 9, id="nothing on record either way"),
            pytest.param(T.DELAY, {"promised_at": None}, 9, id="nothing was promised"),
            pytest.param(T.DELAY, {"promised_at": at(-1)}, 9, id="the parcel is late"),
            pytest.param(T.ATTITUDE, {}, 9, id="about conduct, of which no log tells"),
        ],
    )
    def test_is_not_proposed_of(self, type_, told, before):
        assert proposed(type_, told=told, malicious_before=before).validity is not V.MALICIOUS


class TestParties:
    @pytest.mark.parametrize(
        ("party", "by", "kind"),
        [
            (ResponsibleParty.CARRIER, HolderKind.STATION, PartyKind.OUTLET),
            (ResponsibleParty.CARRIER, HolderKind.COURIER, PartyKind.COURIER),
            (ResponsibleParty.CARRIER, None, PartyKind.OUTLET),
            (ResponsibleParty.PARTNER, HolderKind.PARTNER, PartyKind.PARTNER),
            (ResponsibleParty.PARTNER, HolderKind.COURIER, PartyKind.PARTNER),
            (ResponsibleParty.CUSTOMS, HolderKind.CUSTOMS, PartyKind.FORCE_MAJEURE),
            (ResponsibleParty.EXTERNAL, None, PartyKind.FORCE_MAJEURE),
        ],
    )
    def test_are_who_is_presumed_to_answer_for_the_whole(self, party, by, kind):
        finding = proposed(T.DAMAGE, A.DAMAGED_HERE, presumption=a_presumption(party, by=by))

        assert [(one.kind, one.share) for one in finding.parties] == [(kind, WHOLE)]
        assert finding.validity is V.VALID

    @pytest.mark.parametrize("party", [ResponsibleParty.SENDER, ResponsibleParty.CONSIGNEE])
    def test_on_the_customers_side_make_it_the_customers_cause(self, party):
        finding = proposed(T.DAMAGE, A.DAMAGED_HERE, presumption=a_presumption(party))

        assert (finding.validity, codes(finding)[-1]) == (V.CUSTOMER_CAUSED, "customers_side")

    @pytest.mark.parametrize(
        "presumption",
        [None, a_presumption(ResponsibleParty.UNKNOWN), a_presumption(confidence=Confidence.NONE)],
        ids=["no parcel", "unknown", "no confidence"],
    )
    def test_are_nobody_where_nothing_says_who(self, presumption):
        assert proposed(T.DAMAGE, A.DAMAGED_HERE, presumption=presumption).parties == ()

    def test_are_the_sender_where_a_node_says_that_the_packaging_was_poor(self):
        [party] = proposed(T.DAMAGE, A.PACKAGING_POOR, presumption=a_presumption()).parties

        assert (party.kind, party.share) == (PartyKind.SENDER, WHOLE)
        assert "外包装不良" in party.basis


class TestVerifiedAgain:
    def test_leaves_what_was_found_proposed_and_no_longer_decided(self):
        assert looked_at_again(a_finding()) == a_finding(decided=False)
        assert looked_at_again(None) is None

    @pytest.mark.parametrize(
        ("before", "now", "stands"),
        [
            pytest.param(None, V.VALID, V.VALID, id="the first time what is proposed"),
            pytest.param(a_finding(V.CUSTOMER_CAUSED), V.VALID, V.CUSTOMER_CAUSED, id="what a person decided"),
            pytest.param(a_finding(V.VALID, decided=False), V.UNPROVEN, V.VALID, id="the former if nothing is shown"),
            pytest.param(a_finding(V.UNPROVEN, decided=False), V.VALID, V.VALID, id="what is shown now"),
        ],
    )  # fmt: skip
    def test_lets_stand(self, before, now, stands):
        assert after_verification(before, a_finding(now, decided=False)).validity is stands


class TestDecided:
    def decide(self, *parties, before: Finding | None = None) -> Finding:
        return decided(before, validity=V.VALID, parties=parties, note="属实", by="sup-zhang", at=NOON)

    def test_is_in_a_persons_name_beside_the_reasons_of_what_was_proposed(self):
        before = proposed(T.LOSS, told={"delivered_at": at(-1)})

        finding = self.decide(a_party(), before=before)

        assert (finding.is_decided, finding.decided_by, finding.decided_at, finding.note) == (
            True, "sup-zhang", NOON, "属实",
        )  # fmt: skip
        assert finding.grounds == before.grounds

    def test_needs_no_proposal_and_no_party(self):
        assert self.decide() == a_finding(note="属实", parties=())

    @given(st.lists(st.integers(1, 9999), min_size=1, max_size=5))
    def test_takes_shares_that_are_a_whole_and_no_others(self, parts):
        parties = shared(*(str(Decimal(part) / 100) for part in parts))

        if sum(parts) == 100 * 100:
            assert self.decide(*parties).parties == parties
        else:
            with pytest.raises(SharesWrong, match="% together, not 100 %"):
                self.decide(*parties)

    @given(st.lists(st.integers(1, 9998), max_size=4, unique=True).map(sorted))
    def test_takes_any_division_of_the_whole(self, cuts):
        bounds = [0, *cuts, 10_000]
        parts = [Decimal(upper - lower) / 100 for lower, upper in pairwise(bounds)]

        assert len(self.decide(*shared(*map(str, parts))).parties) == len(parts)
