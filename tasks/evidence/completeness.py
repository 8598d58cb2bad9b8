"""What cases still lack of the evidence that their playbooks ask for, and a person's word that one goes on without."""

from collections.abc import Sequence

from rules.evidence import completeness
from schemas.evidence import Completeness, EvidenceKind, Waiver
from schemas.exceptions import ExceptionCase
from store import evidence as evidence_store
from store import staff as staff_store
from store.cases import NoSuchCase
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.playbooks import playbook_of


class MayNotWaive(RuntimeError):
    """The waiver has no reason, or the person does not work here, or somebody waived it before."""


def completeness_of(connection: Connection, cases: Sequence[ExceptionCase]) -> dict[str, Completeness]:
    """Say of each case what of its playbook's evidence is there and what is missing, in two statements (R12, R13)."""
    numbers = [case.case_no for case in cases]
    there = evidence_store.kinds_there(connection, numbers)
    waivers = evidence_store.waivers_of(connection, numbers)
    return {
        case.case_no: completeness(
            playbook_of(case).evidence,
            there=there.get(case.case_no, {}),
            waived={waiver.kind for waiver in waivers.get(case.case_no, ())},
            scanned=case.last_event_at is not None,
        )
        for case in cases
    }


def waive_evidence(case_no: str, kind: EvidenceKind, *, staff_id: str, why: str) -> Waiver:
    """Let a case go on without a kind of evidence; who did it and why stays on record.

    Raises:
        NoSuchCase: there is none with that number.
        MayNotWaive: there is no reason, the person does not work here, or it was waived before.

    """
    if not why.strip():
        raise MayNotWaive("a waiver needs a reason")
    with unit_of_work() as connection:
        if not evidence_store.is_case(connection, case_no):
            raise NoSuchCase(f"there is no case {case_no}")
        member = staff_store.one(connection, staff_id)
        if member is None or not member.active:
            raise MayNotWaive(f"{staff_id} is nobody who works here")
        waiver = Waiver(case_no=case_no, kind=kind, who=staff_id, why=why.strip(), at=clock.now())
        if not evidence_store.waive(connection, waiver):
            raise MayNotWaive(f"{kind.value} was waived for {case_no} before")
    return waiver
