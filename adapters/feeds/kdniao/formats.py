"""Kdniao's two formats."""

from adapters.feeds.format import JSON, Format
from adapters.feeds.kdniao.push import FORM_FIELD, PUSH
from adapters.feeds.kdniao.shapes import is_push_payload, is_track_payload
from adapters.feeds.kdniao.translate import NAMESPACE, translate

FORMATS = (
    Format(
        name="kdniao_push",
        namespace=NAMESPACE,
        content=JSON,
        translate=translate,
        recognises=is_push_payload,
        form_fields=(FORM_FIELD,),
        push=PUSH,
    ),
    Format(name="kdniao_track", namespace=NAMESPACE, content=JSON, translate=translate, recognises=is_track_payload),
)
