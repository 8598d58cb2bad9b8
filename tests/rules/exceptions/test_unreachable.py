"""When a consignee counts as unreachable (浙江省快递业促进条例 art. 33)."""

import pytest
from factories import NOON, at
from hypothesis import given
from hypothesis import strategies as st

from rules.exceptions.unreachable import unreachable
from rules.packs import NoSuchRule
from schemas.channels import MESSAGES, Channel, ContactAttempt, Contacted
from schemas.unreachable import ProcedureStep, Unreachable


def call(hours: float, outcome: Contacted = Contacted.NO_ANSWER) -> ContactAttempt:
    return ContactAttempt(channel=Channel.VOICE_CALL, at=at(hours), outcome=outcome)


CALL = call(0)


def message(hours: float, channel: Channel = Channel.SMS, outcome: Contacted = Contacted.NO_ANSWER) -> ContactAttempt:
    return ContactAttempt(channel=channel, at=at(hours), outcome=outcome)


def answer(hours: float, channel: Channel = Channel.SMS) -> ContactAttempt:
    return message(hours, channel, Contacted.REACHED)


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
        assert found.missing == (ProcedureStep.SILENCE,)
        assert found.undeliverable_from == at(33)

    def test_is_nobody_while_the_messages_are_less_than_8_hours_apart(self):
        found = after(100, CALL, message(1), message(8.999))

        assert not found.undeliverable
        assert found.next_message_from == at(9)
        assert found.missing == (ProcedureStep.SECOND_MESSAGE, ProcedureStep.SILENCE)

    def test_is_told_by_the_first_message_that_comes_late_enough(self):
        assert after(33, CALL, message(1), message(5), message(9), message(20)).undeliverable

    def test_is_nobody_who_was_never_called(self):
        found = after(100, message(1), message(9))

        assert found.missing == (ProcedureStep.CALL,)
        assert found.undeliverable_from is None

    def test_is_nobody_whom_nobody_tried_to_reach(self):
        found = after(0)

        assert found.missing == tuple(ProcedureStep)
        assert found.next_message_from is None

    @pytest.mark.parametrize("channel", sorted(MESSAGES))
    def test_is_written_to_by(self, channel):
        assert after(33, CALL, message(1, channel), message(9, channel)).undeliverable

    @pytest.mark.parametrize("outcome", [Contacted.UNDER_WAY, Contacted.UNDELIVERABLE])
    @pytest.mark.parametrize("place", range(3), ids=["the call", "the first message", "the second message"])
    def test_is_nobody_when_one_of_the_three_did_not_go_out(self, place, outcome):
        made = [CALL, message(1), message(9)]
        made[place] = made[place].model_copy(update={"outcome": outcome})

        assert not after(100, *made).undeliverable

    def test_cites_its_rules(self):
        assert after(0).basis == ("messages_apart[*]@2022-03-01", "silence[*]@2022-03-01")

    def test_is_no_matter_of_the_time_before_the_law(self):
        with pytest.raises(NoSuchRule):
            unreachable([], now=NOON.replace(year=2021))


class TestAnswer:
    @pytest.mark.parametrize("hours", [1, 10, 32.9, 40])
    @pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE_CALL])
    def test_ends_the_procedure_whenever_it_comes(self, hours, channel):
        found = after(50, CALL, message(1), message(9), answer(hours, channel))

        assert not found.undeliverable
        assert found.answered_at == at(hours)

    def test_makes_only_what_is_tried_afterwards_count(self):
        later = (call(48), message(49), message(57))

        assert not after(80, answer(0), *later).undeliverable
        assert after(81, answer(0), *later).undeliverable

    def test_that_is_yet_to_come_is_not_known(self):
        assert after(33, CALL, message(1), message(9), answer(40)).undeliverable


class TestAttempts:
    @given(
        st.lists(st.tuples(st.sampled_from(Channel), st.integers(0, 60), st.sampled_from(Contacted)), max_size=8),
        st.randoms(),
    )
    def test_come_to_the_same_in_any_order(self, made, random):
        attempts = [ContactAttempt(channel=channel, at=at(hours), outcome=outcome) for channel, hours, outcome in made]
        shuffled = random.sample(attempts, k=len(attempts))

        assert unreachable(attempts, now=at(60)) == unreachable(shuffled, now=at(60))

    def test_that_are_yet_to_come_do_not_count(self):
        assert after(8, CALL, message(1), message(9)).next_message_from == at(9)
