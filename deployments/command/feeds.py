"""The commands about feeds: ingest and translate.

Belongs here: reading files and printing what became of them. Does not belong here: what a payload means.
"""

import io
import json as json_module
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import console, print_json, print_table

if TYPE_CHECKING:
    from store.tracking.inbox import Settled

FILE_BYTES_MAX = 200_000_000
WAIT_SECONDS_MAX = 300
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
    files = sorted(_files(paths))
    enter()
    from adapters.feeds import registry

    known = sorted(registry.FORMATS)
    if format is not None and format not in known:
        raise WrongUsage(f"there is no format {format}; there are {', '.join(known)}")
    kept, unknown = _keep(files, format)
    settled = _process([payload for _, _, payload in kept])
    rows = [{"file": str(file), "format": name, **_counts(settled[payload])} for file, name, payload in kept]
    _print_ingest(rows, as_json=json)
    if unknown:
        names = ", ".join(map(str, unknown[:5]))
        raise WrongUsage(f"{len(unknown)} files are of no known format ({names}); name it with --format: {known}")


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in path.rglob("*") if file.is_file())
        elif path.is_file():
            yield path
        else:
            raise WrongUsage(f"there is no file {path}")


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise WrongUsage(f"{file} is larger than {FILE_BYTES_MAX} bytes")
        return file.read_bytes()
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read: {error.strerror}") from error


def _keep(files: Sequence[Path], named: str | None) -> tuple[list[tuple[Path, str, int]], list[Path]]:
    """Put the files into the inbox; give (file, format, payload id), and the files whose format nobody knows."""
    from rich.progress import track

    from adapters.feeds.registry import recognise
    from tasks import clock
    from tasks.tracking.ingest import receive

    kept: list[tuple[Path, str, int]] = []
    unknown: list[Path] = []
    for file in track(files, "Reading", console=console(), transient=True, disable=not sys.stdout.isatty()):
        body = _read(file)
        name = named or recognise(body)
        if name is None:
            unknown.append(file)
            continue
        payload = receive(feed=name, format_name=name, origin="file", body=body, received_at=clock.now())
        kept.append((file, name, payload))
    return kept, unknown


def _process(payloads: Sequence[int]) -> "dict[int, Settled]":
    """Process the payloads here; wait for those that the running engine took up first."""
    from store.tracking import inbox
    from store.unit_of_work import unit_of_work
    from tasks.tracking.ingest import take_in_payloads

    until = time.monotonic() + WAIT_SECONDS_MAX
    while take_in_payloads.fn(payloads) is not None:
        pass
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


def _counts(settled: "Settled") -> dict[str, Any]:
    return {**{name: getattr(settled, name) for name in COUNTS}, "answer": settled.answer}


def _print_ingest(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    totals = {name: sum(row[name] for row in rows) for name in COUNTS}
    if as_json:
        print_json({"files": rows, "total": totals})
        return
    columns = ("file", "format", *COUNTS, "answer")
    print_table(columns, [[row[name] for name in columns] for row in rows])
    said = ", ".join(f"{totals[name]} {name}" for name in COUNTS)
    print(f"{len(rows)} files: {said}.")


def translate(file: Path, *, format: str) -> None:  # noqa: A002 - the flag's name
    """Print what a payload says as canonical events, one line of JSON each; nothing is stored.

    Records that cannot be used go to standard error as {"refused": reason, "at": where}.

    - `redress translate --format kuaidi100_push push.json`

    Args:
        file: The payload.
        format: Its format.
    """
    from adapters.feeds import lines, registry
    from adapters.feeds.envelope import UnreadableEnvelope

    try:
        translation = registry.translate(format, _read(file))
    except registry.UnknownFormat as unknown:
        raise WrongUsage(str(unknown)) from unknown
    except UnreadableEnvelope as fault:
        print(json_module.dumps({"refused": fault.reason_code, "at": fault.where}), file=sys.stderr)
        raise WrongUsage(f"{file} cannot be read as {format}: {fault}") from fault
    for stream in (sys.stdout, sys.stderr):  # half a surrogate pair is written as JSON writes it
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for record in translation.records:
        refusal = lines.refusal_line(record)
        if refusal is not None:
            print(json_module.dumps(refusal, ensure_ascii=False), file=sys.stderr)
        else:
            print(json_module.dumps(lines.canonical_line(record), ensure_ascii=False))
