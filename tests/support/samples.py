"""The smallest files of each kind that are what they say, for evidence."""

import struct
import zlib

from schemas.evidence import MediaType


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _png_chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    + _png_chunk(b"IEND", b"")
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 20 + b"\xff\xd9"
MAIL = b"From: outlet@example.com\r\nDate: Fri, 20 Nov 2026 12:00:00 +0800\r\nSubject: parcel\r\n\r\nIt is here.\r\n"
FILES: dict[MediaType, bytes] = {
    MediaType.JPEG: JPEG,
    MediaType.PNG: PNG,
    MediaType.WEBP: b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f" + b"\x00" * 12,
    MediaType.HEIC: b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + b"\x00" * 20,
    MediaType.PDF: b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
    MediaType.MP3: b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + b"\x00" * 100,
    MediaType.WAV: b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00" + b"\x00" * 24,
    MediaType.MP4: b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + b"\x00" * 20,
    MediaType.TEXT: "11月20日在本网点交接。".encode(),
    MediaType.CSV: "运单,重量\n773000000001,2.5\n".encode(),
    MediaType.MAIL: MAIL,
}
"""All kinds that a door takes."""


def a_photo(number: int = 0) -> bytes:
    """Make a picture that differs from those with other numbers."""
    return JPEG[:-2] + number.to_bytes(4) + JPEG[-2:]
