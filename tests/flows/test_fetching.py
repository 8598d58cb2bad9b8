"""Both fetching flows: what each shows and wakes, and that one feed's trouble keeps no other from being fetched."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import stamina
from factories import a_registration
from standins import register, served

from adapters.feeds.kuaidi100.fake import StandInKuaidi100, kuaidi100_app
from flows import fetching
from flows.fetching import collect_drops, poll_feeds
from tasks.publishing import PAYLOADS_RECEIVED
from tasks.tracking import collecting, turns

Stand = Callable[[datetime], None]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Keep what the flow shows and announces."""
    told: dict[str, Any] = {"rows": [], "announced": []}
    monkeypatch.setattr(fetching, "publish_rows", lambda key, rows, **_: told["rows"].extend(rows))
    monkeypatch.setattr(fetching, "announce", lambda event, **payload: told["announced"].append((event, payload)))
    return told


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def configure(*feeds: dict[str, Any]) -> None:
        (tmp_path / "feeds.yaml").write_text(json.dumps({"feeds": feeds}), encoding="utf-8")
        monkeypatch.setenv("REDRESS_FEEDS_FILE", str(tmp_path / "feeds.yaml"))

    return configure


@pytest.fixture
def kuaidi100(monkeypatch: pytest.MonkeyPatch, stand_at: Stand) -> Iterator[StandInKuaidi100]:
    standin = StandInKuaidi100()
    monkeypatch.setattr(turns, "wait", lambda _: None)
    with served(kuaidi100_app(standin)) as url, stamina.set_testing(True, attempts=turns.ATTEMPTS):
        monkeypatch.setenv("REDRESS_KUAIDI100_URL", f"{url}/poll/query.do")
        monkeypatch.setenv("REDRESS_KUAIDI100_CUSTOMER", standin.customer)
        monkeypatch.setenv("REDRESS_KUAIDI100_KEY", standin.key)
        yield standin


def asked_feed(name: str = "asked", **poll: Any) -> dict[str, Any]:
    return {"name": name, "format": "kuaidi100_query", "poll": {"client": "kuaidi100", **poll}}


def dropped_feed(folder: Path, name: str = "dropped") -> dict[str, Any]:
    folder.mkdir()
    return {"name": name, "format": "kuaidi100_query", "drop": {"url": str(folder)}}


class TestPollFeeds:
    def test_shows_what_was_asked_and_wakes_the_ingest(
        self, kuaidi100: StandInKuaidi100, configured: Callable[..., None], told: dict[str, Any]
    ) -> None:
        configured(asked_feed())
        register(a_registration())

        poll_feeds()

        assert [(row["feed"], row["answered"]) for row in told["rows"]] == [("asked", 1)]
        assert told["announced"] == [(PAYLOADS_RECEIVED, {"feeds": ["asked"]})]

    def test_says_so_when_the_provider_is_down(
        self, kuaidi100: StandInKuaidi100, configured: Callable[..., None], told: dict[str, Any]
    ) -> None:
        configured(asked_feed())
        register(*(a_registration(waybill=f"77300000000{n}") for n in range(5)))
        kuaidi100.busy_for = 1_000

        poll_feeds()

        assert told["rows"][0]["said"] == "it is down: Kuaidi100 answered 503"
        assert told["announced"] == []

    def test_is_silent_when_nobody_is_to_be_asked(
        self, stand_at: Stand, configured: Callable[..., None], told: dict[str, Any]
    ) -> None:
        configured({"name": "sf", "format": "sf_route_push"})

        assert poll_feeds() == []
        assert told == {"rows": [], "announced": []}


class TestCollectDrops:
    def test_takes_files_of_one_feed_though_another_fails(
        self,
        stand_at: Stand,
        tmp_path: Path,
        configured: Callable[..., None],
        told: dict[str, Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        configured(dropped_feed(tmp_path / "a", "broken"), dropped_feed(tmp_path / "b", "dropped"))
        answer = {"message": "ok", "nu": "773000000001", "com": "zto", "status": "200", "state": "0", "data": []}
        for folder in ("a", "b"):
            (tmp_path / folder / "day.json").write_text(json.dumps(answer))
            (tmp_path / folder / "day.json.done").touch()
        failures = [MemoryError("no memory left")]
        translate = collecting.registry.translate

        def fail_once(*arguments: Any, **options: Any) -> Any:
            if failures:
                raise failures.pop()
            return translate(*arguments, **options)

        monkeypatch.setattr(collecting.registry, "translate", fail_once)

        state = collect_drops(return_state=True)

        assert state.is_failed()
        assert [(row["feed"], row["outcome"]) for row in told["rows"]] == [("dropped", "taken")]
        assert told["announced"] == [(PAYLOADS_RECEIVED, {"feeds": ["dropped"]})]
