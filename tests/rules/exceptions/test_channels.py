"""By what a customer is contacted, segment by segment, and what comes when that fails (R113)."""

import runpy
from datetime import timedelta
from enum import StrEnum
from itertools import permutations

import pytest
from factories import at

import schemas.channels
from rules.exceptions import channels
from rules.exceptions.channels import (
    BY_PHONE,
    CHAINS,
    available_channels,
    last_tried_at,
    next_channel,
    pickup_code_in,
    written_channel,
)
from schemas.channels import Channel, ContactAttempt, Contacted, ContactEnded, NextContact, Segment

IN_TURN = {
    Segment.STANDARD: ["sms", "voice_call", "voice_call", "voice_message", "email"],
    Segment.YOUNG: ["sms", "app", "voice_call", "voice_message"],
    Segment.ELDERLY: ["voice_call", "voice_call", "voice_message", "sms"],
    Segment.BUSINESS: ["voice_call", "email", "voice_call", "voice_call", "sms"],
    Segment.OVERSEAS: ["email", "app", "sms"],
}


def attempt(channel: Channel, hours: float = 0, outcome: Contacted = Contacted.NO_ANSWER) -> ContactAttempt:
    return ContactAttempt(channel=channel, at=at(hours), outcome=outcome)


def tried_in_turn(segment: Segment, **changes) -> list[NextContact]:
    """Try one channel after the other, as if nobody ever answered."""
    made: list[ContactAttempt] = []
    tried = []
    while isinstance(step := next_channel(segment, attempts=made, **changes), NextContact):
        tried.append(step)
        made.append(attempt(step.channel, hours=len(made)))
    assert step is ContactEnded.EXHAUSTED
    return tried


class TestChain:
    @pytest.mark.parametrize("segment", Segment)
    def test_is_gone_through_in_its_order_until_it_is_exhausted_for(self, segment):
        assert [step.channel for step in tried_in_turn(segment)] == IN_TURN[segment]

    @pytest.mark.parametrize("segment", Segment)
    def test_begins_at_once_for(self, segment):
        assert tried_in_turn(segment)[0].after == timedelta(0)

    def test_waits_an_hour_before_a_young_person_who_did_not_read_is_called(self):
        assert [step.after for step in tried_in_turn(Segment.YOUNG)][2] == timedelta(hours=1)

    def test_sends_an_old_person_who_does_not_answer_a_voice_message_at_once(self):
        calls = [attempt(Channel.VOICE_CALL, hours) for hours in (0, 1)]

        assert next_channel(Segment.ELDERLY, attempts=calls) == NextContact(channel=Channel.VOICE_MESSAGE)

    def test_sends_a_young_person_the_pick_up_code(self):
        step = next_channel(Segment.YOUNG, attempts=[])

        assert step == NextContact(channel=Channel.SMS, pickup_code=True)

    def test_gives_no_pick_up_code_to_whoever_picks_up_a_telephone(self):
        for segment in Segment:
            assert not any(step.pickup_code for step in tried_in_turn(segment) if "voice" in step.channel)

    @pytest.mark.parametrize("segment", Segment)
    @pytest.mark.parametrize("channel", Channel)
    def test_leaves_out_a_channel_for_which_nothing_is_on_file(self, segment, channel):
        available = frozenset(Channel) - {channel}

        assert [step.channel for step in tried_in_turn(segment, available=available)] == [
            told for told in IN_TURN[segment] if told != channel
        ]

    @pytest.mark.parametrize("segment", Segment)
    def test_is_exhausted_at_once_when_nothing_is_on_file_for(self, segment):
        assert next_channel(segment, attempts=[], available=()) is ContactEnded.EXHAUSTED

    def test_does_not_try_again_what_takes_nothing(self):
        dead = attempt(Channel.VOICE_CALL, outcome=Contacted.UNDELIVERABLE)

        assert next_channel(Segment.ELDERLY, attempts=[dead]) == NextContact(channel=Channel.VOICE_MESSAGE)

    def test_counts_no_attempt_that_it_did_not_ask_for(self):
        step = next_channel(Segment.ELDERLY, attempts=[attempt(Channel.EMAIL)])

        assert step == NextContact(channel=Channel.VOICE_CALL, after=timedelta(minutes=15))

    @pytest.mark.parametrize("segment", Segment)
    def test_ends_when_the_customer_was_reached_by_whatever_channel(self, segment):
        reached = attempt(Channel.EMAIL, outcome=Contacted.REACHED)

        assert next_channel(segment, attempts=[reached, attempt(Channel.SMS, 1)]) is ContactEnded.REACHED

    def test_is_the_same_in_whatever_order_the_attempts_are_told(self):
        made = [attempt(Channel.SMS), attempt(Channel.VOICE_CALL, 1), attempt(Channel.VOICE_CALL, 2)]

        assert {next_channel(Segment.STANDARD, attempts=told).channel for told in permutations(made)} == {
            Channel.VOICE_MESSAGE
        }

    def test_counts_a_call_that_somebody_was_asked_for(self):
        asked = attempt(Channel.VOICE_CALL, outcome=Contacted.UNDER_WAY)

        assert next_channel(Segment.ELDERLY, attempts=[asked, asked]) == NextContact(channel=Channel.VOICE_MESSAGE)


class TestAvailableChannels:
    def test_are_those_that_a_phone_number_is_enough_for(self):
        assert available_channels(phone="19900001234") == {"sms", "voice_call", "voice_message"}

    def test_are_none_without_a_number(self):
        assert available_channels(phone="") == frozenset()


class TestWrittenChannel:
    @pytest.mark.parametrize(
        ("segment", "channel"),
        [
            (Segment.STANDARD, Channel.SMS),
            (Segment.YOUNG, Channel.SMS),
            (Segment.ELDERLY, Channel.VOICE_MESSAGE),
            (Segment.BUSINESS, Channel.SMS),
            (Segment.OVERSEAS, Channel.SMS),
        ],
    )
    def test_is_the_first_of_the_chain_that_nobody_has_to_answer(self, segment, channel):
        assert written_channel(segment) is channel

    def test_is_another_where_the_first_takes_nothing(self):
        assert written_channel(Segment.ELDERLY, available=BY_PHONE - {Channel.VOICE_MESSAGE}) is Channel.SMS

    def test_is_none_where_only_a_call_is_left(self):
        assert written_channel(Segment.ELDERLY, available=[Channel.VOICE_CALL]) is None


class TestLastTriedAt:
    def test_is_when_the_last_attempt_was_made(self):
        assert last_tried_at([attempt(Channel.SMS, 1), attempt(Channel.VOICE_CALL, 0.5)]) == at(1)

    def test_leaves_whoever_is_asked_to_call_an_hour(self):
        asked = attempt(Channel.VOICE_CALL, 1, outcome=Contacted.UNDER_WAY)

        assert last_tried_at([attempt(Channel.SMS, 1.5), asked]) == at(2)


class TestPickupCodeIn:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("已投柜，取件码 12-3-4", "12-3-4"),
            ("请凭取件码【12345678】取件", "12345678"),
            ("取件码为：A1-2043，请及时领取", "A1-2043"),
            ("快件已放入丰巢智能柜，请凭取件码领取", ""),
            ("快件已到达", ""),
        ],
    )
    def test_is_read_from_the_carriers_words(self, text, code):
        assert pickup_code_in(text) == code


class TestTable:
    def test_is_refused_when_a_segment_has_no_chain(self, monkeypatch):
        stray = StrEnum("Segment", {**{word.name: word.value for word in Segment}, "STRAY": "stray"})
        monkeypatch.setattr(schemas.channels, "Segment", stray)

        with pytest.raises(ValueError, match=r"no chain is declared for .*STRAY"):
            runpy.run_path(channels.__file__)

    @pytest.mark.parametrize("segment", Segment)
    def test_tries_each_channel_a_bounded_number_of_times(self, segment):
        assert sum(link.tries for link in CHAINS[segment]) <= 5
