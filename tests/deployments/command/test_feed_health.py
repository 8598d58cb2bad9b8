"""`redress feeds` and `redress feeds release`."""

import json
from collections.abc import Iterator

import pytest
from factories import NOON
from feed_history import a_batch
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.command import feed_health, main
from schemas.quality import AlertKind
from store.tracking import alerts, inbox
from store.unit_of_work import unit_of_work


@pytest.fixture(autouse=True)
def _on_the_tests_database(stand_at: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(feed_health, "enter", lambda: None)
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):  # nobody is there to be woken
        yield


@pytest.fixture
def stopped() -> None:
    with unit_of_work() as connection:
        held = inbox.keep(connection, feed="sf", format_name="f", origin="http", body=b"", received_at=NOON)
        inbox.stop(connection, [held], why="row_count")
        alerts.raise_alert(connection, feed="sf", kind=AlertKind.STOPPED, told="row_count: far too many.", at=NOON)


class TestFeeds:
    def test_has_one_line_for_each_feed_and_tells_of_its_alerts(
        self, stopped: None, capsys: pytest.CaptureFixture[str]
    ) -> None:
        a_batch(NOON, read=1_250, quarantined=25)

        assert main(["feeds"]) == 0

        lines = capsys.readouterr().out.splitlines()
        [of_sf] = [line for line in lines if line.startswith("sf ")]
        assert all(told in of_sf for told in ("11-20 12:00", "1250", "2.0%", "learning", "stopped"))
        assert "sf: row_count: far too many." in lines
        assert lines[-1].endswith(" feeds, 1 alerts.")

    def test_prints_json(self, stopped: None, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["feeds", "--json"]) == 0

        feeds = {feed["feed"]: feed for feed in json.loads(capsys.readouterr().out)}
        assert feeds["sf"]["alerts"][0]["kind"] == "stopped"
        assert feeds["kuaidi100"]["last_heard_at"] is None


class TestRelease:
    def test_lets_what_is_held_be_taken_in_and_says_how_much(
        self, stopped: None, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["feeds", "release", "sf", "--by", "ops-chen"]) == 0

        assert capsys.readouterr().out == "1 payloads of sf will be taken in.\n"
        with unit_of_work() as connection:
            assert alerts.open_alerts(connection) == []
            assert len(inbox.claim(connection, limit=9, bytes_max=9)) == 1

    def test_fails_where_nothing_is_held(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["feeds", "release", "sf"]) == 1

        assert capsys.readouterr().err == "redress: nothing of the feed sf is held\n"
