"""Dockets: gathered, decided at once, and still one decision about each claim (R86, R87)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from claim_cases import (
    answer_of,
    answers,
    at_its_gate,
    clear_claims,
    decisions_of,
    docket_of,
    docket_with,
    gate_of,
    large_claim,
    states_of,
)
from claims import claim_of
from complaints import commands_of, nothing_is_broken, staff_called
from engine_under_test import wait_until
from factories import at

from rules.claims.fast_track import DOCKET_CLAIMS_MAX
from schemas.approvals import OVERDUE_TAG, DocketApproval, Outcome, Ruling, Via
from schemas.assessment import ClaimEvent
from schemas.claims import Command, DocketOutcome, DocketState, Route, State
from schemas.exceptions import Role
from store import approvals, claims, outbox, staff
from store.case_history import history_of
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.claims.assessing import assess_claims
from tasks.claims.dockets import approved_in, gather_dockets, waiting_gates
from tasks.claims.moving import Step, take_steps
from tasks.claims.timing import readings
from tasks.claims.triaging import triage_claims
from tasks.dispatch import liveness
from tasks.exceptions.letters import tag_run
from tasks.supervision.gate import description_of, rule_on
from tasks.supervision.procedures import DOCKETS, procedure_of


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))


def runs_asked_for(number: str) -> list[str]:
    with unit_of_work() as connection:
        return [row["key"] for row in outbox.of_case(connection, number) if row["kind"] == Kind.START_RUN]


def outcomes_of(docket_no: str) -> list[str]:
    return [one.outcome for one in docket_of(docket_no).claims]


def move(number: str, command: Command, role: Role, who: str, **updates: object) -> None:
    with unit_of_work() as connection:
        step = Step(claim_of(number), command, reason="by_hand", updates=updates)
        take_steps(connection, [step], now=at(0), who=who, role=role)


def last_entry(number: str) -> dict[str, object]:
    with unit_of_work() as connection:
        return history_of(connection, number)[-1]


class TestGather:
    def test_makes_one_decision_of_those_that_wait(self) -> None:
        numbers = clear_claims(3)
        [docket_no] = gather_dockets.fn()

        docket = docket_of(docket_no)
        assert docket_no.startswith("DK-20261120-")
        assert [(one.case_no, str(one.amount)) for one in docket.claims] == [(no, "800.00") for no in numbers]
        assert {claim_of(number).docket_no for number in numbers} == {docket_no}
        assert (gate_of(docket_no).owed_for, gate_of(docket_no).level) == ("clear", Role.SUPERVISOR)
        assert runs_asked_for(docket_no) == [f"{docket_no}:plan-1:step-1:run-1"]
        assert [runs_asked_for(number) for number in numbers] == [[], [], []]
        assert commands_of(numbers[0])[-1] == "docket"
        assert nothing_is_broken()

    def test_gathers_nothing_twice_and_nothing_that_is_decided_by_itself(self) -> None:
        clear_claims(2)
        large_claim()

        assert len(gather_dockets.fn()) == 1
        assert gather_dockets.fn() == []

    def test_waits_for_as_many_as_it_is_told_to(self) -> None:
        clear_claims(2)

        assert gather_dockets.fn(least=3) == []
        assert len(gather_dockets.fn(least=2)) == 1

    def test_makes_none_of_more_claims_than_somebody_reads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert DOCKET_CLAIMS_MAX == 50
        monkeypatch.setattr("tasks.claims.dockets.DOCKET_CLAIMS_MAX", 2)
        clear_claims(5)

        assert [len(docket_of(docket_no).claims) for docket_no in gather_dockets.fn()] == [2, 2, 1]

    def test_leaves_a_claim_that_was_withdrawn_meanwhile(self) -> None:
        first, second = clear_claims(2)
        move(first, Command.WITHDRAW, Role.CUSTOMER, "customer")

        [docket_no] = gather_dockets.fn()

        assert [one.case_no for one in docket_of(docket_no).claims] == [second]

    def test_twice_at_once_puts_no_claim_into_two(self) -> None:
        numbers = clear_claims(4)

        with ThreadPoolExecutor(4) as pool:
            made = [docket_no for some in pool.map(lambda _: gather_dockets.fn(), range(4)) for docket_no in some]

        gathered = [one.case_no for docket_no in made for one in docket_of(docket_no).claims]
        assert sorted(gathered) == numbers


class TestProcedure:
    def test_is_told_by_the_number(self) -> None:
        docket_no, _ = docket_with(1)

        assert procedure_of(docket_no) is DOCKETS
        assert DOCKETS.form is DocketApproval
        assert DOCKETS.title(docket_of(docket_no)) == f"{docket_no} 快速理赔 1 件"
        assert {docket_no, "docket", "severity:ORDINARY"} == {*DOCKETS.tags(docket_of(docket_no))}

    def test_shows_a_line_for_each_claim_and_in_its_file_how_each_comes_about(self) -> None:
        docket_no, numbers = docket_with(2)
        with unit_of_work() as connection:
            form = description_of(connection, gate_of(docket_no))
            file = DOCKETS.case_file(connection, docket_of(docket_no), form=form)
            parcels = DOCKETS.parcels(connection, docket_of(docket_no))

        assert "2 件 clear claims · 1600.00 CNY" in form
        assert "| 001 | 丢失 loss | 800.00 |" in form
        assert file.startswith(form)
        assert all(f"## {number}" in file for number in numbers)
        assert file.count("核定过程 how it comes about") == 2
        assert parcels == {number: claim_of(number).waybill for number in numbers}


class TestApproval:
    def test_is_one_decision_about_each_claim(self) -> None:
        docket_no, numbers = docket_with(3)

        ruling = answers(docket_no, at(0))

        assert ruling.outcome is Outcome.APPROVED
        assert "同意 3/3 件 approved." in ruling.sentence
        assert states_of(numbers) == [State.APPROVED] * 3
        for number in numbers:
            [decided] = decisions_of(number)
            assert (decided["staff_id"], str(decided["amount"]), decided["comment"], decided["final"]) == (
                "sup-zhang", "800.00", f"docket {docket_no}", True,
            )  # fmt: skip
            assert (decided["via"], decided["answered_at"]) == ("command", at(0))
            entry = last_entry(number)
            assert (entry["command"], entry["who"], entry["role"]) == ("approve", "sup-zhang", "supervisor")
            assert entry["details"]["docket"] == docket_no  # type: ignore[index]
            liability = claim_of(number).liability
            assert liability is not None
            assert liability.decided_by == "sup-zhang"
        docket = docket_of(docket_no)
        assert (docket.state, docket.decided_by) == (DocketState.DECIDED, "sup-zhang")
        assert approved_in.fn(docket_no) == numbers
        assert nothing_is_broken()

    def test_counts_no_money_twice(self) -> None:
        docket_no, numbers = docket_with(2)
        answers(docket_no, at(0))

        decided = [row for number in (docket_no, *numbers) for row in decisions_of(number)]

        assert sum(row["amount"] for row in decided) == Decimal(1600)

    def test_leaves_those_that_are_named_to_runs_of_their_own(self) -> None:
        docket_no, numbers = docket_with(4)

        ruling = answers(docket_no, at(0), except_for=f"{numbers[1][-3:]}, {numbers[3]}", comment="两件先看监控")

        assert f"除外 excepted: {numbers[1]}, {numbers[3]}." in ruling.sentence
        assert states_of(numbers) == [
            State.APPROVED, State.AWAITING_APPROVAL, State.APPROVED, State.AWAITING_APPROVAL,
        ]  # fmt: skip
        assert outcomes_of(docket_no) == ["approved", "excepted", "approved", "excepted"]
        for number in (numbers[1], numbers[3]):
            claim = claim_of(number)
            assert (claim.route, claim.docket_no) == (Route.SINGLE, "")
            assert decisions_of(number) == []
            assert runs_asked_for(number) == [f"{number}:plan-1:step-1:run-1"]
            entry = last_entry(number)
            assert (entry["command"], entry["who"], entry["reason"], entry["note"]) == (
                "single_out", "sup-zhang", "excepted", "两件先看监控",
            )  # fmt: skip
        assert nothing_is_broken()

    def test_of_an_excepted_claim_is_asked_of_anybody_who_may(self) -> None:
        docket_no, numbers = docket_with(2)
        answers(docket_no, at(0), except_for=numbers[0])

        assert answers(numbers[0], at(0.1)).outcome is Outcome.APPROVED
        assert [row["comment"] for row in decisions_of(numbers[0])] == [""]

    def test_is_asked_again_where_it_names_what_is_not_there(self) -> None:
        docket_no, numbers = docket_with(2)

        ruling = answers(docket_no, at(0), except_for="77", via=Via.RUN)

        assert ruling.outcome is Outcome.ASK_AGAIN
        assert "77" in gate_of(docket_no).refusal
        assert states_of(numbers) == [State.AWAITING_APPROVAL] * 2

    def test_is_no_agents(self) -> None:
        docket_no, _ = docket_with(1)

        assert "没有审批权限" in answers(docket_no, at(0), staff_id="ag-sun", role=Role.AGENT).sentence


class TestConflictOfInterest:
    """不徇私情 (R86): in a docket as anywhere."""

    def test_excepts_the_claims_that_the_approver_may_not_decide_and_names_them(self) -> None:
        docket_no, numbers = docket_with(3)
        move(numbers[1], Command.ASSIGN, Role.SYSTEM, "redress", handler="sup-zhang")

        ruling = answers(docket_no, at(0))

        assert f"not this approver's to decide, or not clear any more: {numbers[1]}." in ruling.sentence
        assert outcomes_of(docket_no) == ["approved", "barred", "approved"]
        entry = last_entry(numbers[1])
        assert (entry["command"], entry["who"], entry["reason"]) == ("single_out", "redress", "investigator")
        assert runs_asked_for(numbers[1]) == [f"{numbers[1]}:plan-1:step-1:run-1"]

    def test_excepts_all_of_a_payee_he_is_tied_to(self) -> None:
        docket_no, numbers = docket_with(2)

        ruling = answers(docket_no, at(0), ties=frozenset({"赵六"}))

        assert ruling.outcome is Outcome.APPROVED
        assert "同意 0/2 件 approved" in ruling.sentence
        assert states_of(numbers) == [State.AWAITING_APPROVAL] * 2

    def test_excepts_what_is_above_his_own_limit(self) -> None:
        docket_no, _ = docket_with(2)

        answers(docket_no, at(0), limit="799.99")

        assert outcomes_of(docket_no) == ["barred", "barred"]


class TestOneParcel:
    def test_that_two_of_the_docket_are_about_is_paid_once(self) -> None:
        """Lost, and given to somebody else: claimed twice by the sender, each time in full (R56)."""
        first = at_its_gate("773000000001", "800")
        second = at_its_gate("773000000001", "800", event=ClaimEvent.MISDELIVERY)
        [docket_no] = gather_dockets.fn()

        answers(docket_no, at(0))

        assert [one.case_no for one in docket_of(docket_no).claims] == [first, second]
        assert outcomes_of(docket_no) == ["approved", "barred"]
        assert last_entry(second)["reason"] == "same_parcel"
        assert "800" in answers(second, at(0.1)).sentence


class TestWhatLeft:
    def test_the_docket_meanwhile_is_skipped_and_named(self) -> None:
        docket_no, numbers = docket_with(3)
        move(numbers[0], Command.WITHDRAW, Role.CUSTOMER, "customer")

        ruling = answers(docket_no, at(0))

        assert f"已撤回或变更 withdrawn or changed meanwhile: {numbers[0]}." in ruling.sentence
        assert outcomes_of(docket_no) == ["left", "approved", "approved"]
        assert claim_of(numbers[0]).state is State.CLOSED

    def test_and_came_back_is_decided_by_what_it_is_in_now(self) -> None:
        docket_no, numbers = docket_with(2)
        move(numbers[0], Command.RECONSIDER, Role.AGENT, "ag-sun")
        assess_claims.fn()
        triage_claims.fn()
        [second] = gather_dockets.fn()

        answers(docket_no, at(0))

        assert outcomes_of(docket_no) == [DocketOutcome.LEFT, DocketOutcome.APPROVED]
        assert (claim_of(numbers[0]).docket_no, claim_of(numbers[0]).state) == (second, State.AWAITING_APPROVAL)

    def test_for_want_of_a_paper_is_decided_by_itself(self) -> None:
        docket_no, numbers = docket_with(2)
        move(numbers[0], Command.ADD, Role.AGENT, "ag-sun", relation="consignee")

        answers(docket_no, at(0))

        assert outcomes_of(docket_no) == ["barred", "approved"]
        assert last_entry(numbers[0])["reason"] == "incomplete"


class TestRefusal:
    def test_sends_all_claims_to_runs_of_their_own(self) -> None:
        docket_no, numbers = docket_with(2)

        ruling = answers(docket_no, at(0), decision="refuse", comment="逐件复核")

        assert ruling.outcome is Outcome.REFUSED
        assert outcomes_of(docket_no) == ["refused", "refused"]
        assert docket_of(docket_no).state is DocketState.DISSOLVED
        assert {claim_of(number).route for number in numbers} == {Route.SINGLE}
        assert [claim_of(number).proposals_refused for number in numbers] == [0, 0]
        assert [len(runs_asked_for(number)) for number in numbers] == [1, 1]
        assert last_entry(numbers[0])["note"] == "逐件复核"
        assert gather_dockets.fn() == []

    def test_needs_a_word_why(self) -> None:
        docket_no, _ = docket_with(1)

        assert "写明意见" in answers(docket_no, at(0), decision="refuse").sentence


class TestTwoAtOnce:
    def test_take_one_decision_about_each_claim(self) -> None:
        docket_no, numbers = docket_with(3)
        people = [staff_called(f"sup-{name}", Role.SUPERVISOR) for name in ("li", "wu", "he", "gu")]

        def answer(staff_id: str) -> Ruling:
            given = answer_of(docket_no, staff_id, at(0))
            return rule_on(docket_no, 1, given, via=Via.COMMAND, answered_at=at(0))

        with ThreadPoolExecutor(4) as pool:
            rulings = list(pool.map(answer, people))

        assert [ruling.decided_before for ruling in rulings].count(False) == 1
        assert [len(decisions_of(number)) for number in numbers] == [1, 1, 1]
        assert [commands_of(number).count("approve") for number in numbers] == [1, 1, 1]
        assert nothing_is_broken()

    def test_one_about_the_docket_and_one_about_a_claim_of_it_decide_the_claim_once(self) -> None:
        docket_no, numbers = docket_with(3)
        for staff_id in ("sup-li", "sup-wu"):
            staff_called(staff_id, Role.SUPERVISOR)

        def answer(asked: tuple[str, str]) -> Ruling:
            number, staff_id = asked
            return rule_on(number, 1, answer_of(number, staff_id, at(0)), via=Via.COMMAND, answered_at=at(0))

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(answer, [(docket_no, "sup-li"), (numbers[1], "sup-wu")]))

        assert states_of(numbers) == [State.APPROVED] * 3
        assert [len(decisions_of(number)) for number in numbers] == [1, 1, 1]
        assert nothing_is_broken()

    def test_the_same_twice_get_the_same_ruling_with_what_became_of_each(self) -> None:
        docket_no, numbers = docket_with(2)
        staff_called("sup-zhang", Role.SUPERVISOR)
        given = answer_of(docket_no, "sup-zhang", at(0), except_for=numbers[0])

        first, again = [rule_on(docket_no, 1, given, via=Via.RUN, answered_at=at(0), attempt=1) for _ in range(2)]

        assert (first.outcome, again.outcome) == (Outcome.APPROVED, Outcome.APPROVED)
        assert first.sentence.endswith(f"除外 excepted: {numbers[0]}.")
        assert again.sentence.endswith(f"除外 excepted: {numbers[0]}.")
        assert [len(decisions_of(number)) for number in numbers] == [0, 1]


class TestWaiting:
    def test_in_a_docket_asks_for_no_run_of_the_claims_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        docket_no, numbers = docket_with(2)
        monkeypatch.setattr(liveness.runs, "standing_of", lambda _: {})

        liveness.mend_gates.fn()

        assert [runs_asked_for(number) for number in numbers] == [[], []]
        assert len(runs_asked_for(docket_no)) == 1
        with unit_of_work() as connection:
            found = approvals.undecided_after(connection, None, limit=10)
        assert [gate.case_no for gate in found] == [docket_no]

    def test_of_what_left_the_docket_is_for_a_run_again(self) -> None:
        docket_no, numbers = docket_with(2)
        answers(docket_no, at(0), except_for=numbers[1])

        with unit_of_work() as connection:
            found = approvals.undecided_after(connection, None, limit=10)
        assert [gate.case_no for gate in found] == [numbers[1]]

    def test_too_long_is_the_claims_own_clock_and_marks_the_dockets_run(
        self, stand_at: Callable[[datetime], None]
    ) -> None:
        docket_no, numbers = docket_with(2)
        with unit_of_work() as connection:
            approvals.assign_run(connection, gate_of(docket_no).gate_id, "run-1")
        stand_at(at(25))

        claims = [claim_of(number) for number in numbers]
        [late] = [clock for clock in readings(claims[0], now=at(25)) if clock.clock == "decision"]
        with unit_of_work() as connection:
            gates = waiting_gates(connection, claims)
        letters = [letter for gate in gates.values() for letter in tag_run(gate, word=OVERDUE_TAG, now=at(25))]

        assert late.status.value == "overdue"
        assert {gate.case_no for gate in gates.values()} == {docket_no}
        assert {letter.payload["flow_run_id"] for letter in letters} == {"run-1"}
        assert len({letter.key for letter in letters}) == 1

    def test_alone_is_at_the_claims_own_gate(self) -> None:
        number = large_claim()

        with unit_of_work() as connection:
            assert waiting_gates(connection, [claim_of(number)])[number].case_no == number


class TestWhoAnswered:
    def test_is_asked_of_those_on_file(self) -> None:
        docket_no, _ = docket_with(1)
        staff_called("sup-zhang", Role.SUPERVISOR)
        with unit_of_work() as connection:
            staff.disable(connection, "sup-zhang")

        ruling = rule_on(docket_no, 1, answer_of(docket_no, "sup-zhang", at(0)), via=Via.COMMAND, answered_at=at(0))

        assert "不正确" in ruling.sentence


class TestLocks:
    def test_are_taken_of_the_claims_before_whoever_answers(self) -> None:
        docket_no, numbers = docket_with(2)
        with ThreadPoolExecutor(1) as pool, unit_of_work() as holding:
            claims.one_claim(holding, numbers[0], lock=True)
            ruling = pool.submit(answers, docket_no, at(0))
            wait_until(somebody_waits_for_a_lock, what="the docket to wait for its claim")

            with unit_of_work() as connection:
                connection.exec_driver_sql("SELECT FROM staff WHERE staff_id = 'sup-zhang' FOR UPDATE NOWAIT")
            holding.rollback()

        assert ruling.result().outcome is Outcome.APPROVED


def somebody_waits_for_a_lock() -> bool:
    with unit_of_work() as connection:
        waiting = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ).scalar_one()
    return bool(waiting)
