"""Collecting dropped files: each complete one once, as payloads; nothing is lost and nothing is doubled."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from factories import at
from sqlalchemy import text

from adapters import Unavailable
from adapters.drops import splitting
from adapters.drops.place import Place
from adapters.feeds.registry import FORMATS
from schemas.fetching import DroppedFile, DropReport
from store.tracking import drops
from store.unit_of_work import unit_of_work
from tasks.tracking import collecting
from tasks.tracking.collecting import collect_drop, drop_rows, dropping_feeds
from tasks.tracking.ingest import take_in_payloads

Stand = Callable[[datetime], None]
FEED = "sf-files"
HALF_A_MINUTE = 30 / 3600
KILLED_BEFORE_MOVING = f"""
import os, signal
from adapters.drops.place import Place
from tasks.tracking.collecting import collect_drop

Place.put_away = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
collect_drop.fn("{FEED}")
"""


def a_body(number: int = 1, **changes: Any) -> bytes:
    route = {
        "mailno": f"SF000000000000{number}", "acceptTime": "2026-11-19 08:00:00", "acceptAddress": "临江市",
        "opCode": "31", "remark": "快件到达 【临江中转场】", "id": "170000000000001", **changes,
    }  # fmt: skip
    return json.dumps({"Body": {"WaybillRoute": [route]}}, ensure_ascii=False).encode()


class Folder:
    """The folder that the feed's sender drops files into."""

    def __init__(self, path: Path, configure: Callable[..., None]) -> None:
        self.path = path
        self.configure = configure

    def leave(self, name: str, body: bytes, *, whole: bool = True) -> None:
        (self.path / name).write_bytes(body)
        if whole:
            (self.path / f"{name}.done").write_bytes(b"")

    def names(self, inside: str = "") -> list[str]:
        found = self.path / inside
        return sorted(item.name for item in found.iterdir() if item.is_file()) if found.is_dir() else []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    path = tmp_path / "in"
    path.mkdir()
    versions = iter(range(1000))

    def configure(format_name: str = "sf_route_push", **drop: Any) -> None:
        feeds = [
            {"name": FEED, "format": format_name, "drop": {"url": str(path), **drop}},
            {"name": "sf", "format": "sf_route_push"},
        ]
        file = tmp_path / f"feeds-{next(versions)}.yaml"
        file.write_text(json.dumps({"feeds": feeds}), encoding="utf-8")  # JSON is YAML
        monkeypatch.setenv("REDRESS_FEEDS_FILE", str(file))

    configure()
    return Folder(path, configure)


def collected() -> DropReport:
    return collect_drop.fn(FEED)


def outcomes(report: DropReport) -> dict[str, str]:
    return {file.name: file.outcome for file in report.files}


def kept() -> list[bytes]:
    with unit_of_work() as connection:
        return [bytes(row.body) for row in connection.execute(text("SELECT body FROM inbox ORDER BY id"))]


class TestDroppingFeeds:
    def test_are_those_with_a_drop(self, folder: Folder) -> None:
        assert dropping_feeds() == [FEED]


class TestCollectDrop:
    def test_keeps_a_complete_file_and_moves_it_to_done(self, folder: Folder) -> None:
        folder.leave("day.json", a_body())

        report = collected()

        assert outcomes(report) == {"day.json": "taken"}
        assert kept() == [a_body()]
        assert (folder.names(), folder.names("done")) == ([], ["1-day.json"])
        with unit_of_work() as connection:
            [row] = connection.execute(text("SELECT feed, format, origin FROM inbox"))
        assert tuple(row) == (FEED, "sf_route_push", "drop")

    def test_gives_payloads_that_the_ingest_reads(self, folder: Folder) -> None:
        folder.leave("day.json", a_body())
        collected()

        taken_in = take_in_payloads.fn()
        assert taken_in is not None
        assert (taken_in.read, taken_in.clean) == (1, 1)

    def test_waits_until_a_file_without_a_marker_has_looked_the_same_for_half_a_minute(
        self, folder: Folder, stand_at: Stand
    ) -> None:
        folder.leave("day.json", a_body()[:50], whole=False)
        assert outcomes(collected()) == {"day.json": "waiting"}

        folder.leave("day.json", a_body(), whole=False)
        stand_at(at(HALF_A_MINUTE))
        assert outcomes(collected()) == {"day.json": "waiting"}  # it has grown

        stand_at(at(2 * HALF_A_MINUTE))
        assert outcomes(collected()) == {"day.json": "taken"}
        assert kept() == [a_body()]

    def test_finds_nothing_the_second_time(self, folder: Folder) -> None:
        folder.leave("day.json", a_body())
        collected()

        assert collected().files == ()

    def test_takes_the_same_name_again_with_other_content(self, folder: Folder) -> None:
        for number in (1, 2):
            folder.leave("day.json", a_body(number))
            assert outcomes(collected()) == {"day.json": "taken"}

        assert kept() == [a_body(1), a_body(2)]
        assert folder.names("done") == ["1-day.json", "2-day.json"]

    def test_takes_the_same_content_once_whatever_it_is_called(self, folder: Folder) -> None:
        for name in ("day.json", "day.json", "copy of day.json"):
            folder.leave(name, a_body())
            report = collected()

        assert outcomes(report) == {"copy of day.json": "repeated"}
        assert kept() == [a_body()]
        assert len(folder.names("done")) == 3

    def test_remembers_the_file_with_its_hash_in_the_store(self, folder: Folder) -> None:
        folder.leave("day.json", a_body())
        collected()

        with unit_of_work() as connection:
            [row] = drops.of_feed(connection, FEED)
        assert (row["name"], row["size"], row["status"], row["payloads"]) == ("day.json", len(a_body()), "taken", 1)

    def test_leaves_the_rest_to_the_next_run(self, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(collecting, "FILES_MAX", 2)
        for number in range(3):
            folder.leave(f"{number}.json", a_body(number))

        assert (len(collected().files), len(collected().files), len(kept())) == (2, 1, 3)


class TestAReadOnlyDrop:
    def test_is_left_as_it_is_and_each_file_taken_once(self, folder: Folder) -> None:
        folder.configure(read_only=True)
        folder.leave("day.json", a_body())

        assert [outcomes(collected()) for _ in range(3)] == [{"day.json": "taken"}, {}, {}]
        assert folder.names() == ["day.json", "day.json.done"]
        assert kept() == [a_body()]

    def test_has_its_files_taken_once_though_nobody_said_that_it_is_read_only(self, folder: Folder) -> None:
        (folder.path / "done").write_bytes(b"no folder can be made here")
        folder.configure(pattern="*.json")
        folder.leave("day.json", a_body())

        reports = [collected() for _ in range(3)]

        assert all("not moved" in report.files[0].reason for report in reports)
        assert kept() == [a_body()]


class TestAFileThatCannotBeUsed:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b"", "empty"),
            (b"waybill,event\n1,2\n", "not_json"),
            (b'{"hello": "world"}', "no_envelope"),
            (b"\xff\xfe\x00\x80\x81", "not_text"),
            (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "xml_forbidden"),
        ],
        ids=["empty", "another format", "foreign", "no text", "entities"],
    )
    def test_is_put_aside_with_its_reason(self, folder: Folder, body: bytes, reason: str) -> None:
        folder.leave("day.json", body)

        [file] = collected().files

        assert (file.outcome, reason in file.reason) == ("refused", True)
        assert kept() == []
        assert folder.names("refused") == ["1-day.json", "1-day.json.reason.txt"]
        assert reason in (folder.path / "refused" / "1-day.json.reason.txt").read_text("utf-8")
        assert (folder.path / "refused" / "1-day.json").read_bytes() == body
        with unit_of_work() as connection:
            assert [row["name"] for row in drops.of_feed(connection, FEED, status="refused")] == ["day.json"]

    def test_is_put_aside_unread_when_it_is_larger_than_allowed(self, folder: Folder) -> None:
        folder.configure(file_bytes_max=100)
        folder.leave("day.json", a_body())

        [file] = collected().files

        assert (file.outcome, file.reason.split(":")[0]) == ("refused", "file_too_large")

    def test_does_not_keep_the_others_from_being_taken(self, folder: Folder) -> None:
        folder.leave("a.json", b"nonsense")
        folder.leave("b.json", a_body())

        assert outcomes(collected()) == {"a.json": "refused", "b.json": "taken"}


class TestALargeFile:
    @pytest.fixture(autouse=True)
    def _of_lines(self, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the format be one of lines whose beginning is readable, since the splitting does not ask for more."""
        monkeypatch.setattr(splitting, "SPLIT_BY", {"sf_route_push": splitting.SPLIT_BY["ndjson"]})
        monkeypatch.setattr(splitting.payloads_of, "__kwdefaults__", {"part_bytes": 1000})
        monkeypatch.setattr(collecting, "SAMPLE_BYTES", 1)

    def test_is_split_into_payloads_that_hold_all_of_it(self, folder: Folder) -> None:
        body = b"".join(a_body(number) + b"\n" for number in range(9))
        folder.leave("day.ndjson", body)

        [file] = collected().files

        assert file.payloads == len(kept()) > 2
        assert b"".join(kept()) == body

    def test_is_kept_wholly_or_not_at_all(self, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(splitting, "RECORD_BYTES_MAX", 2_000)
        monkeypatch.setattr(splitting, "READ_BYTES", 1_000)
        folder.leave("day.ndjson", b"".join(a_body(n) + b"\n" for n in range(9)) + b"x" * 5_000)

        [file] = collected().files

        assert (file.outcome, file.reason.split(":")[0]) == ("refused", "record_too_long")
        assert kept() == []


@pytest.mark.skipif("csv" not in FORMATS, reason="there is no format csv yet")
class TestACsv:
    HEADER = b"waybill,occurred_at,event,reason,raw_code,raw_text,location\r\n"

    def test_is_taken_with_its_header_at_the_head_of_each_payload(
        self, folder: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder.configure("csv")
        monkeypatch.setattr(splitting.payloads_of, "__kwdefaults__", {"part_bytes": 1000})
        line = b'CSV000000000%d,2026-11-19T08:00:00+08:00,PICKED_UP,,,"two\r\nlines",\r\n'
        folder.leave("day.csv", self.HEADER + b"".join(line % number for number in range(30)))

        [file] = collected().files

        assert (file.outcome, file.payloads > 1) == ("taken", True)
        taken_in = take_in_payloads.fn()
        assert taken_in is not None
        assert (taken_in.read, taken_in.quarantined) == (30, 0)

    def test_is_refused_when_its_header_is_another(self, folder: Folder) -> None:
        folder.configure("csv")
        folder.leave("day.csv", self.HEADER.replace(b"occurred_at", b"when"))

        assert outcomes(collected()) == {"day.csv": "refused"}


class TestDeath:
    """Whoever dies leaves a file that is either untouched or known as taken."""

    def test_between_keep_and_move_loses_nothing_and_doubles_nothing(
        self, folder: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        folder.leave("day.json", a_body())
        with monkeypatch.context() as dying:
            dying.setattr(Place, "put_away", die)
            with pytest.raises(KeyboardInterrupt):
                collected()
        assert (kept(), folder.names()) == ([a_body()], ["day.json", "day.json.done"])

        collected()

        assert (kept(), folder.names(), folder.names("done")) == ([a_body()], [], ["1-day.json"])

    def test_by_kill_9_between_keep_and_move_loses_nothing_and_doubles_nothing(self, folder: Folder) -> None:
        folder.leave("day.json", a_body())
        killed = subprocess.run([sys.executable, "-c", KILLED_BEFORE_MOVING], check=False, timeout=120)
        assert killed.returncode == -signal.SIGKILL
        assert (kept(), folder.names()) == ([a_body()], ["day.json", "day.json.done"])

        collected()

        assert (kept(), folder.names(), folder.names("done")) == ([a_body()], [], ["1-day.json"])

    def test_before_the_commit_leaves_the_file_for_the_next_run(
        self, folder: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        folder.leave("day.json", a_body())
        with monkeypatch.context() as dying:
            dying.setattr(drops, "settle", die)
            with pytest.raises(KeyboardInterrupt):
                collected()
        assert kept() == []

        assert outcomes(collected()) == {"day.json": "taken"}
        assert kept() == [a_body()]

    def test_between_move_and_remembering_it_changes_nothing(
        self, folder: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        folder.leave("day.json", a_body())
        with monkeypatch.context() as dying:
            dying.setattr(drops, "mark_moved", die)
            with pytest.raises(KeyboardInterrupt):
                collected()

        assert (collected().files, kept(), folder.names("done")) == ((), [a_body()], ["1-day.json"])


class TestTwoCollectors:
    def test_take_each_file_once(self, folder: Folder) -> None:
        for number in range(8):
            folder.leave(f"{number}.json", a_body(number))
            folder.leave(f"{number} again.json", a_body(number))

        collectors = [threading.Thread(target=collected) for _ in range(2)]
        for collector in collectors:
            collector.start()
        for collector in collectors:
            collector.join(60)

        assert sorted(kept()) == sorted(a_body(number) for number in range(8))
        assert (folder.names(), len(folder.names("done"))) == ([], 16)


class TestADropThatCannotBeHad:
    def test_is_told_of_in_the_report(self, folder: Folder) -> None:
        folder.path.rmdir()

        assert "not there" in collected().stopped

    def test_does_not_lose_what_was_taken_before_it_went_away(
        self, folder: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def go_away(*_: object, **__: object) -> None:
            raise Unavailable("the server went down")

        folder.leave("a.json", a_body())
        with monkeypatch.context() as down:
            down.setattr(Place, "put_away", go_away)
            report = collected()
        assert (report.stopped, kept()) == ("the server went down", [a_body()])

        collected()

        assert (kept(), folder.names("done")) == ([a_body()], ["1-a.json"])


class TestDropRows:
    def test_show_each_file_and_why_the_look_ended(self) -> None:
        file = DroppedFile(name="a.csv", size=5, outcome="refused", reason="empty")

        assert drop_rows([DropReport(feed="f", files=(file,), stopped="down")]) == [
            {"feed": "f", "name": "a.csv", "size": 5, "outcome": "refused", "payloads": 0, "reason": "empty"},
            {"feed": "f", "name": "", "size": "", "outcome": "stopped", "payloads": "", "reason": "down"},
        ]
