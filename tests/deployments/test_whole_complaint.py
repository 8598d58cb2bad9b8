"""A complaint on the whole engine: told over HTTP, decided in a suspended run, its result told, and archived."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from engine_under_test import EngineUnderTest, described_in, wait_until

from deployments.engine.credentials import read_credentials
from deployments.settings import EngineSettings
from tasks.supervision.passcodes import passcode_at

PHONE = "19900007777"
SUPERVISOR = "sup-fee"


@pytest.fixture(scope="module")
def prefect(engine: EngineUnderTest) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{engine.prefect_url}/api", trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def number(engine: EngineUnderTest) -> str:
    """Tell the gateway twice of a fee that somebody disputes, as a web site might, and give the one number."""
    record = {
        "channel": "website",
        "type": "FEE",
        "customer": {"name": "钱七", "phone": PHONE},
        "occurrence": {"at": datetime.now(UTC).isoformat(), "place": "示例城东网点", "account": "多收了包装费"},
        "demand": {"text": "退还", "amount": "12.50"},
    }
    key = read_credentials(EngineSettings(home=engine.home)).api_key
    headers = {"X-API-Key": key, "Idempotency-Key": "whole-engine-1"}
    answers = [
        httpx.post(f"{engine.gateway_url}/complaints", json=record, headers=headers, trust_env=False) for _ in range(2)
    ]
    assert answers[0].status_code == 201, answers[0].text
    assert answers[0].json() == answers[1].json()
    return str(answers[0].json()["complaint_no"])


@pytest.fixture(scope="module")
def run(engine: EngineUnderTest, prefect: httpx.Client, number: str) -> dict[str, Any]:
    """Give the run that waits for a supervisor."""
    del engine

    def suspended() -> dict[str, Any] | None:
        chosen = {"flow_runs": {"name": {"any_": [number]}, "state": {"name": {"any_": ["Suspended"]}}}}
        found: list[dict[str, Any]] = prefect.post("/flow_runs/filter", json=chosen).json()
        return found[0] if found else None

    waiting: dict[str, Any] = wait_until(suspended, what="the complaint's run to wait for a supervisor")
    return waiting


def in_state(engine: EngineUnderTest, number: str, state: str) -> bool:
    return any(one["case_no"] == number for one in engine.json("complaint", "list", "--state", state))


class TestComplaint:
    def test_waits_for_a_supervisor_who_sees_finding_and_plan_in_the_form(
        self, prefect: httpx.Client, run: dict[str, Any]
    ) -> None:
        described = described_in(prefect, run)

        assert {"type:FEE", "channel:website", "level:supervisor"} <= set(run["tags"])
        assert "费用争议" in described
        assert "money is demanded" in described
        assert PHONE not in described

    def test_is_told_its_result_once_the_plan_is_approved(
        self, engine: EngineUnderTest, number: str, run: dict[str, Any]
    ) -> None:
        del run
        added = engine.redress("staff", "add", SUPERVISOR, "--name", "赵某某", "--role", "supervisor", "--limit", "100")
        secret = added.stdout.rsplit(":", 1)[1].strip()

        passcode = passcode_at(secret, datetime.now(UTC))
        engine.redress("approve", number, "--staff", SUPERVISOR, "--passcode", passcode, "--comment", "核实无误")

        wait_until(lambda: in_state(engine, number, "FED_BACK"), what="the result to be told")
        assert number in (engine.home / "outbox" / "notices.log").read_text("utf-8")

    def test_is_closed_with_its_archive_once_the_customer_agrees(self, engine: EngineUnderTest, number: str) -> None:
        engine.redress("complaint", "accept", number, "--staff", SUPERVISOR)

        wait_until(lambda: in_state(engine, number, "CLOSED"), what="the archive to be made")
        assert engine.json("verify-history", number)["wrong"] == []
        assert engine.json("complaint", "archive", number)
