"""ZTO's format."""

from adapters.feeds.format import JSON, Format
from adapters.feeds.zto.shapes import is_trace_payload
from adapters.feeds.zto.translate import NAMESPACE, translate

FORMATS = (
    Format(name="zto_trace", namespace=NAMESPACE, content=JSON, translate=translate, recognises=is_trace_payload),
)
