"""What Kdniao's objects look like, wherever they stand in a payload. What they say is read in translate.

Connectors write Kdniao's objects out again with their fields in camel case, and middleware gives the waybill a name of
its own; the records keep theirs.
"""

from typing import Any

from adapters.feeds.documents import json_root
from adapters.feeds.envelope import entries, find

# The field in which a push sends its document as text when its form was taken over into JSON.
OPENERS = {"RequestData": json_root}


def key(node: dict[str, Any], name: str) -> str:
    """Give the key under which a field of Kdniao's stands, which may begin with a small letter."""
    small = name[0].lower() + name[1:]
    return small if small in node and name not in node else name


def field(node: dict[str, Any], name: str) -> Any:
    """Give a field of Kdniao's, however its name begins; None when it is not there."""
    return node.get(key(node, name))


def is_push(node: dict[str, Any]) -> bool:
    """Say whether this is the document that Kdniao pushes: several parcels' answers and the time of the push."""
    return key(node, "PushTime") in node and isinstance(field(node, "Data"), (list, dict))


def is_answer(node: dict[str, Any]) -> bool:
    """Say whether this is one parcel's answer, with or without records."""
    if has_own_names(node):
        return any(key(node, name) in node for name in ("Traces", "State", "Success"))
    listed = entries(node, key(node, "Traces"), "")
    return any(isinstance(trace, dict) and key(trace, "AcceptStation") in trace for _, trace in listed)


def has_own_names(node: dict[str, Any]) -> bool:
    """Say whether an answer's own fields are Kdniao's, and not those of middleware that keeps only the records."""
    return key(node, "LogisticCode") in node


def is_refusal(node: dict[str, Any]) -> bool:
    """Say whether this is Kdniao's refusal of a whole request."""
    return node.get("Success") is False and "Reason" in node


def is_known(node: dict[str, Any]) -> bool:
    """Say whether this is any object of Kdniao's tracking."""
    return is_push(node) or is_answer(node) or is_refusal(node)


def is_push_payload(root: object) -> bool:
    """Say whether a whole payload is a push."""
    return next(find(root, is_push, openers=OPENERS), None) is not None


def is_track_payload(root: object) -> bool:
    """Say whether a whole payload is a query answer and no push; a refusal only when it names the account."""
    found = next(find(root, _is_told_apart, openers=OPENERS), None) is not None
    return found and not is_push_payload(root)


def _is_told_apart(node: dict[str, Any]) -> bool:
    return is_answer(node) or (is_refusal(node) and "EBusinessID" in node)
