"""`redress ingest`: files kept, checked and merged; the table of files, unknown codes, and what nobody can read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Printed, Redress

from adapters.drops import splitting
from store.tracking import events, inbox
from store.unit_of_work import unit_of_work
from tasks.publishing import EVENTS_MERGED

HEADER = "waybill,occurred_at,event,reason,raw_code,raw_text,location"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture
def query(folder: Path) -> Callable[..., Path]:
    """Write a Kuaidi100 answer about one parcel."""

    def write(*scans: dict[str, Any], name: str = "query.json", waybill: str = "773000000001") -> Path:
        plain = {"time": "2026-03-01 08:00:00", "context": "已揽收", "statusCode": "103"}
        result = {"message": "ok", "nu": waybill, "com": "shentong", "status": "200", "state": "0"}
        file = folder / name
        data = [plain | scan for scan in scans or [{}]]
        file.write_text(json.dumps({**result, "data": data}, ensure_ascii=False), "utf-8")
        return file

    return write


@pytest.fixture
def scans(folder: Path) -> Callable[..., Path]:
    """Write a scanner file of so many scans."""

    def write(count: int, *lines: str, name: str = "scans.csv") -> Path:
        rows = [f"SC{row:010d},2026-03-01T{row % 24:02d}:00:00+08:00,ARRIVED_HUB,,,," for row in range(count)]
        file = folder / name
        file.write_text("\n".join([HEADER, *rows, *lines, ""]), "utf-8")
        return file

    return write


def counts(row: dict[str, Any]) -> tuple[int, int, int, int]:
    return row["read"], row["clean"], row["duplicate"], row["quarantined"]


def logged() -> int:
    with unit_of_work() as connection:
        return events.count(connection)


class TestIngest:
    def test_accounts_for_every_record_of_every_file(self, redress: Redress, query, scans, folder: Path) -> None:
        query({}, {}, {"time": "昨天"}, {"time": "2026-03-01 09:00:00", "statusCode": "9999"})
        scans(3, "broken")

        printed = redress("ingest", str(folder), "--json")

        assert printed.exit_code == 0
        rows = {Path(row["file"]).name: (row["format"], counts(row)) for row in printed.json["files"]}
        assert rows == {"query.json": ("kuaidi100_query", (4, 2, 1, 1)), "scans.csv": ("csv", (4, 3, 0, 1))}
        assert printed.json["total"] == {"read": 8, "clean": 5, "duplicate": 1, "quarantined": 2}
        assert (printed.json["not_taken_in"], logged()) == ([], 5)

    def test_adds_nothing_a_second_time(self, redress: Redress, query, scans, folder: Path) -> None:
        query({}, {"time": "昨天"})
        scans(5)
        redress("ingest", str(folder))

        printed = redress("ingest", str(folder), "--json").json

        assert printed["total"] == {"read": 7, "clean": 0, "duplicate": 6, "quarantined": 1}
        assert logged() == 6

    def test_wakes_the_search_for_exceptions(self, redress: Redress, query, announced: list[str]) -> None:
        redress("ingest", str(query()))

        assert announced == [EVENTS_MERGED]

    def test_takes_a_file_once_that_is_named_twice(self, redress: Redress, query, folder: Path) -> None:
        file = query()

        printed = redress("ingest", str(file), str(folder), str(file), "--json").json

        assert [counts(row) for row in printed["files"]] == [(1, 1, 0, 0)]

    def test_says_what_the_provider_said(self, redress: Redress, folder: Path) -> None:
        file = folder / "error.json"
        file.write_text(
            '{"message": "查无结果", "nu": "", "ischeck": "0", "com": "", "status": "201", "data": []}', "utf-8"
        )

        (row,) = redress("ingest", str(file), "--json").json["files"]

        assert counts(row) == (0, 0, 0, 0)
        assert row["answer"].startswith("201: ")

    def test_leaves_out_a_scan_that_a_row_takes_back(self, redress: Redress, folder: Path) -> None:
        file = folder / "scans.csv"
        scanned, taken_back = "2026-03-01T08:00:00+08:00", "2026-03-01 09:00:00"
        rows = [f"SC0000000001,{taken_back},DELIVERED,,,,,{scanned}", f"SC0000000001,{scanned},DELIVERED,,,,,"]
        file.write_text("\n".join([f"{HEADER},voids", *rows]), "utf-8")

        assert redress("ingest", str(file), "--json").json["total"]["clean"] == 2
        with unit_of_work() as connection:
            told = events.of_waybills(connection, ["SC0000000001"])["SC0000000001"]
        assert [(event.event, event.voided) for event in told] == [("DELIVERED", True)]


class TestLargeFile:
    def test_of_20_000_rows_is_one_file_of_several_payloads(
        self, redress: Redress, scans, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(splitting, "PART_BYTES", 200_000)
        monkeypatch.setattr(splitting.payloads_of, "__kwdefaults__", {"part_bytes": 200_000})

        printed = redress("ingest", str(scans(20_000)), "--json").json

        assert [counts(row) for row in printed["files"]] == [(20_000, 20_000, 0, 0)]
        assert logged() == 20_000
        with unit_of_work() as connection:
            assert len(inbox.outcomes(connection, range(1, 100))) > 3

    def test_that_cannot_be_split_leaves_nothing_of_itself(
        self, redress: Redress, scans, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(splitting, "PART_BYTES", 1000)
        monkeypatch.setattr(splitting.payloads_of, "__kwdefaults__", {"part_bytes": 1000})

        printed = redress("ingest", str(scans(100, 'SC,2026-03-01,HELD,,,"open,')), "--json")

        assert (printed.exit_code, printed.json["files"]) == (2, [])
        assert printed.json["not_taken_in"][0]["looks_like"].startswith("quote_not_closed: ")
        with unit_of_work() as connection:
            assert inbox.unprocessed(connection) == logged() == 0


class TestFileOfNoFormat:
    @pytest.fixture
    def foreign(self, folder: Path) -> Path:
        file = folder / "foreign.json"
        file.write_text('{"trackingEvents": [{"code": "SECRET"}]}')
        return file

    def test_is_told_without_its_values_and_spoils_no_other(self, redress: Redress, query, foreign: Path) -> None:
        printed = redress("ingest", str(query()), str(foreign), "--json")

        assert printed.exit_code == 2
        assert [counts(row) for row in printed.json["files"]] == [(1, 1, 0, 0)]
        assert printed.json["not_taken_in"] == [
            {"file": str(foreign), "looks_like": "JSON of no known provider (trackingEvents)"}
        ]
        assert "SECRET" not in printed.out + printed.err

    def test_is_told_in_a_line_too(self, redress: Redress, foreign: Path) -> None:
        printed = redress("ingest", str(foreign))

        assert printed.out.splitlines()[-1] == f"Not taken in: {foreign}: JSON of no known provider (trackingEvents)"
        assert printed.err.startswith(
            f"redress: 1 of 1 files were not taken in: {foreign}. --format names one of 17track"
        )
        assert printed.err.count("\n") == 1

    def test_is_named_at_the_end_but_no_endless_list_of_them(self, redress: Redress, folder: Path) -> None:
        for number in range(7):
            (folder / f"{number}.txt").write_text("stormy night")

        printed = redress("ingest", str(folder))

        assert printed.out.count("Not taken in: ") == 7
        assert f"{folder / '4.txt'} and 2 more. --format" in printed.err

    def test_is_quarantined_where_its_format_is_named_all_the_same(self, redress: Redress, foreign: Path) -> None:
        printed = redress("ingest", "--format", "sf_route_push", str(foreign), "--json")

        assert (printed.exit_code, counts(printed.json["total"])) == (0, (1, 0, 0, 1))


class TestTable:
    def test_has_a_line_for_each_file_and_the_unknown_codes_of_each_format(
        self, redress: Redress, query, scans
    ) -> None:
        unknown = query({"statusCode": "9999", "context": "示例文字"})

        printed = redress("ingest", str(unknown), str(scans(2))).out

        lines = [line.split() for line in printed.splitlines()]
        assert lines[0] == ["file", "format", "read", "clean", "duplicate", "quarantined", "answer"]
        assert lines[1] == [str(unknown), "kuaidi100_query", "1", "1", "0", "0", "ok"]
        assert "2 files: 3 read, 3 clean, 0 duplicate, 0 quarantined." in printed
        assert "csv: no unknown codes." in printed
        assert ["9999", "1", "示例文字"] in lines

    def test_counts_unknown_codes_once_however_often_they_are_told(self, redress: Redress, query) -> None:
        file = query({"statusCode": "9999"})
        redress("ingest", str(file))

        (code,) = redress("ingest", str(file), "--json").json["unknown_codes"]

        assert (code["feed"], code["raw_code"], code["seen"]) == ("kuaidi100_query", "9999", 1)


class TestWrongUsage:
    def refused(self, printed: Printed) -> None:
        assert (printed.exit_code, printed.out, printed.err.count("\n")) == (2, "", 1)

    def test_is_to_name_nothing(self, redress: Redress) -> None:
        self.refused(redress("ingest"))

    def test_is_to_name_a_file_that_is_not_there(self, redress: Redress, folder: Path) -> None:
        self.refused(redress("ingest", str(folder / "nothing")))

    def test_is_to_name_a_format_that_nobody_wrote(self, redress: Redress, query) -> None:
        printed = redress("ingest", "--format", "telegram", str(query()))

        self.refused(printed)
        assert "there is no format telegram; there are 17track_v1, " in printed.err
        with unit_of_work() as connection:
            assert inbox.unprocessed(connection) == 0


class TestRealPayloads:
    @pytest.mark.parametrize(
        "name",
        [
            *("17track_v1", "17track_v2", "aftership", "cainiao_global", "easypost_event", "easypost_tracker"),
            *("easypost_claim", "easypost_insurance"),
            *("ems_cn_xml", "kdniao_push", "kdniao_track", "kuaidi100_push", "kuaidi100_query", "sf_route_json"),
            *("sf_route_push", "sf_route_xml"),
        ],
    )
    def test_are_accounted_for_and_add_nothing_twice(self, redress: Redress, feeds: Path, name: str) -> None:
        once, twice = (redress("ingest", str(feeds / name), "--json") for _ in range(2))

        assert (once.exit_code, twice.exit_code) == (0, 0)
        for row in [*once.json["files"], *twice.json["files"]]:
            assert row["read"] == row["clean"] + row["duplicate"] + row["quarantined"]
        assert twice.json["total"]["clean"] == 0
        assert once.json["total"]["read"] == twice.json["total"]["read"]

    @pytest.mark.parametrize("name", ["x12_214", "edifact_iftsta", "ups_track", "bulk_olist", "dpd_soap"])
    def test_of_other_formats_are_not_half_read(self, redress: Redress, feeds: Path, name: str) -> None:
        printed = redress("ingest", str(feeds / name), "--json")

        assert (printed.exit_code, printed.json["files"], logged()) == (2, [], 0)
        assert len(printed.json["not_taken_in"]) == len(list((feeds / name).iterdir()))
