"""Asking providers about the parcels that they carry news of: who is due, and what becomes of the answer.

The answer goes into the inbox as it came, like a push; what it says is read when it is taken in.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from prefect import task

from adapters import Refused, Unavailable
from adapters.feeds.asking import Client, Number
from adapters.feeds.configuration import Poll, configured_feeds
from adapters.feeds.providers import client_of
from rules.tracking.pace import PACES, rest_of_number, rest_of_provider
from schemas.fetching import PollReport
from store.tracking import inbox, polling
from store.tracking.polling import Due
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.tracking.turns import ask_patiently, take_turn

CLAIM_SECONDS = 60
CLAIMED_MAX = 2_000
"""For so long a poll claims parcels at once, at its provider's speed, and so many at most."""

RUN_MAX = timedelta(minutes=3)
UNAVAILABLE_MAX = 2
REFUSED_MAX = 5
"""So many unanswered or refused questions in a row, and the provider is left alone for a while."""


@dataclass(slots=True)
class _Tally:
    """What a poll has come to so far."""

    feed: str
    started: datetime
    parcels: Counter[str] = field(default_factory=Counter)
    questions: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unavailable_in_a_row: int = 0
    refused_in_a_row: int = 0
    stopped: str = ""

    def report(self) -> PollReport:
        counted = {name: self.parcels[name] for name in ("asked", "answered", "refused", "unavailable")}
        return PollReport(
            feed=self.feed, questions=self.questions, reasons=dict(self.reasons), stopped=self.stopped, **counted
        )


@dataclass(frozen=True, slots=True)
class _Provider:
    """Whom a feed asks, and how."""

    name: str
    poll: Poll
    client: Client

    @property
    def least(self) -> timedelta:
        return timedelta(seconds=self.client.limits.same_number_seconds)

    @property
    def gap(self) -> timedelta:
        per_second = self.poll.requests_per_second_max or self.client.limits.requests_per_second
        return timedelta(seconds=1 / per_second)

    @property
    def claimed_at_once(self) -> int:
        numbers_max = self.client.limits.numbers_max
        return min(max(int(timedelta(seconds=CLAIM_SECONDS) / self.gap), 1) * numbers_max, CLAIMED_MAX)


def polling_feeds() -> list[str]:
    """Name the feeds that ask a provider."""
    return [name for name, feed in configured_feeds().items() if feed.poll is not None]


@task
def ask_provider(feed: str) -> PollReport:
    """Ask a feed's provider about every parcel that is due, as far as its limits and this run's time allow."""
    poll = configured_feeds()[feed].poll
    assert poll is not None  # only feeds that poll are named
    with client_of(poll.client) as client:
        tally = _polled(feed, _Provider(poll.client, poll, client))
    return tally.report()


def _polled(feed: str, provider: _Provider) -> _Tally:
    tally = _Tally(feed, started=clock.now())
    with unit_of_work() as connection:
        rest = polling.rest_of(connection, provider=provider.name, now=tally.started)
        polling.forget_ended(connection, provider=provider.name, least=provider.least, now=tally.started)
    if rest is not None:
        tally.stopped = f"left alone until {rest.until:%Y-%m-%d %H:%M} UTC: {rest.reason}"
    while not tally.stopped and (due := _claim(provider)):
        _ask_about(due, provider, tally)
    return tally


def _claim(provider: _Provider) -> list[Due]:
    with unit_of_work() as connection:
        return polling.claim(
            connection,
            provider=provider.name,
            carriers=provider.poll.carriers,
            paces=PACES,
            least=provider.least,
            now=clock.now(),
            limit=provider.claimed_at_once,
        )


def _ask_about(due: Sequence[Due], provider: _Provider, tally: _Tally) -> None:
    """Ask question by question; what was claimed and not asked about, because the poll stops, is given back."""
    left = iter(due)
    try:
        for parcels in _questions(left, provider.client.limits.numbers_max):
            _ask(parcels, provider, tally)
            if not tally.stopped and clock.now() - tally.started > RUN_MAX:
                tally.stopped = "the time of this run is over; the next goes on"
            if tally.stopped:
                return
    finally:
        _give_back(left, provider)


def _questions(due: Iterator[Due], numbers_max: int) -> Iterator[list[Due]]:
    while parcels := list(islice(due, numbers_max)):
        yield parcels


def _ask(parcels: list[Due], provider: _Provider, tally: _Tally) -> None:
    allowed = take_turn(
        [parcel.waybill for parcel in parcels], provider=provider.name, gap=provider.gap, least=provider.least
    )
    waybills = [parcel.waybill for parcel in parcels if parcel.waybill in allowed]
    _give_back([parcel for parcel in parcels if parcel.waybill not in allowed], provider)
    if not waybills:
        return
    numbers = [_number(parcel, provider.poll) for parcel in parcels if parcel.waybill in allowed]
    tally.questions += 1
    tally.parcels["asked"] += len(waybills)
    try:
        body = ask_patiently(provider.client, numbers, provider=provider.name, gap=provider.gap)
    except Unavailable as trouble:
        _note_unavailable(waybills, str(trouble), provider, tally)
    except Refused as refusal:
        _note_refused(waybills, str(refusal), provider, tally)
    else:
        _keep(waybills, body, provider, tally)


def _give_back(parcels: Iterable[Due], provider: _Provider) -> None:
    with unit_of_work() as connection:
        polling.release(connection, [parcel.waybill for parcel in parcels], provider=provider.name)


def _number(parcel: Due, poll: Poll) -> Number:
    phone = re.sub("[^0-9]", "", parcel.consignee_phone or parcel.sender_phone)
    return Number(parcel.waybill, poll.spelling.get(parcel.carrier, parcel.carrier), phone[-4:])


def _keep(waybills: list[str], body: bytes, provider: _Provider, tally: _Tally) -> None:
    with unit_of_work() as connection:
        inbox.keep(
            connection,
            feed=tally.feed,
            format_name=provider.client.format_name,
            origin="poll",
            body=body,
            received_at=clock.now(),
        )
        polling.settle_answered(connection, waybills, provider=provider.name)
        polling.found_up(connection, provider=provider.name)
    tally.parcels["answered"] += len(waybills)
    tally.unavailable_in_a_row = tally.refused_in_a_row = 0


def _note_unavailable(waybills: list[str], reason: str, provider: _Provider, tally: _Tally) -> None:
    tally.parcels["unavailable"] += len(waybills)
    tally.reasons[reason] += len(waybills)
    tally.unavailable_in_a_row += 1
    with unit_of_work() as connection:
        polling.settle_unavailable(connection, waybills, provider=provider.name, reason=reason)
    if tally.unavailable_in_a_row >= UNAVAILABLE_MAX:
        _leave_alone(f"it is down: {reason}", provider, tally)


def _note_refused(waybills: list[str], reason: str, provider: _Provider, tally: _Tally) -> None:
    tally.parcels["refused"] += len(waybills)
    tally.reasons[reason] += len(waybills)
    tally.refused_in_a_row += 1
    with unit_of_work() as connection:
        refusals = 1 + polling.refusals_of(connection, waybills, provider=provider.name)
        not_before = clock.now() + rest_of_number(refusals)
        polling.settle_refused(connection, waybills, provider=provider.name, reason=reason, not_before=not_before)
    if tally.refused_in_a_row >= REFUSED_MAX:
        _leave_alone(f"it refuses every question: {reason}", provider, tally)


def _leave_alone(reason: str, provider: _Provider, tally: _Tally) -> None:
    tally.stopped = reason
    with unit_of_work() as connection:
        failures = 1 + polling.failures_of(connection, provider=provider.name)
        until = clock.now() + rest_of_provider(failures)
        polling.leave_alone(connection, provider=provider.name, until=until, reason=reason)


def poll_rows(reports: Sequence[PollReport]) -> list[dict[str, Any]]:
    """Write polls as a table of parcels asked about, answered and refused, with the reasons below each feed."""
    rows: list[dict[str, Any]] = []
    for report in reports:
        counted = report.model_dump(include={"feed", "questions", "asked", "answered", "refused", "unavailable"})
        rows.append({**counted, "said": report.stopped})
        rows += [
            {**dict.fromkeys(counted, ""), "feed": f"  · {report.feed}", "asked": times, "said": reason}
            for reason, times in sorted(report.reasons.items())
        ]
    return rows
