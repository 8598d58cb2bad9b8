"""China EMS's one format: XML, or JSON where the client keeps the XML with its number, and where nothing is known."""

from adapters.feeds.ems_cn.shapes import is_payload
from adapters.feeds.ems_cn.translate import NAMESPACE, translate
from adapters.feeds.format import JSON, XML, Format

FORMATS = (
    Format(
        name="ems_cn_xml",
        namespace=NAMESPACE,
        content=XML | JSON,
        translate=translate,
        recognises=is_payload,
        names_waybill=False,
    ),
)
