"""What is deployed: every flow of the project, each event trigger with a schedule that finds what it missed."""

import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import Any

import yaml
from prefect import Flow

import flows
from deployments.register import _schedule

HERE = Path(importlib.import_module("deployments").__path__[0])
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((HERE / "prefect.yaml").read_text("utf-8"))["deployments"]
AUTOMATIONS: list[dict[str, str]] = yaml.safe_load((HERE / "automations.yaml").read_text("utf-8"))["automations"]


def all_flows() -> dict[str, Flow[..., Any]]:
    found = {}
    for module in pkgutil.iter_modules(flows.__path__):
        loaded = importlib.import_module(f"flows.{module.name}")
        found |= {
            f"flows.{module.name}.{name}": member for name, member in vars(loaded).items() if isinstance(member, Flow)
        }
    return found


class TestDeployments:
    def test_are_there_for_every_flow(self) -> None:
        assert {item["entrypoint"] for item in DEPLOYMENTS} == set(all_flows())

    def test_share_their_name_with_flow_and_function(self) -> None:
        by_entrypoint = all_flows()
        for item in DEPLOYMENTS:
            flow = by_entrypoint[item["entrypoint"]]
            assert item["name"] == flow.name == flow.fn.__name__

    def test_can_all_be_started_by_hand(self) -> None:
        needs_values = {
            name: [
                parameter.name
                for parameter in inspect.signature(flow.fn).parameters.values()
                if parameter.default is inspect.Parameter.empty
            ]
            for name, flow in all_flows().items()
        }

        assert {name: missing for name, missing in needs_values.items() if missing} == {
            "flows.claims.settle_claim": ["case_no", "plan_version"],
            "flows.claims.settle_docket": ["case_no", "plan_version"],
            "flows.complaints.handle_complaint": ["case_no", "plan_version"],
            "flows.exceptions.resolve_exception": ["case_no", "plan_version"],
        }


class TestSchedules:
    def test_start_a_deployment_with_parameters_of_its_flow(self) -> None:
        by_entrypoint = all_flows()
        for item in DEPLOYMENTS:
            known = set(inspect.signature(by_entrypoint[item["entrypoint"]].fn).parameters)
            assert all(set(schedule.get("parameters", {})) <= known for schedule in item.get("schedules", ()))

    def test_have_names_where_one_deployment_has_several(self) -> None:
        for item in DEPLOYMENTS:
            schedules = item.get("schedules", ())
            if len(schedules) > 1:
                assert len({schedule["slug"] for schedule in schedules}) == len(schedules)

    def test_keep_their_name_and_parameters_when_they_are_registered(self) -> None:
        declared = next(item for item in DEPLOYMENTS if item["name"] == "report_exceptions")["schedules"]

        made = [_schedule(schedule) for schedule in declared]

        assert [(one.slug, one.parameters) for one in made] == [
            ("daily", {"period": "day"}), ("weekly", {"period": "week"}),
        ]  # fmt: skip


class TestAutomations:
    def test_start_deployments_that_a_schedule_starts_too(self) -> None:
        scheduled = {f"{item['name']}/{item['name']}" for item in DEPLOYMENTS if item.get("schedules")}

        assert {item["deployment"] for item in AUTOMATIONS} <= scheduled

    def test_wait_for_events_that_somebody_announces(self) -> None:
        from tasks import publishing

        announced = {value for name, value in vars(publishing).items() if name.isupper()}
        assert {item["event"] for item in AUTOMATIONS} <= announced
