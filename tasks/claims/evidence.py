"""Stage EVIDENCE (取证): the papers and pictures that a claim has and lacks, and what departments say of it (R78)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from prefect import task

from rules.claims.asking import needs_asking, questions_about
from rules.claims.pack import CLAIM_PACK
from rules.claims.papers import papers_for
from rules.evidence import completeness
from schemas.claims import Claim, Command, State
from schemas.evidence import Completeness, EvidenceKind
from schemas.inquiries import InquiryState
from store import evidence as evidence_store
from store import inquiries as inquiry_store
from store import network as network_store
from store.unit_of_work import Connection
from tasks.claims.custody import presumed_of
from tasks.claims.handing_over import agent_for
from tasks.claims.letters import MANAGER, department_letter
from tasks.claims.moving import Step, step_of_one, step_of_ready
from tasks.complaints.handing_over import Desk
from tasks.inquiries.asking import ask
from tasks.stepping import SYSTEM

WAITING = frozenset({InquiryState.OPEN, InquiryState.REMINDED})


def completeness_of_claims(connection: Connection, claims: Sequence[Claim]) -> dict[str, Completeness]:
    """Say of each claim which of the papers it needs are there and which are missing (R13, R78).

    What the case has that it comes from is there, too.
    """
    there = kinds_of_claims(connection, claims)
    waivers = evidence_store.waivers_of(connection, [claim.case_no for claim in claims])
    return {
        claim.case_no: completeness(
            papers_for(claim),
            there=there[claim.case_no],
            waived={waiver.kind for waiver in waivers.get(claim.case_no, ())},
            scanned=claim.last_event_at is not None,
        )
        for claim in claims
    }


def kinds_of_claims(connection: Connection, claims: Sequence[Claim]) -> dict[str, dict[EvidenceKind, int]]:
    """Count the pieces of each kind that a claim has, with those of the case of the same parcel that it comes from."""
    origins = evidence_store.about_waybills(connection, {claim.origin_case for claim in claims if claim.origin_case})
    own = [claim.origin_case for claim in claims if origins.get(claim.origin_case) == claim.waybill != ""]
    there = evidence_store.kinds_there(connection, [*(claim.case_no for claim in claims), *own])
    return {
        claim.case_no: dict(
            Counter(there.get(claim.case_no, {}))
            + Counter(there.get(claim.origin_case, {}) if claim.origin_case in own else {})
        )
        for claim in claims
    }


@task
def gather_evidence(case_no: str | Sequence[str] | None = None) -> list[str]:
    """Ask the departments what happened, where the papers alone do not say it; until when is fixed here.

    From here on an agent of the desk has the claim (R84).
    """
    return step_of_one(case_no, [State.ACKNOWLEDGED], _gather)


def _gather(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    concerned = [claim for claim in claims if needs_asking(claim)]
    presumed = presumed_of(connection, concerned, now=now)
    network = network_store.network(connection)
    questions = [
        question
        for claim in concerned
        for question in questions_about(claim, presumed=presumed[claim.case_no], network=network, now=now)
    ]
    asked = ask(connection, questions, asked_by=SYSTEM, now=now)
    found = completeness_of_claims(connection, claims)
    desk = Desk(connection, network)
    for claim in claims:
        handler = claim.handler or agent_for(desk, claim)  # a person may have given it to somebody
        letters = []
        if desk.agents and not handler:
            letters = [department_letter(claim, about="无合适理赔员", purpose="no-agent", to=MANAGER, now=now)]
        mine = [inquiry for inquiry in asked if inquiry.case_no == claim.case_no]
        until = now + timedelta(days=float(CLAIM_PACK.pick("evidence_within", on=now.date()).value))
        yield Step(
            claim,
            Command.GATHER,
            reason="asked" if mine else "papers_say_it",
            updates={"evidence_due_at": until, "handler": handler},
            details={
                "asked": [inquiry.inquiry_no for inquiry in mine],
                "missing": [piece.kind.value for piece in found[claim.case_no].missing],
                "handler": handler,
            },
            letters=letters,
        )


@task
def complete_evidence(case_no: str | Sequence[str] | None = None) -> list[str]:
    """Move on the claims whose papers are there and whose departments have answered, or whose time for both is over."""
    return step_of_ready(case_no, [State.EVIDENCE], _completed, _complete)


def _completed(connection: Connection, claims: list[Claim], now: datetime) -> list[Claim]:
    return [step.case for step in _complete(connection, claims, now)]


def _complete(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    found = completeness_of_claims(connection, claims)
    asked = inquiry_store.of_cases(connection, [claim.case_no for claim in claims])
    for claim in claims:
        missing = [piece.kind.value for piece in found[claim.case_no].missing]
        owed = [one for one in asked.get(claim.case_no, ()) if one.state in WAITING and one.due_at > now]
        in_time = claim.evidence_due_at is not None and now < claim.evidence_due_at
        if in_time and (missing or owed):
            continue
        yield Step(
            claim,
            Command.COMPLETE_EVIDENCE,
            reason="time_is_over" if missing else "complete",
            details={"missing": missing, "unanswered": [one.inquiry_no for one in owed]},
        )
