"""Connections to Prefect's API: kept between calls, lent to one at a time, and whole again after a restart."""

import time
from collections.abc import Iterator

import pytest
from engine_under_test import free_port
from fastapi import FastAPI, HTTPException
from prefect.client.orchestration import get_client
from prefect.context import SyncClientContext
from prefect.settings import PREFECT_API_URL, temporary_settings
from standins import served

from adapters import Refused, Unavailable
from adapters.runs.connections import api, close_all, lent_to_the_engine


def an_api() -> FastAPI:
    app = FastAPI()

    @app.get("/answers/{status}")
    def answer(status: int) -> str:
        if status >= 400:
            raise HTTPException(status, "no")
        return "yes"

    return app


@pytest.fixture
def port() -> Iterator[int]:
    """Name a port as that of Prefect's API."""
    port = free_port()
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{port}"}):
        yield port
    close_all()


def asked(status: int = 200) -> int:
    """Ask, and give which client did."""
    with api() as client:
        client.request("GET", "/answers/{status}", path_params={"status": status})
        return id(client)


class TestApi:
    def test_lends_the_same_client_again(self, port: int) -> None:
        with served(an_api(), port=port):
            assert asked() == asked()

    def test_lends_a_client_to_one_at_a_time(self, port: int) -> None:
        with served(an_api(), port=port), api() as mine, api() as other:
            assert mine is not other

    def test_lends_another_for_another_server(self, port: int) -> None:
        with served(an_api(), port=port), served(an_api()) as elsewhere:
            here = asked()
            with temporary_settings({PREFECT_API_URL: elsewhere}):
                assert asked() != here
            assert asked() == here

    def test_reaches_a_server_that_was_started_again(self, port: int) -> None:
        with served(an_api(), port=port):
            first = asked()
        with served(an_api(), port=port):
            assert asked() == first

    def test_says_soon_that_a_server_is_gone(self, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
        with served(an_api(), port=port):
            first = asked()
        waited: list[float] = []
        monkeypatch.setattr(time, "sleep", waited.append)

        with pytest.raises(Unavailable, match="cannot be reached"):
            asked()
        assert sum(waited) < 5  # what it has reached before Prefect's own client tries for a minute
        monkeypatch.undo()
        with served(an_api(), port=port):
            assert asked() != first

    @pytest.mark.parametrize(("status", "kind"), [(404, Refused), (409, Refused), (500, Unavailable)])
    def test_tells_no_from_not_now_and_keeps_the_client(self, port: int, status: int, kind: type[Exception]) -> None:
        with served(an_api(), port=port):
            first = asked()
            with pytest.raises(kind):
                asked(status)
            assert asked() == first


class TestLentToTheEngine:
    def test_is_what_the_engine_finds_and_neither_starts_nor_ends(self, port: int) -> None:
        with served(an_api(), port=port):
            first = asked()
            with lent_to_the_engine() as client:
                with SyncClientContext.get_or_create() as found, found:
                    assert id(found.client) == id(client) == first
                assert get_client(sync_client=True) is client
                assert client.request("GET", "/answers/{status}", path_params={"status": 200}).json() == "yes"

            assert SyncClientContext.get() is None
            assert asked() == first

    def test_is_not_what_a_step_of_the_run_is_lent(self, port: int) -> None:
        with served(an_api(), port=port), lent_to_the_engine() as client:
            assert asked() != id(client)

    def test_is_kept_after_a_run_that_failed(self, port: int) -> None:
        with served(an_api(), port=port):
            with pytest.raises(LookupError), lent_to_the_engine() as client:
                raise LookupError
            assert asked() == id(client)
