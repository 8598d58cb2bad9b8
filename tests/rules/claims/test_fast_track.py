"""Which claims are clear enough for a docket (R87)."""

from decimal import Decimal

import pytest
from claim_factories import a_claim, a_claim_plan, a_denial, a_liability, a_score, an_assessment
from factories import a_payment

from rules.claims.fast_track import is_clear
from schemas.claims import Relation
from schemas.evidence import Completeness, EvidenceKind, MissingPiece
from schemas.severity import Severity

COMPLETE = Completeness()


class TestIsClear:
    def test_finds_nothing_against_a_small_claim_of_which_all_is_paid(self):
        assert is_clear(a_claim(), COMPLETE) is None

    @pytest.mark.parametrize(("amount", "clear"), [("1000", True), ("1000.01", False)])
    def test_goes_up_to_the_limit_and_not_a_cent_further(self, amount, clear):
        claim = a_claim(claimed=Decimal(amount), plan=a_claim_plan(amount))

        assert (is_clear(claim, COMPLETE) is None) is clear

    def test_takes_what_pays_more_than_was_asked(self):
        assert is_clear(a_claim(claimed=Decimal(700)), COMPLETE) is None

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"plan": None}, "nothing is proposed"),
            ({"plan": a_denial()}, "no payment"),
            ({"plan": a_claim_plan("0")}, "no payment"),
            ({"claimed": None}, "nobody named an amount"),
            ({"claimed": Decimal("800.01")}, "less than what was asked"),
            ({"plan": a_claim_plan(currency="USD")}, "the limit is in CNY"),
            ({"plan": a_claim_plan(drafted_by="ag-sun")}, "a person proposed it"),
            ({"plan": a_claim_plan(assessment=None)}, "a person proposed it"),
            ({"plan": a_claim_plan(assessment=an_assessment(scores=(a_score("low"),)))}, "fraud or malice"),
            ({"plan": a_claim_plan(assessment=an_assessment(scores=(a_score("low", "malice"),)))}, "fraud or malice"),
            ({"liability": None}, "nobody proposed it"),
            ({"liability": a_liability(contested_by="示例城东网点")}, "contested"),
            ({"is_major": True}, "major"),
            ({"relation": Relation.EMPLOYEE}, "an employee claims"),
            ({"paid_elsewhere": (a_payment("1"),)}, "paid for the parcel before"),
            ({"paid_amount": Decimal(1)}, "paid for the parcel before"),
            ({"proposals_refused": 1}, "refused"),
            ({"severity": Severity.CRITICAL}, "more than one supervisor"),
        ],
    )
    def test_says_why_a_claim_is_decided_by_itself(self, changes, why):
        assert why in is_clear(a_claim(**changes), COMPLETE)

    def test_names_the_papers_that_are_missing(self):
        missing = Completeness(missing=(MissingPiece(EvidenceKind.PHOTO_LABEL, "sender"),))

        assert is_clear(a_claim(), missing) == "evidence is missing: photo_label."

    def test_leaves_out_what_goes_on_without_a_paper(self):
        assert is_clear(a_claim(), Completeness(waived=(EvidenceKind.PHOTO_LABEL,))) is not None
