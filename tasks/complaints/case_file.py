"""Reading the file of a complaint (案卷): all that is on record about it, for the supervisor who decides."""

from rules.exceptions.case_file import CaseFile, write_case_file
from rules.exceptions.presumption import presumption
from schemas.complaints import Complaint
from schemas.evidence import Completeness
from schemas.exceptions import ExceptionType
from store import evidence as evidence_store
from store import inquiries as inquiry_store
from store.case_history import history_of
from store.inquiries import Chosen
from store.tracking import events
from store.unit_of_work import Connection
from tasks import clock
from tasks.complaints.timing import readings
from tasks.complaints.verifying import held_by
from tasks.inquiries.showing import INQUIRIES_SHOWN_MAX, with_answers
from tasks.settings import business_settings


def complaint_file_of(connection: Connection, complaint: Complaint, *, found: Completeness, form: str) -> str:
    """Write all that is on record about a complaint now, as markdown that begins with what stands above its form."""
    now = clock.now()
    custody, presumed = held_by(connection, [complaint], now=now)[complaint.case_no]
    asked = inquiry_store.listing(connection, Chosen(case_no=complaint.case_no), limit=INQUIRIES_SHOWN_MAX)
    file = CaseFile(
        form=form,
        history=history_of(connection, complaint.case_no),
        events=events.history_of(connection, complaint.waybill) if complaint.waybill else [],
        clocks=readings(complaint, now=now),
        evidence=evidence_store.of_case(connection, complaint.case_no),
        found=found,
        waivers=evidence_store.waivers_of(connection, [complaint.case_no]).get(complaint.case_no, []),
        custody=custody,
        presumption=presumed or presumption(custody, type_=ExceptionType.DELIVERY_TROUBLE),
        asked=with_answers(connection, asked),
    )
    return write_case_file(file, zone=business_settings().zone)
