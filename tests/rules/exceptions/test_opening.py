"""Which troubles deserve a case of their own."""

import pytest
from factories import NOON, a_case, a_trouble, at

from rules.exceptions.opening import deserves_case
from schemas.exceptions import ClosingReason, ExceptionType, Origin, State


def remedied(**changes):
    return a_case(
        **{
            "state": State.CLOSED,
            "closed_at": NOON,
            "closing_reason": ClosingReason.ACCEPTED,
            "trigger": "event-0",
            **changes,
        }
    )


def cured(**changes):
    return remedied(closing_reason=ClosingReason.CURED, **changes)


class TestDeservesCase:
    def test_holds_for_a_waybill_that_never_had_a_case(self):
        assert deserves_case(a_trouble(), [])

    def test_fails_while_a_case_of_the_type_is_open(self):
        assert not deserves_case(a_trouble(trigger="event-9", since=at(9)), [a_case()])

    def test_holds_beside_an_open_case_of_another_type(self):
        assert deserves_case(a_trouble(), [a_case(type=ExceptionType.LOST)])

    @pytest.mark.parametrize(
        "former", [remedied(trigger="event-1"), cured(trigger="event-1")], ids=["remedied", "cured"]
    )
    def test_fails_for_an_event_that_opened_a_case_before(self, former):
        assert not deserves_case(a_trouble(since=at(9)), [former])

    @pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
    def test_fails_when_one_of_several_former_cases_dealt_with_it(self, order):
        former = [remedied(closed_at=at(-1), troubled_since=at(-3)), remedied(closed_at=at(1))]

        assert not deserves_case(a_trouble(), former[::order])


class TestRemediedCase:
    def test_deals_with_everything_up_to_its_closing(self):
        assert not deserves_case(a_trouble(since=at(-1)), [remedied()])

    def test_deals_with_what_happened_at_the_instant_of_its_closing(self):
        assert not deserves_case(a_trouble(since=NOON), [remedied()])

    def test_leaves_a_failure_after_the_remedy_to_a_new_case(self):
        assert deserves_case(a_trouble(since=at(1)), [remedied()])

    def test_leaves_a_trouble_that_began_before_it_and_went_on_after_it_to_a_new_case(self):
        assert deserves_case(a_trouble(since=at(-9), latest=at(1)), [remedied()])


class TestCuredCase:
    def test_deals_with_what_began_when_it_did(self):
        assert not deserves_case(a_trouble(since=at(-2)), [cured(troubled_since=at(-2))])

    def test_deals_with_what_began_earlier_and_was_told_late(self):
        assert not deserves_case(a_trouble(since=at(-5)), [cured(troubled_since=at(-2))])

    def test_leaves_what_began_later_to_a_new_case_even_before_it_was_closed(self):
        assert deserves_case(a_trouble(since=at(-1)), [cured(troubled_since=at(-2))])


class TestSilence:
    @pytest.mark.parametrize("former", [remedied, cured])
    def test_that_a_former_case_was_about_is_dealt_with_however_long_it_lasts(self, former):
        silence = a_trouble(since=at(-2), latest=at(5), origin=Origin.SILENCE)

        assert not deserves_case(silence, [former(troubled_since=at(-2))])

    @pytest.mark.parametrize("former", [remedied, cured])
    def test_counted_from_a_later_scan_deserves_a_case(self, former):
        silence = a_trouble(since=at(-1), origin=Origin.SILENCE)

        assert deserves_case(silence, [former(troubled_since=at(-2))])
