"""Reading the case file (案卷): all that is on record about a case, for the supervisor who decides.

Belongs here: what is read for it. Does not belong here: how it is put (`rules.exceptions.case_file`).
"""

from rules.exceptions.case_file import CaseFile, write_case_file
from schemas.exceptions import ExceptionCase
from store import evidence as evidence_store
from store import inquiries as inquiry_store
from store.case_history import history_of
from store.inquiries import Chosen
from store.tracking import events
from store.unit_of_work import Connection
from tasks import clock
from tasks.evidence.completeness import completeness_of
from tasks.exceptions.timing import readings
from tasks.exceptions.weighing import weigh
from tasks.inquiries.showing import INQUIRIES_SHOWN_MAX, with_answers
from tasks.settings import business_settings


def case_file_of(connection: Connection, case: ExceptionCase, *, form: str) -> str:
    """Write all that is on record about a case now, as markdown that begins with what stands above its form."""
    now = clock.now()
    weighed = weigh(connection, [case], now=now)[case.case_no]
    asked = inquiry_store.listing(connection, Chosen(case_no=case.case_no), limit=INQUIRIES_SHOWN_MAX)
    file = CaseFile(
        form=form,
        history=history_of(connection, case.case_no),
        events=events.history_of(connection, case.waybill),
        clocks=readings(case, now=now),
        evidence=evidence_store.of_case(connection, case.case_no),
        found=completeness_of(connection, [case])[case.case_no],
        waivers=evidence_store.waivers_of(connection, [case.case_no]).get(case.case_no, []),
        custody=weighed.custody,
        presumption=weighed.presumption,
        asked=with_answers(connection, asked),
    )
    return write_case_file(file, zone=business_settings().zone)
