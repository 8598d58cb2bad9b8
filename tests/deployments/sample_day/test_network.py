"""The sample day's departments can be handed in, and take the day's cases."""

import pytest

from deployments.sample_day.network import network_csv
from deployments.sample_day.places import CITIES
from rules.supervision.network import Network
from rules.supervision.network_file import read_departments
from rules.supervision.routing import escalation_chain
from schemas.network import DepartmentKind, RoutedCase

NETWORK = Network(read_departments(network_csv()))


class TestSampleNetwork:
    def test_has_a_department_of_nearly_every_kind_and_is_small(self):
        assert {item.kind for item in NETWORK.departments} == set(DepartmentKind) - {DepartmentKind.SORTING_CENTRE}
        assert len(NETWORK.departments) < 120

    @pytest.mark.parametrize("city", CITIES, ids=lambda city: city.name)
    def test_escalates_every_outlet_of_the_day_to_its_province_and_headquarters(self, city):
        chain = escalation_chain(RoutedCase(outlet=f"{city.short_name}示例路网点"), NETWORK)

        assert [item.kind for item in chain[1:]] == [DepartmentKind.PROVINCE, DepartmentKind.HEADQUARTERS]
        assert (city.province or city.short_name).startswith(chain[1].names[1])

    def test_names_itself_an_example(self):
        assert all("示例" in item.name or "范例" in item.name or item.kind is not DepartmentKind.PROVINCE
                   for item in NETWORK.departments)  # fmt: skip
