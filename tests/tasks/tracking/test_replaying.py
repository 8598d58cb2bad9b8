"""Replaying: what a mended mapping understands enters the log once, the rest stays held, and every batch is small."""

import json
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from factories import NOON

from adapters.feeds.envelope import UnreadableEnvelope
from schemas.quarantine import ReplayReport
from store.tracking import events, inbox, quarantine
from store.tracking.quarantine import Chosen
from store.unit_of_work import unit_of_work
from tasks.tracking import reading, replaying
from tasks.tracking.discarding import discard_records
from tasks.tracking.ingest import receive, take_in_payloads
from tasks.tracking.replaying import order_replay, replay_batch

WRITTEN, MENDED = "2026年11月19日 10:00:00", "2026-11-19 10:00:00"
WAYBILL = "773000000001"


def a_scan(time: str = WRITTEN, text: str = "快件已到达示例转运中心") -> dict[str, Any]:
    return {"time": time, "ftime": time, "context": text, "status": "在途", "statusCode": "1002"}


def received(*scans: Any, number: str = WAYBILL) -> int:
    result = {"message": "ok", "nu": number, "com": "shentong", "status": "200", "state": "0", "data": list(scans)}
    body = json.dumps({"status": "polling", "message": "", "lastResult": result}, ensure_ascii=False).encode()
    return receive(feed="kuaidi100", format_name="kuaidi100_push", origin="http", body=body, received_at=NOON)


def taken_in(*scans: Any, number: str = WAYBILL) -> int:
    payload = received(*scans, number=number)
    take_in_payloads.fn([payload])
    return payload


def many_taken_in(parcels: int) -> None:
    """Take in parcels that were all scanned at one place in one second."""
    take_in_payloads.fn([received(a_scan(), number=f"7730000001{number:02}") for number in range(parcels)])


@pytest.fixture
def mend(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Teach the mapping a new way of writing times."""

    def mended() -> None:
        as_it_was = reading.registry.translate

        def translate(name: str, body: bytes, **declared: Any) -> Any:
            return as_it_was(name, body.replace(WRITTEN.encode(), MENDED.encode()), **declared)

        monkeypatch.setattr(reading.registry, "translate", translate)

    return mended


def replayed(**chosen: Any) -> ReplayReport:
    order = order_replay.fn("ops-chen", **chosen)
    report = ReplayReport()
    while (batch := replay_batch.fn(order, report.last)) is not None:
        report = report.plus(batch)
    return report


def standing() -> dict[str, int]:
    with unit_of_work() as connection:
        return {status: count for status, count in quarantine.standing(connection).items() if count}


def logged() -> int:
    with unit_of_work() as connection:
        return events.count(connection)


class TestReplay:
    def test_takes_in_what_passes_now_and_says_who_replayed_it(self, mend: Callable[[], None]) -> None:
        taken_in(a_scan(), a_scan(MENDED, "派件中"))
        mend()

        report = replayed(reason="time_unreadable")

        assert (report.records, report.passed, report.clean, report.duplicate) == (1, 1, 1, 1)
        with unit_of_work() as connection:
            [record] = quarantine.listing(connection, Chosen(status="replayed"))
        assert (record["settled_by"], record["settled_at"], record["note"]) == ("ops-chen", NOON, replaying.PASSED)

    def test_leaves_what_still_fails_and_does_not_count_it_as_told_again(self) -> None:
        taken_in(a_scan())

        report = replayed()

        assert (report.passed, report.still_held) == (0, 1)
        with unit_of_work() as connection:
            assert [row["times_seen"] for row in quarantine.listing(connection)] == [1]

    def test_does_nothing_the_second_time(self, mend: Callable[[], None]) -> None:
        taken_in(a_scan())
        mend()
        replayed()

        assert replayed() == ReplayReport()
        assert logged() == 1

    def test_puts_an_event_that_two_payloads_told_into_the_log_once(self, mend: Callable[[], None]) -> None:
        taken_in(a_scan())
        taken_in(a_scan(), a_scan(MENDED, "派件中"))
        mend()

        replayed()

        assert (logged(), standing()) == (2, {"replayed": 1})

    @pytest.mark.parametrize(
        ("chosen", "passed"),
        [
            ({"reason": "time_unreadable"}, 2),
            ({"reason": "control_character"}, 0),
            ({"feed": "kuaidi100"}, 2),
            ({"feed": "sf"}, 0),
            ({"ids": []}, 0),
        ],
        ids=str,
    )
    def test_takes_only_what_was_chosen(self, mend: Callable[[], None], chosen: dict[str, Any], passed: int) -> None:
        taken_in(a_scan())
        taken_in(a_scan(), a_scan(MENDED, "坏\x00"), number="773000000002")
        mend()

        replayed(**chosen)

        assert standing().get("replayed", 0) == passed

    def test_tells_what_became_of_each_reason(self, mend: Callable[[], None]) -> None:
        taken_in(a_scan(), a_scan(MENDED, "坏\x00字符"))
        mend()

        report = replayed()

        assert [tuple(row.values()) for row in report.rows()] == [
            ("control_character (kuaidi100)", 0, 1), ("time_unreadable (kuaidi100)", 1, 0),
        ]  # fmt: skip
        assert report.sentence.startswith("2 held records of 1 payloads judged again: 1 passed, 1 still held;")

    def test_goes_in_small_batches_each_committed_by_itself(
        self, mend: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        many_taken_in(5)
        mend()
        monkeypatch.setattr(replaying, "PAYLOADS", 2)
        order = order_replay.fn("ops-chen")

        first = replay_batch.fn(order, 0)

        assert first is not None
        assert (first.records, standing()) == (2, {"held": 3, "replayed": 2})
        rest = replay_batch.fn(order, first.last)
        assert rest is not None
        assert replay_batch.fn(order, rest.last) is not None
        assert standing() == {"replayed": 5}

    def test_goes_on_after_one_that_was_cut_off(
        self, mend: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OSError("the disk is full")

        taken_in(a_scan())
        mend()
        with monkeypatch.context() as broken:
            broken.setattr(replaying.quarantine, "settle", fail)
            with pytest.raises(OSError, match="disk"):
                replayed()
        assert (logged(), standing()) == (0, {"held": 1})

        assert replayed().passed == 1

    def test_leaves_out_what_came_after_it_began(self, mend: Callable[[], None]) -> None:
        taken_in(a_scan())
        order = order_replay.fn("ops-chen")
        taken_in(a_scan(), number="773000000002")
        mend()

        replay_batch.fn(order, 0)

        assert standing() == {"held": 1, "replayed": 1}


class TestNothingIsLost:
    def test_when_a_mapping_was_mended_so_that_it_reads_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise UnreadableEnvelope("unreadable", "$", "the mapping is broken")

        taken_in(a_scan())
        monkeypatch.setattr(reading.registry, "translate", refuse)

        assert replayed().passed == 0
        assert standing()["held"] >= 1

    def test_when_a_payload_is_not_kept_any_more(self) -> None:
        payload = taken_in(a_scan())
        with unit_of_work() as connection:
            connection.execute(inbox.inbox.delete().where(inbox.inbox.c.id == payload))

        report = replayed()

        assert (report.records, report.still_held, standing()) == (1, 1, {"held": 1})


class TestDiscarded:
    def test_records_stay_discarded_when_another_of_their_payload_is_replayed(self, mend: Callable[[], None]) -> None:
        taken_in(a_scan(), a_scan("昨天"))
        with unit_of_work() as connection:
            [hopeless] = [row["id"] for row in quarantine.listing(connection) if row["where"].endswith("[1]")]
        discard_records([hopeless], why="test data", by="ops-li")
        mend()

        replayed()

        assert standing() == {"replayed": 1, "discarded": 1}

    def test_records_are_settled_once_by_whoever_comes_first(self, mend: Callable[[], None]) -> None:
        many_taken_in(20)
        with unit_of_work() as connection:
            held = [row["id"] for row in quarantine.listing(connection)]
        mend()
        discarded: list[int] = []
        discarding = Thread(target=lambda: discarded.append(discard_records(held, why="test data", by="ops-li")))

        discarding.start()
        report = replayed()
        discarding.join()

        assert report.passed + discarded[0] == len(held)
        assert standing().get("held", 0) == 0
        assert logged() == report.passed

    def test_two_replays_at_once_pass_each_record_once(self, mend: Callable[[], None]) -> None:
        many_taken_in(20)
        mend()
        reports: list[ReplayReport] = []
        other = Thread(target=lambda: reports.append(replayed()))

        other.start()
        report = replayed()
        other.join()

        assert report.passed + reports[0].passed == 20
        assert (logged(), standing()) == (20, {"replayed": 20})
