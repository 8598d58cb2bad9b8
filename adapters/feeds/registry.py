"""The formats that Redress can read: their names, whose codes they carry, their zone and their parser.

A format is a parser; which sender uses it, with which credentials, is a feed and is configured elsewhere. A new format
is a package of its own and a row here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from types import MappingProxyType
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from adapters.feeds.documents import Content, read_document
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.kuaidi100 import push as kuaidi100_push
from adapters.feeds.kuaidi100 import shapes as kuaidi100_shapes
from adapters.feeds.kuaidi100 import translate as kuaidi100
from adapters.feeds.sf import push as sf_push
from adapters.feeds.sf import shapes as sf_shapes
from adapters.feeds.sf import translate as sf
from schemas.tracking import Translation

_JSON: frozenset[Content] = frozenset({"json"})
_XML: frozenset[Content] = frozenset({"xml"})


class UnknownFormat(Exception):
    """A format was asked for that there is no parser for."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        """Name the format that was asked for and those that there are."""
        super().__init__(f"there is no format {name!r}; the formats are {', '.join(sorted(known))}")
        self.name = name


class DuplicateFormat(Exception):
    """Two formats were declared under one name."""


class Translator(Protocol):
    """What turns a payload that could be read into tracking records."""

    def __call__(self, root: object, *, source: str, zone: tzinfo) -> Translation:
        """Translate the payload's outermost value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One parser, with what the rest of Redress must know about it.

    `recognises` says of a payload's outermost value whether it is this format. `form_fields` are those in which the
    payload stands when it was posted as a form. `zone` is the IANA name of the zone of the format's naive times.
    """

    name: str
    namespace: str
    content: frozenset[Content]
    translate: Translator
    recognises: Callable[[Any], bool]
    form_fields: tuple[str, ...] = ()
    zone: str = "Asia/Shanghai"


def _declared(*formats: Format) -> Mapping[str, Format]:
    table: dict[str, Format] = {}
    for declared in formats:
        if declared.name in table:
            raise DuplicateFormat(declared.name)
        table[declared.name] = declared
    return MappingProxyType(table)


FORMATS = _declared(
    Format(
        name="kuaidi100_push",
        namespace=kuaidi100.NAMESPACE,
        content=_JSON,
        translate=kuaidi100.translate,
        recognises=kuaidi100_shapes.is_push_payload,
        form_fields=(kuaidi100_push.FORM_FIELD,),
    ),
    Format(
        name="kuaidi100_query",
        namespace=kuaidi100.NAMESPACE,
        content=_JSON,
        translate=kuaidi100.translate,
        recognises=kuaidi100_shapes.is_query_payload,
    ),
    Format(
        name="sf_route_push",
        namespace=sf.NAMESPACE,
        content=_JSON | _XML,
        translate=sf.translate,
        recognises=sf_shapes.is_push_payload,
        form_fields=sf_push.FORM_FIELDS,
    ),
    Format(
        name="sf_route_json",
        namespace=sf.NAMESPACE,
        content=_JSON,
        translate=sf.translate,
        recognises=sf_shapes.is_json_query_payload,
    ),
    Format(
        name="sf_route_xml",
        namespace=sf.NAMESPACE,
        content=_XML,
        translate=sf.translate,
        recognises=sf_shapes.is_xml_query_payload,
        form_fields=("content",),
    ),
)

_FORM_FIELDS = frozenset(field for declared in FORMATS.values() for field in declared.form_fields)


def translate(format_name: str, body: bytes, *, zone: str | None = None) -> Translation:
    """Translate a body of the named format; `zone` is the feed's own where it differs from the format's.

    Raises:
        UnknownFormat: nothing reads a format of that name.
        UnreadableEnvelope: the body is not text, not JSON or XML as the format wants, or holds nothing of the format.

    """
    declared = FORMATS.get(format_name)
    if declared is None:
        raise UnknownFormat(format_name, FORMATS)
    document = read_document(body, form_fields=declared.form_fields)
    if document.content not in declared.content:
        wanted = " or ".join(sorted(declared.content))
        detail = f"{format_name} is {wanted.upper()}, this is {document.content.upper()}"
        raise UnreadableEnvelope(f"not_{min(declared.content)}", "body", detail)
    return declared.translate(document.root, source=format_name, zone=ZoneInfo(zone or declared.zone))


def recognise(body: bytes) -> str | None:
    """Name the format of a body by its content; None when it could be none of them, or is unreadable."""
    try:
        document = read_document(body, form_fields=_FORM_FIELDS)
    except UnreadableEnvelope:
        return None
    for declared in FORMATS.values():
        if document.content in declared.content and declared.recognises(document.root):
            return declared.name
    return None
