"""The commands about records that cannot be used: quarantine list, show, replay, discard.

Belongs here: what they take and print. Does not belong here: why a record is refused (`expectations.tracking`).
"""

import getpass

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure
from deployments.command.output import print_json, print_table


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="quarantine", help="Records that cannot be used: list, show, replay, discard.")
    group.command(listing, name="list")
    group.command(show)
    group.command(replay)
    group.command(discard)
    app.command(group)


def listing(*, reason: str | None = None, status: str = "held", limit: int = 100, json: bool = False) -> None:
    """List records in quarantine, newest first.

    - `redress quarantine list --reason time_in_future`

    Args:
        reason: Only records with this reason code.
        status: held, replayed or discarded.
        limit: At most so many.
        json: Print JSON.
    """
    enter()
    from store.tracking import quarantine
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        rows = quarantine.listing(connection, status=status, reason=reason, limit=limit)
    if json:
        print_json(rows)
        return
    columns = ("id", "feed", "waybill", "reasons", "where", "times_seen", "note")
    print_table(
        columns,
        [[", ".join(row[name]) if name == "reasons" else row[name] for name in columns] for row in rows],
    )
    print(f"{len(rows)} {status}.")


def show(record_id: int) -> None:
    """Show one record as it was sent, with why it cannot be used.

    Args:
        record_id: Its number in the list.
    """
    enter()
    from store.tracking import quarantine
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        found = quarantine.one(connection, record_id)
    if found is None:
        raise Failure(f"there is no record {record_id} in quarantine")
    print_json(found)


def replay(*record_ids: int, reason: str | None = None, all: bool = False, by: str = "") -> None:  # noqa: A002
    """Judge held records again, as after a mapping was mended; those that pass now enter the log.

    - `redress quarantine replay --reason time_unreadable`
    - `redress quarantine replay 17 18`

    Args:
        record_ids: Their numbers in the list.
        reason: All records with this reason code.
        all: All held records.
        by: Who does it; the system's user name when it is left out.
    """
    if not (record_ids or reason or all):
        raise Failure("name records, or --reason, or --all")
    enter()
    from tasks.tracking.ingest import replay_quarantine

    report = replay_quarantine.fn(reason, list(record_ids) or None, by or getpass.getuser())
    print(f"{report.read} records read again: {report.clean} clean now, {report.quarantined} still held.")


def discard(*record_ids: int, why: str, by: str = "") -> None:
    """Give records up for good; who and why stay on file.

    - `redress quarantine discard 17 --why "test data of the carrier"`

    Args:
        record_ids: Their numbers in the list.
        why: The reason.
        by: Who does it; the system's user name when it is left out.
    """
    if not record_ids or not why.strip():
        raise Failure("name at least one record, and say why")
    enter()
    from store.tracking import quarantine
    from store.unit_of_work import unit_of_work
    from tasks import clock

    with unit_of_work() as connection:
        settled = quarantine.settle(
            connection, record_ids, status="discarded", by=by or getpass.getuser(), note=why, at=clock.now()
        )
    if settled < len(record_ids):
        raise Failure(f"{settled} discarded; {len(record_ids) - settled} are not held")
    print(f"{settled} discarded.")
