"""Who is asked what about a case that was just investigated: departments that are known, once each (R22, R39)."""

from typing import Any

import pytest
from factories import NOON, a_case, at
from networks import HEAD, HUB, OUTLET, PROVINCE, a_department

from rules.exceptions.playbooks import playbook_for
from rules.inquiries.questions import questions_of
from rules.supervision.network import Network
from schemas.custody import Custody, HolderKind, Holding
from schemas.evidence import EvidenceKind
from schemas.exceptions import ExceptionType
from schemas.inquiries import Node, Question
from schemas.network import Department, DepartmentKind
from schemas.playbooks import ParcelFacts

ORIGIN = a_department("o-9", "示例城西网点")
DRIVER = a_department("l-1", "示例干线", kind=DepartmentKind.LINE_HAUL)
PARTNER = a_department("s-1", "示例外包", kind=DepartmentKind.SUBCONTRACTOR, contact="partner@example.test")


def held_by(*places: str) -> Custody:
    holdings = [
        Holding(kind=HolderKind.STATION, place=place, named=True, first_at=at(hour), last_at=at(hour), event_ids=())
        for hour, place in enumerate(places, start=-9)
    ]
    return Custody(as_of=NOON, holdings=tuple(holdings))


def asked(*departments: Department, custody: Custody | None = None, **changes: Any) -> list[Question]:
    case = a_case(**{"outlet": OUTLET.name, **changes})
    book = playbook_for(case.type, facts=ParcelFacts(subcontracted=True))
    network = Network([HEAD, PROVINCE, *departments])
    return list(questions_of(case, book, custody=custody or Custody(as_of=NOON), network=network, now=NOON))


class TestQuestionsOf:
    def test_ask_the_outlet_by_its_name_where_no_department_is_on_file(self) -> None:
        [question] = asked()

        assert (question.node, question.department, question.contact) == (Node.OUTLET, OUTLET.name, "")

    def test_ask_the_outlet_on_file_at_its_address(self) -> None:
        [question] = asked(OUTLET, outlet="城东")

        assert (question.department, question.contact) == (OUTLET.name, OUTLET.contact)

    def test_ask_in_both_languages_for_the_outlet_s_evidence_by_when_the_playbook_says(self) -> None:
        [question] = asked()

        assert "到件时外包装是否完好" in question.question
        assert "Was it sound on arrival?" in question.question
        assert EvidenceKind.PHOTO_DETAIL in question.wanted
        assert question.due_at == at(2)

    def test_ask_nobody_where_nobody_is_known(self) -> None:
        assert asked(outlet="") == []

    @pytest.mark.parametrize("outlet", ["  ", "网" * 200], ids=["blank", "endless"])
    def test_can_be_put_whatever_a_carrier_calls_an_outlet(self, outlet: str) -> None:
        assert [len(question.department) for question in asked(outlet=outlet)] == [80] * bool(outlet.strip())

    def test_ask_the_stations_that_had_the_parcel_and_are_on_file(self) -> None:
        custody = held_by(ORIGIN.name, "别处", HUB.name, PARTNER.name, OUTLET.name)

        found = {
            question.node: question.department for question in asked(ORIGIN, HUB, PARTNER, OUTLET, custody=custody)
        }

        assert found == {
            Node.ORIGIN_OUTLET: ORIGIN.name,
            Node.SORTING_CENTRE: HUB.name,
            Node.SUBCONTRACTOR: PARTNER.name,
            Node.OUTLET: OUTLET.name,
        }

    def test_ask_the_sorting_centre_that_had_it_last(self) -> None:
        former = a_department("h-0", "示例旧转运中心", kind=DepartmentKind.SORTING_CENTRE)
        custody = held_by(former.name, HUB.name)

        assert HUB.name in {question.department for question in asked(former, HUB, custody=custody)}
        assert former.name not in {question.department for question in asked(former, HUB, custody=custody)}

    def test_ask_a_department_once_though_it_stands_for_two_nodes(self) -> None:
        questions = asked(OUTLET, custody=held_by(OUTLET.name))

        assert [question.department for question in questions] == [OUTLET.name]

    @pytest.mark.parametrize(
        ("drivers", "found"),
        [
            pytest.param((DRIVER,), True, id="one on file"),
            pytest.param((DRIVER, a_department("l-2", "示例二线", kind=DepartmentKind.LINE_HAUL)), False, id="two"),
            pytest.param((DRIVER.model_copy(update={"active": False}),), False, id="retired"),
        ],
    )
    def test_ask_line_haul_where_it_is_clear_who_drives(self, drivers: tuple[Department, ...], found: bool) -> None:
        assert (Node.LINE_HAUL in {question.node for question in asked(*drivers)}) is found

    def test_ask_anew_in_the_next_round(self) -> None:
        assert [question.round for question in asked(rounds=1)] == [2]

    def test_leave_whoever_has_no_department_to_a_person(self) -> None:
        nodes = {question.node for type_ in ExceptionType for question in asked(OUTLET, type=type_)}

        assert nodes <= {Node.OUTLET, Node.ORIGIN_OUTLET}
