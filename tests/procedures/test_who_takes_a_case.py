"""Who takes a case, in the words of the manuals: its outlet first, the supervisor of whom it is about, nobody tied."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from custody_logs import FAR_OUTLET, HUB, a_whole_way, scan
from factories import a_registration, a_supervisor, at
from networks import HEAD, OUTLET, PROVINCE, a_department
from networks import HUB as HANGZHOU
from standins import register, tell

from schemas.custody import CustodyEvent
from schemas.tracking import Event
from store import approvals, cases, network, outbox, staff
from store.case_history import history_of
from store.unit_of_work import unit_of_work
from tasks.exceptions.carrying import carry_to_orders
from tasks.exceptions.detection import find_exceptions
from tasks.supervision.escalation import escalate_overdue_cases
from tasks.supervision.passcodes import new_secret

Stand = Callable[[datetime], None]
DAMAGED_AT_HUB = [*a_whole_way()[:3], scan(Event.EXCEPTION, 9, HUB, reason="carrier.damaged")]
NOBODYS_FAULT = [scan(Event.PICKED_UP, 0), scan(Event.EXCEPTION, 9, reason="external.weather")]


@pytest.fixture(autouse=True)
def carrier(stand_at: Stand) -> None:
    """Put a carrier's network and staff on file: the outlet is 吴六's, the hub 何七's, the province 张三's."""
    stand_at(at(10))
    with unit_of_work() as connection:
        network.replace(connection, [HEAD, PROVINCE, OUTLET, HANGZHOU, a_department("o-2", FAR_OUTLET)], at=at(0))


def hired(staff_id: str, name: str, *ties: str) -> None:
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(staff_id=staff_id, name=name, ties=frozenset(ties)), secret=new_secret())


def investigated(*log: CustodyEvent, **booked: Any) -> dict[str, Any]:
    """Let a parcel come to grief, and give what the history says of its investigation."""
    register(a_registration(promised_at=at(500), **booked))
    tell(*log)
    case_no = find_exceptions.fn().opened[0]
    carry_to_orders.fn()
    with unit_of_work() as connection:
        [entry] = [one for one in history_of(connection, case_no) if one["command"] == "investigate"]
        return {**entry["details"], "case_no": case_no, "to": cases.one_case(connection, case_no).assigned_to}


class TestLocalOutlet:
    """直接由当地网点公司进行解答 (R70)."""

    def test_takes_what_is_nobodys_fault(self) -> None:
        found = investigated(*NOBODYS_FAULT)

        assert (found["to"], found["owner"]["zh"]) == ("示例城东网点", "由当地网点 示例城东网点 首先处理（R70）")


class TestOperatingDepartment:
    """涉及操作部门的，交由操作部门主管直接进行处理 (R54)."""

    def test_is_given_the_case_that_is_about_it(self) -> None:
        found = investigated(*DAMAGED_AT_HUB)

        assert (found["presumption"]["holder"]["place"], found["to"]) == (HUB, HUB)
        assert found["owner"]["zh"] == f"{HUB} 是案件所涉部门，由其主管直接处理（R54）"

    def test_hears_first_of_a_case_that_it_left_lying(self, stand_at: Stand) -> None:
        case_no = investigated(*DAMAGED_AT_HUB)["case_no"]
        with unit_of_work() as connection:
            approvals.close_gates(connection, [case_no])
        stand_at(at(60))

        escalate_overdue_cases.fn()

        with unit_of_work() as connection:
            sent = [row["payload"] for row in outbox.of_case(connection, case_no) if row["kind"] == "notice"]
        assert [told["to"] for told in sent if told["purpose"].startswith("escalation-1")] == [HUB]

    def test_without_a_supervisor_leaves_it_to_the_province(self) -> None:
        log = [*a_whole_way()[:7], scan(Event.EXCEPTION, 60, FAR_OUTLET, reason="carrier.damaged")]

        found = investigated(*log)

        assert found["to"] == "示例浙江省区"
        assert "未登记主管" in found["owner"]["zh"]

    def test_that_nobody_put_on_file_is_not_guessed(self) -> None:
        log = [
            scan(Event.ARRIVED_HUB, 4, "温州转运中心"),
            scan(Event.EXCEPTION, 9, "温州转运中心", reason="carrier.damaged"),
        ]

        assert investigated(*log)["to"] == "示例城东网点"


class TestFairness:
    """不徇私情、公平公正 (R86)."""

    def test_keeps_the_case_from_one_who_is_tied_to_whoever_is_paid(self) -> None:
        hired("ag-wu", "吴六", "王五")

        found = investigated(*NOBODYS_FAULT)

        assert found["to"] == "示例浙江省区"
        assert "越过 o-1：其主管与相关网点或收款人有关联" in found["owner"]["zh"]

    def test_keeps_it_from_the_consignee_himself(self) -> None:
        hired("ag-wu", "王五")

        assert "越过 o-1：其主管为收款人" in investigated(*NOBODYS_FAULT)["owner"]["zh"]

    def test_keeps_it_from_one_who_is_tied_to_the_department_that_it_is_about(self) -> None:
        hired("ag-he", "何七", HUB)

        assert investigated(*DAMAGED_AT_HUB)["to"] == "示例浙江省区"

    def test_names_the_consignee_nowhere_in_what_it_says(self) -> None:
        hired("ag-wu", "吴六", "王五")

        assert "王五" not in str(investigated(*NOBODYS_FAULT))


class TestMajorCase:
    """对业务事故调查结果进行确认，协助重大业务事故的调查处理 (R82)."""

    def told(self, case_no: str) -> list[tuple[str, str]]:
        with unit_of_work() as connection:
            sent = [row["payload"] for row in outbox.of_case(connection, case_no) if row["kind"] == "notice"]
        return [(told["to"], told["subject"]) for told in sent if told["purpose"] == "second"]

    def test_is_confirmed_by_a_second_person(self) -> None:
        found = investigated(*DAMAGED_AT_HUB, declared_value="90000", perishable=True, customer_tier="vip")

        assert found["severity"] == "CRITICAL"
        assert found["second"]["zh"] == "重大案件由第二人 示例浙江省区 复核（R82）"
        assert [to for to, _ in self.told(found["case_no"])] == ["示例浙江省区"]
        assert "重大案件，请复核" in self.told(found["case_no"])[0][1]

    def test_is_what_an_ordinary_case_is_not(self) -> None:
        found = investigated(*NOBODYS_FAULT)

        assert (found["second"], self.told(found["case_no"])) == (None, [])
