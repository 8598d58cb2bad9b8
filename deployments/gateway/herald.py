"""Waking the flows: one event for all that arrives together, and a pause before the next, from a thread of its own."""

import logging
import threading

from adapters import Refused, Unavailable
from adapters.runs import client as runs
from tasks.publishing import PAYLOADS_RECEIVED

logger = logging.getLogger(__name__)

GATHER_SECONDS = 0.2
PAUSE_SECONDS = 2.0  # each announcement starts a run, and a run takes in all that waits


class Herald:
    """Announces what arrived, each kind at most once in a while; what it cannot announce the sweep finds."""

    def __init__(self, *, gather_seconds: float = GATHER_SECONDS, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._gather_seconds = gather_seconds
        self._pause_seconds = pause_seconds
        self._news = threading.Event()
        self._untold: set[str] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="herald", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End after the announcement that may be under way."""
        self._stop.set()
        self._news.set()
        self._thread.join(timeout=5)

    def tell(self, event: str = PAYLOADS_RECEIVED) -> None:
        """Note that something arrived, payloads unless another event is named; returns at once."""
        with self._lock:
            self._untold.add(event)
        self._news.set()

    def _run(self) -> None:
        while True:
            self._news.wait()
            if self._stop.wait(self._gather_seconds):
                return
            self._news.clear()
            with self._lock:
                untold, self._untold = sorted(self._untold), set()
            for event in untold:
                _announce(event)
            if self._stop.wait(self._pause_seconds):
                return


def _announce(event: str) -> None:
    try:
        runs.announce(event, resource="redress.gateway", payload={})
    except (Unavailable, Refused) as failure:
        logger.warning("The arrival was not announced, the sweep will find it: %s", failure)
    except Exception:
        logger.exception("The arrival was not announced, the sweep will find it.")
