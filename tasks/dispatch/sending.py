"""Carrying out the outbox: notices, work orders, and what is asked of Prefect.

Items are claimed in one transaction, sent outside any, and settled in another. One that cannot be sent now waits for
its next attempt and holds up nothing else. One that may have arrived or not, and that the other side can be asked
about, is uncertain until that has answered. How each kind is sent: `tasks.dispatch.senders`.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from prefect import get_run_logger, task
from prefect.exceptions import MissingContextError
from prefect.runtime import flow_run

from adapters import Refused, Unavailable, Uncertain
from adapters.runs.connections import PrefectAway
from schemas.channels import Contacted
from store import contacts, outbox
from store.outbox import LEASE, REPEATABLE, Item, Kind, Settled, Waiting
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.dispatch import senders
from tasks.dispatch.payments import ASK_AGAIN, ask_about_uncertain
from tasks.dispatch.senders import Outcome

TOGETHER = 1000
"""Items of one kind claimed at a time where many are sent together, and ..."""
TOGETHER_AT_A_TIME = 250
"""... how many of them: one sends while another is settled."""
ALONE = 200
"""Items of one kind claimed at a time where each is sent by itself."""
SENDERS = 8
"""Calls that go on at the same time: one slow receiver must not hold up the others."""
BEGIN_WITHIN_SECONDS = LEASE.total_seconds() / 2
"""An item that was claimed and cannot be begun within this time is let go, before it counts as cut off."""
ALONE_WITHIN_SECONDS = 50.0
"""How long one sweep sends what goes by itself. The next goes on with it, lest sweeps pile up and hold every thread."""
BACKOFF = (5, 15, 60, 300, 900, 3600)
"""Seconds to wait after the first failed attempt, the second ..."""
ATTEMPTS_MAX = 20
MONEY = frozenset({Kind.PAYOUT, Kind.PAYOUT_REVERSAL})
NEVER_GIVEN_UP = MONEY
"""Kinds that are tried until the other side has answered: a payout that is given up is told as a wrong account, and a
reversal as one that was refused, though the money may be back."""
AWAY_SECONDS = 20
"""What is asked of Prefect's server waits no longer than this while that is away, and is never given up: it is part of
Redress, and a case whose form it cannot create would be stuck for long after it is back."""


class Sent(NamedTuple):
    """What became of some items: how many of each, and what kept some from being sent."""

    counts: Counter[str]
    failures: list[str]


def send_due(
    *, kinds: Collection[Kind], case_no: str | Sequence[str] | None = None, patient: bool = True
) -> dict[str, int]:
    """Send everything that is due of these kinds, for all cases or those named; count what became of it.

    With `patient` an item that cannot be sent waits for its next attempt. Without, it is due again at once and the
    caller retries.

    Raises:
        Unavailable: without `patient`, when something could not be sent, or another run is sending it right now.
    """
    sent = {"done": 0, "waiting": 0, "refused": 0}
    alone_until = time.monotonic() + (ALONE_WITHIN_SECONDS if patient else float("inf"))
    with ThreadPoolExecutor(max_workers=SENDERS) as pool:
        while items := _claim(
            kinds if time.monotonic() < alone_until else set(kinds) & set(senders.together()), case_no, patient=patient
        ):
            failures: list[str] = []
            for some in _send_all(pool, items, patient=patient):
                for status, count in some.counts.items():
                    sent[status] = sent.get(status, 0) + count
                failures += some.failures
            if failures and not patient:
                raise Unavailable("; ".join(failures))
    return sent


def _claim(kinds: Collection[Kind], case_no: str | Sequence[str] | None, *, patient: bool) -> list[Item]:
    """Claim what is due next. Without `patient` notices come singly: what is cut off is one, and not all, uncertain."""
    together = set(kinds) & set(senders.together())
    if not patient:
        together &= REPEATABLE
    case_nos = [case_no] if isinstance(case_no, str) else case_no
    now, run = clock.now(), flow_run.id
    items: list[Item] = []
    with unit_of_work() as connection:
        for some, limit in ((together, TOGETHER), (set(kinds) - together, ALONE if patient else 1)):
            if some:
                items += outbox.claim(
                    connection, kinds=sorted(some), now=now, limit=limit, case_nos=case_nos, flow_run_id=run
                )
        if not items and not patient and _is_being_sent(connection, case_nos, kinds):
            raise Unavailable(f"another run is sending for {case_no} right now")
    return items


def _is_being_sent(connection: Connection, case_nos: Sequence[str] | None, kinds: Collection[Kind]) -> bool:
    if case_nos is None:
        return False
    return any(
        "sending" in counted for kind in kinds for counted in outbox.statuses(connection, case_nos, kind=kind).values()
    )


def _send_all(pool: ThreadPoolExecutor, items: Sequence[Item], *, patient: bool) -> Iterator[Sent]:
    begin_by = time.monotonic() + BEGIN_WITHIN_SECONDS
    under_way: list[Future[Sent]] = []
    bulk = senders.together()
    for kind, send in bulk.items():
        alike = [item for item in items if item.kind is kind]
        for start in range(0, len(alike), TOGETHER_AT_A_TIME):
            some = alike[start : start + TOGETHER_AT_A_TIME]
            under_way.append(pool.submit(_send, some, send, begin_by=begin_by, patient=patient))
    under_way += [
        pool.submit(_send, [item], _each_alone, begin_by=begin_by, patient=patient)
        for item in items
        if item.kind not in bulk
    ]
    for future in as_completed(under_way):
        yield future.result()


def _each_alone(items: Sequence[Item]) -> list[Outcome]:
    return [senders.alone(item) for item in items]


def _send(
    items: Sequence[Item], send: Callable[[Sequence[Item]], list[Outcome]], *, begin_by: float, patient: bool
) -> Sent:
    """Send items and record what became of each."""
    if time.monotonic() > begin_by:
        with unit_of_work() as connection:
            outbox.give_up_claim(connection, [item.id for item in items])
        return Sent(Counter(), [])
    outcomes = send(items)
    now = clock.now()
    settled: list[Settled] = []
    waiting: list[Waiting] = []
    doubtful: list[Waiting] = []
    for item, outcome in zip(items, outcomes, strict=True):
        if isinstance(outcome, Uncertain):
            doubtful.append(Waiting(item.id, str(outcome), now + ASK_AGAIN))
            continue
        became = _became(item, outcome, now=now, patient=patient)
        (waiting if isinstance(became, Waiting) else settled).append(became)  # type: ignore[arg-type]
    with unit_of_work() as connection:
        outbox.settle_many(connection, settled, at=now)
        outbox.put_back(connection, waiting)
        outbox.put_in_doubt(connection, doubtful)
        contacts.note_sent(connection, _attempts_in(items, settled), at=now)
    done = sum(item.arrived for item in settled)
    counts = Counter(done=done, refused=len(settled) - done, waiting=len(waiting))
    if doubtful:
        counts["doubtful"] = len(doubtful)
    return Sent(counts, [item.error for item in waiting])


def _attempts_in(items: Sequence[Item], settled: Sequence[Settled]) -> dict[str, Contacted]:
    """Say of the items that are attempts to reach somebody whether they went out, or nothing takes them."""
    tries = {item.id: item.key for item in items if item.payload.get("is_attempt")}
    return {
        tries[one.id]: Contacted.NO_ANSWER if one.arrived else Contacted.UNDELIVERABLE
        for one in settled
        if one.id in tries
    }


def _became(
    item: Item, outcome: dict[str, Any] | Unavailable | Refused, *, now: datetime, patient: bool
) -> Settled | Waiting:
    if isinstance(outcome, Refused):
        return Settled(item.id, arrived=False, error=str(outcome))
    if isinstance(outcome, PrefectAway):
        return Waiting(item.id, str(outcome), now + timedelta(seconds=AWAY_SECONDS if patient else 0))
    if isinstance(outcome, Unavailable):
        if item.attempts >= ATTEMPTS_MAX and item.kind not in NEVER_GIVEN_UP:
            return Settled(item.id, arrived=False, error=f"gave up after {item.attempts}: {outcome}")
        wait = BACKOFF[min(item.attempts, len(BACKOFF)) - 1] if patient else 0
        return Waiting(item.id, str(outcome), now + timedelta(seconds=wait))
    return Settled(item.id, arrived=True, answer=outcome)


def _is_unavailable(_task: object, _run: object, state: Any) -> bool:
    """Retry only what trying again may help."""
    try:
        state.result()
    except Unavailable:
        return True
    except Exception:  # noqa: BLE001  # any other failure is final, whatever it is
        return False
    return False


@task(retries=4, retry_delay_seconds=[1, 2, 5, 15], retry_condition_fn=_is_unavailable)
def place_work_orders(case_no: str) -> dict[str, int]:
    """Hand the case's work orders to the carrier's desk now, trying again while it is busy."""
    return send_due(kinds=[Kind.WORK_ORDER], case_no=case_no, patient=False)


@task(retries=3, retry_delay_seconds=[1, 2, 5], retry_condition_fn=_is_unavailable)
def send_notices(case_no: str) -> dict[str, int]:
    """Send the case's notices now, except those that wait for the end of the quiet hours."""
    return send_due(kinds=[Kind.NOTICE], case_no=case_no, patient=False)


@task
def send_payouts(case_no: str | Sequence[str]) -> dict[str, int]:
    """Order the payouts of these claims from the provider now; the sweep goes on with what it cannot take yet."""
    return send_due(kinds=[Kind.PAYOUT], case_no=case_no)


@task
def ask_for_decision(case_no: str) -> dict[str, int]:
    """Start the run in which a supervisor decides about the case's newest plan; the sweep does it if this cannot."""
    return send_due(kinds=[Kind.START_RUN], case_no=case_no)


@task
def send_outbox() -> dict[str, int]:
    """Send everything that is due, deal with what a dead sender left behind, and ask about what is uncertain.

    For a flow that then books what came of the money (`tasks.claims.paying.settle_payouts`).
    """
    recovered = _recover_cut_off()
    asked = ask_about_uncertain()
    return {**send_due(kinds=list(Kind)), **recovered, **asked}


@task
def send_all_but_money() -> dict[str, int]:
    """Send what is due as `send_outbox` does, and leave money to a flow that books what came of it at once.

    Else whoever ordered a payout would find it gone and not yet paid, and it would be booked a sweep later.
    """
    recovered = _recover_cut_off()
    return {**send_due(kinds=set(Kind) - MONEY), **recovered}


def _recover_cut_off() -> dict[str, int]:
    with unit_of_work() as connection:
        recovered = outbox.recover_cut_off(connection, now=clock.now())
    if recovered:
        _log("Left behind by a sender that died: %s", recovered)
    return recovered


def _log(message: str, *values: object) -> None:
    try:
        get_run_logger().warning(message, *values)
    except MissingContextError:  # called outside a run, as the command does
        return
