"""Reminding of inquiries that nobody answered, and telling the levels above: many with one statement (R71, R76)."""

from datetime import tzinfo

from prefect import task

from rules.inquiries.reminders import ASKED_AGAIN, told_by, waits
from schemas.inquiries import Inquiry
from store import inquiries as inquiry_store
from store import outbox
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.inquiries.letters import reminder_letters
from tasks.settings import business_settings

BATCH = 500


@task
def remind_unanswered() -> list[dict[str, str | int]]:
    """Take the next step with every inquiry that is due for one, and list what was done, for a table.

    Each step is taken once, however often and by however many runs this is called.
    """
    done: list[dict[str, str | int]] = []
    zone = business_settings().zone
    while True:
        with unit_of_work() as connection:
            now = clock.now()
            reminded = inquiry_store.remind(connection, now=now, waits=waits(), limit=BATCH)
            outbox.put(connection, reminder_letters(connection, reminded, now=now))
        done += [_line(inquiry, zone) for inquiry in reminded]
        if len(reminded) < BATCH:
            return done


def _line(inquiry: Inquiry, zone: tzinfo) -> dict[str, str | int]:
    """Show what matters first: the UI cuts a wide table off on the right."""
    told = told_by(inquiry.reminders)
    return {
        "inquiry": inquiry.inquiry_no,
        "case": inquiry.case_no,
        "told": inquiry.department if told == ASKED_AGAIN else told,
        "reminders": inquiry.reminders,
        "due": f"{inquiry.due_at.astimezone(zone):%m-%d %H:%M}",
        "asked": f"{inquiry.node.value}: {inquiry.department}",
        "waybill": inquiry.waybill,
    }
