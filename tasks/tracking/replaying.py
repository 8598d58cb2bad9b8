"""Judging held records again, as after a mapping was mended: batch by batch, each in a transaction of its own.

The whole payload of each record is read again, so what the log holds already comes out as a duplicate, and nothing
enters it twice. A replay that was cut off is taken up by the next: what passed is no longer held.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from prefect import task

from schemas.quarantine import ReplayOrder, ReplayReport
from store.tracking import inbox, quarantine
from store.tracking.quarantine import Chosen, Locked
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.tracking.ingest import process

PAYLOADS = 2_000
BYTES = 8_000_000
"""Payloads and bytes that are judged again in one transaction."""
PASSED = "passed on replay"


@task
def order_replay(
    by: str, reason: str | None = None, feed: str | None = None, ids: Sequence[int] | None = None
) -> ReplayOrder:
    """Say what is to be replayed: what is held now, and not what will be held while the replay goes on."""
    with unit_of_work() as connection:
        return ReplayOrder(
            by=by,
            reason=reason or None,
            feed=feed or None,
            ids=tuple(ids) if ids is not None else None,
            until=quarantine.newest_payload(connection),
        )


@task(retries=2, retry_delay_seconds=[1, 5])
def replay_batch(order: ReplayOrder, after: int) -> ReplayReport | None:
    """Judge the held records of the next payloads again; those that pass leave quarantine. None when none is left."""
    chosen = Chosen(ids=order.ids, reason=order.reason, feed=order.feed)
    with unit_of_work() as connection:
        records, last = quarantine.lock_next(
            connection, chosen, after=after, until=order.until, payloads=PAYLOADS, bytes_max=BYTES
        )
        if last is None:
            return None
        return _replayed(connection, records, by=order.by).model_copy(update={"last": last})


def _replayed(connection: Connection, records: Sequence[Locked], *, by: str) -> ReplayReport:
    """Replay payloads and say what became of the records that were held of them."""
    payloads = inbox.read(connection, sorted({record.inbox_id for record in records}))
    if not payloads:  # they have passed the time for which payloads are kept
        return ReplayReport(records=len(records), held_by=_by_reason(records))
    processed = process(connection, payloads)
    usable = {settled.id: settled.clean + settled.duplicate for settled in processed.settled}
    passed = _passed(records, still_held=processed.held, usable=usable)
    ids = [record.id for record in passed]
    quarantine.settle(connection, Chosen(ids=ids), status="replayed", by=by, note=PASSED, at=clock.now())
    return ReplayReport(
        payloads=len(payloads),
        records=len(records),
        passed=len(passed),
        clean=processed.report.clean,
        duplicate=processed.report.duplicate,
        passed_by=_by_reason(passed),
        held_by=_by_reason(set(records) - set(passed)),
    )


def _passed(records: Iterable[Locked], *, still_held: set[bytes], usable: dict[int, int]) -> list[Locked]:
    """Pick the records that are not held any more, payload by payload.

    A payload that has fewer usable records than would leave quarantine has lost some on the way, as when it cannot be
    read at all now. Then none of its records has passed.
    """
    passed = []
    by_payload = attrgetter("inbox_id")
    for payload, group in groupby(sorted(records, key=by_payload), key=by_payload):
        free = [record for record in group if record.record_hash not in still_held]
        if len(free) <= usable.get(payload, 0):
            passed += free
    return passed


def _by_reason(records: Iterable[Locked]) -> dict[str, int]:
    return dict(Counter(f"{reason} ({record.feed})" for record in records for reason in record.reasons))
