"""The figures of complaint handling say where they come from, and which of them are ours."""

import pytest

from rules.complaints.pack import COMPLAINT_PACK

RULES = [rule for rows in COMPLAINT_PACK._rows.values() for rule in rows]
PERIODS = [rule for rule in RULES if rule.unit in {"calendar_hours", "calendar_days"}]


class TestComplaintPack:
    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.reference)
    def test_names_the_source_of(self, rule):
        assert rule.source
        assert (rule.verified == "assumption") == rule.source.endswith("the figure is ours")

    @pytest.mark.parametrize("rule", PERIODS, ids=lambda rule: rule.reference)
    def test_names_what_starts_the_period(self, rule):
        assert rule.starts_on
        assert rule.hours

    def test_can_cite_every_row_without_meaning_another(self):
        assert len({rule.reference for rule in RULES}) == len(RULES)
