"""What China EMS's objects look like, wherever they stand in a payload. What they say is read in translate.

Its answer does not name the parcel. So the client keeps what it asked beside the answer: an object of Redress's own,
with the number under `mailnum` and the answer's text, as it came, under `answer`.
"""

from typing import Any, NamedTuple

from adapters.feeds.documents import xml_root
from adapters.feeds.envelope import UnreadableEnvelope, entries, find, text_of

ASKED = "mailnum"
ANSWER = "answer"

_VERSION = "international_eub"  # how every version of this interface begins


class Part(NamedTuple):
    """One part of a payload that is known: its path, the object, and the parcel that was asked about, if it is told."""

    where: str
    node: dict[str, Any]
    waybill: str


def is_asked(node: dict[str, Any]) -> bool:
    """Say whether this is an answer with the number that was asked for."""
    return bool(text_of(node.get(ASKED))) and isinstance(node.get(ANSWER), str)


def holds_traces(node: dict[str, Any]) -> bool:
    """Say whether this object has a list of traces, which may be empty in XML."""
    return any(item == "" or (isinstance(item, dict) and "trace" in item) for item in _traces_of(node))


def traces(node: dict[str, Any], where: str) -> list[tuple[str, Any]]:
    """List the traces of an object that holds them, with their paths."""
    return [
        trace
        for path, holder in entries(node, "traces", where)
        if isinstance(holder, dict)
        for trace in entries(holder, "trace", path)
    ]


def is_refusal(node: dict[str, Any]) -> bool:
    """Say whether this object holds the interface's error answer."""
    response = node.get("response")
    return isinstance(response, dict) and first(response, "status") == "error" and "code" in response


def first(node: dict[str, Any], key: str) -> str:
    """Give a field's text: in XML an element is a list of its occurrences."""
    value = node.get(key)
    return text_of(value[0] if isinstance(value, list) and value else value)


def parts(root: object) -> list[Part]:
    """Find everything of the interface's in a payload, opening answers that are kept with their number.

    Raises:
        UnreadableEnvelope: an answer that is kept with its number is no XML.

    """
    found: list[Part] = []
    for where, node in find(root, lambda node: is_asked(node) or holds_traces(node) or is_refusal(node)):
        found += _opened(node, where) if is_asked(node) else [Part(where, node, "")]
    return found


def is_payload(root: object) -> bool:
    """Say whether a whole payload is an answer of this interface, and not one that could be anybody's."""
    try:
        return any(part.waybill or _is_only_here(part) for part in parts(root))
    except UnreadableEnvelope:
        return False


def _traces_of(node: dict[str, Any]) -> list[Any]:
    value = node.get("traces")
    return value if isinstance(value, list) else [value]


def _opened(asked: dict[str, Any], where: str) -> list[Part]:
    waybill, text = text_of(asked[ASKED]), asked[ANSWER].strip()
    path = f"{where}.{ANSWER}" if where else ANSWER
    if text in {"", "null"}:
        return [Part(path, {}, waybill)]
    inner = xml_root(text)
    known = find(inner, lambda node: holds_traces(node) or is_refusal(node), where=path)
    return [Part(place, node, waybill) for place, node in known]


def _is_only_here(part: Part) -> bool:
    if is_refusal(part.node):
        return first(part.node["response"], "version").startswith(_VERSION)
    told = [trace for _, trace in traces(part.node, part.where) if isinstance(trace, dict)]
    return any({"acceptTime", "remark"} <= trace.keys() for trace in told)
