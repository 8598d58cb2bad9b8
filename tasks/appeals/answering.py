"""Taking an appeal up, telling the regulator how far it is, answering, and taking back what the regulator returns."""

import re
from datetime import datetime

from rules.appeals.contents import missing_contents
from rules.appeals.wording import answer_document, progress_document
from schemas.appeals import Appeal, AppealAnswer, AppealCommand, ProgressReport, RegulatorWords
from store import appeal_links, appeal_papers
from store import appeals as appeal_store
from store.appeal_papers import PaperKind
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.appeals.letters import document_letter
from tasks.appeals.moving import Step, Written, staff_member, take_step
from tasks.settings import business_settings
from tasks.stepping import NotAllowed

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{5,39}")


def take_up_appeal(case_no: str, *, staff_id: str) -> Appeal:
    """Give an appeal to whoever looks into it.

    Raises:
        NoSuchAppeal: there is no appeal with that number.
        NotAllowed: it was answered, or nobody with that id works here.
    """
    by = staff_member(staff_id, at=clock.now())
    with unit_of_work() as connection:
        appeal = appeal_store.one_appeal(connection, case_no, lock=True)
        return take_step(connection, appeal, Step(AppealCommand.TAKE_UP, updates={"handler": staff_id}), by=by)


def report_progress(case_no: str, report: ProgressReport, *, staff_id: str) -> Appeal:
    """Tell the regulator how far an appeal is that is not finished, and keep what it was told.

    Raises:
        NoSuchAppeal: there is no appeal with that number.
        NotAllowed: nobody has taken it up, it was answered, the report names somebody else's number, or nobody with
            that id works here.
    """
    by = staff_member(staff_id, at=clock.now())
    with unit_of_work() as connection:
        appeal = appeal_store.one_appeal(connection, case_no, lock=True)
        document = progress_document(appeal, report, reported_by=staff_id, zone=business_settings().zone)
        number = appeal.reports + 1
        step = Step(
            AppealCommand.REPORT_PROGRESS,
            updates={"reports": number, "reported_at": by.at},
            written=Written(PaperKind.PROGRESS, report, number, document),
            letters=[document_letter(appeal, what="处理进展", document=document, key=f"progress-{number}", now=by.at)],
        )
        after = take_step(connection, appeal, step, by=by)
        _refuse_numbers_of_others(connection, appeal, document)
        return after


def answer_appeal(case_no: str, answer: AppealAnswer, *, staff_id: str) -> Appeal:
    """Answer the regulator, with everything that its rules ask for and nothing about anybody else.

    Raises:
        NoSuchAppeal: there is no appeal with that number.
        NotAllowed: nobody has taken it up, it was answered or closed, something that must be in the answer is missing,
            the answer names somebody else's number, or nobody with that id works here.
    """
    by = staff_member(staff_id, at=clock.now())
    settings = business_settings()
    answer = answer.model_copy(update={"desk_phone": answer.desk_phone or settings.hotline})
    with unit_of_work() as connection:
        appeal = appeal_store.one_appeal(connection, case_no, lock=True)
        found = appeal_papers.preconditions_of(connection, case_no)
        document = answer_document(appeal, answer, answered_by=staff_id, found=found, zone=settings.zone)
        number = appeal.answers + 1
        step = Step(
            AppealCommand.ANSWER,
            missing=missing_contents(answer),
            updates={"answers": number, "answered_at": by.at, "handler": appeal.handler or staff_id},
            written=Written(PaperKind.ANSWER, answer, number, document),
            letters=[document_letter(appeal, what="答复", document=document, key=f"answer-{number}", now=by.at)],
        )
        after = take_step(connection, appeal, step, by=by)
        _refuse_numbers_of_others(connection, appeal, document)
        return after


def take_answer_back(
    case_no: str, reason: RegulatorWords, *, staff_id: str, answer_by: datetime | None = None
) -> Appeal:
    """Note that the regulator sent the answer back: it is handled and answered again (申诉处理办法: 重新处理).

    Raises:
        NoSuchAppeal: there is no appeal with that number.
        NotAllowed: there is no answer to be sent back, or nobody with that id works here.
    """
    by = staff_member(staff_id, at=clock.now())
    with unit_of_work() as connection:
        appeal = appeal_store.one_appeal(connection, case_no, lock=True)
        step = Step(
            AppealCommand.RETURN_ANSWER,
            updates={"returned_at": by.at, "answer_by": answer_by},
            written=Written(PaperKind.RETURNED, reason, appeal.answers),
        )
        return take_step(connection, appeal, step, by=by)


def _refuse_numbers_of_others(connection: Connection, appeal: Appeal, document: str) -> None:
    """Let no text out that names another customer's parcel or case (R65); the step is rolled back with it."""
    others = appeal_links.numbers_of_others(
        connection,
        set(_NUMBER.findall(document)),
        own={appeal.case_no, appeal.waybill, appeal.complaint_no, appeal.regulator_no},
        waybill=appeal.waybill,
    )
    if others:
        raise NotAllowed(f"{appeal.case_no}: the text names what is not the appellant's: {', '.join(others)}")
