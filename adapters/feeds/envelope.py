"""Finding the known part of a payload in whatever was wrapped around it, and the refusal when there is none.

Shops and middleware put providers' answers into envelopes of their own, so no format relies on where its object
stands. What a format's object looks like belongs to the format.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

NESTING_MAX = 32  # deeper than any payload seen by a factor of four


class UnreadableEnvelope(Exception):
    """A body that cannot be read at all, so that no record of it could be named."""

    def __init__(self, reason_code: str, where: str, detail: str) -> None:
        """Keep the reason code, the place in the body, and a sentence for people."""
        super().__init__(f"{reason_code} at {where}: {detail}")
        self.reason_code = reason_code
        self.where = where
        self.detail = detail


Openers = Mapping[str, Callable[[str], Any]]


def find(
    node: object,
    wanted: Callable[[dict[str, Any]], bool],
    *,
    openers: Openers | None = None,
    where: str = "",
    levels: int = NESTING_MAX,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the outermost objects that are wanted, in document order, each with its exact path.

    `openers` names the fields in which a provider sends a document as text, and what reads that text; a text which
    cannot be read is left alone, because then it was no document.
    """
    if levels < 0:
        return
    if isinstance(node, dict):
        if wanted(node):
            yield where, node
            return
        for key, value in node.items():
            child = _opened(key, value, openers)
            if isinstance(child, (dict, list)):
                path = f"{where}.{key}" if where else key
                yield from find(child, wanted, openers=openers, where=path, levels=levels - 1)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            if isinstance(value, (dict, list)):
                path = f"{where}[{place}]"
                yield from find(value, wanted, openers=openers, where=path, levels=levels - 1)


def _opened(key: str, value: object, openers: Openers | None) -> object:
    if not openers or not isinstance(value, str) or key not in openers:
        return value
    try:
        return openers[key](value)
    except UnreadableEnvelope:
        return value


def entries(holder: Mapping[str, Any], key: str, where: str) -> list[tuple[str, Any]]:
    """List what stands under a key with the path of each: many, one that was sent without its list, or none."""
    path = f"{where}.{key}" if where else key
    value = holder.get(key)
    if isinstance(value, list):
        return [(f"{path}[{place}]", entry) for place, entry in enumerate(value)]
    return [] if value is None or value == "" else [(path, value)]


def text_of(value: object) -> str:
    """Give a scalar as text, and nothing for what is no scalar; providers write codes as numbers and as strings."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return str(value)
