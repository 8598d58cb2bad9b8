"""The commands about records that cannot be used: quarantine, and quarantine list, show, replay, discard.

Belongs here: what they take and print. Does not belong here: why a record is refused (`expectations.tracking`).
"""

import getpass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import console, local, print_json, print_table

if TYPE_CHECKING:
    from schemas.quarantine import ReplayReport

Status = Literal["held", "replayed", "discarded"]


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="quarantine", help="Records that cannot be used: how many and why; list, show, replay, discard.")
    group.default(summary)
    group.command(listing, name="list")
    group.command(show)
    group.command(replay)
    group.command(discard)
    app.command(group)


def summary(*, status: Status = "held", json: bool = False) -> None:
    """Count records in quarantine by reason and feed.

    - `redress quarantine`: what is held and why

    Args:
        status: held, replayed or discarded.
        json: Print JSON.
    """
    zone = enter().zone
    from store.tracking import quarantine
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        rows = quarantine.summary(connection, status=status)
        standing = quarantine.standing(connection)
    if json:
        print_json({"status": standing, status: rows})
        return
    columns = ("reason", "feed", "format", "records", "times_seen")
    print_table(
        (*columns, "oldest", "newest"),
        [[*(row[name] for name in columns), local(row["oldest"], zone), local(row["newest"], zone)] for row in rows],
    )
    print(", ".join(f"{count} {name}" for name, count in standing.items()) + ".")


def listing(
    *,
    reason: str | None = None,
    feed: str | None = None,
    format: str | None = None,  # noqa: A002 - the flag's name
    status: Status = "held",
    since: str | None = None,
    limit: int = 100,
    json: bool = False,
) -> None:
    """List records in quarantine, newest first.

    - `redress quarantine list --reason time_in_future --since 2026-11-20`
    - `redress quarantine list --feed sf --status discarded`: who gave up what, when and why

    Args:
        reason: Only records with this reason code.
        feed: Only records of this feed.
        format: Only records of this format.
        status: held, replayed or discarded.
        since: Only records held since this day or time, in the business time zone where it names none.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from store.tracking import quarantine
    from store.tracking.quarantine import Chosen
    from store.unit_of_work import unit_of_work

    chosen = Chosen(reason=reason, feed=feed, format=format, status=status, since=_moment(since, zone))
    with unit_of_work() as connection:
        rows = quarantine.listing(connection, chosen, limit=limit)
        found = quarantine.count(connection, chosen)
    if json:
        print_json(rows)
        return
    columns = (
        "id",
        "feed",
        "waybill",
        "reasons",
        "where",
        "times_seen",
        "created_at",
        "settled_at",
        "settled_by",
        "note",
    )
    print_table(columns, [[_shown(row[name], zone) for name in columns] for row in rows])
    print(f"{found} {status}" + (f", the newest {len(rows)} shown." if len(rows) < found else "."))


def show(record_id: int, *, reveal: bool = False) -> None:
    """Show one record as it was sent, with why it cannot be used; phone numbers are masked.

    - `redress quarantine show 17`
    - `redress quarantine show 17 --reveal`: with the phone numbers, where the case needs them

    Args:
        record_id: Its number in the list.
        reveal: Do not mask phone numbers.
    """
    enter()
    from rules.privacy import mask_record
    from store.tracking import quarantine
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        found = quarantine.one(connection, record_id)
    if found is None:
        raise Failure(f"there is no record {record_id} in quarantine")
    print_json(found if reveal else {**found, "record": mask_record(found["record"])})


def replay(
    *record_ids: int,
    reason: str | None = None,
    feed: str | None = None,
    all: bool = False,  # noqa: A002 - the flag's name
    by: str = "",
    json: bool = False,
) -> None:
    """Judge held records again, as after a mapping was mended; those that pass now enter the log.

    Runs here, batch by batch: cut off, it goes on where it stood when it is called again. The deployment
    `replay_quarantine` does the same in the engine.

    - `redress quarantine replay --reason time_unreadable`
    - `redress quarantine replay 17 18`

    Args:
        record_ids: Their numbers in the list.
        reason: All records with this reason code.
        feed: All records of this feed; with a reason, only those of both.
        all: All held records.
        by: Who does it; the system's user name when it is left out.
        json: Print JSON.
    """
    if not (record_ids or reason or feed or all):
        raise WrongUsage("name records, or --reason, or --feed, or --all")
    enter()
    from tasks.publishing import EVENTS_MERGED
    from tasks.tracking.replaying import order_replay, replay_batch

    order = order_replay.fn(by or getpass.getuser(), reason, feed, record_ids or None)
    report = _nothing_yet()
    with console().status("Replaying ..."):
        while (batch := replay_batch.fn(order, report.last)) is not None:
            report = report.plus(batch)
    if report.clean:
        _wake(EVENTS_MERGED)
    if json:
        print_json({**report.model_dump(exclude={"last"}), "still_held": report.still_held})
        return
    rows = report.rows()
    print_table(tuple(rows[0]) if rows else (), [tuple(row.values()) for row in rows])
    print(report.sentence)


def _nothing_yet() -> "ReplayReport":
    from schemas.quarantine import ReplayReport

    return ReplayReport()


def _wake(event: str) -> None:
    """Wake the search for exceptions where the engine runs; elsewhere its sweep will come to it."""
    from contextlib import suppress

    from adapters import Refused, Unavailable
    from adapters.runs.client import announce

    with suppress(Unavailable, Refused):
        announce(event, resource="redress.command", payload={})


def discard(
    *record_ids: int,
    reason: str | None = None,
    feed: str | None = None,
    count: int | None = None,
    why: str,
    by: str = "",
) -> None:
    """Give records up for good; who, when and why stay on file. Told again, they are counted and not held anew.

    A whole reason is discarded only with the number of records that this command says there are.

    - `redress quarantine discard 17 --why "test data of the carrier"`
    - `redress quarantine discard --reason waybill_missing --count 1520 --why "heartbeats of the new gateway"`

    Args:
        record_ids: Their numbers in the list.
        reason: All records with this reason code.
        feed: With a reason, only those of this feed.
        count: How many records that is.
        why: The reason for giving them up.
        by: Who does it; the system's user name when it is left out.
    """
    if not why.strip() or bool(record_ids) == bool(reason):
        raise WrongUsage("name at least one record, or --reason, and say why")
    if feed and not reason:
        raise WrongUsage("--feed narrows --reason")
    enter()
    from tasks.tracking.discarding import CountDiffers, discard_reason, discard_records

    who = by or getpass.getuser()
    if reason is not None:
        _confirm(reason, feed, count)
        try:
            discarded = discard_reason(reason, feed=feed, count=count or 0, why=why, by=who)
        except CountDiffers as differs:
            raise Failure(str(differs)) from differs
    else:
        discarded = discard_records(record_ids, why=why, by=who)
    if record_ids and discarded < len(set(record_ids)):
        left = len(set(record_ids)) - discarded
        raise Failure(f"{discarded} discarded; {left} are not held, or are being worked on just now")
    print(f"{discarded} discarded.")


def _confirm(reason: str, feed: str | None, count: int | None) -> None:
    """Refuse to discard a whole reason without the number of its records."""
    from store.tracking import quarantine
    from store.tracking.quarantine import Chosen
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        held = quarantine.count(connection, Chosen(reason=reason, feed=feed))
    if not held:
        raise Failure(f"nothing is held with reason {reason}" + (f" of feed {feed}" if feed else ""))
    if count is None:
        raise Failure(f"{held} records are held with {reason}; to discard them all, say --count {held}")


def _moment(since: str | None, zone: ZoneInfo) -> datetime | None:
    if since is None:
        return None
    try:
        told = datetime.fromisoformat(since)
    except ValueError as fault:
        raise WrongUsage(f"--since {since} is no day or time such as 2026-11-20 or 2026-11-20T08:00") from fault
    return told if told.tzinfo else told.replace(tzinfo=zone)


def _shown(cell: object, zone: ZoneInfo) -> object:
    if isinstance(cell, datetime):
        return local(cell, zone)
    return ", ".join(map(str, cell)) if isinstance(cell, list) else cell
