"""Text as PostgreSQL can hold it, for what is kept about records that are themselves refused."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Put U+FFFD for NUL and for half a surrogate pair, which no text column holds."""
    return _UNSTORABLE.sub("\ufffd", text)
