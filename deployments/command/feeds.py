"""The commands about feeds: ingest and translate.

Belongs here: reading files and printing what became of them. Does not belong here: what a payload means.
"""

import io
import json as json_module
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import console, print_json, print_table

if TYPE_CHECKING:
    from store.tracking.inbox import Settled

FILE_BYTES_MAX = 200_000_000
WAIT_SECONDS_MAX = 300
NAMED = 5
"""Files that the last line names; the list above it has them all."""
COUNTS = ("read", "clean", "duplicate", "quarantined")


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    app.command(ingest)
    app.command(translate)


def ingest(*paths: Path, format: str | None = None, json: bool = False) -> None:  # noqa: A002 - the flag's name
    """Take in files, and all files of folders, as if they had been pushed: kept, checked, merged.

    Says for every file how many records were read, and that each is clean, a duplicate or quarantined. A second time
    adds no event.

    - `redress ingest push.json`: the format is recognised by content
    - `redress ingest --format sf_route_xml routes/`: every file of a folder, with the format named

    Args:
        paths: Files or folders.
        format: The format of all files; recognised by content when it is not named.
        json: Print JSON.
    """
    if not paths:
        raise WrongUsage("name at least one file or folder to ingest")
    files = sorted(set(_files(paths)))
    enter()
    from adapters.feeds import registry

    known = sorted(registry.FORMATS)
    if format is not None and format not in known:
        raise WrongUsage(f"there is no format {format}; there are {', '.join(known)}")
    kept, refused = _keep(files, format)
    settled = _process([payload for file in kept for payload in file.payloads])
    rows = [{"file": str(file.path), "format": file.format, **_counts([settled[one] for one in file.payloads])}
            for file in kept]  # fmt: skip
    codes = _unknown_codes(sorted({file.format for file in kept}))
    _print_ingest(rows, codes, refused, as_json=json)
    if refused:
        more = f" and {len(refused) - NAMED} more" if len(refused) > NAMED else ""
        raise WrongUsage(
            f"{len(refused)} of {len(files)} files were not taken in: {', '.join(map(str, [*refused][:NAMED]))}{more}. "
            f"--format names one of {', '.join(known)}"
        )


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in path.rglob("*") if file.is_file())
        elif path.is_file():
            yield path
        else:
            raise WrongUsage(f"there is no file {path}")


class _Kept(NamedTuple):
    """A file in the inbox: as one payload or, when it is a large one of lines, as several."""

    path: Path
    format: str
    payloads: list[int]


def _keep(files: Sequence[Path], named: str | None) -> tuple[list[_Kept], dict[Path, str]]:
    """Put the files into the inbox; give those, and why the others cannot be taken in."""
    from rich.progress import track

    from adapters.drops.splitting import Unsplittable
    from adapters.feeds import registry

    kept: list[_Kept] = []
    refused: dict[Path, str] = {}
    for file in track(files, "Reading", console=console(), transient=True, disable=not sys.stdout.isatty()):
        beginning = _read(file, registry.BEGINNING_BYTES)
        name = named or registry.recognise_table(beginning) or registry.recognise(_read(file))
        if name is None:
            refused[file] = registry.described(_read(file))
            continue
        try:
            kept.append(_Kept(file, name, _received(file, name)))
        except Unsplittable as fault:
            refused[file] = str(fault)
    return kept, refused


def _read(file: Path, limit: int | None = None) -> bytes:
    try:
        if limit is None and file.stat().st_size > FILE_BYTES_MAX:
            raise WrongUsage(f"{file} is larger than {FILE_BYTES_MAX} bytes")
        with file.open("rb") as stream:
            return stream.read(limit)
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read: {error.strerror}") from error


def _received(file: Path, format_name: str) -> list[int]:
    """Put all of a file into the inbox, or nothing of it."""
    from adapters.drops.splitting import PART_BYTES, payloads_of
    from store.tracking import inbox
    from store.unit_of_work import unit_of_work
    from tasks import clock

    told: dict[str, Any] = {"feed": format_name, "format_name": format_name, "origin": "file"}
    with unit_of_work() as connection, file.open("rb") as stream:
        # what fits into one payload goes in as it is: a quote that nothing closes then costs its own line only
        parts = payloads_of(stream, format_name) if file.stat().st_size > PART_BYTES else [stream.read()]
        return [inbox.keep(connection, body=part, received_at=clock.now(), **told) for part in parts]


def _unknown_codes(feeds: Sequence[str]) -> list[dict[str, Any]]:
    from store.tracking import quality
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        return quality.unknown_codes(connection, feeds=feeds)


def _process(payloads: Sequence[int]) -> "dict[int, Settled]":
    """Process the payloads here; wait for those that the running engine took up first."""
    from store.tracking import inbox
    from store.unit_of_work import unit_of_work
    from tasks.tracking.ingest import take_in_payloads

    until = time.monotonic() + WAIT_SECONDS_MAX
    if payloads and (stopped := take_in_payloads.fn(payloads).stopped):
        told = "; ".join(f"{feed}: {why}" for feed, why in stopped.items())
        raise Failure(f"the files are kept, but the quality checks stopped {told} (redress feeds release NAME)")
    while True:
        with unit_of_work() as connection:
            outcomes = inbox.outcomes(connection, payloads)
        settled = {payload: outcome for payload, outcome in outcomes.items() if outcome is not None}
        if len(settled) == len(payloads):
            _wake_detection()
            return settled
        if time.monotonic() > until:
            raise Failure(f"{len(payloads) - len(settled)} files are kept in the inbox but not processed yet")
        time.sleep(0.2)


def _wake_detection() -> None:
    """Wake the search for exceptions where the engine runs; elsewhere its sweep will come to it."""
    from contextlib import suppress

    from adapters import Refused, Unavailable
    from adapters.runs.client import announce
    from tasks.publishing import EVENTS_MERGED

    with suppress(Unavailable, Refused):
        announce(EVENTS_MERGED, resource="redress.command", payload={})


def _counts(settled: "Sequence[Settled]") -> dict[str, Any]:
    answers = dict.fromkeys(one.answer for one in settled)
    return {**{name: sum(getattr(one, name) for one in settled) for name in COUNTS}, "answer": "; ".join(answers)}


def _print_ingest(
    rows: Sequence[dict[str, Any]], codes: Sequence[dict[str, Any]], refused: "dict[Path, str]", *, as_json: bool
) -> None:
    totals = {name: sum(row[name] for row in rows) for name in COUNTS}
    if as_json:
        left = [{"file": str(file), "looks_like": told} for file, told in refused.items()]
        print_json({"files": rows, "total": totals, "unknown_codes": codes, "not_taken_in": left})
        return
    if rows:
        columns = ("file", "format", *COUNTS, "answer")
        print_table(columns, [[row[name] for name in columns] for row in rows])
    said = ", ".join(f"{totals[name]} {name}" for name in COUNTS)
    print(f"{len(rows)} files: {said}.")
    for name in sorted({row["format"] for row in rows}):
        _print_unknown_codes(name, [code for code in codes if code["feed"] == name])
    for file, told in refused.items():
        print(f"Not taken in: {file}: {told}")


def _print_unknown_codes(name: str, codes: Sequence[dict[str, Any]]) -> None:
    if not codes:
        print(f"{name}: no unknown codes.")
        return
    columns = ("raw_code", "seen", "sample_text")
    print(f"{name}: codes that its table does not know, kept as exceptions:")
    print_table(columns, [[code[column] for column in columns] for code in codes])


def translate(file: Path, *, format: str | None = None) -> None:  # noqa: A002 - the flag's name
    """Print what a payload says as canonical events, one line of JSON each; nothing is stored.

    Records that cannot be used go to standard error as {"refused": reason, "at": where}. Where the provider's own
    payloads do not say which parcel they are about (ems_cn_xml), the waybill is empty.

    - `redress translate push.json`: the format is recognised by content
    - `redress translate --format kuaidi100_push push.json`

    Args:
        file: The payload.
        format: Its format; recognised by content when it is not named.
    """
    from adapters.feeds import lines, registry
    from adapters.feeds.envelope import UnreadableEnvelope

    body = _read(file)
    name = format or registry.recognise(body)
    if name is None:
        print(json_module.dumps({"refused": "format_unknown", "at": "body"}), file=sys.stderr)
        known = ", ".join(sorted(registry.FORMATS))
        raise WrongUsage(f"{file} is of no format that Redress reads: {registry.described(body)}. It reads {known}")
    try:
        translation = registry.translate(name, body)
    except registry.UnknownFormat as unknown:
        raise WrongUsage(str(unknown)) from unknown
    except UnreadableEnvelope as fault:
        print(json_module.dumps({"refused": fault.reason_code, "at": fault.where}), file=sys.stderr)
        raise WrongUsage(f"{file} cannot be read as {name}: {fault}") from fault
    for stream in (sys.stdout, sys.stderr):  # half a surrogate pair is written as JSON writes it
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    waybill_needed = registry.declared_format(name).names_waybill
    for record in translation.records:
        refusal = lines.refusal_line(record, waybill_needed=waybill_needed)
        if refusal is not None:
            print(json_module.dumps(refusal, ensure_ascii=False), file=sys.stderr)
        else:
            print(json_module.dumps(lines.canonical_line(record), ensure_ascii=False))
