"""The checks, against real databases and a fake of Prefect's server."""

import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version

import pytest

from deployments.engine.credentials import ensure_credentials, secret_key_file
from deployments.engine.doctor import Verdict, examine, services
from deployments.settings import load_settings

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


def verdicts(findings):
    return {finding.check: finding.verdict for finding in findings}


def finding(check, settings, environ=None):
    return next(found for found in examine(settings, environ or {}) if found.check == check)


class FakePrefect(HTTPServer):
    """Prefect's server as far as the checks ask it."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), FakePrefectHandler)
        self.version = version("prefect")
        self.workers = []
        self.healthy = True

    @property
    def environ(self):
        return {"PREFECT_API_URL": f"http://127.0.0.1:{self.server_port}/api"}

    def hear_of_worker(self, *, age=timedelta(0), status="ONLINE"):
        heard = (datetime.now(UTC) - age).isoformat()
        self.workers.append({"status": status, "last_heartbeat_time": heard})


class FakePrefectHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"/api/health": True, "/api/admin/version": self.server.version}.get(self.path))

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(self.server.workers if self.path == "/api/work_pools/redress/workers/filter" else None)

    def answer(self, value):
        self.send_response(200 if value is not None and self.server.healthy else 404)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def prefect():
    server = FakePrefect()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class TestAStoppedEngine:
    def test_is_no_failure_and_leaves_out_what_cannot_be_asked(self, settings):
        found = verdicts(examine(settings, {}))

        assert found["engine"] is WARN
        assert FAIL not in found.values()
        assert not {"database", "migrations", "prefect server", "worker", "gateway"} & set(found)

    def test_gets_the_advice_to_start_it(self, settings):
        assert "redress up --detach" in finding("engine", settings).advice


class TestTheMachine:
    def test_must_have_the_ports_free(self, settings):
        with socket.create_server(("127.0.0.1", settings.gateway_port)):
            found = finding("ports", settings)

        assert found.verdict is FAIL
        assert f"{settings.gateway_port} is taken by" in found.found
        assert "REDRESS_GATEWAY_PORT" in found.advice

    def test_must_keep_the_secrets_from_others(self, settings):
        ensure_credentials(settings)
        secret_key_file(settings.home).chmod(0o644)

        found = finding("secrets", settings)

        assert found.verdict is FAIL
        assert f"chmod 600 {secret_key_file(settings.home)}" in found.advice

    def test_must_let_the_home_be_written(self, tmp_path, monkeypatch):
        (tmp_path / "a-file").touch()
        monkeypatch.setenv("REDRESS_HOME", str(tmp_path / "a-file" / "home"))

        assert finding("home", load_settings()).verdict is FAIL


class TestTheDatabases:
    def test_are_well_when_they_answer_and_are_migrated(self, start, settings):
        start("postgres", "migrations")

        found = verdicts(examine(settings, {}))

        assert (found["database"], found["migrations"], found["prefect database"]) == (OK, OK, OK)

    def test_are_not_well_when_the_tables_are_missing(self, start, settings):
        start("postgres")

        assert finding("migrations", settings).verdict is FAIL

    def test_are_not_well_when_the_foreign_one_does_not_answer(self, settings, monkeypatch):
        monkeypatch.setenv("REDRESS_DATABASE_URL", f"postgresql://127.0.0.1:{settings.gateway_port}/redress")

        found = finding("database", load_settings())

        assert found.verdict is FAIL
        assert "Connection refused" in found.found
        assert "\n" not in found.found

    @pytest.mark.parametrize(
        ("skew", "verdict"),
        [(timedelta(seconds=1), OK), (timedelta(seconds=-5), WARN), (timedelta(minutes=2), FAIL)],
    )
    def test_must_tell_the_same_time_as_this_machine(self, skew, verdict, start, settings, monkeypatch):
        start("postgres")
        monkeypatch.setattr(services, "_ask_database", lambda _dsn: ("18.6", 18_00_06, skew))

        assert finding("database", settings).verdict is verdict

    def test_must_be_new_enough(self, start, settings, monkeypatch):
        start("postgres")
        monkeypatch.setattr(services, "_ask_database", lambda _dsn: ("13.9", 13_00_09, timedelta(0)))

        assert finding("database", settings).verdict is FAIL


class TestPrefectsServer:
    def test_is_well_when_it_is_healthy_and_of_the_installed_version(self, settings, prefect):
        assert finding("prefect server", settings, prefect.environ).verdict is OK

    def test_is_not_well_when_it_has_another_version(self, settings, prefect):
        prefect.version = "3.0.0"

        found = finding("prefect server", settings, prefect.environ)

        assert found.verdict is FAIL
        assert found.found.startswith("3.0.0")

    def test_is_not_well_when_it_does_not_answer_well(self, settings, prefect):
        prefect.healthy = False

        assert finding("prefect server", settings, prefect.environ).verdict is FAIL

    def test_must_have_a_worker_that_was_heard_of_lately(self, settings, prefect):
        prefect.hear_of_worker(age=timedelta(seconds=10))

        assert finding("worker", settings, prefect.environ).verdict is OK

    def test_may_have_a_worker_that_is_merely_late(self, settings, prefect):
        prefect.hear_of_worker(age=timedelta(seconds=80))

        assert finding("worker", settings, prefect.environ).verdict is WARN

    def test_is_of_no_use_without_a_worker(self, settings, prefect):
        prefect.hear_of_worker(status="OFFLINE")

        assert finding("worker", settings, prefect.environ).verdict is FAIL


class TestARunningEngine:
    def test_is_well_when_every_part_runs(self, start, settings):
        start("web", "once")

        assert finding("engine", settings).verdict is OK

    def test_must_have_a_gateway_that_answers(self, start, settings):
        start("first")

        found = finding("gateway", settings)

        assert found.verdict is FAIL
        assert str(settings.logs / "gateway.log") in found.advice
