"""Decisions on a whole engine: cases whose runs are born suspended, answered as a supervisor would, and what came of it.

Cases come in through the gateway, answers go through Prefect's API or the command, as in real life.
"""

import json
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import inside_engine
from engine_under_test import REDRESS, EngineUnderTest, wait_until
from inside_engine import InsideEngine

from deployments.engine.credentials import read_credentials
from deployments.sample_day.kuaidi100 import Kuaidi100Envelope
from deployments.settings import EngineSettings
from tasks.supervision.passcodes import new_secret, passcode_at

CARRIER = "shentong"
DAMAGED = "209"  # Kuaidi100's code
WRONG_PASSCODE = "000000"


@dataclass(frozen=True)
class Decision:
    """A case that waits for a supervisor, and the run in which it asks."""

    case_no: str
    flow_run_id: str


@dataclass
class DecisionsUnderTest:
    """Everything a test does with the decisions of one engine."""

    engine: EngineUnderTest
    staff_id: str = "sup-zhang"
    secret: str = field(default_factory=new_secret)
    _numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        """Put the supervisor on file."""
        self._inside = InsideEngine(self.engine)
        self._inside.ask(inside_engine.put_supervisor_on_file, staff_id=self.staff_id, secret=self.secret)
        settings = EngineSettings(home=self.engine.home)
        self._credentials = read_credentials(settings)
        self._notices = settings.notices

    def close(self) -> None:
        """End what helps with asking."""
        self._inside.close()

    def born(self, how_many: int) -> list[Decision]:
        """Have so many parcels damaged, and wait until each of their cases asks for a decision in a suspended run."""
        waybills = [f"7730{next(self._numbers):08d}" for _ in range(how_many)]
        self.register(waybills)
        for waybill in waybills:
            self.push(waybill)
        found: dict[str, list[str]] = wait_until(
            lambda: len(runs := self._inside.ask(inside_engine.waiting_runs, waybills=waybills)) == how_many and runs,
            what=f"{how_many} cases to ask for a decision",
        )
        return [Decision(*found[waybill]) for waybill in waybills]

    def register(self, waybills: list[str]) -> None:
        """Book parcels of some value, as a shop's system would."""
        bookings = [
            {
                "waybill": waybill,
                "carrier": CARRIER,
                "consignee": {"name": "王五", "phone": "19900001234"},
                "declared_value": "100",
                "destination_outlet": "示例城东网点",
            }
            for waybill in waybills
        ]
        answer = httpx.post(
            f"{self.engine.gateway_url}/shipments", json=bookings, headers={"X-API-Key": self._credentials.api_key}
        )
        assert answer.status_code == 201, answer.text

    def push(self, waybill: str) -> httpx.Response:
        """Push that a parcel was damaged an hour ago, as Kuaidi100 would."""
        at = (datetime.now(UTC) + timedelta(hours=7)).strftime("%Y-%m-%d %H:%M:%S")  # Chinese time
        scan = {"time": at, "ftime": at, "context": "快件外包装破损", "status": "破损", "statusCode": DAMAGED}
        envelope = Kuaidi100Envelope(waybill, CARRIER, state="2", salt=self._credentials.kuaidi100_salt)
        return httpx.post(
            self.engine.gateway_url + envelope.path,
            content=envelope.body([scan]),
            headers={"Content-Type": envelope.content_type},
        )

    def passcode(self) -> str:
        """Give the supervisor's passcode of this moment."""
        return passcode_at(self.secret, datetime.now(UTC))

    def resume(self, decision: Decision, *, passcode: str | None = None, choice: str = "approve") -> str:
        """Answer the run's form as the UI does, and give the server's verdict: ACCEPT, or ABORT or a refusal."""
        answer = {
            "decision": choice,
            "passcode": passcode or self.passcode(),
            "staff_id": self.staff_id,
            "comment": "测试 test",
        }
        response = self.prefect("POST", f"/flow_runs/{decision.flow_run_id}/resume", json={"run_input": answer})
        return str(response.json()["status"]) if response.is_success else str(response.status_code)

    def approve(self, decision: Decision, *, choice: str = "approve") -> subprocess.Popen[str]:
        """Begin to decide by command."""
        arguments = ["approve", decision.case_no, "--staff", self.staff_id, "--passcode", self.passcode()]
        return subprocess.Popen(
            [REDRESS, *arguments, "--decision", choice, "--comment", "test"],
            env=self.engine.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def prefect(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """Ask Prefect's API."""
        return httpx.request(method, f"{self.engine.prefect_url}/api{path}", timeout=30, **arguments)

    def run_state(self, decision: Decision) -> dict[str, Any]:
        """Give the state of the decision's run."""
        state: dict[str, Any] = self.prefect("GET", f"/flow_runs/{decision.flow_run_id}").json()["state"]
        return state

    def is_asked(self, decision: Decision, *, attempt: int = 1) -> bool:
        """Say whether the run is suspended with the form of this attempt in place."""
        state = self.run_state(decision)
        if state["name"] != "Suspended" or state["state_details"]["pause_key"] != f"approval-{attempt}":
            return False
        form = state["state_details"]["run_input_keyset"]["schema"]
        return self.prefect("GET", f"/flow_runs/{decision.flow_run_id}/input/{form}").is_success

    def task_runs(self, decision: Decision) -> dict[str, dict[str, Any]]:
        """Give the task runs of the decision's run by the name of their task."""
        wanted = {"flow_runs": {"id": {"any_": [decision.flow_run_id]}}}
        runs = self.prefect("POST", "/task_runs/filter", json=wanted).json()
        return {run["name"].rsplit("-", 1)[0]: run for run in runs}

    def state_of(self, decision: Decision) -> str:
        """Give the case's state."""
        return str(self._inside.ask(inside_engine.state_of, case_no=decision.case_no))

    def wait_until_closed(self, decision: Decision) -> None:
        """Wait until the case is closed and its run has ended."""
        wait_until(lambda: self.state_of(decision) == "CLOSED", what=f"{decision.case_no} to be closed")
        wait_until(
            lambda: self.run_state(decision)["type"] in {"COMPLETED", "CANCELLED", "CRASHED", "FAILED"},
            what=f"the run of {decision.case_no} to end",
        )

    def closed_in_order(self, decisions: list[Decision]) -> list[str]:
        """Give the numbers of those cases that are closed, first closed first."""
        return list(self._inside.ask(inside_engine.closed_in_order, case_nos=[item.case_no for item in decisions]))

    def file_of(self, decision: Decision) -> dict[str, Any]:
        """Give everything that the store has about the case."""
        return dict(self._inside.ask(inside_engine.file_of, case_no=decision.case_no))

    def kept_payloads(self) -> list[str]:
        """Give the hashes of all payloads in the inbox."""
        return list(self._inside.ask(inside_engine.kept_payloads))

    def orders_of(self, decision: Decision) -> Counter[str]:
        """Count the carrier desk's work orders for the case by measure."""
        orders = httpx.get(f"{self.engine.desk_url}/work-orders").json()
        return Counter(order["measure"] for order in orders if order["case_no"] == decision.case_no)

    def notices_of(self, decision: Decision) -> Counter[str]:
        """Count the lines of the notices file that name the case."""
        lines = self._notices.read_text("utf-8").splitlines() if self._notices.exists() else []
        return Counter(line for line in lines if decision.case_no in json.dumps(json.loads(line), ensure_ascii=False))


def die_at(home: Path, decision: Decision, moment: str) -> None:
    """Let the worker die with -9 at this moment of the decision; see tests/faults/inject."""
    (home / "die-at").write_text(f"{decision.case_no} {moment}\n", encoding="utf-8")
