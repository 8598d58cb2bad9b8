"""When a consignee counts as unreachable (浙江省快递业促进条例 art. 33)."""

import pytest
from factories import NOON, at
from hypothesis import given
from hypothesis import strategies as st

from rules.exceptions.unreachable import unreachable
from rules.packs import NoSuchRule
from schemas.unreachable import Channel, ContactAttempt, Unreachable

CALL = ContactAttempt(Channel.CALL, at(0))


def message(hours: float, *, answered: float | None = None) -> ContactAttempt:
    return ContactAttempt(Channel.MESSAGE, at(hours), None if answered is None else at(answered))


def after(hours: float, *attempts: ContactAttempt) -> Unreachable:
    return unreachable(attempts, now=at(hours))


class TestUnreachable:
    def test_is_a_consignee_whom_a_call_and_two_messages_did_not_reach_in_24_hours(self):
        found = after(33, CALL, message(1), message(9))

        assert found.undeliverable
        assert found.missing == ()
        assert found.undeliverable_from == at(33)

    @pytest.mark.parametrize("hours", [9, 20, 32.999])
    def test_is_nobody_before_the_24_hours_are_over(self, hours):
        found = after(hours, CALL, message(1), message(9))

        assert not found.undeliverable
        assert found.missing == ("silence until 2026-11-21 13:00 UTC",)

    def test_is_nobody_while_the_messages_are_less_than_8_hours_apart(self):
        found = after(100, CALL, message(1), message(8.999))

        assert not found.undeliverable
        assert found.next_message_from == at(9)
        assert found.missing == ("a second message, from 2026-11-20 13:00 UTC on", "silence after the second message")

    def test_is_told_by_the_first_message_that_comes_late_enough(self):
        assert after(33, CALL, message(1), message(5), message(9), message(20)).undeliverable

    def test_is_nobody_who_was_never_called(self):
        found = after(100, message(1), message(9))

        assert found.missing == ("a call",)
        assert found.undeliverable_from is None

    def test_is_nobody_whom_nobody_tried_to_reach(self):
        found = after(0)

        assert found.missing == (
            "a call", "a first message", "a second message", "silence after the second message",
        )  # fmt: skip
        assert found.next_message_from is None

    def test_cites_its_rules(self):
        assert after(0).basis == ("messages_apart[*]@2022-03-01", "silence[*]@2022-03-01")

    def test_is_no_matter_of_the_time_before_the_law(self):
        with pytest.raises(NoSuchRule):
            unreachable([], now=NOON.replace(year=2021))


class TestAnswer:
    @pytest.mark.parametrize("hours", [1, 10, 32.9, 40])
    def test_ends_the_procedure_whenever_it_comes(self, hours):
        found = after(50, CALL, message(1, answered=hours), message(9))

        assert not found.undeliverable
        assert found.answered_at == at(hours)

    def test_makes_only_what_is_tried_afterwards_count(self):
        later = (ContactAttempt(Channel.CALL, at(48)), message(49), message(57))

        assert not after(80, CALL._replace(answered_at=at(0)), *later).undeliverable
        assert after(81, CALL._replace(answered_at=at(0)), *later).undeliverable

    def test_that_is_yet_to_come_is_not_known(self):
        assert after(33, CALL, message(1, answered=40), message(9)).undeliverable


class TestAttempts:
    @given(st.lists(st.tuples(st.sampled_from(Channel), st.integers(0, 60)), max_size=8), st.randoms())
    def test_come_to_the_same_in_any_order(self, made, random):
        attempts = [ContactAttempt(channel, at(hours)) for channel, hours in made]
        shuffled = random.sample(attempts, k=len(attempts))

        assert unreachable(attempts, now=at(60)) == unreachable(shuffled, now=at(60))

    def test_that_are_yet_to_come_do_not_count(self):
        assert after(8, CALL, message(1), message(9)).next_message_from == at(9)
