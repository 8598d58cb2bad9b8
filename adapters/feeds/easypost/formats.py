"""EasyPost's two formats."""

from adapters.feeds.easypost.push import PUSH
from adapters.feeds.easypost.shapes import is_event_payload, is_tracker_payload
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
)
