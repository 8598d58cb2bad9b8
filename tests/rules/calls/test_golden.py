"""The golden rules of the phone: kept on their very second, and only where they apply."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st

from rules.calls.golden import answered_in_time, left_to_the_caller, rang_briefly, settled_in_time
from rules.calls.pack import ANSWERED_WITHIN, CALL_PACK, RINGS_MAX, SETTLED_WITHIN
from rules.packs import Rule, RulePack
from schemas.calls import Call, Direction, HungUpBy, Medium

DAY = NOON.date()
LATER = NOON + timedelta(days=1)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def a_call(**changes: object) -> Call:
    """Make a call that was answered after 12 seconds and two rings, and over in two minutes."""
    usual = {
        "started_at": NOON, "answered_at": after(12), "ended_at": after(132), "rings": 2,
        "hung_up_by": HungUpBy.CALLER,
    }  # fmt: skip
    return Call.model_validate({**usual, **changes})


class TestAnsweredInTime:
    @pytest.mark.parametrize(
        ("medium", "seconds", "kept"),
        [
            (Medium.PHONE, 0, True),
            (Medium.PHONE, 30, True),
            (Medium.PHONE, 30.000001, False),
            (Medium.ONLINE, 900, True),
            (Medium.ONLINE, 900.000001, False),
        ],
    )
    def test_is_kept_on_the_very_second(self, medium: Medium, seconds: float, kept: bool) -> None:
        call = a_call(medium=medium, answered_at=after(seconds), ended_at=None)

        assert answered_in_time(call, on=DAY, now=LATER) is kept

    @pytest.mark.parametrize(("gave_up", "kept"), [(30, None), (30.000001, False)])
    def test_does_not_ask_about_a_caller_who_gave_up_before_the_limit(self, gave_up: float, kept: bool | None) -> None:
        call = a_call(answered_at=None, ended_at=after(gave_up), hung_up_by=HungUpBy.CALLER)

        assert answered_in_time(call, on=DAY, now=LATER) is kept

    @pytest.mark.parametrize(("seconds", "kept"), [(900, None), (900.000001, False)])
    def test_waits_for_a_message_until_its_limit_has_passed(self, seconds: float, kept: bool | None) -> None:
        message = a_call(medium=Medium.ONLINE, answered_at=None, ended_at=None)

        assert answered_in_time(message, on=DAY, now=after(seconds)) is kept

    def test_is_no_question_of_a_call_that_we_made(self) -> None:
        assert answered_in_time(a_call(direction=Direction.OUT), on=DAY, now=LATER) is None

    def test_goes_by_the_limit_of_the_day(self) -> None:
        rows = [
            Rule(ANSWERED_WITHIN, Medium.PHONE, Decimal(seconds), "seconds", "", "a test", "profile", *dates)
            for seconds, dates in ((60, (date(2020, 1, 1), DAY)), (30, (DAY, None)))
        ]
        pack = RulePack(name="calls", version="test", rules=tuple(rows))
        call = a_call(answered_at=after(45))

        assert answered_in_time(call, on=DAY - timedelta(days=1), now=LATER, pack=pack) is True
        assert answered_in_time(call, on=DAY, now=LATER, pack=pack) is False

    @given(st.floats(0, 3600), st.floats(0, 3600))
    def test_never_gets_better_by_answering_later(self, first: float, second: float) -> None:
        sooner, later = (
            answered_in_time(a_call(answered_at=after(at), ended_at=None), on=DAY, now=LATER)
            for at in sorted((first, second))
        )

        assert (sooner, later) != (False, True)


class TestRangBriefly:
    @pytest.mark.parametrize(("rings", "kept"), [(0, True), (3, True), (4, False), (None, None)])
    def test_allows_three_rings(self, rings: int | None, kept: bool | None) -> None:
        assert rang_briefly(a_call(rings=rings), on=DAY) is kept

    def test_is_no_question_of_a_call_that_nobody_took(self) -> None:
        assert rang_briefly(a_call(answered_at=None, rings=9), on=DAY) is None


class TestSettledInTime:
    @pytest.mark.parametrize(("seconds", "kept"), [(180, True), (180.000001, False)])
    def test_allows_three_minutes_from_the_answer(self, seconds: float, kept: bool) -> None:
        assert settled_in_time(a_call(ended_at=after(12 + seconds)), on=DAY) is kept

    def test_is_not_known_while_they_speak(self) -> None:
        assert settled_in_time(a_call(ended_at=None), on=DAY) is None
        assert settled_in_time(a_call(medium=Medium.ONLINE), on=DAY) is None


class TestLeftToTheCaller:
    @pytest.mark.parametrize(
        ("who", "kept"),
        [(HungUpBy.CALLER, True), (HungUpBy.SYSTEM, True), (HungUpBy.AGENT, False), (None, None)],
    )
    def test_is_broken_by_the_agent_alone(self, who: HungUpBy | None, kept: bool | None) -> None:
        assert left_to_the_caller(a_call(hung_up_by=who)) is kept

    def test_is_no_question_of_a_call_that_we_made(self) -> None:
        assert left_to_the_caller(a_call(direction=Direction.OUT, hung_up_by=HungUpBy.AGENT)) is None


class TestPack:
    @pytest.mark.parametrize("rule", [ANSWERED_WITHIN, RINGS_MAX, SETTLED_WITHIN])
    def test_names_the_medium_and_the_source_of_every_figure(self, rule: str) -> None:
        rows = CALL_PACK.rows(rule)

        assert rows
        assert all(row.scope in set(Medium) and row.source.startswith("R6") for row in rows)

    def test_holds_today_and_long_ago(self) -> None:
        for day in (date(2012, 5, 1), datetime.now(UTC).date()):
            assert CALL_PACK.pick(ANSWERED_WITHIN, scope=Medium.PHONE, on=day).value == 30
