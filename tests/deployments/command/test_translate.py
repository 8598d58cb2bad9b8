"""`redress translate`: pure; events to standard output, refusals to standard error, exit 2 for what cannot be read."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from engine_under_test import REDRESS

GOOD = {"time": "2026-11-19 10:00:00", "context": "已揽收", "statusCode": "103"}


def translate(file: Path, format_name: str | None = "kuaidi100_query") -> subprocess.CompletedProcess[str]:
    named = ["--format", format_name] if format_name else []
    return subprocess.run([REDRESS, "translate", *named, str(file)], capture_output=True, text=True, check=False)


@pytest.fixture
def query(tmp_path: Path) -> Path:
    result: dict[str, Any] = {
        "message": "ok", "nu": "773000000001", "com": "shentong", "status": "200", "state": "0",
        "data": [GOOD, {"context": "没有时间"}],
    }  # fmt: skip
    file = tmp_path / "query.json"
    file.write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    return file


class TestTranslate:
    def test_prints_one_line_of_json_for_each_event(self, query: Path) -> None:
        [line] = translate(query).stdout.splitlines()

        event = json.loads(line)
        assert {
            "waybill": "773000000001", "source": "kuaidi100_query", "occurred_at": "2026-11-19T02:00:00Z",
            "event": "PICKED_UP", "raw_code": "103", "raw_text": "已揽收", "voids": None,
        }.items() <= event.items()  # fmt: skip
        assert {"reason", "location"} <= set(event)

    def test_tells_of_records_that_cannot_be_used_and_where_they_are(self, query: Path) -> None:
        done = translate(query)

        assert [json.loads(line) for line in done.stderr.splitlines()] == [{"refused": "time_missing", "at": "data[1]"}]
        assert done.returncode == 0

    @pytest.mark.parametrize(
        "body", [b"", b"\xff\xfe\x00", b"{", b'{"hello": 1}'], ids=["empty", "bytes", "cut", "other"]
    )
    def test_ends_with_2_when_the_envelope_cannot_be_read(self, tmp_path: Path, body: bytes) -> None:
        file = tmp_path / "x"
        file.write_bytes(body)

        assert translate(file).returncode == 2

    def test_ends_with_2_for_an_unknown_format_and_a_missing_file(self, query: Path, tmp_path: Path) -> None:
        assert translate(query, "nobody").returncode == 2
        assert translate(tmp_path / "nothing").returncode == 2


class TestTranslateWithoutAFormat:
    def test_recognises_it(self, query: Path) -> None:
        assert translate(query, None).stdout == translate(query).stdout != ""

    def test_recognises_a_table(self, tmp_path: Path) -> None:
        file = tmp_path / "scans"
        file.write_text(
            "waybill,occurred_at,event,reason,raw_code,raw_text,location\nSC1,2026-03-01 08:00:00,HELD,,,,\nSC2\n"
        )

        done = translate(file, None)

        assert json.loads(done.stdout)["waybill"] == "SC1"
        assert json.loads(done.stderr) == {"refused": "row_broken", "at": "line 3"}

    def test_says_what_a_file_looks_like_that_is_of_none(self, tmp_path: Path) -> None:
        file = tmp_path / "x"
        file.write_text('{"hello": "SECRET"}')

        done = translate(file, None)

        first, second = done.stderr.splitlines()
        assert (done.returncode, done.stdout) == (2, "")
        assert json.loads(first) == {"refused": "format_unknown", "at": "body"}
        assert "JSON of no known provider (hello). It reads 17track_v1, " in second
        assert "SECRET" not in second


class TestTranslateOfAFormatThatNamesNoParcel:
    def test_prints_its_events_with_an_empty_waybill(self, tmp_path: Path) -> None:
        file = tmp_path / "ems.xml"
        file.write_text(
            "<traces><trace><acceptTime>2026-03-01 08:00:00</acceptTime><acceptAddress>临江市</acceptAddress>"
            "<remark>收寄</remark></trace><trace><remark>妥投</remark></trace></traces>",
            "utf-8",
        )

        done = translate(file, None)

        event = json.loads(done.stdout)
        assert (event["waybill"], event["event"], event["source"]) == ("", "PICKED_UP", "ems_cn_xml")
        assert json.loads(done.stderr) == {"refused": "time_missing", "at": "traces.trace[1]"}
