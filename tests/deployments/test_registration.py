"""What is deployed: every flow of the project, each event trigger with a schedule that finds what it missed."""

import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import Any

import yaml
from prefect import Flow

import flows

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
            "flows.exceptions.resolve_exception": ["case_no", "plan_version"]
        }


class TestAutomations:
    def test_start_deployments_that_a_schedule_starts_too(self) -> None:
        scheduled = {f"{item['name']}/{item['name']}" for item in DEPLOYMENTS if item.get("schedules")}

        assert {item["deployment"] for item in AUTOMATIONS} <= scheduled

    def test_wait_for_events_that_somebody_announces(self) -> None:
        from tasks import publishing

        announced = {value for name, value in vars(publishing).items() if name.isupper()}
        assert {item["event"] for item in AUTOMATIONS} <= announced
