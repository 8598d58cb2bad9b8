"""What AfterShip's objects look like, wherever they stand in a payload. What they say is read in translate."""

from typing import Any

from adapters.feeds.envelope import find, text_of

WEBHOOK_EVENTS = frozenset({"tracking_update", "edd_revise", "tracking_pending_time"})

_ERROR_KEYS = frozenset({"code", "type", "message"})


def is_tracking(node: dict[str, Any]) -> bool:
    """Say whether this is a tracking: whole, or with its last checkpoint only, as another endpoint gives it.

    The courier's `slug` is AfterShip's own word; others have checkpoints too.
    """
    if "slug" not in node:
        return False
    if isinstance(node.get("checkpoints"), list) or isinstance(node.get("checkpoint"), dict):
        return True
    return "tracking_number" in node and "subtag" in node


def is_error(node: dict[str, Any]) -> bool:
    """Say whether this is the envelope in which AfterShip refuses a request."""
    meta = node.get("meta")
    return isinstance(meta, dict) and meta.keys() >= _ERROR_KEYS and not node.get("data")


def is_page(node: dict[str, Any]) -> bool:
    """Say whether this is the envelope of a list of trackings, which may be empty."""
    data = node.get("data")
    return "meta" in node and isinstance(data, dict) and isinstance(data.get("trackings"), list)


def is_webhook(node: dict[str, Any]) -> bool:
    """Say whether this is what AfterShip posts to a callback."""
    return text_of(node.get("event")) in WEBHOOK_EVENTS and "event_id" in node and "msg" in node


def is_known(node: dict[str, Any]) -> bool:
    """Say whether this is any object that AfterShip sends."""
    return is_tracking(node) or is_error(node) or is_page(node) or is_webhook(node)


def is_payload(root: object) -> bool:
    """Say whether a whole payload is AfterShip's."""
    return next(find(root, is_known), None) is not None
