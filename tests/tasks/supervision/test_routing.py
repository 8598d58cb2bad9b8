"""Routing with the network and the staff on file."""

import pytest
from factories import a_case, a_plan, a_supervisor, at
from networks import HEAD, HUB, OUTLET, PROVINCE

from schemas.custody import Confidence, HolderKind, Holding, Presumption, ResponsibleParty
from schemas.exceptions import ExceptionCase
from schemas.severity import Severity
from store import network, staff
from store.unit_of_work import unit_of_work
from tasks.supervision.passcodes import new_secret
from tasks.supervision.routing import Routed, directory, route

CASE = a_case(severity=Severity.ORDINARY)


NOBODY = Presumption(party=ResponsibleParty.UNKNOWN, reasons=(), confidence=Confidence.NONE)


def presumed_of(place: str) -> Presumption:
    """Presume whoever works at a station of the carrier."""
    holder = Holding(kind=HolderKind.STATION, place=place, first_at=at(-1), last_at=at(0), event_ids=())
    return NOBODY.model_copy(update={"party": ResponsibleParty.CARRIER, "holder": holder})


def routed(case: ExceptionCase = CASE, *, presumed: Presumption = NOBODY) -> Routed:
    with unit_of_work() as connection:
        return route(case, directory(connection), presumed=presumed)


@pytest.fixture
def network_on_file(database: str) -> None:
    with unit_of_work() as connection:
        network.replace(connection, [HEAD, PROVINCE, OUTLET, HUB], at=at(0))
        staff.add(connection, a_supervisor(staff_id="ag-wu", ties=frozenset({"某某商行"})), secret=new_secret())


@pytest.mark.usefixtures("network_on_file")
class TestRoute:
    def test_gives_a_case_to_its_outlet(self) -> None:
        found = routed()

        assert (found.owner.person, found.major, found.second) == ("ag-wu", None, None)

    def test_keeps_a_consignee_from_those_who_are_tied_to_him(self) -> None:
        assert routed(CASE.model_copy(update={"consignee_name": "某某商行"})).owner.person == "sup-zhang"

    def test_gives_a_case_about_an_operating_department_to_its_supervisor(self) -> None:
        assert routed(presumed=presumed_of("杭州转运中心")).owner.person == "ag-he"

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

        assert (found.owner.address, found.second) == ("outlet:示例城东网点", None)
        assert found.major is not None
