"""The file in which a carrier hands in its departments: CSV with a header, one department a row.

Columns: code, names (the first is what it is called by, others after |), kind, parent (a code), manager (a staff id),
contact, languages (zh|en), active (yes or no). The last four may be missing or empty.
"""

import csv
import io
import re

from rules.supervision.network import faults_of
from schemas.network import Department, DepartmentKind

REQUIRED = ("code", "names", "kind", "parent")
COLUMNS = (*REQUIRED, "manager", "contact", "languages", "active")
ROWS_MAX = 200_000
BETWEEN = "|"

_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")
_STAFF_ID = re.compile(r"[a-z0-9-]{2,40}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_YES_OR_NO = {"yes": True, "no": False, "": True}


class NetworkFileInvalid(ValueError):
    """The file cannot be used; the message names row and column. Row 1 is the header."""


def read_departments(text: str) -> list[Department]:
    """Read the departments of a file.

    Raises:
        NetworkFileInvalid: the header, a field, or the tree that the rows make is wrong.
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = _checked_header(next(rows, []))
        departments: dict[int, Department] = {}
        for row in rows:
            if any(field.strip() for field in row):
                departments[rows.line_num] = _department(row, header, rows.line_num)
            if len(departments) > ROWS_MAX:
                raise NetworkFileInvalid(f"row {rows.line_num}: more than {ROWS_MAX} departments")
    except csv.Error as error:
        raise NetworkFileInvalid(f"row {rows.line_num}: {error}") from error
    if not departments:
        raise NetworkFileInvalid("row 2: there is no department")
    _check_tree(departments)
    return list(departments.values())


def _checked_header(fields: list[str]) -> list[str]:
    header = [field.strip().lower() for field in fields]
    if missing := [column for column in REQUIRED if column not in header]:
        raise NetworkFileInvalid(f"row 1: column {', '.join(missing)} is missing; there must be {', '.join(COLUMNS)}")
    for number, column in enumerate(header, start=1):
        if column not in COLUMNS:
            raise NetworkFileInvalid(
                f"row 1, column {number}: {column or 'an empty name'} is none of {', '.join(COLUMNS)}"
            )
        if header.count(column) > 1:
            raise NetworkFileInvalid(f"row 1, column {number}: {column} stands twice")
    return header


def _department(row: list[str], header: list[str], number: int) -> Department:
    if len(row) != len(header):
        raise NetworkFileInvalid(f"row {number}: {len(row)} fields where the header has {len(header)}")
    given = {column: field.strip() for column, field in zip(header, row, strict=True)}
    optional = {column: given.get(column, "") for column in COLUMNS[len(REQUIRED) :]}

    def refuse(column: str, why: str) -> NetworkFileInvalid:
        return NetworkFileInvalid(f"row {number}, column {column}: {why}")

    if not _CODE.fullmatch(given["code"]):
        raise refuse("code", f"{given['code'] or 'nothing'} is no code of letters, digits, dots and dashes")
    names = _listed(given["names"])
    if not names:
        raise refuse("names", "no name is given")
    if given["kind"] not in set(DepartmentKind):
        raise refuse("kind", f"{given['kind'] or 'nothing'} is none of {', '.join(DepartmentKind)}")
    if optional["manager"] and not _STAFF_ID.fullmatch(optional["manager"]):
        raise refuse("manager", f"{optional['manager']} is no staff id")
    languages = _listed(optional["languages"]) or ("zh",)
    if wrong := [language for language in languages if not _LANGUAGE.fullmatch(language)]:
        raise refuse("languages", f"{wrong[0]} is no language of two small letters")
    if optional["active"].lower() not in _YES_OR_NO:
        raise refuse("active", f"{optional['active']} is neither yes nor no")
    return Department(
        code=given["code"],
        names=names,
        kind=DepartmentKind(given["kind"]),
        parent=given["parent"],
        manager=optional["manager"],
        contact=optional["contact"],
        languages=languages,
        active=_YES_OR_NO[optional["active"].lower()],
    )


def _listed(field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in field.split(BETWEEN) if part.strip()))


def _check_tree(departments: dict[int, Department]) -> None:
    """Say of the first wrong one in which row it stands."""
    for fault in faults_of(departments.values()):
        number = max(row for row, department in departments.items() if department.code == fault.code)
        raise NetworkFileInvalid(f"row {number}, column {fault.column}: {fault.code}: {fault.sentence}")
