"""Chapter change requests (R28), told from the customer who asks to the parcel that goes elsewhere, or does not."""

from collections.abc import Callable
from datetime import datetime

import pytest
from change_requests import ask, ask_with_papers, code_for, hire, letters_of, passcode, request_of, wrong_code_for
from factories import a_registration, an_event, at
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from schemas.change_requests import ChangeState
from schemas.exceptions import Role
from schemas.tracking import Event
from store import change_requests
from store.outbox import Kind
from store.tracking import shipments
from store.unit_of_work import unit_of_work
from tasks.change_requests.asking import Refused, give_code
from tasks.change_requests.carrying_out import settle_changes
from tasks.change_requests.deciding import approve_change, report_change_done
from tasks.change_requests.moving import NotPossible
from tasks.dispatch.sending import send_due

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
OLD, NEW = "199****1234", "199****7777"
SENDER = "199****5678"


@pytest.fixture(autouse=True)
def _booked(stand_at: Stand, desk: StandInDesk, notices: Notices) -> None:
    del stand_at, desk, notices
    register(a_registration())


def the_engine_passes() -> None:
    send_due(kinds=list(Kind))
    settle_changes.fn()
    send_due(kinds=list(Kind))


def phone() -> str:
    with unit_of_work() as connection:
        parcel = shipments.one(connection, "773000000001")
    assert parcel is not None
    return str(parcel["consignee_phone"])


def commands(number: str) -> list[str]:
    with unit_of_work() as connection:
        assert change_requests.broken_histories(connection, number) == (1, [])
        return [entry["command"] for entry in change_requests.history_of(connection, number)]


class TestAnotherPhone:
    def test_is_asked_for_proven_ordered_and_told_to_everybody(self, desk: StandInDesk, notices: Notices) -> None:
        number = ask().number
        the_engine_passes()
        [code_told] = notices()
        assert code_told["to"] == SENDER
        assert code_for(number) in code_told["body"]

        give_code(number, code_for(number))
        the_engine_passes()

        assert phone() == "19900007777"
        assert [order.measure for order in desk.orders.values()] == ["CHANGE_CONSIGNEE"]
        assert commands(number) == ["request", "send_code", "verify", "adopt", "send", "confirm"]
        warned, told = notices()[1:3], notices()[3:]
        assert {notice["to"] for notice in warned} == {OLD, SENDER}
        assert {notice["to"] for notice in told} == {OLD, NEW, SENDER}

    def test_is_told_in_the_morning_when_it_was_changed_at_night(self, notices: Notices, stand_at: Stand) -> None:
        stand_at(at(11))
        number = ask().number
        give_code(number, code_for(number))
        the_engine_passes()
        assert phone() == "19900007777"
        assert {notice["to"] for notice in notices()} == {OLD, SENDER}  # code and warning wait for no morning

        stand_at(at(20))
        the_engine_passes()
        assert NEW in {notice["to"] for notice in notices()}

    def test_of_a_valuable_parcel_waits_for_a_second_pair_of_eyes(self, desk: StandInDesk) -> None:
        register(a_registration(declared_value="5000"))
        hire("sup-zhang", Role.SUPERVISOR)
        number = ask().number
        give_code(number, code_for(number))
        the_engine_passes()
        assert (request_of(number).state, desk.orders) == (ChangeState.VERIFIED, {})

        approve_change(number, staff_id="sup-zhang", passcode=passcode())
        the_engine_passes()

        assert phone() == "19900007777"
        assert commands(number) == ["request", "send_code", "verify", "approve", "send", "confirm"]

    def test_of_a_parcel_that_is_out_is_the_outlets_to_try(self, notices: Notices) -> None:
        hire("ag-sun")
        tell(an_event(Event.OUT_FOR_DELIVERY, -1))
        number = ask().number
        give_code(number, code_for(number))
        the_engine_passes()
        assert (phone(), request_of(number).state) == ("19900001234", ChangeState.SENT_TO_CARRIER)
        assert [notice["to"] for notice in notices() if notice["audience"] == "department"] == ["示例城东网点"]

        report_change_done(number, staff_id="ag-sun", passcode=passcode(), comment="收派员已联系新号码")
        assert phone() == "19900007777"

    def test_is_given_at_the_counter_to_somebody_with_papers(self) -> None:
        hire("ag-sun")
        number = ask_with_papers({"consignee_phone": "19900007777"}).number
        the_engine_passes()

        assert phone() == "19900007777"
        assert commands(number) == ["request", "vouch", "adopt", "send", "confirm"]


class TestWhatMustNotHappen:
    def test_a_stranger_who_knows_the_waybill_redirects_nothing(self, desk: StandInDesk, notices: Notices) -> None:
        for tail in ("0000", "1111", "2222", "5678"):
            with pytest.raises(Refused):
                ask(sender_phone_tail=tail)
        the_engine_passes()

        assert (phone(), desk.orders, notices()) == ("19900001234", {}, [])

    def test_a_stranger_who_knows_the_tail_too_does_not_get_the_code(self, desk: StandInDesk, notices: Notices) -> None:
        number = ask(change={"consignee_address": "陌生人市陌生路 9 号"}).number
        the_engine_passes()

        assert {notice["to"] for notice in notices()} == {SENDER}
        assert (request_of(number).state, desk.orders) == (ChangeState.CODE_SENT, {})

    def test_a_code_is_not_guessed(self, desk: StandInDesk, notices: Notices) -> None:
        number = ask().number
        right, wrong = code_for(number), wrong_code_for(number)
        for _ in range(5):
            with pytest.raises(Refused):
                give_code(number, wrong)
        with pytest.raises(Refused):
            give_code(number, right)
        the_engine_passes()

        assert (phone(), desk.orders) == ("19900001234", {})
        assert {notice["to"] for notice in notices() if "wrong codes" in notice["body"]} == {OLD, SENDER}

    def test_a_parcel_that_was_delivered_is_not_changed(self, desk: StandInDesk) -> None:
        waiting = ask().number
        tell(an_event(Event.DELIVERED, -0.5))
        with pytest.raises(Refused, match="delivered"):
            give_code(waiting, code_for(waiting))
        with pytest.raises(Refused, match="delivered"):
            ask()
        the_engine_passes()

        assert (phone(), desk.orders) == ("19900001234", {})

    def test_a_parcel_that_is_delivered_while_the_order_is_out_is_not_changed(self) -> None:
        number = ask().number
        give_code(number, code_for(number))
        send_due(kinds=[Kind.WORK_ORDER])
        tell(an_event(Event.DELIVERED, -0.1))
        the_engine_passes()

        assert (phone(), request_of(number).state) == ("19900001234", ChangeState.EXPIRED)

    def test_the_old_phone_is_not_left_in_the_dark(self, notices: Notices) -> None:
        number = ask().number
        give_code(number, code_for(number))
        the_engine_passes()

        assert [notice["to"] for notice in notices()].count(OLD) == 2  # before and after

    def test_no_notice_shows_a_value_in_full(self, notices: Notices) -> None:
        number = ask(change={"consignee_name": "钱小七", "consignee_phone": "19900007777"}).number
        give_code(number, code_for(number))
        the_engine_passes()

        told = "".join(notice["title"] + notice["body"] for notice in notices())
        assert not any(secret in told for secret in ("钱小七", "19900007777", "王五", "19900001234"))

    def test_one_person_is_not_both_pairs_of_eyes(self) -> None:
        register(a_registration(declared_value="5000"))
        hire("sup-zhang", Role.SUPERVISOR)
        number = ask_with_papers({"consignee_phone": "19900007777"}, staff_id="sup-zhang").number

        with pytest.raises(NotPossible, match="Whoever took the request in"):
            approve_change(number, staff_id="sup-zhang", passcode=passcode())
        assert phone() == "19900001234"

    def test_the_consignee_does_not_send_it_elsewhere_alone(self) -> None:
        with pytest.raises(Refused, match="Only the sender"):
            ask(asked_by="consignee", change={"consignee_address": "另一示例路 2 号"})

    def test_nothing_is_ordered_or_told_twice(self, desk: StandInDesk) -> None:
        number = ask().number
        give_code(number, code_for(number))
        for _ in range(3):
            the_engine_passes()

        assert set(desk.sent.values()) == {1}
        assert len(letters_of(number, "done")) == 3
