"""Stage ASSESSMENT (核定): what a claim comes to by the rules, and the proposal that follows (R78)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from prefect import task

from rules.claims.assessing import assess
from rules.claims.facts import Known, facts_of
from rules.claims.money import CannotAssess
from rules.claims.pack import CLAIM_PACK
from rules.claims.proposing import propose
from rules.packs.book import PackBook
from schemas.assessment import ClaimFacts
from schemas.claims import Claim, ClaimForm, ClaimPlan, Command, State
from store import claim_forms, private_settlements
from store import claims as claim_store
from store import evidence as evidence_store
from store.plans import draft_plans
from store.unit_of_work import Connection
from tasks.claims.evidence import kinds_of_claims
from tasks.claims.letters import MANAGER, department_letter
from tasks.claims.moving import Step, step_of_one
from tasks.claims.packs import packs_in_force
from tasks.claims.settings import ClaimSettings
from tasks.paid import with_payments
from tasks.settings import as_set_now, business_settings

CANNOT_ASSESS = "cannot_assess"


@task
def assess_claims(case_no: str | Sequence[str] | None = None) -> list[str]:
    """Work out what every claim comes to and draft the proposal; hand over to a person what lacks a fact.

    Raises:
        PacksInvalid: a file of the carrier's own rule packs cannot be used; the claims wait until it is mended.
    """
    return step_of_one(case_no, [State.ASSESSMENT], partial(_assess, book=packs_in_force()))


def _assess(connection: Connection, claims: list[Claim], now: datetime, *, book: PackBook) -> Iterator[Step]:
    plans: dict[str, ClaimPlan] = {}
    steps: list[Step] = []
    for claim, facts in facts_of_claims(connection, claims, now=now):
        if isinstance(facts, CannotAssess):
            steps.append(_handed_over(claim, str(facts), now))
            continue
        try:
            plan = propose(claim, assess(facts, book=book))
        except CannotAssess as lacking:
            steps.append(_handed_over(claim, str(lacking), now))
            continue
        plans[claim.case_no] = plan
        steps.append(_proposed(claim, plan))
    draft_plans(connection, plans.items())
    yield from steps


def _proposed(claim: Claim, plan: ClaimPlan) -> Step:
    return Step(
        claim.model_copy(update={"plan": plan}),
        Command.ASSESS,
        reason=plan.resolution.value,
        updates={"route": None, "docket_no": ""},
        details={"plan_version": plan.version, "amount": str(plan.amount), "basis": list(plan.basis)},
    )


def _handed_over(claim: Claim, lacking: str, now: datetime) -> Step:
    to = claim.assigned_to or MANAGER
    letter = department_letter(claim, about="缺少核定所需信息", purpose=CANNOT_ASSESS, to=to, now=now)
    return Step(
        claim, Command.HAND_OVER, reason=CANNOT_ASSESS, note=lacking, details={"lacking": lacking}, letters=[letter]
    )


def facts_of_claims(
    connection: Connection, claims: Sequence[Claim], *, now: datetime
) -> Iterator[tuple[Claim, ClaimFacts | CannotAssess]]:
    """Put together what each claim is assessed by, or say what of it makes no sense; read for all of them at once."""
    zone = business_settings().zone
    forms = claim_forms.last_forms(connection, [claim.case_no for claim in claims])
    known = known_of(connection, claims, now=now)
    for claim in with_payments(connection, claims):
        form: ClaimForm | None = forms.get(claim.case_no)
        try:
            yield claim, facts_of(claim, form, known[claim.case_no], now=now, zone=zone)
        except CannotAssess as lacking:
            yield claim, lacking


def known_of(connection: Connection, claims: Sequence[Claim], *, now: datetime) -> dict[str, Known]:
    """Read what is known of claims beside themselves."""
    numbers = [claim.case_no for claim in claims]
    kinds = kinds_of_claims(connection, claims)
    settled = private_settlements.waybills_settled(connection, {claim.waybill for claim in claims})
    since = now - timedelta(days=float(CLAIM_PACK.pick("earlier_within", on=now.date()).value))
    earlier = claim_store.earlier_claims(connection, {claim.claimant_key for claim in claims}, since=since)
    shared = claim_forms.accounts_shared(connection, numbers)
    reused = evidence_store.reused(connection, numbers)
    jurisdictions = as_set_now(ClaimSettings).claim_jurisdictions
    return {
        claim.case_no: Known(
            kinds=tuple(kinds.get(claim.case_no, {})),
            earlier_claims=max(earlier.get(claim.claimant_key, 1) - 1, 0),
            shared_account=claim.case_no in shared,
            reused_evidence=claim.case_no in reused,
            settled_before=claim.waybill in settled,
            jurisdictions=jurisdictions,
        )
        for claim in claims
    }
