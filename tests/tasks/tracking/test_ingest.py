"""Taking in: every record read is clean, a duplicate or quarantined, and nothing is lost."""

import json
from typing import Any

import pytest
from factories import NOON

from schemas.ingest import IngestReport
from store.tracking import events, inbox, quality, quarantine
from store.unit_of_work import unit_of_work
from tasks.tracking import ingest, reading
from tasks.tracking.ingest import receive, take_in_payloads


def a_scan(text: str = "快件已到达示例转运中心", time: str = "2026-11-19 10:00:00", **changes: Any) -> dict[str, Any]:
    return {"time": time, "ftime": time, "context": text, "status": "在途", "statusCode": "1002", **changes}


def a_push(*scans: Any, number: str = "773000000001") -> bytes:
    result = {"message": "ok", "nu": number, "com": "shentong", "status": "200", "state": "0", "data": list(scans)}
    return json.dumps({"status": "polling", "message": "", "lastResult": result}).encode()


def arrive(*bodies: bytes) -> list[int]:
    return [
        receive(feed="kuaidi100", format_name="kuaidi100_push", origin="http", body=body, received_at=NOON)
        for body in bodies
    ]


def taken_in(*bodies: bytes) -> IngestReport:
    arrive(*bodies)
    return take_in_payloads.fn()


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.read, report.clean, report.duplicate, report.quarantined


class TestTakeInPayloads:
    def test_puts_clean_records_into_the_log(self) -> None:
        assert counts(taken_in(a_push(a_scan(), a_scan("派件中", "2026-11-19 12:00:00")))) == (2, 2, 0, 0)

        with unit_of_work() as connection:
            assert [row["event"] for row in events.history_of(connection, "773000000001")] != []

    def test_adds_nothing_the_second_time(self) -> None:
        taken_in(a_push(a_scan()))

        assert counts(taken_in(a_push(a_scan()))) == (1, 0, 1, 0)

    def test_keeps_the_first_of_two_in_one_batch(self) -> None:
        assert counts(taken_in(a_push(a_scan(), a_scan()), a_push(a_scan()))) == (3, 1, 2, 0)

    def test_keeps_the_first_of_two_that_are_not_judged_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "RECORDS", 2)

        report = taken_in(a_push(a_scan(), a_scan("派件中", "2026-11-19 12:00:00"), a_scan()), a_push(a_scan()))

        assert counts(report) == (4, 2, 2, 0)
        with unit_of_work() as connection:
            assert events.count(connection) == 2

    @pytest.mark.parametrize(
        ("scan", "reason"),
        [
            (a_scan(time="昨天"), "time_unreadable"),
            (a_scan(time="", ftime=""), "time_missing"),
            (a_scan(time="2031-01-01 00:00:00"), "time_in_future"),
            (a_scan("坏\u0000字符"), "control_character"),
            (a_scan("长" * 2001), "text_too_long"),
            ("not an object", "unreadable"),
        ],
        ids=["unreadable time", "no time", "future", "control character", "too long", "no object"],
    )
    def test_keeps_what_cannot_be_used_with_its_reason(self, scan: Any, reason: str) -> None:
        report = taken_in(a_push(scan, a_scan()))

        assert counts(report) == (2, 1, 0, 1)
        with unit_of_work() as connection:
            [held] = quarantine.listing(connection)
        assert held["reasons"] == [reason]

    def test_counts_a_record_that_is_held_already_and_keeps_it_once(self) -> None:
        for _ in range(3):
            taken_in(a_push(a_scan(time="昨天")))

        with unit_of_work() as connection:
            [held] = quarantine.listing(connection)
        assert held["times_seen"] == 3

    def test_counts_a_payload_that_cannot_be_read_at_all_as_one_quarantined_record(self) -> None:
        assert counts(taken_in(b'{"hello": "world"}')) == (1, 0, 0, 1)

    def test_takes_in_a_table_beside_one_of_the_same_feed_that_cannot_be_read(self) -> None:
        header = "waybill,occurred_at,event,reason,raw_code,raw_text,location\n"
        for body in (f"{header}YT0000001,2026-11-19T08:00:00+08:00,PICKED_UP,,10,收件,示例网点\n", "no,header\n"):
            receive(feed="csv", format_name="csv", origin="file", body=body.encode(), received_at=NOON)

        assert counts(take_in_payloads.fn()) == (2, 1, 0, 1)

    def test_settles_every_payload_with_its_own_counts(self) -> None:
        good, bad = arrive(a_push(a_scan()), a_push(a_scan(time="昨天"), number="773000000002"))
        take_in_payloads.fn()

        with unit_of_work() as connection:
            found = inbox.outcomes(connection, [good, bad])
        assert [(row.read, row.clean, row.quarantined) for row in found.values() if row] == [(1, 1, 0), (1, 0, 1)]

    def test_writes_one_result_for_each_expectation(self) -> None:
        taken_in(a_push(a_scan()))

        with unit_of_work() as connection:
            rows = connection.exec_driver_sql("SELECT reason_code, success FROM quality_result").all()
        assert len(rows) >= 12
        assert all(row.success for row in rows)

    def test_counts_codes_that_no_mapping_knows_and_uses_the_record(self) -> None:
        report = taken_in(a_push(a_scan("某种新情况", status="奇怪", statusCode="9999")))

        assert (report.clean, report.unknown_codes) == (1, 1)
        with unit_of_work() as connection:
            rows = connection.exec_driver_sql("SELECT namespace, raw_code, seen FROM unknown_code").all()
        assert [(row.namespace, row.seen) for row in rows] == [("kuaidi100", 1)]

    def test_loses_nothing_when_it_fails_in_the_middle(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OSError("the disk is full")

        arrive(a_push(a_scan()))
        with monkeypatch.context() as broken:
            broken.setattr(ingest.folding, "fold_news", fail)
            with pytest.raises(OSError, match="disk"):
                take_in_payloads.fn()

        with unit_of_work() as connection:
            assert (inbox.unprocessed(connection), events.count(connection)) == (1, 0)
        assert counts(take_in_payloads.fn()) == (1, 1, 0, 0)

    def test_says_that_nothing_waits(self) -> None:
        assert take_in_payloads.fn() == IngestReport()

    def test_adds_up_over_batches(self) -> None:
        taken_in(a_push(a_scan()))
        taken_in(a_push(a_scan(), a_scan(time="昨天")))

        with unit_of_work() as connection:
            totals = quality.totals(connection)
        assert totals == {"read": 3, "clean": 1, "duplicate": 1, "quarantined": 1, "reasons": {"time_unreadable": 1}}


class TestRealPayloads:
    def test_balance_and_add_nothing_the_second_time(self, feeds: Any) -> None:
        files = [
            (name, file.read_bytes())
            for name in ("kuaidi100_push", "kuaidi100_query", "sf_route_push", "sf_route_json", "sf_route_xml")
            for file in sorted((feeds / name).iterdir())
        ]
        for turn in range(2):
            ids = [
                receive(feed=name, format_name=name, origin="file", body=body, received_at=NOON) for name, body in files
            ]
            take_in_payloads.fn()
            with unit_of_work() as connection:
                found = inbox.outcomes(connection, ids)
            assert all(row and row.read == row.clean + row.duplicate + row.quarantined for row in found.values())
            if turn:
                assert sum(row.clean for row in found.values() if row) == 0
