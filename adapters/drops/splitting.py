"""A dropped file as payloads of a size that an inbox takes: large files of lines are split between two records.

No byte is changed and none is lost: a CSV's header is repeated at the head of each part, and the rest of the parts put
together is the rest of the file.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

PART_BYTES = 2_000_000
RECORD_BYTES_MAX = 1_000_000
WHOLE_BYTES_MAX = 8_000_000
"""How large a part may become, a record in it, and a file of a format that cannot be split."""

READ_BYTES = 1_000_000


class Readable(Protocol):
    """A file that is being read from its beginning."""

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes; none at the end."""
        ...


class Unsplittable(Exception):
    """A file that cannot be made into payloads."""

    def __init__(self, reason_code: str, detail: str) -> None:
        """Keep the reason code and a sentence for people."""
        super().__init__(f"{reason_code}: {detail}")
        self.reason_code = reason_code


def payloads_of(stream: Readable, format_name: str, *, part_bytes: int = PART_BYTES) -> Iterator[bytes]:
    """Read a file of the named format as one payload or, when it is one of lines, as several.

    Raises:
        Unsplittable: file_too_large, record_too_long or quote_not_closed.

    """
    split = SPLIT_BY.get(format_name)
    if split is not None:
        yield from split(stream, part_bytes)
        return
    body = stream.read(WHOLE_BYTES_MAX + 1)
    if len(body) > WHOLE_BYTES_MAX:
        raise Unsplittable("file_too_large", f"more than {WHOLE_BYTES_MAX} bytes, and {format_name} cannot be split")
    yield body


def _by_line(stream: Readable, part_bytes: int) -> Iterator[bytes]:
    yield from _gathered(_lines(stream), part_bytes)


def _by_record(stream: Readable, part_bytes: int) -> Iterator[bytes]:
    records = _csv_records(_lines(stream))
    header = next(records, b"")
    found = False
    for part in _gathered(records, part_bytes - len(header)):
        found = True
        yield header + part
    if header and not found:
        yield header


SPLIT_BY: Mapping[str, Callable[[Readable, int], Iterator[bytes]]] = MappingProxyType(
    {"csv": _by_record, "ndjson": _by_line}
)
"""The formats of lines."""


def _gathered(records: Iterator[bytes], part_bytes: int) -> Iterator[bytes]:
    part: list[bytes] = []
    size = 0
    for record in records:
        if part and size + len(record) > part_bytes:
            yield b"".join(part)
            part, size = [], 0
        part.append(record)
        size += len(record)
    if part:
        yield b"".join(part)


def _lines(stream: Readable) -> Iterator[bytes]:
    """Read line by line, each with its end; in a file without any line feed, lines end with a carriage return."""
    rest = stream.read(READ_BYTES)
    end = b"\r" if b"\n" not in rest and b"\r" in rest else b"\n"
    more = bool(rest)
    while more:
        *lines, rest = rest.split(end)
        yield from (line + end for line in lines)
        if len(rest) > RECORD_BYTES_MAX:
            raise Unsplittable("record_too_long", f"a line of more than {RECORD_BYTES_MAX} bytes")
        chunk = stream.read(READ_BYTES)
        rest += chunk
        more = bool(chunk)
    if rest:
        yield rest


def _csv_records(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Put lines together that a quoted field holds together, as Python's csv module reads them."""
    record: list[bytes] = []
    size, quoted = 0, False
    for number, line in enumerate(lines, start=1):
        quoted = quoted_after(line, quoted)
        record.append(line)
        size += len(line)
        if size > RECORD_BYTES_MAX:
            raise Unsplittable(
                "record_too_long", f"a record of more than {RECORD_BYTES_MAX} bytes ends at line {number}"
            )
        if not quoted:
            yield b"".join(record)
            record, size = [], 0
    if record:
        raise Unsplittable("quote_not_closed", "the last record has a quote that nothing closes")


_OPENING = re.compile(rb'(?:^(?:\xef\xbb\xbf)?|[,\r])"')
_QUOTE = b'"'


def quoted_after(line: bytes, quoted: bool) -> bool:
    """Say whether a quoted field is open at the end of this line, given whether one is at its beginning.

    Only a quote at the beginning of a field opens one, and two together are one of its characters.
    """
    at = 0
    while True:
        if not quoted:
            opening = _OPENING.search(line, at)
            if opening is None:
                return False
            at, quoted = opening.end(), True
        at = line.find(_QUOTE, at)
        if at < 0:
            return True
        if line[at + 1 : at + 2] == _QUOTE:
            at += 2
        else:
            at, quoted = at + 1, False
