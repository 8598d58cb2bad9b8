"""How a complaint stands, in words that whoever complained may read (R65), and what he was told came of it (R44)."""

from datetime import datetime
from typing import NamedTuple

from rules.complaints import wording
from rules.complaints.record import wanted_fields
from rules.disclosure import disclosed
from rules.tables import require_words
from schemas.complaint_doors import ComplaintStatus, ToldResult, Words
from schemas.complaints import Complaint, Ending, State
from schemas.disclosure import Audience

STATUS: dict[State, tuple[str, str]] = {
    **wording.PROGRESS,
    State.DRAFT: ("资料待补充", "something is still to be told"),
    State.FED_BACK: ("处理结果已告知，等待您的意见", "you were told the result and may still object"),
    State.CONCLUDED: ("已办结", "it is concluded"),
    State.CLOSED: ("已办结", "it is concluded"),
}
require_words(STATUS, State)
ENDED: dict[str, tuple[str, str]] = {
    Ending.WITHDRAWN: ("已按您的意愿撤回", "it was withdrawn, as you wished"),
    Ending.ABANDONED: ("资料未补充，已关闭", "it was closed, because what was missing was not told"),
}
"""Endings that say more than that it is over."""
RESULT_TOLD = frozenset({State.FED_BACK, State.CONCLUDED, State.CLOSED})


class Promised(NamedTuple):
    """The two times that were promised (R50); None where none is owed any more."""

    first_answer_by: datetime | None
    result_by: datetime | None


def status_of(complaint: Complaint, promised: Promised, *, with_result: bool) -> ComplaintStatus:
    """Say how a complaint stands; the result only to whom it was told."""
    wanted = wanted_fields(complaint.missing) if complaint.state is State.DRAFT else ()
    return ComplaintStatus(
        complaint_no=complaint.case_no,
        received_at=complaint.opened_at,
        status=_words(ENDED.get(complaint.ending) or STATUS[complaint.state]),
        first_answer_by=promised.first_answer_by,
        result_by=promised.result_by,
        wanted=Words(zh=wording.wanted(wanted), en=wording.wanted(wanted, "en")) if wanted else None,
        result=_result(complaint) if with_result and is_result_told(complaint) else None,
    )


def is_result_told(complaint: Complaint) -> bool:
    """Say whether somebody heard what came of it; of what was withdrawn or abandoned nothing came."""
    return complaint.state in RESULT_TOLD and complaint.finding is not None and complaint.ending not in ENDED


def _words(told: tuple[str, str]) -> Words:
    return Words(zh=told[0], en=told[1])


def _result(complaint: Complaint) -> ToldResult:
    plan = complaint.settled_plan
    shown = disclosed(
        {"amount": plan.amount if plan and plan.amount else None, "currency": plan.currency if plan else ""},
        to=Audience.CUSTOMER,
    )
    return ToldResult(
        found=Words(zh=wording.found(complaint), en=wording.found(complaint, "en")),
        measures=Words(
            zh=wording.actions(complaint) if plan else "", en=wording.actions(complaint, "en") if plan else ""
        ),
        basis=Words(zh=wording.basis(complaint), en=wording.basis(complaint, "en")),
        **shown,
    )
