"""The address of the demo's channel, apart from the channel itself, which takes long to import."""

from pathlib import Path
from urllib.parse import quote

SCHEME = "redressfile"


def address_of(path: Path, *, audience: str) -> str:
    """Give the Apprise address of a file that notices to an audience are appended to, receivers masked."""
    return f"{SCHEME}://localhost/?file={quote(str(path), safe='')}&audience={audience}&to={{shown_to}}"
