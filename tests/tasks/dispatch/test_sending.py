"""Sending: what can be tried again is, what cannot is not, and one slow receiver holds up nobody else."""

from collections.abc import Callable
from datetime import datetime

import pytest
from factories import NOON, at

from adapters import Unavailable
from adapters.carrier_desk.fake import StandInDesk
from store import outbox
from store.outbox import Kind, Letter
from store.unit_of_work import unit_of_work
from tasks.dispatch.sending import ATTEMPTS_MAX, BACKOFF, send_due

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]


def order(case_no: str, measure: str = "REDELIVER") -> Letter:
    payload = {"case_no": case_no, "waybill": "773000000001", "carrier": "shentong", "measure": measure}
    return Letter(Kind.WORK_ORDER, f"{case_no}:{measure}", case_no, payload, NOON)


def notice(case_no: str = "EX-1", audience: str = "customer", not_before: datetime = NOON) -> Letter:
    payload = {
        "audience": audience, "to": "19900001234", "shown_to": "199****1234", "purpose": "result",
        "subject": "关于您的快件", "body": "已安排加急派送",
    }  # fmt: skip
    return Letter(Kind.NOTICE, f"{case_no}:{audience}", case_no, payload, not_before)


def put(*letters: Letter) -> None:
    with unit_of_work() as connection:
        outbox.put(connection, letters)


def items(case_no: str) -> list[tuple[str, int]]:
    with unit_of_work() as connection:
        return [(row["status"], row["attempts"]) for row in outbox.of_case(connection, case_no)]


class TestWorkOrders:
    def test_are_placed_once_with_their_reference_kept(self, desk: StandInDesk) -> None:
        put(order("EX-1"))

        assert send_due(kinds=[Kind.WORK_ORDER])["done"] == 1
        assert send_due(kinds=[Kind.WORK_ORDER])["done"] == 0
        assert list(desk.sent.values()) == [1]

    def test_wait_for_their_next_attempt_while_the_desk_is_busy(self, desk: StandInDesk, stand_at: Stand) -> None:
        desk.busy_for["EX-1"] = 1
        put(order("EX-1"))

        assert send_due(kinds=[Kind.WORK_ORDER]) == {"done": 0, "waiting": 1, "refused": 0}
        assert send_due(kinds=[Kind.WORK_ORDER])["done"] == 0  # not due yet
        stand_at(at(BACKOFF[0] / 3600))
        assert send_due(kinds=[Kind.WORK_ORDER])["done"] == 1
        assert items("EX-1") == [("done", 2)]

    def test_of_other_cases_go_out_while_one_must_wait(self, desk: StandInDesk) -> None:
        desk.busy_for["EX-1"] = 5
        put(order("EX-1"), order("EX-2"), order("EX-3"))

        assert send_due(kinds=[Kind.WORK_ORDER]) == {"done": 2, "waiting": 1, "refused": 0}

    def test_make_the_caller_retry_when_it_is_impatient(self, desk: StandInDesk) -> None:
        desk.busy_for["EX-1"] = 2
        put(order("EX-1"))

        for _ in range(2):
            with pytest.raises(Unavailable, match="503"):
                send_due(kinds=[Kind.WORK_ORDER], case_no="EX-1", patient=False)
        assert send_due(kinds=[Kind.WORK_ORDER], case_no="EX-1", patient=False)["done"] == 1

    def test_that_the_desk_will_never_take_are_failed_with_its_words(self, desk: StandInDesk) -> None:
        put(order("EX-2"))
        desk.refuse_measures.add("REDELIVER")

        send_due(kinds=[Kind.WORK_ORDER])

        with unit_of_work() as connection:
            [row] = outbox.of_case(connection, "EX-2")
        assert row["status"] == "failed"
        assert "422" in row["error"]

    def test_are_given_up_after_a_bounded_number_of_attempts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_CARRIER_DESK_URL", "http://127.0.0.1:9")  # nobody listens there
        put(order("EX-1"))
        with unit_of_work() as connection:
            connection.exec_driver_sql(f"UPDATE outbox SET attempts = {ATTEMPTS_MAX - 1}")

        send_due(kinds=[Kind.WORK_ORDER])

        assert items("EX-1") == [("failed", ATTEMPTS_MAX)]


class TestNotices:
    def test_reach_their_channel_with_the_receiver_masked_in_the_file(self, notices: Notices) -> None:
        put(notice())

        send_due(kinds=[Kind.NOTICE])

        assert notices() == [
            {"audience": "customer", "to": "199****1234", "title": "关于您的快件", "body": "已安排加急派送"}
        ]

    def test_wait_for_the_end_of_the_quiet_hours(self, notices: Notices, stand_at: Stand) -> None:
        put(notice(not_before=at(8)))

        send_due(kinds=[Kind.NOTICE])
        assert notices() == []
        stand_at(at(8))
        send_due(kinds=[Kind.NOTICE])
        assert len(notices()) == 1

    def test_without_a_channel_are_failed_with_what_to_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_NOTICE_CUSTOMER_URL", "")
        put(notice())

        send_due(kinds=[Kind.NOTICE])

        with unit_of_work() as connection:
            [row] = outbox.of_case(connection, "EX-1")
        assert "REDRESS_NOTICE" in row["error"]
