"""Dockets (快速理赔): clear claims are gathered for one decision, which is still one about each of them (R87)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from prefect import task

from rules.claims.docket_text import docket_text
from rules.claims.docketing import KEPT_OUT, Decided, names_wrong, sort_out, what_became_of
from rules.claims.fast_track import DOCKET_CLAIMS_MAX
from rules.claims.form_text import what_is_proposed
from rules.supervision.approvals import NotAccepted
from schemas.approvals import Approval, DocketApproval, Gate, Outcome, severity_tag
from schemas.claims import (
    Claim,
    Command,
    Docket,
    DocketClaim,
    DocketOutcome,
    DocketState,
    Route,
    State,
)
from schemas.evidence import Completeness
from schemas.exceptions import Role
from store import approvals, outbox, payments
from store import claims as claim_store
from store import dockets as docket_store
from store import evidence as evidence_store
from store import staff as staff_store
from store.approvals import Alike
from store.claims import Chosen
from store.unit_of_work import Connection, unit_of_work
from tasks.claims.deciding import decision_step
from tasks.claims.evidence import completeness_of_claims
from tasks.claims.moving import Step, step_in_batches, take_steps
from tasks.exceptions.letters import start_run
from tasks.paid import with_payments
from tasks.settings import business_settings
from tasks.stepping import SYSTEM

PLAN_VERSION = 1
"""A docket is never changed: what is put to decision is what was gathered."""


@task
def gather_dockets(*, least: int = 1) -> list[str]:
    """Gather the clear claims that wait into dockets, and ask for a decision about each; give their numbers.

    Fewer than `least` wait for more.
    """

    def gather(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
        for some in _in_dockets(claims):
            if len(some) >= least:
                docket_no = _made(connection, some, now)
                yield from (_gathered(claim, docket_no) for claim in some)

    gathered = step_in_batches(Chosen(states=frozenset({State.AWAITING_APPROVAL}), undocketed=True), gather)
    with unit_of_work() as connection:
        return docket_store.holding(connection, gathered) if gathered else []


def _in_dockets(claims: Iterable[Claim]) -> Iterator[list[Claim]]:
    """Divide claims into dockets of one currency each."""
    alike: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        alike[claim.currency].append(claim)
    for some in alike.values():
        yield from (some[start : start + DOCKET_CLAIMS_MAX] for start in range(0, len(some), DOCKET_CLAIMS_MAX))


def _made(connection: Connection, claims: Sequence[Claim], now: datetime) -> str:
    day = now.astimezone(business_settings().zone).strftime("%Y%m%d")
    docket = docket_store.make(connection, [_entry(claim) for claim in claims], day=day, at=now)
    approvals.open_gates(connection, [(docket.docket_no, PLAN_VERSION, "clear")], at=now)
    outbox.put(connection, [start_run(docket.docket_no, plan_version=PLAN_VERSION, now=now)])
    return docket.docket_no


def _entry(claim: Claim) -> DocketClaim:
    assert claim.plan is not None  # a clear one has one
    return DocketClaim(
        case_no=claim.case_no,
        plan_version=claim.plan.version,
        amount=claim.plan.amount,
        currency=claim.plan.currency,
    )


def _gathered(claim: Claim, docket_no: str) -> Step:
    return Step(claim, Command.DOCKET, reason="clear", updates={"docket_no": docket_no}, details={"docket": docket_no})


class DecidedDockets:
    """Dockets, as `tasks.supervision.procedures` asks about them."""

    deployment = "settle_docket/settle_docket"
    form: type[Approval] = DocketApproval

    def one(self, connection: Connection, case_no: str, *, lock: bool = False) -> Docket:
        """Read a docket; with `lock` its claims and the payments of their parcels are locked too."""
        docket = docket_store.one_docket(connection, case_no, lock=lock)
        if lock:
            payments.lock(connection, *claim_store.lock(connection, _numbers(docket)))
        return docket

    def parcels(self, connection: Connection, case: Docket) -> Mapping[str, str]:
        """Give the waybills of its claims."""
        waybills = evidence_store.about_waybills(connection, _numbers(case))
        return {number: waybill for number, waybill in waybills.items() if waybill}

    def evidence_of(self, connection: Connection, case: Docket) -> Completeness:
        """Ask for nothing: each claim's evidence is held against that claim."""
        del connection, case
        return Completeness()

    def form_text(self, connection: Connection, gate: Gate, case: Docket) -> str:
        """Write what the supervisor sees above the form."""
        claims = _claims_of(connection, case)
        found = completeness_of_claims(connection, list(claims.values()))
        return docket_text(case, claims, found, refusal=gate.refusal)

    def case_file(self, connection: Connection, case: Docket, *, form: str) -> str:
        """Write of each claim what is proposed, and why."""
        sections = [form]
        for number, claim in _claims_of(connection, case).items():
            sections += ["", f"## {number}", "", *what_is_proposed(claim)]
        return "\n".join(sections)

    def title(self, case: Docket) -> str:
        """Say in a line what it is."""
        return f"{case.docket_no} 快速理赔 {len(case.claims)} 件"

    def tags(self, case: Docket) -> Sequence[str]:
        """Give the tags of the run in which it is decided."""
        return (case.docket_no, "docket", severity_tag(case.severity))

    def awaits_approval(self, case: Docket) -> bool:
        """Say whether somebody owes a decision about it."""
        return case.state is DocketState.WAITING

    def fault_in(self, case: Docket, answer: Approval) -> NotAccepted | None:
        """Find what an answer excepts that is no claim of the docket."""
        return names_wrong(case, _read(answer))

    def amend(self, connection: Connection, case: Docket, amount: Decimal, *, by: str) -> int:
        """Change nothing: a docket has no amount of its own."""
        del connection, amount, by
        return case.plan.version

    def take(
        self, connection: Connection, case: Docket, outcome: Outcome, answer: Approval, *, role: Role,
        details: Mapping[str, Any], now: datetime,
    ) -> None:  # fmt: skip
        """Decide each claim: all of them in this one transaction."""
        del outcome  # what becomes of each claim follows from the answer
        decided = _sorted(connection, case, _read(answer))
        _approve(connection, case, decided, by=answer.staff_id, role=role, details=details, now=now)
        _single_out(connection, case, decided, answer, role=role, now=now)
        left = {one.case_no: DocketOutcome.LEFT for one in case.claims}
        docket_store.decide(
            connection,
            case.docket_no,
            left | {one.claim.case_no: one.outcome for one in decided},
            by=answer.staff_id,
            at=now,
            state=DocketState.DECIDED if answer.decision == "approve" else DocketState.DISSOLVED,
        )

    def details_of(self, connection: Connection, case_no: str) -> str:
        """Name the claims that were not approved, and say why."""
        return what_became_of(docket_store.one_docket(connection, case_no))


def _read(answer: Approval) -> DocketApproval:
    """Take an answer without the docket's own field for one that excepts nothing."""
    return DocketApproval.model_validate(answer.model_dump())


def _numbers(docket: Docket) -> list[str]:
    return [one.case_no for one in docket.claims]


def _claims_of(connection: Connection, docket: Docket) -> dict[str, Claim]:
    found = claim_store.select_claims(connection, Chosen(case_nos=_numbers(docket)), limit=len(docket.claims))
    return {claim.case_no: claim for claim in found}


def _sorted(connection: Connection, docket: Docket, answer: DocketApproval) -> list[Decided]:
    """Say what becomes of each claim; they and the payments of their parcels are locked with the docket."""
    claims = list(_claims_of(connection, docket).values())
    found = completeness_of_claims(connection, claims)
    staff = staff_store.one(connection, answer.staff_id)
    assert staff is not None  # the gate knows who answered
    known = {claim.case_no: claim for claim in with_payments(connection, claims)}
    return sort_out(docket, known, found, answer, staff)


def _approve(
    connection: Connection, docket: Docket, decided: Sequence[Decided], *, by: str, role: Role,
    details: Mapping[str, Any], now: datetime,
) -> None:  # fmt: skip
    """Approve each claim by the answer about the docket: a decision, a move and an entry of its history for each."""
    approved = [one.claim for one in decided if one.outcome is DocketOutcome.APPROVED]
    answered = approvals.current_gate(connection, docket.docket_no)
    assert answered is not None  # it was answered
    note = f"docket {docket.docket_no}"
    entries = [_entry(claim) for claim in approved]
    alike = [Alike(one.case_no, one.plan_version, one.amount, note) for one in entries]
    recorded = approvals.approve_alike(connection, answered, alike)
    assert recorded == len(alike)  # each was asked about when it was triaged
    evidence = evidence_store.digests_of(connection, [claim.case_no for claim in approved])
    steps = [
        decision_step(
            claim,
            Outcome.APPROVED,
            by=by,
            note=note,
            details={
                **details, "plan_version": one.plan_version, "amount": str(one.amount),
                "evidence": evidence.get(claim.case_no, {}), "docket": docket.docket_no,
            },
            now=now,
        )
        for claim, one in zip(approved, entries, strict=True)
    ]  # fmt: skip
    take_steps(connection, steps, now=now, who=by, role=role)


def _single_out(
    connection: Connection, docket: Docket, decided: Sequence[Decided], answer: Approval, *, role: Role, now: datetime
) -> None:
    """Give a run of its own to each claim that is decided by itself.

    Whom a rule keeps from deciding about a claim takes no step with it either: the rule does.
    """
    kept_out = [one for one in decided if one.outcome in KEPT_OUT]
    own = [one for one in kept_out if not _is_by_rule(one, answer)]
    by_rule = [one for one in kept_out if _is_by_rule(one, answer)]
    steps = [_singled_out(one, docket, answer.comment, now=now) for one in own]
    take_steps(connection, steps, now=now, who=answer.staff_id, role=role)
    take_steps(connection, [_singled_out(one, docket, "", now=now) for one in by_rule], now=now, who=SYSTEM)


def _is_by_rule(one: Decided, answer: Approval) -> bool:
    return one.outcome is DocketOutcome.BARRED or answer.staff_id in one.claim.subject_people


def _singled_out(one: Decided, docket: Docket, note: str, *, now: datetime) -> Step:
    claim = one.claim
    assert claim.plan is not None  # it awaits its approval
    return Step(
        claim,
        Command.SINGLE_OUT,
        reason=one.why or one.outcome.value,
        note=note,
        updates={"route": Route.SINGLE, "docket_no": ""},
        details={"docket": docket.docket_no, "outcome": one.outcome.value},
        letters=[start_run(claim.case_no, plan_version=claim.plan.version, now=now)],
    )


def waiting_gates(connection: Connection, claims: Sequence[Claim]) -> dict[str, Gate]:
    """Give the gate at which somebody is asked about each of these claims: of those in a docket the docket's."""
    asked_as = {claim.case_no: claim.docket_no or claim.case_no for claim in claims}
    gates = approvals.open_gates_of(connection, set(asked_as.values()))
    return {number: gates[asked] for number, asked in asked_as.items() if asked in gates}


@task
def approved_in(docket_no: str) -> list[str]:
    """List the claims of a docket that were approved with it."""
    with unit_of_work() as connection:
        docket = docket_store.one_docket(connection, docket_no)
    return [one.case_no for one in docket.claims if one.outcome is DocketOutcome.APPROVED]
