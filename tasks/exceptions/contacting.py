"""Reaching the customers who owe a word: the next channel when one failed, and the law about the unreachable (R113).

Who tries what: the chain of the customer's segment. A message goes out by itself; a call is made by a person, who tells
what came of it. By what a letter goes, and its note: `tasks.exceptions.channels`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from prefect import task

from rules.exceptions.contact_wording import contact_notice
from rules.exceptions.contacting import Turn, next_turn
from rules.exceptions.unreachable import unreachable
from rules.privacy import mask_phones
from schemas.channels import ContactAttempt, NextContact, ToldContact
from schemas.exceptions import Command, ExceptionCase, ExceptionType, State
from schemas.unreachable import Unreachable
from store import cases as case_store
from store import contacts, outbox, requests
from store.requests import NamedRequest
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.channels import Try, going_out, segments_of
from tasks.exceptions.letters import customer_message
from tasks.exceptions.moving import BATCH, Step, take_steps
from tasks.playbooks import texts_of
from tasks.settings import business_settings

LOOK_AGAIN = timedelta(hours=1)
"""When a case is looked at again whose customer is being tried, or that cannot be planned anew as it stands."""
AHEAD_MAX = timedelta(minutes=5)
"""How far somebody's clock may be ahead who tells of an attempt."""


class NotYet(ValueError):
    """Somebody tells of an attempt that is still to come."""


class Contacting(NamedTuple):
    """What one pass came to: the cases whose customer was tried, and those whose sender is to decide."""

    tried: list[str]
    unreachable: list[str]


@task
def reach_customers() -> Contacting:
    """Try the next channel for every customer whose turn it is, and have unreachable consignees' parcels planned anew.

    Many are read and written with a few statements. Each attempt is made once, however often this is called.
    """
    done = Contacting([], [])
    while True:
        with unit_of_work() as connection:
            now = clock.now()
            numbers = contacts.due(connection, now=now, limit=BATCH)
            if numbers:
                some = _take_turns(connection, numbers, now)
                done = Contacting(done.tried + some.tried, done.unreachable + some.unreachable)
        if len(numbers) < BATCH:
            return done


def _take_turns(connection: Connection, numbers: Sequence[str], now: datetime) -> Contacting:
    cases = case_store.select_cases(connection, case_nos=numbers, limit=len(numbers), lock=True)
    contacts.hold(connection, numbers)
    made = contacts.of_cases(connection, numbers)
    segments = segments_of(connection, cases)
    looks: dict[str, datetime | None] = dict.fromkeys(numbers)
    tries: list[Try] = []
    over: list[Step] = []
    for case in cases:
        attempts = made.get(case.case_no, [])
        turn = next_turn(case, attempts, segment=segments[case.case_no], now=now)
        looks[case.case_no] = _look_next(case, turn, now)
        if turn is None or turn.at > now:
            continue
        if turn.contact is not None:
            tries.append(_try(case, turn.contact, number=len(attempts) + 1, now=now))
        elif case.state is State.FED_BACK:
            over.append(_declared(case, unreachable(attempts, now=now)))
    outbox.put(connection, going_out(connection, tries))
    contacts.put_off(connection, looks)
    return Contacting([item.case.case_no for item in tries], take_steps(connection, over, now=now))


def _look_next(case: ExceptionCase, turn: Turn | None, now: datetime) -> datetime | None:
    if turn is None or turn.at > now:
        return turn and turn.at
    return None if turn.contact is None and case.state is State.FED_BACK else now + LOOK_AGAIN


def _try(case: ExceptionCase, contact: NextContact, *, number: int, now: datetime) -> Try:
    message = contact_notice(case, texts_of(case), business_settings().language)
    return Try(case, customer_message(case, message, purpose=f"contact-{number}", now=now), contact)


def _declared(case: ExceptionCase, found: Unreachable) -> Step:
    return Step(
        case,
        Command.DECLARE_UNREACHABLE,
        reason="unreachable",
        updates={"answer_due_at": None},
        details={"unreachable": found.model_dump(mode="json")},
    )


def tell_contact(case_no: str, told: ToldContact, *, request: NamedRequest | None = None) -> dict[str, Any]:
    """Keep what somebody tells of an attempt to reach the customer of a case, and give it as it is kept.

    Raises:
        NoSuchCase: there is none with that number.
        NotYet: the attempt is still to come.
        OtherContent: the request's name was used for another one.
    """
    now = clock.now()
    if told.at is not None and told.at > now + AHEAD_MAX:
        raise NotYet(f"at: {told.at.isoformat()} is still to come")
    attempt = ContactAttempt(
        channel=told.channel, at=told.at or now, outcome=told.outcome, by=told.by, note=mask_phones(told.note)
    )
    with unit_of_work() as connection:

        def work() -> dict[str, Any]:
            case_store.one_case(connection, case_no)
            contacts.tell(connection, case_no, attempt, look_at=now)
            return {"case_no": case_no, **attempt.model_dump(mode="json")}

        return requests.once(connection, request, work, at=now)


class Reached(NamedTuple):
    """What was tried to reach the customer of a case; how far the procedure has come where the law has one for it."""

    attempts: list[ContactAttempt]
    procedure: Unreachable | None


def reached(connection: Connection, case: ExceptionCase) -> Reached:
    """Read what was tried to reach the customer of a case."""
    attempts = contacts.of_cases(connection, [case.case_no]).get(case.case_no, [])
    found = unreachable(attempts, now=clock.now()) if case.type is ExceptionType.UNREACHABLE else None
    return Reached(attempts, found)
