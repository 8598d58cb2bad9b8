"""Telling the department of what it owes the regulator: soon, and once more when it is overdue; once each."""

from datetime import datetime

from prefect import task

from rules.clocks.explanation import due_locally
from schemas.appeals import Appeal, AppealDue
from store import appeals as appeal_store
from store import outbox
from store.appeals import APPEALS, Chosen
from store.outbox import Letter
from store.unit_of_work import Connection, unit_of_work
from tasks import clock, refreshing
from tasks.appeals.letters import due_letter
from tasks.appeals.settings import appeal_clocks, appeal_settings
from tasks.appeals.timing import clock_columns, profile_in_force
from tasks.clock_book import clock_book
from tasks.settings import business_settings

BATCH = 500


@task
def remind_appeals() -> list[dict[str, str]]:
    """Tell of every appeal that is due within the margin or overdue, and list what was told, for a table.

    However often and by however many runs this is called, each is told once. Times that were counted by other figures
    are counted anew first.
    """
    refresh_appeal_clocks()
    told: list[dict[str, str]] = []
    while True:
        with unit_of_work() as connection:
            now = clock.now()
            found = appeal_store.select_appeals(connection, Chosen(tell_by=now), limit=BATCH, lock=True)
            told += _tell(connection, found, now)
            APPEALS.keep_clocks(connection, {one.case_no: _kept(one, told_until=now) for one in found})
        if len(found) < BATCH:
            return told


def refresh_appeal_clocks() -> int:
    """Count what is due anew in open appeals whose figures, calendars or margin have changed; give how many."""
    profile, calendars = profile_in_force(), clock_book().calendars.version

    def outdated(connection: Connection, after: str) -> list[Appeal]:
        return appeal_store.with_old_clocks(
            connection, profile=profile, calendars=calendars, after=after, limit=refreshing.BATCH
        )

    return refreshing.refresh(APPEALS, outdated, _kept)


def _tell(connection: Connection, found: list[Appeal], now: datetime) -> list[dict[str, str]]:
    told = _letters(found, now)
    known = outbox.known_keys(connection, [letter.key for letter, _ in told])
    new = [(letter, line) for letter, line in told if letter.key not in known]
    outbox.put(connection, [letter for letter, _ in new])
    return [line for _, line in new]


def _letters(found: list[Appeal], now: datetime) -> list[tuple[Letter, dict[str, str]]]:
    clocks, margin = appeal_clocks(), appeal_settings().margin
    return [
        (due_letter(appeal, due, overdue=due.due_at <= now, now=now), _line(appeal, due, overdue=due.due_at <= now))
        for appeal in found
        for due in clocks.owed(appeal)
        if due.due_at - margin <= now
    ]


def _line(appeal: Appeal, due: AppealDue, *, overdue: bool) -> dict[str, str]:
    zone = business_settings().zone
    return {
        "appeal": appeal.case_no,
        "due": f"{due.kind.value} {due_locally(due.due_at, zone)}",
        "overdue": "yes" if overdue else "",
        "regulator": f"{appeal.regulator} {appeal.regulator_no}",
        "handler": appeal.handler,
        "told": appeal_settings().department,
    }


def _kept(appeal: Appeal, *, told_until: datetime | None = None) -> dict[str, object]:
    return {**clock_columns(appeal, told_until=told_until), "clock_anchors": {}}
