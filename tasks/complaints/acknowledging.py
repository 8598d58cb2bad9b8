"""The answer to whoever complains: that it was received, its number, and until when he hears what (R37, R50)."""

from datetime import datetime
from typing import NamedTuple

from rules.complaints import wording
from rules.exceptions.wording import local_time
from rules.texts import Language
from schemas.complaints import Complaint, Filed, MissingField
from store import outbox
from store.unit_of_work import Connection
from tasks.complaints.letters import customer_letters
from tasks.complaints.timing import FIRST_ANSWER, RESULT, anchors_of, due
from tasks.settings import business_settings


def acknowledge(
    connection: Connection,
    complaint: Complaint,
    missing: tuple[MissingField, ...],
    now: datetime,
    *,
    joined: bool = False,
    repeat: bool = False,
) -> Filed:
    """Tell whoever complains what became of it, and give the same to whoever took it in (R37, R50)."""
    language: Language = "en" if complaint.language == "en" else "zh"
    text = "incomplete" if missing else "told_again" if joined else "acknowledged"
    promised = _promised(complaint, read_at=now)
    written = _promised(complaint, read_at=business_settings().after_quiet_hours(now))
    told = {"wanted": wording.wanted(missing, language), "urgent": "1" if repeat else ""}
    letters = customer_letters(
        complaint, text, purpose=f"intake-{complaint.version}", now=now, **told, **written.in_words()
    )
    outbox.put(connection, letters)
    message = wording.write(
        text, complaint, language, hotline=business_settings().hotline, **told, **promised.in_words()
    )
    return Filed(
        complaint_no=complaint.case_no,
        state=complaint.state,
        joined=joined,
        repeat=repeat,
        sentence=message.body,
        first_answer_by=promised.first if not missing else None,
        result_by=promised.result if not missing else None,
        missing=missing,
    )


class _Promises(NamedTuple):
    """By when a customer hears what (R50); None for what is over, or comes before he reads of it."""

    first: datetime | None
    result: datetime | None

    def in_words(self) -> dict[str, str]:
        """Write them as people of the business read them."""
        zone = business_settings().zone
        return {"first_answer_by": local_time(self.first, zone), "result_by": local_time(self.result, zone)}


def _promised(complaint: Complaint, *, read_at: datetime) -> _Promises:
    """Promise what the clocks say, after the quiet hours: nobody is written to in them."""
    anchors = anchors_of(complaint)
    first, result = (_ahead(due(clock_id, anchors), read_at) for clock_id in (FIRST_ANSWER, RESULT))
    return _Promises(first, result)


def _ahead(at: datetime | None, read_at: datetime) -> datetime | None:
    heard_at = business_settings().after_quiet_hours(at) if at is not None else None
    return heard_at if heard_at is not None and heard_at > read_at else None
