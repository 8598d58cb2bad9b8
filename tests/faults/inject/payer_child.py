"""A process that pays, made afresh for each order from one that has everything loaded, and which dies when it is told.

It reads orders, an object of JSON in a line: the environment, the time that it is, and a moment. At `before <n>` and
`after <n>` the payer has come to its n-th commit, at `answered` it has the provider's answer, or none, and has written
nothing down; then it kills itself with -9. At `paid` it does nothing by itself: the provider kills it. Two lines answer
each order: the pid of the payer, and how it ended.
"""

import json
import os
import signal
import sys
import threading
from datetime import datetime
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from adapters.payments import client
from tasks import clock
from tasks.claims.paying import settle_payouts
from tasks.dispatch.sending import send_outbox


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_at(moment: str) -> None:
    commit, pay, lock = DefaultDialect.do_commit, client.pay, threading.Lock()
    counted = [0]

    def do_commit(dialect: DefaultDialect, connection: Any) -> None:
        with lock:
            counted[0] += 1
            number = counted[0]
        if moment == f"before {number}":
            _die()
        commit(dialect, connection)
        if moment == f"after {number}":
            _die()

    def pay_and_die(*asked: Any, **named: Any) -> Any:
        try:
            return pay(*asked, **named)
        finally:
            _die()

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    if moment == "answered":
        client.pay = pay_and_die


def _carry_out(order: dict[str, Any]) -> None:
    os.environ.update(order["environment"])
    now = datetime.fromisoformat(order["now"])
    clock.now = lambda: now
    _die_at(order["moment"])
    send_outbox.fn()
    settle_payouts.fn()


def _payer(order: dict[str, Any]) -> None:
    status = 1
    try:
        _carry_out(order)
        status = 0
    finally:
        os._exit(status)


def _tell(value: int) -> None:
    sys.stdout.write(f"{value}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for line in sys.stdin:
        if not (pid := os.fork()):
            _payer(json.loads(line))
        _tell(pid)
        _tell(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
