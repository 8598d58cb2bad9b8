"""Which playbook counts for a case, and what the playbooks that come with Redress ask for."""

from datetime import date
from decimal import Decimal

import pytest
from factories import a_case

from rules.exceptions.playbooks import PLAYBOOKS, estimated_cost, mode_of, parcel_facts, playbook_for
from rules.exceptions.triggers import CURED_BY
from rules.packs import NoSuchRule
from schemas.evidence import EvidenceKind
from schemas.exceptions import ExceptionType, Measure
from schemas.inquiries import Node
from schemas.playbooks import ClosedBy, Condition, Mode, ParcelFacts, Playbook
from schemas.promises import LaneClass

MODES = list(Mode)
DAY = date(2026, 11, 20)
UNASKED = {
    EvidenceKind.PHOTO_LABEL, EvidenceKind.STATEMENT, EvidenceKind.TRACKING_SNAPSHOT, EvidenceKind.OTHER,
    EvidenceKind.REPAIR_QUOTE, EvidenceKind.ASSIGNMENT_OF_CLAIM,  # of claims
    Node.WAREHOUSE, Node.OTHER,
}  # fmt: skip
"""What people give and whom they ask without a playbook's asking for it."""


def mandatory(type_: ExceptionType, *, mode: Mode = Mode.EXPRESS, **facts: bool) -> set[tuple[EvidenceKind, Node]]:
    return {(need.kind, need.of) for need in playbook_for(type_, mode=mode, facts=ParcelFacts(**facts)).mandatory}


def asked(type_: ExceptionType, *, mode: Mode = Mode.EXPRESS, **facts: bool) -> set[Node]:
    return {question.to for question in playbook_for(type_, mode=mode, facts=ParcelFacts(**facts)).questions}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("type_", list(ExceptionType))
class TestEveryPlaybook:
    def test_asks_for_what_happened_and_somebody_for_the_cause(self, type_, mode):
        book = playbook_for(type_, mode=mode)

        assert (book.type, book.mode) == (type_, mode)
        assert EvidenceKind.SCAN_HISTORY in {need.kind for need in book.mandatory}
        assert book.questions

    def test_is_in_both_languages(self, type_, mode):
        book = playbook_for(type_, mode=mode)

        for words in (book.title, *book.questions):
            assert not words.zh.isascii()
            assert words.en.isascii()

    def test_has_a_remedy_whose_cost_is_known(self, type_, mode):
        for remedy in playbook_for(type_, mode=mode).remedies:
            assert estimated_cost(remedy.measures, on=DAY, mode=mode) > 0

    def test_names_its_evidence_and_its_nodes_once_whatever_the_parcel(self, type_, mode):
        everything = ParcelFacts(**dict.fromkeys(Condition, True))
        book = playbook_for(type_, mode=mode, facts=everything)

        assert len({(need.kind, need.of) for need in book.evidence}) == len(book.evidence)
        assert len({question.to for question in book.questions}) == len(book.questions)

    def test_says_by_when_the_customer_hears_again(self, type_, mode):
        assert playbook_for(type_, mode=mode).update_hours <= 48


class TestDamage:
    def test_needs_photographs_and_the_packaging_at_acceptance(self):
        assert mandatory(ExceptionType.DAMAGED) >= {
            (EvidenceKind.PHOTO_WHOLE, Node.OUTLET),
            (EvidenceKind.PHOTO_DETAIL, Node.OUTLET),
            (EvidenceKind.PHOTO_CONTENTS, Node.OUTLET),
            (EvidenceKind.PACKAGING_AT_ACCEPTANCE, Node.ORIGIN_OUTLET),
        }

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("air_leg", [True, False])
    def test_needs_the_airlines_certificate_exactly_on_an_air_leg(self, mode, air_leg):
        certificate = (EvidenceKind.AIRLINE_CERTIFICATE, Node.AIRLINE)
        flown = air_leg or mode is Mode.AIR

        assert (certificate in mandatory(ExceptionType.DAMAGED, mode=mode, air_leg=air_leg)) == flown
        assert (Node.AIRLINE in asked(ExceptionType.DAMAGED, mode=mode, air_leg=air_leg)) == flown

    @pytest.mark.parametrize(
        "facts", [{"perishable": True}, {"valuable": True}, {"perishable": True, "valuable": True}]
    )
    def test_of_fresh_or_valuable_goods_needs_the_inspection_at_the_door(self, facts):
        inspection = (EvidenceKind.INSPECTION_AT_DOOR, Node.COURIER)

        assert inspection in mandatory(ExceptionType.DAMAGED, **facts)
        assert inspection not in mandatory(ExceptionType.DAMAGED)

    def test_of_freight_needs_besides_what_express_needs_the_handover_list(self):
        freight = mandatory(ExceptionType.DAMAGED, mode=Mode.LTL)

        assert freight - mandatory(ExceptionType.DAMAGED) == {(EvidenceKind.HANDOVER_LIST, Node.LINE_HAUL)}

    @pytest.mark.parametrize("subcontracted", [True, False])
    def test_asks_the_subcontractor_where_there_is_one(self, subcontracted):
        assert (Node.SUBCONTRACTOR in asked(ExceptionType.DAMAGED, subcontracted=subcontracted)) == subcontracted


class TestMode:
    def test_overrides_only_what_differs(self):
        express, abroad = (
            playbook_for(ExceptionType.DELAYED, mode=mode) for mode in (Mode.EXPRESS, Mode.INTERNATIONAL)
        )

        assert abroad.update_hours == 48
        assert {question.to for question in abroad.questions} - {question.to for question in express.questions} == {
            Node.CUSTOMS_BROKER
        }
        same = set(Playbook.model_fields) - {"mode", "update_hours", "questions"}
        assert abroad.model_dump(include=same) == express.model_dump(include=same)

    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_is_express_unless_another_is_named(self, type_):
        assert playbook_for(type_) == playbook_for(type_, mode=Mode.EXPRESS)

    @pytest.mark.parametrize(
        ("known", "mode"),
        [
            ({"product": "express"}, Mode.EXPRESS),
            ({"product": "ltl"}, Mode.LTL),
            ({"product": "ltl", "lane": LaneClass.INTERNATIONAL, "air_leg": True}, Mode.LTL),
            ({"product": "standard", "lane": LaneClass.INTERNATIONAL, "air_leg": True}, Mode.INTERNATIONAL),
            ({"product": "standard", "lane": LaneClass.REMOTE}, Mode.EXPRESS),
            ({"product": "standard", "air_leg": True}, Mode.AIR),
            ({"product": "cross_border"}, Mode.INTERNATIONAL),
        ],
    )
    def test_is_told_by_product_then_lane_then_way(self, known, mode):
        assert mode_of(**known) is mode


class TestParcelFacts:
    def test_say_of_the_case_what_the_conditions_need(self):
        case = a_case(perishable=True, insured_amount=Decimal(3000))

        assert parcel_facts(case) == ParcelFacts(perishable=True, insured=True, valuable=True)

    @pytest.mark.parametrize(("value", "valuable"), [(Decimal(3000), True), (Decimal("2999.99"), False), (None, False)])
    def test_call_valuable_what_the_rule_of_severity_does(self, value, valuable):
        assert parcel_facts(a_case(declared_value=value)).valuable is valuable

    def test_are_told_how_the_parcel_travelled(self):
        facts = parcel_facts(a_case(), air_leg=True, subcontracted=True)

        assert (facts.air_leg, facts.subcontracted) == (True, True)

    def test_have_a_field_for_every_condition(self):
        assert set(ParcelFacts.model_fields) == set(Condition)


class TestClosing:
    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_needs_the_customers_acceptance_where_he_lost_something_or_was_passed_over(self, type_):
        accepted = {
            ExceptionType.DAMAGED, ExceptionType.LOST, ExceptionType.SHORT, ExceptionType.FALSE_SIGN,
            ExceptionType.UNAUTHORISED_LOCKER,
        }  # fmt: skip
        closing = playbook_for(type_).closing

        assert (closing.by is ClosedBy.ACCEPTANCE) == (type_ in accepted)
        assert (closing.after_hours is None) == (type_ in accepted)


class TestCosts:
    def test_add_up(self):
        assert estimated_cost([Measure.SEARCH_PARCEL, Measure.COMPENSATE], on=DAY) == Decimal("30.00")

    def test_are_nothing_for_nothing(self):
        assert estimated_cost([], on=DAY) == 0

    @pytest.mark.parametrize("measure", Measure)
    @pytest.mark.parametrize("mode", MODES)
    def test_are_known_for_every_measure_by(self, mode, measure):
        assert estimated_cost([measure], on=DAY, mode=mode) >= 0

    def test_are_unknown_before_the_first_rules(self):
        with pytest.raises(NoSuchRule, match="cost:REROUTE"):
            estimated_cost([Measure.REROUTE], on=date(2012, 4, 30))


class TestVocabulary:
    def test_covers_every_measure_somewhere(self):
        used = {
            measure
            for book in PLAYBOOKS.books.values()
            for remedy in (*book.remedies, *([book.complete_delay] if book.complete_delay else []))
            for measure in remedy.measures
        }

        assert used == set(Measure)

    @pytest.mark.parametrize("kind", [kind for kind in EvidenceKind if kind not in UNASKED])
    def test_has_no_evidence_that_nobody_asks_for(self, kind):
        assert kind in {need.kind for book in PLAYBOOKS.books.values() for need in book.evidence}

    @pytest.mark.parametrize("node", [node for node in Node if node not in UNASKED])
    def test_has_no_node_that_nobody_turns_to(self, node):
        turned_to = {
            one
            for book in PLAYBOOKS.books.values()
            for one in (*(need.of for need in book.evidence), *(question.to for question in book.questions))
        }

        assert node in turned_to

    def test_has_a_playbook_for_exactly_the_types_that_can_be_cured_or_not(self):
        assert {type_ for type_, _ in PLAYBOOKS.books} == set(CURED_BY)
