"""How the worker and the process of the checks speak: messages with their length before them, over two pipes.

A request is the batch's subject and bounds as JSON, with their length before them, and its columns as an Arrow stream;
an answer is JSON. Neither side needs the other's library for tables. No process is started here.
"""

import struct
from typing import IO, NamedTuple

from pydantic import BaseModel, ConfigDict

from schemas.quality import BatchBounds, Subject, Verdict

_LENGTH = struct.Struct(">Q")
MESSAGE_BYTES_MAX = 2**31


class Answer(BaseModel):
    """What the process of the checks says to one request: a verdict, or why it has none."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict | None = None
    broken: str = ""


class _Head(BaseModel):
    """What stands before the columns."""

    subject: Subject
    bounds: BatchBounds


class Request(NamedTuple):
    """A batch to be judged: its columns as an Arrow stream, what is usual for it, and what it is made of."""

    columns: memoryview
    bounds: BatchBounds
    subject: Subject


def pack_request(columns: bytes, *, parameters: BatchBounds, subject: Subject = Subject.TRACKING) -> bytes:
    """Write a batch, which is an Arrow stream, with its bounds and its subject as one message.

    Raises:
        ValueError: the batch is too large for a message.
    """
    head = _Head(subject=subject, bounds=parameters).model_dump_json().encode()
    message = b"".join((_LENGTH.pack(len(head)), head, columns))
    if len(message) > MESSAGE_BYTES_MAX:
        raise ValueError(f"a batch of {len(message)} bytes is too large; at most {MESSAGE_BYTES_MAX} are sent")
    return message


def unpack_request(message: bytes) -> Request:
    """Read a batch from a message.

    Raises:
        ValueError: it is no request.
    """
    if len(message) < _LENGTH.size:
        raise ValueError(f"no request: {len(message)} bytes")
    end = _LENGTH.size + _LENGTH.unpack_from(message)[0]
    head = _Head.model_validate_json(message[_LENGTH.size : end])
    return Request(memoryview(message)[end:], head.bounds, head.subject)


def write_message(stream: IO[bytes], message: bytes) -> None:
    """Send one message at once."""
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def read_message(stream: IO[bytes]) -> bytes | None:
    """Wait for one message; None when the other side has closed between two messages.

    Raises:
        EOFError: the other side ended in the middle of a message.
        ValueError: what came is no message.
    """
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
    if length > MESSAGE_BYTES_MAX:
        raise ValueError(f"no message: it would be {length} bytes long")
    message = stream.read(length)
    if len(head) < _LENGTH.size or len(message) < length:
        raise EOFError("the other side ended in the middle of a message")
    return message
