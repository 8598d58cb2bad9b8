"""What Kuaidi100's objects look like, wherever they stand in a payload. What they say is read in translate."""

from typing import Any

from adapters.feeds.envelope import find, text_of

_PUSH_STATUSES = frozenset({"polling", "shutdown", "abort", "updateall"})


def is_push(node: dict[str, Any]) -> bool:
    """Say whether this is the object that Kuaidi100 posts to a callback."""
    if isinstance(node.get("lastResult"), dict):
        return True
    return text_of(node.get("status")) in _PUSH_STATUSES and ("lastResult" in node or "autoCheck" in node)


def is_answer(node: dict[str, Any]) -> bool:
    """Say whether this is one parcel's query answer, with or without records."""
    if isinstance(node.get("data"), list):
        return ("nu" in node or "com" in node) and ("state" in node or "ischeck" in node or "status" in node)
    return "nu" in node and ("state" in node or "ischeck" in node)


def is_error(node: dict[str, Any]) -> bool:
    """Say whether this is Kuaidi100's other way of refusing a query."""
    return node.get("result") is False and "message" in node and bool(text_of(node.get("returnCode")))


def is_known(node: dict[str, Any]) -> bool:
    """Say whether this is any object of Kuaidi100's."""
    return is_push(node) or is_answer(node) or is_error(node)


def is_push_payload(root: object) -> bool:
    """Say whether a whole payload is a push."""
    return next(find(root, is_push), None) is not None


def is_query_payload(root: object) -> bool:
    """Say whether a whole payload is a query answer and no push."""
    return next(find(root, is_known), None) is not None and not is_push_payload(root)
