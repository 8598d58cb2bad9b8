"""The plan for a complaint (R41 to R43): what is done and by whom, what is paid, and who must decide it (R51, R56)."""

from decimal import Decimal
from itertools import product

import pytest
from complaint_factories import a_complaint, a_complaint_plan, a_finding, a_party, shared
from factories import NOON, a_payment, at
from hypothesis import given
from hypothesis import strategies as st

from rules.complaints.lifecycle import LIFECYCLE
from rules.complaints.planning import DESK, PAID, answering, decision_owed, draft, with_amount
from rules.transitions import Move
from schemas.complaints import Action, Command, Complaint, ComplaintPlan, ComplaintType, PartyKind, State, Validity
from schemas.exceptions import Role
from schemas.severity import Severity

T, A, V = ComplaintType, Action, Validity
IF_VALID: dict[ComplaintType, list[Action]] = {
    T.DELAY: [A.RUSH_DELIVERY, A.APOLOGISE],
    T.LOSS: [A.SEARCH_PARCEL, A.APOLOGISE],
    T.SHORT: [A.APOLOGISE],
    T.DAMAGE: [A.APOLOGISE],
    T.MISDELIVERY: [A.RETRIEVE_PARCEL, A.REDELIVER, A.APOLOGISE],
    T.FALSE_SIGN: [A.SEARCH_PARCEL, A.APOLOGISE, A.EDUCATE_STAFF],
    T.ATTITUDE: [A.APOLOGISE, A.EDUCATE_STAFF],
    T.FEE: [A.APOLOGISE, A.EXPLAIN_FEES],
    T.OTHER: [A.APOLOGISE],
}
AMOUNTS = st.decimals(0, 5000, places=2) | st.none()


def drafted(**changes) -> ComplaintPlan:
    return draft(a_complaint(**{"plan": None, **changes}), now=NOON)


def actions(plan: ComplaintPlan) -> list[Action]:
    return [item.action for item in plan.actions]


class TestDraft:
    @pytest.mark.parametrize("type_", list(T))
    def test_does_about_a_valid_complaint(self, type_):
        assert actions(drafted(type=type_)) == IF_VALID[type_]

    @pytest.mark.parametrize(
        ("type_", "validity"), [*product(T, sorted(set(V) - {V.VALID}))], ids=lambda word: word.value
    )
    def test_looks_after_the_parcel_and_explains_where_a_complaint_is_not_valid(self, type_, validity):
        of_the_parcel = [action for action in IF_VALID[type_] if action not in {A.APOLOGISE, A.EDUCATE_STAFF}]

        plan = drafted(type=type_, finding=a_finding(validity), demanded=Decimal(100))

        assert actions(plan) == [*(of_the_parcel if type_ is not T.FEE else []), A.EXPLAIN_FINDING]
        assert not plan.pays

    def test_orders_nothing_for_a_parcel_that_nobody_named(self):
        assert actions(drafted(type=T.LOSS, waybill="")) == [A.APOLOGISE]

    def test_hurries_no_parcel_that_has_arrived(self):
        assert actions(drafted(delivered_at=at(-1))) == [A.APOLOGISE]

    @pytest.mark.parametrize(
        ("changes", "rectified"),
        [
            ({"is_repeat": True}, True),
            ({"severity": Severity.CRITICAL}, True),
            ({"severity": Severity.SEVERE}, False),
            ({"is_repeat": True, "finding": a_finding(V.UNPROVEN)}, False),
        ],
        ids=["a repeat", "critical", "severe only", "not shown"],
    )
    def test_has_the_procedure_put_right_where_it_is(self, changes, rectified):
        assert (A.RECTIFY in actions(drafted(**changes))) == rectified

    def test_counts_its_versions(self):
        assert [drafted().version, drafted(plan=a_complaint_plan(version=3)).version] == [1, 4]

    def test_says_what_it_rests_on(self):
        plan = drafted(type=T.DAMAGE, demanded=Decimal(80), declared_value=Decimal(100))

        assert plan.basis == ("finding:VALID", "value:declared")

    def test_is_refused_before_anything_was_found(self):
        with pytest.raises(ValueError, match="nothing was found yet"):
            drafted(finding=None)


class TestAmount:
    @pytest.mark.parametrize(
        ("changes", "amount", "basis"),
        [
            pytest.param({"type": T.DAMAGE, "declared_value": Decimal(100)}, 80, "declared", id="as demanded"),
            pytest.param({"type": T.DAMAGE, "declared_value": Decimal(60)}, 60, "declared", id="as declared"),
            pytest.param(
                {"type": T.LOSS, "declared_value": Decimal(60), "insured_amount": Decimal(70)}, 70, "insured",
                id="as insured",
            ),
            pytest.param({"type": T.LOSS}, 0, "none", id="nothing on file: the approver names it"),
            pytest.param({"type": T.DELAY, "freight": Decimal(12)}, 12, "freight", id="the freight of a late parcel"),
            pytest.param({"type": T.FEE, "freight": Decimal(90)}, 80, "freight", id="the charge that is disputed"),
            pytest.param({"type": T.FEE}, 0, "freight", id="no charge on file"),
            pytest.param(
                {"type": T.LOSS, "declared_value": Decimal(60), "currency": "USD"}, 0, "none", id="another currency"
            ),
        ],
    )  # fmt: skip
    def test_follows_from_demand_and_record(self, changes, amount, basis):
        plan = drafted(demanded=Decimal(80), **changes)

        assert (plan.amount, plan.basis[-1]) == (amount, f"value:{basis}")
        assert plan.pays

    @given(
        st.sampled_from(list(T)), st.sampled_from(list(V)), AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS,
        AMOUNTS.map(lambda amount: amount or Decimal(0)),
    )  # fmt: skip
    def test_is_never_more_than_demanded_nor_than_what_is_on_file_and_never_paid_twice(
        self, type_, validity, demanded, declared, insured, freight, ordered
    ):
        plan = drafted(
            type=type_, finding=a_finding(validity), demanded=demanded, declared_value=declared,
            insured_amount=insured, freight=freight, amount_ordered=ordered,
        )  # fmt: skip

        on_file = [amount for amount in (declared, insured, freight) if amount]
        assert plan.amount == 0 or ordered + plan.amount <= min(demanded or 0, max(on_file, default=0))
        assert plan.amount >= 0
        assert validity is V.VALID or not plan.pays
        assert plan.pays == bool(PAID & {*actions(plan)})

    @pytest.mark.parametrize(
        ("ordered", "pays", "amount"), [(0, True, 60), (40, True, 20), (60, False, 0), (70, False, 0)]
    )
    def test_is_what_was_not_ordered_before_and_nothing_is_ordered_where_all_was(self, ordered, pays, amount):
        plan = drafted(type=T.DAMAGE, demanded=Decimal(80), declared_value=Decimal(60), amount_ordered=Decimal(ordered))

        assert (plan.pays, plan.amount) == (pays, amount)

    @pytest.mark.parametrize(("elsewhere", "pays", "amount"), [("40", True, 20), ("60", False, 0), ("90", False, 0)])
    def test_leaves_out_what_other_cases_of_the_parcel_had_paid(self, elsewhere, pays, amount):
        """An exception and a complaint, or two complaints, about one loss."""
        paid = (a_payment(elsewhere), a_payment("500", currency="USD"))
        plan = drafted(type=T.LOSS, demanded=Decimal(80), declared_value=Decimal(60), paid_elsewhere=paid)

        assert (plan.pays, plan.amount) == (pays, amount)

    def test_is_named_by_the_approver_where_nothing_on_file_says_how_much_however_often(self):
        assert drafted(type=T.DAMAGE, demanded=Decimal(80), amount_ordered=Decimal(40)).pays

    @pytest.mark.parametrize("type_", list(T))
    def test_is_paid_back_of_a_charge_and_compensated_of_anything_else(self, type_):
        assert (A.REFUND_FEES if type_ is T.FEE else A.COMPENSATE) in actions(drafted(type=type_, demanded=Decimal(80)))


class TestWithAmount:
    @pytest.mark.parametrize(
        ("shown", "amount", "does"),
        [
            pytest.param((A.APOLOGISE, A.COMPENSATE), 30, [A.APOLOGISE, A.COMPENSATE], id="another amount"),
            pytest.param((A.APOLOGISE, A.COMPENSATE), 0, [A.APOLOGISE], id="nothing"),
            pytest.param((A.APOLOGISE,), 30, [A.APOLOGISE, A.COMPENSATE], id="something where nothing was planned"),
        ],
    )
    def test_pays_exactly_where_an_approver_names_something(self, shown, amount, does):
        plan = with_amount(a_complaint(), a_complaint_plan(*shown), Decimal(amount), by="sup-zhang", now=NOON)

        assert (actions(plan), plan.amount, plan.version) == (does, amount, 2)
        assert plan.basis[-1] == "amount:sup-zhang"
        assert plan.pays == bool(amount)


class TestOwner:
    def owner(self, action: Action, **changes) -> str:
        plan = drafted(type=T.FALSE_SIGN, is_repeat=True, **changes)
        return next(item.owner for item in plan.actions if item.action is action)

    def test_of_the_search_is_the_outlet(self):
        assert self.owner(A.SEARCH_PARCEL) == "示例城东网点"
        assert self.owner(A.SEARCH_PARCEL, outlet="", assigned_to="杭州转运中心") == "杭州转运中心"
        assert self.owner(A.SEARCH_PARCEL, outlet="", assigned_to="") == DESK

    def test_of_the_apology_is_the_desk(self):
        assert self.owner(A.APOLOGISE) == DESK

    @pytest.mark.parametrize("action", [A.RECTIFY, A.EDUCATE_STAFF])
    def test_of_what_is_put_right_is_whoever_answers_for_most_of_it(self, action):
        parties = (*shared("30", "60"), a_party(kind=PartyKind.PARTNER, name="C", share=Decimal(10)))

        assert self.owner(action, finding=a_finding(parties=parties)) == "B"
        assert self.owner(action, finding=a_finding(parties=()), assigned_to="杭州转运中心") == "杭州转运中心"
        assert self.owner(action, finding=a_finding(parties=()), assigned_to="") == DESK

    def test_is_nobody_outside_the_carrier_and_nobody_without_a_name(self):
        outside = a_finding(parties=(a_party(kind=PartyKind.PARTNER), a_party(name="")))

        assert answering(a_complaint(finding=outside)) == ""
        assert answering(a_complaint(finding=None)) == ""

    def test_has_a_time_until_which_it_is_to_be_done(self):
        plan = drafted(type=T.FALSE_SIGN, is_repeat=True)

        assert {item.action: item.due_at for item in plan.actions} == {
            A.SEARCH_PARCEL: at(24), A.APOLOGISE: at(24), A.EDUCATE_STAFF: at(72), A.RECTIFY: at(15 * 24),
        }  # fmt: skip


class TestDepartments:
    @pytest.mark.parametrize("severity", list(Severity))
    def test_must_agree_where_several_of_the_carriers_own_answer_for_a_severe_matter(self, severity):
        plan = drafted(severity=severity, finding=a_finding(parties=shared("50", "50")))

        assert plan.departments == (("A", "B") if severity >= Severity.SEVERE else ())

    @pytest.mark.parametrize(
        "parties",
        [
            shared("100"),
            (a_party(share=Decimal(50)), a_party(share=Decimal(50), kind=PartyKind.COURIER)),
            (*shared("50"), a_party(kind=PartyKind.PARTNER, share=Decimal(50))),
        ],
        ids=["one answers", "one answers twice", "a partner answers, too"],
    )
    def test_need_not_agree_where(self, parties):
        assert drafted(severity=Severity.CRITICAL, finding=a_finding(parties=parties)).departments == ()


def owed(**changes) -> str | None:
    return decision_owed(a_complaint(**{"state": State.PLANNED, **changes}))


class TestDecisionOwed:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            pytest.param({}, None, id="nothing"),
            pytest.param({"plan": a_complaint_plan(A.COMPENSATE)}, "money", id="a payment of unknown amount"),
            pytest.param({"plan": a_complaint_plan(amount=Decimal(1))}, "money", id="a payment"),
            pytest.param({"demanded": Decimal(1)}, "money", id="a demand for money, though nothing is paid (R56)"),
            pytest.param({"demanded": Decimal(0)}, None, id="a demand for nothing"),
            pytest.param({"severity": Severity.SEVERE}, "severe", id="a severe matter"),
            pytest.param({"severity": Severity.CRITICAL}, "severe", id="a critical matter"),
            pytest.param({"finding": a_finding(decided=False)}, "finding", id="what nobody has decided (R55)"),
            pytest.param({"finding": a_finding(V.MALICIOUS)}, "malicious", id="malice (R55)"),
            pytest.param({"finding": a_finding(V.CUSTOMER_CAUSED)}, None, id="the customer's own cause, decided"),
            pytest.param({"is_repeat": True}, "repeat", id="a repeat (R60)"),
            pytest.param({"rounds": 2}, "replanned", id="a plan after one that was sent back"),
            pytest.param({"rounds": 1}, None, id="the first plan"),
            pytest.param({"plan": None, "demanded": Decimal(1)}, None, id="no plan"),
            pytest.param({"finding": None, "demanded": Decimal(1)}, None, id="nothing found"),
        ],
    )
    def test_is_for(self, changes, code):
        assert owed(**changes) == code

    @given(
        st.sampled_from(list(V)), st.booleans(), AMOUNTS, st.sampled_from(list(Severity)), st.booleans(),
        st.integers(1, 4), st.sampled_from([A.APOLOGISE, A.COMPENSATE, A.REFUND_FEES]),
    )  # fmt: skip
    def test_is_of_everything_that_may_not_be_adopted(self, validity, decided, money, severity, repeat, rounds, action):
        complaint: Complaint = a_complaint(
            finding=a_finding(validity, decided=decided), demanded=money, severity=severity, is_repeat=repeat,
            rounds=rounds, plan=a_complaint_plan(action, amount=money or 0),
        )  # fmt: skip

        adopted = LIFECYCLE.advance(State.PLANNED, Command.ADOPT, role=Role.SYSTEM, facts=complaint)

        assert decision_owed(complaint) is not None or isinstance(adopted, Move)
