"""The process of the quality checks: reads batches from standard input, writes verdicts to standard output.

Started by `process`, as `python -m expectations.child`. It ends when its standard input closes, so it does not
outlive the worker, however that one ended. Nothing is decided here.
"""

import gc
import logging
import os
import signal
import sys
from typing import BinaryIO

from expectations.protocol import Answer, read_message, unpack_request, write_message
from expectations.verdict import ChecksBroken

logger = logging.getLogger(__name__)


def main() -> None:
    """Answer requests until the worker closes or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the worker says when to end
    logging.basicConfig(stream=sys.stderr)
    requests, answers = take_the_pipes()
    loaded = False
    try:
        while (request := read_message(requests)) is not None:
            write_message(answers, _answer(request).model_dump_json().encode())
            del request
            gc.collect()  # Great Expectations leaves every batch behind in cycles
            if not loaded:
                gc.freeze()  # what it loaded stays: not to be looked through again and again
                loaded = True
    except (BrokenPipeError, EOFError):
        return  # the worker is gone


def take_the_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two pipes to the worker for messages alone.

    From here on whatever any library prints goes to standard error, and cannot be taken for an answer.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _answer(request: bytes) -> Answer:
    try:
        # Loaded here, because the import may print, and only now does nobody hear it.
        from expectations.judge import judge, read_columns  # noqa: PLC0415

        asked = unpack_request(request)
        verdict = judge(read_columns(asked.columns), parameters=asked.bounds, subject=asked.subject)
        return Answer(verdict=verdict)
    except ChecksBroken as error:
        logger.exception("a batch could not be judged")
        return Answer(broken=str(error))
    except Exception as error:
        logger.exception("a batch could not be judged")
        return Answer(broken=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
