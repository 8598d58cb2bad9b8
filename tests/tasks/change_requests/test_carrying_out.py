"""From a proven request to a changed parcel: ordered, confirmed, told to everybody; or ended without."""

from decimal import Decimal

import pytest
from change_requests import ask, code_for, hire, letters_of, passcode, request_of
from factories import a_declaration, a_registration, an_event, at
from standins import register, tell

from schemas.change_requests import ChangeState
from schemas.exceptions import Role
from schemas.preferences import Door
from schemas.tracking import Event
from store import change_requests, preferences
from store.outbox import Kind
from store.tracking import shipments
from store.unit_of_work import unit_of_work
from tasks.change_requests.asking import give_code
from tasks.change_requests.carrying_out import settle_changes
from tasks.change_requests.deciding import approve_change, refuse_change, report_change_done
from tasks.change_requests.moving import NotPossible
from tasks.dispatch.sending import send_due
from tasks.preferences.advising import advise_outlets
from tasks.preferences.declaring import take_down

OLD, NEW, SENDER = "19900001234", "19900007777", "19900005678"


def proven(**changes) -> str:
    number = ask(**changes).number
    give_code(number, code_for(number))
    return number


def booked(**changes):
    register(a_registration(**changes))


def parcel() -> dict[str, object]:
    with unit_of_work() as connection:
        return shipments.one(connection, "773000000001")


def told(number: str, purpose: str) -> list[str]:
    return sorted(letter["to"] for letter in letters_of(number, purpose))


class TestOrder:
    def test_goes_to_the_desk_in_full_and_to_nobody_else(self, desk):
        booked()
        number = proven()
        send_due(kinds=[Kind.WORK_ORDER])

        [order] = desk.orders.values()
        assert (order.case_no, order.measure, order.waybill) == (number, "CHANGE_CONSIGNEE", "773000000001")
        assert NEW in order.instruction

    def test_warns_the_old_phone_and_the_sender_before_it_takes_effect(self):
        booked()
        number = proven()

        assert told(number, "asked") == [OLD, SENDER]
        assert parcel()["consignee_phone"] == OLD

    def test_changes_nothing_before_the_desk_has_taken_it(self, desk):
        booked()
        desk.busy_for["CHANGE_CONSIGNEE"] = 1
        number = proven()
        send_due(kinds=[Kind.WORK_ORDER])
        settle_changes.fn()

        assert (request_of(number).state, parcel()["consignee_phone"]) == (ChangeState.SENT_TO_CARRIER, OLD)

    def test_past_the_cut_off_is_a_request_to_the_outlet(self, desk):
        booked()
        tell(an_event(Event.OUT_FOR_DELIVERY, -1))
        number = proven()
        send_due(kinds=[Kind.WORK_ORDER])
        settled = settle_changes.fn()

        assert [order.measure for order in desk.orders.values()] == ["ASK_OUTLET_TO_CHANGE"]
        assert [letter["to"] for letter in letters_of(number, "change_outlet")] == ["示例城东网点"]
        assert not any(NEW in str(letter) for letter in letters_of(number, "change_outlet"))
        assert (settled.done, settled.waiting, parcel()["consignee_phone"]) == (0, 1, OLD)


@pytest.mark.usefixtures("desk")
class TestConfirmation:
    def done(self, **changes) -> str:
        number = proven(**changes)
        send_due(kinds=[Kind.WORK_ORDER])
        assert settle_changes.fn().done == 1
        return number

    def test_changes_the_parcel_and_keeps_what_it_was(self):
        booked()
        number = self.done(change={"consignee_name": "钱七", "consignee_phone": NEW})

        assert (parcel()["consignee_name"], parcel()["consignee_phone"]) == ("钱七", NEW)
        with unit_of_work() as connection:
            last = change_requests.history_of(connection, number)[-1]
            assert change_requests.broken_histories(connection) == (1, [])
        assert last["details"] == {
            "old": {"consignee_name": "王五", "consignee_phone": OLD},
            "new": {"consignee_name": "钱七", "consignee_phone": NEW},
        }

    def test_tells_the_old_phone_the_new_one_and_the_sender(self):
        booked()
        number = self.done()

        assert told(number, "done") == sorted([OLD, NEW, SENDER])

    def test_tells_everybody_once_who_has_one_number_in_two_spellings(self):
        booked(sender={"phone": "+86 199 0000 1234"})
        number = self.done(sender_phone_tail="1234")

        assert len(told(number, "done")) == 2

    def test_is_done_once_however_often_it_is_looked_at(self):
        booked()
        number = self.done()
        assert settle_changes.fn() == (0, 0, 0, 0)

        assert len(letters_of(number, "done")) == 3

    def test_lets_the_wishes_of_the_new_consignee_count(self):
        booked()
        take_down([a_declaration(phone=NEW)], door=Door.GATEWAY, taken_by="wms")
        self.done()
        tell(an_event(Event.ARRIVED_OUTLET, -0.5))
        with unit_of_work() as connection:
            [parcel] = preferences.cared_for(connection, ["773000000001"])

        assert len(parcel.entries) == 1

    def test_has_the_outlet_told_what_the_new_consignee_asks_for(self):
        booked()
        take_down([a_declaration(phone=NEW)], door=Door.GATEWAY, taken_by="wms")
        tell(an_event(Event.ARRIVED_OUTLET, -0.5))
        self.done()

        assert advise_outlets.fn() == 1

    def test_leaves_the_consignee_who_he_is_when_only_his_address_changes(self):
        booked()
        before = parcel()["consignee_key"]
        self.done(change={"consignee_address": "另一示例路 2 号"})

        assert (parcel()["consignee_address"], parcel()["consignee_key"]) == ("另一示例路 2 号", before)


class TestLaterRegistration:
    @pytest.fixture(autouse=True)
    def _changed(self, desk):
        booked()
        proven(change={"consignee_name": "钱七", "consignee_phone": NEW})
        send_due(kinds=[Kind.WORK_ORDER])
        assert settle_changes.fn().done == 1

    def test_that_tells_the_old_consignee_again_takes_no_change_back(self):
        changed = parcel()
        booked(weight_kg=Decimal("2.5"))

        again = parcel()
        assert again["weight_kg"] == Decimal("2.500")
        assert [again[name] for name in ("consignee_name", "consignee_phone", "consignee_key")] == [
            changed[name] for name in ("consignee_name", "consignee_phone", "consignee_key")
        ]
        assert again["consignee_phone"] == NEW

    def test_that_tells_yet_another_consignee_is_believed(self):
        booked(consignee={"name": "孙八", "phone": "19900008888"})

        assert (parcel()["consignee_name"], parcel()["consignee_phone"]) == ("孙八", "19900008888")


class TestEnd:
    def test_without_a_change_when_the_desk_will_not_do_it(self, desk):
        desk.refuse_measures.add("CHANGE_CONSIGNEE")
        booked()
        number = proven()
        send_due(kinds=[Kind.WORK_ORDER])
        assert settle_changes.fn().refused == 1

        request = request_of(number)
        assert (request.state, request.reason) == (ChangeState.REFUSED, "carrier_refused")
        assert parcel()["consignee_phone"] == OLD
        assert told(number, "not_done") == [OLD, SENDER]

    def test_without_a_change_when_the_parcel_was_delivered_first(self, desk):
        booked()
        number = proven()
        send_due(kinds=[Kind.WORK_ORDER])
        tell(an_event(Event.DELIVERED, -0.5))
        assert settle_changes.fn().expired == 1

        assert (request_of(number).reason, parcel()["consignee_phone"]) == ("too_late", OLD)
        assert len(desk.orders) == 1

    def test_of_a_request_whose_code_nobody_gave(self, stand_at):
        booked()
        number = ask().number
        assert settle_changes.fn() == (0, 0, 0, 0)
        stand_at(at(1 / 6))
        assert settle_changes.fn().expired == 1

        assert request_of(number).state is ChangeState.EXPIRED
        assert told(number, "not_done") == []  # nobody had been warned


class TestFourEyes:
    @pytest.fixture(autouse=True)
    def _valuable(self):
        booked(declared_value=Decimal(5000))
        hire("sup-zhang", Role.SUPERVISOR)
        hire("mgr-zhao", Role.MANAGER)
        hire("ag-sun", Role.AGENT)

    def test_are_asked_for_and_nothing_is_ordered_before(self):
        number = proven()

        assert request_of(number).state is ChangeState.VERIFIED
        assert len(letters_of(number, "change_approval")) == 1
        assert told(number, "asked") == [OLD, SENDER]
        assert settle_changes.fn().waiting == 1

    @pytest.mark.parametrize("staff_id", ["sup-zhang", "mgr-zhao"])
    def test_let_it_go_on(self, staff_id):
        number = proven()

        assert approve_change(number, staff_id=staff_id, passcode=passcode()).state is ChangeState.SENT_TO_CARRIER

    def test_are_not_an_agent_s(self):
        number = proven()

        with pytest.raises(NotPossible, match="no approver's role"):
            approve_change(number, staff_id="ag-sun", passcode=passcode())

    def test_may_refuse(self):
        number = proven()
        refuse_change(number, staff_id="sup-zhang", passcode=passcode(), comment="与寄件人核实无此事")

        assert request_of(number).state is ChangeState.REFUSED
        assert told(number, "not_done") == [OLD, SENDER]
        with unit_of_work() as connection:
            last = change_requests.history_of(connection, number)[-1]
        assert (last["who"], last["note"]) == ("sup-zhang", "与寄件人核实无此事")

    def test_decide_once(self):
        number = proven()
        approve_change(number, staff_id="sup-zhang", passcode=passcode())

        with pytest.raises(NotPossible, match="not possible in state SENT_TO_CARRIER"):
            approve_change(number, staff_id="mgr-zhao", passcode=passcode())


class TestOutletReport:
    @pytest.fixture(autouse=True)
    def _out(self):
        booked()
        hire("ag-sun")
        tell(an_event(Event.OUT_FOR_DELIVERY, -1))

    def test_changes_the_parcel(self):
        number = proven()
        report_change_done(number, staff_id="ag-sun", passcode=passcode(), comment="收派员已改派")

        assert (request_of(number).state, parcel()["consignee_phone"]) == (ChangeState.DONE, NEW)
        assert told(number, "done") == sorted([OLD, NEW, SENDER])

    def test_is_not_taken_after_the_parcel_was_delivered(self):
        number = proven()
        tell(an_event(Event.DELIVERED, -0.5))

        with pytest.raises(NotPossible, match="the parcel is delivered"):
            report_change_done(number, staff_id="ag-sun", passcode=passcode(), comment="收派员已改派")
        assert parcel()["consignee_phone"] == OLD
