"""Stages RECORD, INVESTIGATE and ESCALATE_IF_SEVERE: from a trouble to a case whose cause and weight are known."""

from collections.abc import Iterator
from datetime import datetime

from prefect import task

from rules.exceptions import wording
from rules.exceptions.severity import severity
from rules.inquiries.questions import questions_of
from schemas.exceptions import Command, ExceptionCase, ExceptionType, State
from schemas.inquiries import Question
from schemas.network import Assignment
from schemas.severity import Severity
from store.outbox import Letter
from store.tracking import events
from store.unit_of_work import Connection
from tasks.exceptions.letters import MANAGER, customer_notice, department_notice
from tasks.exceptions.moving import Doing, Step, carry_cases
from tasks.exceptions.telling import promised_next
from tasks.exceptions.weighing import weigh
from tasks.inquiries.asking import ask
from tasks.playbooks import playbook_of, texts_of
from tasks.settings import business_settings
from tasks.stepping import SYSTEM
from tasks.supervision.routing import directory, route


@task
def record_exceptions(case_no: str | None = None) -> list[str]:
    """Record what happened, where and when (R12), for every detected exception or the one named."""
    return carry_cases([RECORD], case_no=case_no)[RECORD.called]


def _record(connection: Connection, cases: list[ExceptionCase], _now: datetime) -> Iterator[Step]:
    counted = events.counted(connection, {case.waybill for case in cases})
    for case in cases:
        yield Step(
            case,
            Command.RECORD,
            details={
                "what": wording.situation(case),
                "since": case.troubled_since.isoformat(),
                "where": case.last_location,
                "events": counted.get(case.waybill, 0),
            },
        )


@task
def investigate_exceptions(case_no: str | None = None) -> list[str]:
    """Find out the cause from what the systems hold, weigh the case (R9, R11), ask who had the parcel (R22, R39)."""
    return carry_cases([INVESTIGATE], case_no=case_no)[INVESTIGATE.called]


def _investigate(connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    weighed = weigh(connection, cases, now=now)
    known = directory(connection)
    questions: list[Question] = []
    for case in cases:
        found = weighed[case.case_no]
        weight = severity(found.points, opened_at=case.opened_at)
        as_weighed = case.model_copy(update={"severity": weight})
        taken = route(as_weighed, known, presumed=found.presumption)
        owner, second = taken.owner, taken.second
        held_by = {"customs_office": found.customs_office} if case.type is ExceptionType.CUSTOMS_HELD else {}
        questions += questions_of(case, playbook_of(case), custody=found.custody, network=known.network, now=now)
        yield Step(
            case,
            Command.INVESTIGATE,
            reason=case.reason or "unknown",
            updates={
                "severity": weight.value,
                "severity_score": found.points,
                "investigator": SYSTEM,
                "assigned_to": owner.department.name if owner.department else "",
                **held_by,
            },
            details={
                "points": found.points,
                "severity": weight.name,
                "derivation": [line.model_dump(mode="json") for line in found.derivation],
                "presumption": found.presumption.model_dump(mode="json"),
                "gaps": [gap.model_dump(mode="json") for gap in found.custody.gaps],
                "owner": owner.sentence.model_dump(mode="json"),
                "major": taken.major,
                "second": second.sentence.model_dump(mode="json") if second else None,
                "last_event": case.last_event,
                **held_by,
            },
            letters=[_second_notice(as_weighed, second, now)] if second else [],
        )
    ask(connection, questions, asked_by=SYSTEM, now=now)


def _second_notice(case: ExceptionCase, second: Assignment, now: datetime) -> Letter:
    """Ask whoever confirms a major case beside the one who takes it (R82)."""
    return department_notice(case, about="重大案件，请复核", purpose="second", to=second.address, now=now)


@task
def report_severe_exceptions(case_no: str | None = None) -> list[str]:
    """Tell manager and customer at once of every severe exception they have not heard of (R11)."""
    return carry_cases([REPORT_SEVERE], case_no=case_no)[REPORT_SEVERE.called]


def _report_severe(_connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    for case in cases:
        if case.severity < Severity.SEVERE or case.severe_reported:
            continue
        letters = [department_notice(case, about="严重异常", purpose="severe", to=MANAGER, now=now)]
        told: dict[str, object] = {}
        if case.consignee_phone:
            reads_at = business_settings().after_quiet_hours(now)
            again = promised_next(case, Command.REPORT_SEVERE, reads_at, details={}, now=now)
            letters.append(
                customer_notice(case, texts_of(case).opened, purpose="severe", now=now, next_update_at=again)
            )
            told = {"customer_told_at": case.customer_told_at or reads_at}
        yield Step(
            case,
            Command.REPORT_SEVERE,
            reason=case.severity.name.lower(),
            updates={"severe_reported": True, **told},
            details={"customer": "told" if told else "no phone number on file"},
            letters=letters,
        )


RECORD = Doing("recorded", frozenset({State.DETECTED}), _record)
INVESTIGATE = Doing("investigated", frozenset({State.RECORDED}), _investigate)
REPORT_SEVERE = Doing("reported as severe", frozenset({State.INVESTIGATED}), _report_severe)
