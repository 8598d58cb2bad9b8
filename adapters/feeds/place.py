"""Where a record says it happened when it has no field for it."""

import re

_BRACKETED = re.compile(r"[【\[]([^【】\[\]]{1,100})[】\]]")


def place_named(text: str) -> str:
    """Give the first bracketed name of a text, as Chinese carriers mark their outlets; nothing when there is none."""
    if "【" not in text and "[" not in text:
        return ""
    bracketed = _BRACKETED.search(text)
    return bracketed[1].strip() if bracketed else ""
