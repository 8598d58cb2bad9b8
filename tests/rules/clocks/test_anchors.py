"""A history folded into the little that clocks need of it."""

from datetime import timedelta
from functools import reduce

import pytest
from clock_history import SHANGHAI, entry, facts, local
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.anchors import advance, fold, knowing
from rules.clocks.reading import next_due
from schemas.clocks import MARKS_MAX, PAUSES_MAX, Anchors, ClockCommand, ClockEntry, PauseReason
from schemas.severity import Severity

OPENED = local("2026-03-02 09:00")
COMMANDS = ("tell_customer", "request_approval", "approve", "hand_over", "close", "feed_back", *ClockCommand)
entries = st.lists(
    st.builds(
        ClockEntry,
        at=st.integers(0, 400).map(lambda hours: OPENED + timedelta(hours=hours)),
        command=st.sampled_from(COMMANDS),
        state=st.sampled_from(["", "DETECTED", "AWAITING_APPROVAL", "NEEDS_OPERATOR", "CLOSED"]),
        severity=st.sampled_from([None, *Severity]),
        reason=st.sampled_from(["", "lunch", *PauseReason]),
        facts=st.sampled_from([{}, {"promised_at": OPENED}, {"delivered_at": OPENED + timedelta(hours=50)}]),
        profile=st.sampled_from(["", "standard", "seed-outlet"]),
    ),
    max_size=30,
)


def paused(*told: ClockEntry) -> list[tuple[str, bool]]:
    """Say which pauses a history has, and which of them last."""
    return [(pause.reason, pause.until is None) for pause in fold(told).pauses]


class TestFold:
    @given(entries)
    def test_is_what_its_entries_come_to_one_by_one(self, history):
        assert fold(history) == reduce(advance, history, Anchors())

    @given(entries, st.integers(0, 30))
    def test_can_be_continued_from_anywhere(self, history, place):
        assert fold(history[place:], start=fold(history[:place])) == fold(history)

    @given(entries)
    def test_comes_back_from_json_as_it_was(self, history):
        anchors = fold(history)

        assert Anchors.model_validate_json(anchors.model_dump_json()) == anchors

    @given(entries, st.randoms())
    def test_does_not_grow_with_the_history(self, history, random):
        anchors = fold(random.choices(history, k=300) if history else [])

        assert all(len(marks) <= MARKS_MAX for marks in anchors.marks.values())
        assert len(anchors.pauses) <= PAUSES_MAX

    @given(st.permutations([entry("2026-03-02 10:00", name) for name in ("tell_customer", "hand_over", "escalate")]))
    def test_comes_to_the_same_due_time_in_any_order_of_entries_of_one_instant(self, together):
        opened = entry("2026-03-02 09:00", "detect", state="NEEDS_OPERATOR")

        assert next_due(fold([opened, *together])) == next_due(fold([opened, *sorted(together, key=str)]))


class TestAdvance:
    def test_keeps_the_first_time_of_a_command_and_the_latest(self):
        told = [entry(f"2026-03-02 {hour:02}:00", "tell_customer") for hour in range(20)]

        marks = fold(told).marks["tell_customer"]

        assert marks[0].at == local("2026-03-02 00:00")
        assert [mark.at.astimezone(SHANGHAI).hour for mark in marks[1:]] == [*range(13, 20)]

    def test_leaves_the_state_and_its_time_when_an_entry_moves_nothing(self):
        anchors = fold([
            entry("2026-03-02 09:00", "detect", state="DETECTED"), entry("2026-03-02 10:00", "tell_customer"),
            entry("2026-03-02 11:00", "tell_customer", state="DETECTED"),
        ])  # fmt: skip

        assert (anchors.state, anchors.state_since) == ("DETECTED", local("2026-03-02 09:00"))

    def test_says_since_when_the_profile_has_been_in_force(self):
        anchors = fold([
            entry("2026-03-02 09:00", "detect"), entry("2026-03-02 10:00", "change_profile", profile="standard"),
            entry("2026-03-02 11:00", "change_profile", profile="standard"),
        ])  # fmt: skip

        assert (anchors.profile, anchors.profile_since) == ("standard", local("2026-03-02 10:00"))


class TestPauses:
    PAUSE = entry("2026-03-02 10:00", "pause", reason="waiting_customer")
    OTHER = entry("2026-03-02 10:30", "pause", reason="waiting_customs")

    def test_last_until_a_release(self):
        assert paused(self.PAUSE, entry("2026-03-02 11:00", "feed_back")) == [("waiting_customer", True)]
        assert paused(self.PAUSE, entry("2026-03-02 11:00", "release")) == [("waiting_customer", False)]

    def test_are_told_apart_by_their_reasons(self):
        released = entry("2026-03-02 11:00", "release", reason="waiting_customs")

        assert paused(self.PAUSE, self.OTHER, released) == [("waiting_customer", True), ("waiting_customs", False)]

    @pytest.mark.parametrize("reason", ["", "lunch", "waiting_authority"])
    def test_all_end_with_a_release_that_names_none_of_them(self, reason):
        released = entry("2026-03-02 11:00", "release", reason=reason)

        assert paused(self.PAUSE, self.OTHER, released) == [("waiting_customer", False), ("waiting_customs", False)]

    def test_begin_once_for_each_reason(self):
        assert paused(self.PAUSE, self.PAUSE) == [("waiting_customer", True)]

    def test_end_no_earlier_than_they_began_when_clocks_of_machines_differ(self):
        [pause] = fold([self.PAUSE, entry("2026-03-02 09:59", "release")]).pauses

        assert pause.until == pause.since

    def test_stop_nothing_beyond_their_number(self):
        often = [
            told
            for minute in range(PAUSES_MAX)
            for told in (self.PAUSE, entry(f"2026-03-02 10:{minute:02}", "release"))
        ]

        assert len(paused(*often, self.OTHER)) == PAUSES_MAX


class TestKnowing:
    def test_adds_facts_that_stand_elsewhere_and_takes_back_what_is_no_longer_known(self):
        anchors = fold([entry("2026-03-02 09:00", "detect", facts=facts(promised_at="2026-03-03 18:00"))])

        known = knowing(anchors, {"promised_at": None, **facts(delivered_at="2026-03-03 12:00")})

        assert known.facts == facts(delivered_at="2026-03-03 12:00")
