"""The figures of exception handling say where they come from."""

import pytest

from rules.exceptions.pack import EXCEPTION_PACK

RULES = [rule for rows in EXCEPTION_PACK._rows.values() for rule in rows]
PERIODS = [rule for rule in RULES if rule.unit in {"calendar_hours", "calendar_days"}]


class TestExceptionPack:
    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.reference)
    def test_names_the_source_of(self, rule):
        assert rule.source

    @pytest.mark.parametrize("rule", PERIODS, ids=lambda rule: rule.reference)
    def test_names_what_starts_the_period(self, rule):
        assert rule.starts_on
        assert rule.hours

    def test_can_cite_every_row_without_meaning_another(self):
        assert len({rule.reference for rule in RULES}) == len(RULES)
