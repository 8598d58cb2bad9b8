"""The demo's channel: an Apprise plug-in that appends each notice as a line of JSON to a file.

Its address is `redressfile://localhost/?file=` with the quoted path: Apprise takes the first part of a plain path for a
host name.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from apprise.decorators import notify

from adapters.notices.address import SCHEME


@notify(on=SCHEME, name="Redress notice file")  # type: ignore[untyped-decorator]  # Apprise has no types
def append_notice(body: str, title: str, _type: Any, *_args: Any, **kwargs: Any) -> bool:
    """Append one notice and force it to the disk, so that a notice that counts as sent is there after a crash."""
    asked = kwargs["meta"]["qsd"]
    channel = asked.get("channel", "")
    notice = Told(audience=asked["audience"], to=asked["to"], channel=channel, title=title, body=body)
    append_all(Path(asked["file"]), [notice])
    return True


class Told(NamedTuple):
    """A notice as the file has it."""

    audience: str
    to: str
    channel: str  # empty where the notice names none
    title: str
    body: str


def append_all(path: Path, notices: Iterable[Told]) -> None:
    """Append notices and force them to the disk together.

    Raises:
        OSError: not all of them are there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    left = "".join(json.dumps(notice._asdict(), ensure_ascii=False) + "\n" for notice in notices).encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
