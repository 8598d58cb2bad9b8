"""Calls to Prefect's API. Every call is safe to repeat; idempotency keys and conflicts make the second one harmless."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)  # fmt: skip
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import PrefectHTTPStatusError
from prefect.states import Cancelled, Crashed, Scheduled
from pydantic import BaseModel

from adapters.runs.connections import api
from adapters.runs.forms import form_parts, keyset_of

WORK_POOL = "redress"
COUNTED_AT_ONCE = 2000
READ_AT_ONCE = 100
STUCK_AFTER = timedelta(seconds=20)


@lru_cache(maxsize=32)
def _deployment_id(name: str, _api_url: str) -> UUID:
    with api() as client:
        return client.read_deployment_by_name(name).id


def start_suspended(
    *,
    deployment: str,
    name: str,
    parameters: Mapping[str, Any],
    tags: Sequence[str],
    idempotency_key: str,
    form_key: str,
    form: type[BaseModel],
    description: str,
) -> str:
    """Create a run that is suspended from birth and asks `form`; give its id.

    Nothing executes until somebody answers. A second call with the same key finds the same run.
    """
    state = {
        "type": "PAUSED",
        "name": "Suspended",
        "state_details": {
            "pause_key": form_key,
            "pause_reschedule": True,
            "run_input_keyset": dict(keyset_of(form_key)),
        },
    }
    with api() as client:
        deployment_id = _deployment_id(deployment, str(client.api_url))
        answer = client.request(
            "POST",
            "/deployments/{id}/create_flow_run",
            path_params={"id": deployment_id},
            json={
                "name": name,
                "parameters": dict(parameters),
                "tags": list(tags),
                "idempotency_key": idempotency_key,
                "state": state,
                # A run born suspended has been executed no times, which Prefect takes for one retry that is left; a
                # retry would forget that the form was answered, and nobody could answer it again.
                "empirical_policy": {"pause_keys": [form_key], "retries": -1},
            },
        )
        flow_run_id = str(answer.json()["id"])
        _store_form(client, flow_run_id, form_parts(form, key=form_key, description=description))
    return flow_run_id


def ensure_form(flow_run_id: str, *, form_key: str, form: type[BaseModel], description: str) -> bool:
    """Store the form of a suspended run if it lacks one, as after a crash between suspending and storing.

    Gives whether something was missing.
    """
    with api() as client:
        return _store_form(client, flow_run_id, form_parts(form, key=form_key, description=description)) > 0


def _store_form(client: SyncPrefectClient, flow_run_id: str, parts: Mapping[str, Any]) -> int:
    stored = 0
    for key, value in parts.items():
        try:
            client.request(
                "POST",
                "/flow_runs/{id}/input",
                path_params={"id": UUID(flow_run_id)},
                json={"key": key, "value": json.dumps(value, ensure_ascii=False)},
            )
            stored += 1
        except PrefectHTTPStatusError as error:
            if error.response.status_code != httpx.codes.CONFLICT:  # it is there already
                raise
    return stored


def attach_markdown(flow_run_id: str, *, key: str, title: str, markdown: str) -> None:
    """Attach a markdown artifact to a run."""
    with api() as client:
        client.request(
            "POST",
            "/artifacts/",
            json={
                "key": key,
                "type": "markdown",
                "description": title,
                "data": markdown,
                "flow_run_id": flow_run_id,
            },
        )


class Answered(NamedTuple):
    """What somebody answered in a form, as it was sent, and when the server recorded it with the Resume."""

    value: Any
    at: datetime


def answer_to(form_key: str, flow_run_id: str) -> Answered | None:
    """Read what was answered to a form of a run; None while nobody has."""
    key = keyset_of(form_key)["response"]
    with api() as client:
        found = client.filter_flow_run_input(UUID(flow_run_id), key_prefix=key, limit=10, exclude_keys=set())
    for answer in found:  # another key may begin as this one does
        if answer.key == key and answer.created is not None:
            return Answered(json.loads(answer.value), answer.created)
    return None


class Standing(StrEnum):
    """How a run stands, as far as a gate cares."""

    WAITING = "waiting"  # suspended: somebody can answer it
    WORKING = "working"
    ENDED = "ended"


def standing_of(flow_run_ids: Sequence[str]) -> dict[str, Standing]:
    """Say how each run stands; a run that was deleted is left out.

    Of thousands nearly all wait. So they are counted, and only those are read among which some do not.
    """
    with api() as client:
        standing: dict[str, Standing] = {}
        for start in range(0, len(flow_run_ids), COUNTED_AT_ONCE):
            standing |= _standing_among(client, flow_run_ids[start : start + COUNTED_AT_ONCE])
        return standing


def _standing_among(client: SyncPrefectClient, flow_run_ids: Sequence[str]) -> dict[str, Standing]:
    if _waiting_among(client, flow_run_ids) == len(flow_run_ids):
        return dict.fromkeys(flow_run_ids, Standing.WAITING)
    if len(flow_run_ids) > READ_AT_ONCE:
        middle = len(flow_run_ids) // 2
        halves = (flow_run_ids[:middle], flow_run_ids[middle:])
        return {run: stands for half in halves for run, stands in _standing_among(client, half).items()}
    wanted = FlowRunFilter(id=FlowRunFilterId(any_=[UUID(flow_run_id) for flow_run_id in flow_run_ids]))
    runs = client.read_flow_runs(flow_run_filter=wanted, limit=READ_AT_ONCE)
    return {str(run.id): _standing(run.state) for run in runs if run.state is not None}


def _waiting_among(client: SyncPrefectClient, flow_run_ids: Sequence[str]) -> int:
    wanted = {"id": {"any_": list(flow_run_ids)}, "state": {"type": {"any_": [StateType.PAUSED.value]}}}
    return int(client.request("POST", "/flow_runs/count", json={"flow_runs": wanted}).json())


def suspended_among(flow_run_ids: Sequence[str]) -> dict[str, State[Any]]:
    """Give the states of those among at most 200 runs that are suspended."""
    wanted = FlowRunFilter(
        id=FlowRunFilterId(any_=[UUID(flow_run_id) for flow_run_id in flow_run_ids]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])),
    )
    with api() as client:
        found = client.read_flow_runs(flow_run_filter=wanted, limit=200)
    return {str(run.id): run.state for run in found if run.state is not None}


def _standing(state: State[Any]) -> Standing:
    if state.type is StateType.PAUSED:
        return Standing.WAITING
    return Standing.ENDED if state.is_final() else Standing.WORKING


def cancel(flow_run_id: str, *, reason: str) -> None:
    """End a run that is not needed any more, with the reason; one that has ended already stays as it is."""
    with api() as client:
        run = client.read_flow_run(UUID(flow_run_id))
        if run.state is not None and not run.state.is_final():
            client.set_flow_run_state(run.id, Cancelled(message=reason), force=True)


def tag(flow_run_id: str, word: str) -> None:
    """Give a run one more tag; one that it has already changes nothing."""
    with api() as client:
        run = client.read_flow_run(UUID(flow_run_id))
        if word not in run.tags:
            client.request("PATCH", "/flow_runs/{id}", path_params={"id": run.id}, json={"tags": [*run.tags, word]})


def put_back_to_work(flow_run_id: str, *, reason: str) -> bool:
    """Let a run whose worker died be executed again from its first line; False when it has ended or waits."""
    with api() as client:
        run = client.read_flow_run(UUID(flow_run_id))
        if run.state is None or run.state.type not in {StateType.RUNNING, StateType.PENDING}:
            return False
        client.set_flow_run_state(run.id, Scheduled(name="AwaitingRestart", message=reason), force=True)
    return True


def mark_crashed(flow_run_id: str, *, reason: str) -> bool:
    """Say of a run whose worker died that it crashed; False when it has ended or waits."""
    with api() as client:
        run = client.read_flow_run(UUID(flow_run_id))
        if run.state is None or run.state.type not in {StateType.RUNNING, StateType.PENDING}:
            return False
        client.set_flow_run_state(run.id, Crashed(message=reason), force=True)
    return True


def unattended_runs(*, now: datetime, attended: set[str]) -> list[tuple[str, str]]:
    """List (id, name) of runs that count as executing though nobody has executed them for a while."""
    with api() as client:
        executing = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING]))
            ),
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[WORK_POOL])),
            limit=200,
        )
    return [
        (str(run.id), run.name)
        for run in executing
        if str(run.id) not in attended and run.state is not None and now - run.state.timestamp > STUCK_AFTER
    ]


def announce(event: str, *, resource: str, payload: Mapping[str, Any]) -> None:
    """Emit a Prefect event that wakes the automation waiting for it. May be lost: every trigger has a sweep."""
    body = {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": event,
        "resource": {"prefect.resource.id": resource},
        "payload": dict(payload),
    }
    with api() as client:
        client.request("POST", "/events", json=[body])
