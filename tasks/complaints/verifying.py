"""Stage INVESTIGATE (调查核实): what the systems hold and the nodes say, and what is proposed (R39, R40, R55)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from prefect import task

from rules.complaints.asking import JOINT, questions_about
from rules.complaints.finding import EXCEPTION_OF, Seen, after_verification, propose
from rules.exceptions.custody import chain_of_custody
from rules.exceptions.presumption import presumption
from schemas.complaints import Command, Complaint, State
from schemas.custody import Custody, Presumption
from schemas.exceptions import ExceptionType
from schemas.inquiries import Inquiry, InquiryState
from store import cases as case_store
from store import complaint_matters
from store import inquiries as inquiry_store
from store import network as network_store
from store.complaints import Chosen
from store.tracking import events
from store.unit_of_work import Connection
from tasks import clock
from tasks.complaints.moving import Step, step_in_batches, step_of_one
from tasks.inquiries.asking import ask
from tasks.stepping import SYSTEM

WAITING = frozenset({InquiryState.OPEN, InquiryState.REMINDED})


@task
def verify_complaints(case_no: str | None = None) -> list[str]:
    """Read what the systems hold of every complaint that somebody has, and ask the departments concerned."""
    return step_of_one(case_no, [State.HANDED_OFF], _verify)


def _verify(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    network = network_store.network(connection)
    held = held_by(connection, complaints, now=now)
    questions = [
        question
        for complaint in complaints
        for question in questions_about(complaint, presumed=held[complaint.case_no][1], network=network, now=now)
    ]
    asked = ask(connection, questions, asked_by=SYSTEM, now=now)
    for complaint in complaints:
        custody, presumed = held[complaint.case_no]
        yield Step(
            complaint,
            Command.VERIFY,
            reason="system_read",
            details={
                "presumption": presumed.model_dump(mode="json") if presumed else None,
                "gaps": [gap.model_dump(mode="json") for gap in custody.gaps],
                "last_event": complaint.last_event,
                "asked": [inquiry.inquiry_no for inquiry in asked if inquiry.case_no == complaint.case_no],
            },
        )


def held_by(
    connection: Connection, complaints: Sequence[Complaint], *, now: datetime
) -> dict[str, tuple[Custody, Presumption | None]]:
    """Say of each complaint who had the parcel, and who is presumed to answer; None where there is no parcel."""
    logs = events.custody_of_waybills(connection, {complaint.waybill for complaint in complaints})
    found: dict[str, tuple[Custody, Presumption | None]] = {}
    for complaint in complaints:
        custody = chain_of_custody(logs.get(complaint.waybill, []), now=now)
        about = EXCEPTION_OF.get(complaint.type)
        presumed = presumption(custody, type_=about, reason="") if complaint.waybill and about else None
        found[complaint.case_no] = custody, presumed
    return found


@task
def establish_findings(case_no: str | None = None) -> list[str]:
    """Propose what was found, once everybody who was asked has answered or his time is over.

    The others are neither read nor locked, however often this is done.
    """
    chosen = Chosen(
        states=frozenset({State.VERIFYING}),
        case_nos=None if case_no is None else [case_no],
        no_answer_owed_at=clock.now(),
    )
    return step_in_batches(chosen, _establish)


def _establish(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    seen = _seen(connection, complaints, now)
    for complaint in complaints:
        saw = seen[complaint.case_no]
        proposed = propose(complaint, saw, now=now)
        yield Step(
            complaint,
            Command.ESTABLISH,
            reason=proposed.validity.value.lower(),
            updates={"finding": after_verification(complaint.finding, proposed)},
            details={"proposed": proposed.model_dump(mode="json"), "unanswered": saw.unanswered},
        )


def _seen(connection: Connection, complaints: Sequence[Complaint], now: datetime) -> dict[str, Seen]:
    """Read for all of them at once what a finding is proposed by."""
    asked = _asked_last(connection, [complaint.case_no for complaint in complaints])
    answers = inquiry_store.answers_to(connection, [one.inquiry_no for found in asked.values() for one in found])
    held = held_by(connection, complaints, now=now)
    types = _exceptions_of(connection, {complaint.waybill for complaint in complaints if complaint.waybill})
    malicious = complaint_matters.malicious_of(connection, {complaint.caller_key for complaint in complaints})
    return {
        complaint.case_no: Seen(
            presumption=held[complaint.case_no][1],
            related_type=_related_type(complaint, types.get(complaint.waybill, ())),
            answers=tuple(
                answer.code
                for inquiry in asked.get(complaint.case_no, ())
                for answer in answers.get(inquiry.inquiry_no, ())
            ),
            unanswered=sum(inquiry.state in WAITING for inquiry in asked.get(complaint.case_no, ())),
            malicious_before=malicious.get(complaint.caller_key, 0),
        )
        for complaint in complaints
    }


def _asked_last(connection: Connection, case_nos: Sequence[str]) -> dict[str, list[Inquiry]]:
    """Give what was asked about each complaint when it was verified last."""
    last: dict[str, list[Inquiry]] = {}
    for number, asked in inquiry_store.of_cases(connection, case_nos).items():
        latest = max((inquiry.round for inquiry in asked if inquiry.round < JOINT), default=0)
        last[number] = [inquiry for inquiry in asked if inquiry.round == latest]
    return last


def _exceptions_of(connection: Connection, waybills: Collection[str]) -> dict[str, list[ExceptionType]]:
    found: dict[str, list[ExceptionType]] = {}
    for case in case_store.former_cases(connection, waybills):
        found.setdefault(case.waybill, []).append(case.type)
    return found


def _related_type(complaint: Complaint, types: Sequence[ExceptionType]) -> ExceptionType | None:
    """Give the type of the parcel's exception: of the one of the kind that is complained of, where it has several."""
    about = EXCEPTION_OF.get(complaint.type)
    if about is None:
        return None
    return about if about in types else next(iter(types), None)
