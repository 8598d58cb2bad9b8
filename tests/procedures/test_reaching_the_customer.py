"""Reaching the customer, told in the manual's words (R113).

年轻人优先短信+取件码，老年人直接打电话，打不通再补一条语音. And the law about whoever nobody reaches: a call, two
messages eight hours apart, a day of silence; then the sender's way.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from factories import a_declaration, a_registration, a_supervisor, a_told_event, an_answer, an_event, at
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from schemas.approvals import Outcome, Via
from schemas.channels import Contacted, Segment, ToldContact
from schemas.exceptions import ExceptionCase, ExceptionType, Measure, State
from schemas.preferences import ChannelSegment, Door
from schemas.tracking import Event
from store import approvals, case_history, cases, contacts, staff
from store.outbox import Kind
from store.plans import draft_plans
from store.unit_of_work import unit_of_work
from tasks.dispatch.sending import send_due
from tasks.exceptions.carrying import carry_to_feedback, carry_to_orders
from tasks.exceptions.closing import close_exceptions
from tasks.exceptions.contacting import reach_customers, tell_contact
from tasks.exceptions.detection import find_exceptions
from tasks.preferences.declaring import take_down
from tasks.supervision.gate import description_of, rule_on
from tasks.supervision.passcodes import new_secret, passcode_at

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
SECRET = new_secret()


@pytest.fixture(autouse=True)
def _at_noon(stand_at: Stand, desk: StandInDesk, notices: Notices) -> None:
    del stand_at, desk, notices


def the_engine_passes() -> None:
    """Do what the schedules do within five minutes."""
    find_exceptions.fn()
    carry_to_orders.fn()
    send_due(kinds=[Kind.WORK_ORDER, Kind.NOTICE])
    carry_to_feedback.fn()
    send_due(kinds=[Kind.NOTICE])
    reach_customers.fn()
    send_due(kinds=[Kind.NOTICE])
    close_exceptions.fn()


@pytest.fixture
def hours_pass(stand_at: Stand) -> Callable[[float], None]:
    """Let the engine pass at such an hour after noon."""

    def until(hours: float) -> None:
        stand_at(at(hours))
        the_engine_passes()

    return until


Pass = Callable[[float], None]


def belongs_to(segment: Segment) -> None:
    take_down([a_declaration(ChannelSegment(segment=segment))], door=Door.GATEWAY, taken_by="courier app")


def nobody_is_reached() -> None:
    register(a_registration())
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))
    the_engine_passes()


def the_case() -> ExceptionCase:
    with unit_of_work() as connection:
        [case, *_] = cases.select_cases(connection)
    return case


def somebody_tells(outcome: Contacted = Contacted.NO_ANSWER, channel: str = "voice_call") -> None:
    told = ToldContact.model_validate({"channel": channel, "outcome": outcome, "by": "ag-sun"})
    tell_contact(the_case().case_no, told)


def tried() -> list[str]:
    """Name the channels by which the customer was tried, in their order."""
    with unit_of_work() as connection:
        return [one.channel.value for one in contacts.of_cases(connection, [the_case().case_no])[the_case().case_no]]


def supervisor_approves(hours: float) -> Outcome:
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(amount_limit=Decimal(5000)), secret=SECRET)
        gate = approvals.current_gate(connection, the_case().case_no)
    assert gate is not None
    answer = an_answer(passcode=passcode_at(SECRET, at(hours)))
    return rule_on(gate.case_no, gate.plan_version, answer, via=Via.COMMAND, answered_at=at(hours)).outcome


class TestYoungPerson:
    """年轻人优先短信+取件码."""

    @pytest.fixture(autouse=True)
    def uncollected(self) -> None:
        belongs_to(Segment.YOUNG)
        register(a_registration(promised_at=at(500)))
        tell(
            an_event(Event.PICKED_UP, -200),
            a_told_event(Event.AT_PICKUP_POINT, -100, raw_text="已到驿站，取件码 8-2-3012"),
            a_told_event(Event.HELD, -1, reason="consignee.uncollected", raw_text="超时未取"),
        )
        the_engine_passes()

    def test_gets_a_text_message_with_the_pick_up_code_first(self, notices: Notices) -> None:
        assert the_case().type is ExceptionType.UNCOLLECTED
        [told] = [notice for notice in notices() if notice["audience"] == "customer"]
        assert told["channel"] == "sms"
        assert "取件码：8-2-3012" in told["body"]

    def test_is_called_an_hour_later_when_he_does_not_answer(self, notices: Notices, hours_pass: Pass) -> None:
        hours_pass(0.9)
        assert tried() == ["sms"]

        hours_pass(1)
        assert tried() == ["sms", "voice_call"]
        assert "请致电收件人" in notices()[-1]["title"]

    def test_is_left_alone_once_he_has_answered(self, hours_pass: Pass) -> None:
        somebody_tells(Contacted.REACHED, "sms")
        for hours in (1, 2, 3, 30):
            hours_pass(hours)

        assert tried() == ["sms", "sms"]


class TestOldPerson:
    """老年人直接打电话；打不通再补一条语音."""

    @pytest.fixture(autouse=True)
    def unreached(self) -> None:
        belongs_to(Segment.ELDERLY)
        nobody_is_reached()

    def test_is_called_at_once_by_the_outlet_and_gets_no_message(self, notices: Notices) -> None:
        assert tried() == ["voice_call"]
        assert {notice["audience"] for notice in notices()} == {"department"}
        [task] = [notice for notice in notices() if notice["channel"] == "voice_call"]
        assert task["to"] == "示例城东网点"
        assert "王* 199****1234" in task["body"]

    def test_gets_a_voice_message_when_two_calls_are_not_answered(self, notices: Notices, hours_pass: Pass) -> None:
        somebody_tells()
        hours_pass(0.25)
        assert tried() == ["voice_call", "voice_call"]

        somebody_tells()
        hours_pass(0.3)

        assert tried() == ["voice_call", "voice_call", "voice_message"]
        [told] = [notice for notice in notices() if notice["audience"] == "customer"]
        assert told["channel"] == "voice_message"
        assert "请您告知：方便接听和收件的时间" in told["body"]

    def test_gets_no_voice_message_who_picks_up(self, hours_pass: Pass) -> None:
        somebody_tells(Contacted.REACHED)
        for hours in (1, 2, 3):
            hours_pass(hours)

        assert tried() == ["voice_call"]


class TestDelayedParcel:
    def test_has_nobody_called(self, hours_pass: Pass, notices: Notices) -> None:
        belongs_to(Segment.ELDERLY)
        register(a_registration(promised_at=at(-30), declared_value="5000", perishable=True))
        tell(an_event(Event.PICKED_UP, -90), an_event(Event.IN_TRANSIT, -1))
        for hours in (0, 1, 2, 3):
            hours_pass(hours)

        assert the_case().type is ExceptionType.DELAYED
        assert not [notice for notice in notices() if notice["channel"] == "voice_call"]


class TestUnreachableConsignee:
    """浙江省快递业促进条例 art. 33."""

    @pytest.fixture(autouse=True)
    def unreached(self) -> None:
        nobody_is_reached()
        assert the_case().state is State.FED_BACK

    def not_answering(self, hours_pass: Pass, *, until: float) -> None:
        """Let the consignee answer nothing: a message at noon, calls at one and two, a voice message, one at eight."""
        for hours in (1, 2, 2.1, 8, 9, 20, 28, 31.9, 32):
            if hours > until:
                return
            hours_pass(hours)
            if hours in {1, 2}:
                somebody_tells()

    def test_is_written_to_again_after_eight_hours_and_not_before(self, hours_pass: Pass) -> None:
        self.not_answering(hours_pass, until=2.1)
        hours_pass(7.9)
        assert tried() == ["sms", "voice_call", "voice_call", "voice_message"]

        hours_pass(8)
        assert tried()[4:] == ["sms"]

    def test_leaves_the_parcel_to_the_senders_way_after_a_day_of_silence(self, hours_pass: Pass) -> None:
        self.not_answering(hours_pass, until=31.9)
        assert the_case().state is State.FED_BACK

        hours_pass(32)
        hours_pass(32.1)

        case = the_case()
        assert case.state is State.AWAITING_APPROVAL
        assert case.plan is not None
        assert case.plan.measures == (Measure.RETURN_TO_SENDER,)
        assert case.plan.basis[1:] == ("messages_apart[*]@2022-03-01", "silence[*]@2022-03-01")
        with unit_of_work() as connection:
            gate = approvals.current_gate(connection, case.case_no)
            history = case_history.history_of(connection, case.case_no)
            checked, wrong = case_history.broken_histories(connection, case.case_no)
            assert gate is not None
            form = description_of(connection, gate, case)
        assert gate.owed_for == "irreversible"
        assert "已完成，可按寄件人意思处理" in form
        [declared] = [entry for entry in history if entry["command"] == "declare_unreachable"]
        assert declared["details"]["unreachable"]["undeliverable"]
        assert (checked, wrong) == (1, [])

    def test_has_his_parcel_sent_back_only_by_a_supervisor_and_once(self, hours_pass: Pass, desk: StandInDesk) -> None:
        self.not_answering(hours_pass, until=32)
        hours_pass(32.1)
        assert "RETURN_TO_SENDER" not in {order.measure for order in desk.orders.values()}

        assert supervisor_approves(32.1) is Outcome.APPROVED
        for hours in (32.2, 33, 40, 60):
            hours_pass(hours)

        assert [order.measure for order in desk.orders.values()].count("RETURN_TO_SENDER") == 1
        with unit_of_work() as connection:
            history = case_history.history_of(connection, the_case().case_no)
        assert [entry["command"] for entry in history].count("declare_unreachable") == 1

    def test_keeps_his_parcel_when_he_answers_in_the_last_hour(self, hours_pass: Pass) -> None:
        self.not_answering(hours_pass, until=31.9)
        somebody_tells(Contacted.REACHED, "sms")

        hours_pass(32)
        hours_pass(33)

        assert the_case().state is State.FED_BACK

    def test_keeps_his_parcel_while_nobody_has_called_him(self, hours_pass: Pass) -> None:
        for hours in (1, 2, 3, 4, 5, 8, 9, 20, 32, 33):
            hours_pass(hours)

        assert the_case().state is State.FED_BACK


class TestReturnThatNobodyWaitedFor:
    def test_is_a_supervisors_to_decide_who_reads_what_is_missing(self, hours_pass: Pass) -> None:
        nobody_is_reached()
        with unit_of_work() as connection:
            case = the_case()
            assert case.plan is not None
            back = case.plan.model_copy(update={"version": 2, "measures": (Measure.RETURN_TO_SENDER,)})
            draft_plans(connection, [(case.case_no, back)])
            connection.exec_driver_sql("UPDATE cases SET state = 'PLANNED'")
        hours_pass(0.1)

        with unit_of_work() as connection:
            gate = approvals.current_gate(connection, the_case().case_no)
            assert gate is not None
            form = description_of(connection, gate, the_case())
        assert gate.owed_for == "irreversible"
        assert "尚缺 missing: 电话联系、第二次信息通知" in form
