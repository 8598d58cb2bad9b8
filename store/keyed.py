"""Hashes and seals under the installation's key (REDRESS_SECRET_KEY): what the store can compare and not read."""

import hmac
import os
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

from store.settings import StoreSettings


class NoSecretKey(RuntimeError):
    """REDRESS_SECRET_KEY is not set, without which nothing can be hashed or sealed."""


class WrongSecretKey(RuntimeError):
    """A text was sealed under another key than REDRESS_SECRET_KEY is now."""


@lru_cache(maxsize=1)
def _key(_environment: str | None) -> str:
    """Read the key; reading the settings takes longer than a hash, so only when it has changed."""
    return StoreSettings().secret_key.get_secret_value()


def _secret_key() -> str:
    key = _key(os.environ.get("REDRESS_SECRET_KEY"))
    if not key:
        raise NoSecretKey("REDRESS_SECRET_KEY is not set")
    return key


def keyed_hash(purpose: str, text: str) -> str:
    """Hash a text so that nobody without the key can find it by trying; each purpose has hashes of its own.

    Raises:
        NoSecretKey: there is no key.
    """
    return hmac.digest(_secret_key().encode(), f"{purpose}\0{text}".encode(), "sha256")[:16].hex()


def same_hash(kept: str, given: str) -> bool:
    """Compare two hashes in a time that tells nothing of either."""
    return hmac.compare_digest(kept.encode(), given.encode())


def seal(text: str) -> str:
    """Encrypt a text that is to be read again once.

    Raises:
        NoSecretKey: there is no key.
    """
    return Fernet(_secret_key()).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Read a sealed text.

    Raises:
        NoSecretKey: there is no key.
        WrongSecretKey: it is not the one under which the text was sealed.
    """
    key = _secret_key()
    try:
        return Fernet(key).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError) as wrong:
        raise WrongSecretKey("REDRESS_SECRET_KEY is not the key under which this was sealed") from wrong
