"""Great Expectations at work on one batch, in this process. What is checked is in tracking.

For processes that may load Great Expectations (the child, tests, an offline tool). A worker asks `process` instead.
"""

import threading
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from expectations.frame import tracking_table
from expectations.gx import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
    great_expectations,
)
from expectations.tracking import tracking_suite
from expectations.verdict import ChecksBroken, Finding, divide
from schemas.quality import BatchBounds, ExpectationResult, Severity, Verdict
from schemas.tracking import TrackingRecord

# Threads that share a context get each other's counts, without an error: one validation after another.
_ONE_AT_A_TIME = threading.Lock()

# Only COMPLETE gives the whole list of row labels. No index columns: they copy each failing row, slowly.
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


def judge(records: Sequence[TrackingRecord], *, received_at: Sequence[datetime], parameters: BatchBounds) -> Verdict:
    """Judge a batch of records, each with the time it reached us.

    Raises:
        ChecksBroken: the checks could not be carried out; nothing is known of the batch.
        ValueError: there is not one time of receipt per record, or a time has no zone.
    """
    return judge_table(tracking_table(records, received_at=received_at), parameters=parameters)


def judge_table(table: Any, *, parameters: BatchBounds) -> Verdict:
    """Judge a batch that `frame` has laid out as an Arrow table.

    Raises:
        ChecksBroken: the checks could not be carried out; nothing is known of the batch.
    """
    try:
        with _ONE_AT_A_TIME:
            findings = _findings(table, parameters)
        return divide(findings, event_ids=table.column("event_id").to_pylist())
    except ChecksBroken:
        raise
    except Exception as error:
        raise ChecksBroken(f"Great Expectations failed: {type(error).__name__}: {error}") from error


@cache  # called under the lock only
def _machinery() -> tuple[Any, Any]:
    in_memory = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),  # no file is written
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = great_expectations.get_context(mode="ephemeral", project_config=in_memory)
    asset = context.data_sources.add_pandas("feeds").add_dataframe_asset("tracking_records")
    return asset.add_batch_definition_whole_dataframe("batch"), tracking_suite()


def _findings(table: Any, parameters: BatchBounds) -> list[Finding]:
    batch_definition, suite = _machinery()
    batch = batch_definition.get_batch(batch_parameters={"dataframe": table.to_pandas()})
    outcome = batch.validate(suite, result_format=_RESULT_FORMAT, expectation_parameters=_parameters(parameters))
    results = {_key(result.expectation_config): result for result in outcome.results}
    # Great Expectations lists what it could not evaluate first; staff read the results in the order of the suite.
    return [_finding(key, results.get(key)) for key in map(_key, suite.expectation_configurations)]


def _parameters(bounds: BatchBounds) -> dict[str, float]:
    return {
        "rows_min": bounds.rows_min,
        "rows_max": bounds.rows_max,
        # Rounded, or 1 - 0.7 would ask for a little more than three in ten.
        "known_share_min": round(1 - bounds.unknown_share_max, 12),
    }


def _key(configuration: Any) -> tuple[str, str | None, str]:
    return configuration.type, configuration.kwargs.get("column"), configuration.meta["reason_code"]


def _finding(key: tuple[str, str | None, str], result: Any) -> Finding:
    name = f"{key[0]} of {key[1] or 'the batch'} ({key[2]})"
    if result is None:
        raise ChecksBroken(f"{name} was not evaluated")
    _refuse_exception(name, result.exception_info)
    rows, evaluated, observed = _counts(name, result)
    meta = result.expectation_config.meta
    return Finding(
        result=ExpectationResult(
            expectation=key[0],
            column=key[1],
            severity=Severity(meta["severity"]),
            reason_code=key[2],
            evaluated=evaluated,
            failed=len(rows) if key[1] else int(not result.success),
            success=bool(result.success),
        ),
        rows=rows,
        told=f"{key[2]}: {meta['notes']} Seen: {observed}.",
    )


def _refuse_exception(name: str, info: dict[str, Any]) -> None:
    # One exception stands in the dictionary itself; several stand in it by the metric that raised them.
    for told in (info, *(nested for nested in info.values() if isinstance(nested, dict))):
        if told.get("raised_exception"):
            raise ChecksBroken(f"{name} could not be evaluated: {told.get('exception_message')}")


def _counts(name: str, result: Any) -> tuple[tuple[int, ...], int, Any]:
    found = result.result
    if found.get("observed_value") is not None:  # about the whole batch
        return (), 1, found["observed_value"]
    labels = found.get("unexpected_index_list")
    if labels is None or len(labels) != found["unexpected_count"]:
        raise ChecksBroken(f"{name} did not name the rows that failed it")
    if not labels and not result.success:
        raise ChecksBroken(f"{name} failed without a row that failed it")
    evaluated = int(found["element_count"] - found.get("missing_count", 0))
    return tuple(int(label) for label in labels), evaluated, found["unexpected_count"]
