"""One parcel as v1 and v2 both tell it, once the differences of their spelling are read away. No meaning is read."""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Any, NamedTuple

from adapters.feeds.envelope import entries, text_of
from adapters.feeds.seventeentrack.shapes import STOPPED
from adapters.feeds.times import Moment


class Scan(NamedTuple):
    """One event of a parcel. `code` is its own, where it has one; `unreadable` says why nothing of it could be read."""

    where: str
    raw: Any
    written: str = ""  # the time as it was written
    read: Moment | None = None
    code: str = ""
    text: str = ""
    location: str = ""
    carrier: str = ""
    unreadable: str = ""


class Promised(NamedTuple):
    """By when a carrier says that it will deliver."""

    where: str
    read: Moment


class Parcel(NamedTuple):
    """One parcel, with a list of scans for each carrier that tells of it.

    `code` is the state of the whole, with the place where it stands and what stands beside it. `said` is what was said
    of the parcel besides its history.
    """

    waybill: str
    lists: tuple[tuple[Scan, ...], ...] = ()
    code: str = ""
    code_where: str = ""
    code_text: str = ""
    code_raw: Any = None
    promised: Promised | None = None
    said: str = ""


def not_an_object(where: str, item: object) -> Parcel:
    """Keep what stands in a parcel's place and is none."""
    return Parcel("", lists=((Scan(where, item, unreadable="not_an_object"),),))


def pushed(push: dict[str, Any], where: str, zone: tzinfo, read: Callable[..., Parcel]) -> Iterator[Parcel]:
    """Read the parcels of a push: one, or several in a list."""
    said = STOPPED if text_of(push["event"]) == STOPPED else ""
    for path, item in entries(push, "data", where):
        yield read(item, path, zone)._replace(said=said) if isinstance(item, dict) else not_an_object(path, item)


def path_to(where: str, key: str) -> str:
    """Give the path of a field of the object that stands at a path."""
    return f"{where}.{key}" if where else key


def as_written(value: object) -> str:
    """Give a text with its blanks, a number as text, and nothing for what is neither."""
    return value if isinstance(value, str) else text_of(value)
