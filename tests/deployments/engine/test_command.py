"""The commands that start, stop and examine the engine, and what every command shares."""

import json
import socket
import subprocess
import sys

import pytest

from deployments.command import app, engine, main
from deployments.engine.credentials import ensure_credentials, secret_key_file
from deployments.engine.record import is_running

SLOW_TO_IMPORT = {"prefect", "sqlalchemy", "great_expectations", "pydantic", "pandas", "polars", "psycopg2"}


class TestStatus:
    def test_tells_people_how_to_start(self, settings, capsys):
        assert main(["status"]) == 0

        assert "redress up --detach" in capsys.readouterr().out

    def test_tells_scripts_the_same(self, settings, capsys):
        assert main(["status", "--json"]) == 0

        told = json.loads(capsys.readouterr().out)
        assert told["running"] is False
        assert told["logs"] == str(settings.logs)

    def test_shows_a_row_for_each_part(self, start, settings, capsys):
        start("web", "once")

        main(["status"])

        rows = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert ["part", "state", "pid", "uptime", "restarts", "address"] in rows
        assert [row[:2] for row in rows if row and row[0] in {"web", "once"}] == [["web", "ready"], ["once", "done"]]


class TestDoctor:
    def test_ends_well_when_nothing_is_wrong(self, settings, capsys):
        assert main(["doctor", "--json"]) == 0

        told = json.loads(capsys.readouterr().out)
        assert told["ok"] is True
        assert {"check", "verdict", "found", "advice"} == set(told["checks"][0])

    def test_ends_with_a_failure_that_names_the_check(self, settings, capsys):
        ensure_credentials(settings)
        secret_key_file(settings.home).chmod(0o644)

        assert main(["doctor"]) == 1

        printed = capsys.readouterr()
        assert printed.err == "redress: failed: secrets\n"
        assert "chmod 600" in printed.out


class TestUp:
    def test_says_in_one_line_who_has_a_port_and_starts_nothing(self, settings, capsys):
        with socket.create_server(("127.0.0.1", settings.gateway_port)):
            assert main(["up", "--detach"]) == 1

        told = capsys.readouterr().err
        assert told.startswith(f"redress: port {settings.gateway_port} is taken by ")
        assert told.endswith("or set REDRESS_GATEWAY_PORT to a free port\n")
        assert not settings.home.exists()

    @pytest.mark.parametrize("options", [[], ["--detach"]])
    def test_leaves_an_engine_alone_that_runs_already(self, options, start, settings, capsys):
        record = start("web")

        assert main(["up", *options]) == 0

        assert "Redress runs already" in capsys.readouterr().out
        assert is_running(record)


class TestDown:
    def test_says_what_it_stopped_and_then_that_nothing_runs(self, start, settings, capsys):
        start("web")

        assert main(["down"]) == 0
        assert main(["down"]) == 0

        assert capsys.readouterr().out.splitlines() == ["Stopped web, supervisor.", "Nothing runs."]


class TestExitCodes:
    @pytest.mark.parametrize("arguments", [["upp"], ["up", "--sideways"], ["status", "extra"]])
    def test_are_2_for_wrong_usage_with_one_line(self, arguments, capsys):
        assert main(arguments) == 2

        told = capsys.readouterr().err
        assert told.startswith("redress: ")
        assert told.count("\n") == 1

    def test_are_2_for_a_setting_that_cannot_be_used(self, monkeypatch, capsys):
        monkeypatch.setenv("REDRESS_GATEWAY_PORT", "eighty")

        assert main(["status"]) == 2

        assert "REDRESS_GATEWAY_PORT" in capsys.readouterr().err

    def test_are_1_for_what_nobody_foresaw_still_with_one_line(self, settings, monkeypatch, capsys):
        def fail():
            raise ZeroDivisionError("two\nlines")

        monkeypatch.setattr("deployments.settings.load_settings", fail)

        assert main(["status"]) == 1

        told = capsys.readouterr().err
        assert told == "redress: unforeseen ZeroDivisionError: two lines (REDRESS_TRACEBACK=1 shows where)\n"


class TestHelp:
    def test_imports_nothing_slow(self):
        program = "import sys, deployments.command; print(*{name.partition('.')[0] for name in sys.modules})"

        loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

        assert not SLOW_TO_IMPORT & set(loaded.split())

    @pytest.mark.parametrize("command", [engine.up, engine.down, engine.status, engine.doctor])
    def test_says_what_a_command_does_and_gives_an_example(self, command, capsys):
        assert main([command.__name__, "--help"]) == 0

        told = capsys.readouterr().out
        assert command.__doc__.split(".", maxsplit=1)[0].split()[0] in told
        assert f"• redress {command.__name__}" in told

    def test_lists_every_command(self, capsys):
        main(["--help"])

        told = capsys.readouterr().out
        assert all(name in told for name in ("up", "down", "status", "doctor"))
        assert app.name == ("redress",)
