"""What 17TRACK's objects look like, wherever they stand in a payload. What they say is read in v1, v2 and translate.

v2 is told by its `track_info`, v1 by its `track`; a push that has neither is v1's when it holds its signature. Errors
and empty answers look the same in both.
"""

import re
from typing import Any

from adapters.feeds.envelope import find, text_of

STOPPED = "TRACKING_STOPPED"
PUSHED = frozenset({"TRACKING_UPDATED", STOPPED})
EVENT_LISTS = ("z1", "z2", "z9")  # of the first carrier, of the second, and of any other

_TRACK_KEYS = frozenset({"e", "z0", *EVENT_LISTS})
_PARCEL_KEYS = frozenset({"delay", "yt", "carrier", "tag", "param"})
_ERROR_CODE = re.compile("-180[0-9]{5}")


def is_v1_push(node: dict[str, Any]) -> bool:
    """Say whether this is what 17TRACK posts to a callback in the old shape."""
    data = node.get("data")
    return _is_push(node) and ("sign" in node or (isinstance(data, dict) and is_v1_parcel(data)))


def is_v2_push(node: dict[str, Any]) -> bool:
    """Say whether this is what 17TRACK posts to a callback in the present shape."""
    return _is_push(node) and not is_v1_push(node)


def _is_push(node: dict[str, Any]) -> bool:
    return text_of(node.get("event")) in PUSHED and isinstance(node.get("data"), (dict, list))


def is_v1_parcel(node: dict[str, Any]) -> bool:
    """Say whether this is one parcel's answer in the old shape, found or not."""
    if "track" not in node or ("number" not in node and "no" not in node):
        return False
    track = node["track"]
    if isinstance(track, dict):
        return not _TRACK_KEYS.isdisjoint(track)
    return track is None and not _PARCEL_KEYS.isdisjoint(node)


def is_v2_parcel(node: dict[str, Any]) -> bool:
    """Say whether this is one parcel's answer in the present shape, found or not."""
    return "number" in node and "track_info" in node


def is_page(node: dict[str, Any]) -> bool:
    """Say whether this is what every query is answered with: the numbers that were taken, and those that were not."""
    return isinstance(node.get("accepted"), list) and isinstance(node.get("rejected"), list)


def is_rejected(node: dict[str, Any]) -> bool:
    """Say whether this is a number that 17TRACK does not answer for."""
    error = node.get("error")
    return "number" in node and isinstance(error, dict) and is_error(error)


def is_error(node: dict[str, Any]) -> bool:
    """Say whether this is one of 17TRACK's errors, whose codes nobody else has."""
    return "message" in node and _ERROR_CODE.fullmatch(text_of(node.get("code"))) is not None


def is_v1(node: dict[str, Any]) -> bool:
    """Say whether this is an object of the old shape's own."""
    return is_v1_parcel(node) or is_v1_push(node)


def is_v2(node: dict[str, Any]) -> bool:
    """Say whether this is an object of the present shape's own."""
    return is_v2_parcel(node) or is_v2_push(node)


def is_shared(node: dict[str, Any]) -> bool:
    """Say whether this is an object that looks the same in both."""
    return is_page(node) or is_rejected(node) or is_error(node)


def is_v1_payload(root: object) -> bool:
    """Say whether a whole payload is certainly v1's."""
    return next(find(root, is_v1), None) is not None


def is_v2_payload(root: object) -> bool:
    """Say whether a whole payload is v2's, or what both versions answer alike, which the present one is taken for."""
    return not is_v1_payload(root) and next(find(root, lambda node: is_v2(node) or is_shared(node)), None) is not None
