"""Which answers at a gate count."""

from decimal import Decimal

import pytest
from complaint_factories import a_complaint, a_complaint_plan
from factories import NOON, a_case, a_payment, a_plan, a_supervisor, an_answer, at

from rules.supervision.approvals import (
    LOCK,
    approved_amount,
    check_authority,
    check_evidence,
    check_identity,
    held_by,
    still_owed,
)
from schemas.approvals import Given
from schemas.complaints import Action
from schemas.evidence import Completeness, EvidenceKind, MissingPiece
from schemas.exceptions import Measure, Role

PHOTOGRAPH = MissingPiece(EvidenceKind.PHOTO_DETAIL, "outlet")
INCOMPLETE = Completeness(missing=(PHOTOGRAPH,))
NO_MONEY = a_plan(measures=(Measure.REROUTE,), amount=Decimal(0))


def identity(**changes):
    answer = {"staff": a_supervisor(), "passcode_right": True, "passcode_fresh": True, "answered_at": NOON, **changes}
    fault = check_identity(answer.pop("staff"), **answer)
    return fault.code if fault else None


def authority(answer=None, staff=None, case=None, *, payee="王五", **asked):
    fault = check_authority(answer or an_answer(), staff or a_supervisor(), case or a_case(), payee=payee, **asked)
    return fault.code if fault else None


class TestCheckIdentity:
    def test_accepts_an_active_person_with_a_right_and_fresh_passcode(self):
        assert identity() is None

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"staff": None}, id="an unknown id"),
            pytest.param({"staff": a_supervisor(active=False)}, id="an inactive id"),
            pytest.param({"passcode_right": False}, id="a wrong passcode"),
            pytest.param({"passcode_right": False, "passcode_fresh": False}, id="a wrong passcode given twice"),
            pytest.param(
                {"staff": a_supervisor(locked_until=at(1)), "passcode_right": False}, id="a wrong one, locked"
            ),
        ],
    )
    def test_refuses_without_saying_what_was_wrong(self, change):
        assert identity(**change) == "identity"

    def test_refuses_an_unknown_id_and_a_wrong_passcode_with_the_same_words(self):
        unknown = check_identity(None, passcode_right=False, passcode_fresh=True, answered_at=NOON)
        wrong = check_identity(a_supervisor(), passcode_right=False, passcode_fresh=True, answered_at=NOON)

        assert unknown == wrong

    def test_counts_only_a_wrong_identity_as_suspicious(self):
        right = {"passcode_right": True, "answered_at": NOON}
        wrong = check_identity(None, passcode_right=False, passcode_fresh=True, answered_at=NOON)
        locked = check_identity(a_supervisor(locked_until=at(1)), passcode_fresh=True, **right)
        used = check_identity(a_supervisor(), passcode_fresh=False, **right)

        assert [wrong.suspicious, locked.suspicious, used.suspicious] == [True, False, False]

    def test_refuses_a_locked_person_until_the_lock_ends(self):
        until = NOON + LOCK

        assert identity(staff=a_supervisor(locked_until=until), answered_at=at(0.2)) == "locked"
        assert identity(staff=a_supervisor(locked_until=until), answered_at=until) is None

    def test_refuses_a_passcode_that_was_used_here_before(self):
        assert identity(passcode_fresh=False) == "used"


class TestCheckAuthority:
    @pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR])
    def test_accepts_a(self, role):
        assert authority(staff=a_supervisor(roles=frozenset({role}))) is None

    @pytest.mark.parametrize("roles", [set(), {Role.AGENT}, {Role.SYSTEM}, {Role.AGENT, Role.SYSTEM}])
    def test_refuses_whoever_has_no_approvers_role(self, roles):
        assert authority(staff=a_supervisor(roles=frozenset(roles))) == "role"

    @pytest.mark.parametrize("decision", ["approve", "refuse"])
    def test_refuses_the_investigator_of_the_case_whatever_he_decides(self, decision):
        answer = an_answer(decision=decision, comment="请复查")

        assert authority(answer, case=a_case(investigator="sup-zhang")) == "investigator"

    @pytest.mark.parametrize("decision", ["approve", "refuse"])
    def test_refuses_whoever_the_case_is_about_whatever_he_decides(self, decision):
        answer = an_answer(decision=decision, comment="并无此事")

        assert authority(answer, case=a_complaint(person="sup-zhang")) == "subject"
        assert authority(answer, case=a_complaint(person="cou-li")) is None

    @pytest.mark.parametrize("tie", [pytest.param("示例城东网点", id="outlet"), pytest.param("王五", id="payee")])
    def test_refuses_a_person_tied_to_the(self, tie):
        assert authority(staff=a_supervisor(ties=frozenset({tie}))) == "tied"

    def test_takes_nobody_as_tied_to_an_outlet_or_payee_that_is_not_known(self):
        assert authority(staff=a_supervisor(ties=frozenset({""})), case=a_case(outlet=""), payee="") is None

    @pytest.mark.parametrize("comment", ["", "   "])
    def test_refuses_a_refusal_that_does_not_say_why(self, comment):
        assert authority(an_answer(decision="refuse", comment=comment)) == "comment"

    def test_accepts_a_refusal_above_the_persons_limit(self):
        answer = an_answer(decision="refuse", comment="请先查找")

        assert authority(answer, staff=a_supervisor(amount_limit=Decimal(0))) is None

    @pytest.mark.parametrize(
        ("fault", "answer", "staff", "case"),
        [
            ("role", {}, {"roles": frozenset()}, {}),
            ("investigator", {}, {}, {"investigator": "sup-zhang"}),
            ("tied", {}, {"ties": frozenset({"示例城东网点"})}, {}),
            ("comment", {"decision": "refuse", "comment": ""}, {}, {}),
            ("currency", {}, {"currency": "USD"}, {}),
            ("limit", {}, {"amount_limit": Decimal(99)}, {}),
            ("amount", {"amount": "101"}, {}, {}),
            ("amount", {"amount": "99"}, {}, {"paid": (a_payment("2"),)}),
            ("unnamed", {}, {}, {"plan": a_plan(amount=Decimal(0))}),
        ],
    )
    def test_tells_each_fault_in_both_languages(self, fault, answer, staff, case):
        refusal = check_authority(an_answer(**answer), a_supervisor(**staff), a_case(**case), payee="")

        assert refusal.code == fault
        assert "。 " in refusal.sentence
        assert refusal.sentence.endswith(".")
        assert not refusal.suspicious


class TestSecondApproval:
    """Above 1,000 somebody else must approve too, above 3,000 a manager (R86)."""

    FIRST = Given(staff_id="sup-li", role=Role.SUPERVISOR)

    def test_is_refused_to_whoever_gave_the_first(self):
        assert authority(given=[Given(staff_id="sup-zhang", role=Role.SUPERVISOR)]) == "same_person"

    def test_is_refused_to_a_supervisor_where_a_manager_is_owed(self):
        assert authority(level=Role.MANAGER, given=[self.FIRST]) == "level"
        assert authority(staff=a_supervisor(roles=frozenset({Role.MANAGER})), level=Role.MANAGER) is None

    def test_alone_is_held_against_the_persons_limit(self):
        plan, little = a_plan(amount=Decimal(1500)), a_supervisor(amount_limit=Decimal(500))
        case = a_case(plan=plan, declared_value=Decimal(1500))

        assert authority(staff=little, case=case) is None
        assert authority(staff=little, case=case, given=[self.FIRST]) == "limit"

    @pytest.mark.parametrize(("amount", "owed"), [("999.99", None), ("1000", Role.SUPERVISOR), ("3000", Role.MANAGER)])
    def test_is_owed_from_the_bands_of_the_amount_on(self, amount, owed):
        assert still_owed(a_case(), amount=Decimal(amount), given=[Role.SUPERVISOR]) is owed


class TestAmount:
    def test_is_the_one_that_the_answer_names(self):
        assert approved_amount(an_answer(amount="80.50"), planned=Decimal(100)) == Decimal("80.50")

    def test_is_the_plans_when_the_answer_names_none(self):
        assert approved_amount(an_answer(), planned=Decimal(100)) == Decimal(100)

    def test_can_be_set_to_nothing(self):
        assert approved_amount(an_answer(amount="0"), planned=Decimal(100)) == Decimal(0)

    @pytest.mark.parametrize(("amount", "fault"), [("500.00", None), ("500.01", "limit")])
    def test_may_reach_the_persons_limit_and_not_a_cent_more(self, amount, fault):
        staff, case = a_supervisor(amount_limit=Decimal(500)), a_case(declared_value=Decimal(1000))

        assert authority(an_answer(amount=amount), staff, case) == fault

    def test_of_the_plan_counts_against_the_limit_too(self):
        assert authority(staff=a_supervisor(amount_limit=Decimal("99.99"))) == "limit"

    @pytest.mark.parametrize(("amount", "fault"), [("100.00", None), ("100.01", "amount")])
    def test_may_reach_what_the_parcel_is_worth_and_not_a_cent_more(self, amount, fault):
        assert authority(an_answer(amount=amount)) == fault

    @pytest.mark.parametrize(("insured", "declared"), [("200", "100"), ("100", "200"), ("200", None), (None, "200")])
    def test_is_held_against_the_greater_of_insured_amount_and_declared_value(self, insured, declared):
        case = a_case(insured_amount=insured, declared_value=declared)

        assert authority(an_answer(amount="200"), case=case) is None
        assert authority(an_answer(amount="200.01"), case=case) == "amount"

    def test_is_held_against_the_limit_alone_when_nobody_knows_what_the_parcel_is_worth(self):
        assert authority(an_answer(amount="3000"), case=a_case(declared_value=None)) is None

    @pytest.mark.parametrize(
        "case",
        [
            a_case(paid=(a_payment("60"), a_payment("50", currency="USD"))),
            a_complaint(
                declared_value=Decimal(100), plan=a_complaint_plan(Action.COMPENSATE, amount=Decimal(40)),
                amount_ordered=Decimal(50), paid_elsewhere=(a_payment("10"), a_payment("5", currency="USD")),
            ),
        ],
        ids=["an exception's", "a complaint's"],
    )  # fmt: skip
    def test_may_reach_what_the_parcel_is_worth_less_what_was_paid_for_it_before(self, case):
        assert authority(an_answer(amount="40.00"), case=case) is None
        assert authority(an_answer(amount="40.01"), case=case) == "amount"

    def test_of_nothing_is_accepted_where_more_was_paid_than_the_parcel_is_worth(self):
        case = a_case(paid=(a_payment("120"),))

        assert authority(an_answer(amount="0"), case=case) is None
        assert authority(an_answer(amount="0.01"), case=case) == "amount"

    @pytest.mark.parametrize("amount", ["", "  "])
    @pytest.mark.parametrize(
        "case",
        [a_case(plan=a_plan(amount=Decimal(0))), a_complaint(plan=a_complaint_plan(Action.COMPENSATE))],
        ids=["an exception's", "a complaint's"],
    )
    def test_is_named_where_the_plan_pays_and_does_not_know_how_much(self, case, amount):
        assert authority(an_answer(amount=amount), case=case) == "unnamed"
        assert authority(an_answer(amount="0"), case=case) is None
        assert authority(an_answer(amount="30"), case=case) is None

    def test_in_a_currency_that_the_persons_limit_does_not_speak_of_is_refused(self):
        assert authority(case=a_case(plan=a_plan(currency="USD"))) == "currency"

    def test_in_another_currency_is_approved_by_somebody_whose_limit_is_in_it(self):
        paid_in_dollars = a_case(plan=a_plan(currency="USD"))

        assert authority(staff=a_supervisor(currency="USD"), case=paid_in_dollars) is None
        assert authority(staff=a_supervisor(currency="USD")) == "currency"

    def test_of_nothing_needs_no_limit_in_any_currency(self):
        case = a_case(plan=a_plan(currency="USD", amount=Decimal(0)))

        assert authority(an_answer(amount="0"), a_supervisor(amount_limit=Decimal(0)), case) is None

    def test_is_nothing_for_a_case_that_has_no_plan(self):
        assert authority(staff=a_supervisor(amount_limit=Decimal(0)), case=a_case(plan=None)) is None


class TestHeldBy:
    @pytest.mark.parametrize(
        ("plan", "amount"),
        [
            pytest.param(a_plan(), "", id="a plan with an amount"),
            pytest.param(a_plan(measures=(Measure.REROUTE,)), "", id="an amount without compensation"),
            pytest.param(NO_MONEY, "50", id="an amount that the approver adds"),
        ],
    )
    def test_lists_what_is_missing_for_a_payment(self, plan, amount):
        assert held_by(an_answer(amount=amount), a_case(plan=plan), found=INCOMPLETE) == (PHOTOGRAPH,)

    @pytest.mark.parametrize(
        ("answer", "plan", "found"),
        [
            pytest.param({"decision": "refuse"}, a_plan(), INCOMPLETE, id="a refusal"),
            pytest.param({"amount": "0"}, a_plan(), INCOMPLETE, id="compensation of nothing"),
            pytest.param({}, NO_MONEY, INCOMPLETE, id="a plan without money"),
            pytest.param({}, None, INCOMPLETE, id="a case without a plan"),
            pytest.param({}, a_plan(), Completeness(), id="a payment whose evidence is complete"),
            pytest.param({}, a_plan(), Completeness(wished=(PHOTOGRAPH,)), id="what is only wished for"),
            pytest.param({}, a_plan(), Completeness(waived=(PHOTOGRAPH.kind,)), id="what was waived before"),
        ],
    )
    def test_lists_nothing_for(self, answer, plan, found):
        assert held_by(an_answer(**answer), a_case(plan=plan), found=found) == ()


class TestCheckEvidence:
    def test_lets_nothing_be_paid_in_silence_while_evidence_is_missing(self):
        fault = check_evidence(an_answer(comment="  "), a_case(), found=INCOMPLETE)

        assert (fault.code, fault.suspicious) == ("incomplete", False)

    def test_names_what_is_missing_and_from_whom_and_how_to_go_on(self):
        fault = check_evidence(an_answer(comment=""), a_case(), found=INCOMPLETE)

        assert fault.sentence == (
            "缺少：破损细节照片（网点提供）。请补充证据（redress evidence add EX-20261120-000001），"
            "或在意见中写明为何不再等待。 Missing: a photograph of the damage from the outlet. Add the evidence "
            "(redress evidence add EX-20261120-000001), or say in the comment why you do not wait for it."
        )

    def test_accepts_an_approver_who_says_why_he_does_not_wait(self):
        assert check_evidence(an_answer(comment="网点已停业"), a_case(), found=INCOMPLETE) is None

    def test_accepts_an_approval_without_a_comment_when_nothing_is_missing(self):
        assert check_evidence(an_answer(comment=""), a_case(), found=Completeness()) is None

    def test_is_silent_about_a_refusal(self):
        assert check_evidence(an_answer(decision="refuse", comment=""), a_case(), found=INCOMPLETE) is None
