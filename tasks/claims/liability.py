"""Stage LIABILITY (定责): who answers is proposed from custody and answers, and settled where no person must (R40)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from prefect import task

from rules.claims.liability import Heard, propose
from rules.claims.lifecycle import needs_a_person
from schemas.claims import Claim, Command, State
from store import inquiries as inquiry_store
from store.unit_of_work import Connection
from tasks.claims.custody import presumed_of
from tasks.claims.evidence import WAITING
from tasks.claims.letters import MANAGER, department_letter
from tasks.claims.moving import Step, step_of_one, step_of_ready


@task
def establish_liability(case_no: str | Sequence[str] | None = None) -> list[str]:
    """Propose who answers for every claim of which nobody has; the desk is told of those that a person must decide."""
    return step_of_one(case_no, [State.LIABILITY], _establish)


def _establish(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    new = [claim for claim in claims if claim.liability is None]
    presumed = presumed_of(connection, new, now=now)
    heard = heard_of(connection, [claim.case_no for claim in new])
    for claim in new:
        proposed = propose(claim.event, presumed[claim.case_no], heard.get(claim.case_no, Heard()))
        known = claim.model_copy(update={"liability": proposed})
        why = needs_a_person(known)
        letters = []
        if why is not None:
            to = claim.assigned_to or MANAGER
            letters = [department_letter(known, about="责任待人认定", purpose="liability", to=to, now=now)]
        yield Step(
            claim,
            Command.ESTABLISH,
            reason=proposed.grounds[0].code,
            updates={"liability": proposed},
            details={"proposed": proposed.model_dump(mode="json"), "for_a_person": why or ""},
            letters=letters,
        )


def heard_of(connection: Connection, case_nos: Sequence[str]) -> dict[str, Heard]:
    """Read what departments answered about claims."""
    asked = inquiry_store.of_cases(connection, case_nos)
    answers = inquiry_store.answers_to(connection, [one.inquiry_no for mine in asked.values() for one in mine])
    return {
        number: Heard(
            codes={answer.code for one in mine for answer in answers.get(one.inquiry_no, ())},
            unanswered=sum(one.state in WAITING for one in mine),
        )
        for number, mine in asked.items()
    }


@task
def settle_liability(case_no: str | Sequence[str] | None = None) -> list[str]:
    """Go on with the claims of which nobody has to decide who answers, or somebody has."""
    return step_of_ready(case_no, [State.LIABILITY], _settled, _settle)


def _settled(_connection: Connection, claims: list[Claim], _now: datetime) -> list[Claim]:
    return [claim for claim in claims if needs_a_person(claim) is None]


def _settle(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    for claim in _settled(connection, claims, now):
        decided = claim.liability is not None and claim.liability.is_decided
        yield Step(claim, Command.SETTLE_LIABILITY, reason="decided" if decided else "nobody_must_decide")
