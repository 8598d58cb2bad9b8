"""How an insurer signs what it tells: HMAC-SHA256 over the moment and the body, both named in headers."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

TIMESTAMP_HEADER = "x-insurer-timestamp"
SIGNATURE_HEADER = "x-insurer-signature"
AGE_MAX = timedelta(minutes=5)
"""How far from now a moment may be for which something was signed: nobody plays an old message again."""
_LONGEST = 12


class NotSigned(ValueError):
    """A message is not signed as it must be; the words never hold what was shown."""


def signature(body: bytes, *, secret: str, timestamp: str) -> str:
    """Sign a body for a moment, in seconds since 1970."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def is_signed(body: bytes, *, secret: str, timestamp: str, shown: str) -> bool:
    """Say whether a signature is right, in a time that tells nothing of it."""
    right = signature(body, secret=secret, timestamp=timestamp)
    return hmac.compare_digest(right.encode(), shown.encode(errors="replace"))


def check_moment(timestamp: str, *, now: datetime) -> None:
    """Make sure that something was signed for a moment near to now.

    Raises:
        NotSigned: it was not, or the moment cannot be read.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST):
        raise NotSigned(f"the header {TIMESTAMP_HEADER} should be seconds since 1970")
    if abs(now.timestamp() - int(timestamp)) > AGE_MAX.total_seconds():
        raise NotSigned(f"it was signed for a moment too far from now, {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
