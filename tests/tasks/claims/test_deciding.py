"""The gate of one claim: what whoever decides sees, at how many levels, and what his decision moves (R51, R56, R86)."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from claim_cases import (
    OUTLET,
    answer_of,
    answers,
    at_its_gate,
    clear_claims,
    decided_anew,
    decisions_of,
    gate_of,
    large_claim,
)
from claims import claim_of
from complaints import commands_of, nothing_is_broken, staff_called
from factories import at

from schemas.approvals import Approval, Outcome, Ruling, Via
from schemas.assessment import ClaimEvent
from schemas.claims import Resolution, Route, State
from schemas.complaints import LiableParty, PartyKind
from schemas.evidence import EvidenceKind
from schemas.exceptions import Role
from store import evidence, outbox, payments
from store.case_history import history_of
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.dispatch.senders import alone
from tasks.supervision.gate import description_of, rule_on
from tasks.supervision.procedures import CLAIMS, procedure_of

PICTURES = (EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))


def a_claim_of(amount: str, **told: object) -> str:
    return at_its_gate("773000000001", amount, EvidenceKind.VALUE_PROOF, **told)


def entry_of(number: str, command: str) -> dict[str, object]:
    with unit_of_work() as connection:
        [entry] = [entry for entry in history_of(connection, number) if entry["command"] == command]
    return entry


def who_decided(number: str) -> list[tuple[str, str, bool, str]]:
    return [(row["staff_id"], str(row["amount"]), row["final"], row["decision"]) for row in decisions_of(number)]


class TestProcedure:
    def test_is_told_by_the_number(self) -> None:
        assert procedure_of("CL-20261120-000001") is CLAIMS
        assert CLAIMS.form is Approval

    def test_gives_title_and_tags_by_which_the_run_is_found(self) -> None:
        claim = claim_of(large_claim())

        assert CLAIMS.title(claim) == f"{claim.case_no} 索赔：快件丢失"
        assert {claim.case_no, "type:loss", "severity:SEVERE", f"outlet:{OUTLET}"} <= {*CLAIMS.tags(claim)}

    def test_shows_what_is_decided_first_and_all_that_is_on_record_below(self) -> None:
        number = large_claim()
        with unit_of_work() as connection:
            claim = CLAIMS.one(connection, number)
            form = description_of(connection, gate_of(number))
            file = CLAIMS.case_file(connection, claim, form=form)

        assert "**方案 proposal 1：赔付 pay 12000.00 CNY**" in form
        assert "重大事故 a major accident" in form
        assert file.startswith(form)
        for heading in ("经过 Timeline", "时效 Clocks", "保管链 Custody", "协商 Offers", "账目 Ledger"):
            assert f"## {heading}" in file
        assert "- 采用规则包 rule pack chosen: `cn-civil-code" in file
        assert "- 未适用 not applied: " in file
        assert "未适用 not applied" not in form
        assert "19900005678" not in file
        assert "6222020200112233445" not in file


class TestLevels:
    def test_of_a_small_claim_are_one_supervisor(self) -> None:
        number = a_claim_of("1500")

        assert answers(number, at(0)).outcome is Outcome.APPROVED
        assert claim_of(number).state is State.APPROVED
        assert who_decided(number) == [("sup-zhang", "1500.00", True, "approve")]

    def test_of_a_larger_one_are_two_supervisors(self) -> None:
        number = a_claim_of("2500")

        assert answers(number, at(0)).outcome is Outcome.ENDORSED
        assert claim_of(number).state is State.AWAITING_APPROVAL
        assert "您已审批过" in answers(number, at(0.1)).sentence
        assert answers(number, at(0), staff_id="sup-li").outcome is Outcome.APPROVED
        assert [row[0] for row in who_decided(number)] == ["sup-zhang", "sup-li"]

    def test_of_a_large_one_are_supervisor_and_manager(self) -> None:
        number = large_claim()

        assert answers(number, at(0)).outcome is Outcome.ENDORSED
        assert gate_of(number).level is Role.MANAGER
        assert "须由经理审批" in answers(number, at(0), staff_id="sup-li").sentence
        assert answers(number, at(0), staff_id="mgr-li", role=Role.MANAGER).outcome is Outcome.APPROVED
        assert who_decided(number) == [
            ("sup-zhang", "12000.00", False, "approve"), ("mgr-li", "12000.00", True, "approve"),
        ]  # fmt: skip
        assert commands_of(number)[-2:] == ["endorse", "approve"]
        assert nothing_is_broken()

    def test_of_the_largest_are_three(self) -> None:
        number = large_claim("45000")

        levels = []
        for staff_id, role in (("sup-zhang", Role.SUPERVISOR), ("mgr-li", Role.MANAGER), ("dir-wu", Role.DIRECTOR)):
            levels.append(gate_of(number).level)
            ruling = answers(number, at(0), staff_id=staff_id, role=role)

        assert levels == [Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR]
        assert ruling.outcome is Outcome.APPROVED
        assert entry_of(number, "approve")["role"] == "director"

    def test_ask_each_in_a_run_of_his_own(self) -> None:
        number = large_claim()
        answers(number, at(0))

        with unit_of_work() as connection:
            keys = [row["key"] for row in outbox.of_case(connection, number) if row["kind"] == Kind.START_RUN]
        assert keys[-1] == f"{number}:plan-1:step-2:run-1"


class TestApproval:
    def test_decides_who_answers_where_that_was_only_proposed(self) -> None:
        number = a_claim_of("1500")

        answers(number, at(0))

        liability = claim_of(number).liability
        assert liability is not None
        assert (liability.decided_by, liability.decided_at) == ("sup-zhang", at(0))
        assert entry_of(number, "approve")["details"]["decided"]["decided_by"] == "sup-zhang"  # type: ignore[index]

    def test_leaves_what_others_decided_as_it_is(self) -> None:
        number = large_claim()
        answers(number, at(0))
        answers(number, at(0), staff_id="mgr-li", role=Role.MANAGER)

        liability = claim_of(number).liability
        assert liability is not None
        assert (liability.decided_by, liability.confirmed_by) == ("ag-wu", "ag-qi")

    def test_of_another_amount_is_a_proposal_of_its_own_with_its_split(self) -> None:
        number = a_claim_of("1500")

        answers(number, at(0), amount="1000.01")

        plan = claim_of(number).plan
        assert plan is not None
        assert (plan.version, str(plan.amount), plan.basis[-1]) == (2, "1000.01", "amount:sup-zhang")
        assert sum(share.amount.amount for share in plan.split) == Decimal("1000.01")
        [decided] = decisions_of(number)
        assert (str(decided["amount"]), str(decided["planned_amount"])) == ("1000.01", "1500.00")

    def test_of_another_amount_is_decided_at_the_levels_of_that_amount(self) -> None:
        number = large_claim()

        assert answers(number, at(0), amount="1900", comment="折旧").outcome is Outcome.APPROVED

    def test_goes_no_further_than_what_is_claimed(self) -> None:
        number = a_claim_of("1500")

        assert "高于索赔金额" in answers(number, at(0), amount="1500.01", comment="从优").sentence
        assert claim_of(number).state is State.AWAITING_APPROVAL

    def test_may_be_of_more_than_the_parcel_was_declared_for_where_the_law_says_so(self) -> None:
        """Uninsured and proven: the real value, whatever was declared."""
        parcels = [{"id": "1", "weight_kg": "2", "value": "1500", "proof": "invoice"}]
        worth = {"declared_value": "10", "insured_amount": None}
        number = a_claim_of("1500", booked=worth, parcels=parcels)

        assert claim_of(number).declared_value == Decimal(10)
        assert answers(number, at(0)).outcome is Outcome.APPROVED
        [decided] = decisions_of(number)
        assert decided["amount"] > 10

    def test_is_bounded_by_the_last_approvers_limit(self) -> None:
        number = a_claim_of("1500")

        assert "超出该工号权限" in answers(number, at(0), limit="1499").sentence

    def test_is_nobodys_who_is_tied_to_the_payee(self) -> None:
        number = a_claim_of("1500")

        assert "关联" in answers(number, at(0), ties=frozenset({"赵六"})).sentence

    def test_is_nobodys_who_is_to_answer_for_it(self) -> None:
        number = large_claim("1500")
        courier = LiableParty(kind=PartyKind.COURIER, name="sup-zhang", share=Decimal(100))
        decided_anew(number, courier)

        assert "被投诉人" in answers(number, at(0)).sentence


class TestEvidence:
    """破损必须要有相片 (R14): nothing is paid while mandatory papers are missing and nobody says why not to wait."""

    @pytest.fixture
    def number(self) -> str:
        """Bring a damage to its gate of which the picture of the label was taken back meanwhile."""
        parcels = [{"id": "1", "value": "800", "lost_percent": "100"}]
        number = at_its_gate("773000000001", "800", *PICTURES, event=ClaimEvent.DAMAGE, parcels=parcels, claimed="900")
        with unit_of_work() as connection:
            [label] = [piece for piece in evidence.of_case(connection, number) if piece.kind is PICTURES[2]]
            evidence.withdraw(connection, label.evidence_id, who="ag-sun", why="模糊", at=at(0))
        return number

    def test_holds_a_payment(self, number: str) -> None:
        ruling = answers(number, at(0))

        assert ruling.outcome is Outcome.ASK_AGAIN
        assert "缺少：面单照片" in ruling.sentence

    def test_is_waived_by_whoever_says_why(self, number: str) -> None:
        assert answers(number, at(0), comment="网点已电话核实").outcome is Outcome.APPROVED

        details = entry_of(number, "approve")["details"]
        assert details["waived"] == ["photo_label"]  # type: ignore[index]
        assert len(details["evidence"]) == 2  # type: ignore[index]

    def test_holds_no_refusal(self, number: str) -> None:
        assert answers(number, at(0), decision="refuse", comment="再核实").outcome is Outcome.REFUSED


class TestRefusal:
    def test_leaves_the_claim_to_a_person_and_is_counted(self) -> None:
        number = a_claim_of("1500")

        answers(number, at(0), decision="refuse", comment="核实价值")

        claim = claim_of(number)
        assert (claim.state, claim.proposals_refused) == (State.NEEDS_OPERATOR, 1)
        assert claim.liability is not None
        assert not claim.liability.is_decided
        assert entry_of(number, "refuse")["note"] == "核实价值"

    def test_needs_a_word_why(self) -> None:
        assert "写明意见" in answers(a_claim_of("1500"), at(0), decision="refuse").sentence


class TestDenial:
    def test_is_decided_like_a_payment_of_what_is_claimed(self) -> None:
        """A parcel that came a day late and was promised for no day: nothing is owed."""
        number = a_claim_of("40000", event=ClaimEvent.DELAY, booked={"promised_at": None})
        plan = claim_of(number).plan
        assert plan is not None
        assert (plan.resolution, gate_of(number).owed_for) == (Resolution.DENY, "denial")

        outcomes = [
            answers(number, at(0), staff_id=staff_id, role=role).outcome
            for staff_id, role in (("sup-zhang", Role.SUPERVISOR), ("mgr-li", Role.MANAGER), ("dir-wu", Role.DIRECTOR))
        ]

        assert outcomes == [Outcome.ENDORSED, Outcome.ENDORSED, Outcome.APPROVED]
        assert claim_of(number).state is State.APPROVED
        assert [str(row["amount"]) for row in decisions_of(number)] == ["0.00"] * 3

    def test_cannot_be_made_of_a_payment_at_the_gate(self) -> None:
        assert "另拟方案" in answers(a_claim_of("1500"), at(0), amount="0").sentence


class TestTwoAtOnce:
    def test_take_one_decision(self) -> None:
        number = a_claim_of("1500")
        staff = [staff_called(f"sup-{name}", Role.SUPERVISOR) for name in ("li", "wu", "he", "gu")]

        def answer(staff_id: str) -> Ruling:
            return rule_on(number, 1, answer_of(number, staff_id, at(0)), via=Via.COMMAND, answered_at=at(0))

        with ThreadPoolExecutor(4) as pool:
            rulings = list(pool.map(answer, staff))

        assert [ruling.decided_before for ruling in rulings].count(False) == 1
        assert commands_of(number).count("approve") == 1
        assert len(decisions_of(number)) == 1
        assert nothing_is_broken()

    def test_about_one_parcel_see_what_the_other_has_paid(self) -> None:
        """The same loss claimed by sender and consignee is paid once (R56)."""
        first = a_claim_of("1500")
        consignee = {"name": "王五", "phone": "19900001234", "relation": "consignee"}
        second = at_its_gate(
            "773000000001", "1500", EvidenceKind.VALUE_PROOF, EvidenceKind.ASSIGNMENT_OF_CLAIM,
            claimant=consignee, payee=None,
        )  # fmt: skip
        staff = {first: staff_called("sup-li", Role.SUPERVISOR), second: staff_called("sup-wu", Role.SUPERVISOR)}

        def answer(number: str) -> Ruling:
            return rule_on(number, 1, answer_of(number, staff[number], at(0)), via=Via.COMMAND, answered_at=at(0))

        with ThreadPoolExecutor(2) as pool:
            outcomes = {ruling.outcome for ruling in pool.map(answer, staff)}

        assert outcomes == {Outcome.APPROVED, Outcome.ASK_AGAIN}
        with unit_of_work() as connection:
            [paid] = payments.ordered_for(connection, ["773000000001"])["773000000001"]
        assert paid.amount == Decimal(1500)

    def test_the_same_twice_get_the_same_ruling(self) -> None:
        number = a_claim_of("1500")
        staff_called("sup-zhang", Role.SUPERVISOR)
        given = answer_of(number, "sup-zhang", at(0))

        first, again = [rule_on(number, 1, given, via=Via.RUN, answered_at=at(0), attempt=1) for _ in range(2)]

        assert (first.outcome, again.outcome) == (Outcome.APPROVED, Outcome.APPROVED)
        assert again.decided_before
        assert commands_of(number).count("approve") == 1


class TestAClearClaim:
    def test_may_be_decided_by_itself_before_its_docket_is(self) -> None:
        [number] = clear_claims(1)

        assert answers(number, at(0)).outcome is Outcome.APPROVED
        assert claim_of(number).route is Route.DOCKET

    def test_needs_no_run_any_more_once_it_is_decided(self) -> None:
        number = a_claim_of("1500")
        answers(number, at(0))

        item = outbox.Item(1, Kind.START_RUN, "k", number, {"case_no": number, "plan_version": 1, "step": 1}, 1)

        assert alone(item) == {"not_needed": True}
