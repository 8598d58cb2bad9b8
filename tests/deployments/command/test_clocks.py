"""`redress clocks`: pure; due times with their derivation, exit 2 for a file that makes no sense."""

import json
import re
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from commands import Printed, Redress
from engine_under_test import REDRESS
from factories import NOON, a_registration, a_trouble
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standins import register

from deployments.command import main
from deployments.command.clocks import clocks
from deployments.command.outcome import WrongUsage
from schemas.clocks import CaseClocks
from store import cases
from store.case_history import Signature
from store.cases import NewCase
from store.unit_of_work import unit_of_work
from tasks.exceptions.intake import investigate_exceptions, record_exceptions

GUIDE = (Path(__file__).parents[3] / "docs" / "clocks.md").read_text("utf-8")
[EXAMPLE] = re.findall(r"```json\n(.*?)```", GUIDE, flags=re.DOTALL)
[TOLD] = re.findall(r"```text\n(.*?)```", GUIDE, flags=re.DOTALL)
OWN_CALENDARS, OWN_PROFILES = re.findall(r"```toml\n(.*?)```", GUIDE, flags=re.DOTALL)
HASH = re.compile(r"#[0-9a-f]{8}\b")
OPENED = {"at": "2026-03-02T09:00:00+08:00", "command": "detect", "state": "DETECTED"}
AT = "2026-03-02T12:00:00+08:00"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "case.json"


@pytest.fixture
def run(file: Path, capsys: pytest.CaptureFixture[str]):
    def called(content: object, *arguments: str) -> Printed:
        file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        capsys.readouterr()
        exit_code = main(["clocks", str(file), *arguments])
        return Printed(exit_code, *capsys.readouterr())

    return called


class TestClocks:
    def test_tells_a_history_as_the_guide_says(self, run):
        printed = run(EXAMPLE, "--at", "2026-02-25T09:00:00+08:00")

        lines = [line.rstrip() for line in printed.out.splitlines()]
        assert HASH.sub("", "\n".join(lines)) == HASH.sub("", TOLD.rstrip()), "bring docs/clocks.md up to date"

    def test_prints_for_scripts_what_is_due_and_why(self, run):
        told = run({"history": [OPENED]}, "--at", AT, "--json").json

        assert told["at"] == "2026-03-02T04:00:00Z"
        assert told["next_due"]["clock"] == "hand_off"
        assert told["next_due"]["due_at"] == "2026-03-02T02:00:00Z"
        response = next(clock for clock in told["clocks"] if clock["clock"] == "first_response")
        assert {
            "started_at": "2026-03-02T01:00:00Z", "due_at": "2026-03-02T03:00:00Z", "status": "overdue",
            "overdue": True, "stopped_now": False, "paused_seconds": 0.0, "source": "R25, R50",
        }.items() <= response.items()  # fmt: skip
        assert HASH.sub("", response["rule"]) == "seed-outlet/2026.12:first_response[*]"
        assert response["explanation"]

    def test_says_that_nothing_is_due_in_a_closed_case(self, run):
        closed = {"at": "2026-03-02T10:00:00+08:00", "command": "cure", "state": "CLOSED"}

        assert run({"history": [OPENED, closed]}).out.endswith("\nNothing is due.\n")
        assert run({"history": [OPENED, closed]}, "--json").json["next_due"] is None

    def test_takes_entries_in_the_order_of_their_times(self, run):
        told = {"at": "2026-03-02T09:30:00+08:00", "command": "tell_customer"}

        assert run({"history": [told, OPENED]}, "--at", AT).out == run({"history": [OPENED, told]}, "--at", AT).out

    def test_takes_rows_of_an_exported_history(self, run):
        row = {
            "case_no": "EX-20260302-000001", "seq": 2, "at": "2026-03-02 01:30:00+00:00", "command": "investigate",
            "from_state": "RECORDED", "to_state": "INVESTIGATED", "stage": "INVESTIGATE", "who": "redress",
            "role": "system", "reason": "", "note": "", "policy_version": "2026.11",
            "details": {"severity": "SEVERE", "points": 5},
        }  # fmt: skip

        clocks = run({"history": [OPENED, row]}, "--json").json["clocks"]

        assert next(clock["rule"] for clock in clocks if clock["clock"] == "update").endswith("[SEVERE]")

    def test_leaves_out_what_had_not_happened_by_then(self, run):
        later = {"at": "2026-03-02T12:00:01+08:00", "command": "cure", "state": "CLOSED"}

        assert run({"history": [OPENED, later]}, "--at", AT).out.endswith(" left out: 1.\n")
        told = run({"history": [OPENED, later]}, "--at", AT, "--json").json
        assert (told["entries_left_out"], told["next_due"]["clock"]) == (1, "hand_off")

    def test_flags_what_is_provisional(self, run):
        opened = {**OPENED, "at": "2098-06-02T09:00:00+08:00"}

        assert "provisional" in run({"profile": "standard", "history": [opened]}).out.splitlines()[1]

    def test_looks_at_the_present_unless_told_otherwise(self, run):
        assert run({"history": [OPENED]}, "--json").json["at"] > "2026-11"

    def test_reads_a_carriers_own_profiles_and_calendars(self, run, tmp_path):
        (tmp_path / "own.toml").write_text(OWN_PROFILES, "utf-8")
        (tmp_path / "days.toml").write_text(OWN_CALENDARS, "utf-8")
        case = {
            "profile": "own",
            "history": [OPENED, {"at": "2026-03-02T21:00:00+01:00", "command": "promise_callback"}],
        }

        own = run(case, "--profiles", str(tmp_path / "own.toml"), "--calendars", str(tmp_path / "days.toml"), "--json")

        [callback] = own.json["clocks"]
        assert callback["due_at"] == "2026-03-02T23:00:00Z"

    def test_follows_the_installations_settings(self, run, tmp_path, monkeypatch):
        (tmp_path / "own.toml").write_text(OWN_PROFILES.replace("warehouse-nights", "cn-business"), "utf-8")
        monkeypatch.setenv("REDRESS_CLOCK_PROFILES_FILE", str(tmp_path / "own.toml"))

        assert run({"profile": "own", "history": [OPENED]}).exit_code == 0

    def test_needs_neither_database_nor_engine_nor_prefect(self, file):
        file.write_text(EXAMPLE, "utf-8")
        asked = (
            "import sys; from deployments.command import main; code = main(sys.argv[1:]); "
            "loaded = {'prefect', 'sqlalchemy', 'store', 'adapters'} & set(sys.modules); sys.exit(code or bool(loaded))"
        )

        assert (
            subprocess.run([sys.executable, "-c", asked, "clocks", file], capture_output=True, check=False).returncode
            == 0
        )

    def test_is_a_command(self):
        assert subprocess.run([REDRESS, "clocks", "--schema"], capture_output=True, check=False).returncode == 0


class TestHistoryOfACase:
    def test_is_read_as_redress_case_prints_it(self, redress: Redress, file: Path) -> None:
        register(a_registration(), at=NOON)
        sign = Signature(who="redress", role="system", at=NOON, policy_version="test")
        with unit_of_work() as connection:
            found = [NewCase(a_registration().waybill, a_trouble())]
            [number] = cases.open_cases(connection, found, prefix="EX-20261120-", sign=sign)
        record_exceptions.fn(number)
        investigate_exceptions.fn(number)
        history = redress("case", number, "--json").json["history"]

        file.write_text(json.dumps({"history": history}), "utf-8")
        told = {clock["clock"]: clock for clock in redress("clocks", str(file), "--json").json["clocks"]}

        assert [row["command"] for row in history] == ["detect", "record", "investigate"]
        assert datetime.fromisoformat(told["hand_off"]["started_at"]) == NOON
        assert told["hand_off"]["met_at"] is not None
        assert datetime.fromisoformat(told["resolution"]["due_at"]) == NOON + timedelta(hours=6)


class TestSchema:
    def test_is_that_of_the_file(self, capsys):
        assert main(["clocks", "--schema"]) == 0

        schema = json.loads(capsys.readouterr().out)
        assert schema == CaseClocks.model_json_schema()
        entry = schema["$defs"]["ClockEntry"]["properties"]
        assert entry["at"]["format"] == "date-time"
        assert {"state", "to_state", "details", "who"} <= set(entry)


class TestFault:
    @pytest.mark.parametrize(
        ("case", "told"),
        [
            pytest.param({}, "history: Field required", id="no history"),
            pytest.param({"history": []}, "history: Tuple should have at least 1 item", id="empty history"),
            pytest.param([], "a JSON object is wanted", id="no object"),
            pytest.param({"history": [3]}, "history.0: ", id="entry that is none"),
            pytest.param({"history": [{**OPENED, "at": "2026-03-02T09:00"}]}, "history.0.at: ", id="no offset"),
            pytest.param({"history": [{**OPENED, "at": 5}]}, "history.0.at: should be a time with its", id="number"),
            pytest.param({"history": [{**OPENED, "at": "0001-01-01T00:00Z"}]}, "between 1990 and 2200", id="ancient"),
            pytest.param({"history": [{**OPENED, "command": ""}]}, "history.0.command: ", id="no command"),
            pytest.param({"history": [{**OPENED, "rason": "x"}]}, "history.0.rason: there is no such", id="mistyped"),
            pytest.param({"history": [{**OPENED, "severity": "BAD"}]}, "history.0.severity: ", id="severity"),
            pytest.param({"lane": "moon", "history": [OPENED]}, "lane: ", id="lane"),
            pytest.param({"jurisdiction": "china", "history": [OPENED]}, "jurisdiction: ", id="jurisdiction"),
            pytest.param({"profile": "gold", "history": [OPENED]}, "profile: there is no profile gold", id="profile"),
            pytest.param({"facts": {"promise_at": AT}, "history": [OPENED]}, "facts.promise_at: no clock", id="fact"),
            pytest.param({"history": [{**OPENED, "facts": {"x_at": AT}}]}, "history.0.facts.x_at: no", id="its fact"),
            pytest.param('{"history": [', "cannot be read as JSON: Expecting value", id="broken"),
            pytest.param("[" * 100_000, "cannot be read as JSON", id="too deep"),
        ],
    )  # fmt: skip
    def test_is_told_with_its_place_and_exit_code_2(self, run, case, told):
        printed = run(case)

        assert printed.exit_code == 2
        assert told in printed.err
        assert "case.json" in printed.err
        assert printed.err.count("\n") == 1
        assert printed.out == ""

    def test_beyond_five_is_counted(self, run):
        assert run({"history": [OPENED], **dict.fromkeys("abcdefg", 1)}).err.endswith("; and 2 more\n")

    def test_is_told_of_a_file_that_is_not_there_is_a_folder_or_no_text(self, tmp_path, capsys):
        (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")

        for name in ("nowhere.json", "", "bytes.json"):
            assert main(["clocks", str(tmp_path / name)]) == 2
            assert "cannot be read as JSON" in capsys.readouterr().err

    def test_is_told_of_a_file_that_is_too_large(self, run, monkeypatch):
        monkeypatch.setattr("deployments.command.json_files.FILE_BYTES_MAX", 10)

        assert "has more than 10 bytes" in run({"history": [OPENED]}).err

    def test_is_told_when_no_file_is_named(self, capsys):
        assert main(["clocks"]) == 2
        assert "name the file" in capsys.readouterr().err

    def test_is_not_that_a_clock_runs_beyond_the_times_that_can_be_written(self, run):
        last = {**OPENED, "at": "2199-12-31T23:59:59Z"}

        assert run({"history": [last]}, "--json").json["next_due"]["due_at"] == "2200-01-01T00:59:59Z"

    @pytest.mark.parametrize("at", ["1990-01-01T00:00:00+08:00", "2199-12-31T23:59:59-08:00"])
    def test_is_a_time_that_lies_outside_as_the_world_counts(self, run, at):
        assert "between 1990 and 2200" in run({"history": [{**OPENED, "at": at}]}).err

    @pytest.mark.parametrize("at", ["yesterday", "2026-03-02T09:00", "9999-12-31T23:59:59-12:00"])
    def test_is_told_of_a_time_to_look_at(self, run, at):
        printed = run({"history": [OPENED]}, "--at", at)

        assert (printed.exit_code, f"--at {at}: " in printed.err) == (2, True)

    def test_is_told_of_a_time_before_anything_happened(self, run):
        printed = run({"history": [OPENED]}, "--at", "2026-03-01T00:00:00Z")

        assert (printed.exit_code, "history: nothing had happened by 2026-03-01" in printed.err) == (2, True)

    def test_is_told_of_a_carriers_own_file(self, run, tmp_path):
        (tmp_path / "own.toml").write_text(OWN_PROFILES, "utf-8")

        printed = run({"history": [OPENED]}, "--profiles", str(tmp_path / "own.toml"))

        assert printed.exit_code == 2
        assert "own.toml: own.callback: there is no calendar warehouse-nights" in printed.err

    def test_is_the_worst_that_comes_of_any_json(self, file):
        times = st.sampled_from(
            ["2026-03-02T09:00:00+08:00", "2199-12-31T23:59:59Z", "1990-01-01T12:00Z", "x", 7, None]
        )
        entry = st.fixed_dictionaries(
            {"at": times, "command": st.sampled_from(["detect", "pause", "release", "escalate", "", 3])},
            optional={
                "reason": st.sampled_from(["", "waiting_customer", 1]),
                "state": st.sampled_from(["CLOSED", "DETECTED", None]),
                "details": st.sampled_from(
                    [None, {"severity": "SEVERE"}, {"facts": {"promised_at": AT}}, {"facts": 1}]
                ),
            },
        )
        anything = st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5)
        case = st.fixed_dictionaries(
            {"history": st.lists(entry, max_size=5) | anything},
            optional={
                "profile": st.sampled_from(["standard", "x", 1]),
                "facts": st.dictionaries(st.just("promised_at"), times),
            },
        )

        @settings(suppress_health_check=[HealthCheck.too_slow])
        @given(case | anything)
        def told_or_refused(content: Any) -> None:
            file.write_text(json.dumps(content), "utf-8")
            with suppress(WrongUsage):
                clocks(file, json=True)

        told_or_refused()
