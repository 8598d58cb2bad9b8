"""What a network must be like, and how a department is found in it."""

import pytest
from networks import HEAD, HUB, OUTLET, PROVINCE, a_department

from rules.supervision.network import Network, NetworkInvalid
from schemas.network import DepartmentKind

NETWORK = Network([HEAD, PROVINCE, OUTLET, HUB])
CLOSED = a_department("o-2", "旧网点", active=False)


class TestNetwork:
    @pytest.mark.parametrize(
        ("departments", "fault"),
        [
            pytest.param([HEAD, PROVINCE, OUTLET, OUTLET], "o-1: the code is given twice", id="a code twice"),
            pytest.param(
                [HEAD, PROVINCE, OUTLET, a_department("o-2", "城 东")],
                "o-2: the name 城 东 is given to two departments",
                id="a name twice, however it is spaced",
            ),
            pytest.param([HEAD, OUTLET], "o-1: its parent p-1 is unknown", id="an unknown parent"),
            pytest.param([HEAD, a_department(parent="")], "o-1: it has no parent", id="no parent"),
            pytest.param(
                [HEAD, a_department("a", parent="b"), a_department("b", parent="c"), a_department("c", parent="b")],
                "a: the chain above it ends in itself: a > b > c > b",
                id="a cycle above",
            ),
            pytest.param([HEAD, a_department("a", parent="a")], "a: the chain above it ends in itself", id="itself"),
            pytest.param(
                [HEAD.model_copy(update={"parent": "p-1"})],
                "hq: headquarters have no parent, not p-1",
                id="a head below",
            ),
        ],
    )
    def test_refuses(self, departments, fault):
        with pytest.raises(NetworkInvalid, match=fault):
            Network(departments)

    def test_may_be_empty(self):
        assert Network().headquarters is None

    @pytest.mark.parametrize("named", ["o-1", "示例城东网点", "城东", " 示例 城东网点 "])
    def test_finds_a_department_by(self, named):
        assert NETWORK.find(named) == OUTLET

    @pytest.mark.parametrize("named", ["", "城西", "旧网点", "o-2"])
    def test_does_not_find_what_is_not_there_or_closed(self, named):
        assert Network([HEAD, PROVINCE, CLOSED]).find(named) is None

    @pytest.mark.parametrize("place", ["杭州市", "浙江省温州市示例路", "浙江"])
    def test_knows_the_province_of(self, place):
        assert NETWORK.province_of(place) == PROVINCE

    @pytest.mark.parametrize("place", ["", "广州市", "Chicago, IL", "示例城东网点"])
    def test_knows_no_province_of(self, place):
        assert NETWORK.province_of(place) is None

    def test_takes_no_outlet_for_a_province_because_of_its_name(self):
        named = a_department("o-3", "广东", kind=DepartmentKind.OUTLET)

        assert Network([HEAD, PROVINCE, named]).province_of("广州市") is None

    def test_leads_upwards_past_what_is_closed(self):
        below = a_department("o-3", "三号网点", parent="o-2")
        network = Network([HEAD, PROVINCE, CLOSED, below])

        assert [item.code for item in network.upwards(below)] == ["o-3", "p-1", "hq"]


class TestDepartment:
    def test_is_written_to_at_its_contact_or_by_its_name(self):
        assert (OUTLET.address, HUB.address) == ("chengdong@example.test", "杭州转运中心")
