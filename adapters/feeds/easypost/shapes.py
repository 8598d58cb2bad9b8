"""What EasyPost's objects look like, wherever they stand in a payload. What they say is read in translate.

Every object of EasyPost's names its kind. Trackers stand inside insurances, shipments and claims' papers too; such an
object is taken as a whole, so that its tracker is not mistaken for one that was asked for.
"""

import re
from typing import Any

from adapters.feeds.envelope import find, text_of

_KINDS = frozenset(
    {
        *("Tracker", "Event", "Insurance", "Claim", "Shipment", "Batch", "Order", "Refund", "Pickup", "ScanForm"),
        *("Report", "Payload", "Webhook", "PaymentLog", "ReferralCustomer"),
    }
)
CLAIMS = "claims"
INSURANCES = "insurances"
_ERROR_CODE = re.compile(r"[A-Z_]+(?:\.[A-Z_]+)+")
_OF_PUSHES = ("PAYLOAD.", "EVENT.", "WEBHOOK.")


def is_tracker(node: dict[str, Any]) -> bool:
    """Say whether this object is one parcel's tracker."""
    return node.get("object") == "Tracker"


def is_event(node: dict[str, Any]) -> bool:
    """Say whether this object is what EasyPost posts to a webhook, whatever it tells of."""
    return node.get("object") == "Event"


def is_claim(node: dict[str, Any]) -> bool:
    """Say whether this object is a claim."""
    return node.get("object") == "Claim"


def is_insurance(node: dict[str, Any]) -> bool:
    """Say whether this object is an insurance of one shipment; its tracker was not asked for."""
    return node.get("object") == "Insurance"


def tells_of_a_tracker(event: dict[str, Any]) -> bool:
    """Say whether an event is about a tracker, by its own description."""
    return text_of(event.get("description")).startswith("tracker.")


def told_in(event: dict[str, Any]) -> dict[str, Any]:
    """Give the claim or the insurance that an event is about; nothing where it is about anything else."""
    result = event.get("result")
    return result if isinstance(result, dict) and (is_claim(result) or is_insurance(result)) else {}


def is_list(node: dict[str, Any]) -> bool:
    """Say whether this object is a page of trackers."""
    return isinstance(node.get("trackers"), list) and "has_more" in node


def is_page_of(node: dict[str, Any], what: str) -> bool:
    """Say whether this object is a page of claims or insurances."""
    return isinstance(node.get(what), list) and "has_more" in node


def error_code(node: dict[str, Any]) -> str:
    """Give the code of EasyPost's refusal of a request; nothing when this is none."""
    error = node.get("error")
    if not isinstance(error, dict) or not isinstance(error.get("errors"), list):
        return ""
    code = text_of(error.get("code"))
    return code if _ERROR_CODE.fullmatch(code) else ""


def is_page(node: dict[str, Any]) -> bool:
    """Say whether this object is a page of anything that is read here."""
    return is_list(node) or is_page_of(node, CLAIMS) or is_page_of(node, INSURANCES)


def is_known(node: dict[str, Any]) -> bool:
    """Say whether this is any object of EasyPost's."""
    kind = node.get("object")
    return (isinstance(kind, str) and kind in _KINDS) or is_page(node) or bool(error_code(node))


def is_event_payload(root: object) -> bool:
    """Say whether a payload is a push about a tracker, claim or insurance, or refuses a question about pushes."""
    return any(
        bool(is_event(node) and (tells_of_a_tracker(node) or told_in(node))) or error_code(node).startswith(_OF_PUSHES)
        for _, node in find(root, is_known)
    )


def is_tracker_payload(root: object) -> bool:
    """Say whether a whole payload is an answer about trackers and no push."""
    if is_event_payload(root):
        return False
    return any(is_tracker(node) or is_list(node) or error_code(node) for _, node in find(root, is_known))


def is_claim_payload(root: object) -> bool:
    """Say whether a whole payload is an answer about claims and no push."""
    return not is_event_payload(root) and any(
        is_claim(node) or is_page_of(node, CLAIMS) for _, node in find(root, is_known)
    )


def is_insurance_payload(root: object) -> bool:
    """Say whether a whole payload is an answer about insurances and no push."""
    return not is_event_payload(root) and any(
        is_insurance(node) or is_page_of(node, INSURANCES) for _, node in find(root, is_known)
    )
