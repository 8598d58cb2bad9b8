"""The command that takes in lists of claims: claim import.

Belongs here: reading files and printing what became of them. Does not belong here: what a row must have
(`rules.claims.listing`), or how it becomes a claim (`tasks.claims.listing`).
"""

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import WrongUsage
from deployments.command.output import print_json, print_table

if TYPE_CHECKING:
    from schemas.claim_lists import ListTaken

UNFIT_SHOWN = 20


def register(group: App) -> None:
    """Add this command to the group `redress claim`."""
    group.command(import_lists, name="import")


def import_lists(*files: Path, by: str = "", json: bool = False) -> None:
    """Take in lists of claims (CSV or XLSX), each row a claim; those that do not fit are named with line and reason.

    The same list twice adds nothing. docs/taking-claims.md has the columns, in Chinese and in English.

    - `redress claim import claims-2026-11.xlsx`

    Args:
        files: The lists.
        by: Who takes them in; the system's user name when it is left out.
        json: Print JSON.
    """
    if not files:
        raise WrongUsage("name the files to take in")
    if missing := [file for file in files if not file.is_file()]:
        raise WrongUsage(f"there is no file {missing[0]}")
    enter()
    from deployments.command.claims import wake
    from tasks.claims.listing import UnreadableList, WrongColumns, import_claims

    taken: list[ListTaken] = []
    refused: dict[str, str] = {}
    for file in files:
        try:
            taken.append(import_claims(file, by=by or getpass.getuser()))
        except (UnreadableList, WrongColumns) as fault:
            refused[str(file)] = str(fault)
    if any(one.filed or one.added for one in taken):
        wake()
    if json:
        print_json({"files": [one.model_dump(mode="json") for one in taken], "refused": refused})
    else:
        _print_taken(taken)
    if refused:
        told = "; ".join(f"{name}: {why}" for name, why in refused.items())
        raise WrongUsage(f"{len(refused)} of {len(files)} files were not taken in: {told}")


def _print_taken(taken: "Sequence[ListTaken]") -> None:
    print_table(
        ("file", "rows", "filed", "added", "repeated", "unfit"),
        [(one.file, one.rows, len(one.filed), len(one.added), one.repeated, len(one.unfit)) for one in taken],
    )
    for one in taken:
        for row in one.unfit[:UNFIT_SHOWN]:
            print(f"{one.file}, line {row.line}: {'; '.join(row.reasons)}")
        if len(one.unfit) > UNFIT_SHOWN:
            print(f"{one.file}: {len(one.unfit) - UNFIT_SHOWN} more rows do not fit; --json lists them all")
