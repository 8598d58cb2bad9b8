"""Taking in a business customer's list of claims: each row a claim, those that do not fit named with line and reason.

A row is known by what it says: the same list twice adds nothing, nor does one that was cut off and comes again.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from adapters.claims.sheets import FILE_BYTES_MAX, UnreadableList, rows_of
from rules.claims.listing import WrongColumns, columns_of, shown_field, told_in
from schemas.claim_lists import ListTaken, UnfitRow
from schemas.claims import ClaimChannel, ClaimForm, Filed
from schemas.exceptions import Role
from store import requests
from store.requests import NamedRequest
from store.unit_of_work import unit_of_work
from tasks.claims.intake import file_claims
from tasks.claims.told import Incomplete, TakenIn

__all__ = ["UnreadableList", "WrongColumns", "import_claims"]

SENDER = "claims list"


class _Fit(NamedTuple):
    """A row that can be taken in."""

    line: int
    form: ClaimForm
    name: NamedRequest


def import_claims(path: Path, *, by: str = SENDER) -> ListTaken:
    """Take in the rows of a CSV or XLSX file, some hundred in a transaction.

    An account that a row names in place of another is not taken on its word, as of any claimant.

    Raises:
        UnreadableList: the file is none, or too large; nothing is taken in.
        WrongColumns: its header lacks a column, or has one that nobody knows; nothing is taken in.
    """
    if path.stat().st_size > FILE_BYTES_MAX:
        raise UnreadableList(f"the file is larger than {FILE_BYTES_MAX} bytes")
    fit, unfit = _read(path.read_bytes())
    new = _new(fit)
    taken = file_claims([one.form for one in new], taken=TakenIn(by, Role.CUSTOMER), named=[one.name for one in new])
    for one, became in zip(new, taken, strict=True):
        if isinstance(became, Incomplete):
            reasons = tuple(f"缺少 missing: {field.zh} {field.en}" for field in became.missing)
            unfit.append(UnfitRow(line=one.line, reasons=reasons))
    filed = [one for one in taken if isinstance(one, Filed)]
    return ListTaken(
        file=path.name,
        rows=len(fit) + len(unfit) - (len(taken) - len(filed)),
        filed=tuple(one.claim_no for one in filed if not one.known),
        added=tuple(one.claim_no for one in filed if one.known),
        repeated=len(fit) - len(new),
        unfit=tuple(sorted(unfit, key=lambda row: row.line)),
    )


def _read(content: bytes) -> tuple[list[_Fit], list[UnfitRow]]:
    """Read all of a list before any of it is taken in."""
    rows = rows_of(content)
    header = next(rows, None)
    if header is None:
        raise UnreadableList("the file holds nothing")
    columns = columns_of(header.cells)
    fit: list[_Fit] = []
    unfit: list[UnfitRow] = []
    for line, cells in rows:
        try:
            form = ClaimForm(channel=ClaimChannel.FILE, **told_in(columns, cells))
        except ValidationError as invalid:
            unfit.append(UnfitRow(line=line, reasons=tuple(_reasons(invalid))))
            continue
        fit.append(_Fit(line, form, _named(form)))
    return fit, unfit


def _reasons(invalid: ValidationError) -> Iterator[str]:
    for error in invalid.errors(include_input=False, include_url=False, include_context=False):
        yield f"{shown_field(error['loc'])}: {error['msg']}" if error["loc"] else error["msg"]


def _named(form: ClaimForm) -> NamedRequest:
    digest = sha256(form.model_dump_json().encode())
    return NamedRequest(SENDER, digest.hexdigest(), digest.digest())


def _new(fit: Sequence[_Fit]) -> list[_Fit]:
    """Leave out the rows that were taken in before, and of equal ones all but the first."""
    with unit_of_work() as connection:
        known = requests.known_names(connection, SENDER, [one.name.key for one in fit])
    first: dict[str, _Fit] = {}
    for one in fit:
        first.setdefault(one.name.key, one)
    return [one for key, one in first.items() if key not in known]
