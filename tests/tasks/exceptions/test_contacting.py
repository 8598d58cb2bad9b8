"""Reaching customers: each try once, by many at once, and what is told of one."""

from collections.abc import Callable
from datetime import datetime

import pytest
from factories import a_registration, an_event, at
from standins import register, tell

from schemas.channels import Channel, Contacted, ToldContact
from schemas.exceptions import State
from schemas.tracking import Event
from store import cases, contacts, outbox
from store.cases import NoSuchCase
from store.outbox import Kind
from store.requests import NamedRequest, OtherContent
from store.unit_of_work import unit_of_work
from tasks.dispatch.sending import send_due
from tasks.exceptions import contacting
from tasks.exceptions.carrying import carry_to_feedback, carry_to_orders
from tasks.exceptions.contacting import NotYet, reach_customers, tell_contact
from tasks.exceptions.detection import find_exceptions

Stand = Callable[[datetime], None]

pytestmark = pytest.mark.usefixtures("desk", "notices")


def unreached(count: int = 1) -> list[str]:
    """Bring so many parcels whose consignee nobody reached to where the customer was told and said nothing."""
    for number in range(count):
        waybill = f"77300000{number:04d}"
        register(a_registration(waybill=waybill))
        tell(
            an_event(Event.PICKED_UP, -9),
            an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"),
            waybill=waybill,
        )
    find_exceptions.fn()
    carry_to_orders.fn()
    send_due(kinds=[Kind.WORK_ORDER])
    carry_to_feedback.fn()
    send_due(kinds=[Kind.NOTICE])
    with unit_of_work() as connection:
        return [case.case_no for case in cases.select_cases(connection, states=[State.FED_BACK])]


def standing(case_no: str) -> list[tuple[str, str]]:
    with unit_of_work() as connection:
        found = contacts.of_cases(connection, [case_no]).get(case_no, [])
    return [(one.channel.value, one.outcome.value) for one in found]


def keys(case_no: str) -> list[str]:
    with unit_of_work() as connection:
        return [row["key"] for row in outbox.of_case(connection, case_no) if "contact-" in row["key"]]


def told(channel: Channel = Channel.VOICE_CALL, outcome: Contacted = Contacted.NO_ANSWER, **changes) -> ToldContact:
    return ToldContact.model_validate({"channel": channel, "outcome": outcome, "by": "ag-sun", **changes})


class TestReachCustomers:
    def test_begins_with_what_was_sent(self) -> None:
        [case_no] = unreached()

        assert standing(case_no) == [("sms", "no_answer")]
        assert reach_customers.fn() == ([], [])

    def test_tries_the_next_channel_once_when_its_time_has_come(self, stand_at: Stand) -> None:
        [case_no] = unreached()
        reach_customers.fn()
        stand_at(at(1))

        assert [reach_customers.fn().tried for _ in range(3)] == [[case_no], [], []]
        assert keys(case_no) == [f"{case_no}:plan-1:contact-2:customer"]
        assert standing(case_no) == [("sms", "no_answer"), ("voice_call", "under_way")]

    def test_goes_on_when_nobody_tells_what_came_of_a_call(self, stand_at: Stand) -> None:
        [case_no] = unreached()
        for hours in (1, 2, 2.9):
            stand_at(at(hours))
            reach_customers.fn()
        assert len(keys(case_no)) == 1

        stand_at(at(3.5))
        assert reach_customers.fn().tried == [case_no]

    def test_takes_every_case_in_however_many_batches(self, stand_at: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(contacting, "BATCH", 2)
        numbers = unreached(5)
        stand_at(at(1))

        assert sorted(reach_customers.fn().tried) == sorted(numbers)

    def test_leaves_a_customer_alone_who_was_reached(self, stand_at: Stand) -> None:
        [case_no] = unreached()
        tell_contact(case_no, told(Channel.SMS, Contacted.REACHED))
        stand_at(at(100))

        assert reach_customers.fn() == ([], [])
        with unit_of_work() as connection:
            assert contacts.due(connection, now=at(1000), limit=10) == []

    def test_plans_the_way_back_of_no_parcel_whose_orders_are_being_carried_out(self, stand_at: Stand) -> None:
        [case_no] = unreached()
        stand_at(at(40))
        for channel, hours in ((Channel.VOICE_CALL, 1), (Channel.VOICE_CALL, 2), (Channel.VOICE_MESSAGE, 3)):
            tell_contact(case_no, told(channel, at=at(hours)))
        tell_contact(case_no, told(Channel.SMS, at=at(8)))
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE cases SET state = 'CARRYING_OUT'")

        assert [reach_customers.fn() for _ in range(2)] == [([], []), ([], [])]

        with unit_of_work() as connection:
            assert [contacts.due(connection, now=at(hours), limit=10) for hours in (40.9, 41)] == [[], [case_no]]
            connection.exec_driver_sql("UPDATE cases SET state = 'FED_BACK'")
        stand_at(at(41))
        assert reach_customers.fn().unreachable == [case_no]

    def test_goes_on_at_once_where_a_channel_refuses_for_good(
        self, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_NOTICE_SMS_URL", "nothing that Apprise knows")
        [case_no] = unreached()

        assert standing(case_no) == [("sms", "undeliverable")]
        stand_at(at(1))
        assert reach_customers.fn().tried == [case_no]


class TestTellContact:
    def test_keeps_who_told_what_with_numbers_masked(self) -> None:
        [case_no] = unreached()

        kept = tell_contact(case_no, told(note="改打 13900001234", at=at(-0.5)))

        assert (kept["by"], kept["note"]) == ("ag-sun", "改打 139****1234")
        assert standing(case_no)[0] == ("voice_call", "no_answer")

    def test_is_done_once_for_a_request_with_a_name(self) -> None:
        [case_no] = unreached()
        request = NamedRequest("api EAST", "7f1", b"content")

        answers = [tell_contact(case_no, told(), request=request) for _ in range(2)]

        assert answers[0] == answers[1]
        assert standing(case_no).count(("voice_call", "no_answer")) == 1
        with pytest.raises(OtherContent):
            tell_contact(case_no, told(), request=request._replace(content=b"other"))

    def test_of_an_attempt_still_to_come_is_refused(self) -> None:
        [case_no] = unreached()

        with pytest.raises(NotYet, match="still to come"):
            tell_contact(case_no, told(at=at(1)))

    def test_of_an_unknown_case_is_refused(self) -> None:
        with pytest.raises(NoSuchCase):
            tell_contact("EX-0", told())
