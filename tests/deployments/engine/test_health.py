"""What people and scripts are told about what runs."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from deployments.engine.control import StartFailed
from deployments.engine.health import engine_status


class TestEngineStatus:
    def test_says_how_to_start_where_nothing_was_ever_started(self, settings):
        status = engine_status(settings)

        assert not status.running
        assert status.state == "stopped"
        assert status.parts == []
        assert "redress up --detach" in status.summary

    def test_names_the_folder_of_logs_and_the_file_of_notices(self, settings):
        status = engine_status(settings)

        assert status.logs == settings.home / "logs"
        assert status.notices == settings.home / "outbox" / "notices.log"

    def test_tells_each_part_s_process_address_and_age(self, start, settings):
        record = start("web")

        (web,) = engine_status(settings, now=datetime.now(UTC) + timedelta(minutes=5)).parts

        assert (web.part, web.state, web.restarts) == ("web", "ready", 0)
        assert web.pid == record.parts[0].process.pid
        assert web.address == f"http://127.0.0.1:{settings.gateway_port}"
        assert 300 <= web.uptime_seconds < 360

    def test_trusts_the_processes_rather_than_the_record(self, start, settings, eventually):
        record = start("web")
        os.kill(record.supervisor.pid, signal.SIGKILL)
        os.kill(record.parts[0].process.pid, signal.SIGKILL)

        eventually(lambda: not engine_status(settings).running)
        eventually(lambda: engine_status(settings).parts[0].pid is None)

        assert engine_status(settings).parts[0].state == "stopped"

    def test_says_what_still_runs_when_the_supervisor_is_gone(self, start, settings, eventually):
        record = start("web", "once")
        os.kill(record.supervisor.pid, signal.SIGKILL)

        eventually(lambda: not engine_status(settings).running)

        assert engine_status(settings).summary.startswith("The supervisor is gone, but web still run")

    def test_repeats_why_the_last_start_failed(self, start, settings):
        with pytest.raises(StartFailed):
            start("broken")

        assert "broken failed with exit code 1" in engine_status(settings).summary

    def test_gives_the_addresses_that_a_supervisor_comes_back_to_while_it_runs(self, start, settings):
        assert engine_status(settings).lines == []

        start("web")
        shown = {line.name: line.value for line in engine_status(settings).lines}
        at = f"http://127.0.0.1:{settings.prefect_port}/v2/runs?state=Suspended&tags="
        assert shown == {
            "waiting for a supervisor": f"{at}level:supervisor",
            "waiting for a manager": f"{at}level:manager",
            "waiting for a director": f"{at}level:director",
            "claims and dockets": f"{at}claims",
            "dockets of clear claims": f"{at}docket",
            "overdue decisions": f"{at}overdue",
            "severe decisions": f"{at}severity:SEVERE,severity:CRITICAL",
        }
