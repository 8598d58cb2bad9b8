"""Rates: what may come in a minute may come at once, and no more than fills up again."""

import pytest

from deployments.gateway.rates import Rates, neighbourhood
from deployments.gateway.refusal import Refusal


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rates(clock: Clock) -> Rates:
    return Rates(buckets_max=3, clock=clock)


def taken(rates: Rates, name: str = "a", *, times: int = 1) -> int:
    """Take until refused and count."""
    for time in range(times):
        try:
            rates.take(name, per_minute=6)
        except Refusal:
            return time
    return times


class TestRates:
    def test_let_a_minute_s_worth_through_at_once(self, rates: Rates) -> None:
        assert taken(rates, times=10) == 6

    def test_fill_up_evenly(self, rates: Rates, clock: Clock) -> None:
        taken(rates, times=6)
        clock.now += 25

        assert taken(rates, times=10) == 2

    def test_never_hold_more_than_a_minute_s_worth(self, rates: Rates, clock: Clock) -> None:
        taken(rates)
        clock.now += 3600

        assert taken(rates, times=10) == 6

    def test_say_when_to_come_back(self, rates: Rates, clock: Clock) -> None:
        taken(rates, times=6)
        clock.now += 3
        with pytest.raises(Refusal) as refused:
            rates.take("a", per_minute=6)
        clock.now += int(refused.value.headers["Retry-After"])

        assert refused.value.status == 429
        assert taken(rates) == 1

    def test_are_kept_apart(self, rates: Rates) -> None:
        assert [taken(rates, name, times=10) for name in ("a", "b")] == [6, 6]

    def test_forget_who_was_not_there_for_the_longest_time(self, rates: Rates) -> None:
        for name in ("a", "b", "c", "a", "d"):
            taken(rates, name)

        assert [taken(rates, name, times=10) for name in ("a", "b")] == [4, 6]


class TestNeighbourhood:
    @pytest.mark.parametrize(
        ("address", "counts_for"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("testclient", "testclient"),
        ],
    )
    def test_is_the_address_or_its_network(self, address: str, counts_for: str) -> None:
        assert neighbourhood(address) == counts_for
