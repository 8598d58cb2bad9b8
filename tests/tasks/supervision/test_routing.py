"""Routing with the network and the staff on file."""

import pytest
from factories import a_case, a_plan, a_supervisor, at
from networks import HEAD, OUTLET, PROVINCE

from schemas.exceptions import ExceptionCase, Severity
from store import network, staff
from store.unit_of_work import unit_of_work
from tasks.supervision.passcodes import new_secret
from tasks.supervision.routing import Routed, directory, route

CASE = a_case(severity=Severity.ORDINARY)


def routed(case: ExceptionCase = CASE, **named: str) -> Routed:
    with unit_of_work() as connection:
        return route(case, directory(connection), **named)


@pytest.fixture
def network_on_file(database: str) -> None:
    with unit_of_work() as connection:
        network.replace(connection, [HEAD, PROVINCE, OUTLET], at=at(0))
        staff.add(connection, a_supervisor(staff_id="ag-wu", ties=frozenset({"某某商行"})), secret=new_secret())


@pytest.mark.usefixtures("network_on_file")
class TestRoute:
    def test_gives_a_case_to_its_outlet_and_names_the_levels_above(self) -> None:
        found = routed()

        assert (found.owner.person, [item.code for item in found.chain]) == ("ag-wu", ["o-1", "p-1", "hq"])
        assert (found.major, found.second) == (None, None)

    def test_keeps_to_the_ties_on_file(self) -> None:
        assert routed(payee="某某商行").owner.person == "sup-zhang"

    def test_gives_a_case_about_a_department_to_its_supervisor(self) -> None:
        assert routed(subject="示例浙江省区").owner.person == "sup-zhang"

    @pytest.mark.parametrize(
        ("changes", "rule"),
        [({"severity": Severity.CRITICAL}, "severity"), ({"plan": a_plan(amount=5000)}, "amount")],
        ids=["critical", "a large amount"],
    )
    def test_asks_a_second_person_about_a_major_case(self, changes, rule) -> None:
        found = routed(CASE.model_copy(update=changes))

        assert found.major is not None
        assert found.major.startswith(f"major_from[{rule}]@")
        assert found.second is not None
        assert (found.owner.person, found.second.person) == ("ag-wu", "sup-zhang")


class TestRouteWithoutNetwork:
    def test_goes_by_the_outlets_name_as_before(self, database: str) -> None:
        found = routed(CASE.model_copy(update={"severity": Severity.CRITICAL}))

        assert (found.owner.address, found.second, found.chain) == ("outlet:示例城东网点", None, ())
