"""A gateway or its PostgreSQL killed with -9 amid a stream of pushes: what was acknowledged is in the inbox.

A sender repeats what was not acknowledged, so a payload may be there as often as it was sent, and once at least.
"""

import os
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_under_test import wait_until
from gateway_under_test import GatewayUnderTest, Senders, running_gateway

from deployments.engine import postgres
from deployments.engine.postgres_folder import postmaster
from store.migrate import upgrade
from store.tracking import inbox
from store.unit_of_work import dispose, unit_of_work

pytestmark = pytest.mark.faults

ROUNDS = 20 if os.environ.get("REDRESS_FAULTS") == "long" else 3
SENDERS = 8
PUSHES_BETWEEN = 60
ALL = 10**9


@pytest.fixture
def own_cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[postgres.Cluster]:
    """Start a PostgreSQL that no other test uses, and make its database the store's."""
    folder = Path(tempfile.mkdtemp(prefix="redress-kill-"))  # short: a socket's path is limited
    cluster = postgres.Cluster(folder / "pg")
    try:
        postgres.start(cluster.folder, databases=("redress",))
        url = cluster.url("redress", driver="psycopg2")
        upgrade(url)
        monkeypatch.setenv("REDRESS_DATABASE_URL", url)
        yield cluster
    finally:
        dispose()
        postgres.stop(cluster.folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def gateway(own_cluster: postgres.Cluster) -> Iterator[GatewayUnderTest]:
    with running_gateway() as gateway:
        yield gateway


def wait_for_pushes(senders: Senders) -> None:
    """Wait until some more are acknowledged."""
    before = len(senders.acknowledged)
    wait_until(lambda: len(senders.acknowledged) >= before + PUSHES_BETWEEN, what="more acknowledged pushes")


def assert_all_accounted_for(senders: Senders) -> None:
    """Compare the inbox with the senders' books."""
    with unit_of_work() as connection:
        kept = Counter(payload.body.decode() for payload in inbox.claim(connection, limit=ALL, bytes_max=ALL))
    assert senders.acknowledged - set(kept) == set()
    assert {param: times for param, times in kept.items() if times > senders.tried[param]} == {}
    assert set(kept) <= set(senders.tried)
    assert kept.total() <= senders.answers.total()
    assert len(senders.acknowledged) == senders.answers[200]  # nothing is acknowledged twice


class TestGatewayKilled:
    def test_loses_nothing_that_was_acknowledged(self, gateway: GatewayUnderTest) -> None:
        senders = Senders(gateway)

        with senders.pushing(SENDERS):
            for _ in range(ROUNDS):
                wait_for_pushes(senders)
                gateway.kill()
                gateway.start()
            wait_for_pushes(senders)

        assert_all_accounted_for(senders)
        assert senders.answers[0] >= ROUNDS  # the kills fell among the pushes
        assert set(senders.answers) == {0, 200}

    def test_finishes_what_is_under_way_when_it_is_only_stopped(self, gateway: GatewayUnderTest) -> None:
        senders = Senders(gateway)

        with senders.pushing(SENDERS):
            for _ in range(ROUNDS):
                wait_for_pushes(senders)
                gateway.stop()
                gateway.start()

        assert_all_accounted_for(senders)
        with unit_of_work() as connection:
            assert inbox.unprocessed(connection) == len(senders.acknowledged)  # so nothing was kept twice either


class TestPostgresqlKilled:
    def test_loses_nothing_that_was_acknowledged(
        self, gateway: GatewayUnderTest, own_cluster: postgres.Cluster
    ) -> None:
        senders = Senders(gateway)

        with senders.pushing(SENDERS):
            for _ in range(ROUNDS):
                wait_for_pushes(senders)
                leader = postmaster(own_cluster.folder)
                assert leader is not None
                leader.send_signal(signal.SIGKILL)
                leader.wait()
                before = senders.answers[503]
                wait_until(lambda before=before: senders.answers[503] > before, what="a push to be put off")
                postgres.start(own_cluster.folder, databases=("redress",))
            wait_for_pushes(senders)

        assert_all_accounted_for(senders)
        assert set(senders.answers) == {200, 503}  # the gateway itself was there all the time
