"""Due times worked out by hand, each with the source that it is meant to follow."""

from datetime import date, timedelta

import pytest
from clock_history import entry, facts, local, reading

from rules.clocks.anchors import fold
from rules.clocks.reading import next_due, read_clocks
from rules.clocks.workdays import CHINA_KNOWN
from schemas.clocks import Anchors, ClockStatus, PauseReason
from schemas.promises import LaneClass

OVER_SPRING_FESTIVAL = [
    entry("2026-02-13 17:00", "detect", state="DETECTED"),
    entry("2026-02-13 17:30", "pause", reason="waiting_customer"),
    entry("2026-02-24 10:00", "release", reason="waiting_customer"),
]
"""A Friday before the Spring Festival of 2026: make-up Saturday the 14th, rest from the 15th to the 23rd."""


class TestPauseOverAHoliday:
    """The clock stops with a reason and goes on after an explicit release (R15; PRIME's rule, DOMAIN finding 9)."""

    def test_leaves_the_hours_that_were_left(self):
        resolution = reading("resolution", OVER_SPRING_FESTIVAL)

        assert resolution.due_at == local("2026-02-24 15:30")
        assert resolution.paused == timedelta(days=10, hours=16, minutes=30)

    def test_leaves_the_open_hours_that_were_left_where_only_those_count(self):
        resolution = reading("resolution", OVER_SPRING_FESTIVAL, profile="standard")

        assert resolution.due_at == local("2026-02-27 09:30")  # of 27: 0.5 on the 13th, 8, 9, 9, and 0.5 on the 27th
        assert any("2026-02-15 to 2026-02-23, 春节" in line for line in resolution.explanation)

    def test_has_no_due_time_until_it_is_released(self):
        resolution = reading("resolution", OVER_SPRING_FESTIVAL[:2])

        assert resolution.status is ClockStatus.STOPPED
        assert resolution.stopped_now
        assert resolution.due_at is None

    def test_without_the_pause_would_have_ended_on_the_second_day_after_the_festival(self):
        resolution = reading("resolution", OVER_SPRING_FESTIVAL[:1], profile="standard")

        assert resolution.due_at == local("2026-02-25 17:00")  # 1 on the 13th, 9 on the made-up 14th, 9, and 8


class TestMakeUpWorkingDay:
    """Notices of the State Council as the library chinese_calendar has them (调休)."""

    def test_counts_although_it_is_a_saturday(self):
        hand_off = reading("hand_off", OVER_SPRING_FESTIVAL[:1], profile="standard")

        assert hand_off.due_at == local("2026-02-14 12:00")
        assert "counts although a day of rest: 2026-02-14, 春节 Spring Festival (调休)" in hand_off.explanation

    def test_counts_although_it_is_a_sunday_after_new_year(self):
        hand_off = reading("hand_off", [entry("2025-12-31 17:00", "detect")], profile="standard")

        assert hand_off.due_at == local("2026-01-04 12:00")

    def test_is_one_of_five_working_days_after_national_day(self):
        told = [entry("2026-09-29 09:00", "detect"), entry("2026-09-30 11:00", "feed_back", state="FED_BACK")]

        answer = reading(
            "customer_answer", told, profile="standard", facts={"result_told_at": local("2026-09-30 11:00")}
        )

        assert answer.due_at == local(
            "2026-10-13 18:00"
        )  # 8th, 9th, Saturday the 10th, 12th, 13th, to the end of business


class TestProfileChange:
    """Retroactive start and pause (ServiceNow); a pause that is lost with the change is GLPI #15605."""

    CASE = (
        entry("2026-03-02 09:00", "detect", state="DETECTED"),
        entry("2026-03-02 10:00", "pause", reason="waiting_customs"),
        entry("2026-03-02 12:00", "release"),
        entry("2026-03-02 13:00", "change_profile", profile="standard"),
    )

    def test_counts_from_the_original_start_with_the_original_pause(self):
        resolution = reading("resolution", [*self.CASE])

        assert resolution.rule.startswith("standard/")
        assert resolution.started_at == local("2026-03-02 09:00")
        assert resolution.due_at == local("2026-03-05 11:00")  # 27 open hours are three days, and two more
        assert resolution.paused == timedelta(hours=2)

    def test_to_and_fro_ends_where_it_would_have(self):
        back = [*self.CASE, entry("2026-03-02 14:00", "change_profile", details={"profile": "seed-outlet"})]

        assert reading("resolution", back).due_at == reading("resolution", [*self.CASE[:3]]).due_at

    def test_keeps_what_was_met(self):
        case = [self.CASE[0], entry("2026-03-02 09:30", "tell_customer"), *self.CASE[1:]]

        assert reading("first_response", case).status is ClockStatus.MET


class TestCompleteDelay:
    """彻底延误 (GB/T 27917-2011): 3 days after the promise within one city, else 7; days that pass, A+3 and A+7."""

    OPENED = (entry("2026-11-20 18:30", "detect"),)
    PROMISED = facts(promised_at="2026-11-20 18:00")

    @pytest.mark.parametrize(
        ("lane", "due"),
        [
            (LaneClass.SAME_CITY, "2026-11-23 18:00"),
            *((lane, "2026-11-27 18:00") for lane in LaneClass if lane is not LaneClass.SAME_CITY),
        ],
    )
    def test_comes_after_the_days_of_the_lane(self, lane, due):
        assert reading("complete_delay", [*self.OPENED], lane=lane, facts=self.PROMISED).due_at == local(due)

    def test_takes_no_account_of_holidays(self):
        promised = facts(promised_at="2026-02-14 12:00")

        delay = reading("complete_delay", [entry("2026-02-14 12:00", "detect")], facts=promised)

        assert delay.due_at == local("2026-02-21 12:00")
        assert not delay.provisional

    @pytest.mark.parametrize("delivered", ["2026-11-20 12:00", "2026-11-27 18:00"])
    def test_does_not_come_to_a_parcel_that_was_delivered(self, delivered):
        known = self.PROMISED | facts(delivered_at=delivered)

        assert reading("complete_delay", [*self.OPENED], facts=known).status is ClockStatus.MET

    def test_does_not_run_where_nothing_was_promised(self):
        anchors = fold(self.OPENED)

        assert "complete_delay" not in {item.clock for item in read_clocks(anchors, now=local("2026-12-31 00:00"))}


class TestStatutorySevenDays:
    """快递暂行条例 art. 28: the customer is told within seven days; 民法典 201: the first day does not count."""

    OVER_THE_FESTIVAL = (entry("2026-02-13 16:00", "detect", facts=facts(complained_at="2026-02-13 16:00")),)

    def test_end_with_the_seventh_day_at_midnight(self):
        complaint = reading(
            "complaint", [entry("2026-03-02 00:00", "detect", facts=facts(complained_at="2026-03-02 00:00"))]
        )

        assert complaint.due_at == local("2026-03-10 00:00")
        assert complaint.explanation[-1].startswith("due 2026-03-09 24:00 CST")

    def test_are_not_prolonged_by_the_spring_festival(self):
        complaint = reading("complaint", [*self.OVER_THE_FESTIVAL])

        assert complaint.due_at == local("2026-02-21 00:00")
        assert any("not prolonged although 2026-02-20" in line and "春节" in line for line in complaint.explanation)

    @pytest.mark.parametrize("reason", list(PauseReason))
    def test_never_pause(self, reason):
        paused = [*self.OVER_THE_FESTIVAL, entry("2026-02-14 09:00", "pause", reason=reason)]

        complaint = reading("complaint", paused)

        assert complaint.due_at == local("2026-02-21 00:00")
        assert complaint.paused == timedelta(0)
        assert any("a statutory clock never pauses" in line for line in complaint.explanation)

    def test_run_beside_every_profile(self):
        assert reading("complaint", [*self.OVER_THE_FESTIVAL], profile="standard").due_at == local("2026-02-21 00:00")

    def test_do_not_run_under_another_jurisdiction(self):
        anchors = fold(self.OVER_THE_FESTIVAL, start=Anchors(jurisdiction="DE"))

        assert "complaint" not in {item.clock for item in read_clocks(anchors, now=local("2026-12-31 00:00"))}

    def test_run_in_every_province(self):
        assert reading("complaint", [*self.OVER_THE_FESTIVAL], jurisdiction="CN-ZJ")

    def test_are_no_rule_for_what_was_complained_of_before_the_law(self):
        before = [entry("2018-04-30 23:59", "detect", facts=facts(complained_at="2018-04-30 23:59"))]

        assert "complaint" not in {item.clock for item in read_clocks(fold(before), now=local("2026-12-31 00:00"))}
        after = [entry("2018-05-01 00:00", "detect", facts=facts(complained_at="2018-05-01 00:00"))]
        assert reading("complaint", after)


class TestYearsBeyondTheLibrary:
    """Beyond the years that chinese_calendar knows the week decides, and what is due is flagged."""

    BEYOND = date(CHINA_KNOWN[1].year + 1, 6, 1)

    def test_are_provisional(self):
        hand_off = reading("hand_off", [entry(f"{self.BEYOND} 09:00", "detect")], profile="standard")

        assert hand_off.provisional
        assert any(line.startswith("provisional: holidays are known") for line in hand_off.explanation)

    def test_are_provisional_for_what_began_in_a_year_that_is_known(self):
        begun = f"{CHINA_KNOWN[1]} 17:59"

        assert reading("resolution", [entry(begun, "detect")], profile="standard").provisional

    def test_make_no_clock_provisional_that_follows_no_holidays(self):
        assert not reading("first_response", [entry(f"{self.BEYOND} 09:00", "detect")]).provisional

    def test_leave_weekdays_working(self):
        monday = self.BEYOND + timedelta(days=-self.BEYOND.weekday() % 7)

        hand_off = reading("hand_off", [entry(f"{monday} 08:00", "detect")], profile="standard")

        assert hand_off.due_at == local(f"{monday} 13:00")


class TestReopenedCase:
    """Plain.com tells first and total resolution apart; here the first response stays met and resolving begins anew."""

    CLOSED = (
        entry("2026-03-02 09:00", "detect", state="DETECTED"),
        entry("2026-03-02 10:00", "tell_customer"),
        entry("2026-03-02 11:00", "pause", reason="waiting_third_party"),
        entry("2026-03-02 12:00", "feed_back", state="FED_BACK"),
        entry("2026-03-02 13:00", "close", state="CLOSED"),
    )
    REOPENED = (*CLOSED, entry("2026-03-04 10:00", "reopen", state="INVESTIGATED"))

    def test_has_nothing_due_while_it_is_closed(self):
        assert next_due(fold(self.CLOSED)) is None
        assert reading("update", [*self.CLOSED]).status is ClockStatus.ENDED

    def test_is_to_be_resolved_anew_from_then_on(self):
        resolution = reading("resolution", [*self.REOPENED], now="2026-03-04 11:00")

        assert resolution.status is ClockStatus.RUNNING
        assert resolution.due_at == local("2026-03-04 16:00")

    def test_has_had_its_first_response(self):
        assert reading("first_response", [*self.REOPENED]).status is ClockStatus.MET

    def test_waits_for_nobody_any_more(self):
        assert fold(self.REOPENED).pauses[0].until == local("2026-03-04 10:00")


class TestPauseWithoutReason:
    """The clock only stops if a valid reason code is sent (PRIME operations FAQ)."""

    @pytest.mark.parametrize("reason", ["", "lunch", "WAITING_CUSTOMER"])
    def test_stops_nothing(self, reason):
        case = [entry("2026-03-02 09:00", "detect"), entry("2026-03-02 10:00", "pause", reason=reason)]

        resolution = reading("resolution", case)

        assert resolution.due_at == local("2026-03-02 15:00")
        assert resolution.paused == timedelta(0)
        assert any("stopped nothing" in line for line in resolution.explanation)
