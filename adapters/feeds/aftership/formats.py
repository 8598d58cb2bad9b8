"""AfterShip's one format, for answers and for the webhook."""

from adapters.feeds.aftership.push import PUSH
from adapters.feeds.aftership.shapes import is_payload
from adapters.feeds.aftership.translate import NAMESPACE, translate
from adapters.feeds.format import JSON, Format

FORMATS = (
    Format(
        name="aftership",
        namespace=NAMESPACE,
        content=JSON,
        translate=translate,
        recognises=is_payload,
        zone="UTC",
        push=PUSH,
    ),
)
