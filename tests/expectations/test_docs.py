"""Data Docs: pages that can be read without a network and hold no value of a row."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from expectations.docs import DocsBroken, build_docs
from expectations.tracking import BATCH_EXPECTATIONS, EXPECTATIONS
from schemas.data_docs import DataDocs, DataDocsBuilt, DocumentedBatch, DocumentedFeed, TrendDay
from schemas.quality import ExpectationResult

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOTHING = DataDocs(made_at=NOON, feeds=())


def results(*failed: str) -> tuple[ExpectationResult, ...]:
    """Make what every expectation of both suites came to; those named were not met."""
    of_batch = {id(one) for one in BATCH_EXPECTATIONS}
    return tuple(
        ExpectationResult(
            expectation=one.configuration.type,
            column=None if id(one) in of_batch else one.column,
            severity=one.meta["severity"],
            reason_code=one.meta["reason_code"],
            evaluated=1 if id(one) in of_batch else 200,
            failed=17 * (one.meta["reason_code"] in failed),
            success=one.meta["reason_code"] not in failed,
            observed=0.625 if id(one) in of_batch else None,
            bound=0.375 if id(one) in of_batch else None,
        )
        for one in (*EXPECTATIONS, *BATCH_EXPECTATIONS)
    )


def a_batch(batch_id: int, *failed: str) -> DocumentedBatch:
    return DocumentedBatch(
        batch_id=batch_id,
        started_at=NOON,
        read=200,
        clean=180,
        duplicate=3,
        quarantined=17,
        results=results(*failed),
    )


def a_day(days_ago: int) -> TrendDay:
    return TrendDay(
        day=date(2026, 11, 20) - timedelta(days=days_ago),
        read=900 + days_ago,
        unknown_share=0.01,
        quarantine_share=0.02,
        late_median_seconds=300.0,
        late_p95_seconds=None,
        failures={"time_unreadable": 4} if days_ago % 2 else {},
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[DataDocsBuilt, Path]:
    """Build pages about two feeds."""
    folder = tmp_path_factory.mktemp("data-docs") / "2026-11-20"
    former = results()[0].model_copy(update={"reason_code": "a_check_of_former_times"})
    odd = a_batch(2).model_copy(update={"results": (*results(), former)})
    feeds = (
        DocumentedFeed(feed="sf", records_usual=900, days=tuple(map(a_day, range(20))), batches=(
            a_batch(1, "waybill_malformed", "quarantine_share"), odd)),
        DocumentedFeed(feed="learning", records_usual=None, days=(a_day(0),), batches=(a_batch(3),)),
    )  # fmt: skip
    return build_docs(DataDocs(made_at=NOON, feeds=feeds), folder), folder


@pytest.fixture
def folder(built: tuple[DataDocsBuilt, Path]) -> Path:
    return built[1]


def text_of(page: Path) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.read_text("utf-8")))


class TestPages:
    def test_are_an_index_and_one_for_each_batch(self, built, folder):
        pages = sorted(str(page.relative_to(folder)) for page in folder.rglob("*.html"))

        assert pages == ["index.html", "learning/batch-3.html", "sf/batch-1.html", "sf/batch-2.html"]
        assert built[0].pages == 4

    def test_name_no_other_host(self, folder):
        named = {
            str(file): found
            for file in folder.rglob("*.*")
            if (found := re.findall(r"(?:https?:)?//[\w.]+", file.read_text("utf-8").replace("http://www.w3.org/", "")))
        }

        assert named == {}

    def test_run_no_script(self, folder):
        assert [page for page in folder.rglob("*.html") if "<script" in page.read_text("utf-8")] == []

    def test_link_only_to_what_is_there(self, folder):
        for page in folder.rglob("*.html"):
            for link in re.findall(r'(?:href|src)="([^"#]+)', page.read_text("utf-8")):
                assert (page.parent / link).is_file(), f"{page} links to {link}"

    def test_say_of_each_expectation_how_many_records_did_not_meet_it(self, folder):
        assert "17 unexpected values found. 8.5% of 200 total rows" in text_of(folder / "sf/batch-1.html")

    def test_say_what_was_usual_and_what_was_seen_of_a_batch_as_a_whole(self, folder):
        assert re.search(r"less than or equal to 0.375 \. 0.625", text_of(folder / "sf/batch-1.html"))

    def test_tell_in_the_index_what_was_not_met(self, folder):
        assert "waybill_malformed, quarantine_share" in text_of(folder / "index.html")

    def test_leave_out_what_the_suite_does_not_have_any_more(self, built, folder):
        assert built[0].without_check == 1
        assert "a_check_of_former_times" not in text_of(folder / "sf/batch-2.html")


class TestTrend:
    def test_is_a_picture_of_every_feed(self, built, folder):
        for feed, picture in built[0].pictures.items():
            assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
            assert (folder / feed / "trend.svg").read_text("utf-8") == picture
        assert set(built[0].pictures) == {"sf", "learning"}

    def test_shows_volume_shares_lateness_and_what_was_not_met(self, built):
        picture = built[0].pictures["sf"]

        assert all(told in picture for told in ("Records", "Shares", "Minutes", "time_unreadable", "11-20"))


class TestBuildDocs:
    @pytest.mark.parametrize(
        ("code", "told"),
        [
            ("raise SystemExit(3)", "status 3 and no answer"),
            ("print('hello, this is no message')", "something else"),
            ("import sys, time; sys.stdout.close(); time.sleep(60)", "within 0.5 seconds"),
        ],
        ids=["ends", "says something else", "takes too long"],
    )
    def test_says_what_went_wrong_when_the_process(self, tmp_path, code, told):
        with pytest.raises(DocsBroken, match=told):
            build_docs(NOTHING, tmp_path / "docs", command=(sys.executable, "-c", code), seconds_max=0.5)

    def test_says_why_the_process_could_not_write(self, tmp_path):
        (tmp_path / "docs").write_text("a file where the folder belongs")

        with pytest.raises(DocsBroken, match="FileExistsError"):
            build_docs(NOTHING, tmp_path / "docs")

    def test_never_loads_great_expectations_into_the_worker(self):
        code = "import sys, expectations.docs; print({'great_expectations', 'altair', 'vl_convert'} & set(sys.modules))"

        assert subprocess.check_output([sys.executable, "-P", "-c", code], text=True) == "set()\n"

    def test_lets_no_feed_name_a_folder_elsewhere(self):
        with pytest.raises(ValueError, match="pattern"):
            DocumentedFeed(feed="../elsewhere", records_usual=None, days=(), batches=())
