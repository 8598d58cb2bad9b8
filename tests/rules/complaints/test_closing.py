"""How a complaint ends once its result was told (R17, R45, R46, R72)."""

from datetime import timedelta
from itertools import product

import pytest
from complaint_factories import a_complaint
from factories import NOON, at

from rules.complaints.closing import (
    after_objection,
    is_abandoned,
    next_follow_up,
    reopening_refused,
    silence_is_enough,
)
from schemas.complaints import Command, Ending, State
from schemas.severity import Severity

INSTANT = timedelta(microseconds=1)


class TestSilenceIsEnough:
    @pytest.mark.parametrize(
        ("severity", "objections"), [*product(Severity, [0, 1])], ids=lambda part: getattr(part, "name", str(part))
    )
    def test_of_a_customer_who_was_told_of_a_light_matter_and_never_objected(self, severity, objections):
        complaint = a_complaint(severity=severity, objections=objections)

        assert silence_is_enough(complaint) == (severity < Severity.SEVERE and not objections)

    def test_is_not_of_one_whom_nobody_could_tell(self):
        assert not silence_is_enough(a_complaint(customer_phone="", customer_email=""))
        assert silence_is_enough(a_complaint(customer_phone="", customer_email="qianqi@example.com"))


class TestAfterObjection:
    @pytest.mark.parametrize(
        ("state", "objections", "command"),
        [
            (State.FED_BACK, 0, Command.OBJECT),
            (State.FED_BACK, 1, Command.REFER_UP),
            (State.FED_BACK, 4, Command.REFER_UP),
            (State.CONCLUDED, 0, Command.REOPEN),
            (State.CONCLUDED, 1, Command.REOPEN),
            (State.CLOSED, 0, Command.REOPEN),
            (State.CLOSED, 1, Command.REOPEN),
        ],
    )
    def test_verifies_again_first_and_has_a_supervisor_take_over_next(self, state, objections, command):
        assert after_objection(a_complaint(state=state, objections=objections)) is command

    @pytest.mark.parametrize(("state", "objections"), [*product(State, [0, 1, 2])])
    def test_is_never_a_bare_refusal(self, state, objections):
        command = after_objection(a_complaint(state=state, objections=objections))

        assert command in {Command.OBJECT, Command.REFER_UP, Command.REOPEN}


class TestReopeningRefused:
    @pytest.mark.parametrize(
        ("after", "why"),
        [
            (timedelta(0), None),
            (timedelta(days=30), None),
            (timedelta(days=30) + INSTANT, "it was closed more than 30 days ago."),
        ],
        ids=["at once", "after thirty days to the instant", "an instant later"],
    )
    def test_by_when_it_was_closed(self, after, why):
        closed = a_complaint(state=State.CLOSED, closed_at=NOON)

        assert reopening_refused(closed, now=NOON + after) == why

    @pytest.mark.parametrize("state", sorted(set(State) - {State.CLOSED}))
    def test_of_one_that_is(self, state):
        why = reopening_refused(a_complaint(state=state), now=NOON)

        assert why == (None if state is State.CONCLUDED else "the complaint is open.")


class TestNextFollowUp:
    @pytest.mark.parametrize("ending", list(Ending))
    def test_is_tomorrow_unless_nobody_wants_anything_any_more(self, ending):
        wanted = ending not in {Ending.WITHDRAWN, Ending.ABANDONED, Ending.BY_HAND}

        assert next_follow_up(a_complaint(), ending=ending, now=NOON) == (at(24) if wanted else None)

    @pytest.mark.parametrize("changes", [{"waybill": ""}, {"delivered_at": at(-1)}], ids=["no parcel", "arrived"])
    def test_is_never_where_nothing_is_under_way(self, changes):
        assert next_follow_up(a_complaint(**changes), ending=Ending.ACCEPTED, now=NOON) is None


class TestIsAbandoned:
    @pytest.mark.parametrize(
        ("after", "abandoned"), [(timedelta(hours=72) - INSTANT, False), (timedelta(hours=72), True)]
    )
    def test_after_three_days_to_the_instant(self, after, abandoned):
        assert is_abandoned(a_complaint(state=State.DRAFT), now=NOON + after) is abandoned
