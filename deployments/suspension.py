"""Suspending a run that is under way, as the UI can: one look for all runs of a worker.

Prefect lets every run watch for it over a connection, an event loop and a thread of its own, which begin by reading of
every run that was suspended lately: a tenth of what a decision costs, and more the more decisions are owed. A worker
that executes its runs in one process asks for all of them together (docs/decisions/0019).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import prefect.flow_engine
from prefect._flow_run_suspension import FlowRunSuspensionRequest, mark_flow_run_suspension_requested

from adapters.runs import client as runs


def look_after_suspensions() -> None:
    """Take over from the connections of this process's runs; who executes them calls `stop_suspended` from then on."""
    prefect.flow_engine.observe_flow_run_suspension = _looked_after  # type: ignore[attr-defined]


@contextmanager
def _looked_after(
    flow_run_id: UUID,  # noqa: ARG001  # the engine has registered the run under it
    suspension_request: FlowRunSuspensionRequest,  # noqa: ARG001
    polling_interval: float = 10,  # noqa: ARG001
) -> Iterator[None]:
    """Stand where the engine would open a connection."""
    yield


def stop_suspended(begun_at: Mapping[str, datetime]) -> None:
    """Let those of these runs end at their next step that somebody suspended since they were begun.

    Each is named by its id. An older suspension is the one that it was resumed from.

    Raises:
        PrefectAway: the server cannot be asked.
    """
    for flow_run_id, state in runs.suspended_among(list(begun_at)).items():
        if state.timestamp >= begun_at[flow_run_id]:
            mark_flow_run_suspension_requested(UUID(flow_run_id), state)
