"""The quality checks as a worker uses them: in a process of their own, which is started when it is first needed.

Great Expectations costs seconds to import and some 200 MB, and gives wrong answers when threads share it; so it is
never loaded in the worker. Nothing is checked here.
"""

import atexit
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Self

import polars as pl

from expectations.call_frame import checked_call_columns
from expectations.frame import as_stream, checked_columns
from expectations.protocol import Answer, pack_request, read_message, write_message
from expectations.verdict import ChecksBroken, check_rows
from schemas.quality import ROWS_MAX, BatchBounds, Subject, Verdict

logger = logging.getLogger(__name__)

# -P: a file in the worker's current directory must not be taken for a module.
CHILD = (sys.executable, "-P", "-m", "expectations.child")

# What a batch took goes back to the system after it: the allocators keep a third of the process's memory otherwise.
FRUGAL = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_TRIM_THRESHOLD_": "65536", "MALLOC_ARENA_MAX": "2"}


class _Ended(Exception):
    """The process ended without an answer."""


class Validator:
    """Judges batches in one process of its own, one after another; may be shared by threads.

    The process is started by the first batch, and again when it has ended in between.
    """

    def __init__(self, *, command: Sequence[str] = CHILD, answer_seconds_max: float = 120.0) -> None:
        self._command = tuple(command)
        self._answer_seconds_max = answer_seconds_max
        self._one_at_a_time = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Tell the id of the process; None before the first batch and after `close`."""
        child = self._child
        return None if child is None else child.pid

    def judge(self, frame: pl.DataFrame, *, parameters: BatchBounds) -> Verdict:
        """Judge a batch of records that `frame` has laid out, with their event ids.

        Raises:
            ChecksBroken: the checks could not be carried out; nothing is known of the batch.
            ValueError: there are too many records.
        """
        return self._judged(checked_columns(frame), parameters=parameters, subject=Subject.TRACKING)

    def judge_calls(self, frame: pl.DataFrame, *, received_at: datetime) -> Verdict:
        """Judge a batch of calls as `adapters.calls` reads them.

        Raises:
            ChecksBroken: the checks could not be carried out; nothing is known of the batch.
            ValueError: there are too many rows.
        """
        columns = checked_call_columns(frame, received_at=received_at)
        return self._judged(columns, parameters=BatchBounds(), subject=Subject.CALLS)

    def _judged(self, columns: pl.DataFrame, *, parameters: BatchBounds, subject: Subject) -> Verdict:
        if columns.height > ROWS_MAX:
            raise ValueError(f"{columns.height} records are too many for one batch; at most {ROWS_MAX} are judged")
        request = pack_request(as_stream(columns), parameters=parameters, subject=subject)
        try:
            answer = Answer.model_validate_json(self._ask(request))
        except ValueError as error:
            raise ChecksBroken(f"the process of the quality checks gave something else: {error}") from error
        if answer.verdict is None:
            raise ChecksBroken(answer.broken)
        check_rows(answer.verdict, read=columns.height)
        return answer.verdict

    def close(self) -> None:
        """End the process, after the batch that it may be judging."""
        with self._one_at_a_time:
            child, self._child = self._child, None
            if child is None:
                return
            with suppress(subprocess.TimeoutExpired, BrokenPipeError):
                child.communicate(timeout=10)  # closes its standard input, which is its sign to end
            _end(child)

    def _ask(self, request: bytes) -> bytes:
        with self._one_at_a_time:
            try:
                return self._ask_once(request)
            except _Ended as ended:
                logger.warning("%s; it is started again for the same batch", ended)
            try:
                return self._ask_once(request)
            except _Ended as ended:
                raise ChecksBroken(f"{ended}, twice for one batch; its standard error says why") from ended

    def _ask_once(self, request: bytes) -> bytes:
        child = self._running()
        late = threading.Event()
        patience = threading.Timer(self._answer_seconds_max, _kill_late, (child, late))
        patience.daemon = True
        try:
            patience.start()
            answer = _exchange(child, request)
        except BaseException:
            # Whatever interrupted the exchange, its answer may still come: it must not be taken for the next one's.
            self._discard()
            raise
        finally:
            patience.cancel()
        if answer is not None:
            return answer
        status = self._discard()
        if late.is_set():
            raise ChecksBroken(f"the quality checks gave no answer within {self._answer_seconds_max:g} seconds")
        raise _Ended(f"the process of the quality checks ended with status {status}")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._discard()
        if self._child is None:
            self._child = subprocess.Popen(  # noqa: S603
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**FRUGAL, **os.environ}
            )
        return self._child

    def _discard(self) -> int | None:
        child, self._child = self._child, None
        return None if child is None else _end(child)


def _exchange(child: subprocess.Popen[bytes], request: bytes) -> bytes | None:
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        write_message(child.stdin, request)
        return read_message(child.stdout)
    except (BrokenPipeError, EOFError):
        return None


def _kill_late(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    child.kill()


def _end(child: subprocess.Popen[bytes]) -> int:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):  # what was not sent yet is of no use any more
                pipe.close()
    return child.wait()


_DEFAULT = Validator()
atexit.register(_DEFAULT.close)


def default_validator() -> Validator:
    """Give the one validator that everything in this process shares. It costs nothing until it is asked."""
    return _DEFAULT
