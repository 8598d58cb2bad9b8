"""A supervisor over small real processes."""

import os
import signal
from contextlib import closing

import psutil
import pytest

from deployments.engine import control
from deployments.engine.control import StartFailed
from deployments.engine.endings import lives
from deployments.engine.environment import ENGINE_ID, plan_services
from deployments.engine.probes import listens
from deployments.engine.record import EngineState, PartState, find, is_running


def part_of(record, name):
    return next(part for part in record.parts if part.name == name)


class TestStarting:
    def test_reports_ready_when_every_part_is(self, start, settings):
        record = start("web", "once")

        assert record.state is EngineState.READY
        assert [part.state for part in record.parts] == [PartState.READY, PartState.DONE]
        assert listens(settings.gateway_port)

    def test_writes_down_what_tells_each_process_from_later_ones(self, start):
        record = start("web")

        assert find(record.supervisor).pid == record.supervisor.pid
        assert find(part_of(record, "web").process).cmdline()[1:3] == ["-m", "http.server"]
        assert part_of(record, "web").address.endswith(str(part_of(record, "web").port))

    def test_starts_a_part_only_when_those_it_needs_are_ready(self, start):
        record = start("second", "first")

        assert part_of(record, "first").started_at < part_of(record, "second").started_at

    def test_starts_what_needs_a_one_shot_after_its_end(self, start, settings):
        start("after-once", "once")

        written = [log.stat().st_mtime_ns for log in (settings.logs / "once.log", settings.home / "after-once.up")]
        assert written == sorted(written)

    def test_gives_every_part_the_one_environment(self, start, settings):
        record = start("family")

        environ = find(part_of(record, "family").process).environ()
        assert environ[ENGINE_ID] == record.engine_id
        assert environ["REDRESS_HOME"] == str(settings.home)
        assert environ["PREFECT_HOME"] == str(settings.home / "prefect")
        assert environ["PYTHONUNBUFFERED"] == "1"

    def test_gives_every_part_a_session_and_a_log_of_its_own(self, start, settings):
        record = start("once", "family")

        pid = part_of(record, "family").process.pid
        assert os.getsid(pid) == os.getpgid(pid) == pid
        assert "done that" in (settings.logs / "once.log").read_text()

    def test_continues_the_log_of_the_start_before(self, start, settings):
        start("once")
        control.stop(settings)
        start("once")

        assert (settings.logs / "once.log").read_text().count("done that") == 2

    def test_prints_no_secret_into_any_log(self, start, settings):
        start("web", "once", "postgres")
        control.stop(settings)

        secrets = [line.partition("=")[2] for line in (settings.home / "engine.env").read_text().splitlines()]
        secrets.append((settings.home / "secret.key").read_text().strip())
        written = "".join(log.read_text() for log in settings.logs.iterdir())
        written += (settings.home / "engine.json").read_text()
        assert len(secrets) == 3
        assert not [secret for secret in secrets if secret in written]


class TestGivingUp:
    def test_ends_the_start_when_a_one_shot_fails_and_shows_its_last_words(self, start):
        with pytest.raises(StartFailed, match="broken failed with exit code 1") as failed:
            start("web", "broken")

        assert failed.value.last_lines[-1] == "the shelf is empty"

    def test_tries_a_part_that_dies_at_once_a_few_times_only(self, start, settings):
        with pytest.raises(StartFailed, match="dying ended with exit code 1") as failed:
            start("dying")

        assert failed.value.last_lines[-1] == "no ink"
        assert (settings.logs / "dying.log").read_text().count("no ink") == 3

    def test_leaves_nothing_running(self, start, engine_processes):
        with pytest.raises(StartFailed):
            start("web", "family", "postgres", "broken")

        assert engine_processes() == []


class TestKeepingRunning:
    def test_starts_a_part_again_that_was_killed_and_counts_it(self, start, record_of, eventually, settings):
        killed = part_of(start("web"), "web").process

        os.kill(killed.pid, signal.SIGKILL)

        eventually(lambda: part_of(record_of(), "web").restarts == 1)
        eventually(lambda: part_of(record_of(), "web").state is PartState.READY)
        assert part_of(record_of(), "web").process != killed
        assert listens(settings.gateway_port)

    def test_ends_what_a_killed_part_had_started_before_it_starts_that_again(self, start, record_of, eventually):
        killed = part_of(start("family"), "family").process
        (child,) = psutil.Process(killed.pid).children()

        os.kill(killed.pid, signal.SIGKILL)

        eventually(lambda: part_of(record_of(), "family").restarts == 1)
        assert not lives(child)

    def test_starts_postgres_again_with_its_data(self, start, record_of, eventually, settings):
        killed = part_of(start("postgres"), "postgres").process
        cluster = plan_services(settings, {}).cluster
        with closing(cluster.connect("redress")) as connection, connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE parcel AS SELECT 'SF1' AS waybill")

        os.kill(killed.pid, signal.SIGKILL)

        eventually(lambda: part_of(record_of(), "postgres").restarts >= 1)
        eventually(lambda: part_of(record_of(), "postgres").state is PartState.READY)
        with closing(cluster.connect("redress")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT waybill FROM parcel")
            assert cursor.fetchall() == [("SF1",)]

    def test_leaves_the_other_parts_alone(self, start, record_of, eventually):
        record = start("web", "family")

        os.kill(part_of(record, "web").process.pid, signal.SIGKILL)

        eventually(lambda: part_of(record_of(), "web").restarts == 1)
        assert part_of(record_of(), "family") == part_of(record, "family")


class TestStopping:
    @pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_stops_the_parts_in_reverse_when_a_signal_asks(self, signal_, start, settings, eventually, record_of):
        record = start("first", "second")

        os.kill(record.supervisor.pid, signal_)

        eventually(lambda: not is_running(record))
        assert (settings.home / "ends").read_text().split() == ["second", "first"]
        assert record_of().state is EngineState.STOPPED

    def test_forces_a_part_that_does_not_listen_and_all_that_it_started(self, start, engine_processes, eventually):
        record = start("stubborn")

        os.kill(record.supervisor.pid, signal.SIGTERM)

        eventually(lambda: engine_processes() == [])

    def test_shuts_postgres_down_cleanly(self, start, settings):
        start("postgres")

        control.stop(settings)

        assert "database system is shut down" in (settings.logs / "postgres.log").read_text()
