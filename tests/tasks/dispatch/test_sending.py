"""Sending: what can be tried again is, what cannot is not, and one slow receiver holds up nobody else."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from factories import NOON, at

from adapters import Unavailable
from adapters.carrier_desk.fake import StandInDesk
from adapters.notices.address import address_of
from adapters.runs import client as runs
from adapters.runs.connections import PrefectAway
from rules.change_requests.wording import CODE_STANDS_HERE
from store import outbox
from store.keyed import seal
from store.outbox import LEASE, Item, Kind, Letter
from store.unit_of_work import unit_of_work
from tasks.dispatch import senders, sending
from tasks.dispatch.sending import ATTEMPTS_MAX, BACKOFF, TOGETHER_AT_A_TIME, send_due
from tasks.stepping import NotAllowed

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]


def order(case_no: str, measure: str = "REDELIVER") -> Letter:
    payload = {"case_no": case_no, "waybill": "773000000001", "carrier": "shentong", "measure": measure}
    return Letter(Kind.WORK_ORDER, f"{case_no}:{measure}", case_no, payload, NOON)


def notice(case_no: str = "EX-1", audience: str = "customer", not_before: datetime = NOON) -> Letter:
    payload = {
        "audience": audience, "to": "19900001234", "shown_to": "199****1234", "purpose": "result",
        "subject": "关于您的快件", "body": "已安排加急派送", "channel": "sms",
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

    def test_of_a_whole_batch_go_in_few_lists_and_are_each_settled(self, desk: StandInDesk) -> None:
        desk.busy_for["EX-7"] = 1
        desk.refuse_measures.add("REPACK")
        put(*(order(f"EX-{number}") for number in range(TOGETHER_AT_A_TIME + 5)), order("EX-R", "REPACK"))

        sent = send_due(kinds=[Kind.WORK_ORDER])

        assert sent == {"done": TOGETHER_AT_A_TIME + 4, "waiting": 1, "refused": 1}
        assert set(desk.sent.values()) == {1}
        assert (items("EX-7"), items("EX-8"), items("EX-R")) == ([("pending", 1)], [("done", 1)], [("failed", 1)])

    def test_of_one_case_go_together_also_when_the_caller_is_impatient(self, desk: StandInDesk) -> None:
        desk.busy_for["REPACK"] = 1
        put(order("EX-1"), order("EX-1", "REPACK"), order("EX-2"))

        with pytest.raises(Unavailable, match="503"):
            send_due(kinds=[Kind.WORK_ORDER], case_no="EX-1", patient=False)

        assert items("EX-1") == [("done", 1), ("pending", 1)]
        assert items("EX-2") == [("pending", 0)]


class TestItemThatLacksSomething:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_fails_with_its_reason_and_keeps_back_no_other(
        self, desk: StandInDesk, notices: Notices, kind: Kind
    ) -> None:
        put(Letter(kind, "EX-1:broken", "EX-1", {}, NOON), order("EX-2"), notice("EX-2"))

        send_due(kinds=list(Kind))

        assert items("EX-1") == [("failed", 1)]
        assert items("EX-2") == [("done", 1), ("done", 1)]
        with unit_of_work() as connection:
            [row] = outbox.of_case(connection, "EX-1")
        assert row["error"].startswith("it cannot be sent as it is: ")


class TestItemThatNobodyForesaw:
    @pytest.fixture(autouse=True)
    def _one_breaks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for kind, send in list(senders._SENDER.items()):
            monkeypatch.setitem(senders._SENDER, kind, self.breaking(send))
        monkeypatch.setattr(senders, "_order_or_claim", self.breaking(senders._order_or_claim))
        monkeypatch.setattr(senders, "_written_out", self.breaking(senders._written_out))

    @staticmethod
    def breaking(send: Callable[[Item], Any]) -> Callable[[Item], Any]:
        def sends(item: Item) -> Any:
            if item.case_no == "EX-1":
                raise ZeroDivisionError("王小明 19900001234")
            return send(item)

        return sends

    @pytest.mark.parametrize("kind", [Kind.WORK_ORDER, Kind.NOTICE, Kind.CODE, Kind.START_RUN])
    def test_is_tried_again_and_keeps_back_no_other(
        self, desk: StandInDesk, notices: Notices, caplog: pytest.LogCaptureFixture, kind: Kind
    ) -> None:
        put(Letter(kind, "EX-1:broken", "EX-1", {}, NOON), order("EX-2"), notice("EX-2"))

        sent = send_due(kinds=list(Kind))

        assert sent == {"done": 2, "waiting": 1, "refused": 0}
        assert items("EX-1") == [("pending", 1)]
        assert "ZeroDivisionError at test_sending.py:" in caplog.text
        assert "王小明" not in caplog.text

    def test_that_may_have_been_paid_is_asked_about(self) -> None:
        put(Letter(Kind.PAYOUT, "EX-1:P1", "EX-1", {}, NOON))

        send_due(kinds=list(Kind))

        assert items("EX-1") == [("uncertain", 1)]

    def test_is_refused_in_the_words_of_a_rule_that_forbids_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def forbidden(_item: Item) -> Any:
            raise NotAllowed("EX-2 is about OTHER: say for what is claimed")

        monkeypatch.setitem(senders._SENDER, Kind.TAG_RUN, forbidden)
        put(Letter(Kind.TAG_RUN, "EX-2:tag", "EX-2", {}, NOON))

        assert send_due(kinds=[Kind.TAG_RUN])["refused"] == 1


class TestCodeThatCannotBeRead:
    def test_waits_for_the_key_and_keeps_back_no_other(
        self, notices: Notices, monkeypatch: pytest.MonkeyPatch, stand_at: Stand
    ) -> None:
        code = notice("EX-1", "code")
        sealed = {**code.payload, "body": CODE_STANDS_HERE, "sealed": seal("123456")}
        put(code._replace(kind=Kind.CODE, payload=sealed), notice("EX-2"))

        for key in ("", Fernet.generate_key().decode()):
            with monkeypatch.context() as without:
                without.setenv("REDRESS_SECRET_KEY", key)
                send_due(kinds=list(Kind))
            stand_at(at(BACKOFF[0] / 3600))
        assert (items("EX-1"), items("EX-2")) == ([("pending", 2)], [("done", 1)])
        stand_at(at(1))
        send_due(kinds=list(Kind))

        assert items("EX-1") == [("done", 3)]


class TestWhatIsAskedOfPrefect:
    def test_is_tried_again_within_a_minute_however_often_the_server_was_away(
        self, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(Letter(Kind.TAG_RUN, "EX-1:tag", "EX-1", {"flow_run_id": str(UUID(int=1)), "tag": "overdue"}, NOON))
        answers = [PrefectAway("Prefect's API cannot be reached")] * (ATTEMPTS_MAX + 2)
        tagged: list[str] = []

        def tag(_flow_run_id: str, word: str) -> None:
            if answers:
                raise answers.pop()
            tagged.append(word)

        monkeypatch.setattr(runs, "tag", tag)
        for attempt in range(ATTEMPTS_MAX + 2):
            stand_at(at(attempt / 60))
            assert send_due(kinds=[Kind.TAG_RUN]) == {"done": 0, "waiting": 1, "refused": 0}

        stand_at(at((ATTEMPTS_MAX + 2) / 60))
        assert send_due(kinds=[Kind.TAG_RUN])["done"] == 1
        assert tagged == ["overdue"]


class TestSenderThatDies:
    """What a whole batch was at when its sender died is each told apart by its kind."""

    @pytest.fixture(autouse=True)
    def dies_before_it_settles(
        self, desk: StandInDesk, notices: Notices, monkeypatch: pytest.MonkeyPatch, stand_at: Stand
    ) -> None:
        """Let a sender die between sending and recording it, and others find that out a minute later."""

        def die(*_asked: object, **_named: object) -> None:
            raise SystemError("killed")

        with monkeypatch.context() as dying:
            dying.setattr(outbox, "settle_many", die)
            put(*(order(f"EX-{number}") for number in range(3)), *(notice(f"EX-{number}") for number in range(3)))
            with pytest.raises(SystemError):
                send_due(kinds=[Kind.WORK_ORDER, Kind.NOTICE])
        stand_at(at(LEASE / timedelta(hours=1)))

    def test_has_its_orders_repeated_under_their_keys(self, desk: StandInDesk) -> None:
        with unit_of_work() as connection:
            outbox.recover_cut_off(connection, now=at(1))

        assert send_due(kinds=[Kind.WORK_ORDER])["done"] == 3
        assert set(desk.sent.values()) == {2}
        assert len(desk.orders) == 3

    def test_has_its_notices_marked_uncertain_and_sent_by_nobody(self, notices: Notices) -> None:
        with unit_of_work() as connection:
            assert outbox.recover_cut_off(connection, now=at(1)) == {"pending": 3, "uncertain": 3}

        assert send_due(kinds=[Kind.NOTICE])["done"] == 0
        assert len(notices()) == 3


class TestClaimedButNotBegun:
    def test_is_let_go_in_time_as_if_nothing_had_been_attempted(self, desk: StandInDesk) -> None:
        put(order("EX-1"))
        claimed = sending._claim([Kind.WORK_ORDER], None, patient=True)

        sent = sending._send(claimed, sending._each_alone, begin_by=time.monotonic() - 1, patient=True)

        assert not sent.counts
        assert (items("EX-1"), desk.sent) == ([("pending", 0)], {})
        assert send_due(kinds=[Kind.WORK_ORDER])["done"] == 1


class TestLongSweep:
    def test_leaves_what_goes_by_itself_to_the_next_and_sends_the_rest(
        self, desk: StandInDesk, notices: Notices, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("REDRESS_NOTICE_DEPARTMENT_URL", f"json://127.0.0.1:9/{tmp_path.name}")
        put(notice("EX-1"), order("EX-2"))

        with monkeypatch.context() as long:
            long.setattr(sending, "ALONE_WITHIN_SECONDS", -1)
            assert send_due(kinds=[Kind.NOTICE, Kind.WORK_ORDER])["done"] == 1

        assert (items("EX-1"), items("EX-2")) == ([("pending", 0)], [("done", 1)])
        assert send_due(kinds=[Kind.NOTICE])["done"] == 1


class TestNotices:
    def test_reach_their_channel_with_the_receiver_masked_in_the_file(self, notices: Notices) -> None:
        put(notice())

        send_due(kinds=[Kind.NOTICE])

        assert items("EX-1") == [("done", 1)]
        assert notices() == [
            {
                "audience": "customer",
                "to": "199****1234",
                "channel": "sms",
                "title": "关于您的快件",
                "body": "已安排加急派送",
            }
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

    def test_through_apprise_are_sent_one_by_one(
        self, notices: Notices, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        other = address_of(tmp_path / "other.log", audience="department").replace("{shown_to}", "operations")
        monkeypatch.setenv("REDRESS_NOTICE_DEPARTMENT_URL", other)  # no longer the address that is known to be a file
        put(notice("EX-1"), notice("EX-2", audience="department"))

        assert send_due(kinds=[Kind.NOTICE])["done"] == 2
        assert [line["audience"] for line in notices()] == ["customer"]
        assert "operations" in (tmp_path / "other.log").read_text("utf-8")
