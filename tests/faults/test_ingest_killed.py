"""An ingest killed with -9 in the middle of a sample day, and its PostgreSQL too: the day ends as if nothing had been.

The ingest works in a process of its own, on a PostgreSQL of this test's own. The moments are statements and commits,
drawn by a seed. In the short form it dies at several moments of one day; under REDRESS_FAULTS=long there are more such
days, and each commit has one of its own.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from cryptography.fernet import Fernet
from factories import NOON
from fuzzing.seeds import payload_of
from ingest_under_test import DAY, Ended, Ingest
from sqlalchemy import text

from deployments.sample_day.posts import sample_day
from rules.tracking.fold import shipment_state
from store.migrate import upgrade
from store.tracking import events, inbox
from store.tracking.inbox import Arrived
from store.unit_of_work import dispose, unit_of_work

pytestmark = pytest.mark.faults

LONG = os.environ.get("REDRESS_FAULTS") == "long"
PARCELS = 300
SEEDS = range(8 if LONG else 1)

LOG = text(
    "SELECT event_id, namespace, waybill, carrier, occurred_at, event, reason, clock, confidence, raw_code, raw_text, "
    "location, sequence, voids_event_id, mapping_version FROM event_log ORDER BY event_id"
)
SHIPMENTS = text(
    "SELECT waybill, carrier, phase, last_event, last_event_at, last_location, first_scan_at, picked_up_at, "
    'delivered_at, events, troubled FROM shipment ORDER BY waybill COLLATE "C"'
)
PAYLOADS = text("SELECT id, read, clean, duplicate, quarantined, processed_at, batch_id FROM inbox ORDER BY id")
HELD = text("SELECT feed, format, waybill, reasons, record, status FROM quarantine ORDER BY record_hash")
SUMS = "coalesce(sum(read), 0), coalesce(sum(clean), 0), coalesce(sum(duplicate), 0), coalesce(sum(quarantined), 0)"


@pytest.fixture(scope="module")
def ingest() -> Iterator[Ingest]:
    """Give an ingest with a day's payloads before it."""
    folder = Path(tempfile.mkdtemp(prefix="redress-killed-"))  # short: a socket's path is limited
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("REDRESS_SECRET_KEY", Fernet.generate_key().decode())
        environment.setenv("REDRESS_DATABASE_URL", "")
        environment.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        ingest = Ingest(folder / "pg")
        try:
            ingest.take_over(DAY)
            upgrade(os.environ["REDRESS_DATABASE_URL"])
            keep_sample_day()
            yield ingest
        finally:
            dispose()
            ingest.close()
            shutil.rmtree(folder, ignore_errors=True)


def keep_sample_day() -> None:
    end = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    posts = sample_day(seed=7, parcels=PARCELS, now=end, salt="test").posts
    pushed = [one for post in posts if (one := payload_of(post.path, post.content_type, post.body))]
    with unit_of_work() as connection:
        inbox.keep_many(connection, [Arrived(one.format, one.format, "http", one.body, NOON) for one in pushed])


class Books(NamedTuple):
    """All that the day has come to, but for what two batches side by side may settle either way."""

    log: list[bytes]
    states: bytes
    held: list[bytes]
    read: list[tuple[int, int, int]]


def books() -> Books:
    """Read what the day has come to, and make sure that it adds up."""
    with unit_of_work() as connection:
        log, payloads = connection.execute(LOG).all(), connection.execute(PAYLOADS).all()
        shipments, held = connection.execute(SHIPMENTS).all(), connection.execute(HELD).all()
        by_batch = connection.execute(text(f"SELECT {SUMS} FROM batch")).one()
        by_payload = connection.execute(text(f"SELECT {SUMS} FROM inbox")).one()
        batches = set(connection.execute(text("SELECT id FROM batch")).scalars())
        told = events.of_waybills(connection, [row.waybill for row in shipments])
    assert [row.id for row in payloads if row.processed_at is None or row.batch_id not in batches] == []
    assert [row.id for row in payloads if row.read != row.clean + row.duplicate + row.quarantined] == []
    assert tuple(by_batch) == tuple(by_payload)  # nothing was counted that was not kept
    assert len({row.event_id for row in log}) == len(log) == by_payload[1]
    folded = [shipment_state(told.get(row.waybill, ())).model_dump_json() for row in shipments]
    return Books(
        log=[repr(tuple(row)).encode() for row in log],
        states=repr(([tuple(row) for row in shipments], folded)).encode(),
        held=[repr(tuple(row)).encode() for row in held],
        read=[(row.id, row.read, row.quarantined) for row in payloads],
    )


class Undisturbed(NamedTuple):
    """What the day comes to when nobody disturbs it, and how many calls and commits that takes."""

    books: Books
    calls: int
    commits: int


@pytest.fixture(scope="module")
def undisturbed(ingest: Ingest) -> Undisturbed:
    """Let a day pass."""
    ingest.begin_day()
    ended = ingest.run()
    assert ended.status == 0, ended.errors
    return Undisturbed(books(), **json.loads(ended.told))


def settled() -> int:
    with unit_of_work() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM inbox WHERE processed_at IS NOT NULL").scalar_one())


Kill = Callable[[str], Ended]


def killed_again_and_again(ingest: Ingest, kills: Sequence[tuple[Kill, str]]) -> int:
    """Have a fresh day's ingest disturbed at one moment after the other; give how many payloads were settled then."""
    ingest.begin_day()
    for kill, moment in kills:
        ended = kill(moment)
        assert ended.status != 0, f"it had ended before {moment}"
    return settled()


def assert_ends_like(undisturbed: Undisturbed, ingest: Ingest, what: object) -> None:
    """Have a fresh ingest do what is left, and compare all."""
    ended = ingest.run()
    assert ended.status == 0, ended.errors
    assert books() == undisturbed.books, what


class TestSampleDay:
    def test_is_taken_in_batch_by_batch(self, undisturbed: Undisturbed) -> None:
        assert undisturbed.commits > 5
        assert len(undisturbed.books.log) > 1_000
        assert undisturbed.books.held


def drawn(ingest: Ingest, rng: Random, calls: int) -> list[tuple[Kill, str]]:
    """Draw moments, and who is killed at them: PostgreSQL at one at least."""
    kills = [
        (ingest.run, f"call {rng.randint(2, calls // 4)}"),
        (ingest.run_and_kill_postgres, f"call {rng.randint(2, calls // 4)}"),
        (ingest.run, f"{rng.choice(('before', 'after'))} {rng.randint(1, 2)}"),
    ]
    return kills + [(ingest.run_and_kill_postgres, f"after {rng.randint(1, 2)}")] * LONG


class TestDayOfKills:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_ends_as_if_nothing_had_been(self, ingest: Ingest, undisturbed: Undisturbed, seed: int) -> None:
        kills = drawn(ingest, Random(seed), undisturbed.calls)

        assert killed_again_and_again(ingest, kills) < len(undisturbed.books.read)
        assert_ends_like(undisturbed, ingest, kills)

    @pytest.mark.skipif(not LONG, reason="each commit alone is part of `make faults`")
    @pytest.mark.parametrize("part", ["run", "run_and_kill_postgres"])
    def test_ends_so_after_each_commit_alone(self, ingest: Ingest, undisturbed: Undisturbed, part: str) -> None:
        for number in range(1, undisturbed.commits):
            for side in ("before", "after"):
                killed_again_and_again(ingest, [(getattr(ingest, part), f"{side} {number}")])
                assert_ends_like(undisturbed, ingest, f"{part} {side} {number}")
