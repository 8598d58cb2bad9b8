"""Chapter exceptions by type (R2 to R6): each from detection to closing, and what must not happen on the way.

A story says how the manual tells the type: what the log says or leaves unsaid, what is done about it, who must agree,
what ends it early, and what does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from factories import NOON, a_registration, a_supervisor, an_answer, an_event, at
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from rules.exceptions.triggers import CURED_BY
from rules.exceptions.wording import SITUATION
from schemas.approvals import Outcome, Via
from schemas.exceptions import ClosingReason, ExceptionCase, ExceptionType, Role, State
from schemas.shipments import LoggedEvent
from schemas.tracking import Event, Reason
from store import approvals, cases, staff
from store.case_history import broken_histories, history_of
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.dispatch.sending import send_due
from tasks.exceptions.carrying import carry_to_feedback, carry_to_orders
from tasks.exceptions.closing import close_exceptions, take_customers_word
from tasks.exceptions.detection import find_exceptions
from tasks.supervision.gate import rule_on
from tasks.supervision.passcodes import new_secret, passcode_at

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
T, E, R = ExceptionType, Event, Reason
SECRET = new_secret()
PICKED_UP = an_event(E.PICKED_UP, -30)
SILENCE = timedelta(hours=73)
"""Longer than a customer may think about a result."""

pytestmark = pytest.mark.usefixtures("stand_at")


@dataclass(frozen=True)
class Story:
    """What is told of one type."""

    told: tuple[LoggedEvent, ...]  # by the log, as of the moment when the engine looks
    measures: tuple[str, ...]  # what is ordered, in the playbook's order
    decided: bool = False  # a supervisor must agree
    accepted: bool = False  # only the customer's word closes it
    hours: float = 0  # after noon: when the engine looks
    promised: float = 240  # hours after noon


def _scan(event: Event, reason: Reason | None = None, hours: float = -1) -> LoggedEvent:
    return an_event(event, hours, reason=reason.value if reason else "")


def _told(event: Event, reason: Reason | None = None) -> tuple[LoggedEvent, ...]:
    return (PICKED_UP, _scan(event, reason))


STORIES: dict[ExceptionType, Story] = {
    # 破损件: photographed and compensated, by a supervisor's word and to the customer's satisfaction
    T.DAMAGED: Story(
        _told(E.EXCEPTION, R.CARRIER_DAMAGED), ("INSPECT_AND_PHOTOGRAPH", "COMPENSATE"), decided=True, accepted=True
    ),
    # 丢失件: searched for and compensated
    T.LOST: Story(_told(E.EXCEPTION, R.CARRIER_LOST), ("SEARCH_PARCEL", "COMPENSATE"), decided=True, accepted=True),
    # 短少件
    T.SHORT: Story(_told(E.EXCEPTION, R.CARRIER_SHORT), ("SEARCH_PARCEL", "COMPENSATE"), decided=True, accepted=True),
    # 延误件: no event says so; the promised time has passed (R1b)
    T.DELAYED: Story((PICKED_UP, _scan(E.ARRIVED_HUB)), ("RUSH_DELIVERY",), hours=23, promised=10),
    # 无物流信息: no event says so; nobody has scanned it
    T.NO_SCAN: Story((PICKED_UP,), ("TRACE_INQUIRY",), hours=47),
    # 错发件
    T.MISROUTED: Story(_told(E.EXCEPTION, R.CARRIER_MISROUTE), ("REROUTE", "RUSH_DELIVERY")),
    # 退回件
    T.RETURNED: Story(_told(E.RETURNING), ("CONTACT_CONSIGNEE",)),
    # 转寄件
    T.FORWARDED: Story(_told(E.FORWARDED), ("TRACE_INQUIRY",)),
    # 地址写错
    T.ADDRESS_ERROR: Story(_told(E.DELIVERY_FAILED, R.SENDER_WRONG_ADDRESS), ("CONTACT_CONSIGNEE", "CORRECT_ADDRESS")),
    # 联系客户没人接
    T.UNREACHABLE: Story(_told(E.DELIVERY_FAILED, R.CONSIGNEE_UNREACHABLE), ("CONTACT_CONSIGNEE", "REDELIVER")),
    # 拒收
    T.REFUSED: Story(_told(E.DELIVERY_FAILED, R.CONSIGNEE_REFUSED), ("CONTACT_CONSIGNEE", "RETURN_TO_SENDER")),
    # 超时未取
    T.UNCOLLECTED: Story(_told(E.HELD, R.CONSIGNEE_UNCOLLECTED), ("CONTACT_CONSIGNEE",)),
    # 放网点等了三天
    T.HELD_AT_OUTLET: Story(_told(E.HELD, R.CARRIER_DWELL), ("RELEASE_FROM_OUTLET",)),
    # 超派送范围
    T.OUT_OF_AREA: Story(_told(E.EXCEPTION, R.CARRIER_OUT_OF_AREA), ("REROUTE",)),
    # 海关环节问题
    T.CUSTOMS_HELD: Story(_told(E.CUSTOMS_HELD), ("CLEAR_CUSTOMS",)),
    # 下雨天积压
    T.WEATHER_BACKLOG: Story(_told(E.HELD, R.EXTERNAL_WEATHER), ("RUSH_DELIVERY",)),
    # 一键签收
    T.FALSE_SIGN: Story(
        (PICKED_UP, _scan(E.DELIVERED, hours=-3), _scan(E.REPORTED_NOT_RECEIVED)),
        ("APOLOGISE", "CONTACT_CONSIGNEE", "SEARCH_PARCEL"),
        accepted=True,
    ),
    # 放快递柜
    T.UNAUTHORISED_LOCKER: Story(
        (PICKED_UP, _scan(E.AT_PICKUP_POINT, hours=-3), _scan(E.REPORTED_NOT_RECEIVED, R.CARRIER_UNAUTH_LOCKER)),
        ("APOLOGISE", "CONTACT_CONSIGNEE"),
        accepted=True,
    ),
    # 信息查询未能及时或真实报告
    T.TRACKING_UNTRUE: Story(_told(E.EXCEPTION, R.CARRIER_UNTRUE_SCAN), ("TRACE_INQUIRY", "APOLOGISE")),
    # 疑难件: nobody knows what it is yet
    T.DELIVERY_TROUBLE: Story(_told(E.EXCEPTION), ("TRACE_INQUIRY", "CONTACT_CONSIGNEE")),
}

every_type = pytest.mark.parametrize("type_", list(ExceptionType))


@dataclass
class Service:
    """The service desk on the day of a story."""

    type: ExceptionType
    desk: StandInDesk
    notices: Notices
    stand_at: Stand

    @property
    def story(self) -> Story:
        return STORIES[self.type]

    def begin(self) -> ExceptionCase:
        """Let the log tell its part, and the engine look."""
        register(a_registration(declared_value="60", promised_at=at(self.story.promised)), at=at(-31))
        tell(*self.story.told, at=at(self.story.hours))
        self.stand_at(at(self.story.hours))
        self.the_engine_passes()
        return self.case()

    def the_engine_passes(self) -> None:
        """Take every step of the automatic path, as `handle_exceptions` does."""
        find_exceptions.fn()
        carry_to_orders.fn()
        send_due(kinds=[Kind.NOTICE, Kind.WORK_ORDER])
        carry_to_feedback.fn()
        send_due(kinds=[Kind.NOTICE])
        close_exceptions.fn()

    def case(self) -> ExceptionCase:
        with unit_of_work() as connection:
            [case] = [case for case in cases.select_cases(connection) if case.type is self.type]
        return case

    def supervisor_agrees(self) -> None:
        with unit_of_work() as connection:
            staff.add(connection, a_supervisor(amount_limit=Decimal(5000)), secret=SECRET)
            gate = approvals.current_gate(connection, self.case().case_no)
        assert gate
        answer = an_answer(passcode=passcode_at(SECRET, clock.now()))
        ruling = rule_on(gate.case_no, gate.plan_version, answer, via=Via.COMMAND, answered_at=clock.now())
        assert ruling.outcome is Outcome.APPROVED

    def customer_agrees(self) -> None:
        take_customers_word(self.case().case_no, agrees=True, demand="", who="ag-sun", role=Role.AGENT, channel="phone")

    def to_the_result(self) -> ExceptionCase:
        """Go on until the customer was told the result."""
        self.begin()
        if self.story.decided:
            self.supervisor_agrees()
            self.the_engine_passes()
        return self.case()

    def ordered(self) -> list[str]:
        return [order.measure for order in self.desk.orders.values() if order.case_no == self.case().case_no]


@pytest.fixture
def service(type_: ExceptionType, desk: StandInDesk, notices: Notices, stand_at: Stand) -> Service:
    return Service(type_, desk, notices, stand_at)


def test_every_type_has_a_story() -> None:
    assert set(STORIES) == set(ExceptionType)


@every_type
class TestStory:
    def test_is_noticed_without_anybody_complaining(self, service: Service) -> None:
        case = service.begin()

        assert case.case_no
        assert (case.waybill, case.customer_told_at is None or case.customer_told_at >= NOON) == ("773000000001", True)

    def test_has_its_measures_carried_out_once(self, service: Service) -> None:
        service.to_the_result()
        for _ in range(2):
            service.the_engine_passes()

        assert sorted(service.ordered()) == sorted(service.story.measures)
        assert set(service.desk.sent.values()) == {1}

    def test_tells_the_customer_what_happened_and_what_is_done(self, service: Service) -> None:
        case = service.to_the_result()

        assert case.state is State.FED_BACK
        told = [notice["body"] for notice in service.notices() if notice["audience"] == "customer"]
        assert any(SITUATION[service.type][0] in body for body in told)
        assert len(told) == len(set(told))  # nothing is told twice

    def test_ends_with_the_customers_word(self, service: Service) -> None:
        service.to_the_result()
        service.customer_agrees()

        assert (service.case().state, service.case().closing_reason) == (State.CLOSED, ClosingReason.ACCEPTED)

    def test_ends_with_his_silence_only_where_that_is_enough(self, service: Service) -> None:
        service.to_the_result()
        service.stand_at(clock.now() + SILENCE)
        close_exceptions.fn()

        asks_a_person = (State.NEEDS_OPERATOR, "")
        closed = (State.CLOSED, ClosingReason.UNOBJECTED)
        assert (service.case().state, service.case().closing_reason) == (
            asks_a_person if service.story.accepted else closed
        )

    def test_leaves_a_whole_history(self, service: Service) -> None:
        case = service.to_the_result()
        service.customer_agrees()

        with unit_of_work() as connection:
            commands = [entry["command"] for entry in history_of(connection, case.case_no)]
            assert broken_histories(connection, case.case_no) == (1, [])
        decided = ["request_approval", "approve"] if service.story.decided else ["adopt"]
        expected = ["detect", "record", "investigate", "plan", *decided, "carry_out", "confirm_carried_out"]
        assert [command for command in commands if command not in {"report_severe", "tell_customer"}] == [
            *expected, "feed_back", "accept",
        ]  # fmt: skip


@every_type
class TestWhatMustNotHappen:
    def test_nothing_is_ordered_or_promised_before_the_supervisor_has_agreed(self, service: Service) -> None:
        case = service.begin()

        assert (case.state is State.AWAITING_APPROVAL) == service.story.decided
        if service.story.decided:
            assert service.ordered() == []
            assert not any("赔付" in notice["body"] for notice in service.notices() if notice["audience"] == "customer")

    def test_no_department_learns_who_the_customer_is(self, service: Service) -> None:
        service.to_the_result()

        told = [str(notice) for notice in service.notices() if notice["audience"] == "department"]
        assert told
        assert not any(secret in text for text in told for secret in ("王五", "19900001234", "示例路"))

    def test_an_arrival_ends_no_trouble_that_it_does_not_cure(self, service: Service) -> None:
        service.begin()
        tell(an_event(E.DELIVERED, service.story.hours + 1), at=at(service.story.hours + 1))
        service.stand_at(at(service.story.hours + 2))
        find_exceptions.fn()

        before_the_result = service.story.decided  # what was told already is the customer's to accept
        cured = before_the_result and E.DELIVERED in CURED_BY[service.type]
        assert (service.case().closing_reason == ClosingReason.CURED) == cured

    def test_the_same_trouble_told_again_is_no_second_case(self, service: Service) -> None:
        case = service.begin()
        tell(*service.story.told, at=at(service.story.hours + 1))
        service.stand_at(at(service.story.hours + 1))
        service.the_engine_passes()

        assert service.case().case_no == case.case_no
