"""Starting and stopping the engine as a whole, whatever became of its supervisor."""

import os
import signal
import socket
from contextlib import closing
from datetime import UTC, datetime

import psutil
import pytest

from deployments.engine import control
from deployments.engine.environment import plan_services
from deployments.engine.ports import PortTaken
from deployments.engine.record import (
    EngineRecord,
    EngineState,
    PartRecord,
    PartState,
    ProcessMark,
    is_running,
    mark,
    write_record,
)


def kill_supervisor(record, eventually):
    os.kill(record.supervisor.pid, signal.SIGKILL)
    eventually(lambda: not is_running(record))


class TestStop:
    def test_leaves_no_process_and_says_what_it_stopped(self, start, settings, engine_processes):
        start("postgres", "web", "family")

        stopped = control.stop(settings)

        assert stopped == ["family", "web", "postgres", "supervisor"]
        assert engine_processes() == []

    def test_leaves_no_process_when_the_supervisor_was_killed(self, start, settings, engine_processes, eventually):
        kill_supervisor(start("postgres", "web", "family"), eventually)

        stopped = control.stop(settings)

        assert stopped == ["family", "web", "postgres"]
        assert engine_processes() == []

    def test_finds_what_a_killed_part_left_behind(self, start, settings, engine_processes, eventually):
        record = start("family")
        kill_supervisor(record, eventually)
        os.kill(record.parts[0].process.pid, signal.SIGKILL)
        eventually(lambda: len(engine_processes()) == 1)

        control.stop(settings)

        assert engine_processes() == []

    def test_has_nothing_to_do_the_second_time(self, start, settings):
        start("web")
        control.stop(settings)

        assert control.stop(settings) == []

    def test_has_nothing_to_do_where_nothing_was_ever_started(self, settings):
        assert control.stop(settings) == []

    def test_never_signals_a_process_that_only_has_a_recorded_id(self, settings, sleeper):
        settings.home.mkdir()
        earlier = ProcessMark(pid=sleeper.pid, create_time=mark(sleeper.pid).create_time - 3600)
        web = PartRecord(name="web", state=PartState.READY, process=earlier, log=settings.logs / "web.log")
        write_record(
            settings.home,
            EngineRecord(
                engine_id="an earlier start",
                state=EngineState.READY,
                supervisor=earlier,
                started_at=datetime(2026, 3, 1, tzinfo=UTC),
                parts=(web,),
            ),
        )

        assert control.stop(settings) == []

        assert psutil.Process(sleeper.pid).is_running()


class TestStartDetached:
    def test_joins_the_engine_that_runs_already(self, start):
        first = start("web")

        second = start("web")

        assert second.engine_id == first.engine_id

    def test_keeps_everything_over_a_stop_and_a_start(self, start, settings):
        cluster = plan_services(settings, {}).cluster
        start("postgres")
        with closing(cluster.connect("redress")) as connection, connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE parcel AS SELECT 'SF1' AS waybill")
        secret = (settings.home / "secret.key").read_text()

        control.stop(settings)
        start("postgres")

        with closing(cluster.connect("redress")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT waybill FROM parcel")
            assert cursor.fetchall() == [("SF1",)]
        assert (settings.home / "secret.key").read_text() == secret


class TestClearTheWay:
    def test_names_a_taken_port_before_anything_is_started(self, settings):
        with socket.create_server(("127.0.0.1", settings.gateway_port)), pytest.raises(PortTaken) as taken:
            control.clear_the_way(settings)

        assert f"port {settings.gateway_port} is taken by" in str(taken.value)
        assert "REDRESS_GATEWAY_PORT" in str(taken.value)
        assert not settings.home.exists()

    def test_stops_what_a_killed_supervisor_left(self, start, settings, engine_processes, eventually):
        kill_supervisor(start("web"), eventually)

        assert control.clear_the_way(settings) == ["web"]

        assert engine_processes() == []
