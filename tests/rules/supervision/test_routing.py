"""Who takes a case, who hears of it when it was left lying, and who must not."""

from decimal import Decimal

import pytest
from factories import NOON, a_supervisor
from networks import HEAD, HUB, OUTLET, PROVINCE, a_department

from rules.supervision.network import Network
from rules.supervision.routing import (
    CONFLICT,
    conflict,
    escalation_chain,
    interests_of,
    is_major,
    owner_of,
    second_person,
    subject_of,
)
from schemas.custody import Confidence, HolderKind, Holding, Presumption, ResponsibleParty
from schemas.network import Assignment, RoutedCase
from schemas.severity import Severity

NETWORK = Network([HEAD, PROVINCE, OUTLET, HUB])
PEOPLE = {who: a_supervisor(staff_id=who) for who in ("ag-wu", "ag-he", "sup-zhang", "mgr-li")}
LOCAL = RoutedCase(outlet="示例城东网点", place="杭州市")


def owner(case: RoutedCase = LOCAL, *, network: Network = NETWORK, **changes) -> Assignment:
    """Assign a case where some people are other than usual."""
    people = {who: member.model_copy(update=changes.get(who.replace("-", "_"), {})) for who, member in PEOPLE.items()}
    return owner_of(case, network, people=people)


def presumed(place: str, *, party: ResponsibleParty = ResponsibleParty.CARRIER) -> Presumption:
    """Presume whoever had the parcel at a place."""
    holder = Holding(kind=HolderKind.STATION, place=place, first_at=NOON, last_at=NOON, event_ids=())
    return Presumption(party=party, holder=holder, reasons=(), confidence=Confidence.WEAK)


def code(assignment: Assignment | None) -> str:
    return assignment.department.code if assignment and assignment.department else ""


class TestOwnerOf:
    def test_is_the_local_outlet_first(self):
        assigned = owner()

        assert (code(assigned), assigned.person, assigned.address) == ("o-1", "ag-wu", "chengdong@example.test")
        assert assigned.sentence.zh == "由当地网点 示例城东网点 首先处理（R70）"
        assert assigned.passed_over == ()

    def test_is_the_station_where_the_parcel_was_last_seen_where_its_outlet_is_not_on_file(self):
        assert code(owner(RoutedCase(outlet="无名网点", place="杭州转运中心"))) == "h-1"

    @pytest.mark.parametrize("case", [RoutedCase(place="温州市"), RoutedCase(outlet="宁波市范例街网点")])
    def test_is_the_province_where_no_outlet_is_on_file(self, case):
        assert code(owner(case)) == "p-1"
        assert "(R71)" in owner(case).sentence.en

    def test_is_headquarters_where_no_province_is_on_file_either(self):
        assert code(owner(RoutedCase(outlet="广州范例街网点"))) == "hq"

    def test_is_told_by_name_as_long_as_no_network_is_on_file(self):
        assigned = owner(network=Network())

        assert (assigned.department, assigned.person, assigned.address) == (None, "", "outlet:示例城东网点")
        assert owner(RoutedCase(), network=Network()).address == "headquarters"

    def test_is_a_department_without_a_manager_too(self):
        leaderless = a_department("o-2", "示例城西网点")
        assigned = owner(RoutedCase(outlet="示例城西网点"), network=Network([HEAD, PROVINCE, leaderless]))

        assert (code(assigned), assigned.person) == ("o-2", "")

    def test_is_a_manager_whom_nobody_enrolled_because_nothing_is_known_against_him(self):
        assert owner_of(LOCAL, NETWORK, people={}).person == "ag-wu"


class TestSubject:
    """The department whose conduct the case is about, or its people (R54)."""

    def test_is_handled_by_its_own_supervisor(self):
        assigned = owner(LOCAL.model_copy(update={"subject": "杭州转运中心"}))

        assert (code(assigned), assigned.person) == ("h-1", "ag-he")
        assert "(R54)" in assigned.sentence.en

    def test_is_handled_above_where_the_supervisor_himself_is_the_subject(self):
        case = LOCAL.model_copy(update={"subject": "h-1", "subject_people": frozenset({"ag-he"})})

        assert (code(owner(case)), [item.code for item in owner(case).passed_over]) == ("p-1", ["h-1"])

    def test_is_handled_above_where_it_has_no_supervisor(self):
        network = Network([HEAD, PROVINCE, OUTLET, a_department("o-2", "示例城西网点")])
        assigned = owner(LOCAL.model_copy(update={"subject": "示例城西网点"}), network=network)

        assert (code(assigned), assigned.passed_over[0].sentence.en) == ("p-1", "it has no manager on file")


class TestSubjectOf:
    """The department that is presumed to answer for what happened (R54)."""

    @pytest.mark.parametrize("place", ["杭州转运中心", " 杭州 转运中心 "])
    def test_is_the_operating_department_that_had_the_parcel(self, place):
        assert subject_of(presumed(place), NETWORK) == "杭州转运中心"

    @pytest.mark.parametrize(
        ("place", "party"),
        [
            ("示例浙江省区", ResponsibleParty.CARRIER),
            ("无名网点", ResponsibleParty.CARRIER),
            ("", ResponsibleParty.CARRIER),
            ("杭州转运中心", ResponsibleParty.PARTNER),
            ("杭州转运中心", ResponsibleParty.CUSTOMS),
        ],
        ids=["an office above", "not on file", "a place that no scan names", "a partner's", "customs"],
    )
    def test_is_nobody_where_what_is_presumed_is(self, place, party):
        assert subject_of(presumed(place, party=party), NETWORK) == ""

    def test_is_nobody_where_nobody_is_presumed(self):
        unknown = Presumption(party=ResponsibleParty.CARRIER, reasons=(), confidence=Confidence.NONE)

        assert subject_of(unknown, NETWORK) == ""


class TestConflictOfInterest:
    """Nobody takes a case in which he has an interest (R86)."""

    @pytest.mark.parametrize(
        ("case", "changes", "why"),
        [
            ({"investigator": "ag-wu"}, {}, "investigator"),
            ({"payee": "ag-wu"}, {}, "payee"),
            ({"payee": "吴六"}, {"ag_wu": {"name": "吴六"}}, "payee"),
            ({"subject_people": frozenset({"ag-wu"})}, {}, "subject"),
            ({}, {"ag_wu": {"ties": frozenset({"示例城东网点"})}}, "tied"),
            ({}, {"ag_wu": {"ties": frozenset({"城东"})}}, "tied"),
            ({"payee": "某某商行"}, {"ag_wu": {"ties": frozenset({"某某商行"})}}, "tied"),
            ({}, {"ag_wu": {"active": False}}, "inactive"),
        ],
        ids=[
            "investigator",
            "payee",
            "payee by name",
            "subject",
            "outlet tie",
            "tie by another name",
            "payee tie",
            "inactive",
        ],
    )
    def test_takes_the_case_a_level_up_and_says_why(self, case, changes, why):
        assigned = owner(LOCAL.model_copy(update=case), **changes)

        assert (code(assigned), assigned.person) == ("p-1", "sup-zhang")
        assert [(item.code, item.sentence.zh) for item in assigned.passed_over] == [("o-1", CONFLICT[why][0])]
        assert f"o-1 was passed over: {CONFLICT[why][1]}" in assigned.sentence.en

    def test_of_everybody_leaves_it_to_headquarters_to_appoint_somebody(self):
        everybody = frozenset(PEOPLE)
        assigned = owner(LOCAL.model_copy(update={"subject_people": everybody}))

        assert (code(assigned), assigned.address) == ("", "headquarters")
        assert [item.code for item in assigned.passed_over] == ["o-1", "p-1", "hq"]

    @pytest.mark.parametrize("investigator", list(PEOPLE))
    @pytest.mark.parametrize("payee", list(PEOPLE))
    @pytest.mark.parametrize("tied", list(PEOPLE))
    def test_never_gives_it_to_investigator_payee_or_tied(self, investigator, payee, tied):
        case = LOCAL.model_copy(update={"investigator": investigator, "payee": payee})
        assigned = owner(case, **{tied.replace("-", "_"): {"ties": frozenset({"o-1"})}})

        assert assigned.person not in {investigator, payee, tied}

    def test_is_none_for_a_stranger_to_the_case(self):
        interests = interests_of(LOCAL, NETWORK)

        assert conflict("sup-zhang", LOCAL, staff=PEOPLE["sup-zhang"], interests=interests) is None
        assert interests == {"示例城东网点", "城东", "o-1"}


class TestSecondPerson:
    """A major case is confirmed by somebody else (R82)."""

    def test_is_the_next_manager_above(self):
        assigned = second_person(LOCAL, NETWORK, first=owner(), people=PEOPLE)

        assert assigned is not None
        assert (code(assigned), assigned.person) == ("p-1", "sup-zhang")
        assert assigned.sentence.en.endswith("(R82)")
        assert assigned.passed_over == ()

    def test_is_above_a_department_that_has_nobody(self):
        network = Network([HEAD, PROVINCE, a_department("o-1", "示例城东网点")])
        first = owner_of(LOCAL, network, people=PEOPLE)

        assert code(second_person(LOCAL, network, first=first, people=PEOPLE)) == "p-1"

    def test_is_never_the_investigator(self):
        case = LOCAL.model_copy(update={"investigator": "sup-zhang"})

        assert code(second_person(case, NETWORK, first=owner(case), people=PEOPLE)) == "hq"

    def test_is_nobody_where_headquarters_took_it_themselves(self):
        case = RoutedCase(outlet="广州范例街网点")
        assigned = second_person(case, NETWORK, first=owner(case), people=PEOPLE)

        assert assigned is not None
        assert (code(assigned), assigned.person) == ("", "")

    def test_is_not_asked_for_without_a_network(self):
        assert second_person(LOCAL, Network(), first=owner(network=Network()), people=PEOPLE) is None


class TestIsMajor:
    @pytest.mark.parametrize(
        ("severity", "amount", "rule"),
        [
            (Severity.SEVERE, "4999.99", None),
            (Severity.CRITICAL, "0", "major_from[severity]"),
            (Severity.MINOR, "5000", "major_from[amount]"),
        ],
    )
    def test_follows_severity_and_amount(self, severity, amount, rule):
        found = is_major(severity=severity, amount=Decimal(amount), on=NOON.date())

        assert (found.partition("@")[0] if found else None) == rule


class TestEscalationChain:
    """Outlet, province, headquarters (R71)."""

    def test_leads_from_the_outlet_to_headquarters(self):
        assert [item.code for item in escalation_chain(LOCAL, NETWORK)] == ["o-1", "p-1", "hq"]

    def test_begins_with_the_province_where_the_outlet_is_not_on_file(self):
        assert [item.code for item in escalation_chain(RoutedCase(place="杭州市"), NETWORK)] == ["p-1", "p-1", "hq"]

    def test_goes_to_headquarters_where_there_is_no_province(self):
        abroad = a_department("x-1", "Example Hub", parent="hq")

        chain = escalation_chain(RoutedCase(outlet="Example Hub"), Network([HEAD, abroad]))
        assert [item.code for item in chain] == ["x-1", "hq", "hq"]

    @pytest.mark.parametrize(
        "network",
        [Network(), Network([HEAD.model_copy(update={"active": False}), PROVINCE, OUTLET])],
        ids=["empty", "headless"],
    )
    def test_is_none_without_a_network_or_a_head(self, network):
        assert escalation_chain(LOCAL, network) == ()
