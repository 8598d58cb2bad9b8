"""Which papers a claim needs (R13, R14, R78)."""

from decimal import Decimal

import pytest
from claim_factories import a_claim

from rules.claims.papers import papers_for
from rules.evidence import completeness
from schemas.assessment import ClaimEvent
from schemas.claims import Relation
from schemas.evidence import EvidenceKind
from schemas.inquiries import Node

PICTURES = {EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL}


def mandatory(**changes):
    return {need.kind for need in papers_for(a_claim(**changes)) if need.mandatory}


def wished(**changes):
    return {need.kind for need in papers_for(a_claim(**changes)) if not need.mandatory}


class TestPapersFor:
    @pytest.mark.parametrize("event", [ClaimEvent.DAMAGE, ClaimEvent.SHORTAGE, ClaimEvent.PARTIAL_LOSS])
    def test_asks_for_pictures_of_the_whole_of_the_detail_and_of_the_label_of(self, event):
        assert mandatory(event=event) == PICTURES

    def test_asks_for_a_picture_of_contents_that_are_not_those_sent(self):
        assert EvidenceKind.PHOTO_CONTENTS in mandatory(event=ClaimEvent.CONTENT_MISMATCH)

    @pytest.mark.parametrize("event", [ClaimEvent.LOSS, ClaimEvent.DELAY, ClaimEvent.MISDELIVERY])
    def test_holds_nothing_small_for_want_of_papers_of(self, event):
        assert mandatory(event=event) == set()

    @pytest.mark.parametrize(("claimed", "asked"), [("1000", False), ("1000.01", True)])
    def test_asks_for_a_proof_and_a_list_above_the_first_tier(self, claimed, asked):
        needed = mandatory(event=ClaimEvent.DAMAGE, claimed=Decimal(claimed))

        assert ({EvidenceKind.VALUE_PROOF, EvidenceKind.LOSS_LIST} <= needed) is asked

    def test_asks_for_no_list_of_what_is_gone_as_a_whole(self):
        assert mandatory(claimed=Decimal(5000)) == {EvidenceKind.VALUE_PROOF}

    def test_asks_for_no_proof_of_the_value_of_a_parcel_that_was_late(self):
        assert mandatory(event=ClaimEvent.DELAY, claimed=Decimal(5000)) == set()

    @pytest.mark.parametrize(("claimed", "asked"), [("3000", False), ("3000.01", True)])
    def test_wishes_for_a_quote_of_a_costly_repair(self, claimed, asked):
        assert (EvidenceKind.REPAIR_QUOTE in wished(event=ClaimEvent.DAMAGE, claimed=Decimal(claimed))) is asked
        assert EvidenceKind.REPAIR_QUOTE not in wished(claimed=Decimal(claimed))

    @pytest.mark.parametrize(
        ("changes", "asked"),
        [
            pytest.param({}, False, id="the sender, who is paid"),
            pytest.param({"payee_name": ""}, False, id="the sender, of whom no account is known"),
            pytest.param({"payee_name": "王五"}, True, id="the sender, for whom another is paid"),
            pytest.param({"relation": Relation.CONSIGNEE}, True, id="the consignee"),
            pytest.param({"relation": Relation.OTHER}, True, id="somebody else"),
            pytest.param({"relation": Relation.EMPLOYEE}, True, id="an employee"),
        ],
    )
    def test_asks_the_sender_to_assign_the_claim_unless_he_claims_and_is_paid(self, changes, asked):
        assert (EvidenceKind.ASSIGNMENT_OF_CLAIM in mandatory(**changes)) is asked

    def test_says_from_whom_each_comes(self):
        claim = a_claim(event=ClaimEvent.DAMAGE, relation=Relation.CONSIGNEE)
        of = {need.kind: need.of for need in papers_for(claim)}

        assert of[EvidenceKind.PHOTO_WHOLE] is Node.CONSIGNEE
        assert of[EvidenceKind.ASSIGNMENT_OF_CLAIM] is Node.SENDER
        assert of[EvidenceKind.SCAN_HISTORY] is Node.OUTLET

    def test_takes_the_scan_history_for_there_once_there_are_events(self):
        needs = papers_for(a_claim())

        assert EvidenceKind.SCAN_HISTORY in {piece.kind for piece in completeness(needs, there={}).wished}
        assert EvidenceKind.SCAN_HISTORY not in {
            piece.kind for piece in completeness(needs, there={}, scanned=True).wished
        }
