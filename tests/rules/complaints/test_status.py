"""What whoever complained reads of how it stands (R44, R65)."""

from decimal import Decimal
from typing import Any

import pytest
from factories import NOON, at

from rules.complaints.record import wanted_fields
from rules.complaints.status import Promised, is_result_told, status_of
from schemas.complaints import (
    Action,
    Channel,
    Complaint,
    ComplaintPlan,
    ComplaintType,
    Ending,
    Finding,
    LiableParty,
    PartyKind,
    PlannedAction,
    State,
    Validity,
)

FINDING = Finding(
    validity=Validity.VALID, decided_by="ag-sun", note="内部备注",
    parties=(LiableParty(kind=PartyKind.OUTLET, name="SH-PD-01", share=Decimal(100), basis="到件扫描"),),
)  # fmt: skip
PLAN = ComplaintPlan(
    version=1, amount=Decimal("80.00"), basis=("finding", "value:declared"),
    actions=(PlannedAction(action=Action.COMPENSATE, owner="claims", due_at=NOON),),
)  # fmt: skip
PROMISED = Promised(at(2), at(48))


def a_complaint(state: State = State.FED_BACK, **told: Any) -> Complaint:
    return Complaint(
        case_no="CP-20261120-000001", type=ComplaintType.DAMAGE, channel=Channel.APP, state=state, version=3,
        opened_at=NOON, state_since=NOON, **{"finding": FINDING, "plan": PLAN, **told},
    )  # fmt: skip


class TestStatusOf:
    @pytest.mark.parametrize("state", list(State))
    def test_is_words_for_every_state_and_no_code(self, state: State) -> None:
        status = status_of(a_complaint(state), PROMISED, with_result=False)

        assert status.status.zh
        assert status.status.en
        assert state.value not in status.model_dump_json()

    def test_tells_what_came_of_it_once_it_was_told(self) -> None:
        result = status_of(a_complaint(), PROMISED, with_result=True).result

        assert result is not None
        assert (result.found.zh, result.measures.en) == ("经核实，您反映的情况属实", "compensating you")
        assert (result.amount, result.currency) == (Decimal("80.00"), "CNY")
        assert "民法典" in result.basis.zh

    @pytest.mark.parametrize("state", [State.VERIFIED, State.AWAITING_APPROVAL, State.ACTED, State.HANDED_OFF])
    def test_promises_nothing_before(self, state: State) -> None:
        assert status_of(a_complaint(state), PROMISED, with_result=True).result is None

    def test_tells_it_to_nobody_else(self) -> None:
        assert status_of(a_complaint(), PROMISED, with_result=False).result is None

    def test_names_nobody_who_answers_for_it_inside(self) -> None:
        said = status_of(a_complaint(), PROMISED, with_result=True).model_dump_json()

        assert not [secret for secret in ("SH-PD-01", "outlet", "ag-sun", "内部备注", "claims") if secret in said]

    def test_without_money_names_none(self) -> None:
        for plan in (None, PLAN.model_copy(update={"amount": Decimal(0)})):
            result = status_of(a_complaint(plan=plan), PROMISED, with_result=True).result

            assert result is not None
            assert result.amount is None

    def test_of_a_draft_names_what_is_wanted_in_the_order_of_the_manual(self) -> None:
        draft = a_complaint(State.DRAFT, missing=("demand.text", "customer.name"))

        wanted = status_of(draft, Promised(None, None), with_result=True).wanted

        assert wanted is not None
        assert (wanted.zh, wanted.en) == ("客户姓名、客户诉求", "the customer's name, what the customer wants")

    @pytest.mark.parametrize(
        ("ending", "words"), [(Ending.WITHDRAWN, "已按您的意愿撤回"), (Ending.ABANDONED, "资料未补充，已关闭")]
    )
    def test_says_of_what_ended_without_a_result_how_it_ended(self, ending: Ending, words: str) -> None:
        ended = a_complaint(State.CLOSED, ending=ending.value)

        assert status_of(ended, PROMISED, with_result=True).status.zh == words
        assert not is_result_told(ended)

    def test_of_what_nobody_looked_into_has_no_result(self) -> None:
        assert not is_result_told(a_complaint(State.CLOSED, finding=None))


class TestWantedFields:
    def test_say_the_rule_of_each(self) -> None:
        assert [(field.at, field.rule) for field in wanted_fields(["item.description", "customer.phone", "x"])] == [
            ("customer.phone", "R32"), ("item.description", "R33"),
        ]  # fmt: skip
