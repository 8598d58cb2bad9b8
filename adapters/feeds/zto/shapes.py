"""What ZTO's objects look like, wherever they stand in a payload. What they say is read in translate.

The older interface lists parcels with their traces, the newer one lists scans that each name their parcel.
"""

from typing import Any

from adapters.feeds.envelope import find

TRACES = "traces"
SCANS = "result"


def holds_traces(node: dict[str, Any]) -> bool:
    """Say whether this is one parcel with its traces, of which there may be none."""
    return "billCode" in node and isinstance(node.get(TRACES), (list, dict))


def is_scan(node: dict[str, Any]) -> bool:
    """Say whether this object is a scan by its own fields."""
    return "scanType" in node and "scanDate" in node


def holds_scans(node: dict[str, Any]) -> bool:
    """Say whether this is the newer interface's answer with its list of scans, which alone could be anybody's."""
    return is_envelope(node) and "statusCode" in node and isinstance(node.get(SCANS), list)


def is_told(node: dict[str, Any]) -> bool:
    """Say whether this object tells of a parcel."""
    return holds_traces(node) or is_scan(node)


def is_envelope(node: dict[str, Any]) -> bool:
    """Say whether this may be what stands around ZTO's answers; others wrap theirs in the same words."""
    return isinstance(node.get("status"), bool) and ("message" in node or "msg" in node)


def is_trace_payload(root: object) -> bool:
    """Say whether a whole payload is an answer that tells of a parcel."""
    return next(find(root, is_told), None) is not None
