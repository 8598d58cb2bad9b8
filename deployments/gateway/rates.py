"""How often somebody may knock: token buckets, as many as are in use of late and no more.

A bucket holds what may come in one minute and fills up evenly, so a burst passes and a flood does not.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from deployments.gateway.refusal import Refusal

BUCKETS_MAX = 10_000


class Rates:
    """Buckets of one size, by name; the one that was not asked for the longest gives way when there are too many."""

    def __init__(self, *, buckets_max: int = BUCKETS_MAX, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with no bucket."""
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, and since when
        self._buckets_max = buckets_max
        self._clock = clock

    def take(self, name: str, *, per_minute: int) -> None:
        """Take one from a bucket.

        Raises:
            Refusal: 429, when it is empty.

        """
        now = self._clock()
        left, since = self._buckets.pop(name, (float(per_minute), now))
        left = min(left + (now - since) * per_minute / 60, float(per_minute))
        allowed = left >= 1
        self._buckets[name] = (left - allowed, now)
        if len(self._buckets) > self._buckets_max:
            self._buckets.popitem(last=False)
        if not allowed:
            seconds = math.ceil((1 - left) * 60 / per_minute)
            raise Refusal(429, f"more than {per_minute} requests a minute", retry_after_seconds=seconds)


@lru_cache(BUCKETS_MAX)
def neighbourhood(address: str) -> str:
    """Name whom an address counts for: itself, or in IPv6 the network, of which anybody has a whole one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return address
