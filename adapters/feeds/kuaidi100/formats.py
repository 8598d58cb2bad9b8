"""Kuaidi100's two formats."""

from adapters.feeds.format import JSON, Format
from adapters.feeds.kuaidi100.push import FORM_FIELD, PUSH
from adapters.feeds.kuaidi100.shapes import is_push_payload, is_query_payload
from adapters.feeds.kuaidi100.translate import NAMESPACE, translate

FORMATS = (
    Format(
        name="kuaidi100_push",
        namespace=NAMESPACE,
        content=JSON,
        translate=translate,
        recognises=is_push_payload,
        form_fields=(FORM_FIELD,),
        push=PUSH,
    ),
    Format(name="kuaidi100_query", namespace=NAMESPACE, content=JSON, translate=translate, recognises=is_query_payload),
)
