"""Small photographs that somebody might send: JPEG files of a few hundred bytes, each another one, that open anywhere.

They show a mosaic of grey squares. What a photograph is supposed to show stands in it as a comment.
"""

import struct
from random import Random

COLUMNS, ROWS = 12, 9
SQUARE = 8  # pixels; the size of a block of JPEG
_STEP_BITS = 7
"""How a square differs from the one before: not at all, or by a number of so many bits."""
_DARKEST, _BRIGHTEST = -512, 511  # the mean of a square, as JPEG counts it with the table of ones below
_LEAST, _MOST = 2 ** (_STEP_BITS - 1), 2**_STEP_BITS - 1


def photograph(of: str, *, rng: Random) -> bytes:
    """Make a picture up; `of` says what it is supposed to show."""
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xFE, of.encode()),
            _segment(0xDB, b"\x00" + b"\x01" * SQUARE * SQUARE),
            _segment(0xC0, struct.pack(">BHHB", 8, ROWS * SQUARE, COLUMNS * SQUARE, 1) + b"\x01\x11\x00"),
            _segment(0xC4, _codes(0x00, b"\x00", bytes([_STEP_BITS]))),  # 0 the same as before, 10 another
            _segment(0xC4, _codes(0x10, b"\x00")),  # 0 nothing more in this square
            _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            _squares(rng),
            b"\xff\xd9",
        )
    )


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _codes(table: int, *by_length: bytes) -> bytes:
    """Describe a table of Huffman codes, whose symbols are given by the length of their code, from one bit on."""
    counts = bytes(len(symbols) for symbols in by_length)
    return bytes([table]) + counts.ljust(16, b"\x00") + b"".join(by_length)


def _squares(rng: Random) -> bytes:
    bits = "".join(_square(step) for step in _steps(rng))
    bits += "1" * (-len(bits) % 8)
    packed = int(bits, 2).to_bytes(len(bits) // 8)
    return packed.replace(b"\xff", b"\xff\x00")  # what follows an FF would be a marker


def _square(step: int) -> str:
    if not step:
        return "00"
    value = step if step > 0 else step + 2**_STEP_BITS - 1
    return f"10{value:0{_STEP_BITS}b}0"


def _steps(rng: Random) -> list[int]:
    """Walk from square to square between dark and bright."""
    level, steps = 0, []
    for _ in range(COLUMNS * ROWS):
        step = rng.choice((0, -1, 1)) * rng.randint(_LEAST, _MOST)
        if not _DARKEST <= level + step <= _BRIGHTEST:
            step = -step
        level += step
        steps.append(step)
    return steps
