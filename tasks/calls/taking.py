"""Taking a file of calls in: read in batches, checked by the quality suite, merged; what is unusable is kept apart."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import polars as pl

from adapters.calls.reading import read_calls
from expectations.process import Validator, default_validator
from rules.calls.keeping import kept_fields, kept_line
from schemas.calls import CALL_COLUMNS, CallHeld, CallsTaken
from schemas.quality import Verdict
from store import calls as call_store
from store.calls import Unusable
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.settings import business_settings


class NotAccountedFor(RuntimeError):
    """Rows of a file are nowhere: the program is wrong, and the file must be taken in again once it is mended."""


def take_in_calls(path: Path, *, by: str, validator: Validator | None = None) -> CallsTaken:
    """Take a file of calls in and say what became of every row: read = clean + duplicate + quarantined.

    Each batch is a transaction, so that a file that was cut off can simply be taken in again: what is on file already
    counts as a duplicate. The caller's number is kept as a keyed hash only.

    Raises:
        UnreadableCalls: the file is no CSV of calls.
        ChecksBroken: the quality checks could not be carried out; the batch was not taken in.
        NotAccountedFor: the counts of the rows do not add up.
    """
    checks, now = validator or default_validator(), clock.now()
    counts, reasons = Counter[str](), Counter[str]()
    for batch in read_calls(path, zone=business_settings().zone):
        verdict = checks.judge_calls(batch, received_at=now)
        counts["read"] += batch.height
        counts += _settle(batch, verdict, file=path.name)
        reasons.update(code for codes in verdict.quarantined.values() for code in codes)
    taken = CallsTaken(
        file=path.name,
        read=counts["read"],
        clean=counts["clean"],
        duplicate=counts["duplicate"],
        quarantined=counts["quarantined"],
        reasons=dict(reasons.most_common()),
    )
    _note(taken, by=by, now=now)
    return taken


def _settle(batch: pl.DataFrame, verdict: Verdict, *, file: str) -> Counter[str]:
    """Merge what is clean and keep what is not, in one transaction."""
    unusable = [
        _unusable(row, verdict.quarantined[place])
        for place, row in zip(verdict.quarantined, batch[list(verdict.quarantined)].iter_rows(named=True), strict=True)
    ]
    with unit_of_work() as connection:
        new = call_store.merge(connection, batch[list(verdict.clean)])
        call_store.hold(connection, file, unusable)
    on_file = len(verdict.clean) - new
    return Counter(clean=new, duplicate=len(verdict.duplicate) + on_file, quarantined=len(unusable))


def _unusable(row: dict[str, object], reasons: tuple[str, ...]) -> Unusable:
    line = int(str(row["line"]))
    if row["unreadable"]:
        return Unusable(line, (str(row["unreadable"]), *reasons), {"line": kept_line(str(row["raw"]))})
    told = {name: str(row.get(f"{name}_text", row[name])) for name in CALL_COLUMNS}
    return Unusable(line, reasons, dict(kept_fields(told)))


def _note(taken: CallsTaken, *, by: str, now: datetime) -> None:
    if taken.read != taken.clean + taken.duplicate + taken.quarantined:
        raise NotAccountedFor(f"{taken.file}: {taken.read} rows were read, but {taken}")
    with unit_of_work() as connection:
        call_store.note_intake(connection, taken, by=by, at=now)


def calls_held(*, limit: int = 50) -> list[CallHeld]:
    """Read the rows of calls that cannot be used, the newest first."""
    with unit_of_work() as connection:
        return call_store.held_rows(connection, limit=limit)
