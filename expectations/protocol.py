"""How the worker and the process of the checks speak: messages with their length before them, over two pipes.

A request is the batch's bounds as JSON, with their length before them, and its columns as an Arrow stream; an answer is
JSON. Neither side needs the other's library for tables. No process is started here.
"""

import struct
from typing import IO

from pydantic import BaseModel, ConfigDict

from schemas.quality import BatchBounds, Verdict

_LENGTH = struct.Struct(">Q")
MESSAGE_BYTES_MAX = 2**31


class Answer(BaseModel):
    """What the process of the checks says to one request: a verdict, or why it has none."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict | None = None
    broken: str = ""


def pack_request(columns: bytes, *, parameters: BatchBounds) -> bytes:
    """Write a batch, which is an Arrow stream, and its bounds as one message.

    Raises:
        ValueError: the batch is too large for a message.
    """
    bounds = parameters.model_dump_json().encode()
    message = b"".join((_LENGTH.pack(len(bounds)), bounds, columns))
    if len(message) > MESSAGE_BYTES_MAX:
        raise ValueError(f"a batch of {len(message)} bytes is too large; at most {MESSAGE_BYTES_MAX} are sent")
    return message


def unpack_request(message: bytes) -> tuple[memoryview, BatchBounds]:
    """Read the batch, an Arrow stream, and its bounds from a message.

    Raises:
        ValueError: it is no request.
    """
    if len(message) < _LENGTH.size:
        raise ValueError(f"no request: {len(message)} bytes")
    end = _LENGTH.size + _LENGTH.unpack_from(message)[0]
    bounds = BatchBounds.model_validate_json(message[_LENGTH.size : end])
    return memoryview(message)[end:], bounds


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
