"""Calls as reports count them: in SQL as the golden rules say of each call, by the limits of its own day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from random import Random

import pytest
from factories import NOON
from generated_cases import SHANGHAI
from sqlalchemy import Connection, text

from rules.calls.golden import answered_in_time, left_to_the_caller, rang_briefly, settled_in_time
from rules.calls.pack import ANSWERED_WITHIN, CALL_PACK, RINGS_MAX, SETTLED_WITHIN
from rules.packs import Rule, RulePack
from rules.reporting.periods import period_before, period_named, span_of
from schemas.calls import Call, Direction, HungUpBy, Medium
from store.reporting import calls as figures
from store.reporting.calls import CALLS, CONDITIONS, Measuring
from store.unit_of_work import unit_of_work

PERIOD = period_named("2026-11")
SPANS = {"this": span_of(PERIOD, SHANGHAI), "before": span_of(period_before(PERIOD), SHANGHAI)}
AS_OF = NOON + timedelta(days=9)
CHANGED_ON = date(2026, 11, 15)
STRICTER = RulePack(
    name="calls",
    version="test",
    rules=(
        *CALL_PACK.rows(SETTLED_WITHIN),
        *CALL_PACK.rows(RINGS_MAX),
        *CALL_PACK.rows(ANSWERED_WITHIN, scope=Medium.ONLINE),
        Rule(ANSWERED_WITHIN, Medium.PHONE, Decimal(60), "seconds", "", "test", "profile", valid_to=CHANGED_ON),
        Rule(ANSWERED_WITHIN, Medium.PHONE, Decimal(30), "seconds", "", "test", "profile", valid_from=CHANGED_ON),
    ),
)
"""A pack whose limit changed in the middle of the month."""


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def many_calls() -> list[Call]:
    """Make calls with every combination of the corners, on both sides of the day on which the limit changed."""
    chance, found = Random(3), []
    waits = (None, 0, 29.5, 30, 30.5, 45, 60, 60.5, 899.5, 900, 900.5)
    for medium, direction, waited, talked in product(Medium, Direction, waits, (None, 0, 179.5, 180, 180.5)):
        started = datetime(2026, 11, chance.randrange(1, 30), chance.randrange(24), 59, tzinfo=SHANGHAI)
        answered = None if waited is None else started + timedelta(seconds=waited)
        ended = None if talked is None else (answered or started) + timedelta(seconds=talked)
        call = Call(
            medium=medium, direction=direction, started_at=started, answered_at=answered, ended_at=ended,
            rings=chance.choice((None, 0, 3, 4)), hung_up_by=chance.choice((None, *HungUpBy)),
        )  # fmt: skip
        found.append(call)
    found.append(Call(medium=Medium.ONLINE, started_at=AS_OF - timedelta(minutes=5)))
    return found


def keep(connection: Connection, calls: list[Call]) -> None:
    connection.execute(
        text(
            "INSERT INTO call_record (centre, call_id, medium, direction, started_at, answered_at, ended_at, rings, "
            "queue, hung_up_by) VALUES ('95000', :n, :medium, :direction, :started_at, :answered_at, :ended_at, "
            ":rings, '投诉', coalesce(:hung_up_by, ''))"
        ),
        [{"n": f"{n:06}", **call.model_dump(mode="python")} for n, call in enumerate(calls)],
    )


def gather(connection: Connection, pack: RulePack = STRICTER) -> None:
    rows = [rule for name in (ANSWERED_WITHIN, RINGS_MAX, SETTLED_WITHIN) for rule in pack.rows(name)]
    figures.gather(
        connection, **SPANS, by=Measuring(as_of=AS_OF, time_zone="Asia/Shanghai", limits=rows)
    )  # fmt: skip


def expected(call: Call) -> set[str]:
    """Say which figures count a call, by the golden rules."""
    if call.direction is Direction.OUT:
        return set()
    on = call.started_at.astimezone(SHANGHAI).date()
    phone = call.medium is Medium.PHONE
    answered = answered_in_time(call, on=on, now=AS_OF, pack=STRICTER)
    judged = {
        "phone_in_time" if phone else "online_in_time": answered is True,
        "phone_late" if phone else "online_late": answered is False,
        "gave_up": phone and call.answered_at is None and answered is None,
        "rang_briefly": rang_briefly(call, on=on) is True,
        "rang_long": rang_briefly(call, on=on) is False,
        "settled_in_time": settled_in_time(call, on=on) is True,
        "settled_late": settled_in_time(call, on=on) is False,
        "left_to_the_caller": left_to_the_caller(call) is True,
        "agent_hung_up": left_to_the_caller(call) is False,
    }
    return {"calls" if phone else "messages", *(figure for figure, counts in judged.items() if counts)}


class TestCalls:
    def test_are_counted_as_the_golden_rules_say(self, connection: Connection) -> None:
        calls = many_calls()
        keep(connection, calls)
        gather(connection)

        counted = {line.call: set(line.counted) for line in figures.lines(connection)}

        assert counted == {f"95000/{n:06}": expected(call) for n, call in enumerate(calls)}
        assert set().union(*counted.values()) == set(CONDITIONS)

    def test_lie_behind_every_figure(self, connection: Connection) -> None:
        calls = many_calls()
        keep(connection, calls)
        gather(connection)

        for figure, cases in CALLS.totals(connection)["this"].items():
            assert len(CALLS.behind(connection, figure, limit=10_000).get("", [])) == cases

    def test_of_other_periods_do_not_count(self, connection: Connection) -> None:
        first, end = SPANS["this"]
        microsecond = timedelta(microseconds=1)
        keep(connection, [Call(started_at=at) for at in (first - microsecond, first, end - microsecond, end)])
        gather(connection)

        totals = CALLS.totals(connection)
        assert (totals["this"]["calls"], totals["before"]["calls"]) == (2, 1)
