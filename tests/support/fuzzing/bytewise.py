"""Mutations of bytes, which know nothing of what the bytes say."""

import re
from collections.abc import Callable
from random import Random

from fuzzing.nonsense import LONG

BYTES_MAX = 200_000

TOKENS = (
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"<",
    b">",
    b"/>",
    b"&x;",
    b"&#0;",
    b"&#x110000;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"<?xml version='1.0' encoding='UTF-16'?>",
    b"<?a?>",
    b"\0",
    b"\x1a",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\\ud800",
    b"\\u0000",
    b"\\x",
    b"null",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"%",
    b"%zz",
    b"=",
    b"+",
    b"\r",
    b"\n",
    b"\n\n",
    b"\t",
    b"param=",
    b"content=",
    b"RequestData=%7B",
    b'{"data":',
    b'"data":[',
    b'"nu":1,',
    b"\xb0\xa1",
    b"\xc2\x85",
)
HOSTILE_XML = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    b'<!DOCTYPE r [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
    b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd">',
    b'<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]>',
    b'<?xml version="1.0" encoding="GBK"?>',
    b'<?xml version="1.0" encoding="no-such"?>',
    b"<?xml version='9.9'?>",
    b'<?xml-stylesheet href="file:///etc/hostname"?>',
    b"\xef\xbb\xbf",
    b"<!-- -- -->",
)

Mutation = Callable[[bytes, Random], bytes]


def flipped(body: bytes, rng: Random) -> bytes:
    """Change some bytes."""
    changed = bytearray(body)
    for _ in range(rng.randint(1, 8)):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(body: bytes, rng: Random) -> bytes:
    """Take a piece away, at the end or in the middle."""
    start = rng.randrange(len(body) + 1)
    return body[:start] + (body[start + rng.randint(1, 200) :] if rng.random() < 0.5 else b"")


def doubled(body: bytes, rng: Random) -> bytes:
    """Repeat a piece, or all of it."""
    start = rng.randrange(len(body) + 1)
    piece = body[start : start + rng.randint(1, 2_000)] if rng.random() < 0.8 else body
    return body[:start] + piece * rng.choice((2, 2, 3, 50)) + body[start:]


def swapped(body: bytes, rng: Random) -> bytes:
    """Let two pieces change places."""
    first, second, third = sorted(rng.randrange(len(body) + 1) for _ in range(3))
    return body[:first] + body[second:third] + body[first:second] + body[third:]


def with_token(body: bytes, rng: Random) -> bytes:
    """Put in what means something to a parser."""
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(body) + 1)
        body = body[:place] + rng.choice(TOKENS) * rng.choice((1, 1, 1, 2, 40)) + body[place:]
    return body


def with_broken_utf8(body: bytes, rng: Random) -> bytes:
    """Break the encoding in a place: half a character, an overlong one, a surrogate."""
    place = rng.randrange(len(body) + 1)
    return (
        body[:place] + rng.choice((b"\xe5", b"\xc0\xaf", b"\xed\xa0\x80", b"\xff", b"\xf8\x88", b"\x80")) + body[place:]
    )


def in_gbk(body: bytes, rng: Random) -> bytes:
    """Write all or a part in GBK."""
    text = body.decode("utf-8", "replace")
    place = rng.randrange(len(text) + 1) if rng.random() < 0.5 else 0
    return text[:place].encode() + text[place:].encode("gb18030", "replace")


def in_another_encoding(body: bytes, rng: Random) -> bytes:
    """Write all in what nobody announced."""
    return body.decode("utf-8", "replace").encode(
        rng.choice(("utf-16", "utf-16-le", "utf-32", "big5", "utf-8-sig")), "replace"
    )


def with_huge_number(body: bytes, rng: Random) -> bytes:
    """Put a number of many digits in the place of one."""
    numbers = list(re.finditer(rb"[0-9]+", body))
    if not numbers:
        return body + b"9" * 5_000
    found = rng.choice(numbers)
    return (
        body[: found.start()]
        + rng.choice((b"9" * 5_000, b"1e400", b"-0", b"007", b"9" * 400, b"0.1" + b"0" * 400, b""))
        + body[found.end() :]
    )


def deeper(body: bytes, rng: Random) -> bytes:
    """Nest all of it, or a place of it, deeply."""
    levels = rng.choice((5, 31, 33, 500, 30_000))
    opening, closing = rng.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>")))
    if rng.random() < 0.5:
        return opening * levels + body + closing * levels
    place = rng.randrange(len(body) + 1)
    return body[:place] + opening * levels + body[place:]


def longer(body: bytes, rng: Random) -> bytes:
    """Put a long run of one thing in a place."""
    place = rng.randrange(len(body) + 1)
    piece = rng.choice(
        (b" ", b"a", b"\\", b'\\"', "长".encode(), b"0", b"\n", b'""', b",", b"&amp;", b"%41", "【".encode())
    )
    return body[:place] + piece * (rng.choice((1_000, LONG, 100_000)) // len(piece)) + body[place:]


def hostile_xml(body: bytes, rng: Random) -> bytes:
    """Put a declaration in front that a parser must not follow, and perhaps use its entity."""
    head = rng.choice(HOSTILE_XML)
    return head + (re.sub(rb">([^<]*)<", b">&x;&c;<", body, count=1) if rng.random() < 0.5 else body)


def nothing_much(_body: bytes, rng: Random) -> bytes:
    """Forget the payload, and send some bytes."""
    return rng.choice(
        (b"", b" ", b"\0" * 100, b"null", b"1", b'"', b"[]", b"{}", b"<a/>", b"\xef\xbb\xbf", rng.randbytes(60))
    )


MUTATIONS: tuple[Mutation, ...] = (
    flipped,
    flipped,
    cut,
    cut,
    doubled,
    swapped,
    with_token,
    with_token,
    with_broken_utf8,
    in_gbk,
    in_another_encoding,
    with_huge_number,
    deeper,
    longer,
    hostile_xml,
    nothing_much,
)


def mutated(body: bytes, rng: Random) -> bytes:
    """Mutate bytes once to three times, within a bound."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        body = rng.choice(MUTATIONS)(body, rng)[:BYTES_MAX]
    return body
