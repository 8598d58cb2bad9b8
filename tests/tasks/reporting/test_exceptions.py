"""The report about exceptions as it is counted: groups that are not shown stand together, whatever they are about."""

from datetime import date

import pytest
from factories import at
from generated_cases import closed_cases, keep_closed

from rules.reporting.exceptions.classes import CLASSES
from rules.reporting.periods import period_named
from schemas.reporting import Table
from store.unit_of_work import unit_of_work
from tasks.reporting import exceptions
from tasks.reporting.exceptions import counted_exceptions

ROWS = closed_cases(300, first=date(2026, 11, 18), last=date(2026, 11, 20))


@pytest.fixture
def tables(database: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Table]:
    """Count a month of which each table shows one group."""
    del database
    monkeypatch.setattr(exceptions, "GROUPS_MAX", 1)
    with unit_of_work() as connection:
        keep_closed(connection, ROWS)
    with counted_exceptions(period_named("2026-11"), made_by="x", answered_for_by="x", now=at(240)) as (report, _):
        [classes] = [section for section in report.sections if section.key == "classes"]
    return {table.key: table for table in classes.tables}


def opened(table: Table) -> list[int]:
    return [int(row.figures[0].value or 0) for row in table.rows]


class TestGroups:
    @pytest.mark.parametrize("dimension", sorted(set(CLASSES) - {"customs_office"}))
    def test_add_up_to_all_cases_with_those_that_are_not_shown(self, tables: dict[str, Table], dimension: str) -> None:
        assert len(opened(tables[dimension])) == 2
        assert sum(opened(tables[dimension])) == len(ROWS)

    def test_of_customs_offices_add_up_to_the_cases_of_customs(self, tables: dict[str, Table]) -> None:
        held = [row for row in ROWS if row["type"] == "CUSTOMS_HELD"]

        assert len(opened(tables["customs_office"])) == 2
        assert sum(opened(tables["customs_office"])) == len(held)
