"""Taking a change request in: knowledge first, then a code to the phone on file, or papers that somebody checked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from change_requests import (
    ask,
    ask_with_papers,
    code_for,
    hire,
    letters_of,
    passcode,
    request_of,
    wrong_code_for,
)
from factories import a_registration, an_event, at
from standins import register, tell

from rules.change_requests.lifecycle import TRIES_MAX
from schemas.change_requests import ChangeState
from schemas.tracking import Event
from store import change_requests, staff
from store.change_requests import NoSuchRequest
from store.unit_of_work import unit_of_work
from tasks.change_requests.asking import Refused, give_code
from tasks.supervision.proving import NotProven, proven_staff


@pytest.fixture(autouse=True)
def _booked(stand_at):
    register(a_registration())


def refusal(call, *arguments, **named) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments, **named)
    return refused.value.why.code


def rows(query: str) -> list[str]:
    with unit_of_work() as connection:
        return list(connection.exec_driver_sql(query).scalars())


class TestAsk:
    def test_sends_a_code_to_the_phone_on_file_of_whoever_asks(self):
        for asked_by, phone in (("sender", "19900005678"), ("consignee", "19900001234")):
            answer = ask(asked_by=asked_by)

            assert (answer.state, answer.code_until) == (ChangeState.CODE_SENT, at(1 / 6))
            [letter] = letters_of(answer.number, "code")
            assert (letter["to"], answer.code_sent_to) == (phone, f"199****{phone[-4:]}")

    def test_keeps_the_code_nowhere_in_the_open(self):
        answer = ask()

        code = code_for(answer.number)
        kept = rows("SELECT row_to_json(o)::text FROM outbox o UNION ALL SELECT row_to_json(r)::text FROM "
                    "change_request r UNION ALL SELECT row_to_json(h)::text FROM change_request_history h")  # fmt: skip
        assert not any(f'"{code}"' in row or f"验证码 {code}" in row for row in kept)

    def test_answers_a_wrong_tail_and_an_unknown_waybill_alike(self):
        assert refusal(ask, sender_phone_tail="0000") == refusal(ask, waybill="773000000009") == "identity"

    def test_keeps_a_wrong_tail_as_a_refused_request(self):
        refusal(ask, sender_phone_tail="0000")

        assert rows("SELECT state || reason FROM change_request") == ["REFUSEDidentity"]
        assert rows("SELECT count(*) FROM outbox") == [0]

    def test_is_refused_when_a_waybill_was_asked_about_too_often(self):
        for _ in range(3):
            refusal(ask, sender_phone_tail="0000")

        assert refusal(ask) == "too_many"

    def test_is_taken_again_a_day_later(self, stand_at):
        for _ in range(3):
            refusal(ask, sender_phone_tail="0000")
        stand_at(at(24))

        assert ask().state is ChangeState.CODE_SENT

    def test_is_counted_one_after_the_other_when_many_come_at_once(self):
        def attempt(_):
            try:
                return ask(sender_phone_tail="0000")
            except Refused as refused:
                return refused.why.code

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(attempt, range(12)))

        assert sorted(answers) == ["identity"] * 3 + ["too_many"] * 9

    @pytest.mark.parametrize(
        ("event", "code"), [(Event.DELIVERED, "too_late"), (Event.RETURNING, "too_late"), (Event.ARRIVED_HUB, None)]
    )
    def test_comes_too_late_after_delivery(self, event, code):
        tell(an_event(event, -1))

        assert (refusal(ask) if code else None) == code

    def test_takes_the_place_of_an_earlier_one_that_nobody_has_proven(self):
        first, second = ask(), ask(change={"consignee_name": "钱七"})

        assert request_of(first.number).state is ChangeState.EXPIRED
        assert refusal(give_code, first.number, code_for(first.number)) == "not_waiting"
        assert request_of(second.number).state is ChangeState.CODE_SENT

    def test_waits_for_the_end_of_one_that_is_proven(self):
        first = ask()
        give_code(first.number, code_for(first.number))

        assert refusal(ask, change={"consignee_name": "钱七"}) == "under_way"

    def test_needs_a_phone_that_a_code_can_reach(self):
        register(a_registration(consignee={"name": "王五"}))

        assert refusal(ask, asked_by="consignee") == "no_phone"

    def test_seals_old_and_new_values_in_its_history(self):
        number = ask().number

        with unit_of_work() as connection:
            first = change_requests.history_of(connection, number)[0]
            assert change_requests.broken_histories(connection) == (1, [])
        assert first["details"]["old"]["consignee_phone"] == "19900001234"
        assert first["details"]["new"] == {"consignee_phone": "19900007777"}

    @pytest.mark.parametrize(
        "forgery",
        [
            "UPDATE change_request_history SET details = '{}' WHERE seq = 0",
            "DELETE FROM change_request_history WHERE seq = 1",
            "DELETE FROM change_request_history",
            "UPDATE change_request SET state = 'DONE'",
        ],
        ids=["a changed value", "a missing end", "no history", "another state"],
    )
    def test_shows_a_forged_history(self, forgery):
        number = ask().number
        with unit_of_work() as connection:
            connection.exec_driver_sql(forgery)
            checked, wrong = change_requests.broken_histories(connection)

        assert checked == 1
        assert wrong[0].startswith(number)


class TestCode:
    def test_proves_who_asks(self):
        number = ask().number

        assert give_code(number, code_for(number)).state is ChangeState.SENT_TO_CARRIER

    def test_is_good_for_ten_minutes(self, stand_at):
        number = ask().number
        code = code_for(number)
        stand_at(at(1 / 6))

        assert refusal(give_code, number, code) == "run_out"
        assert request_of(number).state is ChangeState.EXPIRED

    def test_is_good_for_once(self):
        number = ask().number
        give_code(number, code_for(number))

        assert refusal(give_code, number, code_for(number)) == "not_waiting"

    def test_is_not_guessed_in_five_tries(self):
        number = ask().number
        code, wrong = code_for(number), wrong_code_for(number)

        answers = [refusal(give_code, number, wrong) for _ in range(TRIES_MAX)]

        assert answers == ["wrong_code"] * (TRIES_MAX - 1) + ["guessed"]
        assert refusal(give_code, number, code) == "not_waiting"  # the right one comes too late now
        assert {letter["to"] for letter in letters_of(number, "guessed")} == {"19900001234", "19900005678"}

    def test_is_tried_no_more_often_by_many_at_once(self):
        number = ask().number
        wrong = wrong_code_for(number)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: refusal(give_code, number, wrong), range(20)))

        assert sorted(answers) == ["guessed"] + ["not_waiting"] * 15 + ["wrong_code"] * 4

    def test_of_another_request_is_wrong(self):
        first = ask().number
        code = code_for(first)
        second = ask(change={"consignee_name": "钱七"}).number

        assert code_for(second) == code or refusal(give_code, second, code) == "wrong_code"

    def test_is_not_taken_after_the_parcel_was_delivered(self):
        number = ask().number
        tell(an_event(Event.DELIVERED, -0.5))

        assert refusal(give_code, number, code_for(number)) == "too_late"

    def test_needs_a_request(self):
        with pytest.raises(NoSuchRequest):
            give_code("CR-20261120-999999", "123456")


class TestPapers:
    def test_checked_by_a_member_of_staff_need_no_code(self):
        hire("ag-sun")

        answer = ask_with_papers({"consignee_address": "另一示例路 2 号"})

        assert answer.state is ChangeState.SENT_TO_CARRIER
        request = request_of(answer.number)
        assert (request.vouched_by, request.taken_by) == ("ag-sun", "ag-sun")

    def test_are_taken_however_often_strangers_have_tried(self):
        hire("ag-sun")
        for _ in range(3):
            refusal(ask, sender_phone_tail="0000")

        assert ask_with_papers({"consignee_name": "钱七"}).state is ChangeState.SENT_TO_CARRIER

    def test_are_refused_after_delivery(self):
        hire("ag-sun")
        tell(an_event(Event.DELIVERED, -1))

        assert refusal(ask_with_papers, {"consignee_name": "钱七"}) == "too_late"

    def test_wait_for_another_change_that_is_proven(self):
        hire("ag-sun")
        ask_with_papers({"consignee_name": "钱七"})

        assert refusal(ask_with_papers, {"consignee_name": "孙八"}) == "under_way"

    def test_are_not_vouched_for_by_somebody_who_does_not_work_here(self):
        with pytest.raises(NotProven):
            ask_with_papers({"consignee_name": "钱七"}, staff_id="nobody")


class TestProvenStaff:
    def test_is_who_shows_his_passcode(self):
        hire("ag-sun")

        assert proven_staff("ag-sun", passcode(), at=at(0)).staff_id == "ag-sun"

    def test_is_locked_after_wrong_passcodes_in_a_row(self):
        hire("ag-sun")
        for _ in range(5):
            with pytest.raises(NotProven):
                proven_staff("ag-sun", "000000" if passcode() != "000000" else "000001", at=at(0))

        with pytest.raises(NotProven, match="locked"):
            proven_staff("ag-sun", passcode(), at=at(0))

    def test_is_nobody_who_was_disabled(self):
        hire("ag-sun")
        with unit_of_work() as connection:
            staff.disable(connection, "ag-sun")

        with pytest.raises(NotProven):
            proven_staff("ag-sun", passcode(), at=at(0))
