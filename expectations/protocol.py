"""How the worker and the process of the checks speak: messages with their length before them, over two pipes.

A request is an Arrow stream with the batch's bounds in its metadata; an answer is JSON. No process is started here.
"""

import struct
from typing import IO, Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.quality import BatchBounds, Verdict

_LENGTH = struct.Struct(">Q")
_BOUNDS = b"redress.bounds"
MESSAGE_BYTES_MAX = 2**31


class Answer(BaseModel):
    """What the process of the checks says to one request: a verdict, or why it has none."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict | None = None
    broken: str = ""


def pack_request(table: Any, *, parameters: BatchBounds) -> bytes:
    """Write a batch and its bounds as one message.

    Raises:
        ValueError: the batch is too large for a message.
    """
    labelled = table.replace_schema_metadata({_BOUNDS: parameters.model_dump_json()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, labelled.schema) as stream:
        stream.write_table(labelled)
    message: bytes = sink.getvalue().to_pybytes()
    if len(message) > MESSAGE_BYTES_MAX:
        raise ValueError(f"a batch of {len(message)} bytes is too large; at most {MESSAGE_BYTES_MAX} are sent")
    return message


def unpack_request(message: bytes) -> tuple[Any, BatchBounds]:
    """Read the batch and its bounds from a message."""
    with pa.ipc.open_stream(message) as stream:
        table = stream.read_all()
    return table, BatchBounds.model_validate_json(table.schema.metadata[_BOUNDS])


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
