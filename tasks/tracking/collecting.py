"""Collecting the files that a sender dropped: each when it is complete, once, as payloads of the inbox.

The payloads and the memory of the file are one transaction; only then is the file moved. Whoever dies between the two
leaves a file that is known as taken, and the next look moves it.
"""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from prefect import task

from adapters import Refused, Unavailable
from adapters.drops.place import File, Place, Reading, Unsettled
from adapters.drops.splitting import Unsplittable, payloads_of
from adapters.feeds import registry
from adapters.feeds.configuration import Drop, Feed, configured_feeds
from adapters.feeds.envelope import UnreadableEnvelope
from schemas.fetching import DroppedFile, DropReport
from store.storable import storable
from store.tracking import drops, inbox
from store.tracking.drops import Lying
from store.unit_of_work import Connection, unit_of_work
from tasks import clock

UNCHANGED_FOR = timedelta(seconds=30)
"""How long a file must have looked the same to be complete, where neither its sender nor the place says so."""

FILES_MAX = 1_000
"""Files looked after in one run; the next goes on."""

SAMPLE_BYTES = 64_000
"""So much of a file is read as its format before it is taken."""

FOLDERS = {"taken": "done", "repeated": "done", "refused": "refused"}


class _Dropping(NamedTuple):
    """Where a feed's files come from."""

    feed: Feed
    drop: Drop
    place: Place


def dropping_feeds() -> list[str]:
    """Name the feeds whose sender drops files."""
    return [name for name, feed in configured_feeds().items() if feed.drop is not None]


@task
def collect_drop(feed: str) -> DropReport:
    """Take every complete file that lies in a feed's drop, refuse what is none of its format, and move both away."""
    configured = configured_feeds()[feed]
    assert configured.drop is not None  # only feeds with a drop are named
    files: list[DroppedFile] = []
    try:
        with Place(configured.drop) as place:
            dropping = _Dropping(configured, configured.drop, place)
            lying = _look(dropping)
            for file, known in lying[:FILES_MAX]:
                if (done := _look_after(file, known, dropping)) is not None:
                    files.append(done)
    except (Unavailable, Refused) as trouble:
        return DropReport(feed=feed, files=tuple(files), stopped=str(trouble))
    left = f"{len(lying) - FILES_MAX} files are left for the next run" if len(lying) > FILES_MAX else ""
    return DropReport(feed=feed, files=tuple(files), stopped=left)


def _look(dropping: _Dropping) -> list[tuple[File, Lying]]:
    files = dropping.place.look()
    with unit_of_work() as connection:
        known = drops.look(
            connection, feed=dropping.feed.name, files=[(file.name, file.size, file.mark) for file in files],
            at=clock.now(),
        )  # fmt: skip
    return [(file, known[key]) for file in files if (key := (file.name, file.size, file.mark)) in known]


def _look_after(file: File, known: Lying, dropping: _Dropping) -> DroppedFile | None:
    """Bring one file as far as it goes; None when there is nothing new to say of it."""
    if known.status == "seen":
        if not file.whole and clock.now() - known.seen_at < UNCHANGED_FOR:
            return _told(file, "waiting", "it may still be being written")
        try:
            done = _take(file, known, dropping)
        except Unsettled as change:
            return _told(file, "waiting", str(change))
    else:  # settled by a run that died before it moved it, or could not
        done = None if dropping.drop.read_only else _told(file, known.status, known.reason)
    return done and _move(done, file, known, dropping)


def _told(file: File, outcome: str, reason: str = "", *, payloads: int = 0) -> DroppedFile:
    return DroppedFile.model_validate(
        {"name": storable(file.name), "size": file.size, "outcome": outcome, "reason": reason, "payloads": payloads}
    )


def _take(file: File, known: Lying, dropping: _Dropping) -> DroppedFile | None:
    """Keep a file's payloads and remember it, in one transaction; None when another takes it."""
    status, reason, payloads, digest = "taken", "", 0, None
    with unit_of_work() as connection:
        if not drops.lock(connection, known.id):
            return None
        try:
            with connection.begin_nested() as kept:
                payloads, digest = _keep(connection, file, dropping)
                if drops.was_taken(connection, feed=dropping.feed.name, sha256=digest):
                    kept.rollback()
                    status, reason, payloads = "repeated", "a file with this content was taken before", 0
        except (Unsplittable, UnreadableEnvelope, Refused) as fault:
            status, reason, payloads = "refused", str(fault), 0
        drops.settle(
            connection, known.id, status=status, at=clock.now(), sha256=digest, payloads=payloads, reason=reason
        )
    return _told(file, status, reason, payloads=payloads)


def _keep(connection: Connection, file: File, dropping: _Dropping) -> tuple[int, bytes]:
    if file.size == 0:
        raise Unsplittable("empty", "the file holds nothing")
    if file.size > dropping.drop.file_bytes_max:
        raise Unsplittable("file_too_large", f"{file.size} bytes, and {dropping.drop.file_bytes_max} are allowed")
    with dropping.place.read(file) as reading:
        payloads = _keep_payloads(connection, reading, dropping.feed)
    return payloads, reading.digest()


def _keep_payloads(connection: Connection, reading: Reading, feed: Feed) -> int:
    payloads = 0
    for body in payloads_of(reading, feed.format):
        if payloads == 0:
            _check_format(body, feed)
        inbox.keep(
            connection, feed=feed.name, format_name=feed.format, origin="drop", body=body, received_at=clock.now()
        )
        payloads += 1
    return payloads


def _check_format(body: bytes, feed: Feed) -> None:
    """Read the beginning of a file as its format, so that a foreign one is refused before it is taken.

    Raises:
        UnreadableEnvelope: it is not of this format.

    """
    sample = next(payloads_of(io.BytesIO(body), feed.format, part_bytes=SAMPLE_BYTES))
    registry.translate(feed.format, sample, zone=feed.zone)


def _move(done: DroppedFile, file: File, known: Lying, dropping: _Dropping) -> DroppedFile:
    """Move a settled file away where files are moved, and remember that."""
    if dropping.drop.read_only:
        return done
    note = done.reason if done.outcome == "refused" else ""
    try:
        dropping.place.put_away(file, folder=FOLDERS[done.outcome], name=f"{known.id}-{file.name}", note=note)
    except (Refused, Unsettled) as trouble:
        return done.model_copy(update={"reason": "; ".join(filter(None, [done.reason, f"not moved: {trouble}"]))})
    with unit_of_work() as connection:
        drops.mark_moved(connection, known.id, at=clock.now())
    return done


def drop_rows(reports: Sequence[DropReport]) -> list[dict[str, Any]]:
    """Write looks into drops as a table of their files."""
    rows: list[dict[str, Any]] = []
    for report in reports:
        rows += [{"feed": report.feed, **file.model_dump()} for file in report.files]
        if report.stopped:
            rows.append(
                {
                    "feed": report.feed,
                    "name": "",
                    "size": "",
                    "outcome": "stopped",
                    "payloads": "",
                    "reason": report.stopped,
                }
            )
    return rows
