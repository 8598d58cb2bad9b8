"""The embedded PostgreSQL, the real one."""

import shutil
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from deployments.engine import postgres
from deployments.engine.postgres_folder import PostgresFailed, postmaster, prepare, socket_folder


@pytest.fixture
def folder():
    above = Path(tempfile.mkdtemp(prefix="redress-"))
    yield above / "postgres"
    postgres.stop(above / "postgres")
    shutil.rmtree(above, ignore_errors=True)


def ask(cluster, database, question):
    with closing(cluster.connect(database)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone() if cursor.description else None


class TestStart:
    def test_brings_a_database_for_redress_and_one_for_prefect(self, folder):
        cluster = postgres.start(folder)

        assert ask(cluster, "redress", "SELECT current_database()") == ("redress",)
        assert ask(cluster, "prefect", "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'") == (1,)

    def test_brings_only_the_databases_that_are_asked_for(self, folder):
        cluster = postgres.start(folder, databases=("prefect",))

        assert ask(cluster, "postgres", "SELECT count(*) FROM pg_database WHERE datname = 'redress'") == (0,)

    def test_keeps_every_commit_through_a_power_failure(self, folder):
        cluster = postgres.start(folder)

        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert ask(cluster, "redress", f"SHOW {name}") == ("on",)

    def test_knows_characters_beyond_ascii_and_tells_times_in_utc(self, folder):
        cluster = postgres.start(folder)

        assert ask(cluster, "redress", "SELECT upper('é张三'), current_setting('timezone')") == ("É张三", "UTC")

    def test_listens_on_no_network_address(self, folder):
        cluster = postgres.start(folder)

        assert ask(cluster, "redress", "SHOW listen_addresses") == ("",)
        assert not postmaster(cluster.folder).net_connections("inet")

    def test_outlives_the_process_that_started_it(self, folder):
        program = f"from pathlib import Path; from deployments.engine import postgres; postgres.start(Path({folder!r}))"
        program = program.replace("PosixPath", "Path")

        subprocess.run([sys.executable, "-c", program], check=True)

        assert ask(postgres.Cluster(folder), "redress", "SELECT 1") == (1,)

    def test_leaves_a_server_that_runs_already_as_it_is(self, folder):
        postgres.start(folder)
        first = postmaster(folder)

        postgres.start(folder)

        assert postmaster(folder) == first

    def test_works_below_a_path_that_no_socket_or_url_could_hold(self, folder):
        deep = folder.parent / ("deep-" * 20) / "数据, 第一: 号" / "postgres"
        deep.parent.mkdir(parents=True)

        cluster = postgres.start(deep)
        try:
            assert ask(cluster, "redress", "SELECT 1") == (1,)
            assert stat.S_IMODE(socket_folder(deep).stat().st_mode) == 0o700
        finally:
            postgres.stop(deep)
            shutil.rmtree(socket_folder(deep))

    def test_makes_the_folder_anew_when_the_first_making_was_cut_short(self, folder):
        half_made = folder.with_name("postgres.new")
        half_made.mkdir(parents=True)
        (half_made / "PG_VERSION").write_text("18\n")

        cluster = postgres.start(folder)

        assert ask(cluster, "redress", "SELECT 1") == (1,)
        assert not half_made.exists()

    def test_refuses_data_of_another_version(self, folder):
        prepare(folder)
        (folder / "PG_VERSION").write_text("15\n")

        with pytest.raises(PostgresFailed, match=r"was made by PostgreSQL 15, installed is 18"):
            postgres.start(folder)

    def test_is_not_kept_from_starting_by_another_process_with_the_old_id(self, folder, sleeper):
        prepare(folder)
        (folder / "postmaster.pid").write_text(f"{sleeper.pid}\n{folder}\n")

        cluster = postgres.start(folder)

        assert ask(cluster, "redress", "SELECT 1") == (1,)


class TestStop:
    def test_stops_cleanly_and_keeps_the_data(self, folder):
        cluster = postgres.start(folder)
        ask(cluster, "redress", "CREATE TABLE parcel AS SELECT 'SF1' AS waybill")

        assert postgres.stop(folder)

        assert "database system is shut down" in (folder / "server.log").read_text()
        assert ask(postgres.start(folder), "redress", "SELECT waybill FROM parcel") == ("SF1",)

    def test_does_not_wait_for_clients(self, folder):
        cluster = postgres.start(folder)

        with closing(cluster.connect("redress")):
            assert postgres.stop(folder)

        assert postmaster(folder) is None

    def test_says_that_nothing_ran(self, folder):
        postgres.start(folder)
        postgres.stop(folder)

        assert not postgres.stop(folder)

    def test_says_that_nothing_ran_where_nothing_was_ever_made(self, folder):
        assert not postgres.stop(folder)

    def test_never_signals_another_process_with_the_old_id(self, folder, sleeper):
        prepare(folder)
        (folder / "postmaster.pid").write_text(f"{sleeper.pid}\n{folder}\n")

        assert not postgres.stop(folder)

        assert psutil.Process(sleeper.pid).is_running()
