"""Great Expectations at work on one batch, in this process. What is checked is in `tracking` and `calls`.

For processes that may load Great Expectations (the child, tests, an offline tool). A worker asks `process` instead.
"""

import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
from typing_extensions import Buffer

from expectations.calls import call_suite
from expectations.figures import batch_figures, judged_figures
from expectations.gx import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
    Validator,
    great_expectations,
)
from expectations.thrift import thrift
from expectations.tracking import batch_suite, tracking_suite
from expectations.verdict import ChecksBroken, Finding, divide
from schemas.quality import BatchBounds, ExpectationResult, Severity, Subject, Verdict

# Threads that share a context get each other's counts, without an error: one validation after another.
_ONE_AT_A_TIME = threading.Lock()

# Only COMPLETE gives the whole list of row labels. No index columns: they copy each failing row, slowly.
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


def read_columns(stream: Buffer) -> Any:
    """Read the columns of a batch from an Arrow stream, without copying them."""
    with pa.ipc.open_stream(stream) as reader:
        return reader.read_all()


def judge(table: Any, *, parameters: BatchBounds, subject: Subject = Subject.TRACKING) -> Verdict:
    """Judge the columns of a batch that its subject's suite asks about, as an Arrow table.

    Raises:
        ChecksBroken: the checks could not be carried out; nothing is known of the batch.
    """
    try:
        with _ONE_AT_A_TIME, thrift():
            checked_by, key = _CHECKED_BY[subject]
            findings = checked_by(table, parameters)
        return divide(findings, event_ids=table.column(key).to_pylist())
    except ChecksBroken:
        raise
    except Exception as error:
        raise ChecksBroken(f"Great Expectations failed: {type(error).__name__}: {error}") from error


class _Checks(NamedTuple):
    """A suite, and where what it is asked about is put."""

    batch_definition: Any
    suite: Any


@cache  # called under the lock only
def _machinery() -> tuple[_Checks, _Checks, _Checks]:
    in_memory = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),  # no file is written
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = great_expectations.get_context(mode="ephemeral", project_config=in_memory)
    source = context.data_sources.add_pandas("feeds")
    of_records, of_batch, of_calls = (
        _Checks(source.add_dataframe_asset(suite.name).add_batch_definition_whole_dataframe("batch"), suite)
        for suite in (tracking_suite(), batch_suite(), call_suite())
    )
    return of_records, of_batch, of_calls


def _call_findings(table: Any, bounds: BatchBounds) -> list[Finding]:
    """Judge calls one by one; a file of them has no history that it could be held against."""
    del bounds
    _, _, of_calls = _machinery()
    return [_finding(*validated) for validated in _validated(of_calls, table.to_pandas(), {})]


def _tracking_findings(table: Any, bounds: BatchBounds) -> list[Finding]:
    """Judge the records one by one, then the batch as a whole by what that came to."""
    of_records, of_batch, _ = _machinery()
    found = [_finding(*validated) for validated in _validated(of_records, table.to_pandas(), {})]
    quarantined = {row for finding in found if finding.result.severity is Severity.QUARANTINE for row in finding.rows}
    figures = batch_figures(table, quarantined=quarantined, bounds=bounds)
    judged = judged_figures(figures, rows=table.num_rows, bounds=bounds)
    frame = pd.DataFrame([judged], dtype="float64")
    parameters = bounds.model_dump()
    of_whole = [
        _batch_finding(configuration, _finding(configuration, result), figures, parameters)
        for configuration, result in _validated(of_batch, frame, parameters)
    ]
    return [*found, *of_whole]


_CHECKED_BY: dict[Subject, tuple[Callable[[Any, BatchBounds], list[Finding]], str]] = {
    # the checks, and the column that names a row, by which copies are known
    Subject.TRACKING: (_tracking_findings, "event_id"),
    Subject.CALLS: (_call_findings, "call"),
}


def _validated(checks: _Checks, frame: Any, parameters: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Give each configuration of the suite with its result, None where there is none."""
    # What `batch.validate` does, without getting the batch twice: each time every value of it is hashed.
    validator = Validator(
        batch_definition=checks.batch_definition, batch_parameters={"dataframe": frame}, result_format=_RESULT_FORMAT
    )
    outcome = validator.validate_expectation_suite(checks.suite, parameters)
    results = {_key(result.expectation_config): result for result in outcome.results}
    # Great Expectations lists what it could not evaluate first; staff read the results in the order of the suite.
    return [(wanted, results.get(_key(wanted))) for wanted in checks.suite.expectation_configurations]


def _key(configuration: Any) -> tuple[str, str, str]:
    return configuration.type, configuration.kwargs["column"], configuration.meta["reason_code"]


def _finding(configuration: Any, result: Any) -> Finding:
    key = _key(configuration)
    name = f"{key[0]} of {key[1]} ({key[2]})"
    if result is None:
        raise ChecksBroken(f"{name} was not evaluated")
    _refuse_exception(name, result.exception_info)
    rows, evaluated = _counts(name, result)
    meta = configuration.meta
    return Finding(
        result=ExpectationResult(
            expectation=key[0],
            column=key[1],
            severity=Severity(meta["severity"]),
            reason_code=key[2],
            evaluated=evaluated,
            failed=len(rows),
            success=bool(result.success),
        ),
        rows=rows,
        told=f"{key[2]}: {meta['notes']}",
    )


def _batch_finding(
    configuration: Any, finding: Finding, figures: Mapping[str, float | None], parameters: Mapping[str, float]
) -> Finding:
    """Say what was seen and what is usual; such a finding is about the batch and about no row."""
    observed = figures[configuration.kwargs["column"]]
    side, bound = ("most", "max_value") if configuration.kwargs.get("max_value") else ("least", "min_value")
    limit = parameters[configuration.kwargs[bound]["$PARAMETER"]]
    return Finding(
        result=finding.result.model_copy(update={"column": None, "observed": observed, "bound": limit}),
        rows=(),
        told=f"{finding.told} Seen: {observed or 0:.10g}; at {side} {limit:.10g} is usual.",
    )


def _refuse_exception(name: str, info: dict[str, Any]) -> None:
    # One exception stands in the dictionary itself; several stand in it by the metric that raised them.
    for told in (info, *(nested for nested in info.values() if isinstance(nested, dict))):
        if told.get("raised_exception"):
            raise ChecksBroken(f"{name} could not be evaluated: {told.get('exception_message')}")


def _counts(name: str, result: Any) -> tuple[tuple[int, ...], int]:
    found = result.result
    labels = found.get("unexpected_index_list")
    if labels is None or len(labels) != found["unexpected_count"]:
        raise ChecksBroken(f"{name} did not name the rows that failed it")
    if not labels and not result.success:
        raise ChecksBroken(f"{name} failed without a row that failed it")
    evaluated = int(found["element_count"] - found.get("missing_count", 0))
    return tuple(int(label) for label in labels), evaluated
