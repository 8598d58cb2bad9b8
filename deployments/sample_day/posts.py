"""The sample day as a stream of HTTP posts to the gateway, with the account of what is in them.

The day holds what a real one does: pushes that repeat, overtake and contradict each other, records that cannot be
used, and two requests that the gateway must refuse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from zlib import crc32

from deployments.sample_day import claims, complaints, kuaidi100, registrations, sf
from deployments.sample_day.claim_plots import Plot
from deployments.sample_day.claims import ClaimPost
from deployments.sample_day.clock import written
from deployments.sample_day.expected import Expected, expected_of
from deployments.sample_day.pushes import TIMELY, Push, disordered, resent
from deployments.sample_day.spoiling import with_malformed
from deployments.sample_day.stories import told
from deployments.sample_day.telling import Telling, tell

PARCELS_MIN = 50  # fewer cannot show the stories
PARCELS_MAX = 100_000  # the waybills of a day have room for no more

COMPLAINTS = 3
"""The wave of the complaints."""
NO_ENVELOPE = "no envelope"
BAD_SIGNATURE = "bad signature"
STRANGE_WAYBILL = "78000000999999"


@dataclass(frozen=True)
class Post:
    """One HTTP request of the day; the sender adds the API key where the gateway asks for one."""

    wave: int  # 1 = the day, 2 = what came after the troubles were reported, 3 = complaints, 5 to 7 = claims
    path: str
    content_type: str
    body: bytes
    parcels: int
    headers: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""  # why the gateway must refuse it; empty when it must accept it
    answer: int | None = None  # the status that it must be answered with; None: any that accepts or refuses as it must


@dataclass(frozen=True)
class SampleDay:
    """A day of posts in the order in which they arrive, and what a reader must count in them."""

    posts: tuple[Post, ...]
    expected: Expected
    tellings: tuple[Telling, ...]  # what really happened
    complaints: tuple[Post, ...]  # the third wave
    claims: tuple[Post, ...]  # the waves of `claims`, after people have answered what they were asked of complaints
    plots: Mapping[str, Plot]  # what is to become of each claim, by its claimant's own number of it


def sample_day(*, seed: int, parcels: int, now: datetime, salt: str) -> SampleDay:
    """Make up a day that ends at `now`, the same for the same arguments; `salt` signs Kuaidi100's pushes.

    Raises:
        ValueError: there are too few or too many parcels, or `now` has no zone.
    """
    if not PARCELS_MIN <= parcels <= PARCELS_MAX:
        raise ValueError(f"a sample day has {PARCELS_MIN} to {PARCELS_MAX} parcels, not {parcels}")
    if now.tzinfo is None:
        raise ValueError(f"the end of the day, {now.isoformat()}, has no zone")
    tellings = _tellings(seed=seed, parcels=parcels, now=now)
    rng = _rng(seed, "pushes")
    pushes = _pushes(tellings, now=now, salt=salt, rng=rng)
    registered = [
        Post(wave=TIMELY, path=registrations.PATH, content_type=sf.JSON, body=body, parcels=count)
        for body, count in registrations.registration_bodies(tellings)
    ]
    refused = _posts_to_refuse(now=now, salt=salt)
    expected = expected_of(
        tellings,
        pushes=pushes,
        registration_posts=len(registered),
        refused_posts=[post.refusal for post in refused],
    )
    stream = [_post(push) for push in pushes]
    for post in refused:
        stream.insert(rng.randrange(len(stream) // 2), post)
    complained = [
        Post(
            wave=COMPLAINTS,
            path=made.path,
            content_type=sf.JSON,
            body=made.body,
            parcels=0,
            headers={"Idempotency-Key": made.key},
        )
        for made in complaints.complaint_posts(tellings, now=now, rng=_rng(seed, "complaints"))
    ]
    claimed = claims.claim_posts(tellings, now=now, rng=_rng(seed, "claims"))
    return SampleDay(
        posts=(*registered, *stream),
        expected=expected,
        tellings=tuple(tellings),
        complaints=tuple(complained),
        claims=tuple(_claim(made) for made in claimed),
        plots={made.reference: made.plot for made in claimed if made.plot is not None},
    )


def _claim(made: ClaimPost) -> Post:
    return Post(
        wave=made.wave,
        path=made.path,
        content_type=sf.JSON,
        body=made.body,
        parcels=0,
        headers={"Idempotency-Key": made.key},
        refusal="incomplete" if made.plot is Plot.INCOMPLETE else "",
        answer=made.answer,
    )


def _rng(seed: int, purpose: str) -> Random:
    return Random(f"{seed}/{purpose}")  # noqa: S311  # a sample that can be made again, not a secret


def _tellings(*, seed: int, parcels: int, now: datetime) -> list[Telling]:
    stories = list(told(parcels))
    _rng(seed, "stories").shuffle(stories)
    # Two days of one seed must not share waybills.
    block = crc32(f"{seed}/{now.isoformat()}".encode()) % 1_000_000
    return [
        tell(story=story, index=index, block=block, now=now, rng=_rng(seed, f"parcel {index}"))
        for index, story in enumerate(stories)
    ]


def _pushes(tellings: Sequence[Telling], *, now: datetime, salt: str, rng: Random) -> list[Push]:
    """Render every push of the day, with all that goes wrong on the way, in the order of arrival."""
    by_kuaidi100: list[Push] = []
    for telling in tellings:
        if not telling.parcel.by_sf:
            history = kuaidi100.kuaidi100_pushes(telling, now=now, salt=salt, rng=rng)
            by_kuaidi100 += disordered(history, rng=rng)
    by_sf = sf.sf_pushes([telling for telling in tellings if telling.parcel.by_sf], now=now, rng=rng)
    pushes = with_malformed([*by_kuaidi100, *disordered(by_sf, rng=rng)], now=now, rng=rng)
    pushes = sf.some_as_xml(pushes, rng=rng)
    pushes += resent(pushes, rng=rng)
    return sorted(pushes, key=lambda push: (push.wave, push.moment))


def _post(push: Push) -> Post:
    return Post(
        wave=push.wave,
        path=push.envelope.path,
        content_type=push.envelope.content_type,
        body=push.body(),
        parcels=len(push.waybills),
    )


def _posts_to_refuse(*, now: datetime, salt: str) -> list[Post]:
    """Render what no carrier of ours has sent: a push without an envelope, and one signed by a stranger."""
    record = {"time": written(now), "ftime": written(now), "context": "快件已签收，签收人：本人"}
    result = {"message": "ok", "nu": STRANGE_WAYBILL, "com": "zhongtong", "status": "200", "state": "3"}
    whole = {"status": "shutdown", "message": "", "lastResult": result | {"data": [record]}}
    bodies = {
        NO_ENVELOPE: kuaidi100.signed_form([record], salt=salt),
        BAD_SIGNATURE: kuaidi100.signed_form(whole, salt=salt, signed_with=f"not {salt}"),
    }
    return [
        Post(wave=TIMELY, path=kuaidi100.PATH, content_type=kuaidi100.FORM, body=body, parcels=0, refusal=why)
        for why, body in bodies.items()
    ]
