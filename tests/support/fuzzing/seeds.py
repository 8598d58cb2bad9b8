"""What the fuzzer begins with: valid payloads of every format, invented ones and, where they are, real ones."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qs

from fuzzing.invented import Seed

from adapters.feeds.pushing import Pushed
from adapters.feeds.registry import FORMATS
from deployments.sample_day.posts import sample_day

SAMPLED = 40
BYTES_MAX = 60_000

FEEDS = MappingProxyType({"/feeds/kuaidi100": "kuaidi100_push", "/feeds/sf": "sf_route_push"})
"""The formats of the sample day's addresses."""


def payload_of(path: str, content_type: str, body: bytes) -> Seed | None:
    """Take the payload out of a post of the sample day as the gateway does; None for what is no push."""
    name = FEEDS.get(path)
    if name is None:
        return None
    fields = parse_qs(body.decode()) if "form" in content_type else {}
    push = FORMATS[name].push
    assert push is not None
    form = {field: values[0] for field, values in fields.items()}
    return Seed(name, push.payload(Pushed(body=body, form=form)))


def sampled() -> Iterator[Seed]:
    """Give pushes of a sample day, small and large ones."""
    posts = sample_day(seed=7, parcels=60, now=datetime(2026, 11, 20, 10, 0, tzinfo=UTC), salt="fuzz").posts
    pushes = [seed for post in posts if (seed := payload_of(post.path, post.content_type, post.body))]
    step = max(len(pushes) // SAMPLED, 1)
    yield from (seed._replace(entries=_entries_of(seed)) for seed in pushes[::step] if len(seed.body) <= BYTES_MAX)


def _entries_of(pushed: Seed) -> str:
    if pushed.format == "kuaidi100_push":
        return "lastResult.data"
    return "Request.Body[0].WaybillRoute" if pushed.body.startswith(b"<") else "Body.WaybillRoute"


def registrations() -> list[Seed]:
    """Give what the booking system posts on a sample day, cut small."""
    posts = sample_day(seed=7, parcels=60, now=datetime(2026, 11, 20, 10, 0, tzinfo=UTC), salt="fuzz").posts
    booked = [parcel for post in posts if post.path == "/shipments" for parcel in json.loads(post.body)]
    return [Seed("registrations", json.dumps(booked[start : start + 3]).encode()) for start in range(0, 60, 3)]


def real(folder: Path) -> Mapping[str, list[Seed]]:
    """Read the real payloads of each format from where they lie; those that nothing reads stand under "foreign"."""
    found: dict[str, list[Seed]] = {"foreign": []}
    for path in sorted(folder.glob("*/*")):
        name = path.parent.name if path.parent.name in FORMATS else "foreign"
        if path.stat().st_size <= BYTES_MAX:
            found.setdefault(name, []).append(Seed(name, path.read_bytes()))
    return found
