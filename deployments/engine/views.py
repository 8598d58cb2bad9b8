"""Addresses in the Prefect UI that a supervisor comes back to: what waits, what is overdue, what is severe.

Belongs here: which filters they set. Does not belong here: which tags a run has (`tasks.dispatch.sending`).
"""

from urllib.parse import urlencode

from schemas.approvals import OVERDUE_TAG, level_tag, severity_tag
from schemas.exceptions import Role
from schemas.severity import Severity

SUSPENDED = "Suspended"
CLAIMS_TAG = "claims"  # of the deployments that decide about claims (prefect.yaml)
DOCKET_TAG = "docket"

VIEWS: dict[str, tuple[str, ...]] = {
    "waiting for a supervisor": (level_tag(Role.SUPERVISOR),),
    "waiting for a manager": (level_tag(Role.MANAGER),),
    "waiting for a director": (level_tag(Role.DIRECTOR),),
    "claims and dockets": (CLAIMS_TAG,),
    "dockets of clear claims": (DOCKET_TAG,),
    "overdue decisions": (OVERDUE_TAG,),
    "severe decisions": (severity_tag(Severity.SEVERE), severity_tag(Severity.CRITICAL)),
}
"""The runs that each view shows: suspended, with any of these tags."""


def views(prefect_port: int) -> dict[str, str]:
    """Give the address of each view."""
    return {name: _address(prefect_port, tags) for name, tags in VIEWS.items()}


def _address(port: int, tags: tuple[str, ...]) -> str:
    asked = urlencode({"state": SUSPENDED, "tags": ",".join(tags)}, safe=":,")
    return f"http://127.0.0.1:{port}/v2/runs?{asked}"
