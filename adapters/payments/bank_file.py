"""The bank's files: a batch of payouts out, the bank's results and statements in. docs/payments.md shows both.

A batch is written once: what lies under its name is either the same, byte for byte, or stops everything. No cell is
ever changed to make it safe; a text that could be a formula is refused.
"""

import csv
import io
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from adapters import Refused, Unavailable
from adapters.payments.settings import PaymentSettings
from rules.privacy import mask_accounts
from schemas.payments import FORMULA_STARTS, LineRefused, PaymentStatus, ResultRow

RESULT_COLUMNS = ("batch", "key", "status", "amount", "currency", "bank_reference", "reason")
STATUSES = {"PAID": PaymentStatus.PAID, "REFUSED": PaymentStatus.REFUSED, "RETURNED": PaymentStatus.REVERSED}
HASH_DIGITS = 10
_AMOUNT = re.compile(r"\d{1,12}\.\d{2}")


class UnreadableFile(Refused):
    """What was given is no file of the bank."""


class Row(NamedTuple):
    """One payout as it stands in a batch."""

    key: str
    payee: str
    account: str
    amount: Decimal
    currency: str
    reference: str

    def __repr__(self) -> str:
        return f"Row({self.key})"


class Results(NamedTuple):
    """A file of the bank as it was read: its batches, the lines that can be understood, and those that cannot."""

    batch_nos: frozenset[str]
    rows: list[ResultRow]
    refused: list[LineRefused]


def render(batch_no: str, currency: str, rows: Sequence[Row]) -> bytes:
    """Write a batch out as the bank takes it: a head with its sums, a line for each payout, an end.

    Raises:
        Refused: a text begins like a formula or holds what cannot be printed.
    """
    total = sum((row.amount for row in rows), Decimal())
    lines = [
        ("REDRESS-PAYOUTS-1", batch_no, currency, str(len(rows)), f"{total:.2f}", hash_total(rows)),
        ("key", "payee", "account", "amount", "currency", "reference"),
        *((row.key, row.payee, row.account, f"{row.amount:.2f}", row.currency, row.reference) for row in rows),
        ("END", batch_no),
    ]
    for line in lines:
        _refuse_unsafe(line)
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(lines)
    return written.getvalue().encode()


def hash_total(rows: Iterable[Row]) -> str:
    """Add up the last digits of all accounts: a sum that means nothing, and differs when an account was changed."""
    digits = (re.sub(r"\D", "", row.account)[-HASH_DIGITS:] for row in rows)
    return f"{sum(int(number or 0) for number in digits) % 10**HASH_DIGITS:0{HASH_DIGITS}d}"


def _refuse_unsafe(cells: Iterable[str]) -> None:
    for cell in cells:
        if cell.startswith(FORMULA_STARTS) or not cell.isprintable():
            raise Refused("a text of the batch could be taken for a formula, or cannot be printed")


def write_once(name: str, content: bytes, *, settings: PaymentSettings | None = None) -> Path:
    """Put a file into the bank's folder, whole and for this user alone; the same file there already is enough.

    Raises:
        Refused: something else lies under its name.
        Unavailable: the folder cannot be written to.
    """
    path = (settings or PaymentSettings()).folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _put(path, content)
        there = sha256(path.read_bytes()).digest()
    except OSError as failure:
        raise Unavailable(f"the bank's folder cannot be written to: {type(failure).__name__}") from failure
    if there != sha256(content).digest():
        raise Refused(f"something else lies under the name {name}")
    return path


def _put(path: Path, content: bytes) -> None:
    """Write beside the name and link into place: nobody reads half a file, and nobody's file is written over."""
    provisional = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with os.fdopen(os.open(provisional, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):  # another process was faster: its file is compared next
            os.link(provisional, path)
    finally:
        provisional.unlink(missing_ok=True)


def read_results(path: Path, *, settings: PaymentSettings | None = None) -> Results:
    """Read a file of results, or of a statement, line by line; what cannot be understood is told by its line.

    Raises:
        UnreadableFile: there is none, it is too large, no CSV, or lacks a column.
    """
    settings = settings or PaymentSettings()
    try:
        with path.open("rb") as stream:
            content = stream.read(settings.payment_file_bytes_max + 1)
    except OSError as failure:
        raise UnreadableFile(f"{path} cannot be read: {failure.strerror}") from failure
    if len(content) > settings.payment_file_bytes_max:
        raise UnreadableFile(f"{path} is larger than {settings.payment_file_bytes_max} bytes")
    try:
        return parse_results(_decoded(content))
    except (csv.Error, UnicodeError) as failure:
        raise UnreadableFile(f"{path} is no CSV: {failure}") from failure
    except UnreadableFile as failure:
        raise UnreadableFile(f"{path}: {failure}") from failure


def _decoded(content: bytes) -> str:
    """Read UTF-8, else what Chinese banks write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def parse_results(written: str) -> Results:
    """Read the text of a result file.

    Raises:
        UnreadableFile: a column is missing.
    """
    reader = csv.DictReader(io.StringIO(written, newline=""), strict=True)
    if missing := [name for name in RESULT_COLUMNS if name not in (reader.fieldnames or ())]:
        raise UnreadableFile(f"it has no column {', '.join(missing)}")
    rows: list[ResultRow] = []
    refused: list[LineRefused] = []
    batches: set[str] = set()
    for cells in reader:
        batches.add((cells["batch"] or "").strip())
        understood = _row(reader.line_num, cells)
        (rows if isinstance(understood, ResultRow) else refused).append(understood)  # type: ignore[arg-type]
    return Results(frozenset(batches), rows, refused)


def _row(line: int, cells: dict[str, str]) -> ResultRow | LineRefused:
    told = {name: (cells[name] or "").strip() for name in RESULT_COLUMNS}
    key = told["key"][:100]
    if None in cells:
        return LineRefused(line=line, key=key, reason="it has more cells than there are columns")
    if told["status"].upper() not in STATUSES:
        return LineRefused(line=line, key=key, reason=f"no status: {told['status'][:20]!r}")
    if not _AMOUNT.fullmatch(told["amount"]):
        return LineRefused(line=line, key=key, reason=f"no amount with two decimals: {told['amount'][:20]!r}")
    try:
        amount = Decimal(told["amount"])
    except InvalidOperation:  # digits of another script
        return LineRefused(line=line, key=key, reason="no amount")
    return ResultRow(
        line=line,
        key=key,
        status=STATUSES[told["status"].upper()],
        amount=amount,
        currency=told["currency"].upper(),
        reference=told["bank_reference"][:100],
        reason=mask_accounts(told["reason"])[:200],
    )


def statements_of(day: str, *, settings: PaymentSettings | None = None) -> list[Path]:
    """List the bank's statements of a day: `statements/<day>*.csv` in its folder."""
    return sorted(((settings or PaymentSettings()).folder / "statements").glob(f"{day}*.csv"))
