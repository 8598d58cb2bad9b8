"""Who must approve a claim, and up to which amount (R51, R56, R82, R86)."""

import runpy
from decimal import Decimal

import pytest
from claim_factories import a_claim, a_claim_plan, a_denial, a_score, an_assessment
from factories import a_payment, a_supervisor, an_answer

from rules.claims import approving
from rules.claims.approving import DECISION_OWED, LEVELS, amount_fault, approvals_for, decision_owed
from rules.packs import RulePack
from rules.supervision.approvals import check_authority, still_owed
from rules.supervision.levels import approval_owed
from schemas.approvals import Given
from schemas.claims import Relation, Resolution
from schemas.exceptions import Role
from schemas.severity import Severity

ONE, FOUR_EYES, TWO_LEVELS, THREE_LEVELS = LEVELS.values()
HIGH = an_assessment(scores=(a_score("high"),))


def levels(amount="800", **changes):
    return approvals_for(a_claim(**changes), Decimal(amount))


def fault(amount, *, why="", **changes):
    said = amount_fault(a_claim(**changes), Decimal(amount), why)
    return said.split("。 ")[1] if said else None


class TestBands:
    @pytest.mark.parametrize(
        ("amount", "owed"),
        [
            ("0.01", ONE), ("1999.99", ONE), ("2000", FOUR_EYES), ("4999.99", FOUR_EYES), ("5000", TWO_LEVELS),
            ("29999.99", TWO_LEVELS), ("30000", THREE_LEVELS), ("5000000", THREE_LEVELS),
        ],
    )  # fmt: skip
    def test_rise_with_the_amount(self, amount, owed):
        assert levels(amount) == owed

    @pytest.mark.parametrize(
        ("amount", "owed"), [("800", FOUR_EYES), ("2000", TWO_LEVELS), ("5000", THREE_LEVELS), ("30000", THREE_LEVELS)]
    )
    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"relation": Relation.EMPLOYEE}, id="an employee's claim"),
            pytest.param({"plan": a_claim_plan(assessment=HIGH)}, id="a high score"),
        ],
    )
    def test_rise_by_one_for(self, changes, amount, owed):
        assert levels(amount, **changes) == owed

    def test_rise_by_two_for_an_employees_claim_with_a_high_score(self):
        assert levels("800", relation=Relation.EMPLOYEE, plan=a_claim_plan(assessment=HIGH)) == TWO_LEVELS

    @pytest.mark.parametrize(("amount", "owed"), [("800", TWO_LEVELS), ("30000", THREE_LEVELS)])
    def test_of_a_critical_claim_are_supervisor_and_manager_at_least(self, amount, owed):
        assert levels(amount, severity=Severity.CRITICAL) == owed
        assert levels(amount, severity=Severity.SEVERE) != TWO_LEVELS

    def test_cannot_be_told_of_another_currency_which_two_levels_decide(self):
        assert levels("100", plan=a_claim_plan("100", currency="USD")) == TWO_LEVELS
        assert levels("100", plan=None, currency="USD") == TWO_LEVELS

    @pytest.mark.parametrize("resolution", [Resolution.DENY, Resolution.TIME_BAR])
    @pytest.mark.parametrize(("claimed", "owed"), [("1", ONE), ("2000", FOUR_EYES), ("30000", THREE_LEVELS)])
    def test_of_a_denial_are_those_of_what_is_claimed(self, resolution, claimed, owed):
        assert levels("0", claimed=Decimal(claimed), plan=a_denial(resolution=resolution)) == owed

    def test_of_a_denial_where_no_amount_was_named_are_those_of_what_was_assessed(self):
        late = a_denial(resolution=Resolution.TIME_BAR, assessment=an_assessment("6000"))

        assert levels("0", claimed=None, plan=late) == TWO_LEVELS
        assert levels("0", claimed=None, plan=a_denial(assessment=None)) == ONE

    def test_of_the_own_procedure_are_asked_by_the_gate(self):
        claim = a_claim(plan=a_claim_plan("1500"))

        assert still_owed(claim, amount=Decimal(1500), given=[Role.SUPERVISOR]) is None
        assert still_owed(claim, amount=Decimal(5000), given=[Role.SUPERVISOR]) is Role.MANAGER

    def test_that_do_not_rise_are_refused_when_they_are_loaded(self, monkeypatch):
        def flat(self, id_, *, scope="*", on):
            row = picked(self, id_, scope=scope, on=on)
            return row if id_ != "approval_from" else row.__class__(**{**_fields(row), "value": Decimal(0)})

        picked = RulePack.pick
        monkeypatch.setattr(RulePack, "pick", flat)

        with pytest.raises(ValueError, match="must begin at zero and rise"):
            runpy.run_path(approving.__file__)


def _fields(row):
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


class TestThreeLevels:
    def test_are_asked_one_after_the_other_from_below(self):
        assert approval_owed(THREE_LEVELS, []) is Role.SUPERVISOR
        assert approval_owed(THREE_LEVELS, [Role.SUPERVISOR]) is Role.MANAGER
        assert approval_owed(THREE_LEVELS, [Role.SUPERVISOR, Role.MANAGER]) is Role.DIRECTOR
        assert approval_owed(THREE_LEVELS, [Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR]) is None

    def test_may_be_given_from_above(self):
        assert approval_owed(THREE_LEVELS, [Role.DIRECTOR]) is Role.SUPERVISOR
        assert approval_owed(THREE_LEVELS, [Role.DIRECTOR, Role.MANAGER]) is Role.SUPERVISOR
        assert approval_owed(THREE_LEVELS, [Role.DIRECTOR, Role.SUPERVISOR]) is Role.MANAGER

    @pytest.mark.parametrize(("level", "named"), [(Role.MANAGER, "a manager"), (Role.DIRECTOR, "a director")])
    def test_tell_whoever_ranks_below_whom_they_need(self, level, named):
        refused = check_authority(an_answer(), a_supervisor(), a_claim(), payee="赵六", level=level)

        assert refused.code == "level"
        assert named in refused.sentence


class TestAmountFault:
    """More than was assessed takes a word why; more than is claimed is not paid, unless that is what is proposed."""

    def test_is_none_of_what_is_proposed_however_little_the_parcel_was_declared_for(self):
        plan = a_claim_plan("1200")

        assert fault("1200", plan=plan, claimed=Decimal(900), declared_value=Decimal(10), insured_amount=None) is None

    def test_is_none_of_less(self):
        assert fault("0.01") is None

    @pytest.mark.parametrize(("amount", "why", "found"), [("900", "", True), ("900", "市价已涨", False)])
    def test_of_more_than_was_assessed_is_that_nobody_says_why(self, amount, why, found):
        said = fault(amount, why=why, claimed=Decimal(1000))

        assert bool(said) is found
        assert not found or said.startswith("The amount is above what was assessed")

    def test_of_more_than_is_proposed_is_none_up_to_what_was_assessed(self):
        plan = a_claim_plan("500", assessment=an_assessment("800"), drafted_by="ag-sun")

        assert fault("800", plan=plan) is None

    def test_of_more_than_is_claimed_is_so_whatever_is_said(self):
        assert fault("800.01", why="从优") == "The amount is above what is claimed."

    def test_of_any_amount_is_only_the_missing_word_where_nobody_claims_an_amount(self):
        assert fault("5000", claimed=None, why="按市价") is None
        assert fault("5000", claimed=None) is not None

    def test_counts_what_was_paid_since_it_was_assessed(self):
        since = {"paid_elsewhere": (a_payment("300"), a_payment("5", currency="USD"))}

        assert fault("500", **since) is None
        assert fault("800", **since) == (
            "The amount is above what is claimed, less the 300 that were ordered to be paid before."
        )
        assert fault("800", **since, claimed=None).startswith("The amount is above what was assessed")

    def test_does_not_count_twice_what_the_assessment_counted(self):
        plan = a_claim_plan("500", assessment=an_assessment("500", paid="300"))

        assert fault("500", plan=plan, paid_elsewhere=(a_payment("300"),)) is None

    def test_of_nothing_is_that_a_denial_has_reasons(self):
        assert "A denial is a proposal of its own" in fault("0")
        assert fault("0", plan=a_denial()) is None

    def test_of_a_denial_that_becomes_a_payment_is_the_same_as_of_any_other(self):
        assert fault("500", plan=a_denial(), why="客户补交凭证") is None
        assert fault("500", plan=a_denial()) is not None
        assert fault("801", plan=a_denial(), why="客户补交凭证") is not None

    def test_is_none_where_nothing_is_proposed(self):
        assert fault("1", plan=None) is None

    def test_of_a_persons_own_proposal_counts_all_that_was_paid(self):
        plan = a_claim_plan("500", assessment=None, drafted_by="ag-sun")

        assert fault("500", plan=plan, paid_elsewhere=(a_payment("100"),)) is not None
        assert fault("400", plan=plan, paid_elsewhere=(a_payment("100"),)) is None

    def test_is_told_at_the_gate(self):
        refused = check_authority(an_answer(amount="801"), a_supervisor(), a_claim(), payee="赵六")

        assert refused.code == "amount"
        assert "高于索赔金额 800" in refused.sentence


class TestWhoeverDrafted:
    def test_decides_nothing_about_it(self):
        plan = a_claim_plan(drafted_by="sup-zhang")

        assert check_authority(an_answer(), a_supervisor(), a_claim(plan=plan), payee="赵六").code == "worker"
        assert check_authority(an_answer(), a_supervisor(staff_id="sup-li"), a_claim(plan=plan), payee="赵六") is None

    @pytest.mark.parametrize("changes", [{"touched_by": "ag-wu sup-zhang"}, {"handler": "sup-zhang"}])
    def test_is_as_much_whoever_stated_facts_or_has_handled_it(self, changes):
        assert not check_authority(an_answer(), a_supervisor(staff_id="sup-li"), a_claim(**changes), payee="赵六")
        assert check_authority(an_answer(), a_supervisor(), a_claim(**changes), payee="赵六")

    def test_is_nobody_where_nothing_is_proposed(self):
        claim = a_claim(plan=None)

        assert check_authority(an_answer(decision="refuse"), a_supervisor(), claim, payee="赵六") is None

    def test_may_be_among_those_who_approved_before(self):
        given = [Given(staff_id="sup-zhang", role=Role.SUPERVISOR)]

        assert check_authority(an_answer(), a_supervisor(), a_claim(), payee="赵六", given=given).code == "same_person"


class TestDecisionOwed:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({}, "money"),
            ({"plan": a_denial()}, "denial"),
            ({"plan": a_denial(resolution=Resolution.TIME_BAR)}, "time_bar"),
            ({"plan": a_claim_plan(assessment=HIGH)}, "suspicion"),
            ({"relation": Relation.EMPLOYEE}, "employee"),
            ({"is_major": True}, "major"),
            ({"proposals_refused": 1}, "replanned"),
            ({"plan": None}, "money"),
        ],
    )
    def test_names_what_is_gravest(self, changes, reason):
        assert decision_owed(a_claim(**changes)) == reason
        assert reason in DECISION_OWED
