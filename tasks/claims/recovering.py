"""From paid to closed: what a claim cost is shared out, and it ends when nobody owes anything for it (R79, R80)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from prefect import task

from adapters.insurer.settings import InsurerSettings
from rules.claims.bookings import Place
from rules.claims.insurance import insured_part
from rules.claims.recovery import OWED_INSIDE, free_to_allocate, is_settled
from schemas.claims import Claim, Command, Ending, State
from schemas.recovery import InsuranceCase
from store import charges, insurance
from store.claims import Chosen
from store.unit_of_work import Connection
from tasks.claims.allocating import allocate
from tasks.claims.booking import standings_of
from tasks.claims.insuring import open_within
from tasks.claims.moving import Step, step_in_batches, step_of_one
from tasks.settings import as_set_now
from tasks.stepping import SYSTEM


@task
def recover_claims(case_no: str | list[str] | None = None) -> list[str]:
    """Ask back what was paid for claims: of the insurer, where one is asked, and else of the parties that answer.

    Each party is told its amount and may object. What nobody answers for is written off with the approval of whoever
    approved the plan. A claim of which nothing is to be shared out is left to `close_recovered_claims`.
    """
    return step_of_one(case_no, [State.PAID], _recover)


def _recover(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    standing = standings_of(connection, [claim.case_no for claim in claims])
    costly = [claim for claim in claims if any(place.account in OWED_INSIDE for place in standing[claim.case_no])]
    if not costly:
        return
    asked = _ask_insurer(connection, costly, standing, now)
    allocated = allocate(connection, costly, now=now)
    for claim in costly:
        shared = allocated[claim.case_no]
        case = asked.get(claim.case_no)
        insured = {"insurer": f"{case.insurer} {case.claimed} {case.currency}"} if case else {}
        yield Step(claim, Command.RECOVER, details={**shared.details, **insured}, letters=shared.letters)


def _ask_insurer(
    connection: Connection, claims: Sequence[Claim], standing: dict[str, dict[Place, Decimal]], now: datetime
) -> dict[str, InsuranceCase]:
    """Open a case with the insurer of the settings for each claim that falls under its terms and has none."""
    settings = as_set_now(InsurerSettings)
    if not settings.insurer_name:
        return {}
    numbers = [claim.case_no for claim in claims]
    known = insurance.of_claims(connection, numbers)
    told = charges.of_claims(connection, numbers)
    asked = []
    for claim in claims:
        if claim.case_no in known:
            continue
        free = free_to_allocate(standing[claim.case_no], told.get(claim.case_no, ()))
        for currency, amount in free.items():
            part = insured_part(amount, currency, terms=settings.terms)
            if part:
                asked.append((claim.case_no, part, currency))
    return open_within(
        connection, asked, insurer=settings.insurer_name, policy_no=settings.insurer_policy_no, by=SYSTEM, now=now
    )


@task
def close_recovered_claims(case_no: str | list[str] | None = None) -> list[str]:
    """Close the paid claims for which nobody owes anything any more: no party, no insurer, and nothing to share out."""
    named = [case_no] if isinstance(case_no, str) else case_no
    states = frozenset({State.PAID, State.RECOVERING})
    return step_in_batches(Chosen(states=states, case_nos=named, settled_on=OWED_INSIDE), _close)


def _close(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    del now
    standing = standings_of(connection, [claim.case_no for claim in claims])
    for claim in claims:
        if is_settled(standing[claim.case_no]):
            yield Step(claim, Command.CLOSE, reason=Ending.SETTLED, updates={"ending": Ending.SETTLED})
