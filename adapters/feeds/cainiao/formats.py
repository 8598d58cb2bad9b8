"""Cainiao's one format. What it pushes to partners (LINK, XML) is another one, of which no payload has been seen."""

from adapters.feeds.cainiao.shapes import is_payload
from adapters.feeds.cainiao.translate import NAMESPACE, translate
from adapters.feeds.format import JSON, Format

FORMATS = (
    Format(name="cainiao_global", namespace=NAMESPACE, content=JSON, translate=translate, recognises=is_payload),
)
