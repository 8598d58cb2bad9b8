"""The demo's channel: Apprise plug-in `redressfile://` that appends each notice as a line of JSON to a file."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from apprise.decorators import notify

SCHEME = "redressfile"


@notify(on=SCHEME, name="Redress notice file")  # type: ignore[untyped-decorator]  # Apprise has no types
def append_notice(body: str, title: str, notify_type: Any, *_args: Any, **kwargs: Any) -> bool:
    """Append one notice and force it to the disk, so that a notice that counts as sent is there after a crash."""
    path = Path(unquote(urlsplit(kwargs["meta"]["url"]).path))
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"title": title, "body": body, "type": str(notify_type)}, ensure_ascii=False)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True
