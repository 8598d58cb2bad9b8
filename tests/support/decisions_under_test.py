"""Decisions on a whole engine: cases whose runs are born suspended, answered as a supervisor would.

Cases come in through the gateway, answers go through Prefect's API or the command, as in real life. What came of them
is asked of the store (`inside_engine`), of Prefect, of the carrier's desk and of the notices.
"""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import httpx
import inside_engine
from engine_under_test import REDRESS, WAIT_SECONDS_MAX, EngineUnderTest, wait_until
from inside_engine import InsideEngine

from deployments.engine.credentials import read_credentials
from deployments.sample_day.kuaidi100 import Kuaidi100Envelope
from deployments.settings import EngineSettings
from tasks.supervision.passcodes import new_secret, passcode_at

CARRIER = "shentong"
LOT = 20
ENDED = {"COMPLETED", "CANCELLED", "CRASHED", "FAILED"}


class Scan(NamedTuple):
    """What a push says."""

    code: str  # Kuaidi100's
    status: str
    text: str


DAMAGED = Scan("209", "破损", "快件外包装破损")
UNDER_WAY = Scan("0", "在途", "快件离开【示例市转运中心】")


class Push(NamedTuple):
    """One push, and whether the gateway says that it has it."""

    payload_hash: str
    acknowledged: bool


@dataclass(frozen=True)
class Decision:
    """A case that waits for its supervisor, and the run in which it asks."""

    case_no: str
    flow_run_id: str
    staff_id: str


@dataclass
class DecisionsUnderTest:
    """Everything a test does with the decisions of one engine that is up."""

    engine: EngineUnderTest
    _secret: str = field(default_factory=new_secret)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _stock: list[Decision] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to ask."""
        self._inside = InsideEngine(self.engine)
        settings = EngineSettings(home=self.engine.home)
        self._credentials = read_credentials(settings)
        self._notices = settings.notices

    def close(self) -> None:
        """End what helps with asking."""
        self._inside.close()

    # How cases come to be

    def take(self, how_many: int) -> list[Decision]:
        """Give so many decisions that are owed; they are born in lots, because a lot takes hardly longer than one."""
        if len(self._stock) < how_many:
            self._stock += self.born(max(how_many, LOT))
        taken, self._stock = self._stock[:how_many], self._stock[how_many:]
        return taken

    def born(self, how_many: int) -> list[Decision]:
        """Have so many parcels damaged, and wait until each of their cases asks for a decision in a suspended run.

        Every case has a supervisor of its own, so that decisions that stand still do not hold up each other.
        """
        sent = self.send(how_many)
        found: list[Decision] = wait_until(
            lambda: len(owed := self.owed(sent)) == how_many and owed, what=f"{how_many} cases to ask for a decision"
        )
        return found

    def send(self, how_many: int) -> dict[str, str]:
        """Have so many parcels damaged; give who is to decide, by waybill. What is not acknowledged is sent again."""
        numbers = [next(self._numbers) for _ in range(how_many)]
        staff_ids = {f"7730{number:08d}": f"sup-{number:04d}" for number in numbers}
        self._inside.ask(inside_engine.put_supervisors_on_file, staff_ids=list(staff_ids.values()), secret=self._secret)
        wait_until(lambda: self._register(list(staff_ids)), what="the gateway to take the bookings")
        for waybill in staff_ids:
            wait_until(lambda: self.push(waybill).acknowledged, what="the gateway to take the push")  # noqa: B023 - at once
        return staff_ids

    def owed(self, sent: dict[str, str]) -> list[Decision]:
        """Give the decisions that are owed about these parcels now and asked for in a run."""
        found = self._inside.ask(inside_engine.waiting_runs, waybills=list(sent))
        return [Decision(*found[waybill], staff_id) for waybill, staff_id in sent.items() if waybill in found]

    def _register(self, waybills: list[str]) -> bool:
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
        key = {"X-API-Key": self._credentials.api_key}
        answer = httpx.post(f"{self.engine.gateway_url}/shipments", json=bookings, headers=key, timeout=30)
        assert answer.status_code in {201, 503}, answer.text
        return answer.status_code == 201

    def push(self, waybill: str, scan: Scan = DAMAGED) -> Push:
        """Push what happened to a parcel an hour ago, as Kuaidi100 would."""
        at = (datetime.now(UTC) + timedelta(hours=7)).strftime("%Y-%m-%d %H:%M:%S")  # Chinese time
        content = {"time": at, "ftime": at, "context": scan.text, "status": scan.status, "statusCode": scan.code}
        envelope = Kuaidi100Envelope(waybill, CARRIER, state=scan.code[0], salt=self._credentials.kuaidi100_salt)
        body = envelope.body([content])
        [payload] = parse_qs(body.decode())["param"]
        try:
            answer = httpx.post(
                self.engine.gateway_url + envelope.path,
                content=body,
                headers={"Content-Type": envelope.content_type},
                timeout=30,
            )
        except httpx.TransportError:
            return Push(sha256(payload.encode()).hexdigest(), acknowledged=False)
        return Push(sha256(payload.encode()).hexdigest(), answer.is_success and answer.json()["result"] is True)

    def born_claim(self, amount: str) -> str:
        """Bring a claim of this amount to its gate, and give its number."""
        return str(self._inside.ask(inside_engine.bring_large_claim, amount=amount))

    def born_docket(self, claims: int) -> tuple[str, list[str]]:
        """Gather so many clear claims into a docket; give its number and theirs."""
        made = self._inside.ask(inside_engine.bring_docket, claims=claims)
        return made["docket_no"], made["claims"]

    def file_claims(self, how_many: int) -> list[str]:
        """File so many clear claims with their papers, which the engine gathers and asks about; give their numbers."""
        first = next(self._numbers)
        for _ in range(how_many - 1):
            next(self._numbers)
        return list(self._inside.ask(inside_engine.file_clear_claims, first=first, count=how_many))

    def owed_dockets(self, staff_id: str) -> list[Decision]:
        """Give the dockets that wait in a run, for this person to decide."""
        found = self._inside.ask(inside_engine.waiting_dockets)
        return [Decision(docket_no, run, staff_id) for docket_no, run in found.items()]

    def settled_claims(self, numbers: list[str]) -> dict[str, dict[str, Any]]:
        """Give what came of claims, by their numbers."""
        return dict(self._inside.ask(inside_engine.settled_claims, numbers=numbers))

    def put_on_file(self, **roles: str) -> dict[str, str]:
        """Have a person of each role on file by a name of this test; give the staff ids by name."""
        staff_ids = {name: f"{name}-{next(self._numbers):04d}" for name in roles}
        self._inside.ask(
            inside_engine.put_approvers_on_file,
            roles={staff_ids[name]: role for name, role in roles.items()},
            secret=self._secret,
        )
        return staff_ids

    def run_of(self, case_no: str, *, step: int = 1) -> str:
        """Wait for the run in which a case asks at this step, and give its id."""
        run: str = wait_until(
            lambda: self._inside.ask(inside_engine.run_at_gate, case_no=case_no, step=step),
            what=f"a run to ask about {case_no}",
        )
        return run

    def record_of(self, case_no: str) -> dict[str, Any]:
        """Give state, decisions and history of a claim or a docket."""
        return dict(self._inside.ask(inside_engine.record_of_claim, case_no=case_no))

    # What a supervisor does

    def passcode(self) -> str:
        """Give the passcode that every supervisor's authenticator shows at this moment."""
        return passcode_at(self._secret, datetime.now(UTC))

    def wrong_passcode(self) -> str:
        """Give six digits that no authenticator shows around now."""
        now = datetime.now(UTC)
        near = {passcode_at(self._secret, now + timedelta(seconds=30 * step)) for step in range(-10, 11)}
        return next(code for code in map("{:06d}".format, range(100)) if code not in near)

    def resume(self, decision: Decision, *, passcode: str | None = None, choice: str = "approve") -> str:
        """Answer the run's form as the UI does, and give the server's verdict: ACCEPT, ABORT, or an HTTP status."""
        answer = {
            "decision": choice,
            "passcode": passcode or self.passcode(),
            "staff_id": decision.staff_id,
            "comment": "测试 test",
        }
        response = self.prefect("POST", f"/flow_runs/{decision.flow_run_id}/resume", json={"run_input": answer})
        return str(response.json()["status"]) if response.is_success else str(response.status_code)

    def approve(self, decision: Decision, *, choice: str = "approve") -> subprocess.Popen[str]:
        """Begin to decide by command."""
        arguments = ["--staff", decision.staff_id, "--passcode", self.passcode(), "--decision", choice]
        return subprocess.Popen(
            [REDRESS, "approve", decision.case_no, *arguments, "--comment", "test"],
            env=self.engine.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def held(self, standing: Mapping[str, Decision]) -> Iterator[None]:
        """Answer decisions and hold each run at its moment for as long as the block lasts; the engine can do faults."""
        lines = {f"{decision.case_no} {moment}" for moment, decision in standing.items()}
        hold_at, held = self.engine.home / "hold-at", self.engine.home / "held"
        held.unlink(missing_ok=True)
        hold_at.write_text("\n".join(lines), encoding="utf-8")
        try:
            for decision in standing.values():
                assert self.resume(decision) == "ACCEPT"
            wait_until(
                lambda: held.exists() and lines <= set(held.read_text("utf-8").splitlines()),
                what=f"all to stand at {lines}",
            )
            yield
        finally:
            hold_at.unlink()

    def suspend(self, decision: Decision) -> None:
        """Suspend the decision's run while it is under way, as the UI does."""
        state = {"type": "PAUSED", "name": "Suspended", "state_details": {"pause_reschedule": True}}
        body = {"state": state, "force": True}
        answer = self.prefect("POST", f"/flow_runs/{decision.flow_run_id}/set_state", json=body)
        assert answer.json()["status"] == "ACCEPT"

    # What Prefect says

    def prefect(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """Ask Prefect's API."""
        return httpx.request(method, f"{self.engine.prefect_url}/api{path}", timeout=30, **arguments)

    def run_state(self, decision: Decision) -> dict[str, Any]:
        """Give the state of the decision's run."""
        state: dict[str, Any] = self.prefect("GET", f"/flow_runs/{decision.flow_run_id}").json()["state"]
        return state

    def under_way(self, decisions: list[Decision]) -> list[str]:
        """Give the numbers of those cases whose run has not ended."""
        of_run = {decision.flow_run_id: decision.case_no for decision in decisions}
        wanted = {"flow_runs": {"id": {"any_": list(of_run)}, "state": {"type": {"not_any_": sorted(ENDED)}}}}
        return [of_run[run["id"]] for run in self.prefect("POST", "/flow_runs/filter", json=wanted).json()]

    def is_asked(self, decision: Decision, *, attempt: int = 1, with_form: bool = True) -> bool:
        """Say whether the run is suspended for this attempt with all of the form in place, where that is asked for."""
        state = self.run_state(decision)
        if state["name"] != "Suspended" or state["state_details"]["pause_key"] != f"approval-{attempt}":
            return False
        if not with_form:
            return True
        keys = state["state_details"]["run_input_keyset"]
        return all(
            self.prefect("GET", f"/flow_runs/{decision.flow_run_id}/input/{keys[part]}").is_success
            for part in ("schema", "description")
        )

    def task_runs(self, decision: Decision) -> dict[str, dict[str, Any]]:
        """Give the task runs of the decision's run by the name of their task."""
        wanted = {"flow_runs": {"id": {"any_": [decision.flow_run_id]}}}
        runs = self.prefect("POST", "/task_runs/filter", json=wanted).json()
        return {run["name"].rsplit("-", 1)[0]: run for run in runs}

    def let_sweep(self, *, active: bool) -> None:
        """Switch the schedules of all deployments on or off; what is planned already is removed with them."""
        for deployment in self.prefect("POST", "/deployments/filter", json={}).json():
            for schedule in deployment["schedules"]:
                path = f"/deployments/{deployment['id']}/schedules/{schedule['id']}"
                assert self.prefect("PATCH", path, json={"active": active}).is_success

    def sweep(self, name: str) -> None:
        """Start a sweep by hand, as a scheduler would, and wait for its end."""
        deployment = self.prefect("GET", f"/deployments/name/{name}/{name}").json()["id"]
        run = self.prefect("POST", f"/deployments/{deployment}/create_flow_run", json={}).json()["id"]
        wait_until(
            lambda: self.prefect("GET", f"/flow_runs/{run}").json()["state"]["type"] in ENDED, what=f"{name} to end"
        )

    # What came of it

    def wait_until_told(self, decision: Decision, *, seconds_max: float = WAIT_SECONDS_MAX) -> None:
        """Wait until the plan is carried out, the customer told, and the run has ended."""
        wait_until(
            lambda: self.told_in_order([decision]),
            what=f"{decision.case_no} to be told of the result",
            seconds_max=seconds_max,
        )
        wait_until(
            lambda: self.run_state(decision)["type"] in ENDED,
            what=f"the run of {decision.case_no} to end",
            seconds_max=seconds_max,
        )

    def wait_until_asked(self, decision: Decision, *, attempt: int, with_form: bool = True) -> None:
        """Wait until the run is suspended for this attempt, with all of the form or with what there is of it."""
        wait_until(
            lambda: self.is_asked(decision, attempt=attempt, with_form=with_form),
            what=f"the run of {decision.case_no} to ask for the {attempt}. time",
        )

    def told_in_order(self, decisions: list[Decision]) -> list[str]:
        """Give the numbers of those cases whose customer was told of the result, first told first."""
        return list(self._inside.ask(inside_engine.told_in_order, case_nos=[item.case_no for item in decisions]))

    def file_of(self, decision: Decision) -> dict[str, Any]:
        """Give everything that the store has about the case."""
        return dict(self._inside.ask(inside_engine.file_of, case_no=decision.case_no))

    def is_waited_for(self) -> bool:
        """Say whether somebody waits for a row of the store that another holds."""
        return bool(self._inside.ask(inside_engine.locks_waited_for))

    def kept_payloads(self) -> list[str]:
        """Give the hashes of all payloads in the inbox."""
        return list(self._inside.ask(inside_engine.kept_payloads))

    def orders_of(self, decision: Decision) -> Counter[str]:
        """Count the carrier desk's work orders for the case by measure."""
        orders = httpx.get(f"{self.engine.desk_url}/work-orders").json()
        return Counter(order["measure"] for order in orders if order["case_no"] == decision.case_no)

    def make_desk_busy(self, decision: Decision, *, times: int) -> None:
        """Let the carrier desk answer 503 so many times to orders for the case."""
        assert httpx.put(f"{self.engine.desk_url}/busy/{decision.case_no}", params={"times": times}).is_success

    def notices_of(self, decision: Decision) -> Counter[tuple[str, str]]:
        """Count what the notices file has about the case by subject and body."""
        return self.notices_about(decision.case_no)

    def notices_about(self, case_no: str) -> Counter[tuple[str, str]]:
        """Count what the notices file has about a case by subject and body."""
        lines = map(json.loads, self._notices.read_text("utf-8").splitlines() if self._notices.exists() else [])
        told = ((line["title"], line["body"]) for line in lines)
        return Counter(notice for notice in told if case_no in "".join(notice))
