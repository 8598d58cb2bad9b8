"""The report about complaints, put together from what was counted."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from counted_complaints import a_group, a_part, complaints_part, counted_complaints, shown
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.reading import Outcome
from rules.packs import NoSuchRule
from rules.reporting.complaints import figures, sections
from rules.reporting.complaints.counted import Counted, Denominator
from rules.reporting.complaints.improvements import proposed_for
from rules.reporting.complaints.sources import SOURCE_OF, Source
from rules.reporting.complaints.targets import (
    AT_MOST,
    ONLINE,
    PHONE,
    PRAISE,
    REPEATS,
    TARGET_PACK,
    VALID_RATE,
    is_met,
    satisfied_from,
    target_of,
)
from rules.reporting.complaints.waiting import WAITING_FOR
from rules.reporting.periods import months_up_to, period_before, period_named, span_of
from rules.reporting.promised import was_kept
from rules.reporting.waiting import WaitingFor
from schemas.clocks import ClockStatus
from schemas.complaints import Channel, ComplaintType, State
from schemas.reporting import Row, Section, Table, Words
from store.reporting import calls, complaints, praise, rectifications

SHANGHAI = ZoneInfo("Asia/Shanghai")
ON = date(2026, 11, 30)


def put_together(given: Counted, name: str = "2026-W47") -> list[Section]:
    period = period_named(name)
    spans = {"this": span_of(period, SHANGHAI), "before": span_of(period_before(period), SHANGHAI)}
    return sections(given, period=period, spans=spans, zone=SHANGHAI)


def table(given: Counted, key: str) -> Table:
    return next(table for section in put_together(given) for table in section.tables if table.key == key)


def row(given: Counted, key: str, group: str) -> Row:
    return next(row for row in table(given, key).rows if row.group == group)


def told(given: Counted, key: str, group: str) -> list[Any]:
    return [figure.value for figure in row(given, key, group).figures]


class TestSections:
    def test_come_in_the_order_in_which_the_meeting_reads_them(self) -> None:
        assert [part.key for part in put_together(counted_complaints())] == [
            "overview", "meeting", "validity", "classes", "timeliness", "effect", "open", "calls", "feedback",
        ]  # fmt: skip

    def test_have_no_two_tables_pictures_or_lists_of_one_name(self) -> None:
        given = counted_complaints()
        parts = put_together(given)

        keys = [table.key for part in parts for table in part.tables]
        charts = [chart.key for part in parts for chart in part.charts]
        lists = (given.complaints, given.feedback, given.rectifications, given.calls, given.praise)
        wanted = [one.key for part in lists for one in part.lists.wanted]
        assert all(len(names) == len(set(names)) for names in (keys, charts, wanted))

    def test_give_every_row_a_figure_for_every_column(self) -> None:
        for part in put_together(counted_complaints()):
            for table in part.tables:
                for row in table.rows:
                    assert (len(row.figures), len(row.texts)) == (len(table.columns), len(table.text_columns)), row

    def test_lead_to_the_cases_of_every_count_that_is_not_nothing(self) -> None:
        beside = {"parcels", "target", "baseline"}  # these count no case
        for part in put_together(counted_complaints()):
            for table in part.tables:
                for row in table.rows:
                    for column, figure in zip(table.columns, row.figures, strict=True):
                        if figure.value and column.key not in beside:
                            assert figure.cases, (table.key, row.group, column.key)

    def test_stand_for_nothing_when_nothing_was_counted(self) -> None:
        given = counted_complaints(
            complaints=a_part(figures.COMPLAINTS, {}, {}, groups=complaints_part().groups),
            times={figure: {} for figure in figures.TIMES},
            parcels={"this": 0, "before": 0},
            worst=(),
        )

        assert told(given, "valid_rate", "delivered") == [0, 0, None]
        assert told(given, "promises", "answer") == [0, 0, None]
        assert table(given, "worst").rows == ()


class TestFiguresInWords:
    @pytest.mark.parametrize(
        ("meanings", "conditions"),
        [
            (figures.COMPLAINTS, complaints.CONDITIONS),
            (figures.CALLS, calls.CONDITIONS),
            (figures.RECTIFICATIONS, rectifications.CONDITIONS),
            (figures.PRAISE, praise.CONDITIONS),
        ],
        ids=["complaints", "calls", "rectifications", "praise"],
    )
    def test_are_those_that_the_store_counts(self, meanings: Any, conditions: Any) -> None:
        assert [*meanings] == [*conditions]


class TestOverview:
    @pytest.mark.parametrize(("name", "places"), [("2026-11-20", 24), ("2026-W47", 7), ("2026-11", 31)])
    def test_draws_the_hours_or_days_of_the_longer_period(self, name: str, places: int) -> None:
        [chart] = put_together(counted_complaints(), name)[0].charts

        assert len({point.place for point in chart.points}) == places

    def test_compares_with_the_period_before_what_can_be_compared(self) -> None:
        given = counted_complaints()

        assert row(given, "ledger", "received").figures[0].before == 5
        assert row(given, "ledger", "overdue").figures[0].before is None


class TestValidRate:
    def test_is_of_valid_complaints_among_the_parcels(self) -> None:
        assert told(counted_complaints(), "valid_rate", "delivered") == [3, 300, Decimal("0.0100")]

    def test_states_its_denominator(self) -> None:
        given = counted_complaints(per=Denominator.REGISTERED)

        [only] = table(given, "valid_rate").rows
        assert only.name == Words("本期登记件数", "parcels registered in the period")
        assert "parcels registered" in table(given, "target_shares").about.en

    def test_leaves_out_what_customers_caused_and_what_is_malicious_or_unproven(self) -> None:
        given = counted_complaints(complaints=complaints_part(malicious=90, customer_caused=90, unproven=90))

        assert told(given, "target_shares", VALID_RATE)[0] == Decimal("0.0100")
        assert told(given, "outcomes", "malicious")[0] == 90


class TestMeeting:
    def test_holds_figures_against_their_targets_and_baselines(self) -> None:
        given = counted_complaints()

        assert told(given, "target_shares", VALID_RATE) == [Decimal("0.0100"), Decimal("0.01"), Decimal("0.032")]
        assert told(given, "target_shares", PHONE) == [Decimal("0.8889"), Decimal(1), None]
        assert told(given, "target_counts", REPEATS) == [1, 0, None]
        assert told(given, "target_counts", PRAISE) == [50, 50, None]

    def test_says_of_each_whether_it_was_met_and_who_asks_for_it(self) -> None:
        given = counted_complaints()
        keys = (("target_shares", VALID_RATE), ("target_shares", PHONE), ("target_shares", ONLINE),
                ("target_counts", REPEATS), ("target_counts", PRAISE))  # fmt: skip

        rows = [row(given, key, figure) for key, figure in keys]

        assert [row.texts[0].en for row in rows] == ["met", "not met", "met", "not met", "met"]
        assert [row.texts[1].zh.split(":")[0] for row in rows] == ["R59", "R61", "R61", "R60", "R110"]

    def test_says_so_where_there_is_nothing_to_measure(self) -> None:
        given = counted_complaints(calls=counted_complaints().calls._replace(
            totals=a_part(figures.CALLS, {}, {}).totals))  # fmt: skip

        assert row(given, "target_shares", PHONE).texts[0].en == "nothing to measure"

    def test_names_what_is_wrong_with_an_outlet_and_what_to_do(self) -> None:
        worst = row(counted_complaints(), "worst", "示例城东网点")

        assert [text.en for text in worst.texts] == [
            "attitude 2, delay 1", "courier 2, outlet 1", proposed_for("ATTITUDE").en,
        ]  # fmt: skip
        assert [figure.value for figure in worst.figures] == [3, 5, 0, 1500, Decimal("2.00")]

    def test_proposes_nothing_to_an_outlet_of_which_nothing_is_known(self) -> None:
        given = counted_complaints(types_of={}, parties_of={}, parcels_of={})

        worst = row(given, "worst", "示例城东网点")
        assert [text.en for text in worst.texts] == ["", "", ""]
        assert [figure.value for figure in worst.figures][-2:] == [0, None]

    def test_says_who_owes_rectifications(self) -> None:
        assert told(counted_complaints(), "owed", "示例城东网点") == [2, 0, 0, 0, 0, 0]


class TestClasses:
    def test_name_codes_and_leave_names_from_outside_as_they_are(self) -> None:
        given = counted_complaints()

        assert [row.name.zh for row in table(given, "type").rows] == ["延误", "NEW_TYPE"]
        assert [row.name.zh for row in table(given, "outlet").rows] == ["示例城东网点 139****1234", "（不详）"]

    def test_put_all_that_are_not_shown_into_one_row_with_its_cases(self) -> None:
        groups = {"carrier": shown(a_group("sf", received=7), others=a_group("", received=3), number=4)}
        given = counted_complaints(complaints=complaints_part(groups))

        others = table(given, "carrier").rows[-1]
        [wanted] = [one for one in given.complaints.lists.wanted if one.key == "received-carrier-0"]
        assert (others.name.en, others.figures[0].value) == ("all others (3)", 3)
        assert wanted.not_in == ("sf",)


class TestTimeliness:
    def test_shares_what_was_in_time_among_what_was_owed(self) -> None:
        assert told(counted_complaints(), "promises", "answer") == [6, 2, Decimal("0.7500")]

    def test_tells_limits_in_hours(self) -> None:
        given = counted_complaints()

        assert row(given, "times", "answer").texts[0] == Words("2 小时", "2 h")
        assert row(given, "times", "handling").texts[0] == Words("—", "—")
        assert row(given, "times", "handling").figures[0].cases == ""


class TestEffect:
    def test_shares_the_first_contact_resolution_of_the_closed(self) -> None:
        at_once = row(counted_complaints(), "effect", "at_once")

        assert (at_once.figures[1].value, at_once.figures[1].before) == (Decimal("0.2500"), Decimal("0.2000"))

    def test_shares_the_satisfied_among_those_who_rated(self) -> None:
        assert told(counted_complaints(), "satisfaction", "satisfied") == [3, Decimal("0.7500")]


class TestCalls:
    def test_share_what_was_kept_of_what_was_owed(self) -> None:
        given = counted_complaints()

        assert told(given, "golden", "phone") == [8, 1, Decimal("0.8889")]
        assert told(given, "golden", "hung_up") == [9, 0, Decimal("1.0000")]

    def test_state_the_limits(self) -> None:
        assert "30 s to answer, 15 min to reply, 3 rings, 3 min" in table(counted_complaints(), "golden").about.en


class TestFeedback:
    def test_shows_each_month_by_source(self) -> None:
        given = counted_complaints()

        assert told(given, "feedback_months", "2026-09") == [0, 0, 0]
        assert told(given, "feedback_months", "2026-11") == [13, 5, 0]
        assert row(given, "feedback_sources", "tickets").texts[0].en == "delay 12, other 8"

    def test_has_one_source_for_every_channel(self) -> None:
        assert set(SOURCE_OF) == set(Channel)
        assert SOURCE_OF[Channel.AT_THE_DOOR] is Source.AT_THE_DOOR
        assert SOURCE_OF[Channel.COURIER_NOTE] is Source.COURIER_NOTES
        assert SOURCE_OF[Channel.REGULATOR] is Source.TICKETS


class TestWasKept:
    """What became of a clock says whether a promised time was kept."""

    DUE = NOON + timedelta(hours=2)

    @pytest.mark.parametrize(
        ("status", "kept"),
        [
            (ClockStatus.MET, True),
            (ClockStatus.MET_LATE, False),
            (ClockStatus.OVERDUE, False),
            (ClockStatus.RUNNING, None),
            (ClockStatus.STOPPED, None),
        ],
    )
    def test_goes_by_the_clock(self, status: ClockStatus, kept: bool | None) -> None:
        assert was_kept(Outcome(status, self.DUE, None), closed_at=None) is kept

    @pytest.mark.parametrize(("after_due", "kept"), [(timedelta(microseconds=1), False), (timedelta(0), None)])
    def test_counts_a_case_that_ended_only_once_it_owed(self, after_due: timedelta, kept: bool | None) -> None:
        ended = Outcome(ClockStatus.ENDED, self.DUE, None)

        assert was_kept(ended, closed_at=self.DUE + after_due) is kept

    def test_knows_nothing_of_a_clock_that_never_ran(self) -> None:
        assert was_kept(None, closed_at=NOON) is None
        assert was_kept(Outcome(ClockStatus.ENDED, None, None), closed_at=NOON) is None
        assert was_kept(Outcome(ClockStatus.ENDED, self.DUE, None), closed_at=None) is None


class TestTargets:
    @pytest.mark.parametrize(
        ("figure", "met", "missed"),
        [
            (VALID_RATE, Decimal("0.0100"), Decimal("0.0101")),
            (REPEATS, 0, 1),
            (PHONE, Decimal("1.0000"), Decimal("0.9999")),
            (ONLINE, Decimal("1.0000"), Decimal("0.9999")),
            (PRAISE, 50, 49),
        ],
    )
    def test_are_met_on_the_target_itself(self, figure: str, met: Any, missed: Any) -> None:
        target = target_of(figure, on=ON)

        assert is_met(figure, met, target) is True
        assert is_met(figure, missed, target) is False
        assert is_met(figure, None, target) is None

    @given(st.sampled_from([VALID_RATE, REPEATS, PHONE, PRAISE]), st.decimals(0, 100), st.decimals(0, 100))
    def test_stay_met_when_a_figure_gets_better(self, figure: str, one: Decimal, other: Decimal) -> None:
        worse, better = sorted((one, other), reverse=figure in AT_MOST)
        target = target_of(figure, on=ON)

        assert (is_met(figure, worse, target), is_met(figure, better, target)) != (True, False)

    def test_name_their_source(self) -> None:
        assert all(rule.source.startswith("R") for rule in TARGET_PACK.rows("target"))
        assert satisfied_from(on=ON) == 4

    def test_are_not_invented(self) -> None:
        with pytest.raises(NoSuchRule):
            target_of("mood", on=ON)


class TestMonthsUpTo:
    @pytest.mark.parametrize(
        ("name", "months"),
        [
            ("2026-11", ("2026-09", "2026-10", "2026-11")),
            ("2026-W01", ("2025-11", "2025-12", "2026-01")),
            ("2026-02-01", ("2025-12", "2026-01", "2026-02")),
        ],
    )
    def test_end_with_the_month_that_the_period_ends_in(self, name: str, months: tuple[str, ...]) -> None:
        assert tuple(f"{month:%Y-%m}" for month in months_up_to(period_named(name), number=3)) == months


class TestProposedFor:
    @pytest.mark.parametrize("type_", list(ComplaintType))
    def test_has_something_to_say_about_every_type(self, type_: ComplaintType) -> None:
        assert proposed_for(type_).zh

    def test_says_nothing_about_a_type_that_is_no_more(self) -> None:
        assert proposed_for("GONE") == Words("", "")


class TestWaitingFor:
    def test_is_somebody_until_a_complaint_is_closed(self) -> None:
        assert {state for state, waiting in WAITING_FOR.items() if waiting is None} == {State.CLOSED}
        assert set(WAITING_FOR) == set(State)
        assert WAITING_FOR[State.AWAITING_APPROVAL] is WaitingFor.SUPERVISOR
