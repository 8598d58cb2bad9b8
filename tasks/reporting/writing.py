"""Writing a report: page, workbook and figures into a folder, the record of who made it, letters to its readers."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any, NamedTuple

from prefect import task
from prefect.runtime import flow_run

from adapters.reports.drawing import draw
from adapters.reports.page import html_page
from adapters.reports.workbook import Sheet, write_workbook
from rules.reporting.claims import NAME as CLAIMS_NAME
from rules.reporting.complaints import NAME as COMPLAINTS_NAME
from rules.reporting.exceptions import NAME as EXCEPTIONS_NAME
from rules.reporting.letters import report_letter
from rules.reporting.periods import NoSuchPeriod, last_finished, period_around, period_named
from rules.reporting.telling import as_values, headline
from schemas.reporting import Period, PeriodKind, Report
from store import outbox
from store.reporting import made
from store.reporting.made import ReportMade
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.exceptions.letters import department_message
from tasks.folders import put_in_place, remove_old
from tasks.reporting import claims, complaints, exceptions
from tasks.reporting.settings import ReportSettings
from tasks.settings import business_settings

PAGE, FIGURES = "index.html", "figures.json"
SYSTEM = "redress"


CodeNames = Mapping[str, Mapping[str, str]]


class Subject(NamedTuple):
    """What a report is about: its name, how it is counted, and what its page calls the codes of a case."""

    name: str
    counted: Callable[..., AbstractContextManager[tuple[Report, Sequence[Sheet]]]]
    names: CodeNames


EXCEPTIONS = Subject(EXCEPTIONS_NAME, exceptions.counted_exceptions, exceptions.NAMES)
COMPLAINTS = Subject(COMPLAINTS_NAME, complaints.counted_complaints, complaints.NAMES)
CLAIMS = Subject(CLAIMS_NAME, claims.counted_claims, claims.NAMES)
SUBJECTS = {subject.name: subject for subject in (EXCEPTIONS, COMPLAINTS, CLAIMS)}


class Written(NamedTuple):
    """A report that was written, and where."""

    report: Report
    page: Path
    workbook: Path
    address: str  # what to open in a browser
    pictures: dict[str, str]
    removed: int


@task
def write_report_about(
    name: str, kind: PeriodKind, *, ending: str = "", made_by: str = SYSTEM, signed_by: str = ""
) -> Written:
    """Write the report of that name about a period, in the place of an earlier one; remove those that are too old.

    Raises:
        NoSuchPeriod: `ending` is no date, or lies in the future.
    """
    period = period_for(kind, ending, now=clock.now())
    return write_report(period, about=SUBJECTS[name], folder=None, made_by=made_by, signed_by=signed_by)


def period_for(kind: PeriodKind, ending: str, *, now: datetime) -> Period:
    """Give the period that a day lies in; the last one that is over where no day is named.

    Raises:
        NoSuchPeriod: it is no day, or one that has not come yet.
    """
    today = now.astimezone(business_settings().zone).date()
    if not ending:
        return last_finished(kind, today=today)
    try:
        day = date.fromisoformat(ending)
    except ValueError as fault:
        raise NoSuchPeriod(f"{ending!r} is no date such as 2026-11-20") from fault
    return _begun(period_around(kind, day), today)


def period_called(name: str, *, now: datetime) -> Period:
    """Give the period of that name.

    Raises:
        NoSuchPeriod: there is none, or it has not begun.
    """
    return _begun(period_named(name), now.astimezone(business_settings().zone).date())


def _begun(period: Period, today: date) -> Period:
    if period.first > today:
        raise NoSuchPeriod(f"{period.name} has not begun")
    return period


def figures_of(period: Period, *, made_by: str, signed_by: str = "", about: Subject = EXCEPTIONS) -> dict[str, Any]:
    """Count a period and give its figures; nothing is written."""
    signer = signed_by or ReportSettings().report_signer
    with about.counted(period, made_by=made_by, answered_for_by=signer, now=clock.now()) as (report, _):
        return as_values(report)


def write_report(
    period: Period, *, folder: Path | None, made_by: str, signed_by: str = "", about: Subject = EXCEPTIONS
) -> Written:
    """Write a report into its place, or into a folder of its own within the one named; record it, tell its readers."""
    settings, now = ReportSettings(), clock.now()
    name = about.name
    place = folder / f"{name}-{period.name}" if folder else settings.folder / name / period.name
    signer = signed_by or settings.report_signer
    with about.counted(period, made_by=made_by, answered_for_by=signer, now=now) as (report, sheets):
        pictures = draw([chart for section in report.sections for chart in section.charts])
        write = partial(_write, report=report, sheets=sheets, pictures=pictures, names=about.names)
        files = put_in_place(place, write)
    address = _address(place, settings, name=name, own=folder is None)
    _record(report, address=address, files=files, settings=settings)
    removed = 0 if folder else _remove_old(settings, name=name, now=now)
    return Written(report, place / PAGE, place / _workbook_name(report), address, pictures, removed)


def _write(
    folder: Path, *, report: Report, sheets: Sequence[Sheet], pictures: dict[str, str], names: CodeNames
) -> dict[str, str]:
    """Write the files and give the hash of each."""
    folder.mkdir(parents=True)
    (folder / PAGE).write_text(html_page(report, pictures=pictures, names=names), "utf-8")
    values = json.dumps(as_values(report), ensure_ascii=False, indent=1)
    (folder / FIGURES).write_text(values, "utf-8")
    write_workbook(folder / _workbook_name(report), report, sheets=sheets)
    return {file.name: _hash(file) for file in sorted(folder.iterdir())}


def _workbook_name(report: Report) -> str:
    return f"{report.name}-{report.period.name}.xlsx"


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _address(place: Path, settings: ReportSettings, *, name: str, own: bool) -> str:
    if own and settings.reports_url:
        return f"{settings.reports_url.rstrip('/')}/{name}/{place.name}/{PAGE}"
    return (place / PAGE).resolve().as_uri()


def _record(report: Report, *, address: str, files: dict[str, str], settings: ReportSettings) -> None:
    """Write down who made the report and who answers for it (R108), and put the letters to its readers out."""
    letters = [
        department_message(
            "",
            report_letter(report, address=address),
            key=f"report-{report.name}-{report.period.name}-{reader}",
            purpose="report",
            to=reader,
            now=report.made_at,
        )
        for reader in settings.readers
    ]
    with unit_of_work() as connection:
        made.keep(
            connection,
            ReportMade(
                name=report.name,
                period=report.period.name,
                made_at=report.made_at,
                made_by=report.made_by,
                answered_for_by=report.answered_for_by,
                address=address,
                files=files,
                figures=headline(report),
                flow_run_id=str(flow_run.id or ""),
            ),
        )
        outbox.put(connection, letters)


def _remove_old(settings: ReportSettings, *, name: str, now: datetime) -> int:
    today = now.astimezone(business_settings().zone).date()
    return remove_old(settings.folder / name, before=today - timedelta(days=settings.reports_days), day_of=_last_day_of)


def _last_day_of(name: str) -> date | None:
    try:
        return period_named(name).until
    except NoSuchPeriod:
        return None


def reports_made(*, limit: int = 50) -> list[ReportMade]:
    """Read the record of reports, the newest first."""
    with unit_of_work() as connection:
        return made.newest(connection, limit=limit)
