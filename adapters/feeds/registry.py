"""The formats that Redress can read, one table of all providers' rows, and choosing among them by name or content.

A new format is a package of its own and its rows here (docs/adding-a-feed.md).
"""

from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from adapters.feeds.aftership import formats as aftership
from adapters.feeds.cainiao import formats as cainiao
from adapters.feeds.documents import decoded, read_document
from adapters.feeds.easypost import formats as easypost
from adapters.feeds.ems_cn import formats as ems_cn
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.format import Format, TableFormat
from adapters.feeds.kdniao import formats as kdniao
from adapters.feeds.kuaidi100 import formats as kuaidi100
from adapters.feeds.scanners import formats as scanners
from adapters.feeds.seventeentrack import formats as seventeentrack
from adapters.feeds.sf import formats as sf
from adapters.feeds.tabular import Table, as_records
from adapters.feeds.zto import formats as zto
from schemas.tracking import Translation


class UnknownFormat(Exception):
    """A format was asked for that there is no parser for."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        """Name the format that was asked for and those that there are."""
        super().__init__(f"there is no format {name!r}; the formats are {', '.join(sorted(known))}")
        self.name = name


class DuplicateFormat(Exception):
    """Two formats were declared under one name."""


def _declared(*packages: Iterable[Format | TableFormat]) -> Mapping[str, Format | TableFormat]:
    table: dict[str, Format | TableFormat] = {}
    for declared in chain(*packages):
        if declared.name in table:
            raise DuplicateFormat(declared.name)
        table[declared.name] = declared
    return MappingProxyType(table)


# One line for each provider, in the order in which a payload is tried against them.
FORMATS = _declared(
    scanners.FORMATS,
    kuaidi100.FORMATS,
    sf.FORMATS,
    kdniao.FORMATS,
    zto.FORMATS,
    easypost.FORMATS,
    cainiao.FORMATS,
    aftership.FORMATS,
    seventeentrack.FORMATS,
    ems_cn.FORMATS,
)

_FORM_FIELDS = frozenset(field for declared in FORMATS.values() for field in declared.form_fields)

BEGINNING_BYTES = 10_000
"""How much of a payload is looked at to recognise a table."""

NAMES_SHOWN = 6


def translate(format_name: str, body: bytes, *, zone: str | None = None) -> Translation:
    """Translate a body of the named format; `zone` is the feed's own where it differs from the format's.

    Raises:
        UnknownFormat: nothing reads a format of that name.
        UnreadableEnvelope: the body is not text, not what the format is made of, or holds nothing of the format.

    """
    declared = declared_format(format_name)
    if isinstance(declared, TableFormat):
        return as_records(_tabulated(declared, body, zone))
    return declared.translate(_root(declared, body), source=format_name, zone=ZoneInfo(zone or declared.zone))


def tabulate(format_name: str, body: bytes, *, zone: str | None = None) -> Table | None:
    """Read a body as columns; None when the format is not one of tables.

    Raises:
        UnknownFormat: nothing reads a format of that name.
        UnreadableEnvelope: as `translate` would.

    """
    declared = declared_format(format_name)
    return _tabulated(declared, body, zone) if isinstance(declared, TableFormat) else None


def check_envelope(format_name: str, body: bytes) -> None:
    """Make sure that a body can be read as the named format, at a fraction of a translation's cost where it is usual.

    Raises:
        UnknownFormat: nothing reads a format of that name.
        UnreadableEnvelope: as `translate` would.

    """
    declared = declared_format(format_name)
    if isinstance(declared, TableFormat):
        _tabulated(declared, body, None)
        return
    root = _root(declared, body)
    if not declared.recognises(root):  # a relative of the format may be as readable
        declared.translate(root, source=format_name, zone=ZoneInfo(declared.zone))


def declared_format(name: str) -> Format | TableFormat:
    """Find a format by its name.

    Raises:
        UnknownFormat: there is none.

    """
    if name not in FORMATS:
        raise UnknownFormat(name, FORMATS)
    return FORMATS[name]


def _tabulated(declared: TableFormat, body: bytes, zone: str | None) -> Table:
    return declared.tabulate(body, source=declared.name, zone=ZoneInfo(zone or declared.zone))


def _root(declared: Format, body: bytes) -> Any:
    document = read_document(body, form_fields=declared.form_fields)
    if document.content not in declared.content:
        wanted = " or ".join(sorted(declared.content))
        detail = f"{declared.name} is {wanted.upper()}, this is {document.content.upper()}"
        raise UnreadableEnvelope(f"not_{min(declared.content)}", "body", detail)
    return document.root


def recognise(body: bytes) -> str | None:
    """Name the format of a body by its content; None when it could be none of them, or is unreadable."""
    if table := recognise_table(body[:BEGINNING_BYTES]):
        return table
    try:
        document = read_document(body, form_fields=_FORM_FIELDS)
    except UnreadableEnvelope:
        return None
    for declared in FORMATS.values():
        if isinstance(declared, Format) and document.content in declared.content and declared.recognises(document.root):
            return declared.name
    return None


def recognise_table(beginning: bytes) -> str | None:
    """Name the format of a table by how it begins; None when it is no table that is known."""
    lines = beginning.removeprefix(BOM_UTF8).lstrip().splitlines()  # only a whole line can be decoded
    try:
        first = decoded(lines[0]) if lines else ""
    except UnreadableEnvelope:
        return None
    for declared in FORMATS.values():
        if isinstance(declared, TableFormat) and declared.recognises(first):
            return declared.name
    return None


def described(body: bytes) -> str:
    """Say what a body looks like whose format nobody knows, without any of its values."""
    try:
        document = read_document(body)
    except UnreadableEnvelope as fault:
        return f"it is neither JSON nor XML nor a table of scans ({fault.reason_code} at {fault.where})"
    inner = document.root[0] if isinstance(document.root, list) and document.root else document.root
    names = [str(name)[:40] for name in inner][:NAMES_SHOWN] if isinstance(inner, dict) else [type(inner).__name__]
    return f"{document.content.upper()} of no known provider ({', '.join(names) or 'with nothing in it'})"
