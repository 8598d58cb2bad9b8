"""The engine as a newcomer gets it: what is scheduled is planned, what arrives is worked on, commands tell of it."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from engine_under_test import EngineUnderTest, described_in, wait_until

from deployments.engine.credentials import read_credentials
from deployments.settings import EngineSettings

SHANGHAI = timedelta(hours=8)
WAYBILL = "773900000001"


@pytest.fixture(scope="module")
def prefect(engine: EngineUnderTest) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{engine.prefect_url}/api", trust_env=False) as client:
        yield client


def a_query(waybill: str, *data: dict[str, str]) -> dict[str, Any]:
    """Make a Kuaidi100 answer about one waybill."""
    return {"message": "ok", "nu": waybill, "com": "shentong", "status": "200", "state": "0", "data": list(data)}


def push(engine: EngineUnderTest, *scans: tuple[float, str, str], waybill: str = WAYBILL) -> httpx.Response:
    """Push scans (hours ago, status code, text) as Kuaidi100 would."""
    now = datetime.now(UTC) + SHANGHAI
    data = [
        {"time": (now - timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M:%S"), "statusCode": code, "context": text}
        for hours, code, text in scans
    ]
    param = json.dumps({"status": "polling", "lastResult": a_query(waybill, *data)}, ensure_ascii=False)
    salt = read_credentials(EngineSettings(home=engine.home)).kuaidi100_salt
    sign = hashlib.md5((param + salt).encode()).hexdigest().upper()
    return httpx.post(f"{engine.gateway_url}/feeds/kuaidi100", data={"param": param, "sign": sign}, trust_env=False)


SCHEDULED = {"ingest_feeds", "handle_exceptions", "sweep_clocks", "escalate_overdue", "dispatch_outbox"}


class TestSchedules:
    def test_plan_runs_of_every_scheduled_deployment(self, prefect: httpx.Client) -> None:
        wait_until(lambda: planned_runs(prefect) == SCHEDULED, what="runs of all of them to be planned")

    def test_start_the_nightly_scan_at_two_in_the_business_time_zone(self, prefect: httpx.Client) -> None:
        deployment = prefect.get("/deployments/name/escalate_overdue/escalate_overdue").json()

        [schedule] = deployment["schedules"]
        assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("0 2 * * *", "Asia/Shanghai")


def planned_runs(prefect: httpx.Client) -> set[str]:
    def is_planned(flow: str) -> bool:
        chosen = {"flows": {"name": {"any_": [flow]}}, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
        return prefect.post("/flow_runs/count", json=chosen).json() > 0

    return {flow for flow in SCHEDULED if is_planned(flow)}


@pytest.fixture(scope="module")
def pushed(engine: EngineUnderTest) -> dict[str, Any]:
    """Push that a parcel is damaged, and give its case once that waits for a supervisor."""
    answer = push(engine, (9, "103", "已揽收"), (1, "209", "派件时发现外包装破损"))
    assert answer.json()["result"] is True
    found: dict[str, Any] = wait_until(lambda: waiting_case(engine), what="the case to wait for a supervisor")
    return found


class TestEventTriggers:
    def test_carry_a_push_to_a_case_that_waits_for_a_supervisor(self, pushed: dict[str, Any]) -> None:
        assert pushed["type"] == "DAMAGED"

    def test_leave_a_run_that_shows_the_case_in_its_form(self, prefect: httpx.Client, pushed: dict[str, Any]) -> None:
        suspended = {"name": {"any_": [pushed["case_no"]]}, "state": {"name": {"any_": ["Suspended"]}}}

        def run_of_the_case() -> dict[str, Any] | None:
            runs: list[dict[str, Any]] = prefect.post("/flow_runs/filter", json={"flow_runs": suspended}).json()
            return runs[0] if runs else None

        run = wait_until(run_of_the_case, what="its run")

        assert (run["state"]["name"], run["name"]) == ("Suspended", pushed["case_no"])
        assert {"type:DAMAGED", "carrier:shentong", pushed["case_no"]} <= set(run["tags"])
        assert WAYBILL in described_in(prefect, run)


def waiting_case(engine: EngineUnderTest) -> dict[str, Any] | None:
    cases = engine.json("cases", "--state", "AWAITING_APPROVAL")
    return next((case for case in cases if case["waybill"] == WAYBILL), None)


class TestCommands:
    def test_doctor_finds_nothing_wrong(self, engine: EngineUnderTest) -> None:
        engine.redress("doctor")

    def test_status_names_the_file_of_the_notices(self, engine: EngineUnderTest) -> None:
        assert str(engine.home / "outbox" / "notices.log") in engine.redress("status").stdout

    def test_ingest_balances_for_every_file_and_adds_nothing_the_second_time(
        self, engine: EngineUnderTest, tmp_path: Path
    ) -> None:
        scans = [{"time": "2026-11-01 10:00:00", "context": "已揽收", "statusCode": "103"}, {"context": "没有时间"}]
        result = {
            "message": "ok",
            "nu": "773900000009",
            "com": "shentong",
            "status": "200",
            "state": "0",
            "data": scans,
        }
        (tmp_path / "query.json").write_text(json.dumps(result), "utf-8")
        (tmp_path / "push.json").write_text(json.dumps({"status": "polling", "lastResult": result}), "utf-8")

        first = engine.json("ingest", str(tmp_path))
        second = engine.json("ingest", str(tmp_path))

        for file in (*first["files"], *second["files"]):
            assert file["read"] == file["clean"] + file["duplicate"] + file["quarantined"] == 2
        assert first["total"] == {"read": 4, "clean": 1, "duplicate": 1, "quarantined": 2}
        assert second["total"] == {"read": 4, "clean": 0, "duplicate": 2, "quarantined": 2}

    def test_ingest_names_the_files_that_it_cannot_recognise(self, engine: EngineUnderTest, tmp_path: Path) -> None:
        (tmp_path / "novel.txt").write_text("It was a dark and stormy night.", "utf-8")

        done = engine.redress("ingest", str(tmp_path), check=False)

        assert done.returncode == 2
        assert "novel.txt" in done.stderr
        assert "--format" in done.stderr

    def test_quarantine_shows_and_discards_with_who_and_why(self, engine: EngineUnderTest, tmp_path: Path) -> None:
        scan = {"context": "也没有时间"}
        result = {
            "message": "ok",
            "nu": "773900000010",
            "com": "shentong",
            "status": "200",
            "state": "0",
            "data": [scan],
        }
        (tmp_path / "query.json").write_text(json.dumps(result), "utf-8")
        engine.json("ingest", str(tmp_path))
        [held] = [row for row in engine.json("quarantine", "list") if row["waybill"] == "773900000010"]

        shown = json.loads(engine.redress("quarantine", "show", str(held["id"])).stdout)
        engine.redress("quarantine", "discard", str(held["id"]), "--why", "a test", "--by", "ops-chen")

        assert (shown["reasons"], shown["record"]) == (["time_missing"], scan)
        discarded = engine.json("quarantine", "list", "--status", "discarded")
        [gone] = [row for row in discarded if row["id"] == held["id"]]
        assert (gone["settled_by"], gone["note"]) == ("ops-chen", "a test")

    def test_staff_add_shows_a_qr_code_once_and_the_list_no_secret(self, engine: EngineUnderTest) -> None:
        added = engine.redress(
            "staff", "add", "sup-wang", "--name", "王某某", "--role", "supervisor", "--limit", "2000"
        )
        again = engine.redress("staff", "add", "sup-wang", "--name", "x", "--role", "supervisor", check=False)

        secret = added.stdout.rsplit(":", 1)[1].strip()
        assert "█" in added.stdout
        assert (again.returncode, "taken" in again.stderr) == (1, True)
        assert secret not in engine.redress("staff", "list", "--json").stdout

    def test_passcode_is_never_shown_of_real_people(self, engine: EngineUnderTest) -> None:
        assert engine.redress("passcode", "sup-wang", check=False).returncode == 1

    def test_case_shows_history_and_events_with_masked_data(self, engine: EngineUnderTest) -> None:
        number = wait_until(lambda: waiting_case(engine), what="the case")["case_no"]

        shown = engine.json("case", number)

        assert [entry["command"] for entry in shown["history"]][:2] == ["detect", "record"]
        assert "DAMAGED" in engine.redress("case", number).stdout

    def test_unknown_case_is_one_clear_line(self, engine: EngineUnderTest) -> None:
        done = engine.redress("case", "EX-1", check=False)

        assert (done.returncode, done.stderr.strip()) == (1, "redress: there is no case EX-1")

    def test_verify_history_finds_all_whole(self, engine: EngineUnderTest) -> None:
        assert engine.json("verify-history")["wrong"] == []
