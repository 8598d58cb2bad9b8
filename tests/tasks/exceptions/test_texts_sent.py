"""What goes out on each occasion is the text that the playbook of the case names, a carrier's own over ours."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from factories import a_registration, an_event, at
from standins import register, tell

from rules.exceptions.wording import local_time
from schemas.exceptions import Role
from schemas.tracking import Event
from store import outbox
from store.unit_of_work import unit_of_work
from tasks.exceptions.carrying import carry_to_feedback, carry_to_orders
from tasks.exceptions.closing import explain_and_close, take_customers_word
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.telling import tell_waiting_customers
from tasks.inquiries.reminding import remind_unanswered

Stand = Callable[[datetime], None]
SHANGHAI = ZoneInfo("Asia/Shanghai")
UNREACHABLE = (Event.DELIVERY_FAILED, "consignee.unreachable")
LOST = (Event.EXCEPTION, "carrier.lost")
CUSTOMS = (Event.CUSTOMS_HELD, "customs.docs")


@pytest.fixture
def playbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let a carrier's own playbook name other texts for a type."""

    def name(text: str) -> None:
        file = tmp_path / "own.toml"
        file.write_text(text, "utf-8")
        monkeypatch.setenv("REDRESS_PLAYBOOKS_FILE", str(file))

    return name


def opened_case(trouble: tuple[Event, str], **booked: object) -> str:
    """Have a case opened by what a carrier reports."""
    event, reason = trouble
    register(a_registration(**booked))
    tell(an_event(Event.PICKED_UP, -9), an_event(event, -1, reason=reason))
    [case_no] = find_exceptions.fn().opened
    return case_no


def notice(case_no: str, purpose: str) -> dict[str, str]:
    """Give the notice to the customer, or to a node, that has this purpose."""
    with unit_of_work() as connection:
        payloads = [row["payload"] for row in outbox.of_case(connection, case_no) if row["kind"] == "notice"]
    [found] = [
        told
        for told in payloads
        if told["purpose"].startswith(purpose) and (told["audience"] == "customer" or purpose.startswith("inquiry"))
    ]
    return dict(found)


def sent(case_no: str, purpose: str) -> str:
    """Give its subject."""
    return notice(case_no, purpose)["subject"]


def body_of(case_no: str, purpose: str) -> str:
    """Give its body."""
    return notice(case_no, purpose)["body"]


def kept(case_no: str, column: str) -> datetime:
    """Give a time that stands in the case."""
    with unit_of_work() as connection:
        found: datetime = connection.exec_driver_sql(
            f"SELECT {column} FROM cases WHERE case_no = %s", (case_no,)
        ).scalar_one()
    return found


def with_result(case_no: str) -> str:
    """Carry a case that nobody has to decide to its result."""
    carry_to_orders.fn()
    with unit_of_work() as connection:
        connection.exec_driver_sql("UPDATE outbox SET status = 'done'")
    carry_to_feedback.fn()
    return case_no


class TestTextsOfRedress:
    def test_ask_a_customer_for_his_answer_where_one_is_needed(self, stand_at: Stand) -> None:
        case_no = opened_case(UNREACHABLE)
        stand_at(at(1.9))

        tell_waiting_customers.fn()

        assert sent(case_no, "update") == "请您回复：快件 773000000001"

    def test_say_that_customs_decides_and_what_papers_it_wants(self, stand_at: Stand) -> None:
        case_no = opened_case(CUSTOMS)
        stand_at(at(1.9))

        tell_waiting_customers.fn()

        assert sent(case_no, "update") == "关于您的快件 773000000001 清关情况"

    def test_tell_news_to_one_who_has_heard_before(self, stand_at: Stand) -> None:
        case_no = opened_case(UNREACHABLE)
        stand_at(at(1.9))
        tell_waiting_customers.fn()
        with unit_of_work() as connection:
            outbox.withdraw(connection, [case_no], kind=outbox.Kind.NOTICE)

        stand_at(at(26))
        tell_waiting_customers.fn()

        with unit_of_work() as connection:
            told = [row["payload"]["subject"] for row in outbox.of_case(connection, case_no)]
        assert told == ["请您回复：快件 773000000001", "您的快件 773000000001 处理进展"]


class TestPromisesInTexts:
    """What a text promises is what the clocks of the case then keep."""

    def test_say_by_when_the_customer_hears_again(self, stand_at: Stand) -> None:
        case_no = opened_case(UNREACHABLE)
        stand_at(at(1.9))
        tell_waiting_customers.fn()

        told = body_of(case_no, "update")
        due = kept(case_no, "tell_due_at")
        assert f"我们将在 {local_time(due, SHANGHAI)} 前再次联系您" in told

    def test_say_so_in_the_first_word_about_a_severe_case(self) -> None:
        case_no = opened_case(LOST, declared_value="9000", perishable=True)

        carry_to_orders.fn()

        due = kept(case_no, "tell_due_at")
        assert f"我们将在 {local_time(due, SHANGHAI)} 前再次告知您进展" in body_of(case_no, "severe")

    def test_promise_no_time_before_the_customer_reads_it(
        self, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_QUIET_FROM", "00:00")
        monkeypatch.setenv("REDRESS_QUIET_UNTIL", "23:59")
        case_no = opened_case(LOST, declared_value="9000", perishable=True)
        stand_at(at(-0.5))

        carry_to_orders.fn()

        assert "有进展我们会再通知您" in body_of(case_no, "severe")

    def test_say_until_when_the_customer_may_object_where_silence_closes_the_case(self) -> None:
        case_no = with_result(opened_case(UNREACHABLE))

        until = kept(case_no, "answer_due_at")
        assert f"请在 {local_time(until, SHANGHAI)} 前联系我们，逾期未回复将视为了结" in body_of(case_no, "result")

    def test_say_no_time_where_the_customer_must_agree(self, playbook: Callable[[str], None]) -> None:
        playbook('[UNREACHABLE]\nclosing = { by = "acceptance" }')

        case_no = with_result(opened_case(UNREACHABLE))

        assert "如有异议，请联系我们" in body_of(case_no, "result")
        assert "逾期" not in body_of(case_no, "result")


class TestTextsOfTheCarrier:
    """A carrier's file that names other texts is all it takes."""

    def test_tell_of_a_severe_case(self, playbook: Callable[[str], None]) -> None:
        playbook('[LOST]\nmore_texts = { opened = "trouble_customs" }')
        case_no = opened_case(LOST, declared_value="9000", perishable=True)

        carry_to_orders.fn()

        assert sent(case_no, "severe") == "关于您的快件 773000000001 清关情况"

    def test_tell_of_a_mode_what_that_mode_says(self, playbook: Callable[[str], None], stand_at: Stand) -> None:
        playbook('[LOST.ltl]\nmore_texts = { opened = "trouble_reply" }')
        case_no = opened_case(LOST, product="freight")
        stand_at(at(1.9))

        tell_waiting_customers.fn()

        assert sent(case_no, "update") == "请您回复：快件 773000000001"

    def test_tell_the_result_and_explain_it(self, playbook: Callable[[str], None]) -> None:
        playbook('[UNREACHABLE]\nmore_texts = { result = "update", explained = "result" }')
        case_no = with_result(opened_case(UNREACHABLE))
        assert sent(case_no, "result") == "您的快件 773000000001 处理进展"

        word = {"agrees": False, "who": "ag-sun", "role": Role.AGENT, "channel": "phone"}
        for demand in ("请今天送到", "请赔付"):
            with unit_of_work() as connection:
                connection.exec_driver_sql("UPDATE cases SET state = 'FED_BACK'")
            take_customers_word(case_no, demand=demand, **word)
        explain_and_close(case_no, staff_id="sup-zhang", role=Role.SUPERVISOR, reasons="已尽力")

        assert sent(case_no, "explained") == "您的快件 773000000001 处理结果"

    def test_tell_that_it_is_over(self, playbook: Callable[[str], None], stand_at: Stand) -> None:
        playbook('[LOST]\nmore_texts = { cured = "trouble" }')
        case_no = opened_case(LOST)
        stand_at(at(1.9))
        tell_waiting_customers.fn()

        tell(an_event(Event.ARRIVED_HUB, 1), at=at(2))
        find_exceptions.fn()

        assert sent(case_no, "cured") == "关于您的快件 773000000001"

    def test_ask_and_remind_whoever_had_the_parcel(self, playbook: Callable[[str], None], stand_at: Stand) -> None:
        playbook('[LOST]\nmore_texts = { question = "reminder", reminder = "question" }')
        case_no = opened_case(LOST)
        carry_to_orders.fn()
        stand_at(at(4))
        remind_unanswered.fn()

        assert "协查催办" in sent(case_no, "inquiry-question")
        assert "协查 Inquiry" in sent(case_no, "inquiry-reminder-1")
