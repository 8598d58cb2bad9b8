"""The demo's channel: an Apprise plug-in that appends each notice as a line of JSON to a file.

Its address is `redressfile://localhost/?file=` with the quoted path: Apprise takes the first part of a plain path for a
host name.
"""

import json
import os
from pathlib import Path
from typing import Any

from apprise.decorators import notify

from adapters.notices.address import SCHEME


@notify(on=SCHEME, name="Redress notice file")  # type: ignore[untyped-decorator]  # Apprise has no types
def append_notice(body: str, title: str, _type: Any, *_args: Any, **kwargs: Any) -> bool:
    """Append one notice and force it to the disk, so that a notice that counts as sent is there after a crash."""
    asked = kwargs["meta"]["qsd"]
    path = Path(asked["file"])
    path.parent.mkdir(parents=True, exist_ok=True)
    notice = {"audience": asked["audience"], "to": asked["to"], "title": title, "body": body}
    line = json.dumps(notice, ensure_ascii=False)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True
