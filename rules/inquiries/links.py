"""The signed link of an inquiry: bound to it and to a time, and good for nothing else.

A link is its own credential, so it is made when a notice leaves and is kept nowhere.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

from schemas.inquiries import INQUIRY_NO

TOKEN_LENGTH_MAX = 200
KEY_LENGTH_MIN = 16

_TOKEN = re.compile(r"(?P<inquiry_no>[^.]+)\.(?P<expires>[0-9]{1,12})\.(?P<signature>[A-Za-z0-9_-]{43})", re.ASCII)
_PURPOSE = "redress inquiry link"


class BadLink(Exception):
    """A link that opens nothing; it says no more about why than that it was never good, or is no longer."""

    def __init__(self, *, expired: bool) -> None:
        """Keep whether it was good once."""
        super().__init__("the link has expired" if expired else "the link is not valid")
        self.expired = expired


def token_for(inquiry_no: str, *, expires_at: datetime, key: bytes) -> str:
    """Sign a link's token; a key is any secret of at least 16 bytes."""
    if len(key) < KEY_LENGTH_MIN:
        raise ValueError(f"a key of links needs at least {KEY_LENGTH_MIN} bytes")
    expires = int(expires_at.timestamp())
    return f"{inquiry_no}.{expires}.{_signature(inquiry_no, expires, key)}"


def inquiry_of(token: str, *, keys: Iterable[bytes], now: datetime) -> str:
    """Say which inquiry a token opens; all keys are tried, in a time that tells nothing of any of them.

    Raises:
        BadLink: it was not signed with any of the keys, or its time is over.

    """
    parts = _TOKEN.fullmatch(token) if len(token) <= TOKEN_LENGTH_MAX else None
    if parts is None or not re.match(INQUIRY_NO, parts["inquiry_no"]):
        raise BadLink(expired=False)
    expires = int(parts["expires"])
    matches = [hmac.compare_digest(_signature(parts["inquiry_no"], expires, key), parts["signature"]) for key in keys]
    if not any(matches):
        raise BadLink(expired=False)
    if now.astimezone(UTC).timestamp() >= expires:
        raise BadLink(expired=True)
    return parts["inquiry_no"]


def _signature(inquiry_no: str, expires: int, key: bytes) -> str:
    signed = f"{_PURPOSE}\x1f{inquiry_no}\x1f{expires}".encode()
    return urlsafe_b64encode(hmac.new(key, signed, sha256).digest()).rstrip(b"=").decode()


def derived_key(secret: str) -> bytes:
    """Make a key of links from a secret that serves something else, so that neither tells of the other."""
    return hmac.new(secret.encode(), _PURPOSE.encode(), sha256).digest()
