"""An ingest in a process of its own, small batch by small batch, which brings death at a named moment.

It gets ready and then waits for its order, an object of JSON in a line: the database, how many payloads make a batch,
the moment and whose death it brings. At `call <n>` it has come to its n-th statement or commit, at `before <n>` and
`after <n>` to its n-th commit; then the process of pid `victim` is killed with -9, 0 standing for this one. If it comes
to its end, it tells how many calls and commits it made.

Both threads of the ingest count, so what the other one is doing at that moment differs from run to run.
"""

import json
import os
import signal
import sys
import threading
from collections import Counter
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from expectations.frame import record_frame
from expectations.process import default_validator
from schemas.quality import BatchBounds
from tasks.tracking import ingest


class _Death:
    """Counts what is done to the database, and kills at the moment."""

    def __init__(self, moment: str, victim: int) -> None:
        self.counted: Counter[str] = Counter()
        self._moment = moment
        self._victim = victim
        self._lock = threading.Lock()

    def reach(self, kind: str) -> None:
        with self._lock:
            self.counted[kind] += 1
            if f"{kind} {self.counted[kind]}" == self._moment:
                os.kill(self._victim or os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        execute, commit = DefaultDialect.do_execute, DefaultDialect.do_commit

        def do_execute(dialect: DefaultDialect, *arguments: Any, **others: Any) -> None:
            self.reach("call")
            execute(dialect, *arguments, **others)

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            self.reach("call")
            self.reach("before")
            commit(dialect, connection)
            self.reach("after")

        DefaultDialect.do_execute = do_execute  # type: ignore[method-assign]
        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]


def _carry_out(order: dict[str, Any]) -> dict[str, int]:
    os.environ["REDRESS_DATABASE_URL"] = order["database"]
    ingest.PAYLOADS = order["payloads"]
    death = _Death(order["moment"], order["victim"])
    death.install()
    ingest.take_in_payloads.fn()
    return {"calls": death.counted["call"], "commits": death.counted["after"]}


if __name__ == "__main__":
    default_validator().judge(record_frame([], received_at=[]), parameters=BatchBounds())  # which starts the checks
    sys.stdout.write(json.dumps(_carry_out(json.loads(sys.stdin.readline()))))
