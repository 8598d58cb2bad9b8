"""The gate: whose answer counts, that one decision is taken, and that the record says who took it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON, a_piece, a_registration, a_supervisor, an_answer, an_event, at, entered
from standins import register, tell

from rules.supervision.approvals import REFUSALS_IN_A_ROW_MAX
from schemas.approvals import Approval, Gate, Outcome, Ruling, Staff, Via
from schemas.exceptions import ExceptionCase, Role, State
from schemas.tracking import Event, Reason
from store import approvals, cases, evidence, outbox, staff
from store.case_history import broken_histories, history_of
from store.unit_of_work import unit_of_work
from tasks.evidence.keeping import add_evidence
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions
from tasks.exceptions.planning import plan_remedies, triage_plans
from tasks.supervision.gate import description_of, open_gate, rule_on, ruling_on_record
from tasks.supervision.passcodes import new_secret, passcode_at

SECRET = new_secret()
OTHER_SECRET = new_secret()


@pytest.fixture
def case_no() -> str:
    """Bring a damaged parcel's case to its gate."""
    register(a_registration())
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason=Reason.CARRIER_DAMAGED.value))
    find_exceptions.fn()
    for step in (record_exceptions, investigate_exceptions, plan_remedies, triage_plans):
        step.fn()
    enrol(a_supervisor())
    return the_case().case_no


def enrol(member: Staff, secret: str = SECRET) -> None:
    with unit_of_work() as connection:
        staff.add(connection, member, secret=secret)


def the_case() -> ExceptionCase:
    with unit_of_work() as connection:
        [case] = cases.select_cases(connection)
    return case


def the_gate(case_no: str) -> Gate:
    with unit_of_work() as connection:
        gate = approvals.current_gate(connection, case_no)
    assert gate is not None
    return gate


def waived(case_no: str) -> dict[str, tuple[str, str]]:
    with unit_of_work() as connection:
        waivers = evidence.waivers_of(connection, [case_no]).get(case_no, [])
    return {waiver.kind.value: (waiver.who, waiver.why) for waiver in waivers}


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))


def right(hours: float = 0, secret: str = SECRET) -> str:
    return passcode_at(secret, at(hours))


def answer(case_no: str, given: Approval | None, *, via: Via = Via.RUN, hours: float = 0) -> Ruling:
    return rule_on(case_no, 1, given, via=via, answered_at=at(hours), attempt=the_gate(case_no).attempt)


class TestRightAnswer:
    def test_approves_the_plan_in_the_approvers_name(self, case_no: str) -> None:
        ruling = answer(case_no, an_answer(passcode=right(), comment="属实"))

        assert ruling.outcome is Outcome.APPROVED
        assert the_case().state is State.APPROVED
        with unit_of_work() as connection:
            entry = history_of(connection, case_no)[-1]
            [decision] = approvals.decisions_of(connection, case_no)
        assert (entry["who"], entry["role"], entry["note"]) == ("sup-zhang", "supervisor", "属实")
        assert (decision["staff_id"], str(decision["amount"]), decision["via"]) == ("sup-zhang", "100.00", "run")

    def test_sends_the_plan_back(self, case_no: str) -> None:
        ruling = answer(case_no, an_answer(decision="refuse", passcode=right(), comment="先修复再派送"))

        assert ruling.outcome is Outcome.REFUSED
        assert the_case().state is State.INVESTIGATED

    def test_appends_another_amount_as_a_new_version_of_the_plan(self, case_no: str) -> None:
        answer(case_no, an_answer(passcode=right(), amount="60.50"))

        plan = the_case().plan
        assert plan is not None
        assert (plan.version, str(plan.amount), plan.basis[-1]) == (2, "60.50", "amount:sup-zhang")

    def test_that_names_nothing_takes_the_payment_out_of_the_plan(self, case_no: str) -> None:
        answer(case_no, an_answer(passcode=right(), amount="0"))

        plan = the_case().plan
        assert plan is not None
        assert (plan.version, plan.amount, plan.pays) == (2, 0, False)

    @pytest.mark.parametrize("step", [-1, 0, 1])
    def test_counts_with_a_clock_that_is_one_step_off(self, case_no: str, step: int) -> None:
        shown = passcode_at(SECRET, NOON + timedelta(seconds=30 * step))

        assert answer(case_no, an_answer(passcode=shown)).outcome is Outcome.APPROVED

    def test_is_judged_as_of_the_resume_however_late_the_worker_comes(
        self, case_no: str, stand_at: Callable[..., None]
    ) -> None:
        stand_at(at(5))

        assert answer(case_no, an_answer(passcode=right()), hours=0).outcome is Outcome.APPROVED


class TestWrongAnswer:
    @pytest.mark.parametrize(
        ("member", "given", "code"),
        [
            ({}, {"passcode": "000000"}, "identity"),
            ({}, {"staff_id": "nobody", "passcode": None}, "identity"),
            ({"roles": frozenset({Role.AGENT})}, {}, "role"),
            ({"amount_limit": 99}, {}, "limit"),
            ({"ties": frozenset({"示例城东网点"})}, {}, "tied"),
            ({"ties": frozenset({"王五"})}, {}, "tied"),
            ({}, {"decision": "refuse", "comment": ""}, "comment"),
            ({}, {"amount": "100.01"}, "amount"),
            ({}, {"comment": ""}, "incomplete"),
        ],
        ids=[
            "passcode",
            "unknown id",
            "role",
            "limit",
            "tied to the outlet",
            "tied to the payee",
            "no comment",
            "worth",
            "no word about missing evidence",
        ],
    )
    def test_is_recorded_and_asked_again_with_the_reason(
        self, case_no: str, member: dict[str, object], given: dict[str, str | None], code: str
    ) -> None:
        enrol(a_supervisor(staff_id="mgr-li", **member), OTHER_SECRET)
        values = {"staff_id": "mgr-li", "passcode": right(secret=OTHER_SECRET), **given}
        values["passcode"] = values["passcode"] or right()

        ruling = answer(case_no, an_answer(**values))

        assert ruling.outcome is Outcome.ASK_AGAIN
        assert the_gate(case_no).attempt == 2
        assert the_gate(case_no).refusal == ruling.sentence
        assert the_case().state is State.AWAITING_APPROVAL
        with unit_of_work() as connection:
            codes = [row.code for row in connection.exec_driver_sql("SELECT code FROM refused_answer")]
        assert codes == [code]

    def test_that_could_not_be_read_is_asked_again(self, case_no: str) -> None:
        assert answer(case_no, None).outcome is Outcome.ASK_AGAIN

    def test_of_somebody_who_was_disabled_reads_like_a_wrong_passcode(self, case_no: str) -> None:
        wrong = answer(case_no, an_answer(passcode="000000")).sentence
        with unit_of_work() as connection:
            staff.disable(connection, "sup-zhang")

        assert answer(case_no, an_answer(passcode=right())).sentence == wrong

    def test_with_a_passcode_that_was_used_here_before_is_refused(self, case_no: str) -> None:
        answer(case_no, an_answer(passcode=right(), decision="refuse", comment=""))  # refused for want of a comment

        assert "用过" in answer(case_no, an_answer(passcode=right())).sentence

    def test_too_many_times_locks_the_approver_and_tells_the_manager(self, case_no: str) -> None:
        for _ in range(REFUSALS_IN_A_ROW_MAX):
            answer(case_no, an_answer(passcode="000000"))

        assert "锁定" in answer(case_no, an_answer(passcode=right())).sentence
        assert answer(case_no, an_answer(passcode=right(0.5)), hours=0.5).outcome is Outcome.APPROVED
        with unit_of_work() as connection:
            purposes = [row["payload"].get("purpose") for row in outbox.of_case(connection, case_no)]
        assert purposes.count("lock") == 1

    def test_by_command_leaves_the_form_of_the_run_as_it_is(self, case_no: str) -> None:
        answer(case_no, an_answer(passcode="000000"), via=Via.COMMAND)

        assert the_gate(case_no).attempt == 1


class TestMissingEvidence:
    """A payment waits for the playbook's mandatory evidence, or for an approver who says why he does not (R12-R14)."""

    def test_does_not_lock_who_forgets_to_say_why_he_does_not_wait(self, case_no: str) -> None:
        for turn in range(REFUSALS_IN_A_ROW_MAX):
            answer(case_no, an_answer(passcode=right(turn / 10), comment=""), hours=turn / 10)

        given = an_answer(passcode=right(1))
        assert answer(case_no, given, hours=1).outcome is Outcome.APPROVED

    def test_is_waived_by_the_approver_with_his_words(self, case_no: str) -> None:
        answer(case_no, an_answer(passcode=right(), comment="网点已停业"))

        assert waived(case_no) == dict.fromkeys(
            ("photo_whole", "photo_detail", "photo_contents", "packaging_at_acceptance"), ("sup-zhang", "网点已停业")
        )

    def test_is_sealed_into_the_history_with_what_was_there(self, case_no: str, vault: None) -> None:
        [given] = add_evidence(case_no, [a_piece()], entered=entered())

        answer(case_no, an_answer(passcode=right()))

        with unit_of_work() as connection:
            details = history_of(connection, case_no)[-1]["details"]
            checked, wrong = broken_histories(connection, case_no)
        assert details["evidence"] == {str(given.evidence_id): given.sha256}
        assert details["waived"] == ["photo_whole", "photo_contents", "packaging_at_acceptance"]
        assert (checked, wrong) == (1, [])

    @pytest.mark.parametrize("comment", ["", "不同意"], ids=["nothing", "a refusal"])
    def test_is_not_waived_by(self, case_no: str, comment: str) -> None:
        decision = "refuse" if comment else "approve"
        answer(case_no, an_answer(passcode=right(), decision=decision, comment=comment))

        assert waived(case_no) == {}

    def test_is_named_above_the_form_beside_what_is_there(self, case_no: str, vault: None) -> None:
        add_evidence(case_no, [a_piece()], entered=entered())

        with unit_of_work() as connection:
            told = description_of(connection, the_gate(case_no), the_case())

        assert "破损细节照片 photo_detail ×1" in told
        assert "缺少：全景照片（网点提供）" in told
        assert "Missing: a photograph of the whole parcel from the outlet" in told


class TestTwoAnswers:
    def test_at_once_make_one_decision_and_tell_the_other(self, case_no: str) -> None:
        enrol(a_supervisor(staff_id="mgr-li"), OTHER_SECRET)
        given = [
            an_answer(passcode=right()),
            an_answer(staff_id="mgr-li", passcode=right(secret=OTHER_SECRET), decision="refuse", comment="不同意"),
        ]

        with ThreadPoolExecutor(2) as both:
            rulings = list(both.map(lambda one: rule_on(case_no, 1, one, via=Via.COMMAND, answered_at=NOON), given))

        with unit_of_work() as connection:
            [decision] = approvals.decisions_of(connection, case_no)
        assert {ruling.outcome for ruling in rulings} == {
            Outcome.APPROVED if decision["decision"] == "approve" else Outcome.REFUSED
        }
        assert sum(decision["staff_id"] in ruling.sentence for ruling in rulings) == 2

    def test_the_same_twice_get_the_same_ruling(self, case_no: str) -> None:
        first = rule_on(case_no, 1, an_answer(passcode=right()), via=Via.RUN, answered_at=NOON, attempt=1)
        again = rule_on(case_no, 1, an_answer(passcode=right()), via=Via.RUN, answered_at=NOON, attempt=1)

        assert (first.outcome, again.outcome) == (Outcome.APPROVED, Outcome.APPROVED)
        assert ruling_on_record(case_no, 1).outcome is Outcome.APPROVED

    def test_a_refused_one_ruled_on_again_counts_no_second_attempt(self, case_no: str) -> None:
        for _ in range(2):
            rule_on(case_no, 1, an_answer(passcode="000000"), via=Via.RUN, answered_at=NOON, attempt=1)

        assert the_gate(case_no).attempt == 2


class TestGateOfACaseThatMovedOn:
    def test_is_closed_by_a_cure(self) -> None:
        critical = {"declared_value": "5000", "perishable": True, "customer_tier": "vip"}
        register(a_registration(**critical))
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))
        find_exceptions.fn()
        for step in (record_exceptions, investigate_exceptions, plan_remedies, triage_plans):
            step.fn()
        enrol(a_supervisor())
        number = the_case().case_no

        tell(an_event(Event.DELIVERED, -0.5))
        find_exceptions.fn()

        assert open_gate(number, 1) is None
        assert answer(number, an_answer(passcode=right())).outcome is Outcome.OVERTAKEN
        assert the_case().closing_reason == "cured"

    def test_asks_about_the_newest_plan_only(self, case_no: str) -> None:
        answer(case_no, an_answer(decision="refuse", passcode=right(), comment="换一种办法"))
        plan_remedies.fn()
        triage_plans.fn()

        assert open_gate(case_no, 1) is None
        assert open_gate(case_no, 2) is not None
