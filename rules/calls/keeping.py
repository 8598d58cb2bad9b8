"""What may be kept of a row of the call centre that cannot be used: enough to find and mend it, no caller's number."""

import re
from collections.abc import Mapping

from rules.privacy import mask_phones

LINE_CHARACTERS_MAX = 2000
_LONG_NUMBER = re.compile(r"[0-9]{5,}")


def kept_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """Give the fields of a row without the caller."""
    return {name: mask_phones(text) for name, text in fields.items() if name != "caller"}


def kept_line(line: str) -> str:
    """Give a line that could not be taken apart: where the number stands nobody knows, so no long number stays."""
    return _LONG_NUMBER.sub(lambda found: "*" * len(found[0]), line[:LINE_CHARACTERS_MAX])
