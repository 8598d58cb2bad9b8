"""Data Docs as the nightly run builds them: today's folder, old ones gone, pictures in the run."""

import os
import re
from base64 import b64decode
from datetime import datetime
from pathlib import Path

import pytest
from factories import NOON, at
from feed_history import a_batch, a_result

from schemas.quality import Severity
from store.tracking import history, quality
from store.unit_of_work import unit_of_work
from tasks.tracking.documenting import DataDocsSettings, write_data_docs
from tasks.tracking.showing import trend_key, trend_markdown


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    return tmp_path


class TestWriteDataDocs:
    def test_writes_todays_pages_and_removes_those_that_are_too_old(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_DATA_DOCS_DAYS", "3")
        for name in ("2026-11-17", "2026-11-18", "2026-11-20", "somebody's notes"):
            (home / "data-docs" / name).mkdir(parents=True)
            (home / "data-docs" / name / "an-earlier-page.html").touch()
        (home / "data-docs/.building-of-a-run-that-died").mkdir()
        os.utime(home / "data-docs/.building-of-a-run-that-died", (0, 0))
        a_batch(at(-1), results=[a_result("waybill_malformed", failed=3, success=False)])

        documented = write_data_docs.fn()

        kept = sorted(one.name for one in (home / "data-docs").iterdir())
        assert kept == ["2026-11-18", "2026-11-20", "somebody's notes"]
        assert documented.removed == 2
        pages = sorted(
            str(page.relative_to(home / "data-docs/2026-11-20")) for page in home.rglob("2026-11-20/**/*.html")
        )
        assert pages == ["index.html", "sf/batch-1.html"]
        assert documented.address == (home / "data-docs/2026-11-20/index.html").as_uri()
        assert "waybill_malformed" in documented.built.pictures["sf"]

    def test_leaves_what_was_there_when_it_cannot_build(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        page = home / "data-docs" / "2026-11-20" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text("of this morning")
        a_batch(at(-1), feed="no folder / of this name")

        with pytest.raises(ValueError, match="pattern"):
            write_data_docs.fn()

        assert [one.name for one in (home / "data-docs").iterdir()] == ["2026-11-20"]
        assert page.read_text() == "of this morning"

    def test_has_bounds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_DATA_DOCS_DAYS", "0")

        with pytest.raises(ValueError, match="data_docs_days"):
            DataDocsSettings()


class TestRecentBatches:
    def test_are_those_with_most_trouble_where_there_are_too_many(self) -> None:
        for quarantined in (0, 5, 0, 9, 0):
            a_batch(at(-1), quarantined=quarantined)

        with unit_of_work() as connection:
            found = quality.recent_batches(connection, since=at(-24), each_feed_max=3)

        assert sorted(batch.quarantined for batch in found) == [0, 5, 9]

    def test_are_first_of_all_those_that_were_stopped(self) -> None:
        stop = a_result("row_count", column=None, severity=Severity.STOP, failed=1, success=False)
        a_batch(at(-1), read=0, results=[stop])
        a_batch(at(-1), quarantined=5)

        with unit_of_work() as connection:
            [found] = quality.recent_batches(connection, since=at(-24), each_feed_max=1)

        assert found.read == 0

    def test_are_of_the_last_day_and_not_empty(self) -> None:
        a_batch(at(-25))
        a_batch(at(-1), read=0)
        a_batch(at(-1), feed="")

        with unit_of_work() as connection:
            assert quality.recent_batches(connection, since=at(-24), each_feed_max=3) == []


class TestTrends:
    def test_go_by_the_days_of_the_business_zone(self) -> None:
        for moment in (datetime.fromisoformat("2026-11-19T15:59:00+00:00"), NOON, at(-1)):  # 23:59 in Shanghai
            failed = a_result("time_unreadable", failed=2, success=False)
            a_batch(moment, read=10, quarantined=2, results=[failed, failed, a_result(evaluated=10, failed=1)])

        with unit_of_work() as connection:
            [yesterday, today] = history.trends_of(connection, ["sf"], since=at(-99), time_zone="Asia/Shanghai")["sf"]

        assert (yesterday.day.isoformat(), yesterday.read, yesterday.failures["time_unreadable"]) == (
            "2026-11-19",
            10,
            4,
        )
        assert (today.day.isoformat(), today.read, today.failures["time_unreadable"]) == ("2026-11-20", 20, 8)
        assert (today.unknown_share, today.quarantine_share, today.late_median_seconds) == (0.1, 0.2, None)


class TestTrendMarkdown:
    def test_holds_the_picture_itself(self) -> None:
        markdown = trend_markdown("sf", "<svg/>", unknown=[])

        embedded = re.search(r"\(data:image/svg\+xml;base64,([^)]+)\)", markdown)
        assert embedded is not None
        assert b64decode(embedded[1]) == b"<svg/>"

    def test_lists_unknown_codes_and_lets_none_break_the_table(self) -> None:
        codes = [{"raw_code": "9|9`\n", "namespace": "sf", "seen": 7, "last_seen_at": NOON}]

        assert trend_markdown("sf", "", unknown=codes).endswith("| `9 9 ` | `sf` | 7 | 11-20 12:00 |")

    @pytest.mark.parametrize("feed", ["sf", "sf_route_push", "SF Express!"])
    def test_has_a_key_that_prefect_takes(self, feed: str) -> None:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", trend_key(feed))
