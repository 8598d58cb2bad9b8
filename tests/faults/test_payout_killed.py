"""The provider times out after paying, and whoever pays is killed with -9 before he commits: each is paid once.

So it is in each of twenty rounds, a thousand under REDRESS_FAULTS=long: the payer is killed by the provider itself when
the money has left, or kills itself before it has written that down. A quarter as many rounds come besides, in which the
provider answers and the payer is killed before it sent the money or after it wrote that down. Many of those who take
over are killed too; the moments are drawn by a seed.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from queue import Queue
from random import Random

import pytest
from factories import NOON
from payouts import agreed, balances, claim_number, is_balanced, money, wanted

from adapters.payments.fake import Behaviour, StandInProvider
from schemas.ledger import Account
from schemas.payments import PayoutState
from store import outbox, payouts
from store.outbox import LEASE
from store.unit_of_work import unit_of_work
from tasks.claims.paying import request_payout, settle_payouts
from tasks.dispatch.sending import send_outbox

pytestmark = pytest.mark.faults

LONG = os.environ.get("REDRESS_FAULTS") == "long"
ROUNDS = 1_000 if LONG else 20
"""Those in which the provider times out after paying and the payer is killed in between."""
OTHER_ROUNDS = ROUNDS // 4
CHILD = Path(__file__).with_name("inject") / "payer_child.py"
BETWEEN = ("paid", "answered", "before 6")
"""After the money has left, and before it is written down that it has; the sixth commit is the one that would."""
AROUND = ("after 3", "before 4", "after 4", "before 5", "after 5", "after 6", "before 7", "after 7")
"""Before it was sent, and after it was written down."""
KILLED = -signal.SIGKILL
Stand = Callable[[datetime], None]


class Payer:
    """A process that pays each time that it is asked to, and may be killed while it does."""

    def __init__(self, environment: dict[str, str]) -> None:
        """Start the process of which each payer is made."""
        self._environment = environment
        self._process = subprocess.Popen(
            [sys.executable, str(CHILD)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
        self.pid: Queue[int] = Queue()

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=30)

    def pay(self, *, now: datetime, moment: str) -> int:
        """Have a payer do all that is due, and give how it ended."""
        assert self._process.stdin
        assert self._process.stdout
        order = {"environment": self._environment, "now": now.isoformat(), "moment": moment}
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        self.pid.put(int(self._process.stdout.readline()))
        ended = int(self._process.stdout.readline())
        while not self.pid.empty():  # the provider did not need it
            self.pid.get()
        return ended


@pytest.fixture
def payer(provider: StandInProvider, database: str) -> Iterator[Payer]:
    names = ("REDRESS_DATABASE_URL", "REDRESS_SECRET_KEY", "REDRESS_PAYMENT_URL", "REDRESS_PAYMENT_API_KEY")
    payer = Payer({**{name: os.environ[name] for name in names}, "REDRESS_PAYMENT_TIMEOUT_SECONDS": "0.2"})
    provider.hold_seconds = 0.3
    yield payer
    payer.close()


class Round:
    """One claim, whose payer is killed once, or twice, and which somebody else pays to its end then."""

    def __init__(self, number: int, rng: Random, provider: StandInProvider, payer: Payer, stand_at: Stand) -> None:
        self.claim_no = claim_number(number)
        self.key = f"{self.claim_no}-P1"
        self.now = NOON + number * timedelta(hours=1)
        self.times_out = number % 5 != 0  # of five rounds four are those of `ROUNDS`
        self.moments = [rng.choice(BETWEEN if self.times_out else AROUND)]
        if rng.random() < 0.5:
            self.moments.append(rng.choice((*BETWEEN, *AROUND)))
        self._provider, self._payer, self._stand_at = provider, payer, stand_at
        if self.times_out:
            provider.will(Behaviour.TIMES_OUT_AFTER_PAYING, key=self.key)

    def request(self) -> None:
        """Agree on the money and order it."""
        self._stand_at(self.now)
        agreed(self.claim_no)
        request_payout.fn(wanted(self.claim_no), who="sup-wang")

    def kill_at(self, moment: str) -> int:
        """Let a payer work until it is killed, a while after the last one."""
        self._provider.on_paid = self._kill_payer if moment == "paid" else lambda _key: None
        ended = self._payer.pay(now=self.now, moment=moment)
        self._provider.on_paid = lambda _key: None
        self.now += LEASE + timedelta(minutes=1)
        return ended

    def _kill_payer(self, key: str) -> None:
        assert key == self.key
        os.kill(self._payer.pid.get(timeout=30), signal.SIGKILL)

    def finish(self) -> None:
        """Let nobody disturb the next ones."""
        for _ in range(3):
            self._stand_at(self.now)
            send_outbox.fn()
            settle_payouts.fn()
            self.now += LEASE + timedelta(minutes=1)

    def assert_paid_once(self) -> None:
        """The provider, the outbox, the payout and the ledger say the same."""
        assert self._provider.moved.count(self.key) == 1, self.moments
        with unit_of_work() as connection:
            assert payouts.one(connection, self.key).state is PayoutState.PAID, self.moments
            assert outbox.waiting(connection) == {}, self.moments
        amount = money().amount
        assert balances(self.claim_no) == {Account.TO_ALLOCATE: amount, Account.CASH: -amount}, self.moments


class TestPayerKilled:
    def test_pays_each_exactly_once(
        self, provider: StandInProvider, payer: Payer, stand_at: Stand, record_property: Callable[[str, object], None]
    ) -> None:
        rng, killed, timed_out = Random(20), Counter[str](), 0
        for number in range(1, ROUNDS + OTHER_ROUNDS + 1):
            this = Round(number, rng, provider, payer, stand_at)
            this.request()
            for nth, moment in enumerate(this.moments):
                paid_before = this.key in provider.moved
                ended = this.kill_at(moment)
                assert ended in ({KILLED} if not nth else {KILLED, 0}), moment
                killed[moment] += ended == KILLED
                if this.times_out and not nth:
                    assert provider.moved[-1] == this.key
                    assert not provider.behaves[this.key], "it answered in time"
                    timed_out += 1
                    paid_before = True
                if paid_before:
                    assert provider.sent[this.key] == 1, "it was paid, and sent again all the same"
            this.finish()
            this.assert_paid_once()

        assert timed_out == ROUNDS
        assert len(provider.moved) == len(set(provider.moved)) == ROUNDS + OTHER_ROUNDS
        assert sum(killed[moment] for moment in BETWEEN) >= ROUNDS
        assert is_balanced()
        record_property("killed", dict(killed))
