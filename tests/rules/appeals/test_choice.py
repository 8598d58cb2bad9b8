"""Which row holds for whom, and the sentence that says why."""

from datetime import date

import pytest

from rules.appeals.choice import choose
from rules.appeals.pack import APPEAL_PACK, APPEAL_RULES
from rules.packs import NoSuchRule

TODAY = date(2026, 11, 20)


def chosen(id_, jurisdiction, on=TODAY):
    return choose(APPEAL_PACK, id_, jurisdiction=jurisdiction, on=on)


class TestChoice:
    def test_takes_the_nation_s_row_for_the_nation(self):
        choice = chosen("decision", "CN")

        assert (choice.rule.value, choice.because) == (30, "that of CN holds")

    def test_takes_the_province_s_row_before_the_nation_s(self):
        choice = chosen("decision", "CN-ZJ")

        assert (choice.rule.value, choice.rule.verified) == (15, "law")
        assert choice.because == "the row of CN-ZJ goes before that of CN, 30 calendar days"

    def test_takes_the_nation_s_row_where_the_province_has_none(self):
        choice = chosen("decision", "CN-GD")

        assert (choice.rule.value, choice.because) == (30, "CN-GD has no row of its own: that of CN holds")

    def test_takes_a_row_that_only_a_province_has(self):
        assert chosen("extension", "CN-ZJ").because == "only CN-ZJ has a row"

    def test_lets_no_older_provincial_row_take_from_the_user_what_the_nation_gives(self):
        """快递暂行条例 art. 28: 7 days; the 30 of Chongqing's text of 2012 are older (DOMAIN finding 5)."""
        choice = chosen("complaint_answer", "CN-CQ")

        assert (choice.rule.value, choice.rule.source) == (7, "快递暂行条例 art. 28")
        assert choice.because.startswith("CN-CQ has 30 calendar days (重庆市邮政条例 2012 art. 43")

    def test_lets_a_province_s_equal_row_hold(self):
        assert chosen("complaint_answer", "CN-ZJ").rule.jurisdiction == "CN-ZJ"

    def test_goes_by_the_day_of_the_event(self):
        assert chosen("answer", "CN", date(2019, 12, 31)).rule.verified == "law"
        assert chosen("answer", "CN", date(2020, 1, 1)).rule.verified == "assumption"
        assert chosen("decision", "CN-ZJ", date(2021, 9, 29)).rule.value == 30

    def test_refuses_where_nobody_has_a_row(self):
        with pytest.raises(NoSuchRule, match="no extension for CN on 2026-11-20"):
            chosen("extension", "CN")


class TestRows:
    """What DOMAIN.md says was not found must not pass for law."""

    @pytest.mark.parametrize(
        ("id_", "jurisdiction"),
        [("answer", "CN"), ("answer", "CN-ZJ"), ("answer_again", "CN"), ("progress", "CN"), ("response", "CN"),
         ("retention", "CN"), ("appeal_window", "CN")],
    )  # fmt: skip
    def test_are_assumptions_where_the_text_in_force_was_not_found(self, id_, jurisdiction):
        assert chosen(id_, jurisdiction).rule.verified == "assumption"

    @pytest.mark.parametrize(
        ("id_", "jurisdiction"),
        [("decision", "CN"), ("decision", "CN-ZJ"), ("extension", "CN-ZJ"), ("appeal_window", "CN-ZJ"),
         ("complaint_answer", "CN")],
    )  # fmt: skip
    def test_are_law_where_it_was_read(self, id_, jurisdiction):
        assert chosen(id_, jurisdiction).rule.verified == "law"

    def test_all_name_a_source(self):
        assert all(rule.source and rule.starts_on for rule in APPEAL_RULES)
