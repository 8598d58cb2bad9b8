"""17TRACK's two formats."""

from adapters.feeds.format import JSON, Format
from adapters.feeds.seventeentrack.push import PUSH_V1, PUSH_V2
from adapters.feeds.seventeentrack.shapes import is_v1_payload, is_v2_payload
from adapters.feeds.seventeentrack.translate import NAMESPACE, translate_v1, translate_v2

FORMATS = (
    Format(
        name="17track_v1",
        namespace=NAMESPACE,
        content=JSON,
        translate=translate_v1,
        recognises=is_v1_payload,
        push=PUSH_V1,
    ),
    Format(
        name="17track_v2",
        namespace=NAMESPACE,
        content=JSON,
        translate=translate_v2,
        recognises=is_v2_payload,
        push=PUSH_V2,
    ),
)
