"""The address of the demo's channel, apart from the channel itself, which takes long to import."""

import re
from pathlib import Path
from urllib.parse import quote, unquote

SCHEME = "redressfile"
_START = f"{SCHEME}://localhost/?file="
_FILE = re.compile(re.escape(_START) + r"([^&]+)&audience=([^&]+)&to=\{shown_to\}&channel=\{channel\}")


def address_of(path: Path, *, audience: str) -> str:
    """Give the Apprise address of a file that notices to an audience are appended to, receivers masked."""
    return f"{_START}{quote(str(path), safe='')}&audience={audience}&to={{shown_to}}&channel={{channel}}"


def file_of(address: str) -> tuple[Path, str] | None:
    """Give the file and the audience of such an address; None for any other channel's."""
    found = _FILE.fullmatch(address)
    return (Path(unquote(found[1])), found[2]) if found else None
