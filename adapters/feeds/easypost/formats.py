"""EasyPost's formats: pushed events, answers about trackers, and answers about claims and insurances."""

from adapters.feeds.easypost.push import PUSH
from adapters.feeds.easypost.shapes import is_claim_payload, is_event_payload, is_insurance_payload, is_tracker_payload
from adapters.feeds.easypost.translate import NAMESPACE, translate
from adapters.feeds.format import JSON, Format

ZONE = "UTC"

FORMATS = (
    Format(
        name="easypost_event",
        namespace=NAMESPACE,
        content=JSON,
        translate=translate,
        recognises=is_event_payload,
        zone=ZONE,
        push=PUSH,
    ),
    Format(
        name="easypost_tracker",
        namespace=NAMESPACE,
        content=JSON,
        translate=translate,
        recognises=is_tracker_payload,
        zone=ZONE,
    ),
    Format(
        name="easypost_claim",
        namespace=NAMESPACE,
        content=JSON,
        translate=translate,
        recognises=is_claim_payload,
        zone=ZONE,
    ),
    Format(
        name="easypost_insurance",
        namespace=NAMESPACE,
        content=JSON,
        translate=translate,
        recognises=is_insurance_payload,
        zone=ZONE,
    ),
)
