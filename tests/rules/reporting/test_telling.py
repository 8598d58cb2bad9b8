"""A report as plain values, and the letter to its readers."""

import json
from zoneinfo import ZoneInfo

import pytest
from counted_cases import counted
from factories import NOON, at

from rules.reporting.exceptions import NAME, TITLE, sections
from rules.reporting.letters import report_letter
from rules.reporting.lists import Lists
from rules.reporting.periods import period_before, period_named, span_of
from rules.reporting.telling import as_values, headline
from schemas.reporting import CasesBehind, Report

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def report() -> Report:
    period, lists = period_named("2026-11-20"), Lists()
    spans = {"this": span_of(period, SHANGHAI), "before": span_of(period_before(period), SHANGHAI)}
    parts = sections(counted(), lists, period=period, spans=spans, zone=SHANGHAI)
    one = lists.wanted[0]
    behind = CasesBehind(key=one.key, name=one.name, total=one.total, case_nos=("EX-1",), filter=one.filter)
    return Report(
        name=NAME, title=TITLE, period=period, span=spans["this"], before=period_before(period),
        time_zone="Asia/Shanghai", made_at=at(24), made_by="redress", answered_for_by="王主管", sections=tuple(parts),
        behind=(behind,), cases=(), cases_total=4,
    )  # fmt: skip


class TestAsValues:
    def test_is_what_json_takes(self, report: Report) -> None:
        assert json.loads(json.dumps(as_values(report))) == as_values(report)

    def test_says_of_which_period_and_whose_report_it_is(self, report: Report) -> None:
        values = as_values(report)

        assert (values["report"], values["period"], values["compared_with"]) == (
            "exceptions",
            "2026-11-20",
            "2026-11-19",
        )
        assert (values["from"], values["until"]) == ("2026-11-19T16:00:00+00:00", "2026-11-20T16:00:00+00:00")
        assert (values["made_by"], values["answered_for_by"], values["unfinished"]) == ("redress", "王主管", False)

    def test_gives_each_figure_with_the_one_before_and_the_key_of_its_cases(self, report: Report) -> None:
        values = as_values(report)

        opened = next(row for row in values["tables"]["ledger"] if row["group"] == "opened")
        assert opened["cases"] == {"value": 3, "before": 1, "cases": "opened"}

    def test_lists_the_cases_behind(self, report: Report) -> None:
        assert as_values(report)["cases_behind"] == {
            "carried_over": {"total": 1, "case_nos": ["EX-1"], "filter": "carried_over = 1"}
        }

    def test_writes_shares_and_hours_as_numbers_and_money_as_text(self, report: Report) -> None:
        tables = as_values(report)["tables"]

        assert tables["times"][2]["in_time_share"] == {"value": 0.5, "before": None, "cases": "resolved_in_time"}
        assert tables["costs"][0]["amount"]["value"] == "99.50"

    def test_tells_of_a_period_that_is_not_over(self, report: Report) -> None:
        assert as_values(report.model_copy(update={"made_at": NOON}))["unfinished"]


class TestHeadline:
    def test_is_the_first_tables(self, report: Report) -> None:
        assert headline(report) == {
            "carried_over": 1, "opened": 3, "closed": 2, "left_open": 2, "severe": 2, "still_open": 1, "overdue": 0,
        }  # fmt: skip


class TestReportLetter:
    def test_says_what_the_first_figures_are_and_where_the_report_is(self, report: Report) -> None:
        letter = report_letter(report, address="https://reports.example/x")

        assert letter.subject == "异常件分析报告 2026-11-20"
        assert "新增 3，结案 2" in letter.body
        assert letter.body.endswith("地址：https://reports.example/x")
