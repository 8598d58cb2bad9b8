"""Who hears of a case that was left lying."""

import pytest
from networks import HEAD, OUTLET, PROVINCE

from rules.supervision.escalation import address, addressee, next_level


class TestNextLevel:
    @pytest.mark.parametrize(("level", "following"), [(0, 1), (1, 2), (2, 3)])
    def test_goes_one_level_up(self, level, following):
        assert next_level(level) == following

    def test_stays_at_headquarters(self):
        assert next_level(3) == 3


class TestAddressee:
    @pytest.mark.parametrize(("level", "department"), [(1, "outlet"), (2, "province"), (3, "headquarters")])
    def test_is_the_department_of_the_level(self, level, department):
        assert addressee(level) == department

    def test_is_told_to_everybody_who_was_escalated_to(self):
        told, level = [], 0
        for _ in range(4):
            level = next_level(level)
            told.append(addressee(level))

        assert told == ["outlet", "province", "headquarters", "headquarters"]


class TestAddress:
    @pytest.mark.parametrize(("level", "expected"), [(1, "outlet:示例城东网点"), (2, "province"), (3, "headquarters")])
    def test_is_the_levels_name_as_long_as_no_network_is_on_file(self, level, expected):
        assert address(level, outlet="示例城东网点") == expected

    def test_names_no_outlet_that_is_not_known(self):
        assert address(1) == "outlet"

    @pytest.mark.parametrize(
        ("level", "expected"), [(1, "chengdong@example.test"), (2, "示例浙江省区"), (3, "示例总部")]
    )
    def test_is_that_of_the_department_in_the_network(self, level, expected):
        assert address(level, outlet="示例城东网点", chain=(OUTLET, PROVINCE, HEAD)) == expected
