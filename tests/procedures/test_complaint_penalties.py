"""Whoever answers for a complaint: 对责任部门或责任人处罚 (R51, R89), and that he may clear himself first.

投诉澄清免责: nobody is punished before he could say his side, nobody rules about himself, and nothing of it reaches the
customer.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from complaint_factories import a_party, an_agent
from complaints import (
    customer_says,
    filed,
    nothing_is_broken,
    notices_of,
    penalties_of,
    staff_called,
    supervisor_answers,
    tasks_of,
    the_desk_has,
    the_desk_works,
    the_network_is_on_file,
    the_parcel_is_late,
    to_the_gate,
    to_the_result,
)
from factories import at

from adapters.carrier_desk.fake import StandInDesk
from schemas.approvals import Outcome
from schemas.complaints import (
    Action,
    ActionState,
    ComplaintType,
    ConsequenceKind,
    ConsequenceState,
    PartyKind,
    Validity,
)  # fmt: skip
from schemas.exceptions import Role
from tasks.complaints.by_hand import NotAllowed, decide_finding, report_task, resolve_at_once, verify_task
from tasks.complaints.penalties import contest_penalty, propose_consequence, rule_penalty

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
COURIER = a_party(kind=PartyKind.COURIER, name="cou-li")


@pytest.fixture(autouse=True)
def carrier(stand_at: Stand, desk: StandInDesk, notices: Notices) -> None:
    del stand_at, desk, notices
    the_network_is_on_file()
    the_parcel_is_late()
    for staff_id in ("ag-sun", "cou-li"):
        staff_called(staff_id)
    staff_called("sup-wang", Role.SUPERVISOR)


def found_valid(*parties: object, type_: ComplaintType = ComplaintType.ATTITUDE) -> str:
    """Have a supervisor find that a complaint is right and who answers for it, and the result told."""
    number = filed(type=type_).complaint_no
    to_the_gate(number)
    decide_finding(number, validity=Validity.VALID, parties=parties or (COURIER,), staff_id="sup-wang")  # type: ignore[arg-type]
    the_desk_works()
    to_the_result(number, at(0))
    return number


def the_penalty(number: str) -> int:
    [penalty] = penalties_of(number)
    return penalty.consequence_id


class TestPenalty:
    def test_is_proposed_to_whoever_answers_for_it_with_the_way_to_clear_himself(self) -> None:
        number = found_valid()

        [penalty] = penalties_of(number)
        assert (penalty.party, penalty.amount, penalty.state) == ("cou-li", 100, ConsequenceState.PROPOSED)
        [letter] = [notice for notice in notices_of(number, "department") if notice["purpose"].startswith("penalty")]
        assert (letter["to"], "申诉澄清" in letter["body"]) == ("cou-li", True)

    def test_is_never_told_to_the_customer(self) -> None:
        number = found_valid()

        assert not [notice for notice in notices_of(number) if "处罚" in str(notice) or "cou-li" in str(notice)]

    def test_is_shared_by_those_who_share_the_fault(self) -> None:
        hub = a_party(kind=PartyKind.SORTING_CENTRE, name="杭州转运中心", share=Decimal(40))
        number = found_valid(COURIER.model_copy(update={"share": Decimal(60)}), hub)

        assert {one.party: one.amount for one in penalties_of(number)} == {"cou-li": 60, "杭州转运中心": 40}

    def test_is_for_nobody_outside_the_carrier(self) -> None:
        assert penalties_of(found_valid(a_party(kind=PartyKind.PARTNER, name="某航空"))) == []

    def test_follows_from_no_finding_that_only_a_rule_proposed(self) -> None:
        number = filed().complaint_no
        to_the_gate(number)

        assert penalties_of(number) == []

    @pytest.mark.parametrize("validity", [Validity.UNPROVEN, Validity.CUSTOMER_CAUSED, Validity.MALICIOUS])
    def test_follows_from_no_complaint_that_is(self, validity: Validity) -> None:
        number = filed(type=ComplaintType.ATTITUDE).complaint_no
        to_the_gate(number)
        decide_finding(number, validity=validity, parties=(COURIER,), note="已核实", staff_id="sup-wang")
        the_desk_works()
        to_the_result(number, at(0))

        assert penalties_of(number) == []

    def test_follows_from_what_is_resolved_within_a_call_too(self) -> None:
        number = filed(type=ComplaintType.ATTITUDE).complaint_no
        resolve_at_once(number, validity=Validity.VALID, parties=(COURIER,), solution="已道歉", staff_id="sup-wang")

        [penalty] = penalties_of(number)
        assert (penalty.party, penalty.amount, penalty.state) == ("cou-li", 100, ConsequenceState.PROPOSED)
        assert [notice["to"] for notice in notices_of(number, "department")] == ["cou-li"]

    @pytest.mark.parametrize("contested", [True, False], ids=["contested", "proposed"])
    def test_is_lifted_where_a_person_finds_later_that_another_answers(self, *, contested: bool) -> None:
        number = found_valid()
        if contested:
            contest_penalty(the_penalty(number), words="通话录音可证", by="cou-li")
        customer_says(number, agrees=False, demand="书面道歉")
        the_desk_works()
        decide_finding(number, validity=Validity.VALID, parties=(a_party(name="示例城东网点"),), staff_id="sup-wang")

        [penalty] = penalties_of(number)
        assert (penalty.state, penalty.ruled_by) == (ConsequenceState.LIFTED, "sup-wang")
        assert "核实结论已变更" in penalty.ruling

    def test_is_lifted_where_a_supervisor_adopts_another_finding_with_the_plan(self) -> None:
        number = filed().complaint_no
        resolve_at_once(number, validity=Validity.VALID, parties=(COURIER,), solution="已道歉", staff_id="sup-wang")
        customer_says(number, agrees=False, demand="尽快送达")
        to_the_result(number, at(0), comment="已核实")

        assert {one.party: one.state for one in penalties_of(number)} == {
            "cou-li": ConsequenceState.LIFTED, "示例城东网点": ConsequenceState.PROPOSED,
        }  # fmt: skip

    def test_stays_where_whoever_answers_is_found_to_once_more(self) -> None:
        number = found_valid()
        customer_says(number, agrees=False, demand="书面道歉")
        the_desk_works()
        decide_finding(number, validity=Validity.VALID, parties=(COURIER,), staff_id="sup-wang")

        assert [one.state for one in penalties_of(number)] == [ConsequenceState.PROPOSED]


class TestClearingOneself:
    def test_comes_before_any_ruling(self, stand_at: Stand) -> None:
        """A courier is not punished before he could clear himself."""
        number = the_penalty(found_valid())
        stand_at(at(72))

        with pytest.raises(NotAllowed, match="the party may still clear itself"):
            rule_penalty(number, upheld=True, ruling="属实", staff_id="sup-wang")

    def test_lets_a_supervisor_lift_the_penalty(self) -> None:
        case_no = found_valid()
        contest_penalty(the_penalty(case_no), words="通话录音可证", by="cou-li")

        ruled = rule_penalty(the_penalty(case_no), upheld=False, ruling="录音证实并无此事", staff_id="sup-wang")

        assert (ruled.state, ruled.contest, ruled.ruled_by) == (ConsequenceState.LIFTED, "通话录音可证", "sup-wang")

    def test_needs_words_and_comes_in_time(self, stand_at: Stand) -> None:
        number = the_penalty(found_valid())
        with pytest.raises(NotAllowed, match="say why it does not lie with you"):
            contest_penalty(number, words=" ", by="cou-li")

        stand_at(at(72.001))
        with pytest.raises(NotAllowed, match="the time to clear oneself is over"):
            contest_penalty(number, words="通话录音可证", by="cou-li")

    @pytest.mark.parametrize("by", ["cou-li", "ag-zhou", "示例城东网点", "h-1"])
    def test_is_for_whoever_is_on_file(self, by: str) -> None:
        the_desk_has(an_agent("ag-zhou"))

        assert contest_penalty(the_penalty(found_valid()), words="通话录音可证", by=by).contested_by == by

    def test_is_for_nobody_who_is_not_on_file(self) -> None:
        number = the_penalty(found_valid())

        with pytest.raises(NotAllowed, match="某人 is neither a staff id on file nor a department"):
            contest_penalty(number, words="通话录音可证", by="某人")

    def test_leaves_the_ruling_to_a_supervisor_after_the_time_is_over(self, stand_at: Stand) -> None:
        number = the_penalty(found_valid())
        stand_at(at(72.001))

        assert rule_penalty(number, upheld=True, ruling="属实", staff_id="sup-wang").state is ConsequenceState.CONFIRMED
        with pytest.raises(NotAllowed, match="sup-wang ruled about it"):
            rule_penalty(number, upheld=False, ruling="改判", staff_id="sup-wang")


class TestRuling:
    def test_is_a_supervisors_and_has_a_reason(self) -> None:
        number = the_penalty(found_valid())
        contest_penalty(number, words="通话录音可证", by="cou-li")

        with pytest.raises(NotAllowed, match="ag-sun is no supervisor"):
            rule_penalty(number, upheld=True, ruling="属实", staff_id="ag-sun")
        with pytest.raises(NotAllowed, match="say why"):
            rule_penalty(number, upheld=True, ruling=" ", staff_id="sup-wang")

    def test_is_nobodys_about_himself(self) -> None:
        number = the_penalty(found_valid(a_party(kind=PartyKind.CUSTOMER_SERVICE, name="sup-wang")))
        contest_penalty(number, words="并非本人", by="sup-wang")

        with pytest.raises(NotAllowed, match="somebody else must rule"):
            rule_penalty(number, upheld=False, ruling="并非本人", staff_id="sup-wang")

    @pytest.mark.parametrize(
        "tie", ["cou-li", "城东", "o-1"], ids=["him", "his outlet by a name", "his outlet by code"]
    )
    def test_is_nobodys_who_is_tied_to_the_party(self, tie: str) -> None:
        number = the_penalty(found_valid())
        contest_penalty(number, words="通话录音可证", by="cou-li")
        staff_called("sup-zhao", Role.SUPERVISOR, ties=frozenset({tie}))

        with pytest.raises(NotAllowed, match=f"sup-zhao is tied to {tie}"):
            rule_penalty(number, upheld=False, ruling="录音证实并无此事", staff_id="sup-zhao")

    def test_is_nobodys_who_is_tied_to_an_agents_department(self) -> None:
        the_desk_has(an_agent("ag-he", department="杭州转运中心"))
        staff_called("sup-zhao", Role.SUPERVISOR, ties=frozenset({"h-1"}))
        staff_called("sup-qian", Role.SUPERVISOR, ties=frozenset({"城东"}))
        number = the_penalty(found_valid(a_party(kind=PartyKind.CUSTOMER_SERVICE, name="ag-he")))
        contest_penalty(number, words="并非本人", by="ag-he")

        with pytest.raises(NotAllowed, match="is tied to h-1"):
            rule_penalty(number, upheld=False, ruling="并非本人", staff_id="sup-zhao")
        assert rule_penalty(number, upheld=False, ruling="并非本人", staff_id="sup-qian").ruled_by == "sup-qian"


class TestReward:
    def test_is_proposed_by_a_supervisor_and_confirmed_without_anybody_clearing_himself(self) -> None:
        """奖罚分明 (R99)."""
        case_no = found_valid()
        reward = propose_consequence(
            case_no,
            kind=ConsequenceKind.REWARD,
            party="cou-wang",
            amount=Decimal(50),
            why="主动寻回",
            staff_id="sup-wang",
        )

        confirmed = rule_penalty(reward.consequence_id, upheld=True, ruling="同意", staff_id="sup-wang")

        assert confirmed.state is ConsequenceState.CONFIRMED
        assert not [notice for notice in notices_of(case_no, "department") if notice["to"] == "cou-wang"]

    def test_is_given_once_and_by_no_agent(self) -> None:
        case_no = found_valid()
        told = {"kind": ConsequenceKind.PENALTY, "party": "cou-li", "amount": Decimal(10), "why": "再罚"}

        with pytest.raises(NotAllowed, match=f"{case_no}: the amount should be from 0.01"):
            propose_consequence(case_no, **{**told, "amount": Decimal(-5)}, staff_id="sup-wang")  # type: ignore[arg-type]
        with pytest.raises(NotAllowed, match="has a penalty for cou-li already"):
            propose_consequence(case_no, **told, staff_id="sup-wang")  # type: ignore[arg-type]
        with pytest.raises(NotAllowed, match="ag-sun is no supervisor"):
            propose_consequence(case_no, **told, staff_id="ag-sun")  # type: ignore[arg-type]


class TestPuttingRight:
    """将存在的问题及时反馈到相关部门并监督、检查整改情况 (R77)."""

    def test_is_ordered_from_whoever_answers_for_most_of_it_and_verified_by_somebody_else(self) -> None:
        number = found_valid()
        education = tasks_of(number)[Action.EDUCATE_STAFF]
        assert (education.owner, education.state) == ("cou-li", ActionState.OPEN)

        report_task(education.action_id, done=True, note="已培训", staff_id="ag-sun")
        with pytest.raises(NotAllowed, match="somebody else must look"):
            verify_task(education.action_id, note="", staff_id="ag-sun")
        verified = verify_task(education.action_id, note="抽查合格", staff_id="sup-wang")

        assert (verified.state, verified.verified_by, verified.note) == (ActionState.VERIFIED, "sup-wang", "抽查合格")

    def test_holds_up_no_answer_to_the_customer(self) -> None:
        number = found_valid()

        assert notices_of(number)[-1]["purpose"] == "result"
        assert tasks_of(number)[Action.EDUCATE_STAFF].state is ActionState.OPEN

    def test_is_reported_once(self) -> None:
        task = tasks_of(found_valid())[Action.EDUCATE_STAFF].action_id
        report_task(task, done=False, note="人员已离职", staff_id="ag-sun")

        with pytest.raises(NotAllowed, match="is not open"):
            report_task(task, done=True, note="已培训", staff_id="ag-sun")
        with pytest.raises(NotAllowed, match="only what is done can be verified"):
            verify_task(task, note="", staff_id="sup-wang")


class TestAmountThatAnApproverNames:
    def test_is_ordered_though_nobody_demanded_money(self, desk: StandInDesk) -> None:
        """What the customer is told is paid is paid (R44)."""
        number = filed(channel="regulator").complaint_no
        to_the_gate(number)

        assert supervisor_answers(number, at(0), amount="20", comment="补偿").outcome is Outcome.APPROVED
        the_desk_works()

        assert "核定金额 20" in notices_of(number)[-1]["body"]
        assert ("COMPENSATE", "20") in {(order.measure, order.amount) for order in desk.orders.values()}
        assert nothing_is_broken()
