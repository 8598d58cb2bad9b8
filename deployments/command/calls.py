"""The command about the call centre's records: calls.

Belongs here: reading files and printing what became of them. Does not belong here: what a usable call is
(`expectations.calls`).
"""

import getpass
from pathlib import Path
from typing import Any

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import print_json, print_table

COUNTS = ("read", "clean", "duplicate", "quarantined")
HELD_SHOWN = 20


def add_to(app: App) -> None:
    """Add this command to the `redress` command."""
    app.command(calls)


def calls(*files: Path, held: bool = False, by: str = "", json: bool = False) -> None:
    """Take in files of calls and online messages (CSV): checked row by row, each call once.

    Says for every file how many rows were read, and that each is clean, a duplicate or quarantined with its reason.

    - `redress calls 2026-11-20.csv`
    - `redress calls --held`: the rows that could not be used, with file and line

    Args:
        files: CSV files; docs/call-records.md has the columns.
        held: List the newest rows in quarantine instead.
        by: Who takes them in; the system's user name when it is left out.
        json: Print JSON.
    """
    if held == bool(files):
        raise WrongUsage("name the files to take in, or --held for the rows that could not be used")
    if held:
        enter()
        _print_held(as_json=json)
        return
    if missing := [file for file in files if not file.is_file()]:
        raise WrongUsage(f"there is no file {missing[0]}")
    enter()
    _take_in(files, by=by or getpass.getuser(), as_json=json)


def _take_in(files: tuple[Path, ...], *, by: str, as_json: bool) -> None:
    from adapters.calls.reading import UnreadableCalls
    from expectations.verdict import ChecksBroken
    from tasks.calls.taking import take_in_calls

    rows: list[dict[str, Any]] = []
    refused: dict[str, str] = {}
    for file in files:
        try:
            rows.append(take_in_calls(file, by=by)._asdict())
        except UnreadableCalls as fault:
            refused[str(file)] = str(fault)
        except ChecksBroken as fault:
            raise Failure(f"{file}: {fault}") from fault
    if as_json:
        print_json({"files": rows, "refused": refused})
    else:
        _print_taken(rows)
    if refused:
        told = "; ".join(f"{name}: {why}" for name, why in refused.items())
        raise WrongUsage(f"{len(refused)} of {len(files)} files were not taken in: {told}")


def _print_taken(rows: list[dict[str, Any]]) -> None:
    told = [
        (row["file"], *(row[count] for count in COUNTS), ", ".join(f"{code} {n}" for code, n in row["reasons"].items()))
        for row in rows
    ]
    print_table(("file", *COUNTS, "reasons"), told)


def _print_held(*, as_json: bool) -> None:
    from tasks.calls.taking import calls_held

    rows = calls_held(limit=HELD_SHOWN)
    if as_json:
        print_json([row._asdict() for row in rows])
        return
    print_table(
        ("file", "line", "reasons", "times", "record"),
        [(row.file, row.line, ", ".join(row.reasons), row.times_seen, row.record) for row in rows],
    )
