"""Asking providers: every parcel that is due is asked about once, within the provider's limits; answers are kept."""

import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stamina
from factories import NOON, a_registration, at
from sqlalchemy import text
from standins import register, served

from adapters import Refused, Unavailable
from adapters.feeds.asking import Limits, Number
from adapters.feeds.kuaidi100.fake import StandInKuaidi100, kuaidi100_app
from schemas.fetching import PollReport
from store.tracking.polling import LEASE
from store.unit_of_work import unit_of_work
from tasks.tracking import fetching, turns
from tasks.tracking.fetching import CLAIM_SECONDS, ask_provider, poll_rows, polling_feeds
from tasks.tracking.ingest import take_in_payloads

Stand = Callable[[datetime], None]

FEEDS = """
feeds:
  - name: kuaidi100-asked
    format: kuaidi100_query
    poll: {client: kuaidi100, carriers: [shentong, zto], spelling: {zto: zhongtong}}
  - {name: sf, format: sf_route_push}
"""
FEED = "kuaidi100-asked"


class Clock:
    """A clock that goes on only when somebody waits."""

    def __init__(self, stand_at: Stand) -> None:
        self.now = NOON
        self.waited: list[float] = []
        self._stand_at = stand_at

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.go_to(self.now + timedelta(seconds=seconds))

    def go_to(self, moment: datetime) -> None:
        self.now = moment
        self._stand_at(moment)


@pytest.fixture
def clock(stand_at: Stand, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(stand_at)
    monkeypatch.setattr(turns, "wait", clock.wait)
    return clock


@pytest.fixture(autouse=True)
def _without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=turns.ATTEMPTS):
        yield


@pytest.fixture
def kuaidi100(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[StandInKuaidi100]:
    standin = StandInKuaidi100()
    (tmp_path / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    monkeypatch.setenv("REDRESS_FEEDS_FILE", str(tmp_path / "feeds.yaml"))
    monkeypatch.setenv("REDRESS_KUAIDI100_CUSTOMER", standin.customer)
    monkeypatch.setenv("REDRESS_KUAIDI100_KEY", standin.key)
    with served(kuaidi100_app(standin)) as url:
        monkeypatch.setenv("REDRESS_KUAIDI100_URL", f"{url}/poll/query.do")
        yield standin


def booked(*waybills: str, **changes: Any) -> None:
    register(*(a_registration(waybill=waybill, **changes) for waybill in waybills or ("773000000001",)))


def parcels(count: int) -> list[str]:
    return [f"7730000{n:05}" for n in range(count)]


def asked() -> PollReport:
    return ask_provider.fn(FEED)


def kept() -> list[tuple[str, str, str]]:
    with unit_of_work() as connection:
        rows = connection.execute(text("SELECT feed, format, origin FROM inbox ORDER BY id"))
        return [tuple(row) for row in rows]


class TestPollingFeeds:
    def test_are_those_that_name_a_provider_to_ask(self, kuaidi100: StandInKuaidi100) -> None:
        assert polling_feeds() == [FEED]


class TestAskProvider:
    def test_keeps_the_answer_as_it_came_for_the_ingest_to_read(self, kuaidi100: StandInKuaidi100) -> None:
        booked()

        report = asked()

        assert (report.asked, report.answered, report.stopped) == (1, 1, "")
        assert kept() == [(FEED, "kuaidi100_query", "poll")]
        taken_in = take_in_payloads.fn()
        assert taken_in is not None
        assert (taken_in.read, taken_in.clean) == (2, 2)

    def test_spells_the_carrier_as_the_provider_does_and_shows_four_digits_of_the_phone(
        self, kuaidi100: StandInKuaidi100
    ) -> None:
        booked(carrier="zto")

        asked()

        [question] = kuaidi100.questions
        assert (question["com"], question["phone"]) == ("zhongtong", "1234")

    def test_asks_about_no_other_carriers_parcels(self, kuaidi100: StandInKuaidi100) -> None:
        booked(carrier="yunda")

        assert asked().asked == 0

    def test_asks_a_second_time_only_when_the_pace_says_so(self, kuaidi100: StandInKuaidi100, clock: Clock) -> None:
        booked()
        asked()

        assert asked().asked == 0
        clock.go_to(at(4))
        assert asked().asked == 1

    def test_never_asks_about_one_number_twice_in_half_an_hour_though_it_is_out_for_delivery(
        self, kuaidi100: StandInKuaidi100, clock: Clock
    ) -> None:
        booked()
        with unit_of_work() as connection:
            connection.execute(
                text("UPDATE shipment SET phase = 'out_for_delivery', last_event_at = :now"), {"now": NOON}
            )
        for minutes in range(0, 121, 5):
            clock.go_to(NOON + timedelta(minutes=minutes))
            asked()

        assert kuaidi100.asked["773000000001"] == 5  # at 0, 30, 60, 90 and 120 minutes

    def test_lets_a_second_pass_between_two_questions(self, kuaidi100: StandInKuaidi100, clock: Clock) -> None:
        booked(*parcels(4))

        asked()

        assert clock.waited == [1.0, 1.0, 1.0]

    def test_goes_on_until_everything_due_was_asked_about(
        self, kuaidi100: StandInKuaidi100, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fetching, "CLAIMED_MAX", 2)
        booked(*parcels(5))

        assert asked().answered == 5
        assert set(kuaidi100.asked) == set(parcels(5))

    def test_ends_with_its_time_and_leaves_the_rest_to_the_next_run(
        self, kuaidi100: StandInKuaidi100, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fetching, "CLAIMED_MAX", 2)
        monkeypatch.setattr(fetching, "RUN_MAX", timedelta(seconds=2))
        booked(*parcels(9))

        first, second = asked(), asked()

        assert "time of this run" in first.stopped
        assert first.answered + second.answered == sum(kuaidi100.asked.values())
        assert set(kuaidi100.asked.values()) == {1}

    def test_keeps_what_a_provider_says_of_an_unknown_number(self, kuaidi100: StandInKuaidi100) -> None:
        booked()
        kuaidi100.unknown.add("773000000001")

        assert asked().answered == 1
        taken_in = take_in_payloads.fn()
        assert taken_in is not None
        assert (taken_in.read, list(taken_in.answers)) == (0, ["500: 查询无结果，请隔段时间再查"])


class TestAnUnavailableProvider:
    def test_is_asked_again_and_each_time_in_its_turn(self, kuaidi100: StandInKuaidi100, clock: Clock) -> None:
        booked()
        kuaidi100.busy_for = 2

        assert asked().answered == 1
        assert clock.waited == [1.0, 1.0]

    def test_is_left_alone_for_a_while_and_the_run_says_so(self, kuaidi100: StandInKuaidi100, clock: Clock) -> None:
        booked(*parcels(9))
        kuaidi100.busy_for = 1_000

        report = asked()

        assert (report.asked, report.unavailable, report.answered) == (2, 2, 0)
        assert report.stopped == "it is down: Kuaidi100 answered 503"
        before = kuaidi100.busy_for
        assert asked().stopped.startswith("left alone until 2026-11-20 04:05 UTC: it is down")
        assert kuaidi100.busy_for == before  # nothing was asked

    def test_is_left_alone_longer_each_time(self, kuaidi100: StandInKuaidi100, clock: Clock) -> None:
        booked(*parcels(9))
        kuaidi100.busy_for = 1_000
        asked()
        clock.go_to(at(1))
        asked()

        assert asked().stopped.startswith("left alone until 2026-11-20 05:15 UTC")

    def test_gets_every_parcel_asked_about_once_it_is_back(self, kuaidi100: StandInKuaidi100, clock: Clock) -> None:
        booked(*parcels(9))
        kuaidi100.busy_for = 2 * turns.ATTEMPTS
        asked()
        clock.go_to(at(1))

        report = asked()

        assert (report.answered, report.stopped) == (9, "")


class TestARefusal:
    def test_is_kept_with_its_reason_and_not_repeated_at_once(
        self, kuaidi100: StandInKuaidi100, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_KUAIDI100_KEY", "another-key")
        booked()

        report = asked()

        assert (report.refused, report.reasons) == (1, {"Kuaidi100 answered 503: 验证签名失败": 1})
        clock.go_to(at(1))
        assert asked().asked == 0
        clock.go_to(at(4))
        assert asked().refused == 1

    def test_of_every_question_ends_the_poll(
        self, kuaidi100: StandInKuaidi100, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REDRESS_KUAIDI100_KEY")
        booked(*parcels(9))

        report = asked()

        assert report.refused == fetching.REFUSED_MAX
        assert report.stopped.startswith("it refuses every question: no Kuaidi100 account is configured")


class SlowClient:
    """A provider that takes several numbers and answers when it is let."""

    format_name = "kuaidi100_query"
    limits = Limits(numbers_max=3, requests_per_second=1000)

    def __init__(self, meeting: threading.Barrier | None = None) -> None:
        self.questions: list[list[str]] = []
        self.fails_with: list[Exception] = []
        self._meeting = meeting

    def ask(self, numbers: list[Number]) -> bytes:
        if self._meeting is not None and not self.questions:
            self._meeting.wait(timeout=20)
        self.questions.append([number.waybill for number in numbers])
        if self.fails_with:
            raise self.fails_with.pop(0)
        return b"{}"


@pytest.fixture
def client(kuaidi100: StandInKuaidi100, monkeypatch: pytest.MonkeyPatch) -> SlowClient:
    client = SlowClient()
    monkeypatch.setattr(fetching, "client_of", lambda _: nullcontext(client))
    return client


class TestAProviderThatTakesSeveralNumbers:
    def test_is_asked_about_as_many_at_once_as_it_takes(self, client: SlowClient) -> None:
        booked(*parcels(7))

        report = asked()

        assert [len(question) for question in client.questions] == [3, 3, 1]
        assert (report.questions, report.answered, len(kept())) == (3, 7, 3)

    def test_goes_on_after_a_single_trouble(self, client: SlowClient) -> None:
        booked(*parcels(9))
        client.fails_with = [Refused("not these"), *[Unavailable("busy")] * turns.ATTEMPTS]

        report = asked()

        assert (report.refused, report.unavailable, report.answered, report.stopped) == (3, 3, 3, "")


class TestTwoPollers:
    def test_never_ask_about_one_parcel_twice(
        self, kuaidi100: StandInKuaidi100, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        both_ask = threading.Barrier(2)
        clients = [SlowClient(both_ask), SlowClient(both_ask)]
        waiting = iter(clients)
        monkeypatch.setattr(fetching, "client_of", lambda _: nullcontext(next(waiting)))
        monkeypatch.setattr(fetching, "CLAIMED_MAX", 6)
        monkeypatch.setattr(turns, "wait", lambda _: None)
        booked(*parcels(40))

        pollers = [threading.Thread(target=asked) for _ in clients]
        for poller in pollers:
            poller.start()
        for poller in pollers:
            poller.join(60)

        numbers = [number for client in clients for question in client.questions for number in question]
        assert sorted(numbers) == parcels(40)
        assert all(client.questions for client in clients)


class TestAPollThatDies:
    def test_gives_back_what_it_did_not_ask_about(self, client: SlowClient) -> None:
        booked(*parcels(5))
        client.fails_with = [OSError("the machine is going down")]

        with pytest.raises(OSError, match="going down"):
            asked()

        assert asked().answered == 2  # the other three may have been asked about

    def test_never_makes_the_next_one_ask_too_early(self, client: SlowClient, clock: Clock) -> None:
        booked(*parcels(3))
        client.fails_with = [OSError("killed after asking")]
        with pytest.raises(OSError, match="killed"):
            asked()

        clock.go_to(at(0.49))
        assert asked().asked == 0
        clock.go_to(at(4))
        assert asked().answered == 3


class TestPollRows:
    def test_show_each_feed_with_the_reasons_below(self) -> None:
        report = PollReport(feed="f", questions=3, asked=3, answered=1, refused=2, reasons={"no": 2}, stopped="why")

        assert poll_rows([report]) == [
            {"feed": "f", "questions": 3, "asked": 3, "answered": 1, "refused": 2, "unavailable": 0, "said": "why"},
            {
                "feed": "  · f",
                "questions": "",
                "asked": 2,
                "answered": "",
                "refused": "",
                "unavailable": "",
                "said": "no",
            },
        ]


def test_a_claim_is_asked_about_within_its_lease() -> None:
    assert timedelta(seconds=CLAIM_SECONDS) < LEASE / 2
