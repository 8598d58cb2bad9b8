"""How bad an exception is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from custody_logs import HUB, a_whole_way, scan
from factories import NOON, a_case, at
from hypothesis import given
from hypothesis import strategies as st

from rules.exceptions.custody import chain_of_custody
from rules.exceptions.pack import EXCEPTION_PACK
from rules.exceptions.severity import (
    WORDS,
    custody_gap_of,
    days_late,
    derivation,
    repeat_windows,
    severity,
    severity_points,
)
from schemas.custody import GapKind
from schemas.exceptions import ExceptionType
from schemas.severity import Severity
from schemas.tracking import Event
from schemas.weighing import Repeats, SeverityFacts

GRAVE = {
    ExceptionType.DAMAGED,
    ExceptionType.LOST,
    ExceptionType.SHORT,
    ExceptionType.FALSE_SIGN,
    ExceptionType.UNAUTHORISED_LOCKER,
}


WORST_KNOWN = SeverityFacts(repeats=Repeats(waybill=1, consignee=1), custody_gap=GapKind.SENT_NOT_RECEIVED)


def points(*, facts: SeverityFacts | None = None, **changes) -> int:
    """Give the points of a case that has none by itself."""
    plain = {"type": ExceptionType.DELAYED, "declared_value": None, **changes}
    return severity_points(a_case(**plain), now=NOON, **({} if facts is None else {"facts": facts}))


def scopes(**changes) -> list[str]:
    """Give what such a case gets its points for."""
    plain = {"type": ExceptionType.DELAYED, "declared_value": None, **changes}
    return [line.scope for line in derivation(a_case(**plain), now=NOON)]


class TestPoints:
    def test_are_none_for_an_ordinary_parcel_that_is_in_time(self):
        assert points() == 0

    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_are_two_for_a_grave_type_and_none_for_another(self, type_):
        assert points(type=type_) == (2 if type_ in GRAVE else 0)

    @pytest.mark.parametrize(
        ("value", "expected"), [("999.99", 0), ("1000", 2), ("2999.99", 2), ("3000", 4), ("90000", 4)]
    )
    def test_follow_the_value_in_two_steps(self, value, expected):
        assert points(declared_value=Decimal(value)) == expected

    def test_follow_the_insured_amount_rather_than_the_declared_value(self):
        assert scopes(insured_amount=Decimal(500), declared_value=Decimal(3000)) == ["insured"]

    def test_are_one_for_cover_that_was_bought(self):
        assert points(insured_amount=Decimal(500)) == 1
        assert points(insured_amount=Decimal(0)) == 0

    def test_are_two_for_goods_that_perish(self):
        assert points(perishable=True) == 2

    @pytest.mark.parametrize(("tier", "expected"), [("standard", 0), ("contract", 2), ("vip", 2)])
    def test_follow_the_customers_tier(self, tier, expected):
        assert points(customer_tier=tier) == expected

    def test_grow_by_one_for_every_day_of_delay(self):
        assert points(promised_at=at(-48)) == 2

    def test_add_up(self):
        worst = {
            "type": ExceptionType.LOST,
            "insured_amount": Decimal(5000),
            "perishable": True,
            "customer_tier": "vip",
            "promised_at": at(-24 * 30),
        }

        assert points(**worst) == 2 + 4 + 1 + 2 + 2 + 3
        assert points(facts=WORST_KNOWN, **worst) == 2 + 4 + 1 + 2 + 2 + 3 + 2 + 1 + 2

    def test_are_two_for_a_parcel_that_is_in_trouble_again_however_often(self):
        assert points(facts=SeverityFacts(repeats=Repeats(waybill=1))) == 2
        assert points(facts=SeverityFacts(repeats=Repeats(waybill=7))) == 2

    def test_are_one_for_a_consignee_who_is_hit_again(self):
        assert points(facts=SeverityFacts(repeats=Repeats(consignee=3))) == 1

    @pytest.mark.parametrize("gap", list(GapKind))
    def test_are_two_for_a_gap_in_the_chain_of_custody(self, gap):
        assert points(facts=SeverityFacts(custody_gap=gap)) == 2


class TestDerivation:
    @given(st.builds(SeverityFacts, repeats=st.builds(Repeats, waybill=st.integers(0, 3), consignee=st.integers(0, 3)),
                     custody_gap=st.sampled_from([None, *GapKind])),
           st.sampled_from(ExceptionType), st.booleans(), st.integers(0, 200))  # fmt: skip
    def test_adds_up_to_the_points_and_names_a_rule_for_each(self, facts, type_, perishable, hours):
        case = a_case(type=type_, perishable=perishable, promised_at=at(-hours), insured_amount=Decimal(20 * hours))
        lines = derivation(case, now=NOON, facts=facts)

        assert sum(line.points for line in lines) == severity_points(case, now=NOON, facts=facts)
        assert [line.rule.partition("@")[0] for line in lines] == [f"points[{line.scope}]" for line in lines]
        assert all(line.points > 0 and "{" not in line.sentence.zh + line.sentence.en for line in lines)

    def test_says_why_in_both_languages(self):
        [late] = derivation(a_case(type=ExceptionType.DELAYED, promised_at=at(-50)), now=NOON)

        assert (late.scope, late.points) == ("days_late", 2)
        assert (late.sentence.zh, late.sentence.en) == ("已超承诺 2 天", "2 days past the promise")

    def test_names_the_gap_as_the_trade_does(self):
        case = a_case(type=ExceptionType.DELAYED, promised_at=None)
        [line] = derivation(case, now=NOON, facts=SeverityFacts(custody_gap=GapKind.SENT_NOT_RECEIVED))

        assert line.sentence.zh == "保管链缺口：有发未到"
        assert line.sentence.en == "Gap in the chain of custody: sent, not received"

    def test_has_no_line_for_what_is_not_known(self):
        assert scopes() == []

    def test_knows_words_for_everything_that_gives_points(self):
        giving = {scope for id_, scope in EXCEPTION_PACK._rows if id_ == "points"}

        assert set(WORDS) == giving


class TestRepeatWindows:
    def test_reach_back_thirty_days(self):
        assert repeat_windows(on=NOON) == (timedelta(days=30), timedelta(days=30))


class TestCustodyGapOf:
    def test_is_the_gap_that_the_parcel_is_in(self):
        assert custody_gap_of(chain_of_custody(a_whole_way()[:4], now=at(200))) is GapKind.SENT_NOT_RECEIVED

    def test_is_a_contradiction_where_no_gap_is_open(self):
        log = [*a_whole_way(), scan(Event.ARRIVED_HUB, 60, HUB)]

        assert custody_gap_of(chain_of_custody(log, now=at(61))) is GapKind.MOVED_AFTER_SIGNED

    def test_is_none_for_a_scan_that_is_missing_on_the_way(self):
        log = [event for event in a_whole_way() if event.event is not Event.ARRIVED_DEST_CITY]

        assert chain_of_custody(log, now=at(40)).gaps
        assert custody_gap_of(chain_of_custody(log, now=at(40))) is None


class TestDaysLate:
    @pytest.mark.parametrize(
        ("late", "days"),
        [
            pytest.param(timedelta(0), 0, id="at the promised time"),
            pytest.param(timedelta(hours=24, microseconds=-1), 0, id="just under a day"),
            pytest.param(timedelta(hours=24), 1, id="a day"),
            pytest.param(timedelta(hours=72), 3, id="three days"),
            pytest.param(timedelta(days=10), 3, id="ten days"),
            pytest.param(timedelta(days=-2), 0, id="two days early"),
        ],
    )
    def test_counts_full_days_up_to_three(self, late, days):
        assert days_late(a_case(promised_at=NOON - late), now=NOON) == days

    def test_is_none_where_nothing_was_promised(self):
        assert days_late(a_case(promised_at=None), now=NOON) == 0


class TestSeverity:
    @pytest.mark.parametrize(
        ("points", "expected"),
        [
            (0, Severity.MINOR),
            (1, Severity.ORDINARY),
            (3, Severity.ORDINARY),
            (4, Severity.SEVERE),
            (6, Severity.SEVERE),
            (7, Severity.CRITICAL),
            (13, Severity.CRITICAL),
        ],
    )
    def test_begins_a_band_at_its_limit(self, points, expected):
        assert severity(points, opened_at=NOON) is expected
