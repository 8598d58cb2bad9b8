"""What Cainiao's objects look like, wherever they stand in a payload. What they say is read in translate."""

from typing import Any

from adapters.feeds.envelope import find, text_of


def is_parcel(node: dict[str, Any]) -> bool:
    """Say whether this is one parcel's answer, with or without scans."""
    return "mailNo" in node and isinstance(node.get("detailList"), list)


def is_envelope(node: dict[str, Any]) -> bool:
    """Say whether this is the answer around parcels, which alone could be anybody's."""
    return isinstance(node.get("module"), list) and isinstance(node.get("success"), bool)


def is_refusal(node: dict[str, Any]) -> bool:
    """Say whether this is an answer that failed, which alone could be anybody's."""
    return node.get("success") is False and bool(text_of(node.get("errorCode")) or text_of(node.get("errorMsg")))


def is_payload(root: object) -> bool:
    """Say whether a whole payload is Cainiao's answer about parcels."""
    return next(find(root, is_parcel), None) is not None
