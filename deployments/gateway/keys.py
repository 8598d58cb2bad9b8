"""The secrets of those who may push: several for one feed, each with a name, so that one can follow the other.

REDRESS_API_KEY holds a key, REDRESS_API_KEY__WMS another of the name WMS; both are taken. So a secret is changed
without a gap: set the new one under a name, have the sender use it, look in the log whether he does, remove the old.
"""

import hmac
import logging
import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from pydantic import SecretStr

logger = logging.getLogger(__name__)

API_KEY = "REDRESS_API_KEY"
UNNAMED = "the unnamed one"


class Key(NamedTuple):
    """One secret and its name; the name may be logged."""

    name: str
    value: SecretStr


def keys_in(variable: str, environ: Mapping[str, str] = os.environ) -> tuple[Key, ...]:
    """Give the secrets that a variable and its named companions hold; none when nothing is set."""
    named = f"{variable}__"
    found = [(UNNAMED, environ.get(variable, ""))]
    found += sorted((name.removeprefix(named), environ[name]) for name in environ if name.startswith(named))
    return tuple(Key(name, SecretStr(value)) for name, value in found if value)


def matching_key(keys: Iterable[Key], given: str) -> Key | None:
    """Find the key that was given, in a time that tells nothing of any of them."""
    shown = sha256(given.encode(errors="surrogateescape")).digest()
    found = None
    for key in keys:
        if hmac.compare_digest(shown, sha256(key.value.get_secret_value().encode()).digest()):
            found = key
    return found


class KeysInUse:
    """Tells in the log, once for each key, that somebody uses it; the others can be removed."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._told: set[tuple[str, str]] = set()

    def note(self, door: str, key: Key) -> None:
        """Take note that a key opened a door."""
        if (door, key.name) not in self._told:
            self._told.add((door, key.name))
            logger.info("At %s the first who shows the key %s since the start.", door, key.name)
