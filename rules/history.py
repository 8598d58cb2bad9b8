"""The hash chain of a case's history: each entry seals itself and everything before it."""

import json
from collections.abc import Mapping
from hashlib import sha256

FIRST = bytes(32)
"""What the first entry of a case is chained to."""


def entry_hash(previous: bytes, entry: Mapping[str, object]) -> bytes:
    """Seal an entry together with the hash of the one before it."""
    written = json.dumps(entry, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(previous + written.encode()).digest()
