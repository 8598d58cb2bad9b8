"""Values that nobody expects where they stand: times that are none, numbers too large, texts that are documents."""

from random import Random
from typing import Any

LONG = 20_000

TIMES = (
    "0000-00-00 00:00:00",
    "9999-12-31 23:59:59",
    "0001-01-01 00:00:00",
    "2026-02-30 08:00:00",
    "2026-03-01 24:00:00",
    "2026-03-01T08:00:00+99:99",
    "2026-03-01T08:00:00-23:59",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-03-01 08:00:60",
    "2026-03-01",
    "08:00",
    "昨天",
    "2026年3月1日",
    " 2026-03-01 08:00:00 ",
    "2026/03-01 08:00:00",
    "2026-03-01T08:00:00.123456789Z",
    "２０２６-03-01 08:00:00",
    "1772323200",
    "-1",
    "99999999999999999999",
    "1e18",
    "\0",
)
NUMBERS = (0, -1, 1.5, 1e308, -0.0, 2**63, -(2**63) - 1, 10**400, 1_772_323_200_000, 9_999_999_999_999_999)
TEXTS = (
    "",
    " ",
    "\0",
    "\ud800",
    "\udfff\ud83d",
    "\ufeff",
    "\u202e",
    "\x1b[0m",
    "null",
    "[]",
    "{}",
    "[[[[",
    '{"a": [1]}',
    "<a/>",
    "<!DOCTYPE a>",
    "%00",
    "'; --",
    "\t\r\n",
    "\u2028",
    "　",
    "【】",
    "【" * 50,
    "[" * 40,
    "，" * 30,
    "abort",
    "202",
    "80",
    "8000",
    "Expired",
    "60天无变化",
    "客户拒收",
    "delivered",
    "😀",
    "a" * 300,
    "=",
    "&",
    ",",
    '"',
    "\\",
    "NaN",
    "1e999",
    "0x10",
    "-",
)
LONG_TEXTS = ("长", " ", "【", "\\", '"', "1", "\n", "，破损", "[a]", "<", "&amp;", "2026-03-01 ", "=", "A_")


def long_text(rng: Random) -> str:
    """Repeat something until it is long."""
    piece = rng.choice(LONG_TEXTS)
    return piece * (rng.choice((200, 2_001, LONG)) // len(piece))


def value(rng: Random) -> Any:
    """Draw a value of any kind."""
    match rng.randrange(8):
        case 0:
            return None
        case 1:
            return rng.random() < 0.5
        case 2:
            return rng.choice(NUMBERS)
        case 3:
            return rng.choice(TIMES)
        case 4:
            return rng.choice(([], {}, [[]], [None], {"a": 1}, [{}], ["x", {"b": []}]))
        case 5:
            return long_text(rng) if rng.random() < 0.2 else rng.choice(TEXTS)
        case 6:
            return nested(rng.choice((3, 20, 40)), rng)
        case _:
            return rng.choice(TEXTS)


def nested(levels: int, rng: Random) -> Any:
    """Put a value into lists or objects, one in the other."""
    inner: Any = rng.choice(TEXTS)
    for _ in range(levels):
        inner = [inner] if rng.random() < 0.5 else {"data": inner}
    return inner
