"""The report about exceptions, put together from what was counted."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from counted_cases import a_group, counted, counts, groups

from rules.reporting.exceptions import sections
from rules.reporting.exceptions.classes import CLASSES, OPEN_CLASSES
from rules.reporting.exceptions.counted import Counted
from rules.reporting.lists import Lists, Wanted
from rules.reporting.periods import period_before, period_named, span_of
from rules.reporting.tables import slot_labels
from schemas.reporting import Row, Section, Table, TimeTaken, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")


def put_together(given: Counted, name: str = "2026-11-20", zone: ZoneInfo = SHANGHAI) -> tuple[list[Section], Lists]:
    period, lists = period_named(name), Lists()
    spans = {"this": span_of(period, zone), "before": span_of(period_before(period), zone)}
    return sections(given, lists, period=period, spans=spans, zone=zone), lists


def table(given: Counted, key: str) -> Table:
    parts, _ = put_together(given)
    return next(table for section in parts for table in section.tables if table.key == key)


def row(given: Counted, key: str, group: str) -> Row:
    return next(row for row in table(given, key).rows if row.group == group)


def told(given: Counted, key: str, group: str) -> list[Any]:
    return [figure.value for figure in row(given, key, group).figures]


class TestSections:
    def test_come_in_the_order_of_the_manuals_analysis(self) -> None:
        parts, _ = put_together(counted())

        assert [part.key for part in parts] == ["overview", "classes", "timeliness", "effect", "open", "worst"]

    def test_count_by_every_class_that_the_seed_names(self) -> None:
        parts, _ = put_together(counted())

        assert [table.key for table in parts[1].tables] == list(CLASSES)
        assert [table.key for table in parts[4].tables] == [f"open_{dimension}" for dimension in OPEN_CLASSES]

    def test_name_a_cause_with_its_party(self) -> None:
        given = counted(groups={**counted().groups, "cause": groups(a_group("carrier.dwell", opened=1))})

        assert row(given, "cause", "carrier.dwell").name.zh == "承运方·网点积压"

    def test_have_no_two_tables_pictures_or_lists_of_one_name(self) -> None:
        parts, lists = put_together(counted())

        keys = [table.key for part in parts for table in part.tables]
        charts = [chart.key for part in parts for chart in part.charts]
        wanted = [one.key for one in lists.wanted]
        assert all(len(names) == len(set(names)) for names in (keys, charts, wanted))

    def test_have_as_many_figures_in_a_row_as_columns(self) -> None:
        parts, _ = put_together(counted())

        for part in parts:
            for one in part.tables:
                assert {len(row.figures) for row in one.rows} <= {len(one.columns)}, one.key
                assert {len(row.texts) for row in one.rows} <= {len(one.text_columns)}, one.key


class TestFigures:
    def test_lead_to_their_cases_wherever_they_count_any(self) -> None:
        parts, lists = put_together(counted())

        wanted = {one.key: one for one in lists.wanted}
        for part in parts:
            for one in part.tables:
                for line in one.rows:
                    for column, figure in zip(one.columns, line.figures, strict=True):
                        if figure.value and column.key not in {"delivered", "limit"}:
                            assert figure.cases in wanted, (one.key, line.group, column.key)
                        if figure.cases and column.key == "cases":
                            assert wanted[figure.cases].total == figure.value

    def test_that_count_none_lead_nowhere(self) -> None:
        assert row(counted(), "effect", "escalated").figures[0].cases == ""

    def test_of_what_is_open_now_have_no_period_before(self) -> None:
        assert row(counted(), "ledger", "still_open").figures[0].before is None
        assert row(counted(), "ledger", "opened").figures[0].before == 1


class TestOthers:
    def test_stand_together_in_the_last_row_and_lead_to_all_groups_not_shown(self) -> None:
        outlets = groups(a_group("A", opened=5), a_group("B", opened=4), others=a_group("", opened=7), number=6)
        parts, lists = put_together(counted(groups={**counted().groups, "outlet": outlets}))

        last = next(table for table in parts[1].tables if table.key == "outlet").rows[-1]

        assert (last.name.en, last.figures[0].value) == ("all others (4)", 7)
        found = next(one for one in lists.wanted if one.key == last.figures[0].cases)
        assert (found.not_in, found.total) == (("A", "B"), 7)
        assert found.filter == "opened = 1, outlet: 除表中所列 none of the 2 groups shown"

    def test_of_customs_offices_leave_out_the_cases_that_have_none(self) -> None:
        offices = groups(a_group("上海海关", opened=5), others=a_group("", opened=2), number=3)
        parts, lists = put_together(counted(groups={**counted().groups, "customs_office": offices}))

        last = next(table for table in parts[1].tables if table.key == "customs_office").rows[-1]

        found = next(one for one in lists.wanted if one.key == last.figures[0].cases)
        assert found.filter.endswith("none of the 1 groups shown，非空 and not blank")


class TestCustomsOffices:
    def test_stand_by_their_names_and_one_that_nobody_named_as_not_known(self) -> None:
        offices = groups(a_group("上海海关", opened=2), a_group("unknown", opened=1))
        given = counted(groups={**counted().groups, "customs_office": offices})

        named = [row(given, "customs_office", office).name.en for office in ("上海海关", "unknown")]
        assert named == ["上海海关", "(not known)"]


class TestTimeliness:
    def test_gives_hours_the_limit_and_the_share_in_time(self) -> None:
        line = row(counted(), "times", "resolution")

        assert [str(figure.value) for figure in line.figures] == ["2", "1.00", "2.00", "1", "1", "0.5000"]
        assert line.texts[0].en == "6 h"

    def test_says_when_limits_differ(self) -> None:
        taken = {("this", ""): TimeTaken(2, 1.0, 2.0, 7200.0, 21600.0)}
        given = counted(times={**counted().times, "resolution": taken})

        assert row(given, "times", "resolution").texts[0].en == "2–6 h"

    def test_gives_nothing_where_nothing_was_measured(self) -> None:
        assert told(counted(), "times", "noticing") == [0, None, None, None, None, None]

    def test_leaves_a_case_that_owed_no_answer_out_of_the_share(self) -> None:
        assert told(counted(), "times", "first_response")[3:] == [1, 0, 1]

    def test_gives_each_type_its_longest_limit(self) -> None:
        assert [str(value) for value in told(counted(), "resolution_by_type", "DAMAGED")] == [
            "2",
            "1.00",
            "2.00",
            "6.00",
        ]


class TestCosts:
    def test_stand_beside_those_of_the_period_before(self) -> None:
        line = row(counted(), "costs", "CNY")

        assert [str(figure.value) for figure in line.figures] == ["1", "99.50", "99.50"]
        assert [figure.before for figure in line.figures] == [0, 0, None]


class TestWorstOutlets:
    def test_have_their_rate_their_causes_and_what_is_proposed(self) -> None:
        line = row(counted(), "worst", "示例城东网点")

        assert [figure.value for figure in line.figures][-2:] == [1500, 2]
        assert line.texts[0].zh == "承运方·运输破损 2、原因不明 1"
        assert "装卸" in line.texts[1].zh

    def test_have_no_rate_without_deliveries_and_no_proposal_without_a_type(self) -> None:
        given = counted(delivered={}, types_of={}, causes_of={})

        assert told(given, "worst", "示例城东网点")[-1] is None
        assert row(given, "worst", "示例城东网点").texts == (("", ""), ("", ""))

    def test_are_drawn_by_the_most_frequent_types_and_the_rest(self) -> None:
        types = [(type_, 9 - place) for place, type_ in enumerate("ABCDEFGH")]
        parts, _ = put_together(counted(types_of={"示例城东网点": types}))

        assert [(point.series, point.value) for point in parts[5].charts[0].points] == [
            ("A", 9), ("B", 8), ("C", 7), ("D", 6), ("E", 5), ("F", 4), ("其他类型", 3 + 2),
        ]  # fmt: skip


class TestPersonalData:
    def test_beside_an_outlets_name_is_masked_in_all_that_is_shown(self) -> None:
        outlet = a_group("示例网点 13900001234", opened=3)
        given = counted(
            groups={**counted().groups, "outlet": groups(outlet)},
            worst=[outlet],
            types_of={outlet.group: [("DAMAGED", 3)]},
        )

        parts, lists = put_together(given)

        shown = "".join(part.model_dump_json() for part in parts)
        assert "139****1234" in shown
        assert "13900001234" not in shown + "".join(one.key + str(one.name) + one.filter for one in lists.wanted)
        assert outlet.group in {one.group for one in lists.wanted}  # by which the list is found


class TestSlotLabels:
    @pytest.mark.parametrize(
        ("name", "zone", "number", "some"),
        [
            ("2026-11-20", SHANGHAI, 24, ["00", "01"]),
            ("2026-11-01", ZoneInfo("America/New_York"), 25, ["00", "01", "01′", "02"]),
            ("2026-11-02", ZoneInfo("America/New_York"), 25, ["00", "01", "01′"]),  # the day before has them
            ("2026-03-08", ZoneInfo("America/New_York"), 24, ["00", "01", "02"]),
            ("2026-W47", SHANGHAI, 7, ["一 11-16", "二 11-17"]),
            ("2026-11", SHANGHAI, 31, ["01", "02"]),  # October has them
            ("2026-03", SHANGHAI, 31, ["01"]),
        ],
    )
    def test_name_every_hour_or_day_once(self, name: str, zone: ZoneInfo, number: int, some: list[str]) -> None:
        period = period_named(name)
        spans = {"this": span_of(period, zone), "before": span_of(period_before(period), zone)}

        labels = slot_labels(period, spans=spans, zone=zone)

        assert labels[: len(some)] == some
        assert len(labels) == len(set(labels)) == number

    def test_have_a_point_for_every_series_of_the_trend(self) -> None:
        parts, _ = put_together(counted())

        points = parts[0].charts[0].points
        assert len(points) == 3 * 24
        assert [(point.place, point.series, point.value) for point in points if point.value] == [
            ("00", "上期新增 opened before", 1), ("12", "新增 opened", 3), ("12", "结案 closed", 2),
        ]  # fmt: skip


class TestOpenProblems:
    def test_are_drawn_by_age_and_by_whom_they_wait_for(self) -> None:
        parts, _ = put_together(counted())

        assert parts[4].charts[0].points == (("6 小时内", "主管审批", 1),)


class TestFilter:
    def test_names_a_group_without_a_name_as_blank(self) -> None:
        wanted = Wanted("k", ("", ""), 1, "opened", "outlet", "")

        assert wanted.filter == "opened = 1, outlet = (空 blank)"


def test_an_empty_period_gives_an_honest_report() -> None:
    nothing = counted(
        totals={"this": counts(), "before": counts()},
        groups={dimension: groups() for dimension in CLASSES},
        times={figure: {} for figure in counted().times},
        times_by_type={figure: {} for figure in counted().times_by_type},
        costs={"this": [], "before": []},
        slots={"this": [], "before": []},
        waiting_by_age={},
        worst=[],
    )

    parts, lists = put_together(nothing)

    assert lists.wanted == []
    shares_and_times = [
        figure.value
        for part in parts
        for one in part.tables
        for line in one.rows
        for column, figure in zip(one.columns, line.figures, strict=True)
        if column.unit is not Unit.COUNT
    ]
    assert set(shares_and_times) == {None}
