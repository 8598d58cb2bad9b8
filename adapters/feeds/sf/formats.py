"""SF's three formats."""

from adapters.feeds.format import JSON, XML, Format
from adapters.feeds.sf.push import FORM_FIELDS, PUSH
from adapters.feeds.sf.shapes import is_json_query_payload, is_push_payload, is_xml_query_payload
from adapters.feeds.sf.translate import NAMESPACE, translate

FORMATS = (
    Format(
        name="sf_route_push",
        namespace=NAMESPACE,
        content=JSON | XML,
        translate=translate,
        recognises=is_push_payload,
        form_fields=FORM_FIELDS,
        push=PUSH,
    ),
    Format(
        name="sf_route_json", namespace=NAMESPACE, content=JSON, translate=translate, recognises=is_json_query_payload
    ),
    Format(
        name="sf_route_xml",
        namespace=NAMESPACE,
        content=XML,
        translate=translate,
        recognises=is_xml_query_payload,
        form_fields=("content",),
    ),
)
