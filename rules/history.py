"""The hash chain of a case's history: each entry seals itself and everything before it."""

import json
from collections.abc import Mapping
from hashlib import sha256

FIRST = bytes(32)
"""What the first entry of a case is chained to."""

_WRITTEN = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str).encode


def entry_hash(previous: bytes, entry: Mapping[str, object]) -> bytes:
    """Seal an entry together with the hash of the one before it."""
    return sha256(previous + _WRITTEN(entry).encode()).digest()
