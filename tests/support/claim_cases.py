"""Claims for tests of their decisions: told as the desk takes them in, assessed by the rules, and brought to a gate."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from claims import claim_of, papers_come
from complaints import SECRET, nodes_answer, staff_called
from factories import a_registration, an_answer
from standins import register

from rules.claims.liability import confirmed, decided
from schemas.approvals import Approval, Gate, Ruling, Via
from schemas.assessment import ClaimEvent
from schemas.claims import Claim, ClaimChannel, ClaimForm, Command, Docket, Liability, State
from schemas.complaints import LiableParty, PartyKind
from schemas.evidence import EvidenceKind
from schemas.exceptions import Role
from store import approvals, dockets
from store import claims as claim_store
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.assessing import assess_claims
from tasks.claims.dockets import gather_dockets
from tasks.claims.evidence import complete_evidence, gather_evidence
from tasks.claims.intake import file_claim
from tasks.claims.liability import establish_liability, settle_liability
from tasks.claims.moving import Step, take_steps
from tasks.claims.told import TakenIn
from tasks.claims.triaging import triage_claims
from tasks.supervision.gate import rule_on
from tasks.supervision.passcodes import passcode_at
from tasks.supervision.procedures import procedure_of

OUTLET = "示例城东网点"
TOLD: dict[str, Any] = {
    "channel": ClaimChannel.HOTLINE,
    "event": ClaimEvent.LOSS,
    "account": "寄出后一直没有更新，客服说找不到了",
    "claimant": {"name": "赵六", "phone": "19900005678", "relation": "sender"},
    "payee": {"name": "赵六", "account": "6222020200112233445"},
}


def filed(
    waybill: str = "773000000001", amount: str = "800", *, booked: dict[str, Any] | None = None, **told: Any
) -> str:
    """Book a parcel that is insured for this amount, claim it for a loss of it, and give the claim's number."""
    worth = {"declared_value": amount, "insured_amount": amount}
    register(a_registration(**{"waybill": waybill, **worth, **(booked or {})}))
    form = ClaimForm.model_validate({**TOLD, "waybill": waybill, "claimed": amount, **told})
    return file_claim(form, taken=TakenIn("agent-li")).claim_no


def assessed(number: str, *papers: EvidenceKind) -> Claim:
    """Have everybody who is asked about a claim answer, its papers come in, and the rules say what it comes to."""
    gather_evidence.fn(number)
    if papers:
        papers_come(number, *papers)
    nodes_answer(number)
    complete_evidence.fn(number)
    establish_liability.fn(number)
    settle_liability.fn(number)
    if claim_of(number).state is State.LIABILITY:
        people_say_who_answers(number)
        settle_liability.fn(number)
    assess_claims.fn(number)
    claim = claim_of(number)
    assert claim.plan is not None, claim.state
    return claim


def people_say_who_answers(number: str, *parties: LiableParty) -> None:
    """Have one of the desk decide who answers, the outlet unless told otherwise, and another confirm it."""
    now = clock.now()
    answering = parties or (LiableParty(kind=PartyKind.OUTLET, name=OUTLET, share=Decimal(100), basis="交接记录"),)
    for staff_id, command in (("ag-wu", Command.DECIDE_LIABILITY), ("ag-qi", Command.CONFIRM_LIABILITY)):
        with unit_of_work() as connection:
            claim = claim_store.one_claim(connection, number, lock=True)
            found = claim.liability or Liability()
            said = (
                decided(found, parties=answering, note="", by=staff_id, at=now)
                if command is Command.DECIDE_LIABILITY
                else confirmed(found, by=staff_id, at=now)
            )
            step = Step(claim, command, reason="by_hand", updates={"liability": said})
            take_steps(connection, [step], now=now, who=staff_id, role=Role.AGENT)


def decided_anew(number: str, *parties: LiableParty) -> None:
    """Have people decide anew who answers for a claim at its gate, and bring it to the gate of the next proposal."""
    people_say_who_answers(number, *parties)
    settle_liability.fn(number)
    assess_claims.fn(number)
    triage_claims.fn(number)


def at_its_gate(waybill: str = "773000000001", amount: str = "800", *papers: EvidenceKind, **told: Any) -> str:
    """Bring a claim of this amount to where somebody must decide, and give its number."""
    number = filed(waybill, amount, **told)
    assessed(number, *papers)
    triage_claims.fn(number)
    return number


def large_claim(amount: str = "12000", waybill: str = "773000000001", **told: Any) -> str:
    """Bring a claim whose papers are there, and that more than one must approve, to its gate."""
    return at_its_gate(waybill, amount, EvidenceKind.VALUE_PROOF, **told)


def clear_claims(count: int, *, amount: str = "800", first: int = 1) -> list[str]:
    """Bring so many clear claims to where a docket is made of them."""
    return [at_its_gate(f"7731{place:08d}", amount, **_of_somebody(place)) for place in range(first, first + count)]


def _of_somebody(place: int) -> dict[str, Any]:
    phone, account = f"1990001{place:04d}", f"62220202001{place:08d}"
    return {
        "claimant": {**TOLD["claimant"], "phone": phone},
        "payee": {"name": TOLD["claimant"]["name"], "account": account},
    }


def docket_with(count: int, **given: Any) -> tuple[str, list[str]]:
    """Make a docket of so many clear claims; give its number and theirs."""
    numbers = clear_claims(count, **given)
    [docket_no] = gather_dockets.fn()
    return docket_no, numbers


def states_of(numbers: Sequence[str]) -> list[State]:
    """Read the states of claims."""
    return [claim_of(number).state for number in numbers]


def docket_of(docket_no: str) -> Docket:
    """Read a docket."""
    with unit_of_work() as connection:
        return dockets.one_docket(connection, docket_no)


def gate_of(number: str) -> Gate:
    """Read the newest gate of a claim or a docket."""
    with unit_of_work() as connection:
        gate = approvals.current_gate(connection, number)
    assert gate is not None
    return gate


def decisions_of(number: str) -> list[dict[str, Any]]:
    """Read what was decided about a claim or a docket, oldest first."""
    with unit_of_work() as connection:
        return approvals.decisions_of(connection, number)


def answer_of(number: str, staff_id: str, at: datetime, **given: Any) -> Approval:
    """Fill in the form of a claim or a docket with the right passcode."""
    told = {**an_answer(staff_id=staff_id, passcode=passcode_at(SECRET, at), comment="").model_dump(), **given}
    return procedure_of(number).form.model_validate(told)


def answers(
    number: str,
    at: datetime,
    *,
    staff_id: str = "sup-zhang",
    role: Role = Role.SUPERVISOR,
    limit: str = "100000",
    via: Via = Via.COMMAND,
    ties: frozenset[str] = frozenset(),
    **given: Any,
) -> Ruling:
    """Answer the gate of a claim or a docket as somebody of this role who is on file."""
    staff_called(staff_id, role, amount_limit=limit, ties=ties)
    gate, told = gate_of(number), answer_of(number, staff_id, at, **given)
    return rule_on(number, gate.plan_version, told, step=gate.step, via=via, answered_at=at, attempt=gate.attempt)
