"""Stage INVESTIGATE (调查核实): what the systems hold and the nodes say, and what is proposed (R39, R40, R55)."""

from collections.abc import Iterator, Sequence
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
from store import complaints as complaint_store
from store import inquiries as inquiry_store
from store import network as network_store
from store.inquiries import Chosen
from store.tracking import events
from store.unit_of_work import Connection
from tasks.complaints.moving import Step, step_of_one
from tasks.exceptions.moving import SYSTEM
from tasks.inquiries.asking import ask

INQUIRIES_MAX = 200
WAITING = frozenset({InquiryState.OPEN, InquiryState.REMINDED})


@task
def verify_complaints(case_no: str | None = None) -> list[str]:
    """Read what the systems hold of every complaint that somebody has, and ask the departments concerned."""
    return step_of_one(case_no, [State.HANDED_OFF], _verify)


def _verify(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    network = network_store.network(connection)
    for complaint in complaints:
        custody, presumed = held_by(connection, complaint, now=now)
        questions = list(questions_about(complaint, presumed=presumed, network=network, now=now))
        asked = ask(connection, questions, asked_by=SYSTEM, now=now)
        yield Step(
            complaint,
            Command.VERIFY,
            reason="system_read",
            details={
                "presumption": presumed.model_dump(mode="json") if presumed else None,
                "gaps": [gap.model_dump(mode="json") for gap in custody.gaps],
                "last_event": complaint.last_event,
                "asked": [inquiry.inquiry_no for inquiry in asked],
            },
        )


def held_by(connection: Connection, complaint: Complaint, *, now: datetime) -> tuple[Custody, Presumption | None]:
    """Say who had the parcel, and who is presumed to answer for the trouble; None where there is no parcel."""
    log = events.custody_of_waybills(connection, {complaint.waybill}).get(complaint.waybill, [])
    custody = chain_of_custody(log, now=now)
    about = EXCEPTION_OF.get(complaint.type)
    presumed = presumption(custody, type_=about, reason="") if complaint.waybill and about else None
    return custody, presumed


@task
def establish_findings(case_no: str | None = None) -> list[str]:
    """Propose what was found, once everybody who was asked has answered or his time is over."""
    return step_of_one(case_no, [State.VERIFYING], _establish)


def _establish(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    for complaint in complaints:
        asked = _asked_this_time(connection, complaint)
        if any(inquiry.state in WAITING and inquiry.due_at > now for inquiry in asked):
            continue
        seen = _seen(connection, complaint, asked, now)
        proposed = propose(complaint, seen, now=now)
        finding = after_verification(complaint.finding, proposed)
        yield Step(
            complaint,
            Command.ESTABLISH,
            reason=proposed.validity.value.lower(),
            updates={"finding": finding},
            details={"proposed": proposed.model_dump(mode="json"), "unanswered": seen.unanswered},
        )


def _asked_this_time(connection: Connection, complaint: Complaint) -> list[Inquiry]:
    asked = inquiry_store.listing(connection, Chosen(case_no=complaint.case_no), limit=INQUIRIES_MAX)
    latest = max((inquiry.round for inquiry in asked if inquiry.round < JOINT), default=0)
    return [inquiry for inquiry in asked if inquiry.round == latest]


def _seen(connection: Connection, complaint: Complaint, asked: Sequence[Inquiry], now: datetime) -> Seen:
    answers = inquiry_store.answers_to(connection, [inquiry.inquiry_no for inquiry in asked])
    _, presumed = held_by(connection, complaint, now=now)
    return Seen(
        presumption=presumed,
        related_type=_related_type(connection, complaint),
        answers=tuple(answer.code for given in answers.values() for answer in given),
        unanswered=sum(inquiry.state in WAITING for inquiry in asked),
        malicious_before=complaint_store.malicious_of(connection, complaint.caller_key),
    )


def _related_type(connection: Connection, complaint: Complaint) -> ExceptionType | None:
    """Give the type of the parcel's exception: of the one of the kind that is complained of, where it has several."""
    about = EXCEPTION_OF.get(complaint.type)
    if not complaint.waybill or about is None:
        return None
    types = [case.type for case in case_store.former_cases(connection, [complaint.waybill])]
    return about if about in types else next(iter(types), None)
