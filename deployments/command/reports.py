"""The commands about reports: report exceptions, report complaints, report claims, report list.

Belongs here: what they take and print. Does not belong here: what a figure counts (`rules.reporting`).
"""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import print_json, print_table

if TYPE_CHECKING:
    from schemas.reporting import Period
    from tasks.reporting.writing import Written


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="report", help="Reports: making one by hand, and the record of those that were made.")
    group.command(exceptions)
    group.command(complaints)
    group.command(claims)
    group.command(listing, name="list")
    app.command(group)


def exceptions(
    *, period: str = "", json: bool = False, out: Path | None = None, by: str = "", signed_by: str = ""
) -> None:
    """Report on the exceptions of a day, a week or a month: a page, a workbook, and the figures.

    - `redress report exceptions --period 2026-11-20`
    - `redress report exceptions --period 2026-W47 --out ~/reports`
    - `redress report exceptions --period 2026-11 --json`: only the figures, on standard output

    Args:
        period: 2026-11-20, 2026-W47 or 2026-11; yesterday when it is left out.
        json: Print the figures as JSON; files are written only where --out says so.
        out: Write into a folder within this one, instead of the reports of the installation.
        by: Who makes it; the system's user name when it is left out.
        signed_by: Who answers for it; REDRESS_REPORT_SIGNER when it is left out.
    """
    _report("exceptions", "day", period, json=json, out=out, by=by, signed_by=signed_by)


def complaints(
    *, period: str = "", json: bool = False, out: Path | None = None, by: str = "", signed_by: str = ""
) -> None:
    """Report on the complaints of a week, a month or a day, with calls, feedback and what the meeting talks about.

    - `redress report complaints --period 2026-W47`
    - `redress report complaints --period 2026-11 --out ~/reports`

    Args:
        period: 2026-W47, 2026-11 or 2026-11-20; the last week when it is left out.
        json: Print the figures as JSON; files are written only where --out says so.
        out: Write into a folder within this one, instead of the reports of the installation.
        by: Who makes it; the system's user name when it is left out.
        signed_by: Who answers for it; REDRESS_REPORT_SIGNER when it is left out.
    """
    _report("complaints", "week", period, json=json, out=out, by=by, signed_by=signed_by)


def claims(*, period: str = "", json: bool = False, out: Path | None = None, by: str = "", signed_by: str = "") -> None:
    """Report on the claims of a month, a week or a day: causes, parties, cycle times, money, recovery, what is open.

    - `redress report claims --period 2026-11`
    - `redress report claims --period 2026-11 --json`: only the figures, on standard output

    Args:
        period: 2026-11, 2026-W47 or 2026-11-20; the last month when it is left out.
        json: Print the figures as JSON; files are written only where --out says so.
        out: Write into a folder within this one, instead of the reports of the installation.
        by: Who makes it; the system's user name when it is left out.
        signed_by: Who answers for it; REDRESS_REPORT_SIGNER when it is left out.
    """
    _report("claims", "month", period, json=json, out=out, by=by, signed_by=signed_by)


def _report(subject: str, usual: str, period: str, *, json: bool, out: Path | None, by: str, signed_by: str) -> None:
    enter()
    from tasks.reporting.writing import SUBJECTS, figures_of, write_report

    wanted, maker, about = _period(period, usual), by or getpass.getuser(), SUBJECTS[subject]
    if json:
        print_json(figures_of(wanted, about=about, made_by=maker, signed_by=signed_by))
    if not json or out is not None:
        written = write_report(wanted, about=about, folder=out, made_by=maker, signed_by=signed_by)
        if not json:
            _print_written(written)


def _period(name: str, usual: str) -> "Period":
    from rules.reporting.periods import NoSuchPeriod
    from schemas.reporting import PeriodKind
    from tasks import clock
    from tasks.reporting.writing import period_called, period_for

    try:
        return period_called(name, now=clock.now()) if name else period_for(PeriodKind(usual), "", now=clock.now())
    except NoSuchPeriod as fault:
        raise WrongUsage(str(fault)) from fault


def _print_written(written: "Written") -> None:
    ledger = written.report.sections[0].tables[0]
    rows: list[tuple[Any, ...]] = [
        (row.name.zh, row.name.en, row.figures[0].value, row.figures[0].before) for row in ledger.rows
    ]
    print_table(("", "", written.report.period.name, written.report.before.name), rows)
    print(written.address)
    print(written.workbook)


def listing(*, limit: int = 20, json: bool = False) -> None:
    """List the reports made last: which, when, by whom, who answers for it, and the hashes of their files in JSON.

    Args:
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from tasks.reporting.writing import reports_made

    if limit < 1:
        raise Failure("--limit is at least 1")
    made = reports_made(limit=limit)
    if json:
        print_json([one._asdict() for one in made])
        return
    print_table(
        ("report", "period", "made", "by", "answers for it", "where"),
        [
            (one.name, one.period, f"{one.made_at.astimezone(zone):%Y-%m-%d %H:%M}", one.made_by, one.answered_for_by,
             one.address)
            for one in made
        ],
    )  # fmt: skip
