"""Requests at the gateway's doors: mutated payloads, signed or not, packed and wrapped as senders do, or nearly so."""

import base64
import gzip
import hashlib
import hmac
import json
import zlib
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote_from_bytes

from fuzzing import bytewise

from adapters.feeds.easypost.push import signature as easypost_signature
from adapters.feeds.kdniao.signature import signature as kdniao_signature

KEY = "made-up-key"
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "example-boundary"
CONTENT_TYPES = (
    "application/json", "text/xml; charset=GBK", "text/csv", FORM, f"multipart/form-data; boundary={BOUNDARY}",
    "multipart/form-data", "multipart/form-data; boundary=" + "x" * 200, "application/octet-stream", ";;=", "\xff",
    f"{FORM}; charset=UTF-16", f"multipart/form-data; boundary={BOUNDARY}; charset=no-such", "",
)  # fmt: skip
PACKINGS = ("gzip", "deflate", "x-gzip", "br", "GZIP ", "gzip, gzip", "identity", "\xff")
BOMB = gzip.compress(b"0" * 20_000_000)

Headers = dict[str, str]


class Body(NamedTuple):
    """What is posted: the bytes, the headers that belong to them, and the payload that would be kept of it."""

    content: bytes
    headers: Headers
    payload: bytes | None = None


class Knock(NamedTuple):
    """One request; `payload` is what must be kept when it is acknowledged, None where nobody can say."""

    path: str
    method: str
    headers: Headers
    chunks: tuple[bytes, ...]
    payload: bytes | None
    goes_away: bool


def _with_key(payload: bytes) -> Body:
    return Body(payload, {"x-api-key": KEY}, payload)


def _kuaidi100(payload: bytes) -> Body:
    param = payload.decode("utf-8", "replace")
    sign = hashlib.md5((param + KEY).encode(errors="replace")).hexdigest().upper()
    form = b"param=" + quote_from_bytes(param.encode(errors="replace")).encode() + b"&sign=" + sign.encode()
    return Body(form, {"content-type": FORM}, param.encode(errors="replace"))


def _kdniao(payload: bytes) -> Body:
    sign = quote_from_bytes(kdniao_signature(payload, KEY).encode())
    form = b"RequestType=101&RequestData=" + quote_from_bytes(payload).encode() + b"&DataSign=" + sign.encode()
    return Body(form, {"content-type": FORM})


def _easypost(payload: bytes) -> Body:
    return Body(payload, {"x-hmac-signature": easypost_signature(payload, KEY)}, payload)


def _aftership(payload: bytes) -> Body:
    digest = hmac.new(KEY.encode(), payload, hashlib.sha256).digest()
    return Body(payload, {"aftership-hmac-sha256": base64.b64encode(digest).decode()}, payload)


def _new_17track(payload: bytes) -> Body:
    return Body(payload, {"sign": hashlib.sha256(payload + b"/" + KEY.encode()).hexdigest()}, payload)


def _old_17track(payload: bytes) -> Body:
    try:
        push = json.loads(payload)
        data = json.dumps(push["data"], ensure_ascii=False)
        sign = hashlib.sha256(f"{push['event']}/{data}/{KEY}".encode()).hexdigest()
        body = f'{{"sign": "{sign}", "event": {json.dumps(push["event"])}, "data": {data}}}'.encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        body = payload
    return Body(body, {}, body)


DRESSED: Mapping[str, tuple[str, Callable[[bytes], Body]]] = MappingProxyType(
    {
        "kuaidi100": ("kuaidi100_push", _kuaidi100),
        "sf": ("sf_route_push", _with_key),
        "kdniao": ("kdniao_push", _kdniao),
        "easypost": ("easypost_event", _easypost),
        "aftership": ("aftership", _aftership),
        "17track": ("17track_v2", _new_17track),
        "17track-v1": ("17track_v1", _old_17track),
        "scanners": ("ndjson", _with_key),
        "scanners-csv": ("csv", _with_key),
    }
)
"""By feed: its format, and how its sender signs."""


def knock_at(feed: str, payload: bytes, rng: Random) -> Knock:
    """Push a payload at a feed's door, well or badly."""
    body = DRESSED[feed][1](payload)
    if rng.random() < 0.2:
        body = _in_a_form(payload, rng)._replace(headers=body.headers | {"content-type": rng.choice(CONTENT_TYPES)})
    return _sent(f"/feeds/{feed}", body, rng)


def knock_with_registrations(body: bytes, rng: Random) -> Knock:
    """Register shipments, well or badly."""
    return _sent("/shipments", Body(body, {"x-api-key": KEY, "content-type": "application/json"}), rng)


def _in_a_form(payload: bytes, rng: Random) -> Body:
    field = rng.choice(("content", "param", "msgData", "RequestData", "file", "", "x" * 5_000, "\0", "%"))
    if rng.random() < 0.5:
        pairs = rng.choice((1, 2, 49, 60))
        return Body(
            b"&".join([field.encode() + b"=" + quote_from_bytes(payload).encode()] + [b"a=%ff"] * (pairs - 1)), {}
        )
    name = rng.choice((f'name="{field}"', f'name="{field}"; filename="a.json"', "filename=x", 'name="\xff"'))
    part = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {name}\r\n\r\n".encode("latin-1") + payload + b"\r\n"
    return Body(part * rng.choice((1, 1, 2, 12)) + rng.choice((f"--{BOUNDARY}--\r\n".encode(), b"", b"--\r\n")), {})


def _sent(path: str, body: Body, rng: Random) -> Knock:
    """Pack a body perhaps, lose or change something on the way, and cut it into pieces."""
    if rng.random() < 0.15:
        body = Body(bytewise.mutated(body.content, rng), body.headers)
    if rng.random() < 0.25:
        body = _packed(body, rng)
    headers = body.headers
    if headers and rng.random() < 0.1:
        headers = {**headers, rng.choice(list(headers)): rng.choice(("", "\xff", KEY, "0" * 64, "x" * 3_000))}
    if rng.random() < 0.05:
        headers = {**headers, "content-length": rng.choice(("-1", "99999999999", "9" * 30, "\xb2", "x"))}
    if "content-type" not in headers and rng.random() < 0.5:
        headers = {**headers, "content-type": rng.choice(CONTENT_TYPES[:3])}
    parts = rng.choice((1, 1, 3))
    step = max(len(body.content) // parts, 1)
    chunks = tuple(body.content[start : start + step] for start in range(0, len(body.content), step)) or (b"",)
    path = (
        path
        if rng.random() < 0.98
        else rng.choice(("/feeds/nobody", "/feeds/", "/feeds/a%00b", f"{path}/", "/feeds/%ff"))
    )
    method = "POST" if rng.random() < 0.99 else rng.choice(("GET", "PUT", "HEAD", "DELETE"))
    goes_away = rng.random() < 0.02
    return Knock(path, method, headers, chunks, body.payload, goes_away)


def _packed(body: Body, rng: Random) -> Body:
    packing = rng.choice(PACKINGS[:3] * 3 + PACKINGS[3:])
    headers = {**body.headers, "content-encoding": packing}
    match rng.randrange(7):
        case 0:
            return Body(BOMB if rng.random() < 0.3 else gzip.compress(b"\0" * 300_000), headers)
        case 1:
            return Body(gzip.compress(body.content)[: -rng.randint(1, 20)], headers)
        case 2:
            return Body(gzip.compress(b"") * rng.choice((3, 70)) + gzip.compress(body.content), headers)
        case 3:
            return Body(bytewise.flipped(gzip.compress(body.content), rng), headers)
        case 4:
            return body._replace(content=zlib.compress(body.content), headers=headers | {"content-encoding": "deflate"})
        case _:
            return body._replace(content=gzip.compress(body.content), headers=headers | {"content-encoding": "gzip"})
