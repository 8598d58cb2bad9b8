"""Getting a request's body in: never more than may be held, unpacked where it came packed. What it says is not read."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from starlette.types import Receive

from deployments.gateway.refusal import Refusal
from deployments.gateway.settings import GatewaySettings

GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
BARE = -zlib.MAX_WBITS
PACKINGS = {"gzip": (GZIP_OR_ZLIB,), "x-gzip": (GZIP_OR_ZLIB,), "deflate": (GZIP_OR_ZLIB, BARE)}
PLAIN = {"", "identity"}
MEMBERS_MAX = 64
BUSY_SECONDS = 5


class Limits(NamedTuple):
    """How large one body may be, as sent and again when unpacked, and how long it may take to arrive."""

    bytes_max: int
    seconds_max: float


class Bodies:
    """Reads bodies, each and all together within the limits of the settings."""

    def __init__(self, settings: GatewaySettings) -> None:
        """Begin with nothing held."""
        self._settings = settings
        self.held = 0  # bytes of all bodies that are there

    @asynccontextmanager
    async def body_of(
        self, headers: Mapping[str, str], receive: Receive, limits: Limits | None = None
    ) -> AsyncIterator[bytes]:
        """Read a body and unpack it; it counts as held until the block ends. The limits are those of all unless given.

        Raises:
            Refusal: 400 cut off or broken, 408 too slow, 413 too large, 415 packed in an unknown way, 503 too much.

        """
        parts: list[bytes] = []
        limits = limits or Limits(self._settings.body_bytes_max, self._settings.body_seconds_max)
        try:
            await self._read_into(parts, headers, receive, limits)
            packing = headers.get("content-encoding", "").strip().lower()
            if packing not in PLAIN:
                body = await asyncio.to_thread(unpacked, b"".join(parts), packing, limits.bytes_max)
                self._hold(body, parts)
                yield body
            else:
                yield b"".join(parts)  # a single part is not copied
        finally:
            self.held -= sum(map(len, parts))

    async def _read_into(
        self, parts: list[bytes], headers: Mapping[str, str], receive: Receive, limits: Limits
    ) -> None:
        size, (limit, seconds_max) = 0, limits
        if _announced(headers) > limit:
            raise _too_large(limit)
        try:
            async with asyncio.timeout(seconds_max):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refusal(400, "the connection ended before the body did")
                    self._hold(message.get("body", b""), parts)
                    size += len(parts[-1])
                    if size > limit:
                        raise _too_large(limit)
                    more = message.get("more_body", False)
        except TimeoutError:
            raise Refusal(408, f"the body did not arrive within {seconds_max:g} s") from None

    def _hold(self, part: bytes, parts: list[bytes]) -> None:
        parts.append(part)
        self.held += len(part)
        if self.held > self._settings.bytes_held_max:
            raise Refusal(503, "too much is arriving at once", retry_after_seconds=BUSY_SECONDS)


def _announced(headers: Mapping[str, str]) -> int:
    """Read how long the body is said to be, so that much too long ones are not waited for; what comes is counted."""
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else 0


def _too_large(limit: int) -> Refusal:
    return Refusal(413, f"the body is larger than {limit} bytes")


def unpacked(body: bytes, packing: str, bytes_max: int) -> bytes:
    """Unpack a body, without ever holding more than `bytes_max` of what comes out.

    Raises:
        Refusal: 400 broken, 413 too large, 415 an unknown packing, or one inside the other.

    """
    if packing not in PACKINGS:
        raise Refusal(415, f"the Content-Encoding is none of identity, {', '.join(PACKINGS)}")
    for window in PACKINGS[packing]:
        try:
            return _inflated(body, window, bytes_max)
        except zlib.error:
            continue
    raise Refusal(400, f"the body is not the {packing} that its Content-Encoding says")


def _inflated(body: bytes, window: int, bytes_max: int) -> bytes:
    """Unpack the members of which a packed body may be made, one after the other."""
    out = bytearray()
    for _ in range(MEMBERS_MAX):
        inflater = zlib.decompressobj(wbits=window)
        out += inflater.decompress(body, bytes_max - len(out) + 1)
        if len(out) > bytes_max:
            raise Refusal(413, f"the body is larger than {bytes_max} bytes when it is unpacked")
        if not inflater.eof:
            raise Refusal(400, "the packed body is cut off")
        if not (body := inflater.unused_data):
            return bytes(out)
    raise Refusal(400, f"the packed body is made of more than {MEMBERS_MAX} members")
