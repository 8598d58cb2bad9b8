"""Complaints that wait for their archive, brought there step by step; and ways to look into an archive."""

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from complaints import a_record, complaint_of, filed, staff_called
from factories import NOON, a_piece, entered
from sqlalchemy import text

from rules.complaints.archive import Contents, Telling
from schemas.complaints import (
    Action,
    Command,
    Complaint,
    ComplaintPlan,
    Ending,
    Finding,
    LiableParty,
    PartyKind,
    PlannedAction,
    Validity,
)  # fmt: skip
from schemas.exceptions import Role
from store import complaint_actions
from store.archive_contents import contents_of
from store.plans import draft_plans
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.complaints.by_hand import resolve_at_once
from tasks.complaints.closing import withdraw_complaint
from tasks.complaints.moving import Step, cases_after, take_steps
from tasks.evidence.keeping import add_evidence

FINDING = Finding(
    validity=Validity.VALID,
    parties=(LiableParty(kind=PartyKind.OUTLET, name="示例城东网点", share=Decimal(100)),),
    decided_by="agent-li",
    decided_at=NOON,
)
PLAN = ComplaintPlan(
    version=1,
    actions=(PlannedAction(action=Action.APOLOGISE, owner="customer_service", due_at=NOON + timedelta(days=1)),),
    basis=("finding",),
)


def moved(number: str, command: Command, *, role: Role = Role.AGENT, reason: str = "", **updates: Any) -> Complaint:
    """Take one step with a complaint."""
    step = Step(complaint_of(number), command, reason=reason, updates=updates)
    with unit_of_work() as connection:
        now = clock.now()
        [complaint] = cases_after(take_steps(connection, [step], now=now, who="agent-li", role=role), now=now)
    return complaint


def all_sent(number: str) -> None:
    """Let everything that was to leave for a complaint have arrived."""
    with unit_of_work() as connection:
        connection.execute(text("UPDATE outbox SET status = 'done' WHERE case_no = :no"), {"no": number})


def resolved_at_once(**told: Any) -> str:
    """File a complaint that is answered within the call, and give its number."""
    return answer_at_once(filed(**told).complaint_no)


def answer_at_once(number: str) -> str:
    """Answer a complaint within the call."""
    staff_called("ag-sun")
    resolve_at_once(number, validity=Validity.UNPROVEN, solution="已在电话中说明", staff_id="ag-sun")
    all_sent(number)
    return number


def withdrawn(**told: Any) -> str:
    """File a complaint that the customer takes back, and give its number."""
    number = filed(**told).complaint_no
    withdraw_complaint(number, why="快件到了", who="ag-sun", role=Role.CUSTOMER)
    all_sent(number)
    return number


def accepted(**told: Any) -> str:
    """File a complaint that goes all the way and whose result the customer accepts, and give its number."""
    number = filed(**told).complaint_no
    moved(number, Command.HAND_OFF, handler="agent-li")
    moved(number, Command.VERIFY)
    moved(number, Command.ESTABLISH, finding=FINDING)
    moved(number, Command.DECIDE_FINDING, finding=FINDING)
    with unit_of_work() as connection:
        draft_plans(connection, [(number, PLAN)])
        complaint_actions.order(connection, number, PLAN.version, PLAN.actions)
    moved(number, Command.PLAN)
    moved(number, Command.ADOPT, role=Role.SYSTEM)
    moved(number, Command.CARRY_OUT, role=Role.SYSTEM)
    with unit_of_work() as connection:
        connection.execute(text("UPDATE complaint_action SET state = 'done' WHERE case_no = :no"), {"no": number})
    moved(number, Command.CONFIRM_CARRIED_OUT, role=Role.SYSTEM)
    moved(number, Command.FEED_BACK, role=Role.SYSTEM)
    moved(number, Command.ACCEPT, role=Role.CUSTOMER, ending=Ending.ACCEPTED.value)
    all_sent(number)
    return number


def give_evidence(number: str, content: bytes, **changes: Any) -> int:
    """Keep a file as evidence of a case, and give its number."""
    [given] = add_evidence(number, [a_piece(content=content, **changes)], entered=entered())
    return given.evidence_id


def contents(number: str) -> Contents:
    """Read what is on record about a complaint."""
    with unit_of_work() as connection:
        return contents_of(connection, [number])[number]


def unpacked(archive: bytes) -> dict[str, bytes]:
    """Give the files of an archive by their names."""
    with ZipFile(BytesIO(archive)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def read_json(files: Mapping[str, bytes], name: str) -> Any:
    """Read one of its documents."""
    return json.loads(files[name])


def a_telling(**changes: Any) -> Telling:
    """Make one telling of a complaint."""
    told = {"told_at": NOON, "channel": "hotline", "taken_by": "agent-li", "content": a_record(), "missing": ()}
    return Telling(**{**told, "sha256": "00" * 32, **changes})
