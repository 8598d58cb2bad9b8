"""What a format is: a parser, whose codes it reads, the zone of its naive times, and how its provider pushes it.

A format is a parser; which sender uses it, with which credentials, is a feed and stands in `configuration`. The rows
themselves stand in each provider's `formats` module.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Protocol

from adapters.feeds.documents import Content
from adapters.feeds.pushing import Push
from adapters.feeds.tabular import Tabulator
from schemas.tracking import Translation

JSON: frozenset[Content] = frozenset({"json"})
XML: frozenset[Content] = frozenset({"xml"})
CHINA = "Asia/Shanghai"


class Translator(Protocol):
    """What turns a payload that could be read into tracking records."""

    def __call__(self, root: object, *, source: str, zone: tzinfo) -> Translation:
        """Translate the payload's outermost value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One parser, with what the rest of Redress must know about it.

    `recognises` says of a payload's outermost value whether it is this format. `form_fields` are those in which the
    payload stands when it was posted as a form. `zone` is the IANA name of the zone of the format's naive times.
    `names_waybill` is False where the provider's own payloads do not say which parcel they are about.
    """

    name: str
    namespace: str
    content: frozenset[Content]
    translate: Translator
    recognises: Callable[[Any], bool]
    form_fields: tuple[str, ...] = ()
    zone: str = CHINA
    names_waybill: bool = True
    push: Push | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFormat:
    """One parser of payloads that are tables already; `recognises` is asked about the first line that says something.

    What else it has means what it means of a Format.
    """

    name: str
    namespace: str
    tabulate: Tabulator
    recognises: Callable[[str], bool]
    form_fields: tuple[str, ...] = ()
    zone: str = CHINA
    names_waybill: bool = True
    push: Push | None = None
