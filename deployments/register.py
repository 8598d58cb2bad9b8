"""Telling Prefect's server what there is: the work pool, the deployments with their schedules, the automations.

Registering twice changes nothing. Runs that a schedule planned for while nothing was up are removed: each of them would
only repeat the sweep that the next one does.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterExpectedStartTime, FlowRunFilterState
from prefect.client.schemas.filters import FlowRunFilterStateType as StateTypes
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectAlreadyExists
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.types.entrypoint import EntrypointType

from adapters.runs.client import WORK_POOL
from deployments.worker import RedressWorker
from tasks.settings import BusinessSettings

HERE = Path(__file__).parent


def main() -> None:
    """Register everything, then say how much it was."""
    declared = yaml.safe_load((HERE / "prefect.yaml").read_text("utf-8"))["deployments"]
    automations = yaml.safe_load((HERE / "automations.yaml").read_text("utf-8"))["automations"]
    with get_client(sync_client=True) as client:
        _ensure_work_pool(client)
        ids = dict(_deploy(item) for item in declared)
        _register_automations(client, automations, ids)
        removed = _remove_missed_runs(client)
    print(f"Registered {len(ids)} deployments and {len(automations)} automations; removed {removed} missed runs.")


def _ensure_work_pool(client: SyncPrefectClient) -> None:
    template = RedressWorker.get_default_base_job_template()
    try:
        client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type=RedressWorker.type, base_job_template=template))
    except ObjectAlreadyExists:
        return


def _deploy(declared: Mapping[str, Any]) -> tuple[str, UUID]:
    flow: Flow[..., Any] = load_flow_from_entrypoint(declared["entrypoint"], use_placeholder_flow=False)
    deployment = RunnerDeployment.from_flow(
        flow,
        name=declared["name"],
        description=declared["description"],
        tags=declared["tags"],
        parameters=declared.get("parameters"),
        schedules=[_schedule(item) for item in declared.get("schedules", ())],
        work_pool_name=declared["work_pool"]["name"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return f"{flow.name}/{declared['name']}", UUID(str(deployment.apply()))


def _schedule(declared: Mapping[str, Any]) -> DeploymentScheduleCreate:
    """Make one schedule; one of several has a slug, and may start the deployment with parameters of its own."""
    schedule: CronSchedule | IntervalSchedule
    if "cron" in declared:
        schedule = CronSchedule(cron=declared["cron"], timezone=BusinessSettings().time_zone)
    else:
        schedule = IntervalSchedule(interval=timedelta(seconds=declared["interval"]))
    return DeploymentScheduleCreate(
        schedule=schedule, slug=declared.get("slug"), parameters=declared.get("parameters", {})
    )


def _register_automations(
    client: SyncPrefectClient, declared: list[Mapping[str, str]], deployments: Mapping[str, UUID]
) -> None:
    for item in declared:
        automation = AutomationCore(
            name=item["name"],
            trigger=EventTrigger(expect={item["event"]}, posture=Posture.Reactive, threshold=1),
            actions=[RunDeployment(source="selected", deployment_id=deployments[item["deployment"]])],
        )
        known = client.read_automations_by_name(item["name"])
        if known:
            client.update_automation(known[0].id, automation)
        else:
            client.create_automation(automation)


def _missed_runs(client: SyncPrefectClient) -> Iterator[UUID]:
    missed = FlowRunFilter(
        state=FlowRunFilterState(type=StateTypes(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=datetime.now(UTC) - timedelta(seconds=30)),
    )
    for run in client.read_flow_runs(flow_run_filter=missed, limit=200):
        if run.auto_scheduled:
            yield run.id


def _remove_missed_runs(client: SyncPrefectClient) -> int:
    removed = 0
    while missed := list(_missed_runs(client)):
        for flow_run_id in missed:
            client.delete_flow_run(flow_run_id)
        removed += len(missed)
    return removed


if __name__ == "__main__":
    main()
