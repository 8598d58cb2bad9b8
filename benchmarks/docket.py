"""How fast clear claims go from filed to paid through dockets, on a whole engine with a payment provider over HTTP.

Filing and its photographs come before and are not measured. What is: finding the claims clear, gathering them into
dockets, a suspended run for each docket, its answer through Prefect's API, and for every claim its own decision, its
agreement, its payout by the provider and its bookings.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from prefect.client.orchestration import get_client
from sqlalchemy import text

from adapters.runs.client import announce
from benchmarks.deciding import SUPERVISORS, put_supervisors_on_file, wait_until
from benchmarks.measures import Measure, tell
from benchmarks.payloads import waybill
from schemas.approvals import DocketApproval, Gate
from schemas.assessment import ClaimEvent, ProofKind
from schemas.claims import ClaimantTold, ClaimChannel, ClaimForm, ParcelTold, PayeeTold, Relation
from schemas.evidence import Door, Entered, EvidenceKind, MediaType
from store import approvals, claims, dockets, evidence
from store.evidence import Kept
from store.unit_of_work import Connection, dispose, unit_of_work
from tasks import clock
from tasks.claims.intake import file_claims
from tasks.claims.told import TakenIn
from tasks.publishing import CLAIM_FILED
from tasks.supervision.passcodes import passcode_at

WORTH = Decimal(200)
LOST_PERCENT = Decimal(30)
PHOTOS = (EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL, EvidenceKind.VALUE_PROOF)
PAID_STATES = ("PAID", "RECOVERING", "CLOSED")
SECONDS_MAX = 600
PEER = 27.0
"""Cases a second of the fastest Python peer with a decision for each case, as published for like workloads."""


def run(claims: int) -> list[Measure]:
    """Measure the dockets' way on the engine whose environment this process has joined.

    Raises:
        RuntimeError: a claim lacks its decision or its bookings.
        TookTooLong: not all claims were paid.
    """
    try:
        filing = _file(claims)
        secret = put_supervisors_on_file()
        tell(f"Taking {claims} claims from filed to paid ...")
        begun = time.perf_counter()
        announce(CLAIM_FILED, resource="redress.bench", payload={})
        answered = _answer_all(claims, secret)
        gathered = time.perf_counter() - begun
        wait_until(lambda: _paid() >= claims, lambda: f"{_paid()} of {claims} are paid", seconds_max=SECONDS_MAX)
        seconds = time.perf_counter() - begun
        _check(claims)
        tell(f"  {answered} dockets; the last was answered after {gathered:.1f} s, all paid after {seconds:.1f} s")
        return _told(claims, filing=filing, seconds=seconds)
    finally:
        dispose()


def _file(count: int) -> float:
    """File a claim for each parcel with its photographs, and give how many were filed a second.

    Nobody has booked the parcels, so that nothing but the claims keeps the engine busy.
    """
    now = datetime.now(UTC)
    forms = [_form(place, waybill(place)) for place in range(count)]
    begun = time.perf_counter()
    filed = file_claims(forms, taken=TakenIn("ag-bench"))
    seconds = time.perf_counter() - begun
    entered = Entered(by="claimant", door=Door.API, shown="bench")
    with unit_of_work() as connection:
        for one in filed:
            if isinstance(one, Exception):
                raise one
            photos = [(one.claim_no, photo) for photo in _photos(one.claim_no)]
            evidence.add(connection, photos, entered=entered, at=now)
    return count / seconds


def _form(place: int, number: str) -> ClaimForm:
    name = f"示例客户{place}"
    return ClaimForm(
        channel=ClaimChannel.FILE,
        waybill=number,
        event=ClaimEvent.DAMAGE,
        account="开箱发现破损",
        claimant=ClaimantTold(name=name, phone=f"199{place:08d}", relation=Relation.SENDER),
        payee=PayeeTold(name=name, account=f"62220202{place:010d}"),
        parcels=(ParcelTold(id=number, value=WORTH, proof=ProofKind.INVOICE, lost_percent=LOST_PERCENT),),
        claimed=WORTH * LOST_PERCENT / 100,
    )


def _photos(claim_no: str) -> Sequence[Kept]:
    """Give the rows of a claim's photographs; what lies in the vault plays no part."""
    return [
        Kept(
            kind=kind,
            sha256=sha256(f"{claim_no} {kind.value}".encode()).hexdigest(),
            size_bytes=200_000,
            media_type=MediaType.JPEG,
            file_name=f"{kind.value}.jpg",
            taken_at=None,
            note="",
        )
        for kind in PHOTOS
    ]


def _answer_all(count: int, secret: str) -> int:
    """Approve every docket as soon as its run is suspended, by supervisors in turn, until all claims are in one."""
    answered: set[str] = set()
    until = time.monotonic() + SECONDS_MAX
    with get_client(sync_client=True) as client:
        while _decided() < count and time.monotonic() < until:
            for gate in _waiting_dockets():
                if gate.case_no in answered or not gate.flow_run_id:
                    continue
                answer = DocketApproval(
                    decision="approve",
                    staff_id=SUPERVISORS[len(answered) % len(SUPERVISORS)],
                    passcode=passcode_at(secret, clock.now()),
                )
                outcome = client.resume_flow_run(
                    UUID(gate.flow_run_id), run_input=answer.model_dump(exclude={"amount"})
                )
                if outcome.status != "ACCEPT":
                    raise RuntimeError(
                        f"{gate.case_no}: Prefect answered {outcome.status} to the Resume: {outcome.details}"
                    )
                answered.add(gate.case_no)
            time.sleep(0.1)
    return len(answered)


def _waiting_dockets() -> list[Gate]:
    """Read the dockets whose run is suspended; the gates of the claims in them have none."""
    with unit_of_work() as connection:
        numbers = dockets.waiting(connection)
        return [gate for number in numbers if (gate := approvals.current_gate(connection, number)) is not None]


def _decided() -> int:
    with unit_of_work() as connection:
        return _count(
            connection, "SELECT count(*) FROM decision d JOIN gate g USING (gate_id) WHERE case_no LIKE 'CL-%'"
        )


def _paid() -> int:
    with unit_of_work() as connection:
        standing = claims.standing(connection)
    return sum(standing.get(state, 0) for state in PAID_STATES)


def _check(count: int) -> None:
    """Make sure that each claim has its own decision, one payout, and the three bookings of its settlement."""
    with unit_of_work() as connection:
        found = {
            "decisions": _decided(),
            "payouts": _count(connection, "SELECT count(DISTINCT claim_no) FROM payout WHERE state = 'paid'"),
            "agreements": _count(connection, "SELECT count(*) FROM booking WHERE event = 'claim_agreed'"),
            "orders": _count(connection, "SELECT count(*) FROM booking WHERE event = 'payout_requested'"),
            "payments": _count(connection, "SELECT count(*) FROM booking WHERE event = 'payout_paid'"),
        }
    if wrong := {what: number for what, number in found.items() if number != count}:
        raise RuntimeError(f"of {count} claims there are {wrong}")


def _count(connection: Connection, statement: str) -> int:
    return int(connection.execute(text(statement)).scalar_one())


def _told(count: int, *, filing: float, seconds: float) -> list[Measure]:
    return [
        Measure(
            measure="cases_per_s",
            value=round(count / seconds, 1),
            unit="claims/s",
            reference=PEER,
            meaning=f"{count} clear claims from filed to paid through dockets of up to 50, each with its own decision, "
            "payout and bookings; the reference is what peers publish for a like workload.",
        ),
        Measure(
            measure="claims_filed_per_s",
            value=round(filing, 1),
            unit="claims/s",
            meaning="Taken in from a list, weighed, routed and acknowledged, without their photographs.",
        ),
    ]
