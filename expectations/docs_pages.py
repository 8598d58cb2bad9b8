"""The pages: Great Expectations draws each batch by its own renderer, into views that ask no other host for anything.

GX's own views load style sheets and scripts from public networks in the reader's browser, so `docs_views` takes the
place of those that do; the rest are GX's. What is drawn is made from results on record, which hold counts only.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader

from expectations.gx import (
    DefaultJinjaPageView,
    ExpectationConfiguration,
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
    RunIdentifier,
    ValidationResultsPageRenderer,
    great_expectations,
)
from expectations.tracking import batch_suite, tracking_suite
from schemas.data_docs import DataDocs, DataDocsBuilt, DocumentedBatch, DocumentedFeed
from schemas.quality import ExpectationResult

VIEWS = Path(__file__).parent / "docs_views"
STYLE = "style.css"

_Key = tuple[str, str | None, str]
_SUITE_LINK = re.compile(r'href="[./]*expectations/[^"]*"')  # to a page that GX would have built of the suite
_EVALUATED = {"raised_exception": False, "exception_message": None, "exception_traceback": None}


class _Page(DefaultJinjaPageView):  # type: ignore[misc]  # GX is not typed
    """GX's page of one batch, with the project's views before GX's."""

    def __init__(self) -> None:
        super().__init__()
        self.env.loader = ChoiceLoader([FileSystemLoader(VIEWS), self.env.loader])


def write_pages(docs: DataDocs, pictures: Mapping[str, str], folder: Path) -> DataDocsBuilt:
    """Write an index, a page for each batch, and the pictures of the trends."""
    view, checks = _Page(), _checks()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STYLE).write_text((VIEWS / STYLE).read_text("utf-8"), "utf-8")
    pages = without_check = 0
    for feed in docs.feeds:
        (folder / feed.feed).mkdir()
        if feed.feed in pictures:
            (folder / feed.feed / "trend.svg").write_text(pictures[feed.feed], "utf-8")
        for batch in feed.batches:
            results = [_result(checks[key], told) for told in batch.results if (key := _key_of(told)) in checks]
            (folder / _page_of(feed, batch)).write_text(_drawn(view, feed, batch, results), "utf-8")
            pages += 1
            without_check += len(batch.results) - len(results)
    index = view.env.get_template("redress_index.j2").render(docs=docs, pictures=pictures, page_of=_page_of)
    (folder / "index.html").write_text(index, "utf-8")
    return DataDocsBuilt(pages=pages + 1, without_check=without_check, pictures=dict(pictures))


def _page_of(feed: DocumentedFeed, batch: DocumentedBatch) -> str:
    return f"{feed.feed}/batch-{batch.batch_id}.html"


def _drawn(view: _Page, feed: DocumentedFeed, batch: DocumentedBatch, results: Sequence[Any]) -> str:
    met = sum(result.success for result in results)
    document = ExpectationSuiteValidationResult(
        suite_name=f"{feed.feed} · batch {batch.batch_id}",
        success=met == len(results),
        results=list(results),
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": met,
            "unsuccessful_expectations": len(results) - met,
            "success_percent": 100.0 * met / len(results) if results else None,
        },
        meta={
            "run_id": RunIdentifier(run_name=f"batch {batch.batch_id}", run_time=batch.started_at.astimezone(UTC)),
            "batch_kwargs": {"data_asset_name": feed.feed},
            "great_expectations_version": great_expectations.__version__,
        },
    )
    html: str = view.render(ValidationResultsPageRenderer().render(document), feed=feed, batch=batch)
    return _SUITE_LINK.sub('href="../index.html"', html)


def _checks() -> dict[_Key, Any]:
    """Find each expectation of the suites as results on record name it; those about a whole batch have no column."""
    of_records = {
        (one.type, one.kwargs["column"], one.meta["reason_code"]): one
        for one in tracking_suite().expectation_configurations
    }
    of_batch = {(one.type, None, one.meta["reason_code"]): one for one in batch_suite().expectation_configurations}
    return {**of_records, **of_batch}


def _key_of(told: ExpectationResult) -> _Key:
    return told.expectation, told.column, told.reason_code


def _result(check: Any, told: ExpectationResult) -> Any:
    """Make GX's own result again from what is on record."""
    bounds = {
        name: told.bound if isinstance(value, dict) and "$PARAMETER" in value else value
        for name, value in check.kwargs.items()
    }
    configuration = ExpectationConfiguration(type=check.type, kwargs=bounds, meta=check.meta)
    return ExpectationValidationResult(
        success=told.success,
        expectation_config=configuration,
        result=_counts(told) if told.column else {"observed_value": told.observed},
        exception_info=_EVALUATED,
        meta={},
    )


def _counts(told: ExpectationResult) -> dict[str, Any]:
    share = 100.0 * told.failed / told.evaluated if told.evaluated else 0.0
    return {
        "element_count": told.evaluated,
        "missing_count": 0,
        "missing_percent": 0.0,
        "unexpected_count": told.failed,
        "unexpected_percent": share,
        "unexpected_percent_total": share,
        "unexpected_percent_nonmissing": share,
    }
