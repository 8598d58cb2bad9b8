"""Each bench runs, prints the object that scripts read, and leaves nothing behind. No time is judged here."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import psutil
import pytest
from engine_under_test import REDRESS

SECONDS_MAX = 400
INGEST = {"rows_per_s", "peak_mb"}
GATEWAY = {"acks_per_s", "p99_ms", "ack_to_case_p95_s"}
CASES = {"decision_cpu_s_per_case", "decision_cases_per_s", "automatic_cases_per_s", "approval_to_effect_p95_s"}
SCAN = {"scan_s", "count_s", "peak_mb"}
DOCKET = {"cases_per_s", "claims_filed_per_s"}
WAITING = {"processes", "idle_cores", "sweep_s"}
FEW_CASES = ["--decisions", "2", "--served", "1", "--automatic", "5", "--one-by-one", "1", "--idle-seconds", "1"]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(folder)}


def bench(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [REDRESS, "bench", *arguments],
        env=environment(folder), capture_output=True, text=True, timeout=SECONDS_MAX, check=False,
    )  # fmt: skip


def results_of(done: subprocess.CompletedProcess[str], name: str) -> dict[str, dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert set(printed) == {"bench", "results"}
    assert printed["bench"] == name
    for result in printed["results"]:
        assert set(result) == {"measure", "value", "unit", "reference", "ratio"}
        assert result["value"] > 0
        assert (result["reference"] is None) == (result["ratio"] is None)
    return {result["measure"]: result for result in printed["results"]}


def left_in(folder: Path) -> list[str]:
    files = [str(path) for path in folder.iterdir()]
    return files + [line for line in map(_command, psutil.process_iter()) if str(folder) in line]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


class TestIngest:
    def test_prints_its_measures_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        results = results_of(bench(tmp_path, "ingest", "--rows", "300", "--json"), "ingest")

        assert set(results) == INGEST
        assert results["rows_per_s"]["reference"] is not None
        assert left_in(tmp_path) == []

    def test_tells_people_each_figure_and_what_it_means(self, tmp_path: Path) -> None:
        told = bench(tmp_path, "ingest", "--rows", "30").stdout

        assert all(told.count(measure) == 2 for measure in INGEST)

    def test_stops_what_it_started_when_it_is_interrupted(self, tmp_path: Path) -> None:
        with subprocess.Popen(
            [REDRESS, "bench", "ingest", "--rows", "1000000"],
            env=environment(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stderr is not None
            assert any(line.startswith("Making") for line in process.stderr)
            process.send_signal(signal.SIGINT)
            last = process.stderr.readlines()[-1]

        assert process.returncode == 1
        assert last.startswith("redress: interrupted")
        assert left_in(tmp_path) == []


class TestGateway:
    def test_prints_its_measures_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        results = results_of(bench(tmp_path, "gateway", "--pushes", "100", "--parcels", "2", "--json"), "gateway")

        with_reference = {measure for measure, result in results.items() if result["reference"] is not None}
        assert (set(results), with_reference) == (GATEWAY, {"acks_per_s", "p99_ms"})
        assert left_in(tmp_path) == []


class TestCases:
    def test_prints_its_measures_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        results = results_of(bench(tmp_path, "cases", *FEW_CASES, "--json"), "cases")

        assert set(results) == CASES
        with_reference = {measure for measure, result in results.items() if result["reference"] is not None}
        assert with_reference == {"decision_cpu_s_per_case", "decision_cases_per_s"}
        assert left_in(tmp_path) == []


class TestScan:
    def test_prints_its_measures_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        results = results_of(bench(tmp_path, "scan", "--cases", "2000", "--json"), "scan")

        with_reference = {measure for measure, result in results.items() if result["reference"] is not None}
        assert (set(results), with_reference) == (SCAN, {"scan_s", "peak_mb"})
        assert left_in(tmp_path) == []


class TestWaiting:
    def test_prints_its_measures_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        results = results_of(bench(tmp_path, "waiting", "--runs", "3", "--idle-seconds", "2", "--json"), "waiting")

        with_reference = {measure for measure, result in results.items() if result["reference"] is not None}
        assert (set(results), with_reference) == (WAITING, {"processes"})
        assert left_in(tmp_path) == []


class TestDocket:
    def test_prints_its_measures_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        """It checks by itself that every claim has its own decision, payout and bookings, and fails where one lacks."""
        results = results_of(bench(tmp_path, "docket", "--claims", "4", "--json"), "docket")

        with_reference = {measure for measure, result in results.items() if result["reference"] is not None}
        assert (set(results), with_reference) == (DOCKET, {"cases_per_s"})
        assert left_in(tmp_path) == []


class TestUnknown:
    @pytest.mark.parametrize("arguments", [["nothing"], ["ingest", "--rows", "0"], ["cases", "--rows", "5"]])
    def test_is_told_in_one_line_and_exits_2(self, tmp_path: Path, arguments: list[str]) -> None:
        done = bench(tmp_path, *arguments)

        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
