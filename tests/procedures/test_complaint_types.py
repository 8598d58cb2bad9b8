"""Chapter complaints by type (R4): 延误、丢失、破损、错发、服务态度、费用争议 and the others that the manuals name.

Each is told light and grave, shown and not, to a customer who is satisfied and to one who is not. A story says how the
manual tells the type: what the systems and the nodes say of it, and what is done about it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from complaints import (
    commands_of,
    complaint_of,
    customer_says,
    filed,
    nodes_answer,
    nothing_is_broken,
    notices_of,
    staff_called,
    supervisor_answers,
    the_desk_works,
    the_network_is_on_file,
)
from factories import a_registration, an_event, at
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from rules.complaints.wording import FOUND, MATTER
from schemas.approvals import Outcome
from schemas.complaints import Complaint, ComplaintType, Ending, State, Validity
from schemas.exceptions import Role
from schemas.inquiries import AnswerCode
from schemas.severity import Severity
from schemas.shipments import LoggedEvent
from schemas.tracking import Event
from tasks import clock
from tasks.complaints.by_hand import decide_finding
from tasks.exceptions.detection import find_exceptions

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
T, E, A, V = ComplaintType, Event, AnswerCode, Validity

PICKED_UP = an_event(E.PICKED_UP, -72)
AT_THE_OUTLET = an_event(E.ARRIVED_OUTLET, -30, location="示例城东网点")


@dataclass(frozen=True)
class Story:
    """What is told of one type."""

    log: tuple[LoggedEvent, ...] = (PICKED_UP, AT_THE_OUTLET)
    answer: AnswerCode = A.CANNOT_SAY  # of every node that is asked
    shown: bool = True  # by systems and nodes; else a person finds out
    ordered: tuple[str, ...] = ()  # from the carrier's desk, if it is valid
    demand: str = ""  # in CNY


def _scan(event: Event, reason: str = "", hours: float = -1) -> LoggedEvent:
    return an_event(event, hours, reason=reason, location="示例城东网点")


STORIES: dict[ComplaintType, Story] = {
    # 延误: the promised time has passed
    T.DELAY: Story(ordered=("RUSH_DELIVERY",)),
    # 丢失: the log says so, the parcel is searched for and compensated
    T.LOSS: Story(
        (PICKED_UP, _scan(E.EXCEPTION, "carrier.lost")), ordered=("SEARCH_PARCEL", "COMPENSATE"), demand="80"
    ),
    # 短少
    T.SHORT: Story(answer=A.CONTENTS_SHORT, ordered=("COMPENSATE",), demand="80"),
    # 破损: whoever had the parcel confirms it
    T.DAMAGE: Story(answer=A.DAMAGED_HERE, ordered=("COMPENSATE",), demand="80"),
    # 错发
    T.MISDELIVERY: Story((PICKED_UP, _scan(E.EXCEPTION, "carrier.misroute")), ordered=("RETRIEVE_PARCEL", "REDELIVER")),
    # 一键签收
    T.FALSE_SIGN: Story(
        (PICKED_UP, _scan(E.DELIVERED, hours=-3), _scan(E.REPORTED_NOT_RECEIVED)), ordered=("SEARCH_PARCEL",)
    ),
    # 服务态度: no system tells; a person finds out
    T.ATTITUDE: Story(shown=False),
    # 费用争议
    T.FEE: Story(shown=False, ordered=("REFUND_FEES",), demand="8"),
    T.OTHER: Story(shown=False),
}

every_type = pytest.mark.parametrize("type_", list(ComplaintType))
light_and_grave = pytest.mark.parametrize("grave", [False, True], ids=["light", "grave"])


@dataclass
class Service:
    """The service desk on the day of a story."""

    type: ComplaintType
    desk: StandInDesk
    number: str = ""

    @property
    def story(self) -> Story:
        return STORIES[self.type]

    def begin(self, *, grave: bool = False, log: tuple[LoggedEvent, ...] | None = None, **told: Any) -> None:
        """Let the log tell its part, and a customer complain; of something dear and perishable if it is grave."""
        dear = {"declared_value": "1000", "perishable": True} if grave else {"declared_value": "100"}
        register(a_registration(promised_at=at(-24), freight="12", **dear), at=at(-72))
        tell(*(self.story.log if log is None else log))
        find_exceptions.fn()
        demand = {"text": "请处理", **({"amount": self.story.demand} if self.story.demand else {})}
        self.number = filed(**{"type": self.type, "demand": demand, **told}).complaint_no

    def verified(self, answer: AnswerCode | None = None) -> Complaint:
        """Go on until everybody who was asked has answered."""
        the_desk_works()
        nodes_answer(self.number, answer or self.story.answer)
        the_desk_works()
        return complaint_of(self.number)

    def decided(self, validity: Validity = V.VALID) -> Complaint:
        """Have a supervisor say what was found where no record says so, and approve the plan where somebody must."""
        staff_called("sup-wang", Role.SUPERVISOR)
        finding = complaint_of(self.number).finding
        if finding is None or finding.validity is not validity:
            decide_finding(self.number, validity=validity, note="已向当事人核实", staff_id="sup-wang")
            the_desk_works()
        if complaint_of(self.number).state is State.AWAITING_APPROVAL:
            ruling = supervisor_answers(self.number, clock.now(), comment="已核实")
            assert ruling.outcome is Outcome.APPROVED, ruling.sentence
            the_desk_works()
        return complaint_of(self.number)

    def told_the_result(self, **told: Any) -> Complaint:
        self.begin(**told)
        self.verified()
        return self.decided()

    def ordered(self) -> list[str]:
        return [order.measure for order in self.desk.orders.values() if order.case_no == self.number]


@pytest.fixture
def service(type_: ComplaintType, desk: StandInDesk, notices: Notices, stand_at: Stand) -> Service:
    del notices, stand_at
    the_network_is_on_file()
    return Service(type_, desk)


def test_every_type_has_a_story() -> None:
    assert set(STORIES) == set(ComplaintType)


@every_type
@light_and_grave
class TestValidComplaint:
    def test_of_a_satisfied_customer_ends_with_his_word(self, service: Service, *, grave: bool) -> None:
        complaint = service.told_the_result(grave=grave)
        assert complaint.state is State.FED_BACK
        result = notices_of(service.number)[-1]["body"]
        assert MATTER[service.type][0] in result
        assert FOUND[V.VALID][0] in result

        complaint = customer_says(service.number, agrees=True)

        assert (complaint.state, complaint.ending) == (State.CONCLUDED, Ending.ACCEPTED)
        assert sorted(service.ordered()) == sorted(service.story.ordered)
        assert set(service.desk.sent.values()) <= {1}
        assert nothing_is_broken()

    def test_is_told_to_the_manager_at_once_where_it_is_grave(self, service: Service, *, grave: bool) -> None:
        """情况严重的及时汇报领导 (R11)."""
        service.begin(grave=grave)
        the_desk_works()

        assert (complaint_of(service.number).severity >= Severity.SEVERE) == grave
        about = [notice["purpose"] for notice in notices_of(service.number, "department")]
        assert ("severe" in about) == grave

    def test_waits_for_the_leader_where_it_is_grave_or_money_is_demanded(
        self, service: Service, *, grave: bool
    ) -> None:
        service.begin(grave=grave)
        service.verified()
        staff_called("sup-wang", Role.SUPERVISOR)
        decide_finding(service.number, validity=V.VALID, staff_id="sup-wang")
        the_desk_works()

        waits = complaint_of(service.number).state is State.AWAITING_APPROVAL
        assert waits == (grave or bool(service.story.demand))
        assert waits != bool(service.ordered() or complaint_of(service.number).state is State.FED_BACK)

    def test_of_a_dissatisfied_customer_is_verified_again_and_then_a_supervisor_takes_it_over(
        self, service: Service, *, grave: bool
    ) -> None:
        """若客户不满意，二次核查或上报上级主管 (R45)."""
        service.told_the_result(grave=grave)
        first = complaint_of(service.number).plan

        complaint = customer_says(service.number, agrees=False, demand="书面道歉")
        assert (complaint.state, complaint.wish, complaint.ending) == (State.HANDED_OFF, "书面道歉", "")
        service.verified()
        complaint = service.decided()
        assert complaint.state is State.FED_BACK
        assert complaint.plan is not None
        assert first is not None
        assert complaint.plan.version > first.version

        complaint = customer_says(service.number, agrees=False, demand="登报道歉")
        assert complaint.state is State.NEEDS_OPERATOR
        assert "客户不认可" in notices_of(service.number, "department")[-1]["subject"]
        assert nothing_is_broken()


@every_type
class TestComplaintThatNothingShows:
    def test_is_explained_and_nothing_is_paid(self, service: Service) -> None:
        """实事求是：以事实为依据 (R50)."""
        service.begin(log=(PICKED_UP,), demand={"text": "请处理", "amount": "50"})
        service.verified(A.CANNOT_SAY)
        complaint = service.decided(V.UNPROVEN)

        assert complaint.state is State.FED_BACK
        assert complaint.plan is not None
        assert not complaint.plan.pays
        result = notices_of(service.number)[-1]["body"]
        assert FOUND[V.UNPROVEN][0] in result
        assert not {"COMPENSATE", "REFUND_FEES"} & {*service.ordered()}

    def test_is_never_decided_by_a_rule(self, service: Service) -> None:
        """谨慎分析 (R55): it stays a proposal until a person has said so."""
        service.begin(log=(PICKED_UP,))
        complaint = service.verified(A.CANNOT_SAY)

        assert complaint.state is State.AWAITING_APPROVAL
        assert complaint.finding is not None
        assert not complaint.finding.is_decided


@every_type
class TestCustomersOwnCause:
    def test_is_told_without_blame_and_charged_to_nobody(self, service: Service) -> None:
        """服务失败的原因是由客户造成的 (R55)."""
        service.begin(log=(PICKED_UP,))
        service.verified(A.CANNOT_SAY)
        service.decided(V.CUSTOMER_CAUSED)

        result = notices_of(service.number)[-1]["body"]
        assert FOUND[V.CUSTOMER_CAUSED][0] in result
        assert "歉意" in result
        assert not [word for word in ("客户原因", "恶意", "责任") if word in result]


@every_type
class TestMaliciousComplaint:
    def test_is_called_so_by_a_person_decided_at_the_gate_and_never_told_to_the_customer(
        self, service: Service
    ) -> None:
        """恶意投诉…必须谨慎分析 (R55)."""
        service.begin(log=(PICKED_UP,), demand={"text": "请处理"})
        service.verified(A.CANNOT_SAY)
        staff_called("sup-wang", Role.SUPERVISOR)
        decide_finding(service.number, validity=V.MALICIOUS, note="多次编造", staff_id="sup-wang")
        the_desk_works()
        assert complaint_of(service.number).state is State.AWAITING_APPROVAL

        complaint = service.decided(V.MALICIOUS)

        assert complaint.state is State.FED_BACK
        assert not [notice for notice in notices_of(service.number) if "恶意" in str(notice)]
        assert commands_of(service.number)[-1] == "feed_back"

    def test_follows_from_no_number_of_complaints_alone(self, service: Service) -> None:
        for _ in range(7):
            filed(type=T.OTHER, waybill="")
        service.begin(log=(PICKED_UP,))

        complaint = service.verified(A.CANNOT_SAY)

        assert complaint.caller_level == 3
        assert complaint.finding is not None
        assert complaint.finding.validity is not V.MALICIOUS
