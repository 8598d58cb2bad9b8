"""What a case comes to when it ends: the row that the reports count from."""

from typing import Any

import pytest
from factories import NOON, a_case, at

from rules.clocks.anchors import advance
from store import analysis
from store.unit_of_work import unit_of_work
from tasks.exceptions.closing import analysis_row
from tasks.exceptions.timing import anchors_of, entry_of


def rows() -> list[dict[str, Any]]:
    with unit_of_work() as connection:
        found = connection.exec_driver_sql("SELECT * FROM case_analysis ORDER BY case_no")
        return [dict(row._mapping) for row in found]


class TestAnalysisRow:
    def test_says_what_was_done_by_when_and_by_when_it_was_due(self) -> None:
        detected = entry_of(at=NOON, command="detect", state="DETECTED", reason="", details={})
        anchors = advance(anchors_of(a_case()), detected)
        case = a_case(opened_at=NOON, customer_told_at=at(1), clock_anchors=anchors)

        row = analysis_row(case, closed_at=at(9), closing_reason="accepted", resolved_at=at(5))

        assert (row["first_response_at"], row["first_response_due_at"]) == (at(1), at(2))
        assert (row["resolved_at"], row["resolution_due_at"]) == (at(5), at(6))

    def test_takes_the_end_for_the_resolution_where_nothing_had_to_be_carried_out(self) -> None:
        row = analysis_row(a_case(), closed_at=at(9), closing_reason="cured")

        assert (row["resolved_at"], row["measures"], row["cost"]) == (at(9), [], 0)

    def test_counts_every_day_by_which_the_promise_was_missed(self) -> None:
        row = analysis_row(a_case(promised_at=NOON), closed_at=at(24 * 9 + 1), closing_reason="cured")

        assert row["days_late"] == 9

    def test_holds_the_lane_and_what_was_booked_and_nobodys_data(self) -> None:
        case = a_case(lane_from="广州", lane_to="深圳", product="express", insured_amount="500")

        row = analysis_row(case, closed_at=at(1), closing_reason="cured")

        assert (row["lane_from"], row["lane_to"], row["product"], row["insured"]) == ("广州", "深圳", "express", True)
        assert {"王五", "19900001234"}.isdisjoint(map(str, row.values()))


@pytest.mark.usefixtures("database")
class TestRecord:
    def test_keeps_a_closing_once(self) -> None:
        row = analysis_row(a_case(), closed_at=at(1), closing_reason="cured")

        for _ in range(2):
            with unit_of_work() as connection:
                analysis.record(connection, [row])

        assert [(kept["closed_at"], kept["reopened"]) for kept in rows()] == [(at(1), 0)]

    def test_tells_how_a_reopened_case_ended_in_the_end(self) -> None:
        first = analysis_row(a_case(), closed_at=at(1), closing_reason="cured")
        last = analysis_row(a_case(), closed_at=at(30), closing_reason="accepted", resolved_at=at(29))

        with unit_of_work() as connection:
            analysis.record(connection, [first])
            analysis.record(connection, [last])

        [kept] = rows()
        assert (kept["closing_reason"], kept["closed_at"], kept["reopened"]) == ("accepted", at(30), 1)
        assert kept["resolved_at"] == at(29)

    def test_keeps_nothing_of_no_case(self) -> None:
        with unit_of_work() as connection:
            analysis.record(connection, [])

        assert rows() == []
