"""Whose turn it is to hear from us, by what, and when the law leaves the parcel to its sender."""

import pytest
from factories import a_case, a_plan, at

from rules.exceptions.contacting import Turn, may_go_back, next_turn, waits_for_customer
from schemas.channels import Channel, ContactAttempt, Contacted, NextContact, Segment
from schemas.exceptions import ExceptionType, Measure, State

ASKED_SOMETHING = {
    "ADDRESS_ERROR", "UNREACHABLE", "REFUSED", "RETURNED", "FORWARDED", "UNCOLLECTED", "OUT_OF_AREA",
    "UNAUTHORISED_LOCKER", "FALSE_SIGN", "DAMAGED", "SHORT", "LOST", "CUSTOMS_HELD",
}  # fmt: skip
CALL, SMS, RECORDED = (NextContact(channel=channel) for channel in ("voice_call", "sms", "voice_message"))
RETURN = a_plan(measures=(Measure.RETURN_TO_SENDER,))


def attempt(channel: Channel, hours: float, outcome: Contacted = Contacted.NO_ANSWER) -> ContactAttempt:
    return ContactAttempt(channel=channel, at=at(hours), outcome=outcome)


def sms(hours: float, outcome: Contacted = Contacted.NO_ANSWER) -> ContactAttempt:
    return attempt(Channel.SMS, hours, outcome)


def call(hours: float, outcome: Contacted = Contacted.NO_ANSWER) -> ContactAttempt:
    return attempt(Channel.VOICE_CALL, hours, outcome)


def told(hours: float) -> ContactAttempt:
    return attempt(Channel.VOICE_MESSAGE, hours)


def turn(*attempts: ContactAttempt, now: float = 0, segment: Segment = Segment.STANDARD, **changes) -> Turn | None:
    case = a_case(**{"type": ExceptionType.UNREACHABLE, "state": State.FED_BACK, "plan": None, **changes})
    return next_turn(case, attempts, segment=segment, now=at(now))


class TestWaitingForTheCustomer:
    @pytest.mark.parametrize("type_", ExceptionType)
    def test_is_done_where_his_text_asks_him_something(self, type_):
        assert waits_for_customer(a_case(type=type_)) == (type_ in ASKED_SOMETHING)

    def test_ends_with_the_case(self):
        assert not waits_for_customer(a_case(state=State.CLOSED))

    def test_ends_with_his_objection_which_is_a_word(self):
        assert not waits_for_customer(a_case(objections=1))


class TestTurn:
    def test_is_nobodys_whom_nothing_was_said_to(self):
        assert turn() is None

    @pytest.mark.parametrize("changes", [{"type": ExceptionType.DELAYED}, {"state": State.CLOSED}, {"objections": 1}])
    def test_is_nobodys_who_owes_no_word(self, changes):
        assert turn(sms(0), **changes) is None

    def test_is_nobodys_who_was_reached(self):
        assert turn(sms(0), call(1, Contacted.REACHED), now=50) is None

    def test_is_nobodys_who_has_no_number_any_more(self):
        assert turn(sms(0), now=50, consignee_phone="") is None

    def test_comes_an_hour_after_a_message_that_nobody_answered(self):
        assert turn(sms(0), now=0.1) == Turn(at(1), CALL.model_copy(update={"after": at(1) - at(0)}))

    def test_comes_at_once_where_an_old_person_did_not_answer_twice(self):
        found = turn(call(0), call(1), now=1, segment=Segment.ELDERLY, type=ExceptionType.REFUSED)

        assert found == Turn(at(1), RECORDED)

    def test_leaves_whoever_is_asked_to_call_his_hour(self):
        asked = call(1, Contacted.UNDER_WAY)

        assert turn(sms(0), asked, now=1, type=ExceptionType.REFUSED).at == at(3)


class TestProcedureForTheUnreachable:
    GONE_THROUGH = (sms(0), call(1), call(2), told(2))

    def test_asks_for_a_second_message_eight_hours_after_the_first(self):
        assert turn(*self.GONE_THROUGH, now=3) == Turn(at(8), SMS)

    def test_is_for_no_other_type(self):
        assert turn(*self.GONE_THROUGH, now=3, type=ExceptionType.REFUSED) is None

    def test_puts_the_message_off_while_one_is_on_its_way(self):
        assert turn(*self.GONE_THROUGH, sms(8, Contacted.UNDER_WAY), now=9) == Turn(at(16), SMS)

    def test_writes_by_another_channel_where_the_first_takes_nothing(self):
        dead = sms(8, Contacted.UNDELIVERABLE)

        assert turn(*self.GONE_THROUGH, dead, now=9) == Turn(at(8), RECORDED)

    def test_writes_no_more_where_nothing_takes_it(self):
        dead = [sms(8, Contacted.UNDELIVERABLE), attempt(Channel.VOICE_MESSAGE, 9, Contacted.UNDELIVERABLE)]

        assert turn(*self.GONE_THROUGH, *dead, now=9) is None

    def test_leaves_the_parcel_to_its_sender_after_24_hours_of_silence(self):
        assert turn(*self.GONE_THROUGH, sms(8), now=9) == Turn(at(32))

    def test_waits_for_somebody_who_calls(self):
        assert turn(sms(0), call(1, Contacted.UNDER_WAY), call(2, Contacted.UNDER_WAY), told(3), sms(8), now=50) is None

    def test_is_over_when_the_way_back_is_planned(self):
        assert turn(*self.GONE_THROUGH, sms(8), now=40, plan=RETURN) is None


class TestMayGoBack:
    @pytest.mark.parametrize("plan", [None, a_plan()], ids=["no plan", "another plan"])
    def test_is_true_while_nobody_has_planned_it(self, plan):
        assert may_go_back(a_case(plan=plan))

    @pytest.mark.parametrize("changes", [{"plan": RETURN}, {"state": State.NEEDS_OPERATOR}])
    def test_is_false_once_it_is_planned_or_a_person_has_the_case(self, changes):
        assert not may_go_back(a_case(**changes))
