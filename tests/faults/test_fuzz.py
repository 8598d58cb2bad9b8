"""100,000 mutated payloads at the translators, the gateway's doors and the inbox: no crash, no hang, nothing lost.

Here 2,000 of them, all under REDRESS_FAULTS=long; besides, some of the real payloads that may lie beside the project.
Each has a name, and a failure says how to see it alone. FUZZ_SEED gives others.
"""

import logging
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

import pytest
from fuzzing import knocks
from fuzzing.doors import Gateway, kept_since, open_gateway
from fuzzing.figures import HANG_SECONDS, Figures
from fuzzing.invented import INVENTED, Seed
from fuzzing.knocks import DRESSED, Knock, knock_at, knock_with_registrations
from fuzzing.mutants import SEED, Named, mutants, named
from fuzzing.seeds import real, registrations, sampled
from fuzzing.translators import check

from adapters.feeds import registry
from adapters.feeds.configuration import configured_feeds
from adapters.feeds.envelope import UnreadableEnvelope
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.tracking.ingest import receive, take_in_payloads

pytestmark = pytest.mark.faults

LONG = os.environ.get("REDRESS_FAULTS") == "long"
OF_EACH_FORMAT = 3_937 if LONG else 54  # 19 formats
OF_EACH_DOOR = 2_000 if LONG else 60  # 10 doors
OF_THE_INBOX = 5_200 if LONG else 380
OF_REAL_ONES = 10_000 if LONG else 200
TAKEN_IN_TOGETHER = 400  # in one batch: their waybills are the same, and batches side by side would wait for each other
WARM = 10  # one in so many warms up
REDIRECTED = 307  # what Starlette says of a slash at the end

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # when the invented payloads were sent


@cache
def seeds_of(format_name: str) -> list[Seed]:
    return [seed for seed in (*INVENTED, *sampled()) if seed.format == format_name]


def each(one: Iterator[Named], figures: Figures, *, count: int, do: Callable[[Named], None]) -> None:
    """Do something with each mutant, and tell the figures of all."""
    for place, mutant in enumerate(one):
        if place == count // WARM:
            figures.warmed_up()
        with named(mutant):
            do(mutant)
    figures.tell()


class TestTranslators:
    @pytest.mark.parametrize("format_name", registry.FORMATS)
    def test_answer_or_refuse_and_lose_nothing(self, format_name: str) -> None:
        figures = Figures(f"translator {format_name}")

        each(
            mutants(format_name, OF_EACH_FORMAT, seeds_of(format_name)),
            figures,
            count=OF_EACH_FORMAT,
            do=lambda one: check(one, figures),
        )

    def test_answer_or_refuse_what_was_real_once(self, feeds: Path) -> None:
        figures = Figures("translators, real payloads")
        payloads = [seed for seeds in real(feeds).values() for seed in seeds]

        each(mutants("real", OF_REAL_ONES, payloads), figures, count=OF_REAL_ONES, do=lambda one: check(one, figures))


@pytest.fixture
def gateway(database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Gateway]:
    """Open a gateway all of whose senders have the same made-up secret, on the day of the invented payloads."""
    for feed in configured_feeds().values():
        monkeypatch.setenv(feed.secret, knocks.KEY)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    for name in ("deployments.gateway", "python_multipart"):
        caplog.set_level(logging.ERROR, logger=name)  # they tell of each refusal
    with open_gateway() as gateway:
        yield gateway


class TestGateway:
    @pytest.mark.parametrize("feed", DRESSED)
    def test_keeps_what_it_acknowledges_and_nothing_else(self, gateway: Gateway, feed: str) -> None:
        figures = Figures(f"door {feed}")
        last = 0

        def knock(one: Named) -> None:
            nonlocal last
            knock = knock_at(feed, one.mutant.body, Random(f"{SEED}/{one.name}"))
            accepted = answered(gateway, knock, one, figures)
            rows = kept_since(last)
            assert len(rows) == accepted
            for row in rows:
                last = row.id
                figures.records += 1
                assert (row.feed, row.format) == (feed, DRESSED[feed][0])
                assert knock.payload in {None, row.body}
                registry.check_envelope(row.format, row.body)

        payloads = seeds_of(DRESSED[feed][0])
        each(mutants(f"door {feed}", OF_EACH_DOOR, payloads), figures, count=OF_EACH_DOOR, do=knock)
        take_in_payloads.fn()
        assert_accounted_for()

    def test_registers_what_it_says_it_did(self, gateway: Gateway) -> None:
        figures = Figures("door of registrations")
        registered = 0

        def knock(one: Named) -> None:
            nonlocal registered
            knock = knock_with_registrations(one.mutant.body, Random(f"{SEED}/{one.name}"))
            accepted = answered(gateway, knock, one, figures)
            before, registered = registered, shipments_on_file()
            assert accepted or registered == before
            figures.records = registered

        each(mutants("registrations", OF_EACH_DOOR, registrations()), figures, count=OF_EACH_DOOR, do=knock)


def answered(gateway: Gateway, knock: Knock, one: Named, figures: Figures) -> bool:
    """Knock, and say whether the gateway acknowledged; that it crashed or is closed is no answer."""
    answer = gateway.answer(knock)
    figures.note(one.name, answer.seconds, str(answer.status))
    assert answer.seconds < HANG_SECONDS, f"it took {answer.seconds:.2f} s"
    assert 200 <= answer.status < 500, answer.body
    assert answer.body or answer.status == REDIRECTED or knock.method == "HEAD"
    return answer.status < REDIRECTED


def shipments_on_file() -> int:
    with unit_of_work() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM shipment").scalar_one())


class TestInbox:
    def test_is_emptied_whatever_it_holds(self, database: str) -> None:
        figures = Figures("inbox")
        payloads = [*INVENTED, *sampled()]

        def keep(one: Named) -> None:
            name = one.seed.format
            receive(feed=name, format_name=name, origin="file", body=one.mutant.body, received_at=NOW)
            figures.note(one.name, 0, name)
            if figures.payloads % TAKEN_IN_TOGETHER == 0:
                take_in_payloads.fn()

        each(mutants("inbox", OF_THE_INBOX, payloads), figures, count=OF_THE_INBOX, do=keep)
        take_in_payloads.fn()
        assert_accounted_for()


def assert_accounted_for() -> None:
    """Make sure that every payload is settled, with as many records as it has: one for what cannot be read at all."""
    with unit_of_work() as connection:
        rows = connection.exec_driver_sql(
            "SELECT id, format, body, processed_at, stopped_because, read, clean + duplicate + quarantined AS told "
            "FROM inbox ORDER BY id"
        ).all()
    assert [row.id for row in rows if row.processed_at is None or row.stopped_because] == []
    assert [row.id for row in rows if row.read != row.told] == []
    assert [(row.id, row.read) for row in rows if row.read != records_in(row.format, bytes(row.body))] == []


def records_in(format_name: str, body: bytes) -> int:
    try:
        return len(registry.translate(format_name, body).records)
    except UnreadableEnvelope:
        return 1
